#include "diode/recv/store.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/file.h"
#include "diode/recv/seal.h"
#include "diode/recv/spout.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH 64        /* published between two syncs of the folders */
#define FAILED_MAX 1024 /* ids of finished objects that could not be kept */

struct store_file {
	struct frame_object id;
	uint16_t meta;
	bool kept;
	atomic_bool digest;
	struct parcel *file; /* made by the thread with the first block */
	struct spout *spout;
	atomic_bool failed;
};
enum kind { WRITE, FINISH, KEEP, DROP };
struct job {
	STAILQ_ENTRY(job) next;
	enum kind kind;
	struct store_file *file;
	struct incoming_data data;
	struct frame_meta *meta;
	struct frame_id key; /* of a finish: told back when it fails */
	struct buf map;
};
STAILQ_HEAD(jobs, job);

struct store {
	struct store_options o;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more, calm;
	struct jobs jobs;                   /* lock */
	bool stopping, resting;             /* lock */
	struct store_counts counts;         /* lock */
	struct frame_id failed[FAILED_MAX]; /* lock */
	size_t failed_n;                    /* lock */
	int wake;
	uint64_t unsynced, settled; /* thread */
	atomic_bool broken;         /* standard output */
};

static void push(struct store *s, struct job *j)
{
	pthread_mutex_lock(&s->lock);
	STAILQ_INSERT_TAIL(&s->jobs, j, next);
	pthread_cond_signal(&s->more);
	pthread_mutex_unlock(&s->lock);
}

static struct job *job_new(struct store *s, enum kind kind, struct store_file *f)
{
	struct job *j = pool_take(s->o.pool, sizeof *j, 1);
	if (j == NULL)
		return NULL;
	j->kind = kind;
	j->file = f;
	return j;
}

struct store_file *store_begin(struct store *s, const struct frame_object *id, uint16_t meta, bool kept)
{
	struct store_file *f = pool_take(s->o.pool, sizeof *f, 1);
	if (f == NULL)
		return NULL;
	f->id = *id;
	f->meta = meta;
	f->kept = kept;
	return f;
}

void store_expect_digest(struct store_file *f)
{
	atomic_store(&f->digest, true);
}

int store_write_take(struct store *s, struct store_file *f, const struct incoming_data *d)
{
	struct job *j = job_new(s, WRITE, f);
	if (j == NULL) {
		pool_give(s->o.pool, d->p, d->room);
		atomic_store(&f->failed, true); /* its bytes are gone and its block counts as done */
		return ERR_NOSPACE;
	}
	j->data = *d;
	push(s, j);
	return 0;
}

int store_finish(
	struct store *s, struct store_file *f, const struct frame_meta *m, const struct frame_id *key)
{
	struct job *j = job_new(s, FINISH, f);
	struct frame_meta *copy = j != NULL ? pool_take(s->o.pool, sizeof *copy, 0) : NULL;
	if (copy == NULL) {
		pool_give(s->o.pool, j, sizeof *j);
		return ERR_NOSPACE;
	}
	*copy = *m;
	j->meta = copy;
	j->key = *key;
	push(s, j);
	return 0;
}

/* These must not fail: a file left open would stay for good. */
static struct job *last_job(enum kind kind, struct store_file *f)
{
	struct job *j = calloc(1, sizeof *j);
	REQUIRE(j != NULL);
	j->kind = kind;
	j->file = f;
	buf_init(&j->map, SIZE_MAX / 2);
	return j;
}

void store_keep(struct store *s, struct store_file *f, struct view map)
{
	struct job *j = last_job(KEEP, f);
	if (s->o.shelf == NULL || buf_add_view(&j->map, map) != 0)
		j->kind = DROP;
	push(s, j);
}

void store_drop(struct store *s, struct store_file *f)
{
	push(s, last_job(DROP, f));
}

bool store_file_failed(const struct store_file *f)
{
	return atomic_load(&f->failed);
}

bool store_next_failed(struct store *s, struct frame_id *key)
{
	pthread_mutex_lock(&s->lock);
	bool any = s->failed_n > 0;
	if (any)
		*key = s->failed[--s->failed_n];
	pthread_mutex_unlock(&s->lock);
	return any;
}

struct store_counts store_counts(struct store *s)
{
	pthread_mutex_lock(&s->lock);
	struct store_counts c = s->counts;
	pthread_mutex_unlock(&s->lock);
	return c;
}

bool store_broken(const struct store *s)
{
	return atomic_load(&s->broken);
}

int store_wake_fd(const struct store *s)
{
	return s->wake;
}

static void wake(struct store *s)
{
	uint64_t one = 1;
	(void)!write(s->wake, &one, sizeof one);
}

/* From here on the thread. */

