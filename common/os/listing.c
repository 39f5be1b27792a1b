#include "common/os/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* fd < 0: errno tells why. */
static int opened(int fd, struct listing *l)
{
	*l = (struct listing){.dir = fd < 0 ? NULL : fdopendir(fd)};
	if (!l->dir) {
		l->err = err_from_errno(errno);
		if (fd >= 0)
			(void)close(fd);
	}
	return l->err;
}

int listing_open(int at, const char *name, struct listing *l)
{
	return opened(openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), l);
}

int listing_path(const char *path, struct listing *l)
{
	return opened(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), l);
}

int listing_take(int fd, struct listing *l)
{
	return opened(fd, l);
}

const struct dirent *listing_next(struct listing *l)
{
	const struct dirent *e = NULL;
	if (!l->dir || l->err)
		return NULL;
	do {
		errno = 0;
		e = readdir(l->dir);
	} while (e && (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0));
	if (!e && errno != 0)
		l->err = err_from_errno(errno);
	return e;
}

int listing_close(struct listing *l, int rc)
{
	if (l->dir)
		(void)closedir(l->dir);
	l->dir = NULL;
	return rc < 0 ? rc : l->err;
}

int listing_remove(int at, const char *name)
{
	struct listing l;
	int rc = listing_open(at, name, &l);
	if (rc == ERR_NOTFOUND)
		return 0;
	for (const struct dirent *e; rc == 0 && (e = listing_next(&l));)
		if (unlinkat(dirfd(l.dir), e->d_name, 0) < 0)
			rc = errno == EISDIR || errno == EPERM ? listing_remove(dirfd(l.dir), e->d_name)
							       : err_from_errno(errno);
	rc = listing_close(&l, rc);
	return rc == 0 && unlinkat(at, name, AT_REMOVEDIR) < 0 ? err_from_errno(errno) : rc;
}
