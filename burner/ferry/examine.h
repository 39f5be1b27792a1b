/* Everything that can be known of a disc by itself; for import and verify. */
#ifndef SW_BURNER_EXAMINE_H
#define SW_BURNER_EXAMINE_H
#include "burner/disc/image.h"
#include "burner/disc/repair.h"
#include "burner/ferry/landing.h"
#include "burner/ferry/source.h"

/* Form, approvals below e->trust, digests, every byte in front of the files. A disc that is not as it should
 * be (with e->all: every disc) is looked at sector by sector: damage is repaired, the rest stays refused.
 * *report is set also when it is refused. */
struct examining {
	const struct trust *trust;
	const struct ledger *ledger; /* whose revoked keys count too; NULL: none */
	bool all;
	/* Asked when the disc is known to be approved, before its bundles are read; what it says is final. */
	int (*wanted)(void *arg, const struct image *i, struct err_note *note);
	void *arg;
	struct landing *landing; /* its bundles lie there in the end; NULL: nowhere */
};
SW_MUST_USE int examine(struct medium *m, const struct examining *e, struct image *out,
	struct repair_report *report, struct err_note *note);
/* Those who approved: [{"at":"","key","who"}]. */
SW_MUST_USE int examine_names(const struct approvals *a, json_t **out);
/* {"bad","map"?,"repaired","total"}; NULL when there is nothing to tell. */
json_t *examine_sectors(const struct repair_report *r, bool with_map);
/* Into the record of the disc, as "sectors" with the map: what was seen when it was read last. */
SW_MUST_USE int examine_keep(json_t *record, const struct repair_report *r);
/* Is this source allowed by the ledger's policy? ERR_REFUSED. */
SW_MUST_USE int examine_allowed(const struct ledger *l, const struct source *s, struct err_note *note);
/* Writes a refusal down; returns rc, or ERR_AUDIT when it cannot be written. */
SW_MUST_USE int examine_refuse(struct ledger *l, const char *act, const char *subject, const char *by, int rc,
	struct err_note *note);
#endif
