#include "zones/extranet/store/appointment.h"

#include "common/db/db_rows.h"
#include "common/message/format.h"
#include "zones/extranet/domain/day.h"
#include "zones/extranet/store/visit.h"
#include <stdio.h>
#include <string.h>

DB_STMT(slot_put,
	"INSERT INTO appointment_slot (tenant, day, start, finish, quota, edited_by, edited_at) VALUES "
	"(:tenant, :day, :start, :finish, :quota, :who, :at) ON CONFLICT (tenant, day, start) DO UPDATE SET "
	"finish = excluded.finish, quota = excluded.quota, edited_by = excluded.edited_by, edited_at = "
	"excluded.edited_at");
DB_STMT(slot_quota,
	"SELECT quota FROM appointment_slot WHERE tenant = :tenant AND day = :day AND start = :start");
DB_STMT(slot_list,
	"SELECT start, finish, quota, (SELECT count(*) FROM appointment a WHERE a.tenant = s.tenant AND "
	"a.day "
	"= s.day AND a.start = s.start AND a.state <> 'cancelled') FROM appointment_slot s WHERE tenant = "
	":tenant AND day = :day ORDER BY start");
DB_STMT(slot_taken, "SELECT count(*) FROM appointment WHERE tenant = :tenant AND day = :day AND start = "
		    ":start AND state <> 'cancelled'");
DB_STMT(person_day,
	"SELECT count(*) FROM appointment WHERE tenant = :tenant AND id_index IN (:now, :before) AND day "
	"= :day AND state = 'booked'");
DB_STMT(person_kept,
	"SELECT count(*) FROM appointment WHERE tenant = :tenant AND id_index IN (:now, :before) AND "
	"state = 'booked' AND day >= :today");
DB_STMT(person_absences,
	"SELECT count(*) FROM appointment WHERE tenant = :tenant AND id_index IN (:now, :before) AND "
	"state = 'absent' AND day >= :since");
DB_STMT(appointment_select,
	"SELECT number, day, start, state, id_index, source, portal FROM appointment WHERE "
	"tenant = :tenant AND id = :id");
DB_STMT(appointment_insert,
	"INSERT INTO appointment (tenant, id, number, day, start, business, source, name_mask, id_number, "
	"id_mask, id_index, state, booked_at, changed_at, changed_by, portal, case_id) VALUES (:tenant, :id, "
	":number, "
	":day, "
	":start, :business, :source, :name_mask, :id_number, :id_mask, :id_index, 'booked', :at, :at, :who, "
	":portal, :case_id)");
DB_STMT(appointment_state, "UPDATE appointment SET state = :state, changed_at = :at, changed_by = :who WHERE "
			   "tenant = :tenant AND id = :id");
DB_STMT(appointment_day_list,
	"SELECT a.id, a.number, a.start, a.business, a.source, a.name_mask, a.id_mask, a.state, a.case_id, "
	"coalesce(c.number, '') FROM appointment a LEFT JOIN reg_case c ON c.tenant = a.tenant AND c.id = "
	"a.case_id "
	"AND a.case_id <> '' WHERE a.tenant = :tenant AND a.day = :day ORDER BY a.start, a.number");
DB_STMT(appointment_day_count, "SELECT count(*) FROM appointment WHERE tenant = :tenant AND day = :day");

struct now {
	char today[11], clock[6], at[TIME_TEXT];
};
static void now_read(struct now *n)
{
	int64_t ms = time_now_ms(), minutes = (ms / 60000 + 8 * 60) % 1440;
	time_date_cst(ms, n->today);
	time_text(ms, n->at);
	snprintf(n->clock, sizeof n->clock, "%02d:%02d", (int)(minutes / 60), (int)(minutes % 60));
}

/* Whether the hour is offered, its quota, and how many have it. */
static int hour_read(
	struct db_tx *tx, const char *day, const char *start, bool *offered, int64_t *quota, int64_t *taken)
{
	struct db_query *q = db_query(tx, &slot_quota);
	db_bind_text(q, "day", day);
	db_bind_text(q, "start", start);
	int rc = db_one_int(q, quota);
	*offered = rc == 0;
	if (rc < 0 && rc != ERR_NOTFOUND)
		return rc;
	q = db_query(tx, &slot_taken);
	db_bind_text(q, "day", day);
	db_bind_text(q, "start", start);
	return db_one_int(q, taken);
}

