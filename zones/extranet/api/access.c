/* What went to the national platform: a day's account beside the book, messages by state, handing over again.
 */
#include "zones/extranet/store/access.h"

#include "common/audit/audit.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/domain/codes.h"
#include "zones/extranet/transfer/access.h"
#include <string.h>

struct asking {
	const char *day, *state, *after, *id, *who, *reason;
	json_t *out;
	struct err_note note;
};

static int day_read(struct db_tx *tx, void *arg)
{
	struct asking *a = arg;
	json_decref(a->out);
	a->out = NULL;
	return access_of_day(tx, a->day, &a->out);
}

int api_register_daily(struct http_request *r)
{
	char today[DAY_TEXT];
	int64_t n;
	const char *day = http_query(r, "day");
	size_t i;
	json_t *row;
	time_date_cst(time_now_ms(), today);
	struct asking a = {.day = day ? day : today};
	if (day_number(a.day, &n) < 0)
		return http_fail(r, ERR_SCHEMA, "day: not a date YYYY-MM-DD");
	int rc = account_read(r, day_read, &a);
	if (rc < 0)
		return rc;
	json_array_foreach(json_object_get(a.out, "rows"), i, row)
	{
		json_object_set_new(row, "right_zh", json_string(codes_zh("qllx", json_str(row, "right"))));
		json_object_set_new(row, "right_en", json_string(codes_en("qllx", json_str(row, "right"))));
		json_object_set_new(
			row, "registration_zh", json_string(codes_zh("djlx", json_str(row, "registration"))));
		json_object_set_new(
			row, "registration_en", json_string(codes_en("djlx", json_str(row, "registration"))));
	}
	json_object_set_new(a.out, "connected", json_boolean(api_registry(r)->access != NULL));
	return http_reply_json(r, 200, a.out);
}

static int list_read(struct db_tx *tx, void *arg)
{
	struct asking *a = arg;
	json_decref(a->out);
	a->out = NULL;
	return access_list(tx, a->state, a->after, &a->out);
}

int api_access_list(struct http_request *r)
{
	static const char states[] = " produced handed accepted refused ";
	const char *state = http_query(r, "state"), *after = http_query(r, "after");
	struct asking a = {.state = state ? state : "refused", .after = after ? after : ""};
	char word[16];
	snprintf(word, sizeof word, " %.12s ", a.state);
	if (!strstr(states, word))
		return http_fail(r, ERR_SCHEMA, "state: produced, handed, accepted or refused");
	int rc = account_read(r, list_read, &a);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", a.out));
}

static int again(struct db_tx *tx, void *arg)
{
	struct asking *a = arg;
	int rc = access_again(tx, a->id, &a->note);
	json_t *detail = json_pack("{s:s}", "reason", a->reason);
	if (rc == 0)
		rc = detail ? audit_record(tx, a->who, "access.again", a->id, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

int api_access_again(struct http_request *r)
{
	static const char *const keys[] = {"reason", NULL};
	struct asking a = {.id = http_param(r, "id"),
		.who = http_user(r)->user,
		.reason = json_str(http_body(r), "reason")};
	int rc = json_only_keys(http_body(r), keys, &a.note);
	if (rc == 0 && (!*a.reason || strlen(a.reason) > 500))
		rc = err_set(&a.note, ERR_SCHEMA, "reason: 1 to 500 bytes");
	if (rc < 0)
		return http_fail_note(r, &a.note);
	rc = account_act(r, again, &a);
	if (rc < 0)
		return a.note.err == rc ? http_fail_note(r, &a.note) : rc;
	access_wake(api_registry(r)->access);
	return http_reply_json(r, 200, json_pack("{s:s,s:s}", "id", a.id, "state", "produced"));
}
