/* 集中申请端口 at the operators' desk: who hands in batches and what became of them, closing and opening. */
#include "zones/internet/api/api.h"
#include "zones/internet/store/port.h"

struct port_work {
	const struct http_account *who;
	const char *owner, *reason;
	bool opens;
	json_t *rows;
	struct err_note note;
};

static int list_run(struct db_tx *tx, void *arg)
{
	struct port_work *w = arg;
	return port_list(tx, &w->rows);
}

int api_desk_ports(struct http_request *r)
{
	struct port_work w = {.who = http_user(r)};
	int rc = account_read(r, list_run, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", w.rows));
}

static int change_run(struct db_tx *tx, void *arg)
{
	struct port_work *w = arg;
	int rc = w->opens ? port_open(tx, w->owner) : port_close(tx, w->owner, w->who->user, w->reason);
	json_t *detail = json_pack("{s:s}", "reason", w->reason);
	if (rc == 0)
		rc = detail ? audit_record(tx, w->who->user,
				      w->opens ? "batch.port.opened" : "batch.port.closed", w->owner, detail)
			    : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

static int change(struct http_request *r, bool opens)
{
	static const char *const keys[] = {"reason", NULL};
	struct port_work w = {.who = http_user(r), .owner = http_param(r, "owner"), .opens = opens};
	int rc = json_only_keys(http_body(r), keys, &w.note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "reason", PORT_REASON_MAX, &w.reason, &w.note);
	if (rc == 0 && !*w.reason)
		rc = err_set(&w.note, ERR_SCHEMA, "reason: empty");
	if (rc == 0)
		rc = account_write(r, change_run, &w);
	if (rc < 0)
		return w.note.err ? http_fail_note(r, &w.note) : rc;
	return http_reply_json(r, 200, json_object());
}

int api_desk_port_close(struct http_request *r)
{
	return change(r, false);
}

int api_desk_port_open(struct http_request *r)
{
	return change(r, true);
}
