/* 认领: a case is worked on by one person at a time. A claim is a lease that its holder renews; behind its
 * end anybody may take it. Every act on a case asks claim_guard in its own transaction, so that two
 * registrars never decide one case. */
#ifndef REG_STORE_CLAIM_H
#define REG_STORE_CLAIM_H
#include "common/base/json.h"
#include "common/db/db.h"

#define CLAIM_MS (INT64_C(20) * 60 * 1000)
struct claim {
	char who[64], since[25];
	int64_t until_ms; /* 0: nobody has it */
};
/* Who has the case now. */
SW_MUST_USE int claim_get(struct db_tx *tx, const char *case_id, struct claim *out);
/* Takes or renews it. ERR_CLAIMED with who has it and until when. */
SW_MUST_USE int claim_take(
	struct db_tx *tx, const char *case_id, const char *who, struct claim *out, struct err_note *note);
/* 0 when nobody or `who` has it. ERR_CLAIMED with who has it and until when. */
SW_MUST_USE int claim_guard(struct db_tx *tx, const char *case_id, const char *who, struct err_note *note);
/* Gives it back, whoever has it; nothing when nobody has. */
SW_MUST_USE int claim_drop(struct db_tx *tx, const char *case_id);
/* {"who","since","until"}, or null. */
json_t *claim_json(const struct claim *c);
#endif
