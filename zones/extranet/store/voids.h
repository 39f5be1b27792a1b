/* 作废 of numbers of certificates and proofs by two persons: one asks with a reason, another confirms; the
 * next number of the series is drawn then and is void for good. Both stand in the audit record. */
#ifndef REG_STORE_VOIDS_H
#define REG_STORE_VOIDS_H
#include "zones/extranet/store/paper.h"

/* reason: 1 to 500 bytes. *n: the request's running number. */
SW_MUST_USE int voids_ask(
	struct db_tx *tx, bool proof, const char *reason, const char *who, int64_t *n, struct err_note *note);
/* ERR_NOTFOUND; ERR_APPROVAL: who asked cannot confirm; ERR_STATE: it was confirmed before. */
SW_MUST_USE int voids_confirm(struct db_tx *tx, const struct paper_office *o, int64_t n, const char *who,
	char number[static NUMBER_CERTIFICATE], struct err_note *note);
/* [{"n","kind","reason","asked_by","asked_at","confirmed_by","confirmed_at","number"}], newest first, at most
 * 100 below `before` (0: from the newest); what is not confirmed has "" there. New reference. */
SW_MUST_USE int voids_list(struct db_tx *tx, int64_t before, json_t **out);
#endif
