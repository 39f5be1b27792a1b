/* The office's calendar of hours, and appointments at the window 预约: same pool as the portal's. */
#include "zones/extranet/transfer/appointments.h"
#include "common/message/format.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/term.h"
#include "zones/extranet/store/terms.h"
#include <string.h>

#define OFFER_DAYS_MAX 62
#define HOURS_MAX 24

struct work {
	struct registry *r;
	const char *day, *to, *state;
	const json_t *hours;
	json_t *rows, *slots;
	struct appointment_wish wish;
	struct appointment_row row;
	enum appointment_answer answer;
	struct err_note note;
};

/* ---- the calendar */
static int hour_check(const json_t *h, size_t i, struct err_note *note)
{
	const char *start = NULL, *finish = NULL;
	int64_t quota;
	int rc = json_get_str(h, "start", 5, &start, note);
	if (rc == 0)
		rc = json_get_str(h, "finish", 5, &finish, note);
	if (rc == 0)
		rc = json_get_int(h, "quota", 0, 500, &quota, note);
	if (rc == 0 && (!appointment_time(start) || !appointment_time(finish) || strcmp(start, finish) >= 0))
		rc = err_set(note, ERR_SCHEMA, "hours[%zu]: start and finish HH:MM, finish later", i);
	return rc;
}

static int offer_day(struct work *w, struct db_tx *tx, const char *day)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < json_array_size(w->hours); i++) {
		const json_t *h = json_array_get(w->hours, i);
		rc = appointment_offer(tx, day, json_str(h, "start"), json_str(h, "finish"),
			json_int(h, "quota"), w->wish.who);
		if (rc == ERR_STATE)
			rc = err_set(&w->note, ERR_STATE, "%s %s: more are booked than this quota", day,
				json_str(h, "start"));
	}
	return rc == 0 ? appointments_put_hours(w->r, tx, day) : rc;
}

/* Working days only: what the calendar of terms says. */
static int offer_run(struct db_tx *tx, void *arg)
{
	struct work *w = arg;
	int64_t first, last;
	json_array_clear(w->rows); /* it may run again */
	int rc = day_number(w->day, &first);
	if (rc == 0)
		rc = day_number(w->to, &last);
	for (int64_t n = first; rc == 0 && n <= last; n++) {
		char day[DAY_TEXT], before[DAY_TEXT], next[11];
		day_text(n, day);
		day_text(n - 1, before);
		rc = terms_deadline(w->r, tx, before, 1, next);
		if (rc == 0 && strcmp(next, day) == 0) {
			rc = offer_day(w, tx, day);
			json_array_append_new(w->rows, json_string(day));
		}
	}
	return rc == 0 ? audit_record(tx, w->wish.who, "appointment.offer", w->day, NULL) : rc;
}

static int offer_check(struct http_request *r, struct work *w)
{
	static const char *const keys[] = {"from", "to", "hours", NULL};
	const json_t *b = http_body(r);
	int64_t first, last;
	int rc = json_only_keys(b, keys, &w->note);
	if (rc == 0)
		rc = json_get_str(b, "from", 10, &w->day, &w->note);
	if (rc == 0)
		rc = json_get_str(b, "to", 10, &w->to, &w->note);
	if (rc == 0 && (day_number(w->day, &first) < 0 || day_number(w->to, &last) < 0 || last < first ||
			       last - first >= OFFER_DAYS_MAX))
		rc = err_set(&w->note, ERR_SCHEMA, "from, to: days, at most %d of them", OFFER_DAYS_MAX);
	w->hours = json_object_get(b, "hours");
	if (rc == 0 && (json_array_size(w->hours) == 0 || json_array_size(w->hours) > HOURS_MAX))
		rc = err_set(&w->note, ERR_SCHEMA, "hours: 1 to %d", HOURS_MAX);
	for (size_t i = 0; rc == 0 && i < json_array_size(w->hours); i++)
		rc = hour_check(json_array_get(w->hours, i), i, &w->note);
	return rc;
}

static int fail(struct http_request *r, const struct work *w, int rc)
{
	return w->note.err == rc ? http_fail_note(r, &w->note) : rc;
}

int api_appointment_offer(struct http_request *r)
{
	struct work w = {.r = api_registry(r), .wish = {.who = http_user(r)->user}};
	int rc = offer_check(r, &w);
	if (rc < 0)
		return fail(r, &w, rc);
	w.rows = json_array();
	rc = w.rows ? account_act(r, offer_run, &w) : ERR_NOMEM;
	if (rc < 0) {
		json_decref(w.rows);
		return fail(r, &w, rc);
	}
	return http_reply_json(r, 200, json_pack("{s:o}", "days", w.rows));
}

