#include "common/exchange/settle.h"

#include "common/log/log.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GATHER_MS 25 /* nobody waits for it but a seal: more come meanwhile, and a sync is spared */
#define AGAIN_MS 200

struct settle {
	struct spool *spool;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t work, done;
	char names[SETTLE_MAX][128];
	size_t n;
	uint64_t rounds; /* tries so far */
	int rc;          /* of the last one */
	bool stop, hurry;
};

/* The first n names, which only this thread removes. */
static int settle_these(struct settle *s, size_t n)
{
	int rc = spool_sync(s->spool, SPOOL_SENT);
	if (rc == 0)
		rc = spool_sync(s->spool, SPOOL_OUT);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = spool_remove(s->spool, SPOOL_TMP, s->names[i]);
		rc = rc == ERR_NOTFOUND ? 0 : rc;
	}
	return rc;
}

static void pause_locked(struct settle *s, int ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += ms * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	while (!s->stop && !s->hurry && (s->rc < 0 || s->n < SETTLE_MAX))
		if (pthread_cond_clockwait(&s->work, &s->lock, CLOCK_MONOTONIC, &until) != 0)
			break;
}

static void *settle_run(void *arg)
{
	struct settle *s = arg;
	pthread_mutex_lock(&s->lock);
	for (;;) {
		while (s->n == 0 && !s->stop)
			pthread_cond_wait(&s->work, &s->lock);
		if (s->n == 0)
			break;
		pause_locked(s, s->rc < 0 ? AGAIN_MS : GATHER_MS);
		size_t n = s->n;
		s->hurry = false;
		pthread_mutex_unlock(&s->lock);
		int rc = settle_these(s, n);
		pthread_mutex_lock(&s->lock);
		if (rc == 0) {
			s->n -= n;
			memmove(s->names, s->names + n, s->n * sizeof s->names[0]);
		} else if (rc != s->rc) {
			log_error("spool", "error=%s: what was sent is not durable yet", err_name(rc));
		}
		s->rc = rc;
		s->rounds++;
		pthread_cond_broadcast(&s->done);
		if (rc < 0 && s->stop)
			break;
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

int settle_new(struct spool *spool, struct settle **out)
{
	struct settle *s = calloc(1, sizeof *s);
	if (!s)
		return ERR_NOMEM;
	s->spool = spool;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->work, NULL);
	pthread_cond_init(&s->done, NULL);
	if (pthread_create(&s->thread, NULL, settle_run, s)) {
		pthread_mutex_destroy(&s->lock);
		pthread_cond_destroy(&s->work);
		pthread_cond_destroy(&s->done);
		free(s);
		return ERR_IO;
	}
	*out = s;
	return 0;
}

void settle_add(struct settle *s, const char *file)
{
	pthread_mutex_lock(&s->lock);
	while (s->n == SETTLE_MAX)
		pthread_cond_wait(&s->done, &s->lock);
	REQUIRE(snprintf(s->names[s->n++], sizeof s->names[0], "%s", file) < (int)sizeof s->names[0]);
	pthread_cond_signal(&s->work);
	pthread_mutex_unlock(&s->lock);
}

int settle_wait(struct settle *s)
{
	pthread_mutex_lock(&s->lock);
	uint64_t began = s->rounds;
	s->hurry = true;
	pthread_cond_signal(&s->work);
	/* A try that began before may have failed for what is cured by now. */
	while (s->n > 0 && !(s->rc < 0 && s->rounds - began >= 2))
		pthread_cond_wait(&s->done, &s->lock);
	int rc = s->n > 0 ? s->rc : 0;
	pthread_mutex_unlock(&s->lock);
	return rc;
}

void settle_free(struct settle *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	pthread_cond_signal(&s->work);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->work);
	pthread_cond_destroy(&s->done);
	free(s);
}
