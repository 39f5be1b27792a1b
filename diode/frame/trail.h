/* The log that an end of the diode keeps as a daemon (common/audit): what it is about to do with a file
 * stands in it before it is done, what became of it after; no record, no action. Records wait in memory and
 * are written in groups with one sync. Their subject is the name of a bundle in a spool, of any other file
 * the digest of its name: a name may tell of a person. Of a spool's ticks, which come each second and carry
 * nothing, no record is made, as in the guard's logs. NULL for a trail is an end without a log: nothing is
 * recorded. One thread notes and writes, any thread signs. */
#ifndef SW_DIODE_TRAIL_H
#define SW_DIODE_TRAIL_H
#include "common/base/err.h"
#include "common/crypto/suite.h"

#define TRAIL_GROUP 64           /* files that are recorded with one sync, as far as so many wait */
#define TRAIL_TICK_MAX (1 << 16) /* bytes; what calls itself a tick and is larger is recorded */

struct trail;
struct trail_options {
	char *folder;     /* of the log; made when it is not there; NULL: no log */
	char *key, *cert; /* that sign its checkpoints; both NULL: it is not signed */
	char *zone;       /* whose log it is: ZONE/STATION in its entries */
	const char *station;
	const struct suite *suite;
	bool spool; /* names are those of bundles */
};
/* *out: NULL without a folder. CONFIG for key and certificate of another suite or without each other,
 * ERR_BUSY: another process writes it; what audit_log_open says of a damaged one. The caller closes. */
SW_MUST_USE int trail_open(const struct trail_options *o, struct trail **out, struct err_note *note);
/* What was noted and not written is not recorded. NULL is a no-op. */
void trail_close(struct trail *t);
/* Whether a file is to be recorded. */
bool trail_wants(const struct trail *t, const char *name, uint64_t size);
enum trail_when {
	TRAIL_BEFORE, /* it is about to be done */
	TRAIL_AFTER
};
/* Notes what is done with a file. detail, as printf: a small object in canonical form, of numbers and names
 * of ours. ERR_NOMEM. */
SW_MUST_USE int trail_note(struct trail *t, enum trail_when when, const char *action, const char *name,
	const char *detail, ...) __attribute__((format(printf, 5, 6)));
/* Everything noted is durable, or ERR_AUDIT: then what was intended must not be done and is forgotten, what
 * was done is written by a later call. */
SW_MUST_USE int trail_write(struct trail *t);
/* Signs what was written since the last time. ERR_AUDIT. */
SW_MUST_USE int trail_sign(struct trail *t);
/* The officer's command: entries of the log from before that day go (common/audit/audit_prune_log.h), and
 * that, or why not, is printed. Returns the exit code. */
SW_MUST_USE int trail_prune(const struct trail_options *o, const char *day);
#endif
