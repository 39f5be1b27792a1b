/* The processes of the businesses as this registry runs them: every published version, its drawing, and the
 * steps of a case. Configured definitions are published at the start, with their content: a version that
 * stands in the database with another content is refused. Designed ones are published while it runs. A case
 * stays with the version it came in by.
 *
 * Steps are taken in the transaction of the act they belong to. */
#ifndef REG_STORE_FLOWS_H
#define REG_STORE_FLOWS_H
#include "common/workflow/flow.h"
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

#define FLOWS_CONFIGURED "configuration" /* who published what is configured */

struct flows;
/* After the database is open. ERR_CONFIG with file, or element and line, of what is wrong. */
SW_MUST_USE int flows_open(struct registry *r, struct flows **out, struct err_note *note);
/* Fires timers that are due; ends with flows_stop_clock. */
SW_MUST_USE int flows_start_clock(struct flows *f);
void flows_stop_clock(struct flows *f); /* NULL, or not started: nothing */
void flows_close(struct flows *f);
/* The newest version of a business that can be applied for: one that is configured, or was designed here and
 * agreed to; NULL none. */
const struct business *flows_offered(const struct flows *f, const char *code);
/* In the transaction of who agreed to it: a designed version is published. ERR_CONFIG: that version is there
 * with another content. After the commit: in_force_business, by which flows_reload takes in what was
 * published and gives it to every office; nothing that runs is disturbed. */
SW_MUST_USE int flows_publish(struct registry *r, struct db_tx *tx, const struct business *b, const char *who,
	struct err_note *note);
/* Is there room for another designed version? What a new configuration brings is taken in all the same. */
bool flows_room(const struct flows *f);
SW_MUST_USE int flows_reload(struct registry *r, struct err_note *note);
struct jqbox *flows_box(const struct flows *f);
/* NULL when that version was never published here. */
const struct business *flows_business(const struct flows *f, const char *code, int64_t version);
/* When a later version was published; NULL: this is the newest. Borrowed. */
const char *flows_replaced(const struct flows *f, const char *code, int64_t version);
/* Every published version; NULL behind the last. */
const struct business *flows_at(const struct flows *f, size_t i);

/* The case's process begins. */
SW_MUST_USE int flows_begin(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *who,
	struct err_note *note);
/* The user task of that act (accept, tax, review, approve, check, enter, archive …) is done. ERR_STATE: it is
 * not the case's turn for it; ERR_APPROVAL: not by the same person. */
SW_MUST_USE int flows_act(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *act,
	const char *who, struct err_note *note);
/* Is that act open now? */
SW_MUST_USE int flows_is_open(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *act, bool *open);
/* The drawing may ask for a permission beside the act's own (sw:role 步骤权限): ERR_DENIED names it when
 * may(who, it) says no. 0 where nothing is asked for, or the act is not open. */
SW_MUST_USE int flows_permit(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *act,
	bool (*may)(const void *who, const char *permission), const void *who, struct err_note *note);
/* Does the case wait for that message now? */
SW_MUST_USE int flows_is_waiting(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *message, bool *open);
/* Does the case wait for the service of that topic now (notice: its 公告 runs)? */
SW_MUST_USE int flows_is_serving(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *topic, bool *open);
/* Back to before that act was last done ("": the last one done), with the compensation of what was done
 * since. *undone: which acts that was. ERR_STATE: it was not done, or is none that is done anew. */
struct flows_undone {
	bool review, tax;
};
SW_MUST_USE int flows_back(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *act,
	const char *who, struct flows_undone *undone, struct err_note *note);
SW_MUST_USE int flows_tell(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *message, struct err_note *note);
/* The service of that topic is done; nothing when the case does not wait for it. */
SW_MUST_USE int flows_served(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *topic, struct err_note *note);
/* Suspended, resumed or ended from outside: FLOW_SUSPEND, FLOW_RESUME, FLOW_CANCEL. */
SW_MUST_USE int flows_status(struct registry *r, struct db_tx *tx, const struct case_row *c,
	enum flow_kind kind, const char *who, struct err_note *note);
/* What is left of the case goes by the drawing of another published version; what its parties signed, its
 * rules and its terms stay those of the version it came in by. Logged with all that was before. map: old id
 * -> new id of nodes, NULL none. ERR_NOTFOUND, ERR_STATE, ERR_REFUSED with the element that has no place
 * there. */
SW_MUST_USE int flows_migrate(struct registry *r, struct db_tx *tx, const struct case_row *c, int64_t version,
	const json_t *map, const char *who, const char *reason, struct err_note *note);
/* Takes the last migration back, exactly: ERR_STATE when a step was done since, or there was none. */
SW_MUST_USE int flows_revert(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *who,
	const char *reason, struct err_note *note);
/* For pages: {"process","version","status","open":[{"act","node","name","role"}],"back":[…],
 * "log":[…]}; back: acts that may be gone back to, the last one done last. */
SW_MUST_USE int flows_json(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t **out);
#endif
