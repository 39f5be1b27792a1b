#include "burner/disc/image_source.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>

/* What libarchive reads from. */
struct source {
	struct medium *medium;
	int64_t at;
	uint8_t block[65536];
};

static la_ssize_t source_read(struct archive *a, void *data, const void **out)
{
	struct source *s = data;
	ssize_t n = medium_read(s->medium, s->block, sizeof s->block, s->at);
	if (n < 0) {
		archive_set_error(a, EIO, "sector %lld cannot be read", (long long)(s->at / MEDIUM_SECTOR));
		return ARCHIVE_FATAL;
	}
	s->at += n;
	*out = s->block;
	return n;
}

static la_int64_t source_skip(struct archive *a, void *data, la_int64_t n)
{
	struct source *s = data;
	(void)a;
	if (n > medium_size(s->medium) - s->at)
		n = medium_size(s->medium) - s->at;
	s->at += n;
	return n;
}

static int source_close(struct archive *a, void *data)
{
	(void)a;
	free(data);
	return ARCHIVE_OK;
}

int image_source_open(struct medium *m, struct archive **out, struct err_note *note)
{
	struct archive *a = archive_read_new();
	struct source *s = calloc(1, sizeof *s);
	if (!a || !s || archive_read_support_format_iso9660(a) != ARCHIVE_OK) {
		archive_read_free(a);
		free(s);
		return ERR_NOMEM;
	}
	s->medium = m;
	if (archive_read_open2(a, s, NULL, source_read, source_skip, source_close) != ARCHIVE_OK) {
		archive_read_free(a);
		return err_set(note, ERR_FOREIGN, "not an ISO 9660 image");
	}
	*out = a;
	return 0;
}

int image_source_next(struct archive *a, struct archive_entry **e, struct err_note *note)
{
	int rc = archive_read_next_header(a, e);
	if (rc == ARCHIVE_EOF)
		return 0;
	if (rc != ARCHIVE_OK)
		return err_set(note, ERR_FOREIGN, "not a readable ISO 9660 image");
	return 1;
}
