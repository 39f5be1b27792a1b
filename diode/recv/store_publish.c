/* Finished objects take their places together: one record and one sync for all of them. */
#include "common/log/log.h"
#include "diode/recv/seal.h"
#include "diode/recv/store_impl.h"
#include <errno.h>
#include <sys/stat.h>

static bool recorded(const struct store *s, const struct store_job *j)
{
	return trail_wants(s->o.trail, j->meta->name, j->size);
}

/* Its file is measured, and that it is to appear is noted. */
static void intend(struct store *s, struct store_job *j)
{
	struct store_file *f = j->file;
	struct stat st = {0};
	j->err = atomic_load(&f->failed) ? ERR_IO : 0;
	if (j->err == 0 && s->o.shelf != NULL && f->kept)
		j->err = store_file_open(s, f);
	if (j->err == 0 && f->file != NULL)
		j->err = fstat(parcel_fd(f->file), &st) != 0 ? err_from_errno(errno) : 0;
	j->size = (uint64_t)st.st_size;
	if (j->err == 0 && recorded(s, j))
		j->err = trail_note(s->o.trail, TRAIL_BEFORE, "object.publish", j->meta->name,
			"{\"bytes\":%llu}", (unsigned long long)j->size);
}

static int place(struct store *s, struct store_job *j)
{
	struct store_file *f = j->file;
	int err = 0;
	if (s->o.shelf == NULL)
		return f->spout != NULL ? spout_end(f->spout) : 0;
	if (j->meta->digest)
		err = seal_check(parcel_fd(f->file), s->o.suite);
	if (err == ERR_DIGEST) {
		j->result = SHELF_REFUSED;
		err = shelf_refuse(s->o.shelf, f->file, j->meta, &f->id, ERR_DIGEST);
	} else if (err == 0) {
		err = shelf_publish(s->o.shelf, f->file, j->meta, &f->id, &j->result);
	}
	if (err == 0 && f->kept)
		store_file_forget(s, &f->id, false);
	return err;
}

static void count(struct store *s, const struct store_job *j)
{
	uint64_t *const at[] = {[SHELF_NEW] = &s->counts.published,
		[SHELF_SAME] = &s->counts.same,
		[SHELF_FORK] = &s->counts.forked,
		[SHELF_REFUSED] = &s->counts.refused};
	pthread_mutex_lock(&s->lock);
	++*at[j->result];
	s->counts.bytes += j->result == SHELF_NEW ? j->size : 0;
	pthread_mutex_unlock(&s->lock);
	log_debug("object", "name=\"%s\" result=%d", j->meta->name, (int)j->result);
}

static void give_up(struct store *s, struct store_job *j)
{
	store_file_fail(s, j->file, j->err, "publish");
	pthread_mutex_lock(&s->lock);
	s->counts.failed++;
	if (s->failed_n < STORE_FAILED_MAX)
		s->failed[s->failed_n++] = j->key;
	pthread_mutex_unlock(&s->lock);
}

/* What became of it; `synced`: of the folders. */
static void tell(struct store *s, struct store_job *j, int synced)
{
	const char *name = j->meta->name;
	bool placed = j->result == SHELF_NEW || j->result == SHELF_SAME;
	int why = j->err != 0 ? j->err : placed ? synced : j->why, err;
	if (!j->intended)
		return;
	if (why == 0)
		err = trail_note(s->o.trail, TRAIL_AFTER, "object.published", name,
			"{\"bytes\":%llu,\"new\":%s}", (unsigned long long)j->size,
			j->result == SHELF_NEW ? "true" : "false");
	else
		err = trail_note(s->o.trail, TRAIL_AFTER,
			j->err != 0 || placed ? "object.unpublished" : "object.refused", name,
			"{\"reason\":\"%s\"}", err_name(why));
	if (err != 0)
		log_error("audit", "what=\"a record was lost\" reason=%s", err_name(err));
}

static void job_free(struct store *s, struct store_job *j)
{
	store_file_close(s, j->file);
	pool_give(s->o.pool, j->meta, sizeof *j->meta);
	pool_give(s->o.pool, j, sizeof *j);
}

void store_publish(struct store *s)
{
	struct store_job *j;
	uint64_t before = s->settled, placed = 0;
	STAILQ_FOREACH(j, &s->ready, next)
	intend(s, j);
	int written = trail_write(s->o.trail);
	STAILQ_FOREACH(j, &s->ready, next)
	{
		j->intended = j->err == 0 && written == 0 && recorded(s, j);
		if (j->err == 0 && recorded(s, j))
			j->err = written;
		if (j->err == 0)
			j->err = place(s, j);
		if (j->err != 0) {
			give_up(s, j);
			continue;
		}
		j->why = s->o.shelf != NULL ? shelf_why(s->o.shelf) : 0;
		placed += j->result == SHELF_NEW || j->result == SHELF_SAME;
		count(s, j);
	}
	int synced = s->o.shelf != NULL ? shelf_sync(s->o.shelf) : 0;
	if (synced != 0)
		log_error("store", "what=sync reason=%s", err_name(synced));
	s->settled += synced == 0 ? placed : 0;
	while ((j = STAILQ_FIRST(&s->ready)) != NULL) {
		STAILQ_REMOVE_HEAD(&s->ready, next);
		tell(s, j, synced);
		job_free(s, j);
	}
	s->ready_n = 0;
	s->untold = true;
	if (s->o.count > 0 && before < s->o.count && s->settled >= s->o.count)
		store_wake(s);
}

void store_record(struct store *s, bool sign)
{
	s->untold = false;
	if (trail_write(s->o.trail) != 0 || (sign && trail_sign(s->o.trail) != 0))
		log_error("audit", "what=\"the log cannot be written: nothing more is published\"");
}
