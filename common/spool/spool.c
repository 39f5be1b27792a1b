#include "common/spool/spool.h"
#include "common/base/room.h"

#include "common/base/id.h"
#include "common/base/json.h"
#include "common/os/fault.h"
#include "common/os/listing.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[SPOOL_DIRS] = {"out", "in", "quarantine", "done", "sent", "tmp"};

struct spool {
	int dirs[SPOOL_DIRS];
};

bool spool_name_ok(const char *name)
{
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
	return n >= 1 && n <= 200 && !name[n] && name[0] != '.' && strncmp(name, "tmp.", 4) != 0;
}

bool spool_list_name(const char *name)
{
	static const char END[] = ".missing";
	size_t n = strlen(name), e = sizeof END - 1;
	return spool_name_ok(name) && n > e && strcmp(name + n - e, END) == 0;
}

static int folder_open(const char *root, const char *link, enum spool_dir d, bool create, int *out)
{
	char path[4096];
	if (snprintf(path, sizeof path, "%s/%s/%s", root, link, names[d]) >= (int)sizeof path)
		return ERR_LIMIT;
	int rc = create ? file_mkdirs(path, 0770) : 0;
	return rc == 0 ? file_open_dir(path, out) : rc;
}

static int folders_open(
	const char *root, const char *link, const struct spool_folders *f, bool create, struct spool **out)
{
	struct spool *s = malloc(sizeof *s);
	int rc = s ? 0 : ERR_NOMEM;
	for (size_t i = 0; s && i < SPOOL_DIRS; i++)
		s->dirs[i] = -1;
	for (size_t i = 0; rc == 0 && i < SPOOL_DIRS; i++) {
		const char *foreign = i == SPOOL_OUT ? f->out : i == SPOOL_IN ? f->in : NULL;
		rc = foreign ? file_open_dir(foreign, &s->dirs[i])
			     : folder_open(root, link, (enum spool_dir)i, create, &s->dirs[i]);
	}
	if (rc < 0) {
		spool_close(s);
		return rc;
	}
	*out = s;
	return 0;
}

int spool_open(const char *root, const char *link, bool create, struct spool **out)
{
	const struct spool_folders none = {NULL, NULL};
	return folders_open(root, link, &none, create, out);
}

int spool_open_folders(const char *root, const char *link, const struct spool_folders *f, struct spool **out)
{
	return folders_open(root, link, f, true, out);
}

void spool_close(struct spool *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < SPOOL_DIRS; i++)
		if (s->dirs[i] >= 0)
			close(s->dirs[i]);
	free(s);
}

int spool_fd(const struct spool *s, enum spool_dir d)
{
	return s->dirs[d];
}

int spool_new(struct spool *s, enum spool_dir d, struct file_new **out)
{
	return file_new_open(s->dirs[d], 0660, out);
}

/* Names of the fault points: spool.<folder>.<call>. */
static const char *point(enum spool_dir d, const char *call, char out[static 40])
{
	snprintf(out, 40, "spool.%s.%s", names[d], call);
	return out;
}

int spool_publish(struct spool *s, enum spool_dir d, struct file_new *f, const char *name)
{
	char p[40];
	(void)s;
	return spool_name_ok(name) ? file_new_publish(f, name, point(d, "file", p)) : ERR_SYNTAX;
}

int spool_place(struct spool *s, enum spool_dir d, struct file_new *f, const char *name)
{
	char p[40];
	(void)s;
	return spool_name_ok(name) ? file_new_link(f, name, point(d, "file", p)) : ERR_SYNTAX;
}

int spool_flush(struct spool *s, enum spool_dir d, struct file_new *f)
{
	char p[40];
	(void)s;
	return file_new_sync(f, point(d, "file", p));
}

int spool_sync(struct spool *s, enum spool_dir d)
{
	char p[40];
	return file_fsync_dir(s->dirs[d], point(d, "dir", p));
}

