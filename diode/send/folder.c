#include "diode/send/folder.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/file.h"
#include "diode/send/tree.h"
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <unistd.h>

#define ITEMS_MAX 65536 /* known at a time; more are found when these are done */
#define NAME_ROOM 4096
#define SMALL (64 << 10) /* a new file of this size may overtake */
#define SETTLE_STEP 250  /* ms until a file that was still being written is looked at again */

/* One file. It stands in one of the folder's lists or is being sent. */
struct item {
	TAILQ_ENTRY(item) link;
	unsigned passes; /* still to come */
	int64_t due;
	struct taken_file is; /* as it was seen, then as it was sent */
	uint64_t seen;        /* number of the last scan that saw it */
	bool idle;
	char name[];
};
TAILQ_HEAD(items, item);

struct folder {
	const struct opener *o;
	struct folder_options opt;
	struct tree *tree;
	int done_fd;
	void *names; /* tree of items by name */
	size_t count;
	struct items fresh, again; /* to be sent, in this order */
	struct items done;         /* sent for the last time, to be taken away by settle */
	struct items idle;         /* kept, refused, or not to be taken away; sent again when changed */
	int64_t scan_due;
	uint64_t scans;
	bool overflow; /* more files than ITEMS_MAX */
};

static int by_name(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	return strcmp(x->name, y->name);
}

static void item_free(void *item)
{
	free(item);
}

