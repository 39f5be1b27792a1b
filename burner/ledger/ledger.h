/* burner's own book on one side of the ferry: a folder, one process at a time.
 *   out/DISC/{record.json,disc.json,bundles/,approvals/}  discs of this side      in/DISC.json  discs that
 * came blanks/SERIAL.json  refused/N.json  policy.json  trust/revoked.json  tmp/ being staged  audit/ the log
 * (intent, act, result), signed with log.sign.key (certificate log.sign.pem) where that is there  A record:
 * {"disc","state","created","reason","bundles","size","digest","prev","n","mark","policy","set","void",
 * "approvals":[{"who","at"}],"steps":[{"state","at","by","note"}]}, and from custody "use", "medium",
 * "blank", "label", "seal", "from", "to", "sectors",
 * "receipt", "destruction"; `digest` is the disc's identity, `n` counts this
 * side's discs. */
#ifndef SW_BURNER_LEDGER_H
#define SW_BURNER_LEDGER_H
#include "burner/disc/disc.h"

struct ledger;
/* Makes what is missing, waits for another burner to end (wait_ms, below 0: as long as it takes), finishes
 * what it committed. ERR_BUSY, ERR_DENIED, ERR_IO, ERR_AUDIT. */
SW_MUST_USE int ledger_open(const char *store, int wait_ms, struct ledger **out, struct err_note *note);
/* To read records only: waits for nobody, who may be burning for an hour. Each record is whole. */
SW_MUST_USE int ledger_look(const char *store, struct ledger **out, struct err_note *note);
void ledger_close(struct ledger *l);
enum ledger_side { LEDGER_OUT, LEDGER_IN, LEDGER_TMP, LEDGER_BLANKS, LEDGER_REFUSED, LEDGER_SIDES };
int ledger_root(const struct ledger *l);
int ledger_dir(const struct ledger *l, enum ledger_side side);
/* One entry of the audit log, durable when it returns 0; else ERR_AUDIT and the act must not happen. Takes
 * `detail` (may be NULL). */
SW_MUST_USE int ledger_audit(
	struct ledger *l, const char *action, const char *disc, json_t *detail, struct err_note *note);

/* Entries of the log from before this time go; none of the last 365 days, and that is recorded
 * (common/audit/audit_prune_log.h). */
SW_MUST_USE int ledger_prune(
	struct ledger *l, const char *by, int64_t before_ms, int64_t *through, struct err_note *note);

/* The record of a disc; *out is a new reference. ERR_NOTFOUND. */
SW_MUST_USE int ledger_read(
	const struct ledger *l, enum ledger_side side, const char *disc, json_t **out, struct err_note *note);
/* Durable, whole. */
SW_MUST_USE int ledger_write(const struct ledger *l, enum ledger_side side, const char *disc,
	const json_t *record, struct err_note *note);
/* A new record in its first state. */
json_t *record_new(const struct disc *d, const struct digest *identity, const char *state, const char *by,
	const char *reason, int64_t n);
/* The next state of a record with who brought it there; only what custody_may allows: ERR_STATE. */
SW_MUST_USE int record_step(json_t *record, bool arrived, const char *state, const char *by, const char *text,
	struct err_note *note);
/* The same without asking. */
SW_MUST_USE int record_note(json_t *record, const char *state, const char *by, const char *text);
/* Was it ever in this state? */
bool record_was(const json_t *record, const char *state);

/* What was refused is told: in the log, and for the officers in refused/, of which the newest stay.
 * {"act","at","by","code","subject","text"}. What only waits (STATE) and is tried again and again is told
 * once. ERR_AUDIT when it cannot be written. */
SW_MUST_USE int ledger_refuse(struct ledger *l, const char *act, const char *subject, const char *by,
	const struct err_note *why, struct err_note *note);
/* What was refused, newest first. */
SW_MUST_USE int ledger_refused(const struct ledger *l, json_t **out, struct err_note *note);
/* The content of all NAME.json of a folder whose NAME is right, by name. */
SW_MUST_USE int ledger_files(const struct ledger *l, enum ledger_side side, bool (*name_ok)(const char *name),
	json_t **out, struct err_note *note);

/* Folders tmp/DISC become discs of this side, all of them or none: from the moment their list is durable the
 * next ledger_open goes on where it was cut off. */
SW_MUST_USE int ledger_commit(
	struct ledger *l, const char (*discs)[DISC_ID], size_t n, struct err_note *note);
/* What a crash left of ledger_commit; nothing is no error. */
SW_MUST_USE int ledger_commit_resume(const struct ledger *l, struct err_note *note);

/* All records of both sides, oldest first; the discs that imported ones name as their predecessor but that
 * never came and are not void; those that an imported one calls void; sets of which only a part came; blanks;
 * what was refused, newest first; persons' keys that do not count any more (revoked.h); what is demanded
 * (policy.h):
 * {"rows":[…],"missing":[{"identity","before"}],"sets":[{"absent":[DISC],"first","of"}],
 * "voided":[{"by":DISC,"disc","identity"}],"blanks":[…],
 * "refused":[…],"revoked":[…],"policy":{…}}. */
SW_MUST_USE int ledger_list(const struct ledger *l, json_t **out, struct err_note *note);
#endif
