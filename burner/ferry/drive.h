/* Drives: disc drives by the program xorriso (run without a shell, confined, never linked), and USB sticks
 * or other block devices, where the policy allows them. Names: /dev/sr0, /dev/sdb; stdio:/path and
 * stick:/path are files that stand for one of either kind. */
#ifndef SW_BURNER_DRIVE_H
#define SW_BURNER_DRIVE_H
#include "common/base/buf.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum drive_kind { DRIVE_DISC, DRIVE_STICK };
struct drive {
	const char *name, *path; /* borrowed from the name it was found by */
	enum drive_kind kind;
};
/* Is it meant as a drive, not as the file of an image? */
bool drive_named(const char *name);
/* ERR_SCHEMA: none of these forms; ERR_FOREIGN: no block device; ERR_NOTFOUND, ERR_DENIED. */
SW_MUST_USE int drive_find(const char *name, struct drive *out, struct err_note *note);
/* Does a file lie on a USB stick or another removable device? `sys`: "/sys". */
bool drive_removable(const char *sys, dev_t dev);

/* Its medium is blank and has room for so many bytes. ERR_NOTFOUND: no drive, no medium or no xorriso.
 * ERR_REFUSED: not blank; ERR_LIMIT: too small. */
SW_MUST_USE int drive_ready(const struct drive *d, int64_t bytes, struct err_note *note);
/* Writes the image and compares every block of what the drive then reads; behind it a stick holds zeros
 * only. ERR_IO, ERR_DIGEST, ERR_TIMEOUT. */
SW_MUST_USE int drive_burn(const struct drive *d, const char *image, struct err_note *note);
/* Makes a rewritable medium blank again. ERR_REFUSED: it cannot be erased. */
SW_MUST_USE int drive_erase(const struct drive *d, struct err_note *note);

/* ---- parts of the above */
SW_MUST_USE int drive_disc_ready(const struct drive *d, int64_t bytes, struct err_note *note);
SW_MUST_USE int drive_disc_write(const struct drive *d, const char *image, struct err_note *note);
SW_MUST_USE int drive_disc_erase(const struct drive *d, struct err_note *note);
SW_MUST_USE int drive_stick_ready(const struct drive *d, int64_t bytes, struct err_note *note);
SW_MUST_USE int drive_stick_write(const struct drive *d, const char *image, struct err_note *note);
SW_MUST_USE int drive_stick_erase(const struct drive *d, struct err_note *note);
#endif
