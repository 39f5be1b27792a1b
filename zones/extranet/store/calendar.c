#include "zones/extranet/store/calendar.h"

#include "common/db/db_rows.h"
#include "zones/extranet/store/terms.h"
#include <stdio.h>
#include <string.h>

DB_STMT(calendar_insert,
	"INSERT INTO reg_calendar_ask (tenant, n, day, act, name, asked_by, asked_at) SELECT :tenant, "
	"coalesce(max(n), 0) + 1, :day, :act, :name, :who, :at FROM reg_calendar_ask WHERE tenant = :tenant");
DB_STMT(calendar_newest, "SELECT coalesce(max(n), 0) FROM reg_calendar_ask WHERE tenant = :tenant");
DB_STMT(calendar_edited, "SELECT count(*) FROM calendar_day WHERE tenant = :tenant AND day = :day");
DB_STMT(calendar_select,
	"SELECT day, act, name, asked_by, decided_by FROM reg_calendar_ask WHERE tenant = :tenant "
	"AND n = :n");
DB_STMT(calendar_close,
	"UPDATE reg_calendar_ask SET decided_by = :who, decided_at = :at, agreed = :agreed WHERE "
	"tenant = :tenant AND n = :n AND decided_by IS NULL");
DB_STMT(calendar_open,
	"SELECT n, day, act, name, asked_by, asked_at FROM reg_calendar_ask WHERE tenant = :tenant "
	"AND decided_by IS NULL ORDER BY n");

int calendar_ask(
	struct db_tx *tx, const char *day, const char *act, const char *name, const char *who, int64_t *n)
{
	char at[TIME_TEXT];
	int64_t edited = 1;
	int rc = 0;
	if (strcmp(act, "weekday") == 0) {
		struct db_query *q = db_query(tx, &calendar_edited);
		db_bind_text(q, "day", day);
		rc = db_one_int(q, &edited);
	}
	if (rc < 0 || !edited)
		return rc < 0 ? rc : ERR_NOTFOUND;
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &calendar_insert);
	db_bind_text(q, "day", day);
	db_bind_text(q, "act", act);
	db_bind_text(q, "name", name);
	db_bind_text(q, "who", who);
	db_bind_text(q, "at", at);
	rc = db_exec(q);
	return rc == 0 ? db_one_int(db_query(tx, &calendar_newest), n) : rc;
}

struct change {
	char day[11], act[8], name[200], asked_by[64];
	bool decided;
};

static int change_get(struct db_tx *tx, int64_t n, struct change *out)
{
	struct db_query *q = db_query(tx, &calendar_select);
	db_bind_int(q, "n", n);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(out->day, sizeof out->day, "%s", db_text(q, 0));
		snprintf(out->act, sizeof out->act, "%s", db_text(q, 1));
		snprintf(out->name, sizeof out->name, "%s", db_text(q, 2));
		snprintf(out->asked_by, sizeof out->asked_by, "%s", db_text(q, 3));
		out->decided = !db_null(q, 4);
	}
	db_done(q);
	return db_found(rc);
}

static int close_it(struct db_tx *tx, int64_t n, bool agree, const char *who)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &calendar_close);
	db_bind_int(q, "n", n);
	db_bind_int(q, "agreed", agree);
	db_bind_text(q, "who", who);
	db_bind_text(q, "at", at);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) != 1 ? ERR_CONFLICT : rc;
}

int calendar_decide(
	struct db_tx *tx, int64_t n, bool agree, const char *who, char day[static 11], struct err_note *note)
{
	struct change c;
	int rc = change_get(tx, n, &c);
	if (rc == 0 && c.decided)
		rc = err_set(note, ERR_STATE, "this change was decided on before");
	if (rc == 0 && strcmp(c.asked_by, who) == 0)
		rc = err_set(note, ERR_APPROVAL, "who asked for the change cannot decide on it");
	if (rc == 0)
		rc = close_it(tx, n, agree, who);
	if (rc == 0 && agree)
		rc = strcmp(c.act, "weekday") == 0
			     ? terms_day_remove(tx, c.day)
			     : terms_day_set(tx, c.day, strcmp(c.act, "work") == 0, c.name, who);
	if (rc == 0)
		memcpy(day, c.day, sizeof c.day);
	return rc;
}

static json_t *calendar_asked_row(struct db_query *q)
{
	return json_pack("{s:I,s:s,s:s,s:s,s:s,s:s}", "n", (json_int_t)db_int(q, 0), "day", db_text(q, 1),
		"act", db_text(q, 2), "name", db_text(q, 3), "asked_by", db_text(q, 4), "asked_at",
		db_text(q, 5));
}

int calendar_asked(struct db_tx *tx, json_t **out)
{
	struct db_query *q = db_query(tx, &calendar_open);
	return db_rows(q, calendar_asked_row, out);
}
