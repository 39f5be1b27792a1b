#include "burner/disc/workers.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct run {
	pthread_mutex_t lock;
	worker_item *item;
	void *arg;
	size_t n, next;
	int rc;        /* of the first thing that failed */
	size_t failed; /* which one */
	struct err_note note;
};

static bool take(struct run *r, size_t *i)
{
	pthread_mutex_lock(&r->lock);
	bool more = r->rc == 0 && r->next < r->n;
	if (more)
		*i = r->next++;
	pthread_mutex_unlock(&r->lock);
	return more;
}

static void work(struct run *r, int worker)
{
	size_t i = 0;
	while (take(r, &i)) {
		struct err_note note = {0};
		int rc = r->item(r->arg, worker, i, &note);
		if (rc == 0)
			continue;
		pthread_mutex_lock(&r->lock);
		if (r->rc == 0 || i < r->failed) {
			r->rc = rc;
			r->failed = i;
			r->note = note;
		}
		pthread_mutex_unlock(&r->lock);
	}
}

static void *second(void *arg)
{
	work(arg, 1);
	return NULL;
}

int workers_run(worker_item *item, void *arg, size_t n, struct err_note *note)
{
	struct run r = {.item = item, .arg = arg, .n = n};
	pthread_t thread;
	if (pthread_mutex_init(&r.lock, NULL) != 0)
		return ERR_NOMEM;
	if (pthread_create(&thread, NULL, second, &r) != 0) {
		pthread_mutex_destroy(&r.lock);
		return ERR_NOMEM;
	}
	work(&r, 0);
	pthread_join(thread, NULL);
	pthread_mutex_destroy(&r.lock);
	if (r.rc < 0 && note)
		*note = r.note;
	return r.rc;
}

int worker_spaces_init(struct worker_space space[static WORKERS], const struct suite *s)
{
	int rc = 0;
	for (int i = 0; rc == 0 && i < WORKERS; i++)
		rc = (space[i].block = malloc(WORKER_BLOCK)) ? hasher_new(s, &space[i].hasher) : ERR_NOMEM;
	return rc;
}

void worker_spaces_fini(struct worker_space space[static WORKERS])
{
	for (int i = 0; i < WORKERS; i++) {
		free(space[i].block);
		hasher_free(space[i].hasher);
	}
}
