/* The calendar of working days: days off and worked weekends, changed by two persons; cases whose
 * term runs out. */
#include "zones/extranet/store/calendar.h"
#include "common/message/format.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/store/reminder.h"
#include "zones/extranet/store/terms.h"
#include <stdlib.h>
#include <string.h>

struct editing {
	struct registry *r;
	const char *who, *day, *act, *name;
	int64_t n;
	bool agree;
	char decided[11];
	json_t *rows, *asked;
	struct err_note note;
};

static int calendar_read(struct db_tx *tx, void *arg)
{
	struct editing *e = arg;
	int rc = terms_calendar(e->r, tx, &e->rows);
	if (rc == 0 && (rc = calendar_asked(tx, &e->asked)) < 0)
		json_decref(e->rows);
	return rc;
}

int api_calendar(struct http_request *r)
{
	struct editing e = {.r = api_registry(r)};
	int rc = account_read(r, calendar_read, &e);
	return rc < 0 ? rc
		      : http_reply_json(r, 200, json_pack("{s:o,s:o}", "rows", e.rows, "asked", e.asked));
}

static int reminders_read(struct db_tx *tx, void *arg)
{
	struct editing *e = arg;
	return reminder_list(e->r, tx, &e->rows);
}

int api_reminders(struct http_request *r)
{
	struct editing e = {.r = api_registry(r)};
	int rc = account_read(r, reminders_read, &e);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", e.rows));
}

static int ask_run(struct db_tx *tx, void *arg)
{
	struct editing *e = arg;
	int rc = calendar_ask(tx, e->day, e->act, e->name, e->who, &e->n);
	return rc == 0 ? audit_record(tx, e->who, "calendar.ask", e->day, NULL) : rc;
}

static int ask(struct http_request *r, struct editing *e)
{
	e->who = http_user(r)->user;
	e->day = http_param(r, "day");
	if (!format_date(e->day))
		return http_fail(r, ERR_SCHEMA, "day: not a date YYYY-MM-DD");
	int rc = account_act(r, ask_run, e);
	return rc < 0 ? rc
		      : http_reply_json(r, 202, json_pack("{s:I,s:s}", "n", (json_int_t)e->n, "day", e->day));
}

int api_calendar_set(struct http_request *r)
{
	struct editing e = {.act = "off"};
	const json_t *work = json_object_get(http_body(r), "work");
	if (!json_is_boolean(work))
		return http_fail(r, ERR_SCHEMA, "work: true or false");
	if (json_is_true(work))
		e.act = "work";
	if (json_get_str(http_body(r), "name", 60, &e.name, &e.note) < 0)
		return http_fail_note(r, &e.note);
	return ask(r, &e);
}

int api_calendar_remove(struct http_request *r)
{
	struct editing e = {.act = "weekday", .name = ""};
	return ask(r, &e);
}

static int decide_run(struct db_tx *tx, void *arg)
{
	struct editing *e = arg;
	int rc = calendar_decide(tx, e->n, e->agree, e->who, e->decided, &e->note);
	/* The days that cases are due move with the calendar. */
	if (rc == 0 && e->agree)
		rc = terms_renew_all(e->r, tx);
	return rc == 0 ? audit_record(tx, e->who, e->agree ? "calendar.agreed" : "calendar.refused",
				 e->decided, NULL)
		       : rc;
}

static int decide(struct http_request *r, bool agree)
{
	struct editing e = {.r = api_registry(r),
		.who = http_user(r)->user,
		.n = atoll(http_param(r, "n")),
		.agree = agree};
	int rc = account_act(r, decide_run, &e);
	if (rc < 0)
		return e.note.err == rc ? http_fail_note(r, &e.note) : rc;
	return http_reply_json(r, 200, json_pack("{s:I,s:s}", "n", (json_int_t)e.n, "day", e.decided));
}

int api_calendar_confirm(struct http_request *r)
{
	return decide(r, true);
}

int api_calendar_refuse(struct http_request *r)
{
	return decide(r, false);
}
