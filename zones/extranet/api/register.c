#include "common/message/format.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/domain/block.h"
#include "zones/extranet/domain/codes.h"
#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/entry_lapse.h"
#include <stdlib.h>
#include <string.h>

struct unit_query {
	struct service *s;
	const char *unit, *day, *at; /* at NULL: now */
	json_t *out, *log;
};

/* Rows of the book in force, and what of them binds on that day although a lapse is not written yet. */
static int unit_read(struct db_tx *tx, void *arg)
{
	struct unit_query *q = arg;
	json_t *bound = NULL;
	json_decref(q->out);
	json_decref(q->log);
	q->out = q->log = NULL;
	int rc = book_unit(tx, q->s->vault, q->unit, q->at, &q->out);
	if (rc == 0)
		rc = book_of_unit(tx, q->s->vault, book_table_find("djlog"), q->unit, q->at, &q->log);
	if (rc == 0 && !(bound = json_deep_copy(q->out)))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = entry_lapse_settle(bound, q->unit, q->day);
	if (rc == 0)
		json_object_set_new(q->out, "binding",
			json_pack("{s:O*,s:O*,s:O*}", "cfdj", json_object_get(bound, "cfdj"), "ygdj",
				json_object_get(bound, "ygdj"), "yydj", json_object_get(bound, "yydj")));
	if (rc == 0)
		json_object_set_new(q->out, "blocks", block_standing(bound));
	json_decref(bound);
	return rc;
}

static void log_trim(json_t *log)
{
	size_t i;
	json_t *row;
	json_array_foreach(log, i, row)
	{
		json_object_del(row, "yz");
		json_object_del(row, "mx");
	}
}

int api_register_unit(struct http_request *r)
{
	char today[DAY_TEXT], at[DAY_INSTANT];
	struct unit_query q = {http_arg(r), http_param(r, "code"), http_query(r, "day"), NULL, NULL, NULL};
	if (!format_unit_code(q.unit))
		return http_fail(r, ERR_SCHEMA, "code: not a unit code 不动产单元代码 (28 characters)");
	time_date_cst(time_now_ms(), today);
	if (q.day && day_end_instant(q.day, at) < 0)
		return http_fail(r, ERR_SCHEMA, "day: not a date YYYY-MM-DD");
	if (q.day && strcmp(q.day, today) > 0)
		return http_fail(r, ERR_RANGE, "day: the book knows nothing of days to come");
	q.at = q.day && strcmp(q.day, today) < 0 ? at : NULL;
	q.day = q.day ? q.day : today;
	int rc = account_read(r, unit_read, &q);
	bool nothing = json_object_size(q.out) == 0 ||
		       (!json_object_get(q.out, "qlr") && !json_object_get(q.out, "zdjbxx") &&
			       !json_object_get(q.out, "cfdj") && json_array_size(q.log) == 0);
	if (rc < 0 || nothing) {
		json_decref(q.out);
		json_decref(q.log);
		return rc < 0 ? rc : http_fail(r, ERR_NOTFOUND, "no such unit in the book");
	}
	log_trim(q.log);
	json_object_set_new(q.out, "djlog", q.log);
	json_object_set_new(q.out, "day", json_string(q.day));
	return http_reply_json(r, 200, q.out);
}

DB_STMT(log_page, "SELECT xh, ywh, bdcdyh, djlx, qllx, djyy, bdcqzh, dbr, djsj, hs, zy, lz FROM djlog"
		  " WHERE tenant = :tenant AND xh < :before ORDER BY xh DESC LIMIT 100");

struct log_query {
	int64_t before;
	json_t *rows;
};

static int log_read(struct db_tx *tx, void *arg)
{
	struct log_query *l = arg;
	struct db_query *q = db_query(tx, &log_page);
	db_bind_int(q, "before", l->before);
	json_decref(l->rows);
	l->rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1)
		json_array_append_new(l->rows,
			json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s}", "xh",
				(json_int_t)db_int(q, 0), "ywh", db_text(q, 1), "bdcdyh", db_text(q, 2),
				"djlx", db_text(q, 3), "qllx", db_text(q, 4), "djyy", db_text(q, 5), "bdcqzh",
				db_text(q, 6), "dbr", db_text(q, 7), "djsj", db_text(q, 8), "hs",
				(json_int_t)db_int(q, 9), "zy", db_text(q, 10), "lz", db_text(q, 11)));
	db_done(q);
	return rc;
}

int api_register_log(struct http_request *r)
{
	const char *before = http_query(r, "before");
	struct log_query l = {before ? atoll(before) : INT64_MAX, NULL};
	int rc = account_read(r, log_read, &l);
	if (rc < 0) {
		json_decref(l.rows);
		return rc;
	}
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", l.rows));
}

int api_register_model(struct http_request *r)
{
	return http_reply_json(r, 200, json_pack("{s:o,s:o}", "tables", book_model(), "codes", codes_json()));
}

int api_register_blocks(struct http_request *r)
{
	json_t *rules = json_array(), *reasons = json_array();
	for (size_t i = 0; block_rule_at(i); i++) {
		const struct block_rule *b = block_rule_at(i);
		json_array_append_new(
			rules, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "code", b->code, "kinds", b->kinds,
				       "effect", block_effect_name(b->effect), "zh", b->zh, "en", b->en,
				       "basis", b->basis, "doubt", b->doubt));
	}
	for (size_t i = 0; block_reason_at(i); i++) {
		const struct block_reason *b = block_reason_at(i);
		json_array_append_new(
			reasons, json_pack("{s:s,s:s,s:s,s:s,s:s}", "code", b->code, "zh", b->zh, "en", b->en,
					 "basis", b->basis, "doubt", b->doubt));
	}
	return http_reply_json(r, 200, json_pack("{s:o,s:o}", "rules", rules, "reasons", reasons));
}
