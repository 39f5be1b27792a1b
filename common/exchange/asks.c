#include "common/exchange/asks.h"

#include "common/exchange/ask_queue.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASKS_MAX 4096  /* that wait for an answer */
#define FETCH_MS 10000 /* an answer is kept so long for who asked */

struct ask { /* who waits */
	struct uuid id;
	const char *reply; /* the type that answers it; the catalogue's */
	int64_t deadline;  /* monotonic */
	bool answered;
	int rc;
	char text[256];
	json_t *body;
	exchange_wake_up *wake;
	void *arg;
	struct ask *next;
};
struct asks {
	pthread_mutex_t lock;
	struct ask *waiting;
	size_t nwaiting;
	bool stopped;
};

int asks_new(struct asks **out)
{
	struct asks *a = calloc(1, sizeof *a);
	if (!a)
		return ERR_NOMEM;
	pthread_mutex_init(&a->lock, NULL);
	*out = a;
	return 0;
}

static void ask_free(struct ask *k)
{
	json_decref(k->body);
	free(k);
}

void asks_free(struct asks *a)
{
	if (!a)
		return;
	for (struct ask *k = a->waiting, *next; k; k = next) {
		next = k->next;
		ask_free(k);
	}
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/* With the lock held. Takes body. */
static void answer_set(struct ask *k, int rc, const char *text, json_t *body)
{
	if (k->answered) {
		json_decref(body);
		return;
	}
	k->answered = true;
	k->rc = rc;
	k->body = body;
	k->deadline = time_mono_ms();
	snprintf(k->text, sizeof k->text, "%s", text);
	if (k->wake)
		k->wake(k->arg);
}

static struct ask *ask_find(struct asks *a, const char *id)
{
	for (struct ask *k = a->waiting; k; k = k->next)
		if (strcmp(k->id.s, id) == 0)
			return k;
	return NULL;
}

void asks_stop(struct asks *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->stopped = true;
	for (struct ask *k = a->waiting; k; k = k->next)
		answer_set(k, ERR_STOPPING, err_text(ERR_STOPPING), NULL);
	pthread_mutex_unlock(&a->lock);
}

void asks_expire(struct asks *a)
{
	int64_t now = time_mono_ms();
	pthread_mutex_lock(&a->lock);
	for (struct ask **p = &a->waiting; *p;) {
		struct ask *k = *p;
		if (!k->answered && now >= k->deadline)
			answer_set(k, ERR_TIMEOUT, err_text(ERR_TIMEOUT), NULL);
		if (k->answered && now >= k->deadline + FETCH_MS) {
			*p = k->next;
			a->nwaiting--;
			ask_free(k);
			continue;
		}
		p = &k->next;
	}
	pthread_mutex_unlock(&a->lock);
}

bool asks_answer(
	struct asks *a, const struct uuid *id, const char *type, int rc, const char *text, json_t *body)
{
	pthread_mutex_lock(&a->lock);
	struct ask *k = ask_find(a, id->s);
	if (k && rc == 0 && strcmp(type, k->reply) != 0) {
		log_error("reply-refused", "type=%s wanted=%s reason=TYPE", type, k->reply);
		json_decref(body);
		answer_set(k, ERR_TYPE, "the answer is one to another question", NULL);
	} else if (k) {
		answer_set(k, rc, text, body);
	}
	pthread_mutex_unlock(&a->lock);
	return k != NULL;
}

int exchange_answer(struct exchange *x, const struct uuid *id, json_t **body, struct err_note *note)
{
	struct asks *a = x->asks;
	int rc = ERR_NOTFOUND;
	pthread_mutex_lock(&a->lock);
	for (struct ask **p = &a->waiting; *p; p = &(*p)->next) {
		struct ask *k = *p;
		if (strcmp(k->id.s, id->s) != 0)
			continue;
		if (!k->answered) {
			rc = ERR_BUSY;
			break;
		}
		rc = k->rc;
		if (rc == 0)
			*body = json_incref(k->body);
		else
			err_set(note, rc, "%s", k->text);
		*p = k->next;
		a->nwaiting--;
		ask_free(k);
		break;
	}
	pthread_mutex_unlock(&a->lock);
	return rc;
}

int exchange_ask(
	struct exchange *x, const struct exchange_question *d, struct uuid *id, struct err_note *note)
{
	struct link_state *l = exchange_link_out(x, d->dest);
	struct asks *a = x->asks;
	struct ask_out out = {.deadline_ms = 0};
	REQUIRE(l && !x->o.offline);
	const char *reply = catalogue_reply(x->o.catalogue, d->type);
	if (!reply)
		return err_set(note, ERR_TYPE, "%s: is no request", d->type);
	int rc = ask_out_make(x, l, d->type, d->tenant, d->body, "", time_now_ms() + d->wait_ms, &out, note);
	if (rc < 0)
		return rc;
	struct ask *k = calloc(1, sizeof *k);
	rc = k ? 0 : ERR_NOMEM;
	pthread_mutex_lock(&a->lock);
	if (rc == 0 && (a->nwaiting >= ASKS_MAX || a->stopped))
		rc = err_set(note, ERR_BUSY, "too many wait for an answer already");
	if (rc == 0) {
		k->id = out.id;
		k->reply = reply;
		k->deadline = time_mono_ms() + d->wait_ms;
		k->wake = d->wake;
		k->arg = d->arg;
		k->next = a->waiting;
		a->waiting = k;
		a->nwaiting++;
	}
	pthread_mutex_unlock(&a->lock);
	if (rc < 0)
		free(k);
	*id = out.id;
	if (rc == 0 && (rc = ask_queue_add(x->ask_queue, l, &out)) < 0) {
		pthread_mutex_lock(&a->lock);
		answer_set(k, rc, err_text(rc), NULL);
		pthread_mutex_unlock(&a->lock);
		rc = 0;
		buf_fini(&out.bytes);
	} else if (rc < 0) {
		buf_fini(&out.bytes);
	}
	return rc;
}