static void fail(struct store *s, struct store_file *f, int err, const char *what)
{
	if (!atomic_exchange(&f->failed, true))
		log_error("store", "what=%s reason=%s", what, err_name(err));
	if (s->o.shelf == NULL && !atomic_exchange(&s->broken, true))
		wake(s);
}

static int write_at(int fd, const uint8_t *p, size_t n, uint64_t at)
{
	while (n > 0) {
		ssize_t w = pwrite(fd, p, n, (off_t)at);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return err_from_errno(errno);
		p += w;
		at += (uint64_t)w;
		n -= (size_t)w;
	}
	return 0;
}

/* The names of what is kept of an object. */
static void kept_name(const struct frame_object *id, const char *end, char out[static 48])
{
	for (size_t i = 0; i < sizeof id->b; i++)
		snprintf(out + 2 * i, 3, "%02x", id->b[i]);
	snprintf(out + 2 * sizeof id->b, 8, "%s", end);
}

static int open_file(struct store *s, struct store_file *f)
{
	char name[48];
	int home = shelf_home(s->o.shelf);
	if (f->file != NULL)
		return 0;
	kept_name(&f->id, ".part", name);
	return f->kept ? parcel_resume(home, name, &f->file) : parcel_new(home, &f->file);
}

static int write_file(struct store *s, struct store_file *f, const struct incoming_data *d)
{
	int err = open_file(s, f);
	if (err != 0)
		return err;
	/* The description stands before the content and is no part of the file. */
	uint32_t skip = d->offset == 0 ? f->meta : 0;
	fault_point("diode-recv.write.before");
	err = fault_fail("diode-recv.write") ? ERR_NOSPACE
					     : write_at(parcel_fd(f->file), d->p + skip, d->length - skip,
						       d->offset + skip - f->meta);
	fault_point("diode-recv.write.after");
	return err;
}

static void do_write(struct store *s, struct store_file *f, const struct incoming_data *d)
{
	int err = 0;
	if (atomic_load(&f->failed)) {
		pool_give(s->o.pool, d->p, d->room);
		return;
	}
	if (s->o.shelf != NULL) {
		err = write_file(s, f, d);
		pool_give(s->o.pool, d->p, d->room);
	} else {
		if (f->spout == NULL)
			err = spout_new(STDOUT_FILENO, s->o.pool, f->meta,
				atomic_load(&f->digest) ? s->o.suite : NULL, &f->spout);
		if (err == 0)
			err = spout_write_take(f->spout, d);
		else
			pool_give(s->o.pool, d->p, d->room);
	}
	if (err != 0)
		fail(s, f, err, "write");
}

static void close_file(struct store *s, struct store_file *f)
{
	parcel_free(f->file);
	spout_free(f->spout);
	pool_give(s->o.pool, f, sizeof *f);
}

static void count(struct store *s, enum shelf_result r, uint64_t bytes)
{
	uint64_t *const at[] = {[SHELF_NEW] = &s->counts.published,
		[SHELF_SAME] = &s->counts.same,
		[SHELF_FORK] = &s->counts.forked,
		[SHELF_REFUSED] = &s->counts.refused};
	pthread_mutex_lock(&s->lock);
	++*at[r];
	s->counts.bytes += r == SHELF_NEW ? bytes : 0;
	pthread_mutex_unlock(&s->lock);
	if (r == SHELF_NEW || r == SHELF_SAME)
		s->unsynced++;
}

/* What was kept of it is no longer of use. */
static void forget(struct store *s, const struct frame_object *id, bool part)
{
	char name[48];
	int home = shelf_home(s->o.shelf);
	kept_name(id, ".map", name);
	(void)!file_unlink(home, name, "diode-recv.forget");
	kept_name(id, ".part", name);
	if (part)
		(void)!file_unlink(home, name, "diode-recv.forget");
}

static int publish(struct store *s, struct store_file *f, const struct frame_meta *m, enum shelf_result *r)
{
	int err = 0;
	if (m->digest)
		err = seal_check(parcel_fd(f->file), s->o.suite);
	if (err == ERR_DIGEST) {
		*r = SHELF_REFUSED;
		err = shelf_refuse(s->o.shelf, f->file, m, &f->id, ERR_DIGEST);
	} else if (err == 0) {
		err = shelf_publish(s->o.shelf, f->file, m, &f->id, r);
	}
	if (err == 0 && f->kept)
		forget(s, &f->id, false);
	return err;
}

/* The file first: a map speaks only of what is durable. */
static void do_keep(struct store *s, struct store_file *f, struct view map)
{
	char name[48];
	int err = atomic_load(&f->failed) ? ERR_IO : f->file == NULL && f->kept ? 0 : open_file(s, f);
	kept_name(&f->id, ".part", name);
	if (err == 0 && f->file != NULL)
		err = parcel_keep(f->file, name);
	kept_name(&f->id, ".map", name);
	if (err == 0)
		err = file_write(shelf_home(s->o.shelf), name, 0600, map, "diode-recv.map");
	if (err != 0) {
		log_error("store", "what=keep reason=%s", err_name(err));
		forget(s, &f->id, true);
	}
}

