#include "diode/send/tree.h"
#include "common/base/room.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include "common/os/listing.h"
#include "common/os/taken.h"
#include "diode/frame/frame_meta.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEPTH 34         /* one more than a name that may travel: what is too deep is listed and refused */
#define WATCHES_MAX 8192 /* folders beyond are found by the scan alone */
#define EVENTS (IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR)
#define NAME_ROOM 4096

struct watch {
	int wd;
	char name[]; /* of the folder, relative; "" the folder itself */
};
struct tree {
	struct tree_options o;
	int fd, notify;
	void *watches; /* by wd */
	size_t watches_n;
	char **v; /* the list at work */
	size_t n, cap;
	bool full;
};

static int by_wd(const void *a, const void *b)
{
	const struct watch *x = a, *y = b;
	return x->wd < y->wd ? -1 : x->wd > y->wd;
}

static int open_below(int folder, const char *name, int *out)
{
	struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
	long fd = syscall(SYS_openat2, folder, name, &how, sizeof how);
	if (fd < 0)
		return errno == ELOOP || errno == EXDEV ? ERR_MEMBER : err_from_errno(errno);
	*out = (int)fd;
	return 0;
}

/* By the descriptor: the folder that is listed is the one that is watched. */
static void watch(struct tree *t, int fd, const char *name)
{
	char path[64];
	if (t->notify < 0 || t->watches_n >= WATCHES_MAX)
		return;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	int wd = inotify_add_watch(t->notify, path, EVENTS);
	struct watch *w = wd >= 0 ? calloc(1, sizeof *w + strlen(name) + 1) : NULL;
	if (w == NULL)
		return;
	w->wd = wd;
	memcpy(w->name, name, strlen(name) + 1);
	struct watch *const *at = tsearch(w, &t->watches, by_wd);
	if (at != NULL && *at == w)
		t->watches_n++;
	else
		free(w);
}

int tree_open(const struct tree_options *o, struct tree **out, struct err_note *note)
{
	struct tree *t = calloc(1, sizeof *t);
	if (t == NULL)
		return err_set(note, ERR_NOMEM, "folder");
	t->o = *o;
	t->fd = -1;
	t->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC); /* without it the scan by time remains */
	int err = file_open_dir(o->path, &t->fd);
	if (err != 0) {
		tree_close(t);
		return err_set(note, err, "%s: %s", o->path, err_text(err));
	}
	watch(t, t->fd, "");
	*out = t;
	return 0;
}

void tree_close(struct tree *t)
{
	if (t == NULL)
		return;
	tdestroy(t->watches, free);
	if (t->fd >= 0)
		close(t->fd);
	if (t->notify >= 0)
		close(t->notify);
	free(t);
}

int tree_fd(const struct tree *t)
{
	return t->fd;
}

int tree_notify_fd(const struct tree *t)
{
	return t->notify;
}

static int add(struct tree *t, const char *name, const char *end)
{
	if (t->n >= t->o.names_max) {
		t->full = true;
		return 0;
	}
	if (ROOM(t->v, t->n, t->cap) < 0)
		return ERR_NOMEM;
	if (asprintf(&t->v[t->n], "%s%s", name, end) < 0)
		return ERR_NOMEM;
	t->n++;
	return 0;
}

static bool visible(const char *name)
{
	return name[0] != '.' && !frame_meta_temporary(name, strlen(name));
}

