#include "common/base/id.h"
#include "diode/recv/store_impl.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define GROUP_MS 2 /* a finished object waits so long for others */

static void push(struct store *s, struct store_job *j)
{
	pthread_mutex_lock(&s->lock);
	STAILQ_INSERT_TAIL(&s->jobs, j, next);
	pthread_cond_signal(&s->more);
	pthread_mutex_unlock(&s->lock);
}

static struct store_job *job_new(struct store *s, enum store_kind kind, struct store_file *f)
{
	struct store_job *j = pool_take(s->o.pool, sizeof *j, 1);
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
	struct store_job *j = job_new(s, STORE_WRITE, f);
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
	struct store_job *j = job_new(s, STORE_FINISH, f);
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
static struct store_job *last_job(enum store_kind kind, struct store_file *f)
{
	struct store_job *j = calloc(1, sizeof *j);
	REQUIRE(j != NULL);
	j->kind = kind;
	j->file = f;
	buf_init(&j->map, SIZE_MAX / 2);
	return j;
}

void store_keep(struct store *s, struct store_file *f, struct view map)
{
	struct store_job *j = last_job(STORE_KEEP, f);
	if (s->o.shelf == NULL || buf_add_view(&j->map, map) != 0)
		j->kind = STORE_DROP;
	push(s, j);
}

void store_drop(struct store *s, struct store_file *f)
{
	push(s, last_job(STORE_DROP, f));
}

void store_sign(struct store *s)
{
	if (s->o.trail != NULL)
		push(s, last_job(STORE_SIGN, NULL));
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

void store_wake(struct store *s)
{
	uint64_t one = 1;
	(void)!write(s->wake, &one, sizeof one);
}

/* From here on the thread. */

static void finish(struct store *s, struct store_job *j)
{
	if (s->ready_n++ == 0)
		s->ready_at = time_mono_ms();
	STAILQ_INSERT_TAIL(&s->ready, j, next);
}

static void do_job(struct store *s, struct store_job *j)
{
	switch (j->kind) {
	case STORE_WRITE:
		store_file_write(s, j->file, &j->data);
		pool_give(s->o.pool, j, sizeof *j);
		return;
	case STORE_FINISH:
		finish(s, j);
		return;
	case STORE_SIGN:
		store_record(s, true);
		break;
	case STORE_KEEP:
	case STORE_DROP:
		if (j->kind == STORE_KEEP)
			store_file_keep(s, j->file, buf_view(&j->map));
		else if (j->file->kept && s->o.shelf != NULL)
			store_file_forget(s, &j->file->id, true);
		store_file_close(s, j->file);
		break;
	}
	buf_fini(&j->map);
	free(j);
}

static void *run(void *cookie)
{
	struct store *s = cookie;
	for (;;) {
		pthread_mutex_lock(&s->lock);
		while (STAILQ_EMPTY(&s->jobs) && !s->stopping && s->ready_n == 0 && !s->untold) {
			s->resting = true;
			pthread_cond_broadcast(&s->calm);
			pthread_cond_wait(&s->more, &s->lock);
			s->resting = false;
		}
		struct store_job *j = STAILQ_FIRST(&s->jobs);
		if (j != NULL)
			STAILQ_REMOVE_HEAD(&s->jobs, next);
		bool end = j == NULL && s->stopping && s->ready_n == 0;
		pthread_mutex_unlock(&s->lock);
		if (j != NULL)
			do_job(s, j);
		if (s->ready_n > 0 &&
			(j == NULL || s->ready_n >= STORE_BATCH || time_mono_ms() - s->ready_at >= GROUP_MS))
			store_publish(s);
		if (j == NULL)
			store_record(s, end);
		if (end)
			return NULL;
	}
}

int store_start(const struct store_options *o, struct store **out)
{
	struct store *s = calloc(1, sizeof *s);
	if (s == NULL)
		return ERR_NOMEM;
	s->o = *o;
	STAILQ_INIT(&s->jobs);
	STAILQ_INIT(&s->ready);
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