static bool same_bytes(int a, int b)
{
	uint8_t x[16384], y[16384];
	for (off_t at = 0;; at += (off_t)sizeof x) {
		ssize_t n = pread(a, x, sizeof x, at), m = pread(b, y, sizeof y, at);
		if (n < 0 || n != m || memcmp(x, y, (size_t)n) != 0)
			return false;
		if ((size_t)n < sizeof x)
			return true;
	}
}

/* 0 when the name in `to` holds what `from` holds. */
static int already_there(struct spool *s, enum spool_dir from, enum spool_dir to, const char *name)
{
	int a = openat(s->dirs[from], name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW),
	    b = openat(s->dirs[to], name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int rc = a >= 0 && b >= 0 && same_bytes(a, b) ? 0 : ERR_EXISTS;
	if (a >= 0)
		close(a);
	if (b >= 0)
		close(b);
	return rc;
}

/* To a folder of another file system, durable; under the name `as`. */
static int copy_as(struct spool *s, enum spool_dir from, enum spool_dir to, const char *name, const char *as)
{
	struct file_new *f = NULL;
	uint8_t part[65536];
	ssize_t n = 0;
	int in = openat(s->dirs[from], name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int rc = in < 0 ? ERR_NOTFOUND : spool_new(s, to, &f);
	while (rc == 0 && (n = read(in, part, sizeof part)) > 0)
		rc = file_write_all(file_new_fd(f), part, (size_t)n);
	if (rc == 0 && n < 0)
		rc = ERR_IO;
	if (rc == 0)
		rc = spool_publish(s, to, f, as);
	file_new_free(f);
	if (in >= 0)
		close(in);
	return rc;
}

static int copy_file(struct spool *s, enum spool_dir from, enum spool_dir to, const char *name)
{
	return copy_as(s, from, to, name, name);
}

int spool_link(struct spool *s, enum spool_dir from, enum spool_dir to, const char *name)
{
	char before[64], after[64];
	if (!spool_name_ok(name))
		return ERR_SYNTAX;
	snprintf(before, sizeof before, "spool.%s.link.before", names[to]);
	snprintf(after, sizeof after, "spool.%s.link.after", names[to]);
	fault_point(before);
	if (linkat(s->dirs[from], name, s->dirs[to], name, 0) == 0) {
		fault_point(after);
		return 0;
	}
	if (errno == EEXIST)
		return already_there(s, from, to, name);
	if (errno == ENOENT)
		return ERR_NOTFOUND;
	/* Another file system, or one without links: an exchange folder of a gap product. */
	int rc = copy_file(s, from, to, name);
	return rc == ERR_EXISTS ? already_there(s, from, to, name) : rc;
}

int spool_move(struct spool *s, enum spool_dir from, enum spool_dir to, const char *name)
{
	char p[40];
	if (!spool_name_ok(name))
		return ERR_SYNTAX;
	int rc = file_rename(s->dirs[from], name, s->dirs[to], name, point(to, "move", p));
	if (rc != ERR_IO)
		return rc;
	rc = copy_file(s, from, to, name);
	return rc == 0 ? spool_remove(s, from, name) : rc;
}

int spool_remove(struct spool *s, enum spool_dir d, const char *name)
{
	char p[40];
	return file_unlink(s->dirs[d], name, point(d, "unlink", p));
}

/* What could not be opened; by now it may be gone, or a file. */
static int unreadable(const struct spool *s, enum spool_dir d, const char *name, struct taken_file *is)
{
	struct stat st;
	if (fstatat(s->dirs[d], name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return ERR_NOTFOUND;
	*is = taken_file(&st);
	return ERR_MEMBER;
}

int spool_read(struct spool *s, enum spool_dir d, const char *name, int *fd, struct taken_file *is)
{
	struct stat st;
	int f = openat(s->dirs[d], name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (f < 0)
		return errno == ENOENT                      ? ERR_NOTFOUND
		       : errno == EMFILE || errno == ENFILE ? ERR_BUSY
							    : unreadable(s, d, name, is);
	if (fstat(f, &st) < 0) {
		close(f);
		return ERR_IO;
	}
	*is = taken_file(&st);
	if (!S_ISREG(st.st_mode)) {
		close(f);
		return ERR_MEMBER;
	}
	*fd = f;
	return 0;
}

int spool_take(struct spool *s, enum spool_dir d, const char *name, const struct taken_file *is)
{
	char p[40];
	return taken_unlink(s->dirs[d], name, is, point(d, "unlink", p));
}

static int reason_write(struct spool *s, const char *name, const struct err_note *why, int64_t size)
{
	char at[TIME_TEXT], file[256];
	struct buf text;
	buf_init(&text, 4096);
	time_text(time_now_ms(), at);
	snprintf(file, sizeof file, "%s.reason", name);
	json_t *o = json_pack("{s:s,s:s,s:s,s:I}", "reason", err_name(why->err), "text", why->text, "at", at,
		"size", (json_int_t)size);
	int rc = o ? json_canon(o, &text) : ERR_NOMEM;
	if (rc == 0)
		rc = file_write(s->dirs[SPOOL_QUARANTINE], file, 0660, buf_view(&text), "spool.reason");
	json_decref(o);
	buf_fini(&text);
	return rc;
}

static int set_aside(
	struct spool *s, enum spool_dir from, const char *name, const struct taken_file *is, const char *to)
{
	int at = s->dirs[from], quarantine = s->dirs[SPOOL_QUARANTINE];
	int rc = is ? taken_move(at, name, quarantine, to, is, "spool.quarantine")
		    : file_rename(at, name, quarantine, to, "spool.quarantine");
	if (rc != ERR_IO)
		return rc;
	/* A folder of another product, on another file system. */
	rc = copy_as(s, from, SPOOL_QUARANTINE, name, to);
	if (rc == 0)
		rc = is ? spool_take(s, from, name, is) : spool_remove(s, from, name);
	return rc;
}

int spool_quarantine(struct spool *s, enum spool_dir from, const char *name, const struct taken_file *is,
	const struct err_note *why)
{
	char to[260];
	struct stat st;
	int64_t size = is                                                            ? is->size
		       : fstatat(s->dirs[from], name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_size
										     : 0;
	int rc = ERR_EXISTS;
	/* A foreign name may be anything the file system holds: it is kept when it is one of ours, replaced
	 * otherwise. */
	const char *base = spool_name_ok(name) ? name : "foreign";
	for (int n = 0; rc == ERR_EXISTS && n < 100000; n++) {
		if (n == 0)
			snprintf(to, sizeof to, "%.200s", base);
		else
			snprintf(to, sizeof to, "%.200s.%d", base, n);
		rc = set_aside(s, from, name, is, to);
	}
	if (rc == 0)
		rc = reason_write(s, to, why, size);
	return rc == 0 ? spool_sync(s, SPOOL_QUARANTINE) : rc;
}

static int compare(const void *a, const void *b)
{
	const char *x, *y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return strcmp(x, y);
}

int spool_scan(struct spool *s, enum spool_dir d, size_t max, struct spool_names *out)
{
	struct spool_names n = {0};
	struct listing l;
	const struct dirent *e;
	size_t cap = 0;
	int rc = listing_open(s->dirs[d], ".", &l);
	while (rc == 0 && n.n < max && (e = listing_next(&l))) {
		if (taken_aside(e->d_name))
			taken_back(s->dirs[d], e->d_name);
		/* Hidden and temporary names are files being written; lists are for people. */
		if (e->d_name[0] == '.' || strncmp(e->d_name, "tmp.", 4) == 0 || spool_list_name(e->d_name))
			continue;
		if ((rc = ROOM(n.v, n.n, cap)) < 0)
			break;
		if (!(n.v[n.n] = strdup(e->d_name)))
			rc = ERR_NOMEM;
		else
			n.n++;
	}
	rc = listing_close(&l, rc);
	if (rc < 0) {
		spool_names_free(&n);
		return rc;
	}
	if (n.n)
		qsort(n.v, n.n, sizeof *n.v, compare);
	*out = n;
	return 0;
}

void spool_names_free(struct spool_names *n)
{
	for (size_t i = 0; i < n->n; i++)
		free(n->v[i]);
	free(n->v);
	*n = (struct spool_names){0};
}
