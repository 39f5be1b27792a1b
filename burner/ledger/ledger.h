/* burner's own book on one side of the ferry: a folder, one process at a time.
 *   out/DISC/{record.json,disc.json,bundles/,approvals/}  discs of this side      in/DISC.json  discs
 * imported here tmp/  being staged      audit/  the log (intent, act, result)      lock A record:
 * {"disc","state","created","reason","bundles","size","digest","prev","n","approvals":[{"who","at"}],
 * "steps":[{"state","at","by","note"}]}; `digest` is the disc's identity, `n` counts this side's discs. */
#ifndef SW_BURNER_LEDGER_H
#define SW_BURNER_LEDGER_H
#include "burner/disc/disc.h"

struct ledger;
/* Makes what is missing and waits for another burner to end. ERR_DENIED, ERR_IO, ERR_AUDIT. */
SW_MUST_USE int ledger_open(const char *store, struct ledger **out, struct err_note *note);
void ledger_close(struct ledger *l);
enum ledger_side { LEDGER_OUT, LEDGER_IN, LEDGER_TMP, LEDGER_SIDES };
int ledger_dir(const struct ledger *l, enum ledger_side side);
/* One entry of the audit log, durable when it returns 0; else ERR_AUDIT and the act must not happen. Takes
 * `detail` (may be NULL). */
SW_MUST_USE int ledger_audit(
	struct ledger *l, const char *action, const char *disc, json_t *detail, struct err_note *note);

/* The record of a disc; *out is a new reference. ERR_NOTFOUND. */
SW_MUST_USE int ledger_read(
	const struct ledger *l, enum ledger_side side, const char *disc, json_t **out, struct err_note *note);
/* Durable, whole. */
SW_MUST_USE int ledger_write(const struct ledger *l, enum ledger_side side, const char *disc,
	const json_t *record, struct err_note *note);
/* A new record in its first state. */
json_t *record_new(const struct disc *d, const struct digest *identity, const char *state, const char *by,
	const char *reason, int64_t n);
/* The next state of a record with who brought it there. */
SW_MUST_USE int record_step(json_t *record, const char *state, const char *by, const char *text);

/* All records of both sides, oldest first, and the discs that imported ones name as their predecessor but
 * that never came:
 * {"rows":[…],"missing":[{"identity","before"}]}. */
SW_MUST_USE int ledger_list(const struct ledger *l, json_t **out, struct err_note *note);
#endif
