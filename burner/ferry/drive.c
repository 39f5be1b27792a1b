#include "burner/ferry/drive.h"

#include "common/os/proc.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PSEUDO "stdio:"
#define LOOK_MS 120000
#define BURN_MS (4 * 3600 * 1000) /* a BD at single speed */
#define SAID_MAX (1 << 20)
#define BLOCK (1 << 20)

static const char *drive_path(const char *drive)
{
	return strncmp(drive, PSEUDO, sizeof PSEUDO - 1) == 0 ? drive + sizeof PSEUDO - 1 : drive;
}

bool drive_name_ok(const char *drive)
{
	return drive_path(drive)[0] == '/' && strlen(drive) < 200;
}

/* What it said goes to `said`; its exit code. */
static int xorriso(const char *const *argv, int timeout_ms, struct buf *said, struct err_note *note)
{
	struct buf out;
	int status = 0;
	buf_init(&out, SAID_MAX);
	buf_init(said, SAID_MAX);
	int rc = proc_run(argv, view_of(NULL, 0), timeout_ms, &out, said, &status);
	buf_fini(&out);
	return rc < 0 ? err_set(note, rc, "xorriso: %s", err_text(rc)) : status;
}

/* The last line that tells of a failure. */
static void failure_of(const struct buf *said, char out[static 160])
{
	(void)snprintf(out, 160, "no reason given");
	for (const char *p = said->n ? (const char *)said->p : ""; (p = strstr(p, " : ")); p++)
		if (strncmp(p, " : FAILURE : ", 13) == 0 || strncmp(p, " : SORRY : ", 11) == 0) {
			const char *text = strchr(p + 3, ':') + 2;
			(void)snprintf(out, 160, "%.*s", (int)strcspn(text, "\n"), text);
		}
}

int drive_blank(const char *drive, struct err_note *note)
{
	const char *const argv[] = {"xorriso", "-outdev", drive, NULL};
	struct buf said;
	char why[160];
	int rc = xorriso(argv, LOOK_MS, &said, note);
	failure_of(&said, why);
	if (rc > 0)
		rc = err_set(note, ERR_NOTFOUND, "drive %.60s: %.150s", drive, why);
	else if (rc == 0 && !(said.n && strstr((const char *)said.p, "Media status : is blank")))
		rc = err_set(note, ERR_REFUSED, "drive %.100s: its medium is not blank", drive);
	buf_fini(&said);
	return rc;
}

static int block_read(int fd, uint8_t *p, size_t n, int64_t at)
{
	for (size_t got = 0; got < n;) {
		ssize_t r = pread(fd, p + got, n - got, at + (int64_t)got);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return ERR_IO;
		got += (size_t)r;
	}
	return 0;
}

static int compare(int drive, int image, const char *name, struct err_note *note)
{
	uint8_t *a = malloc(BLOCK), *b = malloc(BLOCK);
	int64_t size = lseek(image, 0, SEEK_END);
	int rc = a && b ? 0 : ERR_NOMEM;
	for (int64_t at = 0; rc == 0 && at < size;) {
		size_t n = size - at < BLOCK ? (size_t)(size - at) : BLOCK;
		if (block_read(image, a, n, at) < 0)
			rc = err_set(note, ERR_IO, "the image cannot be read");
		else if (block_read(drive, b, n, at) < 0)
			rc = err_set(note, ERR_IO, "drive %.100s: byte %lld of %lld cannot be read back",
				name, (long long)at, (long long)size);
		else if (memcmp(a, b, n) != 0)
			rc = err_set(note, ERR_DIGEST, "drive %.100s: other bytes are read back at %lld",
				name, (long long)at);
		at += (int64_t)n;
	}
	free(a);
	free(b);
	return rc;
}

static int read_back(const char *drive, const char *image, struct err_note *note)
{
	int from = open(drive_path(drive), O_RDONLY | O_CLOEXEC), with = open(image, O_RDONLY | O_CLOEXEC);
	int rc = from < 0 || with < 0 ? err_set(note, ERR_IO, "drive %.100s: cannot be read back", drive)
				      : compare(from, with, drive, note);
	if (from >= 0)
		close(from);
	if (with >= 0)
		close(with);
	return rc;
}

int drive_burn(const char *drive, const char *image, struct err_note *note)
{
	char dev[220], why[160];
	(void)snprintf(dev, sizeof dev, "dev=%s", drive);
	const char *const argv[] = {"xorriso", "-abort_on", "SORRY", "-as", "cdrecord", dev, image, NULL};
	struct buf said;
	int rc = xorriso(argv, BURN_MS, &said, note);
	failure_of(&said, why);
	buf_fini(&said);
	if (rc > 0)
		rc = err_set(note, ERR_IO, "drive %.60s: %.150s", drive, why);
	return rc < 0 ? rc : read_back(drive, image, note);
}
