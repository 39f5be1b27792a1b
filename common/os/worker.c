#include "common/os/worker.h"

#include "common/os/proc.h"
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct worker {
	worker_round round;
	void *arg;
	int steps;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t change;
	bool stop, woken;
	bool started; /* of the owner alone */
};

/* Until it is woken, stopped, or so much time went by; with the lock. */
static void rest(struct worker *w, int64_t ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (!w->stop && !w->woken && pthread_cond_timedwait(&w->change, &w->lock, &until) == 0)
		;
}

static void *run(void *arg)
{
	struct worker *w = arg;
	if (w->steps)
		proc_give_way(w->steps);
	pthread_mutex_lock(&w->lock);
	while (!w->stop) {
		w->woken = false;
		pthread_mutex_unlock(&w->lock);
		int64_t ms = w->round(w->arg);
		pthread_mutex_lock(&w->lock);
		if (ms > 0)
			rest(w, ms);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

int worker_new(worker_round round, void *arg, int steps, struct worker **out)
{
	struct worker *w = calloc(1, sizeof *w);
	pthread_condattr_t steady;
	if (!w)
		return ERR_NOMEM;
	w->round = round;
	w->arg = arg;
	w->steps = steps;
	pthread_condattr_init(&steady);
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->change, &steady);
	pthread_condattr_destroy(&steady);
	*out = w;
	return 0;
}

int worker_start(struct worker *w)
{
	int eno = pthread_create(&w->thread, NULL, run, w);
	w->started = eno == 0;
	return eno ? err_from_errno(eno) : 0;
}

static void tell(struct worker *w, bool *what)
{
	pthread_mutex_lock(&w->lock);
	*what = true;
	pthread_cond_signal(&w->change);
	pthread_mutex_unlock(&w->lock);
}

void worker_wake(struct worker *w)
{
	tell(w, &w->woken);
}

bool worker_stopping(struct worker *w)
{
	pthread_mutex_lock(&w->lock);
	bool stop = w->stop;
	pthread_mutex_unlock(&w->lock);
	return stop;
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	tell(w, &w->stop);
	if (w->started)
		pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->change);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
