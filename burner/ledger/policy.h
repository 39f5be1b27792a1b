/* What this side demands of its people, in STORE/policy.json; each change is a new version, and a disc names
 * the version under which it was approved. Without a file: version 0, nothing beyond what is always demanded.
 */
#ifndef SW_BURNER_POLICY_H
#define SW_BURNER_POLICY_H
#include "burner/ledger/ledger.h"

struct policy {
	int64_t version;
	bool blank;   /* a disc is burnt on a registered blank only */
	bool seal;    /* it is handed over and received under the number of a seal 封签 */
	bool receive; /* it is received by a person before it is imported */
};
SW_MUST_USE int policy_read(const struct ledger *l, struct policy *out, struct err_note *note);
/* `demands`: names separated by commas, or "none". ERR_SCHEMA for an unknown one. */
SW_MUST_USE int policy_set(
	struct ledger *l, const char *demands, const char *by, json_t **out, struct err_note *note);
json_t *policy_json(const struct policy *p);
#endif
