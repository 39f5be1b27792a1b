/* The day's account: the book's log and the messages counted apart, and the daily log made of them. */
#include "zones/extranet/store/access.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

DB_STMT(access_first_day, "SELECT min(djsj) FROM djlog WHERE tenant = :tenant");
DB_STMT(access_last_day, "SELECT max(day) FROM jrrz WHERE tenant = :tenant");
DB_STMT(access_day_waits,
	"SELECT count(*) FROM jrbw WHERE tenant = :tenant AND day <= :day AND state = 'produced'");
DB_STMT(access_day_entries, "SELECT l.ywh, l.djlx, l.qllx, l.bdcdyh, l.bdcqzh, coalesce(m.bwid, '') FROM "
			    "djlog l LEFT JOIN jrbw m ON m.tenant = "
			    "l.tenant AND m.xh = l.xh WHERE l.tenant = :tenant AND l.djsj >= :from AND "
			    "l.djsj < :until AND l.djlx <> '000' ORDER BY l.xh");
DB_STMT(access_day_insert, "INSERT INTO jrrz (tenant, day, entries, text, made_at, state, tries, handed_at, "
			   "answered_at, code, said) VALUES "
			   "(:tenant, :day, :entries, :text, :at, 'produced', 0, '', '', '', '')");
DB_STMT(access_book_counts, "SELECT qllx, djlx, count(*), sum(zss), sum(zms) FROM djlog WHERE tenant = "
			    ":tenant AND djsj >= :from AND djsj < :until "
			    "AND djlx <> '000' GROUP BY qllx, djlx ORDER BY qllx, djlx");
DB_STMT(access_message_counts, "SELECT qllx, djlx, count(*), sum(zss), sum(zms) FROM jrbw WHERE tenant = "
			       ":tenant AND day = :day GROUP BY qllx, djlx ORDER "
			       "BY qllx, djlx");
DB_STMT(access_states,
	"SELECT state, count(*) FROM jrbw WHERE tenant = :tenant AND day = :day GROUP BY state");
DB_STMT(access_day_log,
	"SELECT state, entries, code, said, made_at FROM jrrz WHERE tenant = :tenant AND day = :day");
DB_STMT(access_series_from, "SELECT next FROM reg_series WHERE tenant = :tenant AND kind = 'access-from'");
DB_STMT(access_unsaid, "SELECT l.xh FROM djlog l LEFT JOIN jrbw m ON m.tenant = l.tenant AND m.xh = l.xh "
		       "WHERE l.tenant = :tenant AND l.djsj >= "
		       ":from AND l.djsj < :until AND l.djlx <> '000' AND l.xh >= :first AND m.bwid IS NULL "
		       "ORDER BY l.xh LIMIT 100");
DB_STMT(access_unmade, "SELECT m.bwid, l.xh IS NULL FROM jrbw m LEFT JOIN djlog l ON l.tenant = m.tenant AND "
		       "l.xh = m.xh AND l.ywh = m.ywh AND l.bdcdyh = "
		       "m.bdcdyh AND l.djlx = m.djlx AND l.qllx = m.qllx AND l.zss = m.zss AND l.zms = m.zms "
		       "WHERE m.tenant = :tenant AND m.day = "
		       ":day AND l.xh IS NULL ORDER BY m.bwid LIMIT 100");
DB_STMT(access_rows, "SELECT bwid, xh, day, ywh, bdcdyh, djlx, qllx, state, tries, handed_at, answered_at, "
		     "code, said FROM jrbw WHERE "
		     "tenant = :tenant AND state = :state AND bwid > :after ORDER BY bwid LIMIT 100");

static int bounds(const char *day, char from[static DAY_INSTANT], char until[static DAY_INSTANT])
{
	char before[DAY_TEXT];
	day_add(day, -1, before);
	int rc = before[0] ? day_end_instant(before, from) : ERR_SYNTAX;
	return rc == 0 ? day_end_instant(day, until) : rc;
}

static void bind_day(struct db_query *q, const char *from, const char *until)
{
	db_bind_text(q, "from", from);
	db_bind_text(q, "until", until);
}

/* ---- the daily log */
int access_day_due(struct db_tx *tx, int64_t now_ms, char day[static DAY_TEXT])
{
	char today[DAY_TEXT], next[DAY_TEXT] = "";
	int64_t waits = 0;
	time_date_cst(now_ms, today);
	struct db_query *q = db_query(tx, &access_last_day);
	int rc = db_step(q);
	if (rc == 1 && !db_null(q, 0))
		day_add(db_text(q, 0), 1, next);
	db_done(q);
	if (rc >= 0 && !next[0]) {
		q = db_query(tx, &access_first_day);
		rc = db_step(q);
		if (rc == 1 && !db_null(q, 0))
			day_of_instant(db_text(q, 0), next);
		db_done(q);
	}
	if (rc < 0)
		return rc;
	if (!next[0] || strcmp(next, today) >= 0)
		return ERR_NOTFOUND;
	q = db_query(tx, &access_day_waits);
	db_bind_text(q, "day", next);
	rc = db_one_int(q, &waits);
	if (rc == 0 && waits)
		return ERR_NOTFOUND;
	snprintf(day, DAY_TEXT, "%s", next);
	return rc;
}

static int entries_read(struct db_tx *tx, const char *from, const char *until, json_t *all)
{
	struct db_query *q = db_query(tx, &access_day_entries);
	int rc;
	bind_day(q, from, until);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(
			all, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "entry", db_text(q, 0), "registration",
				     db_text(q, 1), "right", db_text(q, 2), "unit", db_text(q, 3), "paper",
				     db_text(q, 4), "message", db_text(q, 5)));
	db_done(q);
	return rc;
}

