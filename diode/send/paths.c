#include "diode/send/paths.h"
#include "common/log/log.h"
#include "common/os/listing.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH 32 /* components of a name that may travel */

struct level {
	struct listing dir;
	size_t name_n; /* of the name below which its entries go */
	bool empty;
};
struct paths {
	const struct opener *o;
	char *const *path;
	size_t n, at;
	unsigned passes, pass;
	int64_t every, due; /* ms */
	size_t under_way;   /* objects of this pass given out and not sent yet */
	struct level level[DEPTH];
	size_t depth;
	char name[2 * FRAME_NAME_MAX + 2]; /* of the entry at hand */
	uint64_t failed;
};

int paths_new(const struct opener *o, char *const *path, size_t n, unsigned passes, int64_t every,
	struct paths **out)
{
	struct paths *p = calloc(1, sizeof *p);
	if (p == NULL)
		return ERR_NOMEM;
	p->o = o;
	p->path = path;
	p->n = n;
	p->passes = passes;
	p->every = every;
	*out = p;
	return 0;
}

static void leave(struct paths *p)
{
	(void)!listing_close(&p->level[--p->depth].dir, 0);
}

void paths_free(struct paths *p)
{
	if (p == NULL)
		return;
	while (p->depth > 0)
		leave(p);
	free(p);
}

static void fail(struct paths *p, const struct err_note *note)
{
	p->failed++;
	log_error("not-sent", "reason=%s what=\"%s\"", err_name(note->err), note->text);
}

/* fd is taken. The folder's entries are named below the first name_n bytes of p->name. */
static int enter_take(struct paths *p, int fd, size_t name_n, struct err_note *note)
{
	if (p->depth == DEPTH) {
		close(fd);
		return err_set(note, ERR_LIMIT, "%s: folders nested too deep", p->name);
	}
	struct listing d;
	int err = listing_take(fd, &d);
	if (err != 0)
		return err_set(note, err, "%s: %s", p->name, err_text(err));
	p->level[p->depth++] = (struct level){.dir = d, .name_n = name_n, .empty = true};
	return 0;
}

/* A file gives an object; a folder is entered and gives ERR_BUSY: ask again. */
static int open_entry(
	struct paths *p, int dirfd, const char *base, struct outgoing **out, struct err_note *note)
{
	struct stat st;
	if (fstatat(dirfd, base, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return err_set(note, err_from_errno(errno), "%s: %s", p->name, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return opener_file(p->o, dirfd, base, p->name, out, note);
	int fd = openat(dirfd, base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_set(note, err_from_errno(errno), "%s: %s", p->name, strerror(errno));
	int err = enter_take(p, fd, strlen(p->name), note);
	return err == 0 ? ERR_BUSY : err;
}

/* The next entry of the innermost folder; ERR_BUSY: ask again. */
static int next_entry(struct paths *p, struct outgoing **out, struct err_note *note)
{
	struct level *l = &p->level[p->depth - 1];
	p->name[l->name_n] = 0;
	const struct dirent *e = listing_next(&l->dir);
	if (e == NULL) {
		int err = l->dir.err ? err_set(note, l->dir.err, "%s: cannot be listed: %s", p->name,
					       err_text(l->dir.err))
				     : ERR_BUSY;
		if (err == ERR_BUSY && l->empty && l->name_n > 0)
			err = opener_folder(p->o, dirfd(l->dir.dir), p->name, out, note);
		leave(p);
		return err;
	}
	l->empty = false;
	snprintf(
		p->name + l->name_n, sizeof p->name - l->name_n, "%s%s", l->name_n > 0 ? "/" : "", e->d_name);
	if (strlen(p->name) > FRAME_NAME_MAX)
		return err_set(note, ERR_MEMBER, "%.80s…: this name is too long to travel", p->name);
	return open_entry(p, dirfd(l->dir.dir), e->d_name, out, note);
}

/* The next path of the command line. It may be a link itself: it was named by a person. */
static int next_path(struct paths *p, struct outgoing **out, struct err_note *note)
{
	const char *path = p->path[p->at++];
	size_t n = strlen(path);
	struct stat st;
	bool bare = n > 0 && path[n - 1] == '/';
	while (n > 1 && path[n - 1] == '/')
		n--;
	const char *base = path + n;
	while (base > path && base[-1] != '/')
		base--;
	size_t base_n = (size_t)(path + n - base);
	if ((base_n == 1 && base[0] == '.') || (base_n == 2 && base[0] == '.' && base[1] == '.'))
		bare = true;
	snprintf(p->name, sizeof p->name, "%.*s", base_n > FRAME_NAME_MAX ? FRAME_NAME_MAX : (int)base_n,
		base);
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0) {
		int err = err_set(note, err_from_errno(errno), "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return err;
	}
	if (S_ISDIR(st.st_mode)) {
		int err = enter_take(p, fd, bare ? 0 : base_n, note);
		return err == 0 ? ERR_BUSY : err;
	}
	close(fd);
	char real[4096];
	return realpath(path, real) == NULL
		       ? err_set(note, err_from_errno(errno), "%s: %s", path, strerror(errno))
		       : opener_file(p->o, AT_FDCWD, real, p->name, out, note);
}

static int next(void *cookie, struct outgoing **out)
{
	struct paths *p = cookie;
	while (p->depth > 0 || p->at < p->n) {
		struct err_note note = {0};
		if (p->at == 0 && p->depth == 0 && time_mono_ms() < p->due)
			return ERR_BUSY;
		int err = p->depth > 0 ? next_entry(p, out, &note) : next_path(p, out, &note);
		p->under_way += err == 0;
		if (err == 0)
			return 0;
		if (err != ERR_BUSY)
			fail(p, &note);
	}
	if (p->pass + 1 >= p->passes)
		return ERR_NOTFOUND;
	/* Passes side by side would be lost in the same gap. */
	if (p->under_way > 0)
		return ERR_BUSY;
	p->pass++;
	p->at = 0;
	p->due = time_mono_ms() + p->every;
	return ERR_BUSY;
}

static unsigned sent(void *cookie, struct outgoing *o, int err)
{
	struct paths *p = cookie;
	(void)o;
	p->under_way--;
	if (err != 0)
		p->failed++;
	return p->passes - p->pass - 1;
}

static int settle(void *cookie)
{
	(void)cookie;
	return 0;
}

static int wait_fd(void *cookie)
{
	(void)cookie;
	return -1;
}

static bool waiting(void *cookie)
{
	const struct paths *p = cookie;
	return p->pass + 1 < p->passes;
}

struct feed paths_feed(struct paths *p)
{
	return (struct feed){.cookie = p,
		.next = next,
		.sent = sent,
		.settle = settle,
		.wait_fd = wait_fd,
		.waiting = waiting};
}

uint64_t paths_failed(const struct paths *p)
{
	return p->failed;
}