int appointment_offer(struct db_tx *tx, const char *day, const char *start, const char *finish, int64_t quota,
	const char *who)
{
	struct now now;
	bool offered;
	int64_t before = 0, taken = 0;
	int rc = hour_read(tx, day, start, &offered, &before, &taken);
	if (rc == 0 && quota < taken)
		return ERR_STATE;
	if (rc < 0)
		return rc;
	now_read(&now);
	struct db_query *q = db_query(tx, &slot_put);
	db_bind_text(q, "day", day);
	db_bind_text(q, "start", start);
	db_bind_text(q, "finish", finish);
	db_bind_int(q, "quota", quota);
	db_bind_text(q, "who", who);
	db_bind_text(q, "at", now.at);
	return db_exec(q);
}

/* ---- booking */
static void person_bind(struct db_query *q, const struct vault_lookup *person)
{
	db_bind_text(q, "now", person->now);
	db_bind_text(q, "before", person->before);
}

static int person_read(struct db_tx *tx, const struct vault_lookup *person, struct appointment_facts *f)
{
	char since[DAY_TEXT];
	day_add(f->today, -APPOINTMENT_ABSENCE_DAYS, since);
	struct db_query *q = db_query(tx, &person_day);
	person_bind(q, person);
	db_bind_text(q, "day", f->day);
	int rc = db_one_int(q, &f->same_day);
	if (rc < 0)
		return rc;
	q = db_query(tx, &person_kept);
	person_bind(q, person);
	db_bind_text(q, "today", f->today);
	rc = db_one_int(q, &f->kept);
	if (rc < 0)
		return rc;
	q = db_query(tx, &person_absences);
	person_bind(q, person);
	db_bind_text(q, "since", since);
	return db_one_int(q, &f->absences);
}

struct sealed {
	struct buf name_mask, id_number, id_mask;
	struct vault_lookup person;
};
static void sealed_fini(struct sealed *s)
{
	buf_fini(&s->name_mask);
	buf_fini(&s->id_number);
	buf_fini(&s->id_mask);
}
static int sealed_make(struct vault *v, const struct appointment_wish *w, struct sealed *s)
{
	buf_init(&s->name_mask, 1024);
	buf_init(&s->id_number, 1024);
	buf_init(&s->id_mask, 1024);
	int rc = mask_name(w->name, &s->name_mask);
	if (rc == 0)
		rc = vault_seal(v, "appointment", "id_number", w->id, view_str(w->id_number), &s->id_number);
	if (rc == 0)
		rc = mask_id(w->id_number, &s->id_mask);
	return rc == 0 ? vault_find(v, "id-number", w->id_number, &s->person) : rc;
}

/* Readable, and unique in its division: day and position in it. */
static int number_draw(struct db_tx *tx, const char *day, char out[static 24])
{
	int64_t n;
	struct db_query *q = db_query(tx, &appointment_day_count);
	db_bind_text(q, "day", day);
	int rc = db_one_int(q, &n);
	if (rc == 0)
		snprintf(out, 24, "Y%.4s%.2s%.2s%03lld", day, day + 5, day + 8, (long long)n + 1);
	return rc;
}

static int insert(struct db_tx *tx, const struct appointment_wish *w, const struct sealed *s, const char *at,
	struct appointment_row *row)
{
	int rc = number_draw(tx, w->day, row->number);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &appointment_insert);
	db_bind_text(q, "id", w->id);
	db_bind_text(q, "number", row->number);
	db_bind_text(q, "day", w->day);
	db_bind_text(q, "start", w->start);
	db_bind_text(q, "business", w->business);
	db_bind_text(q, "source", w->window ? "window" : "portal");
	db_bind_textn(q, "name_mask", buf_view(&s->name_mask));
	db_bind_textn(q, "id_number", buf_view(&s->id_number));
	db_bind_textn(q, "id_mask", buf_view(&s->id_mask));
	db_bind_text(q, "id_index", s->person.now);
	db_bind_text(q, "at", at);
	db_bind_text(q, "who", w->who);
	db_bind_text(q, "portal", w->portal ? w->portal : "internet");
	db_bind_text(q, "case_id", w->case_id ? w->case_id : "");
	rc = db_exec(q);
	snprintf(row->zone, sizeof row->zone, "%s", w->portal ? w->portal : "");
	snprintf(row->id, sizeof row->id, "%s", w->id);
	snprintf(row->day, sizeof row->day, "%s", w->day);
	snprintf(row->start, sizeof row->start, "%s", w->start);
	snprintf(row->state, sizeof row->state, "booked");
	row->portal = !w->window;
	return rc;
}

