/* What a notice of an entry 登簿告知书 says beside what every document of a case says: when, under which
 * numbers of the log, and the matter as the form names it. */
#ifndef REG_STORE_NOTICE_ENTRY_H
#define REG_STORE_NOTICE_ENTRY_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

/* Only where the business makes no certificate. */
bool notice_entry_due(const struct business *b);
/* The value of one field of the form as people read it, appended; nothing where the business or the form has
 * none. */
SW_MUST_USE int notice_entry_field(
	const struct business *b, const char *code, const json_t *fields, struct buf *out);
SW_MUST_USE int notice_entry_facts(
	struct registry *r, struct db_tx *tx, const struct case_row *c, json_t *facts);
#endif
