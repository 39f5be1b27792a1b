/* Persons whose approvals do not count any more 吊销, in STORE/trust/revoked.json: by the key, up to a last
 * good disc. What a side knows travels on every disc it stages, and is taken over by the side that imports
 * it. Nothing is ever taken back: a person who goes on gets another key. An entry:
 * {"at","by","from","key","last","reason"}; from: "" or the disc that told. */
#ifndef SW_BURNER_REVOKED_H
#define SW_BURNER_REVOKED_H
#include "burner/disc/approval.h"
#include "burner/ledger/ledger.h"

struct revoked {
	struct disc_revoked *v; /* owned; in the order of the keys */
	size_t n;
};
SW_MUST_USE int revoked_read(const struct ledger *l, struct revoked *out, struct err_note *note);
void revoked_fini(struct revoked *r);
/* New, or with an earlier last disc ("": none). ERR_SCHEMA, ERR_EXISTS, ERR_LIMIT. */
SW_MUST_USE int revoked_add(struct ledger *l, const char *key, const char *last, const char *reason,
	const char *by, json_t **out, struct err_note *note);
/* What this imported disc tells. */
SW_MUST_USE int revoked_take(struct ledger *l, const struct disc *d, const char *by, struct err_note *note);
SW_MUST_USE int revoked_list(const struct ledger *l, json_t **out, struct err_note *note);
#endif