int access_day_make(struct db_tx *tx, const char *office, const char *day, int64_t now_ms)
{
	char from[DAY_INSTANT], until[DAY_INSTANT], at[TIME_TEXT];
	struct buf text;
	json_t *entries = json_array();
	int rc = bounds(day, from, until);
	buf_init(&text, ACCESS_DAILY_MAX);
	time_text(now_ms, at);
	if (rc == 0)
		rc = entries_read(tx, from, until, entries);
	const struct access_day d = {db_tx_tenant(tx), office, day, entries};
	if (rc == 0)
		rc = access_daily(&d, &text);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &access_day_insert);
		db_bind_text(q, "day", day);
		db_bind_int(q, "entries", (int64_t)json_array_size(entries));
		db_bind_textn(q, "text", buf_view(&text));
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	json_decref(entries);
	buf_fini(&text);
	return rc;
}

/* ---- looking */
static json_t *row_of(json_t *rows, const char *right, const char *registration)
{
	size_t i;
	json_t *r;
	json_array_foreach(rows, i, r)
	{
		if (strcmp(json_str(r, "right"), right) == 0 &&
			strcmp(json_str(r, "registration"), registration) == 0)
			return r;
	}
	r = json_pack("{s:s,s:s,s:i,s:i,s:i,s:i,s:i,s:i}", "right", right, "registration", registration,
		"entries", 0, "titles", 0, "proofs", 0, "messages", 0, "message_titles", 0, "message_proofs",
		0);
	json_array_append_new(rows, r);
	return r;
}

static int counts(struct db_query *q, json_t *rows, bool book)
{
	int rc;
	while ((rc = db_step(q)) == 1) {
		json_t *r = row_of(rows, db_text(q, 0), db_text(q, 1));
		json_object_set_new(r, book ? "entries" : "messages", json_integer(db_int(q, 2)));
		json_object_set_new(r, book ? "titles" : "message_titles", json_integer(db_int(q, 3)));
		json_object_set_new(r, book ? "proofs" : "message_proofs", json_integer(db_int(q, 4)));
	}
	db_done(q);
	return rc;
}

static int differences(struct db_tx *tx, const char *day, const char *from, const char *until, json_t *out)
{
	int64_t first = 1;
	struct db_query *q = db_query(tx, &access_series_from);
	int rc = db_one_int(q, &first);
	if (rc < 0 && rc != ERR_NOTFOUND)
		return rc;
	q = db_query(tx, &access_unsaid);
	bind_day(q, from, until);
	db_bind_int(q, "first", first);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(out, json_pack("{s:I,s:s}", "xh", (json_int_t)db_int(q, 0), "what",
						   "no message of this entry"));
	db_done(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &access_unmade);
	db_bind_text(q, "day", day);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(out, json_pack("{s:s,s:s}", "id", db_text(q, 0), "what",
						   "says otherwise than the log of entries"));
	db_done(q);
	return rc;
}

static int log_of_day(struct db_tx *tx, const char *day, json_t *o)
{
	struct db_query *q = db_query(tx, &access_day_log);
	db_bind_text(q, "day", day);
	int rc = db_step(q);
	json_object_set_new(o, "log",
		rc == 1 ? json_pack("{s:s,s:I,s:s,s:s,s:s}", "state", db_text(q, 0), "entries",
				  (json_int_t)db_int(q, 1), "code", db_text(q, 2), "said", db_text(q, 3),
				  "made_at", db_text(q, 4))
			: json_null());
	db_done(q);
	return rc < 0 ? rc : 0;
}

int access_of_day(struct db_tx *tx, const char *day, json_t **out)
{
	char from[DAY_INSTANT], until[DAY_INSTANT];
	json_t *rows = json_array(),
	       *states = json_pack(
		       "{s:i,s:i,s:i,s:i}", "produced", 0, "handed", 0, "accepted", 0, "refused", 0),
	       *diff = json_array();
	json_t *o = json_pack(
		"{s:s,s:o,s:o,s:o}", "day", day, "rows", rows, "states", states, "differences", diff);
	int rc = o ? bounds(day, from, until) : ERR_NOMEM;
	if (rc == 0) {
		struct db_query *q = db_query(tx, &access_book_counts);
		bind_day(q, from, until);
		rc = counts(q, rows, true);
	}
	if (rc == 0) {
		struct db_query *q = db_query(tx, &access_message_counts);
		db_bind_text(q, "day", day);
		rc = counts(q, rows, false);
	}
	if (rc == 0) {
		struct db_query *q = db_query(tx, &access_states);
		db_bind_text(q, "day", day);
		while ((rc = db_step(q)) == 1)
			json_object_set_new(states, db_text(q, 0), json_integer(db_int(q, 1)));
		db_done(q);
	}
	if (rc == 0)
		rc = differences(tx, day, from, until, diff);
	if (rc == 0)
		rc = log_of_day(tx, day, o);
	if (rc < 0)
		json_decref(o);
	else
		*out = o;
	return rc;
}

int access_list(struct db_tx *tx, const char *state, const char *after, json_t **out)
{
	json_t *rows = json_array();
	struct db_query *q = db_query(tx, &access_rows);
	int rc;
	db_bind_text(q, "state", state);
	db_bind_text(q, "after", after);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(
			rows, json_pack("{s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:s}", "id",
				      db_text(q, 0), "xh", (json_int_t)db_int(q, 1), "day", db_text(q, 2),
				      "ywh", db_text(q, 3), "unit", db_text(q, 4), "registration",
				      db_text(q, 5), "right", db_text(q, 6), "state", db_text(q, 7), "tries",
				      (json_int_t)db_int(q, 8), "handed_at", db_text(q, 9), "answered_at",
				      db_text(q, 10), "code", db_text(q, 11), "said", db_text(q, 12)));
	return db_rows_end(q, rc, rows, out);
}