static bool is_folder(const struct dirent *e, int dir)
{
	struct stat st;
	if (e->d_type != DT_UNKNOWN)
		return e->d_type == DT_DIR;
	return fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static int list_take(struct tree *t, int fd, char *name, unsigned depth);

/* A folder below: listed when nothing at all is in it, else gone through. One that vanished meanwhile is no
 * failure. */
static int descend(struct tree *t, int dir, const char *base, char *name, unsigned depth)
{
	if (depth == 0 && t->o.skip != NULL && strcmp(base, t->o.skip) == 0)
		return 0;
	if (depth == DEPTH)
		return add(t, name, "/");
	int fd = openat(dir, base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? 0 : list_take(t, fd, name, depth + 1);
}

/* fd is taken; name is that of the folder, in a room of NAME_ROOM. */
static int list_take(struct tree *t, int fd, char *name, unsigned depth)
{
	size_t n = strlen(name);
	bool empty = true;
	watch(t, fd, name);
	struct listing l;
	int err = listing_take(fd, &l);
	for (const struct dirent *e; err == 0 && !t->full && (e = listing_next(&l)) != NULL;) {
		empty = false;
		if (taken_aside(e->d_name))
			taken_back(dirfd(l.dir), e->d_name);
		if (!visible(e->d_name) || n + strlen(e->d_name) + 2 > NAME_ROOM)
			continue;
		snprintf(name + n, NAME_ROOM - n, "%s%s", n > 0 ? "/" : "", e->d_name);
		if (!is_folder(e, dirfd(l.dir)))
			err = add(t, name, "");
		else if (t->o.deep)
			err = descend(t, dirfd(l.dir), e->d_name, name, depth);
		name[n] = 0;
	}
	int broken = listing_close(&l, 0);
	if (depth == 0)
		return err != 0 ? err : broken;
	/* The others are listed all the same; it is looked at again with them. */
	if (broken != 0 && broken != ERR_NOTFOUND)
		log_warn("not-listed", "reason=%s what=\"%s\"", err_name(broken), name);
	return err == 0 && broken == 0 && empty ? add(t, name, "/") : err;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int tree_list(struct tree *t, char ***names, size_t *n, bool *full)
{
	char name[NAME_ROOM] = "";
	int fd = openat(t->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	t->v = NULL;
	t->n = t->cap = 0;
	t->full = false;
	int err = fd < 0 ? err_from_errno(errno) : list_take(t, fd, name, 0);
	if (t->n > 1)
		qsort(t->v, t->n, sizeof *t->v, by_text);
	*names = t->v;
	*n = t->n;
	*full = t->full;
	return err;
}

static void forget(struct tree *t, int wd)
{
	struct watch key = {.wd = wd}, *const *at = tfind(&key, &t->watches, by_wd);
	if (at == NULL)
		return;
	struct watch *w = *at;
	tdelete(w, &t->watches, by_wd);
	t->watches_n--;
	free(w);
}

static bool event(
	struct tree *t, const struct inotify_event *e, void (*each)(void *, const char *), void *cookie)
{
	char name[NAME_ROOM];
	struct watch key = {.wd = e->wd}, *const *at = tfind(&key, &t->watches, by_wd);
	if ((e->mask & IN_Q_OVERFLOW) != 0)
		return true;
	if ((e->mask & IN_IGNORED) != 0)
		forget(t, e->wd);
	if (e->len == 0 || at == NULL || !visible(e->name))
		return false;
	if ((e->mask & IN_ISDIR) != 0)
		return t->o.deep;
	const char *folder = (*at)->name;
	int n = snprintf(name, sizeof name, "%s%s%s", folder, folder[0] != 0 ? "/" : "", e->name);
	if (n > 0 && (size_t)n < sizeof name)
		each(cookie, name);
	return false;
}

bool tree_events(struct tree *t, void (*each)(void *cookie, const char *name), void *cookie)
{
	_Alignas(struct inotify_event) char events[8192];
	bool lost = false;
	for (ssize_t n; t->notify >= 0 && (n = read(t->notify, events, sizeof events)) > 0;) {
		for (ssize_t at = 0; at < n;) {
			const void *p = events + at;
			const struct inotify_event *e = p;
			lost |= event(t, e, each, cookie);
			at += (ssize_t)sizeof *e + e->len;
		}
	}
	return lost;
}

int tree_enter(const struct tree *t, const char *name, int *dir, const char **base)
{
	char folder[NAME_ROOM];
	const char *slash = strrchr(name, '/');
	*dir = t->fd;
	*base = slash == NULL ? name : slash + 1;
	if (slash == NULL)
		return 0;
	if ((size_t)(slash - name) >= sizeof folder)
		return ERR_MEMBER;
	snprintf(folder, sizeof folder, "%.*s", (int)(slash - name), name);
	return open_below(t->fd, folder, dir);
}

void tree_leave(const struct tree *t, int dir)
{
	if (dir != t->fd && dir >= 0)
		close(dir);
}

int tree_make(int folder, const char *name, int *dir)
{
	char part[NAME_ROOM];
	int err = 0;
	for (const char *slash = strchr(name, '/'); err == 0 && slash != NULL;
		slash = strchr(slash + 1, '/')) {
		if ((size_t)(slash - name) >= sizeof part)
			return ERR_MEMBER;
		snprintf(part, sizeof part, "%.*s", (int)(slash - name), name);
		if (mkdirat(folder, part, 0770) != 0 && errno != EEXIST)
			err = err_from_errno(errno);
	}
	const char *slash = strrchr(name, '/');
	if (err == 0 && slash == NULL)
		return open_below(folder, ".", dir);
	return err == 0 ? open_below(folder, part, dir) : err;
}
