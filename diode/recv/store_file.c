/* The bytes of one object: written block by block, kept while it is not complete. */
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/file.h"
#include "diode/recv/store_impl.h"
#include <stdio.h>
#include <unistd.h>

void store_file_fail(struct store *s, struct store_file *f, int err, const char *what)
{
	if (!atomic_exchange(&f->failed, true))
		log_error("store", "what=%s reason=%s", what, err_name(err));
	if (s->o.shelf == NULL && !atomic_exchange(&s->broken, true))
		store_wake(s);
}

/* The names of what is kept of an object. */
static void kept_name(const struct frame_object *id, const char *end, char out[static 48])
{
	for (size_t i = 0; i < sizeof id->b; i++)
		snprintf(out + 2 * i, 3, "%02x", id->b[i]);
	snprintf(out + 2 * sizeof id->b, 8, "%s", end);
}

int store_file_open(struct store *s, struct store_file *f)
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
	int err = store_file_open(s, f);
	if (err != 0)
		return err;
	/* The description stands before the content and is no part of the file. */
	uint32_t skip = d->offset == 0 ? f->meta : 0;
	fault_point("diode-recv.write.before");
	err = fault_fail("diode-recv.write")
		      ? ERR_NOSPACE
		      : file_pwrite_all(parcel_fd(f->file), d->p + skip, d->length - skip,
				(int64_t)(d->offset + skip - f->meta));
	fault_point("diode-recv.write.after");
	return err;
}

void store_file_write(struct store *s, struct store_file *f, const struct incoming_data *d)
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
		store_file_fail(s, f, err, "write");
}

void store_file_forget(struct store *s, const struct frame_object *id, bool part)
{
	char name[48];
	int home = shelf_home(s->o.shelf);
	kept_name(id, ".map", name);
	(void)!file_unlink(home, name, "diode-recv.forget");
	kept_name(id, ".part", name);
	if (part)
		(void)!file_unlink(home, name, "diode-recv.forget");
}

/* The file first: a map speaks only of what is durable. */
void store_file_keep(struct store *s, struct store_file *f, struct view map)
{
	char name[48];
	int err = atomic_load(&f->failed) ? ERR_IO : f->file == NULL && f->kept ? 0 : store_file_open(s, f);
	kept_name(&f->id, ".part", name);
	if (err == 0 && f->file != NULL)
		err = parcel_keep(f->file, name);
	kept_name(&f->id, ".map", name);
	if (err == 0)
		err = file_write(shelf_home(s->o.shelf), name, 0600, map, "diode-recv.map");
	if (err != 0) {
		log_error("store", "what=keep reason=%s", err_name(err));
		store_file_forget(s, &f->id, true);
	}
}

void store_file_close(struct store *s, struct store_file *f)
{
	parcel_free(f->file);
	spout_free(f->spout);
	pool_give(s->o.pool, f, sizeof *f);
}
