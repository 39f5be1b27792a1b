/* Taking a file out of a folder that others fill: what was read goes, never what stands under its name by
 * then. A name may be given to another file between reading and removing (a damaged bundle is replaced by the
 * good one); comparing and then removing would leave a moment in between. So the name is taken aside first
 * (".taken~…", which no scan shows), then looked at: the file that was read goes, any other returns under its
 * name. What a crash leaves aside goes back at the next scan: it is read again, which is nothing to a
 * receiver. One reader a folder; as many writers as there are. */
#ifndef SW_OS_TAKEN_H
#define SW_OS_TAKEN_H
#include "common/base/err.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* Which file it is, and as which it was read. */
struct taken_file {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec mtime;
};
struct taken_file taken_file(const struct stat *st);
bool taken_same(const struct taken_file *a, const struct taken_file *b);
/* 0; ERR_NOTFOUND: nothing has this name; ERR_CONFLICT: another file has it, or it was changed since: it
 * stays. Where a name aside has no room (more than TAKEN_NAME_MAX bytes, a full disk) it is compared and
 * removed. `point`: fault point. */
#define TAKEN_NAME_MAX 231
SW_MUST_USE int taken_unlink(int dir, const char *name, const struct taken_file *f, const char *point);
/* To another name, which is not replaced (ERR_EXISTS: it stays where it was). The folders lie on one file
 * system. */
SW_MUST_USE int taken_move(
	int dir, const char *name, int to_dir, const char *to, const struct taken_file *f, const char *point);
/* Is this a name aside? */
bool taken_aside(const char *name);
/* It goes back under its name. Something else has that by now: it stays aside, the next scan tries again. */
void taken_back(int dir, const char *aside);
#endif
