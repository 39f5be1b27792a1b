/* 作废 of a number: asked by one person, confirmed by another. */
#include "zones/extranet/store/voids.h"
#include "zones/extranet/api/api.h"
#include <stdlib.h>
#include <string.h>

struct voiding {
	const struct registry *r;
	const char *who, *reason;
	bool proof;
	int64_t n;
	char number[NUMBER_CERTIFICATE];
	json_t *rows;
	struct err_note note;
};

static int ask(struct db_tx *tx, void *arg)
{
	struct voiding *v = arg;
	return voids_ask(tx, v->proof, v->reason, v->who, &v->n, &v->note);
}

static int confirm(struct db_tx *tx, void *arg)
{
	struct voiding *v = arg;
	return voids_confirm(tx, &registry_office(v->r, tx)->paper, v->n, v->who, v->number, &v->note);
}

static int list(struct db_tx *tx, void *arg)
{
	struct voiding *v = arg;
	json_decref(v->rows);
	v->rows = NULL;
	return voids_list(tx, v->n, &v->rows);
}

int api_void_ask(struct http_request *r)
{
	static const char *const keys[] = {"kind", "reason", NULL};
	struct voiding v = {.who = http_user(r)->user, .reason = json_str(http_body(r), "reason")};
	const char *kind = json_str(http_body(r), "kind");
	int rc = json_only_keys(http_body(r), keys, &v.note);
	if (rc == 0 && strcmp(kind, "title") != 0 && strcmp(kind, "proof") != 0)
		rc = err_set(&v.note, ERR_SCHEMA, "kind: title or proof");
	if (rc < 0)
		return http_fail_note(r, &v.note);
	v.proof = strcmp(kind, "proof") == 0;
	rc = account_act(r, ask, &v);
	if (rc < 0)
		return v.note.err == rc ? http_fail_note(r, &v.note) : rc;
	return http_reply_json(r, 201, json_pack("{s:I}", "n", (json_int_t)v.n));
}

int api_void_confirm(struct http_request *r)
{
	struct voiding v = {.r = api_registry(r), .who = http_user(r)->user, .n = atoll(http_param(r, "n"))};
	int rc = account_act(r, confirm, &v);
	if (rc < 0)
		return v.note.err == rc ? http_fail_note(r, &v.note) : rc;
	return http_reply_json(r, 200, json_pack("{s:I,s:s}", "n", (json_int_t)v.n, "number", v.number));
}

int api_void_list(struct http_request *r)
{
	const char *before = http_query(r, "before");
	struct voiding v = {.n = before ? atoll(before) : 0};
	int rc = account_read(r, list, &v);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", v.rows));
}
