/* The one form of tar header a bundle has: POSIX ustar, regular file, mode 0644, owner 0/0 without names,
 * time 0; for 8 GiB and more, and for `payload` always, a pax header with the single record `size` before it.
 * A header is never interpreted: it is regenerated from the expected name and the size it states, and must be
 * the same bytes. DESIGN.md shows every byte. */
#ifndef SW_BUNDLE_TAR_H
#define SW_BUNDLE_TAR_H
#include "common/base/buf.h"
#include "common/base/limits.h"

#define BUNDLE_TAR_BLOCK 512
#define BUNDLE_TAR_NAME_MAX LIMIT_NAME
#define BUNDLE_TAR_HEADER_MAX (3 * BUNDLE_TAR_BLOCK)
/* Two zero blocks end an archive. */
#define BUNDLE_TAR_END (2 * BUNDLE_TAR_BLOCK)

/* Writes 1 or 3 blocks; returns their length. name: 1–99 bytes, ours. */
size_t bundle_tar_header(const char *name, int64_t size, uint8_t out[static BUNDLE_TAR_HEADER_MAX]);
/* Zero bytes behind a content of `size` bytes. */
size_t bundle_tar_pad(int64_t size);
/* Whole length of a member: header, content, padding. */
int64_t bundle_tar_member(const char *name, int64_t size);

/* A tar read in [offset, end): by `read` when there is one, else from fd by pread. */
struct bundle_tar {
	int fd;
	int64_t offset, end;
	/* All n bytes at offset, or ERR_*. */
	int (*read)(void *cookie, int64_t offset, void *p, size_t n);
	void *cookie;
};
/* Whether the next member begins like the one of this name, or with a pax header, which says no name of its
 * own: what it is will be compared byte by byte. False at the end. */
SW_MUST_USE int bundle_tar_begins(const struct bundle_tar *t, const char *name, bool *yes);
/* The next member must be `name`; *content is where its bytes begin. Steps over them; its padding must be
 * zero. ERR_MEMBER (other name, kind, or any byte not as we write it), ERR_LIMIT (size above max),
 * ERR_TRUNCATED, ERR_IO. */
SW_MUST_USE int bundle_tar_next(struct bundle_tar *t, const char *name, int64_t max, int64_t *content,
	int64_t *size, struct err_note *note);
/* The same, and its whole content appended to out. */
SW_MUST_USE int bundle_tar_read(
	struct bundle_tar *t, const char *name, int64_t max, struct buf *out, struct err_note *note);
/* The end blocks and nothing behind them: ERR_MEMBER (another member), ERR_TRUNCATED, ERR_TRAILING. */
SW_MUST_USE int bundle_tar_end(struct bundle_tar *t, struct err_note *note);
/* All n bytes at offset. ERR_TRUNCATED, ERR_IO. */
SW_MUST_USE int bundle_tar_pread(int fd, int64_t offset, void *p, size_t n);
#endif
