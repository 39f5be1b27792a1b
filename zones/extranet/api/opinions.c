/* Templates of opinions and reasons 意见模板. */
#include "zones/extranet/api/api.h"
#include "zones/extranet/store/opinion.h"
#include <string.h>

struct opinion_work {
	struct opinion o;
	const char *who;
	int64_t version;
	json_t *out;
	struct err_note note;
};

static int list_read(struct db_tx *tx, void *arg)
{
	return opinion_list(tx, &((struct opinion_work *)arg)->out);
}

int api_opinions(struct http_request *r)
{
	struct opinion_work w = {.who = NULL};
	int rc = account_read(r, list_read, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", w.out));
}

static bool code_good(const char *code)
{
	size_t n = strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return n > 0 && n < 40 && !code[n];
}

static int put_run(struct db_tx *tx, void *arg)
{
	struct opinion_work *w = arg;
	int rc = opinion_put(tx, &w->o, w->who, &w->version);
	return rc == 0 ? audit_record(tx, w->who, "opinion.put", w->o.code, NULL) : rc;
}

int api_opinion_put(struct http_request *r)
{
	struct opinion_work w = {.who = http_user(r)->user};
	const char *code = http_param(r, "code");
	if (!code_good(code))
		return http_fail(r, ERR_SCHEMA, "code: up to 39 small letters, digits and -");
	if (opinion_parse(http_body(r), &w.o, &w.note) < 0)
		return http_fail_note(r, &w.note);
	w.o.code = code;
	int rc = account_act(r, put_run, &w);
	if (rc < 0)
		return rc;
	return http_reply_json(
		r, 200, json_pack("{s:s,s:I}", "code", code, "version", (json_int_t)w.version));
}

static int remove_run(struct db_tx *tx, void *arg)
{
	struct opinion_work *w = arg;
	int rc = opinion_remove(tx, w->o.code, w->who);
	return rc == 0 ? audit_record(tx, w->who, "opinion.remove", w->o.code, NULL) : rc;
}

int api_opinion_remove(struct http_request *r)
{
	struct opinion_work w = {.who = http_user(r)->user, .o.code = http_param(r, "code")};
	int rc = account_act(r, remove_run, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:s}", "code", w.o.code));
}
