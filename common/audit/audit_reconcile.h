/* What the logs of several zones, guard halves and disc ledgers say of the same bundles and discs, compared:
 * pure, entries in, findings out. A bundle is known by link, sender's zone, epoch and number; a disc by its
 * number. These actions are read: of a zone bundle.sent and bundle.received, whose subject is the identity
 * and whose detail {"epoch","link","messages","peer","seq","voids"?}; of a guard half bundle.hand-over,
 * subject identity, detail {"epoch","from","link","seq"}; of an end of the diode object.sent and
 * object.published, subject the bundle's file name; of all of them bundle.quarantined, bundle.refuse and
 * object.refused, detail
 * {"link"?,"reason"}; of a ledger disc.burnt, disc.imported, disc.voided and disc.refused, subject disc
 * number, detail {"identity"?,…}. What only one side says is a finding when the log of the other side is
 * among those given.
 */
#ifndef SW_AUDIT_AUDIT_RECONCILE_H
#define SW_AUDIT_AUDIT_RECONCILE_H
#include "common/base/id.h"
#include "common/base/json.h"

#define AUDIT_RECONCILE_LOGS 32
#define AUDIT_RECONCILE_LATE_MS (INT64_C(86400) * 1000)

struct audit_reconcile;
SW_MUST_USE int audit_reconcile_new(struct audit_reconcile **out);
void audit_reconcile_free(struct audit_reconcile *r);
/* place: what a finding calls the log (its folder; borrowed). ERR_LIMIT. */
SW_MUST_USE int audit_reconcile_log(
	struct audit_reconcile *r, const char *origin, const char *place, size_t *log);
/* Takes an entry; what is not about a bundle or disc is passed over. ERR_SCHEMA: a record without the detail
 * it must have. ERR_NOMEM. */
SW_MUST_USE int audit_reconcile_entry(
	struct audit_reconcile *r, size_t log, int64_t index, const json_t *entry, struct err_note *note);

struct audit_reconcile_options {
	int64_t at_ms;   /* judged as at this time; 0: the newest entry of all logs */
	int64_t late_ms; /* what takes longer is late, what has not come by then is missing */
};
/* MISSING sent and not received, or fewer messages of it; FORGED received or carried and never sent; FORK one
 * number, two contents; DUPLICATE recorded twice; HOLE a number that was never recorded as sent; LATE; BYPASS
 * received without its guard; REFUSED quarantined or refused. */
struct audit_reconcile_finding {
	const char *reason, *what; /* what: "bundle", "disc", "file" */
	const char *link, *from;   /* "" for discs */
	int64_t epoch, seq;        /* 0 unknown */
	char subject[DIGEST_HEX];  /* identity, disc number, or "" */
	char text[320];            /* a sentence */
	struct {
		const char *log; /* as given to audit_reconcile_log */
		int64_t index;   /* entry */
	} places[4];
	size_t nplaces;
};
/* of one stream, or of the discs (link "disc ledger", from "") */
struct audit_reconcile_count {
	const char *link, *from;
	int64_t sent, carried, received, voided, under_way,
		unknown; /* unknown: the other side's log is not here */
};
struct audit_reconcile_report {
	void (*finding)(void *arg, const struct audit_reconcile_finding *f);
	void (*count)(void *arg, const struct audit_reconcile_count *c);
	void *arg;
};
/* Once, after the last entry. *findings: how many. */
SW_MUST_USE int audit_reconcile_run(struct audit_reconcile *r, const struct audit_reconcile_options *o,
	const struct audit_reconcile_report *to, int64_t *findings);
#endif
