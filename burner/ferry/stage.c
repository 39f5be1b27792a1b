#include "burner/ferry/ferry.h"

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
	for (struct dirent *e; rc == 0 && d->n < DISC_FILES_MAX && (e = readdir(dir));)
		if (disc_bundle_name_ok(e->d_name))
			snprintf(d->files[d->n++].name, sizeof d->files->name, "%s", e->d_name);
	closedir(dir);
	if (rc == 0 && d->n == 0)
		rc = err_set(note, ERR_NOTFOUND, "there is nothing to carry: no bundle in the folder");
	if (rc == 0)
		qsort(d->files, d->n, sizeof *d->files, by_name);
	return rc;
}

/* A copy, not a link: what happens to the file in the spool no longer touches the disc. */
static int bundle_copy(
	int from, int to, const struct suite *suite, struct disc_file *f, struct err_note *note)
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
	int rc = hasher_new(suite, &h);
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

/* Number and predecessor from what was staged before. */
static int disc_number(const struct ledger *l, struct disc *d, int64_t *n, struct err_note *note)
{
	json_t *list = NULL;
	char date[11];
	int serial = 0;
	int64_t now = time_now_ms();
	int rc = ledger_list(l, &list, note);
	if (rc < 0)
		return rc;
	time_date_cst(now, date);
	time_text(now, d->created);
	snprintf(d->id, sizeof d->id, "D-%.4s%.2s%.2s-", date, date + 5, date + 8);
	*n = 1;
	size_t i;
	json_t *row;
	json_array_foreach(json_object_get(list, "rows"), i, row)
	{
		if (!json_object_get(row, "n"))
			continue;
		if (strncmp(json_str(row, "disc"), d->id, 11) == 0 &&
			atoi(json_str(row, "disc") + 11) > serial)
			serial = atoi(json_str(row, "disc") + 11);
		*n = json_int(row, "n") + 1;
		if (digest_parse(json_str(row, "digest"), &d->prev) < 0)
			rc = err_set(note, ERR_DIGEST, "record of disc %s", json_str(row, "disc"));
	}
	json_decref(list);
	if (rc == 0 && serial == 9999)
		rc = err_set(note, ERR_LIMIT, "9999 discs on one day");
	snprintf(d->id + 11, sizeof d->id - 11, "%04d", (serial + 1) % 10000);
	return rc;
}

static int build(const struct ledger *l, int from, struct disc *d, const char *by, const char *reason,
	int64_t n, struct err_note *note)
{
	struct digest identity;
	struct buf manifest;
	int dir = -1, bundles = -1, tmp = ledger_dir(l, LEDGER_TMP), rc = 0;
	buf_init(&manifest, DISC_MANIFEST_MAX);
	if (mkdirat(tmp, d->id, 0750) < 0 || (rc = dir_open(tmp, d->id, &dir)) < 0 ||
		mkdirat(dir, "bundles", 0750) < 0 || mkdirat(dir, "approvals", 0750) < 0 ||
		(rc = dir_open(dir, "bundles", &bundles)) < 0)
		rc = err_set(note, rc < 0 ? rc : err_from_errno(errno), "disc %s: its folder cannot be made",
			d->id);
	for (size_t i = 0; rc == 0 && i < d->n; i++)
		rc = bundle_copy(from, bundles, d->suite, &d->files[i], note);
	if (rc == 0)
		rc = file_fsync_dir(bundles, "stage.bundles");
	if (rc == 0)
		rc = disc_encode(d, &manifest);
	if (rc == 0)
		rc = file_write(dir, "disc.json", 0640, buf_view(&manifest), "stage.manifest");
	if (rc == 0) {
		disc_identity(d, buf_view(&manifest), &identity);
		json_t *record = record_new(d, &identity, "staged", by, reason, n);
		rc = record ? ledger_write(l, LEDGER_TMP, d->id, record, note) : ERR_NOMEM;
		json_decref(record);
	}
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

int ferry_stage(struct ledger *l, const char *from, const char *reason, const char *by,
	const struct suite *suite, json_t **out, struct err_note *note)
{
	struct disc d = {.suite = suite};
	int64_t n = 0;
	int fd = -1, rc = file_open_dir(from, &fd);
	if (rc < 0)
		return err_set(note, rc, "%.150s: cannot be opened", from);
	if ((rc = tmp_clear(l)) < 0)
		rc = err_set(note, rc, "ledger: tmp cannot be cleared");
	if (rc == 0)
		rc = names_read(fd, &d, note);
	if (rc == 0)
		rc = disc_number(l, &d, &n, note);
	if (rc == 0)
		rc = ledger_audit(l, "disc.stage", d.id,
			json_pack("{s:s,s:I,s:s}", "by", by, "bundles", (json_int_t)d.n, "reason", reason),
			note);
	if (rc == 0)
		rc = build(l, fd, &d, by, reason, n, note);
	if (rc == 0)
		rc = spool_clear(fd, &d, note);
	if (rc == 0)
		rc = ledger_audit(
			l, "disc.staged", d.id, json_pack("{s:I}", "size", (json_int_t)disc_size(&d)), note);
	if (rc == 0 && !(*out = json_pack("{s:s,s:I}", "disc", d.id, "bundles", (json_int_t)d.n)))
		rc = ERR_NOMEM;
	disc_fini(&d);
	close(fd);
	return rc;
}
