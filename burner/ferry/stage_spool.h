/* The folder that a disc takes its bundles from. */
#ifndef SW_BURNER_STAGE_SPOOL_H
#define SW_BURNER_STAGE_SPOOL_H
#include "burner/disc/disc.h"

#define STAGE_FILES_MAX 100000
struct stage_spool {
	int fd;              /* borrowed */
	struct disc_file *v; /* owned; in the order of their names */
	size_t n;            /* of these */
	size_t left;         /* more lie there than one set takes */
	struct stage_part {
		size_t from, n;
	} parts[DISC_SET_MAX]; /* one disc each */
	size_t nparts;
};
/* Names only. ERR_NOTFOUND: nothing to carry; ERR_MEMBER: a file ending in .swb that is no bundle's. */
SW_MUST_USE int stage_spool_read(int fd, struct stage_spool *out, struct err_note *note);
/* Cuts them into discs of `medium`. ERR_LIMIT: one is too large for it. */
SW_MUST_USE int stage_spool_split(struct stage_spool *s, const char *medium, struct err_note *note);
/* What was staged leaves the folder. */
SW_MUST_USE int stage_spool_clear(const struct stage_spool *s, struct err_note *note);
void stage_spool_fini(struct stage_spool *s);
#endif
