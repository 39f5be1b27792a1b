#include "common/os/file.h"

#include "common/base/id.h"
#include "common/os/fault.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef SW_FAULTS
static void mark(const char *point, const char *when)
{
	char name[64];
	int n = snprintf(name, sizeof name, "%s.%s", point, when);
	REQUIRE(n > 0 && (size_t)n < sizeof name);
	fault_point(name);
}
#else
static void mark(const char *point, const char *when)
{
	(void)point;
	(void)when;
}
#endif

/* 0, or -1 with errno when a test wants this call to fail. */
static int enter(const char *point, int eno)
{
	mark(point, "before");
	if (!fault_fail(point))
		return 0;
	errno = eno;
	return -1;
}

static int leave(const char *point, int result)
{
	if (result < 0)
		return err_from_errno(errno);
	mark(point, "after");
	return 0;
}

int file_fsync(int fd, const char *point)
{
	return leave(point, enter(point, EIO) < 0 ? -1 : fsync(fd));
}

int file_fsync_dir(int dirfd, const char *point)
{
	return leave(point, enter(point, EIO) < 0 ? -1 : fsync(dirfd));
}

int file_unlink(int dirfd, const char *name, const char *point)
{
	return leave(point, enter(point, EIO) < 0 ? -1 : unlinkat(dirfd, name, 0));
}

/* File systems that cannot be told to replace nothing (NFS, some in user space): by a link, which never
 * replaces; without links too, by a look before. */
