/* Appointments 网上预约: an office's free hours, one's own appointments at all of them, a calendar entry (RFC
 * 5545). */
#include "zones/internet/transfer/appointments.h"
#include "common/message/format.h"
#include "zones/internet/api/api.h"
#include "zones/internet/store/progress.h"
#include "zones/internet/transfer/submit.h"
#include <stdio.h>
#include <string.h>

#define WAITING_MAX 4

struct work {
	struct portal *p;
	const struct http_account *who;
	const char *const *divisions; /* of the offices here */
	const char *id, *today, *division;
	struct appointment a;
	json_t *rows;
	struct err_note note;
};

static int fail(struct http_request *r, const struct work *w, int rc)
{
	return w->note.err == rc ? http_fail_note(r, &w->note) : rc;
}

/* id: of the appointment that the route names; NULL none. */
static struct work work_of(struct http_request *r, const char *id)
{
	const struct service *s = http_arg(r);
	return (struct work){.p = api_portal(r), .who = http_user(r), .divisions = s->tenants, .id = id};
}

static int hours_read(struct db_tx *tx, void *arg)
{
	struct work *w = arg;
	return appointment_hours(tx, w->division, w->today, &w->rows);
}

int api_appointment_hours(struct http_request *r)
{
	char today[11];
	time_date_cst(time_now_ms(), today);
	struct work w = {.today = today, .division = api_division(r, http_query(r, "division"))};
	if (!w.division)
		return http_fail(r, ERR_SCHEMA, "division: of no office here");
	int rc = account_read(r, hours_read, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", w.rows));
}

static int own_read(struct db_tx *tx, void *arg)
{
	struct work *w = arg;
	return appointment_own(tx, w->divisions, w->who->id, &w->rows);
}

int api_appointment_own(struct http_request *r)
{
	struct work w = work_of(r, NULL);
	int rc = account_read(r, own_read, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", w.rows));
}

/* ---- asking for one */
/* Of an application: the person's own, whose office asked to come once; there and about nothing else. */
static int visit_check(struct work *w, struct db_tx *tx)
{
	struct application a;
	char division[7];
	int party = -1;
	bool asked = false;
	int rc = application_get(tx, w->a.application, &a);
	if (rc == 0)
		rc = api_may_see(w->p->service, tx, w->who, &a, &party);
	if (rc == 0)
		rc = progress_visit(tx, a.id, &asked);
	if (rc == 0 && !asked)
		return err_set(&w->note, ERR_STATE, "nobody is asked to come for this application");
	if (rc == 0)
		rc = submit_division(w->p, tx, a.id, division);
	if (rc == 0 && (strcmp(division, w->division) != 0 || strcmp(a.business, w->a.business) != 0))
		rc = err_set(&w->note, ERR_SCHEMA, "division, business: of the application");
	return rc;
}

static int ask_run(struct db_tx *tx, void *arg)
{
	struct work *w = arg;
	bool fresh;
	int64_t waiting;
	int rc = *w->a.application ? visit_check(w, tx) : 0;
	if (rc == 0)
		rc = appointment_add(tx, w->divisions, &w->a, &fresh);
	if (rc == ERR_CONFLICT)
		return err_set(&w->note, rc, "id: of another appointment");
	if (rc < 0 || !fresh)
		return rc;
	rc = appointment_waiting(tx, w->divisions, w->who->id, &waiting);
	if (rc == 0 && waiting > WAITING_MAX)
		return err_set(&w->note, ERR_LIMIT, "%d of yours wait for the office already", WAITING_MAX);
	if (rc == 0)
		rc = appointments_ask(w->p, tx, &w->a, w->who->name, w->who->id_number, &w->note);
	return rc == 0 ? audit_record(tx, w->who->user, "appointment.request", w->a.id, NULL) : rc;
}

static int wish_read(struct http_request *r, struct work *w)
{
	static const char *const keys[] = {"day", "start", "business", "division", "application", NULL};
	const char *day = NULL, *start = NULL, *business = NULL;
	const json_t *b = http_body(r);
	int rc = json_only_keys(b, keys, &w->note);
	if (rc == 0)
		rc = json_get_str(b, "day", 10, &day, &w->note);
	if (rc == 0)
		rc = json_get_str(b, "start", 5, &start, &w->note);
	if (rc == 0)
		rc = json_get_str(b, "business", 47, &business, &w->note);
	if (rc == 0 && (!format_date(day) || strlen(start) != 5 || !uuid_valid(w->id)))
		rc = err_set(&w->note, ERR_SCHEMA, "id: a uuid; day: YYYY-MM-DD; start: HH:MM");
	if (rc == 0 && !(w->division = api_division(r, json_str(b, "division"))))
		rc = err_set(&w->note, ERR_SCHEMA, "division: of no office here");
	if (rc == 0 && !offer_newest(w->p->offer, business))
		rc = err_set(&w->note, ERR_SCHEMA, "business: not offered");
	if (rc < 0)
		return rc;
	const char *application = json_str(b, "application");
	if (*application && !uuid_valid(application))
		return err_set(&w->note, ERR_SCHEMA, "application: a uuid");
	snprintf(w->a.application, sizeof w->a.application, "%s", application);
	snprintf(w->a.division, sizeof w->a.division, "%s", w->division);
	snprintf(w->a.id, sizeof w->a.id, "%s", w->id);
	snprintf(w->a.owner, sizeof w->a.owner, "%s", w->who->id);
	snprintf(w->a.business, sizeof w->a.business, "%s", business);
	snprintf(w->a.day, sizeof w->a.day, "%s", day);
	snprintf(w->a.start, sizeof w->a.start, "%s", start);
	time_text(time_now_ms(), w->a.at);
	return 0;
}

int api_appointment_ask(struct http_request *r)
{
	struct work w = work_of(r, http_param(r, "id"));
	int rc = offer_sync(w.p->offer);
	if (rc == 0)
		rc = wish_read(r, &w);
	if (rc == 0)
		rc = account_write(r, ask_run, &w);
	return rc < 0 ? fail(r, &w, rc) : http_reply_json(r, 202, json_pack("{s:s}", "id", w.a.id));
}

/* ---- one's own; others' do not exist. */
static int own_get(struct db_tx *tx, struct work *w)
{
	int rc = appointment_find(tx, w->divisions, w->id, &w->a);
	return rc == 0 && strcmp(w->a.owner, w->who->id) != 0 ? ERR_NOTFOUND : rc;
}

static int cancel_run(struct db_tx *tx, void *arg)
{
	struct work *w = arg;
	int rc = own_get(tx, w);
	if (rc < 0 || strcmp(w->a.state, "cancelling") == 0 || strcmp(w->a.state, "cancelled") == 0)
		return rc;
	if (strcmp(w->a.state, "booked") != 0 && strcmp(w->a.state, "requested") != 0)
		return err_set(&w->note, ERR_STATE, "it is %s", w->a.state);
	rc = appointment_set(tx, w->a.division, w->id, "cancelling", "", "");
	if (rc == 0)
		rc = appointments_cancel(w->p, tx, &w->a, &w->note);
	return rc == 0 ? audit_record(tx, w->who->user, "appointment.cancel", w->id, NULL) : rc;
}

int api_appointment_cancel(struct http_request *r)
{
	struct work w = work_of(r, http_param(r, "id"));
	int rc = account_write(r, cancel_run, &w);
	return rc < 0 ? fail(r, &w, rc) : http_reply_json(r, 202, json_pack("{s:s}", "id", w.id));
}

static int calendar_read(struct db_tx *tx, void *arg)
{
	return own_get(tx, arg);
}

/* "20261201T090000" of a day and an hour. */
static void stamp(const char *day, const char *hour, char out[static 16])
{
	snprintf(out, 16, "%.4s%.2s%.2sT%.2s%.2s00", day, day + 5, day + 8, hour, hour + 3);
}

int api_appointment_calendar(struct http_request *r)
{
	struct work w = work_of(r, http_param(r, "id"));
	char text[1024], from[16], to[16], made[17];
	int rc = account_read(r, calendar_read, &w);
	if (rc == 0 && strcmp(w.a.state, "booked") != 0)
		return http_fail(r, ERR_STATE, "not booked");
	if (rc < 0)
		return rc;
	stamp(w.a.day, w.a.start, from);
	stamp(w.a.day, w.a.finish, to);
	snprintf(made, sizeof made, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", w.a.at, w.a.at + 5, w.a.at + 8, w.a.at + 11,
		w.a.at + 14, w.a.at + 17);
	int n = snprintf(text, sizeof text,
		"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//sanwang//appointment//ZH\r\n"
		"BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai\r\nBEGIN:STANDARD\r\nDTSTART:19910915T000000\r\n"
		"TZOFFSETFROM:+0800\r\nTZOFFSETTO:+0800\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
		"BEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:%s\r\nDTSTART;TZID=Asia/Shanghai:%s\r\n"
		"DTEND;TZID=Asia/Shanghai:%s\r\nSUMMARY:不动产登记预约 %s\r\n"
		"BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:不动产登记预约\r\nTRIGGER:-P1D\r\nEND:"
		"VALARM\r\n"
		"END:VEVENT\r\nEND:VCALENDAR\r\n",
		w.a.id, made, from, to, w.a.number);
	return http_reply_bytes(
		r, 200, "text/calendar; charset=utf-8", "appointment.ics", view_of(text, (size_t)n));
}