/* ERR_NOTFOUND; person: the blind index. */
static int row_read(struct db_tx *tx, const char *id, struct appointment_row *row, char person[static 128])
{
	struct db_query *q = db_query(tx, &appointment_select);
	db_bind_text(q, "id", id);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(row->id, sizeof row->id, "%s", id);
		snprintf(row->number, sizeof row->number, "%s", db_text(q, 0));
		snprintf(row->day, sizeof row->day, "%s", db_text(q, 1));
		snprintf(row->start, sizeof row->start, "%s", db_text(q, 2));
		snprintf(row->state, sizeof row->state, "%s", db_text(q, 3));
		snprintf(person, 128, "%s", db_text(q, 4));
		row->portal = strcmp(db_text(q, 5), "portal") == 0;
		snprintf(row->zone, sizeof row->zone, "%s", db_text(q, 6));
	}
	db_done(q);
	return db_found(rc);
}

static int decide(struct db_tx *tx, const struct appointment_wish *w, const struct sealed *s,
	enum appointment_answer *answer, struct appointment_row *row)
{
	struct now now;
	now_read(&now);
	struct appointment_facts f = {.day = w->day,
		.start = w->start,
		.today = now.today,
		.clock = now.clock,
		.window = w->window};
	int rc = hour_read(tx, w->day, w->start, &f.offered, &f.quota, &f.taken);
	if (rc == 0)
		rc = person_read(tx, &s->person, &f);
	if (rc == 0 && w->case_id && *w->case_id) {
		bool may = false;
		rc = visit_may_book(tx, w->case_id, w->portal ? w->portal : "internet", &s->person, &may);
		f.unasked = !may;
	}
	if (rc < 0)
		return rc;
	*answer = appointment_decide(&f);
	return *answer == APPOINTMENT_YES ? insert(tx, w, s, now.at, row) : 0;
}

int appointment_book(struct db_tx *tx, struct vault *v, const struct appointment_wish *w,
	enum appointment_answer *answer, struct appointment_row *row)
{
	struct sealed s;
	char person[128];
	int rc = sealed_make(v, w, &s);
	if (rc == 0)
		rc = row_read(tx, w->id, row, person);
	if (rc == 0) {
		*answer = APPOINTMENT_YES;
		rc = vault_index_is(&s.person, person) ? 0 : ERR_CONFLICT;
	} else if (rc == ERR_NOTFOUND) {
		rc = decide(tx, w, &s, answer, row);
	}
	sealed_fini(&s);
	return rc;
}

/* ---- afterwards */
int appointment_end(
	struct db_tx *tx, const char *id, const char *state, const char *who, struct appointment_row *row)
{
	struct now now;
	char person[128];
	bool cancel = strcmp(state, "cancelled") == 0;
	int rc = row_read(tx, id, row, person);
	if (rc < 0 || (cancel && strcmp(row->state, state) == 0))
		return rc;
	now_read(&now);
	int day = strcmp(row->day, now.today);
	bool begun = day < 0 || (day == 0 && strcmp(row->start, now.clock) <= 0);
	if (strcmp(row->state, "booked") != 0 || begun == cancel)
		return ERR_STATE;
	struct db_query *q = db_query(tx, &appointment_state);
	db_bind_text(q, "id", id);
	db_bind_text(q, "state", state);
	db_bind_text(q, "at", now.at);
	db_bind_text(q, "who", who);
	snprintf(row->state, sizeof row->state, "%s", state);
	return db_exec(q);
}

static json_t *appointment_hours_row(struct db_query *q)
{
	return json_pack("{s:s,s:s,s:I,s:I}", "start", db_text(q, 0), "finish", db_text(q, 1), "quota",
		(json_int_t)db_int(q, 2), "free", (json_int_t)(db_int(q, 2) - db_int(q, 3)));
}

int appointment_hours(struct db_tx *tx, const char *day, json_t **out)
{
	struct db_query *q = db_query(tx, &slot_list);
	db_bind_text(q, "day", day);
	return db_rows(q, appointment_hours_row, out);
}

static json_t *appointment_row(struct db_query *q)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "id", db_text(q, 0), "number",
		db_text(q, 1), "start", db_text(q, 2), "business", db_text(q, 3), "source", db_text(q, 4),
		"name", db_text(q, 5), "id_number", db_text(q, 6), "state", db_text(q, 7), "case_id",
		db_text(q, 8), "case_number", db_text(q, 9));
}

int appointment_list(struct db_tx *tx, const char *day, json_t **out)
{
	struct db_query *q = db_query(tx, &appointment_day_list);
	db_bind_text(q, "day", day);
	return db_rows(q, appointment_row, out);
}
