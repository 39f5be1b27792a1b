/* What this side demands of its people and allows them, in STORE/policy.json; each change is a new version,
 * and a disc names the version under which it was approved. Without a file: version 0, nothing is demanded
 * beyond what always is, nothing is allowed beyond discs. Shipped examples: conf/burner. */
#ifndef SW_BURNER_POLICY_H
#define SW_BURNER_POLICY_H
#include "burner/ledger/ledger.h"

#define POLICY_DRIVES 8
#define POLICY_DRIVE 200
struct policy_drives {
	char v[POLICY_DRIVES][POLICY_DRIVE];
	size_t n;
};
struct policy {
	int64_t version;
	/* demanded */
	bool blank;   /* a disc is burnt on a registered blank only */
	bool drive;   /* it is burnt and read by a drive: no image in a file leaves or comes in */
	bool receive; /* it is received by a person before it is imported */
	bool seal;    /* it is handed over and received under the number of a seal 封签 */
	bool sign;    /* who receives it signs that with the own key 签收 */
	bool verify;  /* it is read once more, by `burner verify`, before it is handed over */
	/* allowed */
	bool erase;  /* rewritable media may be erased */
	bool sticks; /* media other than discs */
	/* Drives that may write, and drives that may read; no drive may do both. Where one is named, no other
	 * is used. */
	struct policy_drives write, read;
};
SW_MUST_USE int policy_read(const struct ledger *l, struct policy *out, struct err_note *note);
/* The next version, whatever p's says. ERR_SCHEMA for a drive that stands in both lists. */
SW_MUST_USE int policy_set(
	struct ledger *l, const struct policy *p, const char *by, json_t **out, struct err_note *note);
/* {"allows":[…],"demands":[…],"drives":{"read":[…],"write":[…]},"version":N} */
json_t *policy_json(const struct policy *p);
/* May this drive write, or read? ERR_REFUSED. `drive` NULL: a file. */
SW_MUST_USE int policy_drive(const struct policy *p, const char *drive, bool write, struct err_note *note);
#endif