static void do_finish(
	struct store *s, struct store_file *f, const struct frame_meta *m, const struct frame_id *key)
{
	enum shelf_result r = SHELF_NEW;
	int err = atomic_load(&f->failed) ? ERR_IO : 0;
	struct stat st = {0};
	if (err == 0 && s->o.shelf != NULL) {
		if (f->kept)
			err = open_file(s, f);
		if (err == 0 && f->file != NULL)
			err = fstat(parcel_fd(f->file), &st) != 0 ? err_from_errno(errno) : 0;
		if (err == 0)
			err = publish(s, f, m, &r);
	} else if (err == 0 && f->spout != NULL) {
		err = spout_end(f->spout);
	}
	if (err == 0) {
		count(s, r, (uint64_t)st.st_size);
		log_debug("object", "name=\"%s\" result=%d", m->name, (int)r);
		return;
	}
	fail(s, f, err, "publish");
	pthread_mutex_lock(&s->lock);
	s->counts.failed++;
	if (s->failed_n < FAILED_MAX)
		s->failed[s->failed_n++] = *key;
	pthread_mutex_unlock(&s->lock);
}

/* Once the folders are synced, what was published counts. */
static void settle(struct store *s)
{
	if (s->unsynced == 0)
		return;
	int err = s->o.shelf != NULL ? shelf_sync(s->o.shelf) : 0;
	uint64_t before = s->settled;
	if (err != 0)
		log_error("store", "what=sync reason=%s", err_name(err));
	else
		s->settled += s->unsynced;
	s->unsynced = 0;
	if (s->o.count > 0 && before < s->o.count && s->settled >= s->o.count)
		wake(s);
}

static void do_job(struct store *s, struct job *j)
{
	switch (j->kind) {
	case WRITE:
		do_write(s, j->file, &j->data);
		break;
	case FINISH:
		do_finish(s, j->file, j->meta, &j->key);
		close_file(s, j->file);
		pool_give(s->o.pool, j->meta, sizeof *j->meta);
		break;
	case KEEP:
	case DROP:
		if (j->kind == KEEP)
			do_keep(s, j->file, buf_view(&j->map));
		else if (j->file->kept && s->o.shelf != NULL)
			forget(s, &j->file->id, true);
		close_file(s, j->file);
		buf_fini(&j->map);
		free(j);
		return;
	}
	pool_give(s->o.pool, j, sizeof *j);
}

static void *run(void *cookie)
{
	struct store *s = cookie;
	for (;;) {
		pthread_mutex_lock(&s->lock);
		while (STAILQ_EMPTY(&s->jobs) && !s->stopping && s->unsynced == 0) {
			s->resting = true;
			pthread_cond_broadcast(&s->calm);
			pthread_cond_wait(&s->more, &s->lock);
			s->resting = false;
		}
		struct job *j = STAILQ_FIRST(&s->jobs);
		if (j != NULL)
			STAILQ_REMOVE_HEAD(&s->jobs, next);
		bool end = j == NULL && s->stopping && s->unsynced == 0;
		pthread_mutex_unlock(&s->lock);
		if (end)
			return NULL;
		if (j != NULL)
			do_job(s, j);
		if (j == NULL || s->unsynced >= BATCH)
			settle(s);
	}
}

int store_start(const struct store_options *o, struct store **out)
{
	struct store *s = calloc(1, sizeof *s);
	if (s == NULL)
		return ERR_NOMEM;
	s->o = *o;
	STAILQ_INIT(&s->jobs);
	s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int err = s->wake < 0 ? err_from_errno(errno) : 0;
	if (err == 0 && (pthread_mutex_init(&s->lock, NULL) != 0 || pthread_cond_init(&s->more, NULL) != 0 ||
				pthread_cond_init(&s->calm, NULL) != 0 ||
				pthread_create(&s->thread, NULL, run, s) != 0))
		err = ERR_NOMEM;
	if (err != 0) {
		if (s->wake >= 0)
			close(s->wake);
		free(s);
		return err;
	}
	*out = s;
	return 0;
}

void store_settle(struct store *s)
{
	pthread_mutex_lock(&s->lock);
	while (!s->resting || !STAILQ_EMPTY(&s->jobs))
		pthread_cond_wait(&s->calm, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

bool store_stop(struct store *s)
{
	if (s == NULL)
		return false;
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_signal(&s->more);
	pthread_mutex_unlock(&s->lock);
	(void)pthread_join(s->thread, NULL);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->more);
	pthread_cond_destroy(&s->calm);
	close(s->wake);
	bool broken = atomic_load(&s->broken);
	free(s);
	return broken;
}