int folder_open(
	const struct opener *o, const struct folder_options *opt, struct folder **out, struct err_note *note)
{
	struct folder *f = calloc(1, sizeof *f);
	if (f == NULL)
		return err_set(note, ERR_NOMEM, "folder");
	f->o = o;
	f->opt = *opt;
	f->done_fd = -1;
	TAILQ_INIT(&f->fresh);
	TAILQ_INIT(&f->again);
	TAILQ_INIT(&f->done);
	TAILQ_INIT(&f->idle);
	struct tree_options t = {.path = opt->path,
		.deep = opt->suffix == NULL,
		.skip = opt->then == FOLDER_DONE ? "done" : NULL,
		.names_max = ITEMS_MAX};
	int err = tree_open(&t, &f->tree, note);
	if (err == 0 && opt->then == FOLDER_DONE) {
		if (mkdirat(tree_fd(f->tree), "done", 0770) != 0 && errno != EEXIST)
			err = err_from_errno(errno);
		else if ((f->done_fd = openat(tree_fd(f->tree), "done",
				  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0)
			err = err_from_errno(errno);
		if (err != 0)
			err_set(note, err, "%s: %s", opt->path, err_text(err));
	}
	if (err != 0) {
		folder_close(f);
		return err;
	}
	*out = f;
	return 0;
}

void folder_close(struct folder *f)
{
	if (f == NULL)
		return;
	tdestroy(f->names, item_free);
	tree_close(f->tree);
	if (f->done_fd >= 0)
		close(f->done_fd);
	free(f);
}

size_t folder_waiting(const struct folder *f)
{
	return f->count;
}

static void forget(struct folder *f, struct item *i)
{
	tdelete(i, &f->names, by_name);
	f->count--;
	free(i);
}

static bool ours(const struct folder *f, const char *name)
{
	size_t n = strlen(name), s = f->opt.suffix != NULL ? strlen(f->opt.suffix) : 0;
	return n > s && strcmp(name + n - s, f->opt.suffix != NULL ? f->opt.suffix : "") == 0;
}

static void rest(struct folder *f, struct item *i)
{
	i->idle = true;
	TAILQ_INSERT_TAIL(&f->idle, i, link);
}

/* Known, or made (then *fresh); NULL when there are too many or no memory. */
static struct item *find(struct folder *f, const char *name, bool *fresh)
{
	struct item *key = calloc(1, sizeof *key + strlen(name) + 1);
	if (key == NULL)
		return NULL;
	memcpy(key->name, name, strlen(name) + 1);
	struct item *const *at =
		f->count < ITEMS_MAX ? tsearch(key, &f->names, by_name) : tfind(key, &f->names, by_name);
	struct item *got = at != NULL ? *at : NULL;
	*fresh = got == key;
	if (*fresh)
		f->count++;
	else
		free(key);
	return got;
}

/* "a/b/" is an empty folder. Its name without the mark. */
static bool plain(const char *name, char out[static NAME_ROOM])
{
	size_t n = strlen(name);
	bool empty = n > 0 && name[n - 1] == '/';
	snprintf(out, NAME_ROOM, "%.*s", (int)(n - empty), name);
	return empty;
}

static int look_at(const struct folder *f, const char *name, struct stat *st)
{
	char at[NAME_ROOM];
	const char *base;
	int dir = -1;
	bool empty = plain(name, at);
	int err = tree_enter(f->tree, at, &dir, &base);
	if (err == 0 && fstatat(dir, base, st, AT_SYMLINK_NOFOLLOW) != 0)
		err = err_from_errno(errno);
	tree_leave(f->tree, dir);
	return err == 0 && S_ISDIR(st->st_mode) != empty ? ERR_CONFLICT : err;
}

/* A name is in the folder: queued when it is new or has changed. */
static void notice(void *cookie, const char *name)
{
	struct folder *f = cookie;
	struct stat st;
	bool fresh = false;
	if (!ours(f, name) || look_at(f, name, &st) != 0)
		return;
	int64_t age = time_now_ms() - (st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000);
	if (f->opt.settle > 0 && age < f->opt.settle && age > -f->opt.settle) {
		int64_t soon = time_mono_ms() + SETTLE_STEP; /* somebody may still be writing */
		f->scan_due = f->scan_due < soon ? f->scan_due : soon;
		return;
	}
	struct item *i = find(f, name, &fresh);
	if (i == NULL) {
		f->overflow = true;
		return;
	}
	i->seen = f->scans;
	struct taken_file now = taken_file(&st);
	if (!fresh && (!i->idle || taken_same(&i->is, &now)))
		return;
	if (i->idle)
		TAILQ_REMOVE(&f->idle, i, link);
	i->idle = false;
	i->is = now;
	i->passes = f->opt.passes;
	TAILQ_INSERT_TAIL(&f->fresh, i, link);
}

static void scan(struct folder *f)
{
	char **v = NULL;
	size_t n = 0;
	bool full = false;
	f->overflow = false;
	f->scans++;
	f->scan_due = time_mono_ms() + f->opt.rescan;
	int err = tree_list(f->tree, &v, &n, &full);
	if (err != 0)
		log_error("scan", "folder=\"%s\" reason=%s", f->opt.path, err_name(err));
	for (size_t i = 0; i < n; i++) {
		if (err == 0)
			notice(f, v[i]);
		free(v[i]);
	}
	free(v);
	for (struct item *i = TAILQ_FIRST(&f->idle), *after; err == 0 && !full && i != NULL; i = after) {
		after = TAILQ_NEXT(i, link);
		if (i->seen != f->scans) {
			TAILQ_REMOVE(&f->idle, i, link);
			forget(f, i); /* no longer there */
		}
	}
}

/* What inotify names is looked at; a scan when that is not enough, when it is time, and when there were too
 * many. */
static void look(struct folder *f)
{
	bool lost = tree_events(f->tree, notice, f);
	if (lost || time_mono_ms() >= f->scan_due || (f->overflow && TAILQ_EMPTY(&f->fresh)))
		scan(f);
}

static int open_named(struct folder *f, const char *name, struct outgoing **out, struct err_note *note)
{
	char at[NAME_ROOM];
	const char *base;
	int dir = -1;
	bool empty = plain(name, at);
	int err = tree_enter(f->tree, at, &dir, &base);
	if (err != 0)
		return err_set(note, err, "%s: %s", at, err_text(err));
	if (!empty) {
		err = opener_file(f->o, dir, base, at, out, note);
	} else {
		int fd = openat(dir, base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		err = fd < 0 ? err_set(note, err_from_errno(errno), "%s: %s", at, strerror(errno))
			     : opener_folder(f->o, fd, at, out, note);
		if (fd >= 0)
			close(fd);
	}
	tree_leave(f->tree, dir);
	return err;
}

static int open_item(struct folder *f, struct items *from, struct item *i, struct outgoing **out)
{
	struct err_note note = {0};
	TAILQ_REMOVE(from, i, link);
	int err = open_named(f, i->name, out, &note);
	if (err == 0) {
		const struct taken_file *is = outgoing_file(*out);
		/* Another file under this name goes as often as any. */
		if (is && !taken_same(&i->is, is)) {
			i->is = *is;
			i->passes = f->opt.passes;
		}
		outgoing_mark(*out)->item = i;
		return 0;
	}
	if (err == ERR_NOTFOUND) {
		forget(f, i); /* somebody took it away */
		return err;
	}
	log_error("not-sent", "reason=%s what=\"%s\"", err_name(err), note.text);
	rest(f, i); /* until it changes */
	return err;
}

static int take(struct folder *f, bool small, struct outgoing **out)
{
	look(f);
	int64_t now = time_mono_ms();
	for (struct item *i; (i = TAILQ_FIRST(&f->fresh)) != NULL;) {
		if (small && i->is.size > SMALL)
			return ERR_BUSY;
		if (open_item(f, &f->fresh, i, out) == 0)
			return 0;
	}
	for (struct item *i; !small && (i = TAILQ_FIRST(&f->again)) != NULL && i->due <= now;)
		if (open_item(f, &f->again, i, out) == 0)
			return 0;
	return ERR_BUSY;
}

static int next(void *cookie, struct outgoing **out)
{
	return take(cookie, false, out);
}

static int urgent(void *cookie, struct outgoing **out)
{
	return take(cookie, true, out);
}

/* A file that could not be read to its end (changed under us) is sent anew, as whole as it is then. */
static unsigned sent(void *cookie, struct outgoing *o, int err)
{
	struct folder *f = cookie;
	struct item *i = outgoing_mark(o)->item;
	if (err == 0)
		i->passes--;
	if (i->passes == 0) {
		TAILQ_INSERT_TAIL(&f->done, i, link);
	} else {
		i->due = time_mono_ms() + f->opt.every;
		TAILQ_INSERT_TAIL(&f->again, i, link);
	}
	return i->passes;
}

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
	char at[NAME_ROOM];
	const char *base;
	int dir = -1;
	bool empty = plain(i->name, at);
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

static int settle(void *cookie)
{
	struct folder *f = cookie;
	bool changed = false;
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
			rest(f, i);
			continue;
		}
		changed = true;
		forget(f, i);
	}
	if (!changed)
		return 0;
	int err = file_fsync_dir(tree_fd(f->tree), "diode-send.dir");
	if (err == 0 && f->done_fd >= 0)
		err = file_fsync_dir(f->done_fd, "diode-send.donedir");
	return err;
}

static int wait_fd(void *cookie)
{
	const struct folder *f = cookie;
	return tree_notify_fd(f->tree);
}

static bool waiting(void *cookie)
{
	const struct folder *f = cookie;
	return !TAILQ_EMPTY(&f->again);
}

struct feed folder_feed(struct folder *f)
{
	return (struct feed){.cookie = f,
		.next = next,
		.urgent = urgent,
		.sent = sent,
		.settle = settle,
		.wait_fd = wait_fd,
		.waiting = waiting};
}