static int rename_carefully(int fromdir, const char *from, int todir, const char *to)
{
	struct stat st;
	if (renameat2(fromdir, from, todir, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (linkat(fromdir, from, todir, to, 0) == 0)
		return unlinkat(fromdir, from, 0);
	if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK)
		return -1;
	if (fstatat(todir, to, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return -1;
	}
	return errno == ENOENT ? renameat(fromdir, from, todir, to) : -1;
}

int file_rename(int fromdir, const char *from, int todir, const char *to, const char *point)
{
	return leave(point, enter(point, ENOSPC) < 0 ? -1 : rename_carefully(fromdir, from, todir, to));
}

int file_replace(int dirfd, const char *from, const char *to, const char *point)
{
	return leave(point, enter(point, ENOSPC) < 0 ? -1 : renameat(dirfd, from, dirfd, to));
}

struct file_new {
	int dirfd, fd;
	char name[40]; /* "" with O_TMPFILE */
};

int file_new_open(int dirfd, unsigned mode, struct file_new **out)
{
	struct file_new *f = calloc(1, sizeof *f);
	if (!f)
		return ERR_NOMEM;
	f->dirfd = dirfd;
	f->fd = openat(dirfd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
	if (f->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == ENOENT)) {
		uint64_t r;
		random_bytes(&r, sizeof r);
		snprintf(f->name, sizeof f->name, "tmp.%016llx", (unsigned long long)r);
		f->fd = openat(dirfd, f->name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, mode);
	}
	if (f->fd < 0) {
		int rc = err_from_errno(errno);
		free(f);
		return rc;
	}
	*out = f;
	return 0;
}

int file_new_fd(const struct file_new *f)
{
	return f->fd;
}

int file_new_sync(struct file_new *f, const char *point)
{
	return file_fsync(f->fd, point);
}

int file_new_publish(struct file_new *f, const char *name, const char *point)
{
	int rc = file_new_sync(f, point);
	return rc < 0 ? rc : file_new_link(f, name, point);
}

int file_new_link(struct file_new *f, const char *name, const char *point)
{
	char proc[40];
	char link_point[64];
	snprintf(link_point, sizeof link_point, "%.50s.link", point);
	if (f->name[0]) {
		int rc = file_rename(f->dirfd, f->name, f->dirfd, name, link_point);
		if (rc == 0)
			f->name[0] = '\0';
		return rc;
	}
	snprintf(proc, sizeof proc, "/proc/self/fd/%d", f->fd);
	/* AT_EMPTY_PATH needs a capability; the proc path does not, but needs /proc. */
	return leave(link_point, enter(link_point, ENOSPC) < 0
					 ? -1
					 : linkat(AT_FDCWD, proc, f->dirfd, name, AT_SYMLINK_FOLLOW));
}

void file_new_free(struct file_new *f)
{
	if (!f)
		return;
	if (f->name[0])
		unlinkat(f->dirfd, f->name, 0);
	close(f->fd);
	free(f);
}

static int read_all(int fd, size_t max, struct buf *out)
{
	uint8_t part[16384];
	size_t was = out->n;
	ssize_t n;
	int rc = 0;
	while (rc == 0 && (n = read(fd, part, sizeof part)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = err_from_errno(errno);
		else if ((size_t)n > max - (out->n - was))
			rc = ERR_LIMIT;
		else
			rc = buf_add(out, part, (size_t)n);
	}
	buf_wipe(part, sizeof part);
	if (rc < 0 && out->p) {
		buf_wipe(out->p + was, out->n - was);
		out->n = was;
	}
	return rc;
}

int file_read(int dirfd, const char *name, size_t max, struct buf *out)
{
	struct stat st;
	/* Not blocking: somebody may have put a FIFO there. */
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return err_from_errno(errno);
	int rc = fstat(fd, &st) < 0 ? err_from_errno(errno) : 0;
	if (rc == 0 && !S_ISREG(st.st_mode))
		rc = ERR_DENIED;
	if (rc == 0)
		rc = read_all(fd, max, out);
	close(fd);
	return rc;
}

/* The folder that holds `name`, which may have slashes when dirfd is AT_FDCWD. */
static int open_parent(int dirfd, const char *name, const char **base, int *out)
{
	const char *slash = strrchr(name, '/');
	char path[4096];
	*base = slash ? slash + 1 : name;
	if (slash && (size_t)(slash - name) >= sizeof path)
		return ERR_LIMIT;
	snprintf(path, sizeof path, "%.*s", slash ? (int)(slash - name) : 1, slash ? name : ".");
	int fd = openat(dirfd, slash == name ? "/" : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_from_errno(errno);
	*out = fd;
	return 0;
}

int file_write(int dirfd, const char *name, unsigned mode, struct view content, const char *point)
{
	const char *base;
	char tmp[48], write_point[64], rename_point[64], dir_point[64];
	uint64_t r;
	int dir = -1, fd = -1;
	int rc = open_parent(dirfd, name, &base, &dir);
	if (rc < 0)
		return rc;
	random_bytes(&r, sizeof r);
	snprintf(tmp, sizeof tmp, "tmp.%016llx", (unsigned long long)r);
	snprintf(write_point, sizeof write_point, "%.50s.write", point);
	snprintf(rename_point, sizeof rename_point, "%.50s.rename", point);
	snprintf(dir_point, sizeof dir_point, "%.50s.dir", point);
	fd = openat(dir, tmp, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		rc = err_from_errno(errno);
	else
		rc = fault_fail(write_point) ? ERR_NOSPACE : file_write_all(fd, content.p, content.n);
	if (rc == 0)
		rc = file_fsync(fd, point);
	if (rc == 0)
		rc = file_replace(dir, tmp, base, rename_point);
	if (rc == 0)
		rc = file_fsync_dir(dir, dir_point);
	else if (fd >= 0)
		unlinkat(dir, tmp, 0);
	if (fd >= 0)
		close(fd);
	close(dir);
	return rc;
}

int file_write_all(int fd, const void *p, size_t n)
{
	const uint8_t *from = p;
	while (n) {
		ssize_t w = write(fd, from, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return err_from_errno(errno);
		from += w;
		n -= (size_t)w;
	}
	return 0;
}

int file_read_full(int fd, void *p, size_t n)
{
	uint8_t *to = p;
	while (n) {
		ssize_t r = read(fd, to, n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return r < 0 ? err_from_errno(errno) : ERR_TRUNCATED;
		to += r;
		n -= (size_t)r;
	}
	return 0;
}

int file_pwrite_all(int fd, const void *p, size_t n, int64_t at)
{
	const uint8_t *from = p;
	while (n) {
		ssize_t w = pwrite(fd, from, n, at);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return err_from_errno(errno);
		from += w;
		at += w;
		n -= (size_t)w;
	}
	return 0;
}

int file_pread_full(int fd, void *p, size_t n, int64_t at)
{
	uint8_t *to = p;
	while (n) {
		ssize_t r = pread(fd, to, n, at);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return r < 0 ? err_from_errno(errno) : ERR_TRUNCATED;
		to += r;
		at += r;
		n -= (size_t)r;
	}
	return 0;
}

int file_mkdirs(const char *path, unsigned mode)
{
	char part[4096];
	size_t n = strlen(path);
	if (n == 0 || n >= sizeof part)
		return ERR_LIMIT;
	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, mode) < 0 && errno != EEXIST)
			return err_from_errno(errno);
	}
	struct stat st;
	if (stat(path, &st) < 0)
		return err_from_errno(errno);
	return S_ISDIR(st.st_mode) ? 0 : ERR_EXISTS;
}

int file_open_dir(const char *path, int *out)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_from_errno(errno);
	*out = fd;
	return 0;
}

int file_read_secret(const char *path, size_t max, struct buf *out, struct err_note *note)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		int rc = err_from_errno(errno);
		return err_set(note, rc, "%s: %s", path, strerror(errno));
	}
	int rc = fstat(fd, &st) < 0 ? err_set(note, ERR_IO, "%s: %s", path, strerror(errno)) : 0;
	if (rc == 0 && !S_ISREG(st.st_mode))
		rc = err_set(note, ERR_DENIED, "%s: not a regular file", path);
	if (rc == 0 && (st.st_mode & 077))
		rc = err_set(note, ERR_DENIED, "%s: others may read it (mode %04o, must be 0600)", path,
			(unsigned)(st.st_mode & 07777));
	if (rc == 0 && (rc = read_all(fd, max, out)) < 0)
		err_set(note, rc, "%s: %s", path, err_text(rc));
	close(fd);
	return rc;
}
