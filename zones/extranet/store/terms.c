#include "zones/extranet/store/terms.h"

#include "common/db/db_rows.h"
#include "zones/extranet/store/flows.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAYS_MAX 2000
#define HOLDS_MAX 64

DB_STMT(hold_add,
	"INSERT INTO flow_hold (tenant, instance, n, kind, reason, since, held_by) SELECT :tenant, :id, "
	"(SELECT count(*) FROM flow_hold WHERE tenant = :tenant AND instance = :id), 'suspended', :reason, "
	":at, "
	":who");
DB_STMT(hold_end,
	"UPDATE flow_hold SET ended = :at, ended_by = :who WHERE tenant = :tenant AND instance = :id AND "
	"ended IS NULL");
DB_STMT(hold_open,
	"SELECT count(*) FROM flow_hold WHERE tenant = :tenant AND instance = :id AND ended IS NULL");
DB_STMT(hold_list,
	"SELECT since, ended, reason, held_by FROM flow_hold WHERE tenant = :tenant AND instance = :id "
	"UNION ALL SELECT from_day, ended, '公告 public notice', 'system' FROM reg_notice WHERE tenant = "
	":tenant "
	"AND case_id = :id ORDER BY 1");
DB_STMT(day_list,
	"SELECT day, work, name, edited_by, edited_at FROM calendar_day WHERE tenant = :tenant ORDER BY day");
DB_STMT(day_put,
	"INSERT INTO calendar_day (tenant, day, work, name, edited_by, edited_at) VALUES (:tenant, :day, "
	":work, :name, :who, :at) ON CONFLICT (tenant, day) DO UPDATE SET work = excluded.work, name = "
	"excluded.name, edited_by = excluded.edited_by, edited_at = excluded.edited_at");
DB_STMT(day_gone, "DELETE FROM calendar_day WHERE tenant = :tenant AND day = :day");
DB_STMT(terms_under_way, "SELECT id FROM reg_case WHERE tenant = :tenant AND deadline IS NOT NULL AND state "
			 "NOT IN ('archived', "
			 "'rejected', 'refused', 'withdrawn') ORDER BY id");
DB_STMT(accepted_at,
	"SELECT min(at) FROM reg_step WHERE tenant = :tenant AND case_id = :id AND state = 'accepted'");

static void today_text(char out[static 11])
{
	time_date_cst(time_now_ms(), out);
}

int terms_hold(struct db_tx *tx, const char *case_id, const char *reason, const char *who)
{
	char today[11];
	today_text(today);
	struct db_query *q = db_query(tx, &hold_add);
	db_bind_text(q, "id", case_id);
	db_bind_text(q, "reason", reason);
	db_bind_text(q, "at", today);
	db_bind_text(q, "who", who);
	return db_exec(q);
}

int terms_release(struct db_tx *tx, const char *case_id, const char *who)
{
	char today[11];
	today_text(today);
	struct db_query *q = db_query(tx, &hold_end);
	db_bind_text(q, "id", case_id);
	db_bind_text(q, "at", today);
	db_bind_text(q, "who", who);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) != 1 ? ERR_NOTFOUND : rc;
}

int terms_held(struct db_tx *tx, const char *case_id, bool *held)
{
	int64_t n = 0;
	struct db_query *q = db_query(tx, &hold_open);
	db_bind_text(q, "id", case_id);
	int rc = db_one_int(q, &n);
	*held = n > 0;
	return rc;
}

int terms_stop(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *reason,
	const char *who, struct err_note *note)
{
	int rc = flows_status(r, tx, c, FLOW_SUSPEND, who, note);
	return rc == 0 ? terms_hold(tx, c->id, reason, who) : rc;
}

int terms_go_on(
	struct registry *r, struct db_tx *tx, struct case_row *c, const char *who, struct err_note *note)
{
	int rc = terms_release(tx, c->id, who);
	if (rc == ERR_NOTFOUND)
		return err_set(note, ERR_STATE, "the case is not suspended");
	if (rc == 0)
		rc = flows_status(r, tx, c, FLOW_RESUME, who, note);
	return rc == 0 ? terms_renew(r, tx, c) : rc;
}

