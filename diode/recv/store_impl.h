/* Inside diode/recv only: the store's thread and what it does. */
#ifndef SW_DIODE_STORE_IMPL_H
#define SW_DIODE_STORE_IMPL_H
#include "diode/recv/parcel.h"
#include "diode/recv/spout.h"
#include "diode/recv/store.h"
#include <pthread.h>
#include <stdatomic.h>

#define STORE_BATCH 64        /* published together */
#define STORE_FAILED_MAX 1024 /* ids of finished objects that could not be kept */

struct store_file {
	struct frame_object id;
	uint16_t meta;
	bool kept;
	atomic_bool digest;
	struct parcel *file; /* made by the thread with the first block */
	struct spout *spout;
	atomic_bool failed;
};
enum store_kind { STORE_WRITE, STORE_FINISH, STORE_KEEP, STORE_DROP, STORE_SIGN };
struct store_job {
	STAILQ_ENTRY(store_job) next;
	enum store_kind kind;
	struct store_file *file;
	struct incoming_data data;
	struct frame_meta *meta;
	struct frame_id key; /* of a finish: told back when it fails */
	uint64_t size;       /* of a finish: bytes of the file */
	int err, why;        /* of a finish: why it failed so far; why it was refused */
	enum shelf_result result;
	bool intended; /* that it is to appear stands in the log */
	struct buf map;
};
STAILQ_HEAD(store_jobs, store_job);

struct store {
	struct store_options o;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more, calm;
	struct store_jobs jobs;                   /* lock */
	bool stopping, resting;                   /* lock */
	struct store_counts counts;               /* lock */
	struct frame_id failed[STORE_FAILED_MAX]; /* lock */
	size_t failed_n;                          /* lock */
	int wake;
	struct store_jobs ready; /* thread: finished, to be published together */
	size_t ready_n;          /* thread */
	int64_t ready_at;        /* thread: ms, when the first of them was */
	bool untold;             /* thread: records may wait to be written */
	uint64_t settled;        /* thread */
	atomic_bool broken;      /* standard output */
};

/* All by the thread. store_file.c */
void store_file_write(struct store *s, struct store_file *f, const struct incoming_data *d);
/* What is not complete is kept with its map. */
void store_file_keep(struct store *s, struct store_file *f, struct view map);
/* What was kept of it is no longer of use. */
void store_file_forget(struct store *s, const struct frame_object *id, bool part);
SW_MUST_USE int store_file_open(struct store *s, struct store_file *f);
void store_file_fail(struct store *s, struct store_file *f, int err, const char *what);
void store_file_close(struct store *s, struct store_file *f);

/* store_publish.c: publishes what is ready: that it is to be stands in the log before, what became of it
 * after; the folders are synced in between. The jobs are freed. */
void store_publish(struct store *s);
/* What was noted is written, and signed. */
void store_record(struct store *s, bool sign);
/* Somebody waits at store_wake_fd. */
void store_wake(struct store *s);
#endif
