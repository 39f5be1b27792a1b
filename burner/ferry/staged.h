/* A disc of this side, opened from the ledger. */
#ifndef SW_BURNER_STAGED_H
#define SW_BURNER_STAGED_H
#include "burner/disc/approval.h"
#include "burner/ledger/ledger.h"

struct staged {
	int dir; /* out/DISC */
	struct disc disc;
	struct buf manifest;
	struct approvals approvals; /* verified: signature and form, two persons never twice */
	json_t *record;
};
/* The record is brought up to the approvals that lie in the folder. ERR_NOTFOUND, ERR_DIGEST when disc.json
 * is not the one staged. */
SW_MUST_USE int staged_open(struct ledger *l, const char *disc, struct staged *out, struct err_note *note);
void staged_close(struct staged *s);
const char *staged_state(const struct staged *s);
/* Adds a step and writes the record. */
SW_MUST_USE int staged_step(struct ledger *l, struct staged *s, const char *state, const char *by,
	const char *text, struct err_note *note);
/* ERR_CERT: one who approved it is no person of this side (persons.h), or revoked by now. */
SW_MUST_USE int staged_persons(const struct ledger *l, struct staged *s, struct err_note *note);
/* A second approval by the same person is refused; `who` receives the approver. The signature is made
 * durable, then the record. */
SW_MUST_USE int staged_approve(
	struct ledger *l, struct staged *s, const struct sign_key *k, struct err_note *note);
#endif
