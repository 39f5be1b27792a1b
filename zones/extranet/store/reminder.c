#include "zones/extranet/store/reminder.h"

#include "common/log/log.h"
#include "zones/extranet/domain/day.h"
#include "zones/extranet/store/case.h"
#include "zones/extranet/store/terms.h"
#include <stdio.h>
#include <string.h>

#define ROUND 200     /* cases of one transaction */
#define NEAR_DAYS 120 /* a term of 60 working days is at 80 % less than that before its end */

DB_STMT(reminder_near,
	"SELECT c.id FROM reg_case c LEFT JOIN reg_reminder r ON r.tenant = c.tenant AND r.case_id = c.id "
	"WHERE "
	"c.tenant = :tenant AND c.state IN ('accepted','tax','cadastral','review') AND c.deadline <> '' AND "
	"c.deadline <= :near AND r.case_id IS NULL ORDER BY c.deadline LIMIT :limit");
DB_STMT(reminder_insert,
	"INSERT INTO reg_reminder (tenant, case_id, at, due, percent) VALUES (:tenant, :case_id, "
	":at, :due, :percent)");
DB_STMT(reminder_open, "SELECT c.id, r.at FROM reg_reminder r JOIN reg_case c ON c.tenant = r.tenant AND "
		       "c.id = r.case_id WHERE "
		       "r.tenant = :tenant AND c.state IN ('accepted','tax','cadastral','review') ORDER BY "
		       "c.deadline, c.number "
		       "LIMIT 500");

struct reminding {
	struct registry *r;
	int n;
};

/* The promised term as it stands; *term is borrowed from *keep. */
static int term_read(struct registry *r, struct db_tx *tx, const char *id, struct case_row *c, json_t **keep,
	const json_t **term)
{
	int rc = case_get(tx, id, c);
	if (rc == 0)
		rc = terms_json(r, tx, c, keep);
	*term = rc == 0 ? json_object_get(*keep, "promised") : NULL;
	return rc;
}

static int remind(struct reminding *m, struct db_tx *tx, const char *id)
{
	struct case_row c;
	json_t *keep = NULL;
	const json_t *term;
	char at[TIME_TEXT];
	int rc = term_read(m->r, tx, id, &c, &keep, &term);
	if (rc == 0 && json_is_true(json_object_get(term, "warning"))) {
		time_text(time_now_ms(), at);
		struct db_query *q = db_query(tx, &reminder_insert);
		db_bind_text(q, "case_id", c.id);
		db_bind_text(q, "at", at);
		db_bind_text(q, "due", json_str(term, "due"));
		db_bind_int(q, "percent", json_int(term, "percent"));
		rc = db_exec(q);
		if (rc == 0)
			rc = audit_record(tx, "system", "case.reminder", c.number, NULL);
		m->n += rc == 0;
	}
	json_decref(keep);
	return rc;
}

static int near_read(struct db_tx *tx, json_t *ids)
{
	char today[DAY_TEXT], near[DAY_TEXT];
	int rc;
	time_date_cst(time_now_ms(), today);
	day_add(today, NEAR_DAYS, near);
	struct db_query *q = db_query(tx, &reminder_near);
	db_bind_text(q, "near", near);
	db_bind_int(q, "limit", ROUND);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(ids, json_string(db_text(q, 0)));
	db_done(q);
	return rc;
}

static int run(struct db_tx *tx, void *arg)
{
	struct reminding *m = arg;
	json_t *ids = json_array(), *id;
	size_t i;
	int rc = ids ? near_read(tx, ids) : ERR_NOMEM;
	m->n = 0;
	json_array_foreach(ids, i, id) if (rc == 0) rc = remind(m, tx, json_string_value(id));
	json_decref(ids);
	return rc;
}

int reminder_run(struct registry *r, const struct office *o, int *n)
{
	struct reminding m = {r, 0};
	int rc = db_write(r->service->db, o->division, run, &m);
	*n = rc == 0 ? m.n : 0;
	if (m.n && rc == 0)
		log_warn("term-warning", "cases=%d", m.n);
	return rc;
}

static int row_add(struct registry *r, struct db_tx *tx, const char *id, const char *at, json_t *rows)
{
	struct case_row c;
	json_t *keep = NULL;
	const json_t *term;
	int rc = term_read(r, tx, id, &c, &keep, &term);
	if (rc == 0 && json_is_object(term)) {
		json_t *one = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:O,s:O}", "case", c.id, "number",
			c.number, "business", c.business, "state", case_state_code(c.state), "at", at, "due",
			json_str(term, "due"), "percent", (json_int_t)json_int(term, "percent"), "over",
			json_object_get(term, "over"), "held", json_object_get(keep, "held"));
		rc = one && json_array_append_new(rows, one) == 0 ? 0 : ERR_NOMEM;
	}
	json_decref(keep);
	return rc;
}

int reminder_list(struct registry *r, struct db_tx *tx, json_t **out)
{
	struct db_query *q = db_query(tx, &reminder_open);
	json_t *found = json_array(), *rows = json_array(), *one;
	size_t i;
	int rc;
	while ((rc = db_step(q)) == 1)
		json_array_append_new(
			found, json_pack("{s:s,s:s}", "id", db_text(q, 0), "at", db_text(q, 1)));
	db_done(q);
	json_array_foreach(found, i, one) if (rc == 0) rc =
		row_add(r, tx, json_str(one, "id"), json_str(one, "at"), rows);
	json_decref(found);
	if (rc < 0)
		json_decref(rows);
	else
		*out = rows;
	return rc;
}
