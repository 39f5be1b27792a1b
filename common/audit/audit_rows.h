/* Inside common/audit only: the records of a database as the lines of its log. Row n is entry n-1. */
#ifndef SW_AUDIT_AUDIT_ROWS_H
#define SW_AUDIT_AUDIT_ROWS_H
#include "common/db/db.h"

#define AUDIT_ROWS 256 /* at once */
struct audit_rows {
	int64_t after, prune; /* prune: entries to delete when these are in the log, 0 none */
	size_t n;
	struct buf lines[AUDIT_ROWS];
};
/* Those behind number `after`, at most AUDIT_ROWS. ERR_DIGEST: a row between them is missing. *out: caller
 * frees. */
SW_MUST_USE int audit_rows_load(struct db *d, int64_t after, struct audit_rows **out);
void audit_rows_free(struct audit_rows *b); /* NULL is a no-op */
/* Number of the newest row, 0 none. */
SW_MUST_USE int audit_rows_newest(struct db *d, int64_t *out);
#endif
