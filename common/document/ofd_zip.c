#include "common/document/ofd_zip.h"

#include "common/document/archive_member.h"
#include <archive.h>
#include <stdio.h>
#include <stdlib.h>

struct ofd_zip {
	const struct suite *suite;
	struct archive *a;
	struct buf *out;
	int64_t at;
	struct {
		char name[64];
		struct digest digest;
	} v[OFD_MEMBERS_MAX];
	size_t n;
	int failed; /* of the sink */
};

/* Takes everything, keeps what fits: libarchive 3.6 does not give back the compressor of a member whose
 * writing failed, so it is told of no failure. */
static la_ssize_t sink(struct archive *a, void *arg, const void *p, size_t n)
{
	struct ofd_zip *z = arg;
	(void)a;
	if (z->failed == 0)
		z->failed = buf_add(z->out, p, n);
	return (la_ssize_t)n;
}

int ofd_zip_new(const struct suite *s, int64_t at_s, struct buf *out, struct ofd_zip **zip)
{
	struct ofd_zip *z = calloc(1, sizeof *z);
	if (!z)
		return ERR_NOMEM;
	z->suite = s;
	z->out = out;
	z->at = at_s;
	z->a = archive_write_new();
	if (!z->a || archive_write_set_format_zip(z->a) != ARCHIVE_OK ||
		archive_write_set_bytes_in_last_block(z->a, 1) != ARCHIVE_OK ||
		archive_write_open(z->a, z, NULL, sink, NULL) != ARCHIVE_OK) {
		ofd_zip_free(z);
		return ERR_NOMEM;
	}
	*zip = z;
	return 0;
}

void ofd_zip_free(struct ofd_zip *z)
{
	if (z && z->a)
		archive_write_free(z->a);
	free(z);
}

int ofd_zip_add(struct ofd_zip *z, const char *name, struct view content)
{
	if (z->n == OFD_MEMBERS_MAX)
		return ERR_LIMIT;
	int rc = archive_member_write(z->a, name, z->at, content);
	if (z->failed < 0)
		rc = z->failed;
	if (rc < 0)
		return rc;
	snprintf(z->v[z->n].name, sizeof z->v[z->n].name, "%s", name);
	digest_of(z->suite, content, &z->v[z->n].digest);
	z->n++;
	return 0;
}

const char *ofd_zip_member(const struct ofd_zip *z, size_t i, struct digest *out)
{
	if (i >= z->n)
		return NULL;
	*out = z->v[i].digest;
	return z->v[i].name;
}

int ofd_zip_end(struct ofd_zip *z)
{
	int rc = archive_write_close(z->a) == ARCHIVE_OK ? 0 : ERR_IO;
	return z->failed < 0 ? z->failed : rc;
}
