#include "burner/ferry/bundle_form.h"
#include "burner/ferry/ferry.h"
#include "burner/ferry/stage_number.h"

#include "common/os/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The disc is built in tmp/DISC and becomes one by a single rename to out/DISC. Only then the bundles leave
 * the spool: one that stays behind after a crash is carried once more by the next disc, which is nothing to
 * its receiver. */

/* In sectors: 80 minutes, one layer, one layer. */
static const struct {
	const char *name;
	uint32_t sectors;
} MEDIA[] = {{"cd", 359844}, {"dvd", 2295104}, {"bd", 12219392}};

uint32_t ferry_capacity(const char *medium)
{
	for (size_t i = 0; i < sizeof MEDIA / sizeof *MEDIA; i++)
		if (strcmp(MEDIA[i].name, medium) == 0)
			return MEDIA[i].sectors;
	return 0;
}

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

static int tmp_clear(const struct ledger *l)
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

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct disc_file *)a)->name, ((const struct disc_file *)b)->name);
}

static int names_read(int from, struct disc *d, struct err_note *note)
{
	int fd = -1, rc = dir_open(from, ".", &fd);
	DIR *dir = rc == 0 ? fdopendir(fd) : NULL;
	if (!dir)
		return err_set(note, rc < 0 ? rc : ERR_IO, "the folder of bundles cannot be listed");
	d->files = calloc(DISC_FILES_MAX, sizeof *d->files);
	if (!d->files)
		rc = ERR_NOMEM;
	for (struct dirent *e; rc == 0 && d->n < DISC_FILES_MAX && (e = readdir(dir));) {
		size_t n = strlen(e->d_name);
		if (disc_bundle_name_ok(e->d_name))
			snprintf(d->files[d->n++].name, sizeof d->files->name, "%s", e->d_name);
		else if (e->d_name[0] != '.' && n > 4 && strcmp(e->d_name + n - 4, ".swb") == 0)
			rc = err_set(note, ERR_MEMBER, "%.100s: not the name of a bundle", e->d_name);
	}
	closedir(dir);
	if (rc == 0 && d->n == 0)
		rc = err_set(note, ERR_NOTFOUND, "there is nothing to carry: no bundle in the folder");
	if (rc == 0)
		qsort(d->files, d->n, sizeof *d->files, by_name);
	return rc;
}

/* Keeps the first ones that fit on the medium; the others wait for the next disc. */
static int fit(int from, const char *medium, struct disc *d, size_t *left, struct err_note *note)
{
	/* Folders' records and manifest take less than a sector for each bundle. */
	uint32_t sectors = 128, capacity = ferry_capacity(medium);
	size_t n = 0;
	for (; n < d->n; n++) {
		struct repair_plan p;
		struct stat st;
		if (fstatat(from, d->files[n].name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return err_set(note, err_from_errno(errno), "%s", d->files[n].name);
		int64_t more = st.st_size / 2048 + 2;
		if (more > capacity || repair_plan_make(sectors + (uint32_t)more, &p) < 0 ||
			p.data + p.sectors > capacity)
			break;
		sectors += (uint32_t)more;
	}
	if (n == 0)
		return err_set(note, ERR_LIMIT, "%s: too large for a %s", d->files[0].name, medium);
	*left = d->n - n;
	d->n = n;
	return 0;
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

static int record_make(const struct ledger *l, const struct disc *d, struct view manifest,
	const struct ferry_order *o, int64_t n, struct err_note *note)
{
	struct digest identity;
	disc_identity(d, manifest, &identity);
	json_t *r = record_new(d, &identity, "staged", o->by, o->reason, n);
	int rc = r && json_object_set_new(r, "use", json_string(o->use)) == 0 &&
				 json_object_set_new(r, "medium", json_string(o->medium)) == 0
			 ? ledger_write(l, LEDGER_TMP, d->id, r, note)
			 : ERR_NOMEM;
	json_decref(r);
	return rc;
}

static int build(const struct ledger *l, int from, struct disc *d, const struct ferry_order *o, int64_t n,
	struct err_note *note)
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
	if (rc == 0)
		rc = record_make(l, d, buf_view(&manifest), o, n, note);
	/* The one moment at which the disc begins to exist. */
	if (rc == 0)
		rc = file_rename(tmp, d->id, ledger_dir(l, LEDGER_OUT), d->id, "stage.commit");
	if (rc == 0)
		rc = file_fsync_dir(ledger_dir(l, LEDGER_OUT), "stage.out");
	if (rc < 0 && note && note->err == 0)
		err_set(note, rc, "disc %s cannot be staged", d->id);
	if (dir >= 0)
		close(dir);
	if (bundles >= 0)
		close(bundles);
	buf_fini(&manifest);
	return rc;
}

static int spool_clear(int from, const struct disc *d, struct err_note *note)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < d->n; i++)
		if ((rc = file_unlink(from, d->files[i].name, "stage.take")) == ERR_NOTFOUND)
			rc = 0;
	if (rc == 0)
		rc = file_fsync_dir(from, "stage.from");
	return rc < 0 ? err_set(note, rc, "staged bundles cannot be taken out of their folder") : 0;
}

int ferry_stage(struct ledger *l, const struct ferry_order *o, json_t **out, struct err_note *note)
{
	struct disc d = {.suite = o->suite, .mark = o->mark};
	int64_t n = 0;
	size_t left = 0;
	int fd = -1, rc = file_open_dir(o->from, &fd);
	if (rc < 0)
		return err_set(note, rc, "%.150s: cannot be opened", o->from);
	if ((rc = tmp_clear(l)) < 0)
		rc = err_set(note, rc, "ledger: tmp cannot be cleared");
	if (rc == 0)
		rc = names_read(fd, &d, note);
	if (rc == 0)
		rc = fit(fd, o->medium, &d, &left, note);
	if (rc == 0)
		rc = stage_number(l, &d, &n, note);
	if (rc == 0)
		rc = ledger_audit(l, "disc.stage", d.id,
			json_pack("{s:s,s:I,s:s,s:s,s:s}", "by", o->by, "bundles", (json_int_t)d.n, "mark",
				disc_mark_name(d.mark), "reason", o->reason, "use", o->use),
			note);
	if (rc == 0)
		rc = build(l, fd, &d, o, n, note);
	if (rc == 0)
		rc = spool_clear(fd, &d, note);
	if (rc == 0)
		rc = ledger_audit(
			l, "disc.staged", d.id, json_pack("{s:I}", "size", (json_int_t)disc_size(&d)), note);
	if (rc == 0 && !(*out = json_pack("{s:s,s:I,s:I}", "disc", d.id, "bundles", (json_int_t)d.n, "left",
				 (json_int_t)left)))
		rc = ERR_NOMEM;
	disc_fini(&d);
	close(fd);
	return rc;
}
