/* What others were asked for a case 部门协同, and asking again. */
#include "zones/extranet/store/consult.h"

#include "zones/extranet/api/api.h"
#include "zones/extranet/transfer/access.h"
#include "zones/extranet/transfer/pusher.h"
#include <string.h>

struct consulting {
	struct registry *r;
	const char *id, *key, *who, *reason;
	json_t *rows;
	struct err_note note;
};

static int list_read(struct db_tx *tx, void *arg)
{
	struct consulting *w = arg;
	struct case_row c;
	int rc = case_get(tx, w->id, &c);
	return rc == 0 ? consult_list(w->r, tx, &c, &w->rows) : rc;
}

int api_case_consults(struct http_request *r)
{
	struct consulting w = {.r = api_registry(r), .id = http_param(r, "id")};
	int rc = account_read(r, list_read, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", w.rows));
}

static int again_run(struct db_tx *tx, void *arg)
{
	struct consulting *w = arg;
	struct case_row c;
	json_decref(w->rows);
	w->rows = NULL;
	int rc = case_get(tx, w->id, &c);
	if (rc == 0)
		rc = consult_again(w->r, tx, &c, w->key, &w->note);
	json_t *detail = json_pack("{s:s,s:s}", "key", w->key, "reason", w->reason);
	if (rc == 0)
		rc = detail ? audit_record(tx, w->who, "consult.again", c.number, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc == 0 ? consult_list(w->r, tx, &c, &w->rows) : rc;
}

int api_case_consult_again(struct http_request *r)
{
	static const char *const keys[] = {"reason", NULL};
	struct consulting w = {.r = api_registry(r),
		.id = http_param(r, "id"),
		.key = http_param(r, "key"),
		.who = http_user(r)->user};
	int rc = json_only_keys(http_body(r), keys, &w.note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "reason", 300, &w.reason, &w.note);
	if (rc == 0 && !*w.reason)
		rc = err_set(&w.note, ERR_SCHEMA, "reason: must not be empty");
	if (rc == 0)
		rc = account_act(r, again_run, &w);
	if (rc < 0)
		return w.note.err == rc ? http_fail_note(r, &w.note) : rc;
	access_wake(w.r->access);
	pusher_wake(w.r->pusher);
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", w.rows));
}
