#include "burner/disc/image.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* For whoever finds it. */
static const char README[] =
	"本光盘为不动产登记内外网数据摆渡专用介质，内容已加密。拾获者请交还当地不动产登记机构。\r\n"
	"This disc carries encrypted bundles of a real estate registration office from one network to "
	"another.\r\n"
	"If found, please return it to the local registration office.\r\n"
	"\r\n"
	"disc.json   清单 manifest: every bundle with its size and digest\r\n"
	"approvals/  批准 signatures of the approvers over disc.json\r\n"
	"bundles/    数据包 sealed bundles\r\n";

static int failed(struct archive *a, struct err_note *note)
{
	int eno = archive_errno(a);
	const char *text = archive_error_string(a);
	return err_set(note, eno == ENOSPC ? ERR_NOSPACE : ERR_IO, "image: %.150s",
		text ? text : "cannot be written");
}

/* An entry with its header; 0 or an error. */
static int begin(
	struct archive *a, const char *path, mode_t type, int64_t size, int64_t at_ms, struct err_note *note)
{
	struct archive_entry *e = archive_entry_new();
	if (!e)
		return ERR_NOMEM;
	archive_entry_set_pathname(e, path);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, type == AE_IFDIR ? 0555 : 0444);
	archive_entry_set_size(e, size);
	archive_entry_set_mtime(e, (time_t)(at_ms / 1000), 0);
	int rc = archive_write_header(a, e) == ARCHIVE_OK ? 0 : failed(a, note);
	archive_entry_free(e);
	return rc;
}

static int add(struct archive *a, const char *path, struct view v, int64_t at_ms, struct err_note *note)
{
	int rc = begin(a, path, AE_IFREG, (int64_t)v.n, at_ms, note);
	if (rc == 0 && archive_write_data(a, v.p, v.n) != (la_ssize_t)v.n)
		rc = failed(a, note);
	return rc;
}

static int add_bundle(
	struct archive *a, const struct disc_file *f, int bundles, int64_t at_ms, struct err_note *note)
{
	char path[256], block[65536];
	snprintf(path, sizeof path, "bundles/%s", f->name);
	int fd = openat(bundles, f->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return err_set(note, err_from_errno(errno), "staged bundle %s", f->name);
	int rc = begin(a, path, AE_IFREG, f->size, at_ms, note);
	int64_t sum = 0;
	ssize_t n = 0;
	while (rc == 0 && (n = read(fd, block, sizeof block)) > 0) {
		sum += n;
		if (sum > f->size || archive_write_data(a, block, (size_t)n) != n)
			rc = sum > f->size ? err_set(note, ERR_DIGEST, "staged bundle %s has grown", f->name)
					   : failed(a, note);
	}
	if (rc == 0 && (n < 0 || sum != f->size))
		rc = err_set(note, n < 0 ? ERR_IO : ERR_TRUNCATED, "staged bundle %s", f->name);
	close(fd);
	return rc;
}

static int add_approvals(
	struct archive *a, const struct approvals *list, int64_t at_ms, struct err_note *note)
{
	char path[40];
	int rc = list->n ? begin(a, "approvals", AE_IFDIR, 0, at_ms, note) : 0;
	for (size_t i = 0; rc == 0 && i < list->n; i++) {
		snprintf(path, sizeof path, "approvals/%zu.pem", i + 1);
		rc = add(a, path, buf_view(&list->v[i].pem), at_ms, note);
		snprintf(path, sizeof path, "approvals/%zu.sig", i + 1);
		if (rc == 0)
			rc = add(a, path, buf_view(&list->v[i].sig), at_ms, note);
	}
	return rc;
}

int image_write(int fd, const struct disc *d, struct view manifest, const struct approvals *a, int bundles,
	struct err_note *note)
{
	char options[96];
	int64_t at_ms = 0;
	struct archive *w = archive_write_new();
	if (!w)
		return ERR_NOMEM;
	int rc = time_parse(d->created, &at_ms);
	snprintf(options, sizeof options, "iso9660:joliet,iso9660:rockridge=strict,iso9660:volume-id=%s",
		d->id);
	if (rc == 0 && (archive_write_set_format_iso9660(w) != ARCHIVE_OK ||
			       archive_write_set_options(w, options) != ARCHIVE_OK ||
			       archive_write_open_fd(w, fd) != ARCHIVE_OK))
		rc = failed(w, note);
	if (rc == 0)
		rc = add(w, "README.txt", view_of(README, sizeof README - 1), at_ms, note);
	if (rc == 0)
		rc = add(w, "disc.json", manifest, at_ms, note);
	if (rc == 0)
		rc = add_approvals(w, a, at_ms, note);
	if (rc == 0)
		rc = begin(w, "bundles", AE_IFDIR, 0, at_ms, note);
	for (size_t i = 0; rc == 0 && i < d->n; i++)
		rc = add_bundle(w, &d->files[i], bundles, at_ms, note);
	if (rc == 0 && archive_write_close(w) != ARCHIVE_OK)
		rc = failed(w, note);
	archive_write_free(w);
	return rc;
}
