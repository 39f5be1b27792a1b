/* A disc drive, by the program xorriso: run without a shell, never linked. */
#ifndef SW_BURNER_DRIVE_H
#define SW_BURNER_DRIVE_H
#include "common/base/buf.h"

/* A device (/dev/sr0) or a file that stands for one (stdio:/path). */
bool drive_name_ok(const char *drive);
/* ERR_NOTFOUND: no such drive, or no xorriso. ERR_REFUSED: the medium is not blank; it is never erased. */
SW_MUST_USE int drive_blank(const char *drive, struct err_note *note);
/* Writes the image and compares every block of what the drive then reads. ERR_IO, ERR_DIGEST, ERR_TIMEOUT. */
SW_MUST_USE int drive_burn(const char *drive, const char *image, struct err_note *note);
#endif
