#include "common/os/taken.h"

#include "common/base/id.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ".taken~", 16 digits that no other has, "~", the name. */
#define MARK ".taken~"
#define MARK_N (sizeof MARK - 1)
#define FRONT (MARK_N + 17)
#define NAME_ROOM 256

_Static_assert(FRONT + TAKEN_NAME_MAX == NAME_ROOM - 1, "a name aside is a name");

struct taken_file taken_file(const struct stat *st)
{
	return (struct taken_file){
		.dev = st->st_dev, .ino = st->st_ino, .size = st->st_size, .mtime = st->st_mtim};
}

bool taken_same(const struct taken_file *a, const struct taken_file *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->mtime.tv_sec == b->mtime.tv_sec && a->mtime.tv_nsec == b->mtime.tv_nsec;
}

bool taken_aside(const char *name)
{
	return strncmp(name, MARK, MARK_N) == 0 && strlen(name) > FRONT && name[FRONT - 1] == '~';
}

/* 0 when the name is that file's. */
static int is_it(int dir, const char *name, const struct taken_file *f)
{
	struct stat st;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return ERR_NOTFOUND;
	struct taken_file now = taken_file(&st);
	return taken_same(&now, f) ? 0 : ERR_CONFLICT;
}

static int aside(int dir, const char *name, char out[static NAME_ROOM], const char *point)
{
	uint64_t r;
	random_bytes(&r, sizeof r);
	(void)snprintf(out, NAME_ROOM, MARK "%016llx~%s", (unsigned long long)r, name);
	return file_rename(dir, name, dir, out, point);
}

void taken_back(int dir, const char *name)
{
	struct stat a, b;
	const char *own = name + FRONT;
	if (file_rename(dir, name, dir, own, "taken.back") != ERR_EXISTS)
		return;
	/* The same file under both names is there once. */
	if (fstatat(dir, name, &a, AT_SYMLINK_NOFOLLOW) == 0 &&
		fstatat(dir, own, &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_dev == b.st_dev &&
		a.st_ino == b.st_ino)
		(void)!unlinkat(dir, name, 0);
}

/* Aside and looked at: *out names it there. Where another name has no room (too long, or the disk is full and
 * this is what makes room), it is only looked at. */
static int aside_checked(
	int dir, const char *name, const struct taken_file *f, char out[static NAME_ROOM], const char *point)
{
	int rc = strlen(name) <= TAKEN_NAME_MAX ? aside(dir, name, out, point) : ERR_NOSPACE;
	if (rc == ERR_NOSPACE) {
		(void)snprintf(out, NAME_ROOM, "%s", name);
		return is_it(dir, name, f);
	}
	if (rc == 0 && (rc = is_it(dir, out, f)) < 0)
		taken_back(dir, out);
	return rc;
}

static int kept(int rc, int dir, const char *other)
{
	if (rc < 0 && taken_aside(other))
		taken_back(dir, other);
	return rc;
}

int taken_unlink(int dir, const char *name, const struct taken_file *f, const char *point)
{
	char other[NAME_ROOM];
	int rc = aside_checked(dir, name, f, other, point);
	return rc < 0 ? rc : kept(file_unlink(dir, other, point), dir, other);
}

int taken_move(
	int dir, const char *name, int to_dir, const char *to, const struct taken_file *f, const char *point)
{
	char other[NAME_ROOM];
	int rc = aside_checked(dir, name, f, other, point);
	return rc < 0 ? rc : kept(file_rename(dir, other, to_dir, to, point), dir, other);
}
