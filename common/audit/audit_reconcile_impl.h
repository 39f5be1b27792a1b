/* Inside common/audit only: events read from the logs (audit_reconcile.c), and what is said of them
 * (audit_reconcile_judge.c). */
#ifndef SW_AUDIT_AUDIT_RECONCILE_IMPL_H
#define SW_AUDIT_AUDIT_RECONCILE_IMPL_H
#include "common/audit/audit_reconcile.h"

#define RECONCILE_NAME 16
/* In the order in which they are looked at within one number. */
enum reconcile_kind {
	RECONCILE_SENT,
	RECONCILE_VOIDED,
	RECONCILE_LEFT, /* the diode's sending end; of the identity the ends know only RECONCILE_PREFIX bytes
			 */
	RECONCILE_CAME, /* published by its receiving end */
	RECONCILE_CARRIED,
	RECONCILE_RECEIVED
};
#define RECONCILE_KINDS (RECONCILE_RECEIVED + 1)
#define RECONCILE_PREFIX 4
struct reconcile_event {
	char link[RECONCILE_NAME], from[RECONCILE_NAME],
		peer[RECONCILE_NAME]; /* peer: of who wrote the record */
	int64_t epoch, seq, messages, at, index;
	struct digest identity;
	enum reconcile_kind kind;
	size_t log;
};
enum reconcile_disc { RECONCILE_BURNT, RECONCILE_DISC_VOIDED, RECONCILE_IMPORTED };
struct reconcile_disc_event {
	char disc[RECONCILE_NAME];
	char identity[DIGEST_HEX]; /* of its manifest; "": not told */
	enum reconcile_disc kind;
	int64_t at, index;
	size_t log;
};
struct reconcile_refusal {
	char link[RECONCILE_NAME], reason[RECONCILE_NAME], subject[DIGEST_HEX];
	bool disc;
	int64_t epoch, seq, index;
	size_t log;
};
enum reconcile_role { RECONCILE_ZONE, RECONCILE_GUARD, RECONCILE_DIODE, RECONCILE_LEDGER };
struct reconcile_log {
	char zone[RECONCILE_NAME];
	const char *place;
	enum reconcile_role role;
	int64_t end; /* time of its newest entry */
	bool burns;  /* ledger: of the side that burns */
};
struct audit_reconcile {
	struct reconcile_log logs[AUDIT_RECONCILE_LOGS];
	size_t nlogs;
	struct reconcile_event *events;
	size_t nevents, cap_events;
	struct reconcile_disc_event *discs;
	size_t ndiscs, cap_discs;
	struct reconcile_refusal *refusals;
	size_t nrefusals, cap_refusals;
};

/* One run. */
struct reconcile_run {
	const struct audit_reconcile *r;
	const struct audit_reconcile_report *to;
	int64_t at, late, findings;
};
/* Fills text and counts; f has what, link … and places already. */
void reconcile_say(struct reconcile_run *run, struct audit_reconcile_finding *f, const char *reason,
	const char *fmt, ...) SW_PRINTF(4, 5);
void reconcile_place(
	const struct reconcile_run *run, struct audit_reconcile_finding *f, size_t log, int64_t index);
/* Events and discs are sorted. */
void reconcile_bundles(struct reconcile_run *run);
void reconcile_discs(struct reconcile_run *run);
#endif
