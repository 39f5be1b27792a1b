#include "zones/extranet/transfer/archiver.h"

#include "common/os/proc.h"
#include "zones/extranet/store/archive.h"
#include "zones/extranet/transfer/archive_pack.h"
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct archiver {
	struct registry *r;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop, work;
};

static int waiting_read(struct db_tx *tx, void *arg)
{
	return archive_waiting(tx, arg);
}

static bool stopping(struct archiver *a)
{
	pthread_mutex_lock(&a->lock);
	bool stop = a->stop;
	pthread_mutex_unlock(&a->lock);
	return stop;
}

/* 0 when nothing waits any more. */
static int run(struct archiver *a)
{
	json_t *ids = NULL, *id;
	size_t i, packed = 0;
	int rc = db_read(a->r->service->db, a->r->service->tenant, waiting_read, &ids);
	json_array_foreach(ids, i, id)
	{
		int one = stopping(a) ? ERR_STOPPING : archive_pack(a->r, json_string_value(id));
		packed += one == 0;
		rc = one < 0 ? one : rc;
	}
	/* As many as one look gives: there may be more. */
	bool more = rc == 0 && packed == 20;
	json_decref(ids);
	return more ? run(a) : rc;
}

static void *work(void *arg)
{
	struct archiver *a = arg;
	int failures = 0;
	proc_give_way(15);
	for (;;) {
		int rc = run(a);
		struct timespec until;
		pthread_mutex_lock(&a->lock);
		failures = rc == 0 ? 0 : rc == ERR_BUSY ? 1 : failures < 6 ? failures + 1 : 6;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += failures ? 1 << (failures - 1) : 3600;
		while (!a->stop && !a->work)
			if (pthread_cond_timedwait(&a->wake, &a->lock, &until) != 0)
				break;
		bool stop = a->stop;
		a->work = false;
		pthread_mutex_unlock(&a->lock);
		if (stop)
			return NULL;
	}
}

int archiver_start(struct registry *r, struct archiver **out)
{
	struct archiver *a = calloc(1, sizeof *a);
	if (!a)
		return ERR_NOMEM;
	a->r = r;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->wake, NULL);
	if (pthread_create(&a->thread, NULL, work, a)) {
		free(a);
		return ERR_IO;
	}
	*out = a;
	return 0;
}

void archiver_wake(struct archiver *a)
{
	pthread_mutex_lock(&a->lock);
	a->work = true;
	pthread_cond_signal(&a->wake);
	pthread_mutex_unlock(&a->lock);
}

void archiver_stop(struct archiver *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_signal(&a->wake);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	pthread_mutex_destroy(&a->lock);
	pthread_cond_destroy(&a->wake);
	free(a);
}
