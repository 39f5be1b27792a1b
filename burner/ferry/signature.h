/* What a person signs with the own key beside an approval: that a disc was received, or destroyed. Record and
 * signature stay together, so that anybody can check it later. */
#ifndef SW_BURNER_SIGNATURE_H
#define SW_BURNER_SIGNATURE_H
#include "burner/disc/approval.h"
#include "burner/ledger/ledger.h"

/* Adds the key's signature over the statement to those there are. ERR_APPROVAL for a person or key that
 * signed before; ERR_CERT for one of whom the ledger's authority of persons (persons.h) knows nothing. */
SW_MUST_USE int signature_add(const struct ledger *l, struct approvals *signatures, struct view statement,
	const struct sign_key *k, struct err_note *note);
/* Appends the newest of them, with now: {"at","key","pem","sig","who"}, pem and sig in base64. */
SW_MUST_USE int signature_keep(const struct approvals *signatures, json_t *list);
#endif
