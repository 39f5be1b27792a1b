/* 询问笔录, 承诺书, 合同: what the parties answered and signed, as documents of the case. */
#ifndef REG_STORE_SIGNED_PAPER_H
#define REG_STORE_SIGNED_PAPER_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"
#include "zones/extranet/store/document.h"

/* In the transaction that takes an application, behind its parties and their signatures: one document of each
 * paper of the business that was filled in, for papers of each party one of everybody who signed. */
SW_MUST_USE int signed_paper_put(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const struct business *b, const json_t *form, const json_t *signatures, struct err_note *note);
/* Whether a document is one of these. */
SW_MUST_USE int signed_paper_is(struct registry *r, struct db_tx *tx, const struct document_row *d, bool *is);
/* The facts that such a document would have by what was signed when it was made: to compare. `is`: what it
 * was made with. New reference. */
SW_MUST_USE int signed_paper_facts_again(
	struct registry *r, struct db_tx *tx, const struct document_row *d, const json_t *is, json_t **out);
#endif
