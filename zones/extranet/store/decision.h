/* Decisions 决定: every act of the office's people on a case as canonical text, signed with the person's own
 * key below the zone's CA (电子签名法 第十三条: the signer's alone, under the signer's control, any change is
 * seen). Kept with the case beside the step it made, never changed; the book's auditor checks each. */
#ifndef REG_STORE_DECISION_H
#define REG_STORE_DECISION_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

#define DECISION_FORMAT "sanwang decision 1"

struct decision {
	const char *act;            /* accept, correct, review, enter, back, suspend … */
	const char *ground;         /* code of the legal reason picked, NULL none */
	const char *to;             /* of a way back: the act that is done anew; NULL none */
	const json_t *items;        /* of a correction; NULL none */
	const struct sign_key *key; /* whose subject is the person; until the transaction is over */
};
/* Signs the newest step of the case, which must have been written in this transaction, before its commit
 * (db_meanwhile). The text names office,
 * case, act, step, state, time, person, words, the form's and the standing materials' digests, the rows of
 * the log an entry made, and the digest of the decision before it. */
SW_MUST_USE int decision_put(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const struct decision *d);
/* Whose certificates count: the zone's own authority, with its lists of revoked keys. NULL: no link of the
 * configuration names it. */
const struct trust *decision_authority(const struct service *s);
/* [{"step","act","by","at","key","until"}]; whole: with "body", "signature", "certificate" too. */
SW_MUST_USE int decision_list(struct db_tx *tx, const char *case_id, bool whole, json_t **out);
#endif
