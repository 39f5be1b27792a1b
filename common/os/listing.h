/* The names in a folder. A listing that breaks off is an error, not a shorter folder; it has a position of
 * its own, whoever else lists the same folder. */
#ifndef SW_OS_LISTING_H
#define SW_OS_LISTING_H
#include "common/base/err.h"
#include <dirent.h>

struct listing {
	DIR *dir; /* dirfd(dir) is the folder, until listing_close */
	int err;
};
/* Of the folder `name` (no link; "." is `at` itself) in the folder `at`; of the folder a path leads to; of
 * the folder fd, which is taken in any case. Also when they fail (ERR_NOTFOUND, ERR_DENIED, ERR_NOMEM,
 * ERR_IO), listing_next gives NULL and listing_close the error. */
SW_MUST_USE int listing_open(int at, const char *name, struct listing *l);
SW_MUST_USE int listing_path(const char *path, struct listing *l);
SW_MUST_USE int listing_take(int fd, struct listing *l);
/* The next entry, never "." or ".."; it stands until the next call. NULL: there is none, or it broke off. */
const struct dirent *listing_next(struct listing *l);
/* rc, where that is an error; else 0, or why not all was listed. */
SW_MUST_USE int listing_close(struct listing *l, int rc);

/* The folder `name` in `at` goes with all that is in it: links themselves, not what they lead to. Absent: 0.
 * What cannot be removed ends it. */
SW_MUST_USE int listing_remove(int at, const char *name);
#endif
