/* Deletion of a zone's entries after their year. The record comes first, in the database; when it stands in
 * the log the mover removes the files (audit_log_prune). The hashes stay, so everything else can still be
 * proved. */
#ifndef SW_AUDIT_AUDIT_PRUNE_H
#define SW_AUDIT_AUDIT_PRUNE_H
#include "common/audit/audit.h"

/* Asks for all whole tiles whose entries are older than before_ms. dir: the log's folder, its writer may be
 * at work. *through (may be NULL): the entries before it will be gone. ERR_REFUSED: not all that is older
 * than before_ms is a year old; the refusal stands in the log too. ERR_NOTFOUND: no whole tile is so old. */
SW_MUST_USE int audit_prune(struct db *db, const char *dir, const char *who, int64_t before_ms,
	int64_t *through, struct err_note *note);
#endif
