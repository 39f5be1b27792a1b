/* 登簿日志 of one day: entries, certificates and proofs by right and registration type, as the log has them;
 * imported data are no entries. */
#include "zones/extranet/api/api.h"
#include "zones/extranet/domain/codes.h"
#include "zones/extranet/domain/day.h"
#include <string.h>

DB_STMT(daily_counts,
	"SELECT qllx, djlx, count(*), sum(zss), sum(zms), min(xh), max(xh) FROM djlog WHERE tenant = :tenant "
	"AND "
	"djsj >= :from AND djsj < :until AND djlx <> '000' GROUP BY qllx, djlx ORDER BY qllx, djlx");

struct daily {
	char from[DAY_INSTANT], until[DAY_INSTANT];
	json_t *rows;
	int64_t entries, titles, proofs, first, last;
};

static int daily_read(struct db_tx *tx, void *arg)
{
	struct daily *d = arg;
	struct db_query *q = db_query(tx, &daily_counts);
	int rc;
	json_decref(d->rows);
	d->rows = json_array();
	d->entries = d->titles = d->proofs = d->first = d->last = 0;
	db_bind_text(q, "from", d->from);
	db_bind_text(q, "until", d->until);
	while ((rc = db_step(q)) == 1) {
		json_array_append_new(
			d->rows, json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:I}", "right", db_text(q, 0),
					 "right_zh", codes_zh("qllx", db_text(q, 0)), "registration",
					 db_text(q, 1), "registration_zh", codes_zh("djlx", db_text(q, 1)),
					 "entries", (json_int_t)db_int(q, 2), "titles",
					 (json_int_t)db_int(q, 3), "proofs", (json_int_t)db_int(q, 4)));
		d->entries += db_int(q, 2);
		d->titles += db_int(q, 3);
		d->proofs += db_int(q, 4);
		d->first = d->first && d->first < db_int(q, 5) ? d->first : db_int(q, 5);
		d->last = d->last > db_int(q, 6) ? d->last : db_int(q, 6);
	}
	db_done(q);
	return rc;
}

int api_register_daily(struct http_request *r)
{
	char today[DAY_TEXT], before[DAY_TEXT];
	struct daily d = {.rows = NULL};
	const char *day = http_query(r, "day");
	time_date_cst(time_now_ms(), today);
	day = day ? day : today;
	day_add(day, -1, before);
	if (!before[0] || day_end_instant(before, d.from) < 0 || day_end_instant(day, d.until) < 0)
		return http_fail(r, ERR_SCHEMA, "day: not a date YYYY-MM-DD");
	int rc = account_read(r, daily_read, &d);
	if (rc < 0) {
		json_decref(d.rows);
		return rc;
	}
	return http_reply_json(r, 200,
		json_pack("{s:s,s:o,s:I,s:I,s:I,s:I,s:I}", "day", day, "rows", d.rows, "entries",
			(json_int_t)d.entries, "titles", (json_int_t)d.titles, "proofs", (json_int_t)d.proofs,
			"first", (json_int_t)d.first, "last", (json_int_t)d.last));
}
