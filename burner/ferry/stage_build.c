#include "burner/ferry/stage_build.h"

#include "burner/ferry/bundle_form.h"
#include "common/os/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int dir_open(int at, const char *name, int *out)
{
	*out = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return *out < 0 ? err_from_errno(errno) : 0;
}

/* Two levels are all there is. */
static int tree_remove(int at, const char *name)
{
	int fd = -1, rc = dir_open(at, name, &fd);
	if (rc == ERR_NOTFOUND)
		return 0;
	DIR *d = rc == 0 ? fdopendir(fd) : NULL;
	if (!d)
		return rc < 0 ? rc : ERR_IO;
	for (struct dirent *e; rc == 0 && (e = readdir(d));) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, e->d_name, 0) < 0)
			rc = errno == EISDIR || errno == EPERM ? tree_remove(fd, e->d_name)
							       : err_from_errno(errno);
	}
	closedir(d);
	return rc == 0 && unlinkat(at, name, AT_REMOVEDIR) < 0 ? err_from_errno(errno) : rc;
}

int stage_build_clear(const struct ledger *l)
{
	int fd = -1, rc = dir_open(ledger_dir(l, LEDGER_TMP), ".", &fd);
	DIR *d = rc == 0 ? fdopendir(fd) : NULL;
	if (!d)
		return rc < 0 ? rc : ERR_IO;
	for (struct dirent *e; rc == 0 && (e = readdir(d));)
		if (disc_id_ok(e->d_name))
			rc = tree_remove(fd, e->d_name);
	closedir(d);
	return rc;
}

/* A copy, not a link: what happens to the file in the spool no longer touches the disc. */
static int bundle_copy(int from, int to, const struct suite *suite, const struct trust *trust,
	struct disc_file *f, struct err_note *note)
{
	struct hasher *h = NULL;
	struct file_new *copy = NULL;
	struct stat st;
	char block[65536];
	ssize_t n = 0;
	int in = openat(from, f->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (in < 0 || fstat(in, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0) {
		if (in >= 0)
			close(in);
		return err_set(note, ERR_MEMBER, "%s: not a plain file with content", f->name);
	}
	f->size = 0;
	int rc = bundle_form(in, st.st_size, f->name, trust, note);
	if (rc < 0) {
		close(in);
		return rc;
	}
	rc = hasher_new(suite, &h);
	if (rc == 0)
		rc = file_new_open(to, 0640, &copy);
	while (rc == 0 && (n = read(in, block, sizeof block)) > 0) {
		hasher_add(h, view_of(block, (size_t)n));
		f->size += n;
		rc = file_write_all(file_new_fd(copy), block, (size_t)n);
	}
	if (rc == 0 && n < 0)
		rc = err_from_errno(errno);
	if (rc == 0)
		rc = file_new_publish(copy, f->name, "stage.bundle");
	if (rc == 0)
		hasher_get(h, &f->digest);
	else
		rc = err_set(note, rc, "%s: cannot be staged", f->name);
	file_new_free(copy);
	hasher_free(h);
	close(in);
	return rc;
}

static int record_make(const struct ledger *l, const struct disc *d, const struct digest *identity,
	const struct ferry_order *o, int64_t n, struct err_note *note)
{
	json_t *r = record_new(d, identity, "staged", o->by, o->reason, n);
	int rc = r && json_object_set_new(r, "use", json_string(o->use)) == 0 &&
				 json_object_set_new(r, "medium", json_string(o->medium)) == 0
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
	for (size_t i = 0; rc == 0 && i < d->n; i++)
		rc = bundle_copy(from, bundles, d->suite, o->trust, &d->files[i], note);
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
