/* USB sticks and other block devices: the image lies at the front, behind it there are zeros only. */
#include "burner/ferry/drive.h"

#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BLOCK (1 << 20)

/* O_EXCL: a device that is mounted is left alone. */
static int stick_open(const struct drive *d, int *fd, int64_t *size, struct err_note *note)
{
	*fd = open(d->path, O_RDWR | O_CLOEXEC | O_EXCL);
	if (*fd >= 0 && (*size = lseek(*fd, 0, SEEK_END)) >= 0 && lseek(*fd, 0, SEEK_SET) == 0)
		return 0;
	int rc = err_set(note, err_from_errno(errno), "drive %.100s: cannot be opened (mounted?)", d->name);
	if (*fd >= 0)
		close(*fd);
	return rc;
}

static bool zeros(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* Partition tables and file systems begin in the first mebibyte. */
int drive_stick_ready(const struct drive *d, int64_t bytes, struct err_note *note)
{
	uint8_t *front = malloc(BLOCK);
	int64_t size = 0;
	int fd = -1, rc = front ? stick_open(d, &fd, &size, note) : ERR_NOMEM;
	ssize_t n = rc == 0 ? pread(fd, front, BLOCK, 0) : 0;
	if (rc == 0 && n < 0)
		rc = err_set(note, ERR_IO, "drive %.100s: cannot be read", d->name);
	else if (rc == 0 && !zeros(front, (size_t)n))
		rc = err_set(note, ERR_REFUSED, "drive %.100s: its medium is not blank", d->name);
	else if (rc == 0 && size < bytes)
		rc = err_set(note, ERR_LIMIT, "drive %.100s: room for %lld bytes of %lld", d->name,
			(long long)size, (long long)bytes);
	if (fd >= 0)
		close(fd);
	free(front);
	return rc;
}

static int zeros_write(int fd, int64_t from, int64_t to, uint8_t *block)
{
	uint64_t range[2] = {(uint64_t)from, (uint64_t)(to - from)};
	if (to <= from || (from % 4096 == 0 && ioctl(fd, BLKZEROOUT, range) == 0))
		return 0;
	memset(block, 0, BLOCK);
	int rc = lseek(fd, from, SEEK_SET) == from ? 0 : ERR_IO;
	for (int64_t at = from; rc == 0 && at < to; at += BLOCK)
		rc = file_write_all(fd, block, to - at < BLOCK ? (size_t)(to - at) : BLOCK);
	return rc;
}

static int image_write_to(int fd, int image, uint8_t *block, int64_t *written)
{
	ssize_t n = 0;
	int rc = 0;
	while (rc == 0 && (n = read(image, block, BLOCK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		rc = n < 0 ? ERR_IO : file_write_all(fd, block, (size_t)n);
		*written += n;
	}
	return rc;
}

/* What is read back comes from the stick, not from memory. */
static int settle(int fd)
{
	if (fsync(fd) < 0)
		return err_from_errno(errno);
	(void)ioctl(fd, BLKFLSBUF, 0);
	return posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0 ? 0 : ERR_IO;
}

int drive_stick_write(const struct drive *d, const char *image, struct err_note *note)
{
	uint8_t *block = malloc(BLOCK);
	int64_t size = 0, written = 0;
	int fd = -1, in = open(image, O_RDONLY | O_CLOEXEC);
	if (!block || in < 0) {
		free(block);
		if (in >= 0)
			close(in);
		return block ? err_set(note, ERR_IO, "the image cannot be read") : ERR_NOMEM;
	}
	int rc = stick_open(d, &fd, &size, note);
	if (rc == 0) {
		rc = image_write_to(fd, in, block, &written);
		if (rc == 0)
			rc = zeros_write(fd, written, size, block);
		if (rc == 0)
			rc = settle(fd);
		close(fd);
		if (rc < 0)
			rc = err_set(note, ERR_IO, "drive %.100s: cannot be written", d->name);
	}
	close(in);
	free(block);
	return rc;
}

int drive_stick_erase(const struct drive *d, struct err_note *note)
{
	uint8_t *block = malloc(BLOCK);
	int64_t size = 0;
	int fd = -1, rc = block ? stick_open(d, &fd, &size, note) : ERR_NOMEM;
	if (rc == 0) {
		rc = zeros_write(fd, 0, size, block);
		if (rc == 0)
			rc = settle(fd);
		close(fd);
		if (rc < 0)
			rc = err_set(note, ERR_IO, "drive %.100s: cannot be erased", d->name);
	}
	free(block);
	return rc;
}
