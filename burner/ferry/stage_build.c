#include "burner/ferry/stage_build.h"

#include "burner/disc/workers.h"
#include "burner/ferry/bundle_form.h"
#include "burner/ferry/list_form.h"
#include "common/os/file.h"
#include "common/os/listing.h"
#include "common/spool/spool.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int stage_build_clear(const struct ledger *l)
{
	struct listing all;
	int rc = listing_open(ledger_dir(l, LEDGER_TMP), ".", &all);
	for (const struct dirent *e; rc == 0 && (e = listing_next(&all));)
		if (disc_id_ok(e->d_name))
			rc = listing_remove(dirfd(all.dir), e->d_name);
	return listing_close(&all, rc);
}

/* The file itself, where both lie on one file system: it is whole and durable, and whoever still has it does
 * not change it (the digest would tell at burning). *linked: it was. */
static int bundle_link(int from, int to, const char *name, int in, bool *linked)
{
	struct stat a, b;
	*linked = linkat(from, name, to, name, 0) == 0;
	if (!*linked)
		return errno == EXDEV || errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP
			       ? 0
			       : err_from_errno(errno);
	return fstat(in, &a) == 0 && fstatat(to, name, &b, AT_SYMLINK_NOFOLLOW) == 0 &&
			       a.st_ino == b.st_ino && a.st_dev == b.st_dev
		       ? 0
		       : ERR_CONFLICT;
}

struct staging {
	int from, to;
	const struct trust *trust;
	struct disc *disc;
	struct worker_space space[WORKERS];
};

/* All bytes to the digest, and to `copy` when it was not linked. */
static int bundle_through(int in, struct file_new *copy, const struct worker_space *h, struct disc_file *f)
{
	int rc = 0;
	ssize_t n = 0;
	hasher_reset(h->hasher);
	while (rc == 0 && (n = read(in, h->block, WORKER_BLOCK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_from_errno(errno);
		f->size += n;
		hasher_add(h->hasher, view_of(h->block, (size_t)n));
		if (copy)
			rc = file_write_all(file_new_fd(copy), h->block, (size_t)n);
	}
	hasher_get(h->hasher, &f->digest);
	return rc;
}

static int bundle_take(const struct staging *s, int in, const struct worker_space *h, struct disc_file *f)
{
	struct file_new *copy = NULL;
	bool linked = false;
	int rc = bundle_link(s->from, s->to, f->name, in, &linked);
	if (rc == 0 && !linked)
		rc = file_new_open(s->to, 0640, &copy);
	if (rc == 0)
		rc = bundle_through(in, copy, h, f);
	if (rc == 0 && copy)
		rc = file_new_publish(copy, f->name, "stage.bundle");
	file_new_free(copy);
	return rc;
}

static int bundle_stage(void *arg, int worker, size_t i, struct err_note *note)
{
	const struct staging *s = arg;
	struct disc_file *f = &s->disc->files[i];
	struct stat st;
	int in = openat(s->from, f->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (in < 0 || fstat(in, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0) {
		if (in >= 0)
			close(in);
		return err_set(note, ERR_MEMBER, "%s: not a plain file with content", f->name);
	}
	f->size = 0;
	f->from = taken_file(&st);
	int rc = spool_list_name(f->name) ? list_form(in, st.st_size, f->name, note)
					  : bundle_form(in, st.st_size, f->name, s->trust, note);
	if (rc == 0 && (rc = bundle_take(s, in, &s->space[worker], f)) < 0)
		rc = err_set(note, rc, "%s: cannot be staged", f->name);
	if (rc == 0 && f->size != st.st_size)
		rc = err_set(note, ERR_CONFLICT, "%s: is still being written", f->name);
	close(in);
	return rc;
}

static int bundles_stage(struct staging *s, struct err_note *note)
{
	int rc = worker_spaces_init(s->space, s->disc->suite);
	if (rc == 0)
		rc = workers_run(bundle_stage, s, s->disc->n, note);
	worker_spaces_fini(s->space);
	return rc;
}

static int dir_open(int at, const char *name, int *out)
{
	*out = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return *out < 0 ? err_from_errno(errno) : 0;
}

static int record_make(const struct ledger *l, const struct disc *d, const struct digest *identity,
	const struct ferry_order *o, int64_t n, struct err_note *note)
{
	json_t *r = record_new(d, identity, "staged", o->by, o->reason, n);
	int rc = r && json_object_set_new(r, "medium", json_string(o->medium)) == 0
			 ? ledger_write(l, LEDGER_TMP, d->id, r, note)
			 : ERR_NOMEM;
	json_decref(r);
	return rc;
}

int stage_build(const struct ledger *l, int from, struct disc *d, const struct ferry_order *o, int64_t n,
	struct digest *identity, struct err_note *note)
{
	struct buf manifest;
	int dir = -1, bundles = -1, tmp = ledger_dir(l, LEDGER_TMP), rc = 0;
	buf_init(&manifest, DISC_MANIFEST_MAX);
	if (mkdirat(tmp, d->id, 0750) < 0 || (rc = dir_open(tmp, d->id, &dir)) < 0 ||
		mkdirat(dir, "bundles", 0750) < 0 || mkdirat(dir, "approvals", 0750) < 0 ||
		(rc = dir_open(dir, "bundles", &bundles)) < 0)
		rc = err_set(note, rc < 0 ? rc : err_from_errno(errno), "disc %s: its folder cannot be made",
			d->id);
	struct staging s = {.from = from, .to = bundles, .trust = o->trust, .disc = d};
	if (rc == 0)
		rc = bundles_stage(&s, note);
	if (rc == 0)
		rc = file_fsync_dir(bundles, "stage.bundles");
	if (rc == 0)
		rc = disc_encode(d, &manifest);
	if (rc == 0)
		rc = file_write(dir, "disc.json", 0640, buf_view(&manifest), "stage.manifest");
	if (rc == 0) {
		disc_identity(d, buf_view(&manifest), identity);
		rc = record_make(l, d, identity, o, n, note);
	}
	if (rc < 0 && note && note->err == 0)
		err_set(note, rc, "disc %s cannot be staged", d->id);
	if (dir >= 0)
		close(dir);
	if (bundles >= 0)
		close(bundles);
	buf_fini(&manifest);
	return rc;
}