/* ---- the calendar */
int terms_days(struct registry *r, struct db_tx *tx, struct term_day **out, size_t *n)
{
	const struct config_list *off = &r->config->holidays;
	struct term_day *v = calloc(DAYS_MAX, sizeof *v);
	size_t k = 0;
	int rc;
	if (!v)
		return ERR_NOMEM;
	for (; k < off->n && k < DAYS_MAX; k++)
		snprintf(v[k].date, sizeof v[k].date, "%.10s", off->v[k]);
	struct db_query *q = db_query(tx, &day_list);
	while ((rc = db_step(q)) == 1 && k < DAYS_MAX) {
		snprintf(v[k].date, sizeof v[k].date, "%.10s", db_text(q, 0));
		v[k++].work = db_int(q, 1) != 0;
	}
	db_done(q);
	if (rc < 0) {
		free(v);
		return rc;
	}
	*out = v;
	*n = k;
	return 0;
}

int terms_calendar(struct registry *r, struct db_tx *tx, json_t **out)
{
	const struct config_list *off = &r->config->holidays;
	json_t *rows = json_array();
	int rc;
	for (size_t i = 0; i < off->n; i++)
		json_array_append_new(rows, json_pack("{s:s,s:b,s:s,s:s}", "day", off->v[i], "work", 0,
						    "name", "", "edited_by", "configuration"));
	struct db_query *q = db_query(tx, &day_list);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(rows, json_pack("{s:s,s:b,s:s,s:s,s:s}", "day", db_text(q, 0), "work",
						    db_int(q, 1) != 0, "name", db_text(q, 2), "edited_by",
						    db_text(q, 3), "edited_at", db_text(q, 4)));
	return db_rows_end(q, rc, rows, out);
}

int terms_day_set(struct db_tx *tx, const char *day, bool work, const char *name, const char *who)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &day_put);
	db_bind_text(q, "day", day);
	db_bind_int(q, "work", work);
	db_bind_text(q, "name", name);
	db_bind_text(q, "who", who);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

int terms_day_remove(struct db_tx *tx, const char *day)
{
	struct db_query *q = db_query(tx, &day_gone);
	db_bind_text(q, "day", day);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) != 1 ? ERR_NOTFOUND : rc;
}

int terms_deadline(struct registry *r, struct db_tx *tx, const char *date, int days, char out[static 11])
{
	struct term_day *v = NULL;
	size_t n = 0;
	int rc = terms_days(r, tx, &v, &n);
	if (rc == 0)
		rc = term_add(&(struct term_calendar){v, n}, date, days, out);
	free(v);
	return rc;
}

/* ---- the terms of a case */
static int holds_read(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &hold_list);
	json_t *rows = json_array();
	int rc;
	db_bind_text(q, "id", case_id);
	while ((rc = db_step(q)) == 1 && json_array_size(rows) < HOLDS_MAX)
		json_array_append_new(
			rows, json_pack("{s:s,s:s,s:s,s:s}", "from", db_text(q, 0), "to", db_text(q, 1),
				      "reason", db_text(q, 2), "by", db_text(q, 3)));
	db_done(q);
	if (rc < 0)
		json_decref(rows);
	else
		*out = rows;
	return rc < 0 ? rc : 0;
}

static int accepted_on(struct db_tx *tx, const char *case_id, char out[static 11])
{
	struct db_query *q = db_query(tx, &accepted_at);
	int64_t ms = 0;
	db_bind_text(q, "id", case_id);
	out[0] = '\0';
	int rc = db_step(q);
	if (rc == 1 && !db_null(q, 0) && time_parse(db_text(q, 0), &ms) == 0)
		time_date_cst(ms, out);
	db_done(q);
	return rc < 0 ? rc : 0;
}

static json_t *term_json(
	const struct term_calendar *c, const char *accepted, const char *today, int days, const json_t *holds)
{
	struct term_hold v[HOLDS_MAX];
	struct term t;
	size_t n = 0, i;
	const json_t *h;
	json_array_foreach(holds, i, h) v[n++] =
		(struct term_hold){json_str(h, "from"), *json_str(h, "to") ? json_str(h, "to") : NULL};
	if (term_of(c, accepted, today, days, v, n, &t) < 0)
		return NULL;
	return json_pack("{s:i,s:i,s:i,s:i,s:s,s:b,s:b}", "days", days, "used", t.used, "held", t.held,
		"percent", t.percent, "due", t.due, "warning", t.warning, "over", t.over);
}

