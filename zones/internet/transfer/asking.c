#include "zones/internet/transfer/asking.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_MS 10000
#define KEEP_MS 30000 /* longer than the exchange keeps an answer */
#define MAX 4096

struct entry {
	struct uuid id;
	char who[64];
	int64_t from, until; /* told between these; monotonic; until 0: free */
};
struct asking {
	pthread_mutex_t lock;
	struct entry v[MAX];
};

int asking_new(struct asking **out)
{
	struct asking *a = calloc(1, sizeof *a);
	if (!a)
		return ERR_NOMEM;
	pthread_mutex_init(&a->lock, NULL);
	*out = a;
	return 0;
}

void asking_free(struct asking *a)
{
	if (!a)
		return;
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/* The lock is held. */
static struct entry *place(struct asking *a, int64_t now)
{
	for (size_t i = 0; i < MAX; i++)
		if (a->v[i].until < now)
			return &a->v[i];
	return NULL;
}

int asking_ask(struct portal *p, const struct asking_question *q, char id[static 37], struct err_note *note)
{
	json_t *body = json_pack("{s:s}", "query", q->query);
	struct uuid message;
	if (!body)
		return ERR_NOMEM;
	if (q->consent)
		json_object_set(body, "consent", (json_t *)(uintptr_t)q->consent);
	const struct exchange_question x = {.type = "query.asked",
		.dest = "extranet",
		.tenant = q->tenant,
		.body = body,
		.wait_ms = WAIT_MS};
	int rc = exchange_ask(p->service->exchange, &x, &message, note);
	json_decref(body);
	if (rc < 0)
		return rc;
	int64_t now = time_mono_ms();
	pthread_mutex_lock(&p->asking->lock);
	struct entry *e = place(p->asking, now);
	if (e) {
		e->id = message;
		snprintf(e->who, sizeof e->who, "%s", q->who);
		e->from = now + (q->level ? ASKING_LEVEL_MS : 0);
		e->until = now + KEEP_MS;
	}
	pthread_mutex_unlock(&p->asking->lock);
	if (!e)
		return err_set(note, ERR_BUSY, "too many wait for an answer already");
	snprintf(id, 37, "%s", message.s);
	return 0;
}

/* 0: this asker's, to be told now. ERR_BUSY: not yet. ERR_NOTFOUND. */
static int mine_check(struct asking *a, const char *who, const char *id)
{
	int rc = ERR_NOTFOUND;
	pthread_mutex_lock(&a->lock);
	for (size_t i = 0; i < MAX && rc == ERR_NOTFOUND; i++)
		if (a->v[i].until && strcmp(a->v[i].id.s, id) == 0 && strcmp(a->v[i].who, who) == 0)
			rc = time_mono_ms() < a->v[i].from ? ERR_BUSY : 0;
	pthread_mutex_unlock(&a->lock);
	return rc;
}

static void drop(struct asking *a, const char *id)
{
	pthread_mutex_lock(&a->lock);
	for (size_t i = 0; i < MAX; i++)
		if (strcmp(a->v[i].id.s, id) == 0)
			memset(&a->v[i], 0, sizeof a->v[i]);
	pthread_mutex_unlock(&a->lock);
}

int asking_answer(struct portal *p, const char *who, const char *id, json_t **body, struct err_note *note)
{
	struct uuid message;
	int rc = uuid_valid(id) ? mine_check(p->asking, who, id) : ERR_NOTFOUND;
	if (rc < 0)
		return rc;
	snprintf(message.s, sizeof message.s, "%s", id);
	rc = exchange_answer(p->service->exchange, &message, body, note);
	if (rc != ERR_BUSY)
		drop(p->asking, id);
	return rc;
}
