/* Migration of a case to another version, and back. */
#include "common/workflow/flow_store.h"
#include <string.h>

static int put(struct db_tx *tx, const struct flow_case *c, const struct bpmn *b, int64_t version,
	const struct flow_state *after, const char *event, const json_t *detail, int64_t now_ms,
	const char *who)
{
	struct buf text;
	buf_init(&text, 1 << 20);
	int rc = detail ? json_canon(detail, &text) : ERR_NOMEM;
	if (rc == 0) {
		const struct flow_entry e = {
			.event = event, .who = who, .at_ms = now_ms, .detail = (const char *)text.p};
		rc = flow_store_put(tx, c, b, version, after, &e);
	}
	buf_fini(&text);
	return rc;
}

int flow_store_migrate(struct db_tx *tx, const struct flow_case *c, const struct bpmn *to, int64_t version,
	const json_t *map, const struct flow_env *env, const char *who, const char *reason,
	struct err_note *note)
{
	struct flow_state after;
	json_t *before = NULL;
	int rc = flow_migrate(c->b, to, map, &c->state, env, &after, note);
	if (rc < 0)
		return rc;
	rc = flow_state_json(c->b, &c->state, &before);
	if (rc == 0) {
		json_t *detail = json_pack("{s:I,s:I,s:O?,s:s,s:O}", "from", (json_int_t)c->version, "to",
			(json_int_t)version, "map", map, "reason", reason, "before", before);
		rc = put(tx, c, to, version, &after, "migrate", detail, env->now_ms, who);
		json_decref(detail);
	}
	json_decref(before);
	flow_state_fini(&after);
	return rc;
}

int flow_store_revert(struct db_tx *tx, const struct flow_case *c, flow_drawing *find, void *arg,
	int64_t now_ms, const char *who, const char *reason, struct err_note *note)
{
	json_t *was = NULL;
	struct flow_state after;
	/* Only the very last step, and only a migration has a state to give back. */
	int rc = flow_store_detail(tx, c->id, c->rev, &was);
	if (rc == 0 && !json_object_get(was, "before")) {
		json_decref(was);
		rc = ERR_NOTFOUND;
	}
	if (rc == ERR_NOTFOUND)
		return err_set(note, ERR_STATE, "there was no migration, or a step was done since");
	if (rc < 0)
		return rc;
	int64_t version = json_int(was, "from");
	const struct bpmn *b = find(arg, c->business, version);
	rc = b ? flow_state_parse(b, json_object_get(was, "before"), &after, note)
	       : err_set(note, ERR_STATE, "%s: version %lld is not known here", c->business,
			 (long long)version);
	json_decref(was);
	if (rc < 0)
		return rc;
	json_t *detail = json_pack(
		"{s:I,s:I,s:s}", "from", (json_int_t)c->version, "to", (json_int_t)version, "reason", reason);
	rc = put(tx, c, b, version, &after, "revert", detail, now_ms, who);
	json_decref(detail);
	flow_state_fini(&after);
	return rc;
}
