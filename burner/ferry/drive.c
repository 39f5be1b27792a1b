#include "burner/ferry/drive.h"

#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/cdrom.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define NAME_MAX_ 200
#define BLOCK (1 << 20)

static const struct {
	const char *prefix;
	enum drive_kind kind;
} STAND_INS[] = {{"stdio:", DRIVE_DISC}, {"stick:", DRIVE_STICK}};

bool drive_named(const char *name)
{
	for (size_t i = 0; i < sizeof STAND_INS / sizeof *STAND_INS; i++)
		if (strncmp(name, STAND_INS[i].prefix, strlen(STAND_INS[i].prefix)) == 0)
			return true;
	return strncmp(name, "/dev/", 5) == 0;
}

/* A device without a medium can be opened too. */
static int device_kind(const char *path, enum drive_kind *out, struct err_note *note)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc = 0;
	if (fd < 0)
		return err_set(note, err_from_errno(errno), "drive %.100s: cannot be opened", path);
	if (fstat(fd, &st) < 0 || !S_ISBLK(st.st_mode))
		rc = err_set(note, ERR_FOREIGN, "drive %.100s: no block device", path);
	else
		*out = ioctl(fd, CDROM_GET_CAPABILITY, 0) >= 0 ? DRIVE_DISC : DRIVE_STICK;
	close(fd);
	return rc;
}

int drive_find(const char *name, struct drive *out, struct err_note *note)
{
	struct drive d = {.name = name, .path = name};
	if (!drive_named(name) || strlen(name) >= NAME_MAX_)
		return err_set(
			note, ERR_SCHEMA, "drive %.60s: a device, or stdio:/path or stick:/path", name);
	for (size_t i = 0; i < sizeof STAND_INS / sizeof *STAND_INS; i++) {
		size_t n = strlen(STAND_INS[i].prefix);
		if (strncmp(name, STAND_INS[i].prefix, n) == 0) {
			d.path = name + n;
			d.kind = STAND_INS[i].kind;
		}
	}
	int rc = d.path == name ? device_kind(name, &d.kind, note) : 0;
	if (rc == 0 && d.path[0] != '/')
		rc = err_set(note, ERR_SCHEMA, "drive %.60s: a path from the root is wanted", name);
	if (rc == 0 && access(d.path, F_OK) < 0)
		rc = err_set(note, ERR_NOTFOUND, "drive %.100s: there is none", name);
	if (rc == 0)
		*out = d;
	return rc;
}

/* "1" in the file `removable` of the device or of the disk it is a part of. */
static bool removable_flag(const char *folder)
{
	static const char *const places[] = {"removable", "../removable"};
	char path[PATH_MAX + 32], c = '0';
	for (size_t i = 0; i < 2 && c != '1'; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, places[i]);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (read(fd, &c, 1) != 1)
			c = '0';
		close(fd);
	}
	return c == '1';
}

bool drive_removable(const char *sys, dev_t dev)
{
	char path[128], real[PATH_MAX];
	(void)snprintf(path, sizeof path, "%.80s/dev/block/%u:%u", sys, major(dev), minor(dev));
	if (!realpath(path, real))
		return false;
	return strstr(real, "/usb") != NULL || removable_flag(real);
}

static int compare(const struct drive *d, int drive, int image, struct err_note *note)
{
	uint8_t *a = malloc(BLOCK), *b = malloc(BLOCK);
	int64_t size = lseek(image, 0, SEEK_END),
		all = d->kind == DRIVE_STICK ? lseek(drive, 0, SEEK_END) : 0;
	int rc = a && b ? 0 : ERR_NOMEM;
	for (int64_t at = 0, n; rc == 0 && (at < size || at < all); at += n) {
		bool behind = at >= size;
		n = (behind ? all : size) - at < BLOCK ? (behind ? all : size) - at : BLOCK;
		if (behind)
			memset(a, 0, (size_t)n);
		if (!behind && file_pread_full(image, a, (size_t)n, at) < 0)
			rc = err_set(note, ERR_IO, "the image cannot be read");
		else if (file_pread_full(drive, b, (size_t)n, at) < 0)
			rc = err_set(note, ERR_IO, "drive %.100s: byte %lld of %lld cannot be read back",
				d->name, (long long)at, (long long)size);
		else if (memcmp(a, b, (size_t)n) != 0)
			rc = err_set(note, ERR_DIGEST, "drive %.100s: other bytes are read back at %lld",
				d->name, (long long)at);
	}
	free(a);
	free(b);
	return rc;
}

static int read_back(const struct drive *d, const char *image, struct err_note *note)
{
	int from = open(d->path, O_RDONLY | O_CLOEXEC), with = open(image, O_RDONLY | O_CLOEXEC);
	int rc = from < 0 || with < 0 ? err_set(note, ERR_IO, "drive %.100s: cannot be read back", d->name)
				      : compare(d, from, with, note);
	if (from >= 0)
		close(from);
	if (with >= 0)
		close(with);
	return rc;
}

int drive_ready(const struct drive *d, int64_t bytes, struct err_note *note)
{
	return d->kind == DRIVE_DISC ? drive_disc_ready(d, bytes, note) : drive_stick_ready(d, bytes, note);
}

int drive_burn(const struct drive *d, const char *image, struct err_note *note)
{
	int rc = d->kind == DRIVE_DISC ? drive_disc_write(d, image, note) : drive_stick_write(d, image, note);
	return rc < 0 ? rc : read_back(d, image, note);
}

int drive_erase(const struct drive *d, struct err_note *note)
{
	return d->kind == DRIVE_DISC ? drive_disc_erase(d, note) : drive_stick_erase(d, note);
}
