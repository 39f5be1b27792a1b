/* Audit records of the daemons: a row written in the business transaction; audit_mover.h carries the rows to
 * the Merkle log. No record, no action. */
#ifndef SW_AUDIT_AUDIT_H
#define SW_AUDIT_AUDIT_H
#include "common/base/json.h"
#include "common/db/db.h"

extern const struct db_schema audit_schema; /* tables audit_record, audit_place */

/* Writes the row in this transaction. who: user name or "system"; action: "case.accept" …; subject: number or
 * id, never personal data; detail: object or NULL (borrowed). ERR_AUDIT when more rows wait for the log than
 * may (its disk is full, its thread or process is gone): the transaction must fail. */
SW_MUST_USE int audit_record(
	struct db_tx *tx, const char *who, const char *action, const char *subject, const json_t *detail);
/* The latest time that one of the last 1000 records bears (the very last one may be by a clock that was set
 * back). ERR_NOTFOUND: there is none. */
SW_MUST_USE int audit_newest(struct db_tx *tx, char at[static TIME_TEXT]);
#endif