int terms_json(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t **out)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	struct term_day *v = NULL;
	json_t *holds = NULL;
	size_t n = 0;
	char accepted[11], today[11];
	bool held = false;
	today_text(today);
	int rc = accepted_on(tx, c->id, accepted);
	if (rc == 0 && (!accepted[0] || !b)) {
		*out = json_null();
		return 0;
	}
	if (rc == 0)
		rc = holds_read(tx, c->id, &holds);
	if (rc == 0)
		rc = terms_held(tx, c->id, &held);
	if (rc == 0)
		rc = terms_days(r, tx, &v, &n);
	if (rc == 0) {
		const struct term_calendar cal = {v, n};
		*out = json_pack("{s:s,s:b,s:o?,s:o?,s:O}", "accepted", accepted, "held", held, "promised",
			term_json(&cal, accepted, today, b->promised_days, holds), "legal",
			term_json(&cal, accepted, today, b->legal_days, holds), "holds", holds);
		rc = *out ? 0 : ERR_NOMEM;
	}
	free(v);
	json_decref(holds);
	return rc;
}

/* ---- what of them stands in the case, for the queue */
static int dates_of(const struct term_calendar *cal, const char *accepted, const char *today, int days,
	const json_t *holds, char due[static 11], char warn_on[static 11])
{
	struct term_hold v[HOLDS_MAX];
	struct term whole, warned;
	size_t n = 0, i;
	const json_t *h;
	json_array_foreach(holds, i, h) v[n++] =
		(struct term_hold){json_str(h, "from"), *json_str(h, "to") ? json_str(h, "to") : NULL};
	int rc = term_of(cal, accepted, today, days, v, n, &whole);
	if (rc == 0)
		rc = term_of(cal, accepted, today, (days * TERM_WARN_PERCENT + 99) / 100, v, n, &warned);
	if (rc < 0)
		return rc;
	memcpy(due, whole.due, sizeof whole.due);
	memcpy(warn_on, warned.due, sizeof warned.due);
	return 0;
}

static int dates_set(struct registry *r, struct db_tx *tx, struct case_row *c, const char *accepted)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	struct term_day *v = NULL;
	json_t *holds = NULL;
	size_t n = 0;
	char today[11], warn_on[11];
	today_text(today);
	REQUIRE(b);
	int rc = holds_read(tx, c->id, &holds);
	if (rc == 0)
		rc = terms_days(r, tx, &v, &n);
	if (rc == 0)
		rc = dates_of(&(struct term_calendar){v, n}, accepted, today, b->promised_days, holds,
			c->deadline, warn_on);
	if (rc == 0)
		rc = case_set_deadline(tx, c, c->deadline, warn_on);
	free(v);
	json_decref(holds);
	return rc;
}

int terms_begin(struct registry *r, struct db_tx *tx, struct case_row *c)
{
	char today[11];
	today_text(today);
	return dates_set(r, tx, c, today);
}

int terms_renew(struct registry *r, struct db_tx *tx, struct case_row *c)
{
	char accepted[11];
	int rc = accepted_on(tx, c->id, accepted);
	return rc == 0 && accepted[0] ? dates_set(r, tx, c, accepted) : rc;
}

int terms_renew_all(struct registry *r, struct db_tx *tx)
{
	json_t *ids = json_array(), *id;
	size_t i;
	struct db_query *q = db_query(tx, &terms_under_way);
	int rc;
	while ((rc = db_step(q)) == 1)
		json_array_append_new(ids, json_string(db_text(q, 0)));
	db_done(q);
	json_array_foreach(ids, i, id)
	{
		struct case_row c;
		if (rc == 0)
			rc = case_get(tx, json_string_value(id), &c);
		if (rc == 0)
			rc = terms_renew(r, tx, &c);
	}
	json_decref(ids);
	return rc;
}
