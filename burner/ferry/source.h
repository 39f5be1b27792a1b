/* What a disc is read from: the file of an image, or a drive. */
#ifndef SW_BURNER_SOURCE_H
#define SW_BURNER_SOURCE_H
#include "burner/disc/medium.h"
#include "burner/ledger/policy.h"

struct source {
	int fd;
	const char *name;  /* for the log: the file's name, or the drive's; borrowed */
	const char *drive; /* NULL: a file; borrowed */
	bool stick;        /* a USB stick, or a file that lies on one */
};
/* A drive (drive.h) or a path. ERR_NOTFOUND, ERR_DENIED, ERR_SCHEMA, ERR_FOREIGN. */
SW_MUST_USE int source_open(const char *image, struct source *out, struct err_note *note);
void source_close(struct source *s);
/* ERR_REFUSED: not from such a medium or drive, by this policy. */
SW_MUST_USE int source_allowed(const struct source *s, const struct policy *p, struct err_note *note);
/* `tmp` as in medium_new. */
SW_MUST_USE int source_medium(const struct source *s, int tmp, struct medium **out, struct err_note *note);
#endif
