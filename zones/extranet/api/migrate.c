/* A running case under another published version of its business, and back. */
#include "zones/extranet/api/api.h"
#include "zones/extranet/store/claim.h"
#include "zones/extranet/store/flows.h"
#include <string.h>

struct moving {
	struct registry *r;
	const char *id, *who, *reason;
	const json_t *map;
	int64_t version, to; /* of the case as it was seen; of the business, 0: back */
	struct case_row after;
	struct err_note note;
	json_t *flow;
};

static int moving_run(struct db_tx *tx, void *arg)
{
	struct moving *m = arg;
	struct case_row *c = &m->after;
	json_decref(m->flow);
	m->flow = NULL;
	int rc = case_get(tx, m->id, c);
	if (rc == 0)
		rc = claim_guard(tx, c->id, m->who, &m->note);
	if (rc == 0 && m->version != c->version)
		rc = err_set(&m->note, ERR_CONFLICT, "the case was changed meanwhile (version %lld)",
			(long long)c->version);
	if (rc == 0)
		rc = m->to ? flows_migrate(m->r, tx, c, m->to, m->map, m->who, m->reason, &m->note)
			   : flows_revert(m->r, tx, c, m->who, m->reason, &m->note);
	if (rc == 0)
		rc = case_move(tx, c, m->version, c->state, m->who, m->reason);
	if (rc == 0)
		rc = audit_record(tx, m->who, m->to ? "case.migrate" : "case.migrate-back", c->number, NULL);
	return rc == 0 ? flows_json(m->r, tx, c, &m->flow) : rc;
}

static int moving_do(struct http_request *r, struct moving *m)
{
	m->r = api_registry(r);
	m->id = http_param(r, "id");
	m->who = http_user(r)->user;
	int rc = json_get_int(http_body(r), "version", 1, INT64_MAX, &m->version, &m->note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "reason", 300, &m->reason, &m->note);
	if (rc == 0 && !*m->reason)
		rc = err_set(&m->note, ERR_SCHEMA, "reason: must not be empty");
	if (rc == 0)
		rc = account_act(r, moving_run, m);
	if (rc < 0)
		return m->note.err == rc ? http_fail_note(r, &m->note) : rc;
	return http_reply_json(r, 200,
		json_pack("{s:s,s:I,s:o}", "number", m->after.number, "version", (json_int_t)m->after.version,
			"flow", m->flow));
}

int api_case_migrate(struct http_request *r)
{
	struct moving m = {.map = json_object_get(http_body(r), "map")};
	if (m.map && !json_is_object(m.map))
		return http_fail(r, ERR_SCHEMA, "map: an object of ids");
	if (json_get_int(http_body(r), "to", 1, 1000000, &m.to, &m.note) < 0)
		return http_fail_note(r, &m.note);
	return moving_do(r, &m);
}

int api_case_migrate_back(struct http_request *r)
{
	struct moving m = {.to = 0};
	return moving_do(r, &m);
}
