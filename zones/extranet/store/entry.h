/* 登簿: the one transaction in which a right comes to exist, changes or ends (design §4). */
#ifndef REG_STORE_ENTRY_H
#define REG_STORE_ENTRY_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"
#include "zones/extranet/store/entry_book.h"

/* What an office writes with. */
struct entry_book entry_office(const struct registry *r, const struct db_tx *tx);
/* The case's plan on the book as it stands in this transaction, lapses settled in memory; nothing is written:
 * what entry_make would do now, for the desk. *out: {"findings":[…], "ended":{TABLE:[rows]},
 * "made":{TABLE:[rows]}, "lapsed":{TABLE:[rows]}}; a made row names in "ssbsm" the row that it continues.
 * ended and made are empty when there is no plan: ERR_BLOCKED is among the findings then, any other mistake
 * of the form in "wrong". */
SW_MUST_USE int entry_preview(struct registry *r, struct db_tx *tx, const char *case_id, json_t **out);
/* c: the case as it stands in this transaction; moved. Rechecks state, version, approver, tax, cadastral
 * review, what the parties signed, blocks and holders; writes the lapses that are due and the case's plan,
 * the case's step, the audit record and the messages to portal and intranet. ERR_CONFLICT, ERR_STATE,
 * ERR_TAX, ERR_FEE, ERR_BLOCKED, ERR_APPROVAL, ERR_SCHEMA with the reason in note. */
SW_MUST_USE int entry_make(struct registry *r, struct db_tx *tx, struct case_row *c, int64_t version,
	const char *who, struct err_note *note);
/* Writes every lapse that is due in the office, at most `limit` units; *n: how many units had one. */
SW_MUST_USE int entry_settle_due(
	struct registry *r, struct db_tx *tx, int limit, int *n, struct err_note *note);
#endif
