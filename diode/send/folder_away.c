/* What becomes of the files of a watched folder once they are sent. */
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/file.h"
#include "diode/send/folder_impl.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Into done/ under its name; a name that is taken there gets a number. */
static int move(struct folder *f, int dir, const char *base, const char *name, const struct taken_file *is)
{
	char other[FRAME_NAME_MAX];
	bool below = base != name;
	int to = f->done_fd, err = below ? tree_make(f->done_fd, name, &to) : 0;
	if (err == 0)
		err = taken_move(dir, base, to, base, is, "diode-send.done");
	for (unsigned n = 1; err == ERR_EXISTS && n < 1000; n++) {
		snprintf(other, sizeof other, "%.240s.%u", base, n);
		err = taken_move(dir, base, to, other, is, "diode-send.done");
	}
	if (err == 0 && below)
		err = file_fsync_dir(to, "diode-send.donedir");
	if (to != f->done_fd)
		close(to);
	return err;
}

/* An empty folder goes, unless something is in it by now. */
static int remove_folder(struct folder *f, int dir, const char *base, const char *name)
{
	int to = -1;
	if (unlinkat(dir, base, AT_REMOVEDIR) != 0)
		return errno == ENOTEMPTY || errno == EEXIST ? ERR_NOTFOUND : err_from_errno(errno);
	if (f->opt.then == FOLDER_UNLINK)
		return 0;
	int err = tree_make(f->done_fd, name, &to);
	if (err == 0 && mkdirat(to, base, 0770) != 0 && errno != EEXIST)
		err = err_from_errno(errno);
	if (to >= 0)
		close(to);
	return err;
}

/* 0, or why it could not be taken away; it then stays and is not sent again. ERR_CONFLICT: another file has
 * its name by now. */
static int put_away(struct folder *f, const struct item *i)
{
	char at[FOLDER_NAME_ROOM];
	const char *base;
	int dir = -1;
	bool empty = folder_plain(i->name, at);
	int err = tree_enter(f->tree, at, &dir, &base);
	if (err != 0)
		return err;
	if (empty)
		err = remove_folder(f, dir, base, at);
	else if (f->opt.then == FOLDER_UNLINK)
		err = taken_unlink(dir, base, &i->is, "diode-send.unlink");
	else
		err = move(f, dir, base, at, &i->is);
	if (err == 0 && dir != tree_fd(f->tree))
		err = file_fsync_dir(dir, "diode-send.dir");
	tree_leave(f->tree, dir);
	return err;
}

int folder_settle(void *folder)
{
	struct folder *f = folder;
	bool changed = false;
	/* What was done is on record before a file goes. */
	if (f->untold || trail_write(f->opt.trail) != 0)
		return ERR_AUDIT;
	for (struct item *i; (i = TAILQ_FIRST(&f->done)) != NULL;) {
		TAILQ_REMOVE(&f->done, i, link);
		int err = f->opt.then == FOLDER_KEEP ? 0 : put_away(f, i);
		if (err == ERR_CONFLICT) {
			i->passes = f->opt.passes;
			TAILQ_INSERT_TAIL(&f->fresh, i, link);
			continue;
		}
		if (err != 0 && err != ERR_NOTFOUND)
			log_error("not-put-away", "name=\"%s\" reason=%s", i->name, err_name(err));
		if (f->opt.then == FOLDER_KEEP || (err != 0 && err != ERR_NOTFOUND)) {
			folder_rest(f, i);
			continue;
		}
		changed = true;
		folder_forget(f, i);
	}
	if (!changed)
		return 0;
	int err = file_fsync_dir(tree_fd(f->tree), "diode-send.dir");
	if (err == 0 && f->done_fd >= 0)
		err = file_fsync_dir(f->done_fd, "diode-send.donedir");
	return err;
}
