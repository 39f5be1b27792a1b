/* A regular file as a member of an archive that is being written by libarchive: readable by all, owned by
 * nobody. */
#ifndef SW_DOCUMENT_ARCHIVE_MEMBER_H
#define SW_DOCUMENT_ARCHIVE_MEMBER_H
#include "common/base/buf.h"
#include "common/base/err.h"

struct archive;
/* at_s: seconds since 1970, its time of change. ERR_NOMEM, ERR_IO. */
SW_MUST_USE int archive_member_write(struct archive *a, const char *path, int64_t at_s, struct view content);
#endif