/* ---- a day */
static int day_read(struct db_tx *tx, void *arg)
{
	struct work *w = arg;
	int rc = appointment_hours(tx, w->day, &w->slots);
	return rc == 0 ? appointment_list(tx, w->day, &w->rows) : rc;
}

int api_appointment_day(struct http_request *r)
{
	struct work w = {.r = api_registry(r), .day = http_query(r, "day")};
	char today[11];
	time_date_cst(time_now_ms(), today);
	if (!w.day)
		w.day = today;
	if (!format_date(w.day))
		return http_fail(r, ERR_SCHEMA, "day: not a date YYYY-MM-DD");
	int rc = account_read(r, day_read, &w);
	if (rc == 0)
		return http_reply_json(
			r, 200, json_pack("{s:s,s:o,s:o}", "day", w.day, "hours", w.slots, "rows", w.rows));
	json_decref(w.slots);
	return rc;
}

/* ---- at the window */
static int book_run(struct db_tx *tx, void *arg)
{
	struct work *w = arg;
	int rc = appointment_book(tx, w->r->service->vault, &w->wish, &w->answer, &w->row);
	if (rc < 0)
		return rc;
	if (w->answer != APPOINTMENT_YES)
		return err_set(
			&w->note, ERR_STATE, "%s %s", appointment_code(w->answer), appointment_zh(w->answer));
	rc = appointments_put_hours(w->r, tx, w->wish.day);
	return rc == 0 ? audit_record(tx, w->wish.who, "appointment.book", w->row.number, NULL) : rc;
}

static json_t *row_json(const struct appointment_row *a)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s}", "id", a->id, "number", a->number, "day", a->day, "start",
		a->start, "state", a->state);
}

int api_appointment_book(struct http_request *r)
{
	static const char *const keys[] = {"day", "start", "business", "name", "id_number", NULL};
	struct work w = {.r = api_registry(r),
		.wish = {.id = http_param(r, "id"), .window = true, .who = http_user(r)->user}};
	const json_t *b = http_body(r);
	int rc = json_only_keys(b, keys, &w.note);
	if (rc == 0)
		rc = json_get_str(b, "day", 10, &w.wish.day, &w.note);
	if (rc == 0)
		rc = json_get_str(b, "start", 5, &w.wish.start, &w.note);
	if (rc == 0)
		rc = json_get_str(b, "business", 47, &w.wish.business, &w.note);
	if (rc == 0)
		rc = json_get_str(b, "name", 90, &w.wish.name, &w.note);
	if (rc == 0)
		rc = json_get_str(b, "id_number", 18, &w.wish.id_number, &w.note);
	if (rc == 0 &&
		(!uuid_valid(w.wish.id) || !format_date(w.wish.day) || !appointment_time(w.wish.start)))
		rc = err_set(&w.note, ERR_SCHEMA, "id: a uuid; day: YYYY-MM-DD; start: HH:MM");
	if (rc == 0 && (!*w.wish.name || !format_resident_id(w.wish.id_number)))
		rc = err_set(&w.note, ERR_SCHEMA, "name, id_number: of the person, with its check digit");
	if (rc == 0)
		rc = account_act(r, book_run, &w);
	return rc < 0 ? fail(r, &w, rc) : http_reply_json(r, 201, row_json(&w.row));
}

static int end_run(struct db_tx *tx, void *arg)
{
	struct work *w = arg;
	int rc = appointment_end(tx, w->wish.id, w->state, w->wish.who, &w->row);
	if (rc == ERR_STATE)
		return err_set(&w->note, ERR_STATE, "%s, %s %s", w->row.state, w->row.day, w->row.start);
	if (rc == 0 && w->row.portal)
		rc = appointments_put(w->r, tx, &w->row, "", "");
	if (rc == 0)
		rc = appointments_put_hours(w->r, tx, w->row.day);
	return rc == 0 ? audit_record(tx, w->wish.who, "appointment.end", w->row.number, NULL) : rc;
}

int api_appointment_end(struct http_request *r)
{
	static const char *const states[] = {"cancelled", "attended", "absent"};
	struct work w = {
		.r = api_registry(r), .wish = {.id = http_param(r, "id"), .who = http_user(r)->user}};
	const char *state = NULL;
	int rc = json_get_str(http_body(r), "state", 12, &state, &w.note);
	for (size_t i = 0; rc == 0 && i < 3; i++)
		if (strcmp(state, states[i]) == 0)
			w.state = states[i];
	if (rc == 0 && !w.state)
		rc = err_set(&w.note, ERR_SCHEMA, "state: cancelled, attended or absent");
	if (rc == 0)
		rc = account_act(r, end_run, &w);
	return rc < 0 ? fail(r, &w, rc) : http_reply_json(r, 200, row_json(&w.row));
}
