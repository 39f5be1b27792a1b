/* Nameless files for payloads on their way. */
#ifndef SW_BUNDLE_TMP_H
#define SW_BUNDLE_TMP_H
#include "common/base/buf.h"

/* A file without a name in `dir` (O_TMPFILE, or made and unlinked at once), mode 0600. ERR_IO, ERR_NOSPACE …
 */
SW_MUST_USE int bundle_tmp_open(const char *dir, int *fd);
/* All n bytes at offset. */
SW_MUST_USE int bundle_tmp_write(int fd, int64_t offset, const void *p, size_t n);
#endif
