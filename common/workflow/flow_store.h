/* Running processes in the database: tokens, armed timers, the log of steps, published definitions.
 *
 * A step is worked out before the transaction, from what was read on a snapshot, and written with the count
 * of steps it was read at: ERR_CONFLICT when another step came between. So a restart loses nothing and
 * doubles nothing. */
#ifndef SW_WORKFLOW_FLOW_STORE_H
#define SW_WORKFLOW_FLOW_STORE_H
#include "common/db/db.h"
#include "common/workflow/flow.h"

extern const struct db_schema flow_schema;

/* The drawing of a published version; NULL unknown. */
typedef const struct bpmn *flow_drawing(void *arg, const char *business, int64_t version);

struct flow_case {
	char id[64], business[48];
	int64_t version, rev;
	const struct bpmn *b;
	struct flow_state state;
};
/* ERR_NOTFOUND; ERR_STATE: its version is not known; ERR_DB: what is stored is no state of it. */
SW_MUST_USE int flow_store_get(struct db_tx *tx, const char *id, flow_drawing *find, void *arg,
	struct flow_case *out, struct err_note *note);
void flow_case_fini(struct flow_case *c);

/* One step as it is written. */
struct flow_entry {
	const char *event; /* "start", "complete", "message", "timer", "service", "back", "suspend" … */
	const char *node, *who;
	int64_t at_ms;
	const struct flow_effects *fx; /* NULL none */
	int64_t back_to;               /* 0 none */
	const char *detail;            /* NULL none */
};
/* A case that begins: `c` with its state after FLOW_START and rev 0. ERR_EXISTS. */
SW_MUST_USE int flow_store_new(struct db_tx *tx, struct flow_case *c, const struct flow_entry *e);
/* From `before` to `after`, of the drawing `b` in `version` (another one for a migration). ERR_CONFLICT when
 * `before` is not the newest. before->rev is not changed. */
SW_MUST_USE int flow_store_put(struct db_tx *tx, const struct flow_case *before, const struct bpmn *b,
	int64_t version, const struct flow_state *after, const struct flow_entry *e);

/* Explicit migration of one case: state as flow_migrate, and a log entry "migrate" with map, reason and all
 * that was before. ERR_CONFLICT, and as flow_migrate. */
SW_MUST_USE int flow_store_migrate(struct db_tx *tx, const struct flow_case *c, const struct bpmn *to,
	int64_t version, const json_t *map, const struct flow_env *env, const char *who, const char *reason,
	struct err_note *note);
/* Takes the last migration back, exactly: ERR_STATE when a step was done since, or there was none. */
SW_MUST_USE int flow_store_revert(struct db_tx *tx, const struct flow_case *c, flow_drawing *find, void *arg,
	int64_t now_ms, const char *who, const char *reason, struct err_note *note);

/* The past that still stands, for FLOW_BACK; `*keep` holds the JSON of its parts: free *out with free(),
 * *keep with json_decref. */
SW_MUST_USE int flow_store_past(
	struct db_tx *tx, const char *id, struct flow_past **out, size_t *n, json_t **keep);
/* The log for pages: [{"n","at","event","node","who","version","done","back_to"}], oldest first. */
SW_MUST_USE int flow_store_log(struct db_tx *tx, const char *id, json_t **out);
/* Detail of step n and its event; ERR_NOTFOUND. New reference. */
SW_MUST_USE int flow_store_detail(struct db_tx *tx, const char *id, int64_t n, json_t **out);

/* Timers that are due, oldest first: [{"instance","token","node"}], at most `limit`. */
SW_MUST_USE int flow_store_due(struct db_tx *tx, int64_t now_ms, int limit, json_t **out);
/* When the next timer is due; 0 none. */
SW_MUST_USE int flow_store_next_due(struct db_tx *tx, int64_t *out);
/* Service tasks that wait for a worker of that topic, oldest first: [{"instance","token"}]. */
SW_MUST_USE int flow_store_work(struct db_tx *tx, const char *topic, int limit, json_t **out);
/* Open cases by version of a business: [{"version","running","suspended"}]. */
SW_MUST_USE int flow_store_count(struct db_tx *tx, const char *business, json_t **out);
/* Ids of open cases of one version: array of strings behind `after` ("" from the first), at most `limit`. */
SW_MUST_USE int flow_store_open(
	struct db_tx *tx, const char *business, int64_t version, const char *after, int limit, json_t **out);

/* Publishes a version: ERR_EXISTS when it stands there with another content, 0 when with the same. */
SW_MUST_USE int flow_store_publish(struct db_tx *tx, const char *business, int64_t version,
	const char *content, const char *digest, const char *at, const char *who);
struct flow_published {
	const char *business, *content, *at, *by;
	int64_t version;
};
/* Every published version; 0 of each goes on. */
SW_MUST_USE int flow_store_published(
	struct db_tx *tx, int (*each)(void *arg, const struct flow_published *p), void *arg);
#endif
