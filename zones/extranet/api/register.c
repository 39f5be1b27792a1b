#include "common/message/format.h"
#include "zones/extranet/api/api.h"
#include <stdlib.h>
#include <string.h>

struct unit_query {
	struct service *s;
	const char *unit;
	json_t *out;
};

static int unit_read(struct db_tx *tx, void *arg)
{
	struct unit_query *q = arg;
	json_t *all = json_object();
	int rc = all ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && book_table_at(i); i++) {
		json_t *rows = NULL;
		rc = book_of_unit(tx, q->s->vault, book_table_at(i), q->unit, &rows);
		if (rc == 0)
			json_object_set_new(all, book_table_name(book_table_at(i)), rows);
	}
	if (rc < 0)
		json_decref(all);
	else
		q->out = all;
	return rc;
}

int api_register_unit(struct http_request *r)
{
	struct service *s = http_arg(r);
	struct unit_query q = {s, http_param(r, "code"), NULL};
	if (!format_unit_code(q.unit))
		return http_fail(r, ERR_SCHEMA, "code: not a unit code 不动产单元代码 (28 characters)");
	int rc = account_read(r, unit_read, &q);
	if (rc < 0)
		return rc;
	if (json_array_size(json_object_get(q.out, "h")) == 0 &&
		json_array_size(json_object_get(q.out, "djlog")) == 0) {
		json_decref(q.out);
		return http_fail(r, ERR_NOTFOUND, "no such unit in the book");
	}
	return http_reply_json(r, 200, q.out);
}

DB_STMT(log_page, "SELECT xh, ywh, bdcdyh, djlx, qllx, bdcqzh, dbr, djsj, hs, zy FROM djlog"
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
	l->rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1)
		json_array_append_new(l->rows,
			json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s}", "xh", (json_int_t)db_int(q, 0),
				"ywh", db_text(q, 1), "bdcdyh", db_text(q, 2), "djlx", db_text(q, 3), "qllx",
				db_text(q, 4), "bdcqzh", db_text(q, 5), "dbr", db_text(q, 6), "djsj",
				db_text(q, 7), "hs", (json_int_t)db_int(q, 8), "zy", db_text(q, 9)));
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
