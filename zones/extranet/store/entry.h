/* 登簿: the one transaction in which a right comes to exist (design §4). */
#ifndef REG_STORE_ENTRY_H
#define REG_STORE_ENTRY_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

/* Rechecks state, version, approver, tax, cadastral review, blocks and holders; ends the old right, writes
 * the new rows, the log row, the certificate number, the case's step, the audit record and the messages to
 * portal and intranet. ERR_CONFLICT, ERR_STATE, ERR_TAX, ERR_BLOCKED, ERR_APPROVAL, ERR_SCHEMA with the
 * reason in note. */
SW_MUST_USE int entry_make(struct registry *r, struct db_tx *tx, const char *case_id, int64_t version,
	const char *who, struct err_note *note);
#endif
