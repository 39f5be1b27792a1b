#include "burner/disc/digester.h"
#include "burner/disc/image.h"
#include "burner/disc/image_source.h"

#include "common/os/file.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define NAME_PREFIX "bundles/"

static const struct disc_file *file_of(const struct disc *d, const char *path)
{
	if (strncmp(path, NAME_PREFIX, sizeof NAME_PREFIX - 1) != 0)
		return NULL;
	for (size_t lo = 0, hi = d->n; lo < hi;) {
		size_t mid = (lo + hi) / 2;
		int order = strcmp(path + sizeof NAME_PREFIX - 1, d->files[mid].name);
		if (order == 0)
			return &d->files[mid];
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

static int bundle_read(struct archive *a, const struct disc_file *f, struct digester *d, int out,
	int64_t *sum, struct err_note *note)
{
	int rc = 0;
	for (;;) {
		uint8_t *block = digester_block(d);
		la_ssize_t n = archive_read_data(a, block, DIGESTER_BLOCK);
		if (n < 0)
			return err_set(note, ERR_TRUNCATED, "bundles/%s: cannot be read to its end", f->name);
		if (n == 0)
			return 0;
		*sum += n;
		digester_add(d, (size_t)n);
		if (*sum > f->size)
			return 0;
		if (out >= 0 && (rc = file_write_all(out, block, (size_t)n)) < 0)
			return err_set(note, rc, "%s: cannot be written", f->name);
	}
}

/* One bundle: read, compared, and written to the folder. */
static int bundle_take(
	struct archive *a, const struct disc_file *f, struct digester *d, int to, struct err_note *note)
{
	struct digest got;
	int64_t sum = 0;
	int out =
		to < 0 ? -1 : openat(to, f->name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0640);
	int rc = to >= 0 && out < 0 ? err_set(note, err_from_errno(errno), "%s: cannot be written", f->name)
				    : bundle_read(a, f, d, out, &sum, note);
	digester_end(d, &got);
	if (rc == 0 && sum != f->size)
		rc = err_set(note, ERR_TRUNCATED, "bundles/%s: cannot be read to its end", f->name);
	if (rc == 0 && !digest_eq(&got, &f->digest))
		rc = err_set(note, ERR_DIGEST, "bundles/%s: not the bytes of disc.json", f->name);
	if (out >= 0)
		close(out);
	return rc;
}

int image_bundles(const struct image *i, int to, struct err_note *note)
{
	struct archive *a = NULL;
	struct archive_entry *e = NULL;
	struct digester *d = NULL;
	size_t taken = 0;
	int rc = digester_new(i->disc.suite, &d);
	if (rc == 0)
		rc = image_source_open(i->medium, &a, note);
	while (rc == 0 && (rc = image_source_next(a, &e, note)) > 0) {
		const char *path = archive_entry_pathname(e);
		const struct disc_file *f = path ? file_of(&i->disc, path) : NULL;
		rc = f ? bundle_take(a, f, d, to, note) : 0;
		taken += f != NULL;
	}
	archive_read_free(a);
	digester_free(d);
	if (rc == 0 && taken != i->disc.n)
		rc = err_set(note, ERR_TRUNCATED, "the image changed while it was read");
	return rc;
}
