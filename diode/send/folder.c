#include "common/log/log.h"
#include "common/os/file.h"
#include "diode/send/folder_impl.h"
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ITEMS_MAX 65536  /* known at a time; more are found when these are done */
#define SMALL (64 << 10) /* a new file of this size may overtake */
#define SETTLE_STEP 250  /* ms until a file that was still being written is looked at again */

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

void folder_forget(struct folder *f, struct item *i)
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

void folder_rest(struct folder *f, struct item *i)
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

bool folder_plain(const char *name, char out[static FOLDER_NAME_ROOM])
{
	size_t n = strlen(name);
	bool empty = n > 0 && name[n - 1] == '/';
	snprintf(out, FOLDER_NAME_ROOM, "%.*s", (int)(n - empty), name);
	return empty;
}

static int look_at(const struct folder *f, const char *name, struct stat *st)
{
	char at[FOLDER_NAME_ROOM];
	const char *base;
	int dir = -1;
	bool empty = folder_plain(name, at);
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
			folder_forget(f, i); /* no longer there */
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
	char at[FOLDER_NAME_ROOM];
	const char *base;
	int dir = -1;
	bool empty = folder_plain(name, at);
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

/* Another file has its name than the one whose sending is on record. */
static int intend_opened(struct folder *f, struct items *from, struct item *i, struct outgoing **out)
{
	TAILQ_INSERT_HEAD(from, i, link);
	int err = folder_intend(f, i, 1, INT64_MAX);
	if (err != 0) {
		outgoing_free(*out);
		return err;
	}
	TAILQ_REMOVE(from, i, link);
	return 0;
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
			i->intended = false;
		}
		outgoing_mark(*out)->item = i;
		return i->intended ? 0 : intend_opened(f, from, i, out);
	}
	folder_told(f, i, err);
	if (err == ERR_NOTFOUND) {
		folder_forget(f, i); /* somebody took it away */
		return err;
	}
	log_error("not-sent", "reason=%s what=\"%s\"", err_name(err), note.text);
	folder_rest(f, i); /* until it changes */
	return err;
}

/* The next of a list that can be opened, when its sending is on record. */
static int take_from(struct folder *f, struct items *from, int64_t due, off_t most, struct outgoing **out)
{
	int err = ERR_BUSY;
	for (struct item *i; (i = TAILQ_FIRST(from)) != NULL && i->due <= due && i->is.size <= most;) {
		err = i->intended ? 0 : folder_intend(f, i, TRAIL_GROUP, due);
		if (err == 0)
			err = open_item(f, from, i, out);
		if (err == 0 || err == ERR_AUDIT)
			return err;
	}
	return ERR_BUSY;
}

static int take(struct folder *f, bool small, struct outgoing **out)
{
	look(f);
	int err = take_from(f, &f->fresh, INT64_MAX, small ? SMALL : INT64_MAX, out);
	return err == ERR_BUSY && !small ? take_from(f, &f->again, time_mono_ms(), INT64_MAX, out) : err;
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
	folder_told(f, i, err);
	if (i->passes == 0) {
		TAILQ_INSERT_TAIL(&f->done, i, link);
	} else {
		i->due = time_mono_ms() + f->opt.every;
		TAILQ_INSERT_TAIL(&f->again, i, link);
	}
	return i->passes;
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
		.settle = folder_settle,
		.wait_fd = wait_fd,
		.waiting = waiting};
}
