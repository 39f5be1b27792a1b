#include "zones/internet/store/appointment.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

#define OWN_MAX 100

/* An office's rows stand under its division, whatever tenant the person is of. */
DB_STMT_CROSS(hours_clear, "DELETE FROM appointment_hour WHERE tenant = :division AND day = :day");
DB_STMT_CROSS(hours_insert,
	"INSERT INTO appointment_hour (tenant, day, start, finish, quota, free) VALUES (:division, "
	":day, :start, :finish, :quota, :free)");
DB_STMT_CROSS(hours_list,
	"SELECT day, start, finish, quota, free FROM appointment_hour WHERE tenant = :division AND day "
	">= :day ORDER BY day, start LIMIT 1000");
DB_STMT_CROSS(appointment_insert,
	"INSERT INTO appointment (tenant, id, owner, business, day, start, state, number, reason, at, "
	"application) "
	"VALUES (:division, :id, :owner, :business, :day, :start, 'requested', '', '', :at, :application)");
DB_STMT_CROSS(appointment_select,
	"SELECT a.id, owner, business, a.day, a.start, state, number, at, coalesce(h.finish, a.start) FROM "
	"appointment a LEFT JOIN appointment_hour h ON h.tenant = a.tenant AND h.day = a.day AND h.start = "
	"a.start WHERE a.tenant = :division AND id = :id");
DB_STMT_CROSS(appointment_update,
	"UPDATE appointment SET state = :state, number = CASE WHEN :number = '' THEN number "
	"ELSE :number END, reason = :reason WHERE tenant = :division AND id = :id");
DB_STMT_CROSS(appointment_list,
	"SELECT id, business, day, start, state, number, reason, application FROM appointment WHERE tenant = "
	":division AND owner = :owner ORDER BY day DESC, start DESC LIMIT 100");
DB_STMT_CROSS(appointment_open,
	"SELECT count(*) FROM appointment WHERE tenant = :division AND owner = :owner AND state "
	"IN ('requested','cancelling')");

int appointment_hours_set(struct db_tx *tx, const char *division, const char *day, const json_t *hours)
{
	struct db_query *q = db_query(tx, &hours_clear);
	db_bind_text(q, "division", division);
	db_bind_text(q, "day", day);
	int rc = db_exec(q);
	for (size_t i = 0; rc == 0 && i < json_array_size(hours); i++) {
		const json_t *h = json_array_get(hours, i);
		q = db_query(tx, &hours_insert);
		db_bind_text(q, "division", division);
		db_bind_text(q, "day", day);
		db_bind_text(q, "start", json_str(h, "start"));
		db_bind_text(q, "finish", json_str(h, "finish"));
		db_bind_int(q, "quota", json_int(h, "quota"));
		db_bind_int(q, "free", json_int(h, "free"));
		rc = db_exec(q);
	}
	return rc;
}

int appointment_hours(struct db_tx *tx, const char *division, const char *day, json_t **out)
{
	json_t *rows = json_array();
	struct db_query *q = db_query(tx, &hours_list);
	int rc = rows ? 0 : ERR_NOMEM;
	db_bind_text(q, "division", division);
	db_bind_text(q, "day", day);
	while (rc == 0 && (rc = db_step(q)) == 1)
		rc = json_array_append_new(
			rows, json_pack("{s:s,s:s,s:s,s:I,s:I}", "day", db_text(q, 0), "start", db_text(q, 1),
				      "finish", db_text(q, 2), "quota", (json_int_t)db_int(q, 3), "free",
				      (json_int_t)db_int(q, 4)));
	return db_rows_end(q, rc, rows, out);
}

static bool same_wish(const struct appointment *a, const struct appointment *b)
{
	return strcmp(a->owner, b->owner) == 0 && strcmp(a->division, b->division) == 0 &&
	       strcmp(a->day, b->day) == 0 && strcmp(a->start, b->start) == 0;
}

int appointment_add(struct db_tx *tx, const char *const *divisions, const struct appointment *a, bool *fresh)
{
	struct appointment old;
	int rc = appointment_find(tx, divisions, a->id, &old);
	*fresh = rc == ERR_NOTFOUND;
	if (rc == 0)
		return same_wish(&old, a) ? 0 : ERR_CONFLICT;
	if (rc != ERR_NOTFOUND)
		return rc;
	struct db_query *q = db_query(tx, &appointment_insert);
	db_bind_text(q, "division", a->division);
	db_bind_text(q, "id", a->id);
	db_bind_text(q, "owner", a->owner);
	db_bind_text(q, "business", a->business);
	db_bind_text(q, "day", a->day);
	db_bind_text(q, "start", a->start);
	db_bind_text(q, "at", a->at);
	db_bind_text(q, "application", a->application);
	return db_exec(q);
}

static int one_get(struct db_tx *tx, const char *division, const char *id, struct appointment *out)
{
	struct db_query *q = db_query(tx, &appointment_select);
	db_bind_text(q, "division", division);
	db_bind_text(q, "id", id);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(out->division, sizeof out->division, "%s", division);
		snprintf(out->id, sizeof out->id, "%s", db_text(q, 0));
		snprintf(out->owner, sizeof out->owner, "%s", db_text(q, 1));
		snprintf(out->business, sizeof out->business, "%s", db_text(q, 2));
		snprintf(out->day, sizeof out->day, "%s", db_text(q, 3));
		snprintf(out->start, sizeof out->start, "%s", db_text(q, 4));
		snprintf(out->state, sizeof out->state, "%s", db_text(q, 5));
		snprintf(out->number, sizeof out->number, "%s", db_text(q, 6));
		snprintf(out->at, sizeof out->at, "%s", db_text(q, 7));
		snprintf(out->finish, sizeof out->finish, "%s", db_text(q, 8));
	}
	db_done(q);
	return db_found(rc);
}

int appointment_find(struct db_tx *tx, const char *const *divisions, const char *id, struct appointment *out)
{
	int rc = ERR_NOTFOUND;
	for (size_t i = 0; rc == ERR_NOTFOUND && divisions[i]; i++)
		rc = one_get(tx, divisions[i], id, out);
	return rc;
}

int appointment_set(struct db_tx *tx, const char *division, const char *id, const char *state,
	const char *number, const char *reason)
{
	struct db_query *q = db_query(tx, &appointment_update);
	db_bind_text(q, "division", division);
	db_bind_text(q, "id", id);
	db_bind_text(q, "state", state);
	db_bind_text(q, "number", number);
	db_bind_text(q, "reason", reason);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) == 0 ? ERR_NOTFOUND : rc;
}

static int later(const json_t *a, const json_t *b)
{
	int day = strcmp(json_str(a, "day"), json_str(b, "day"));
	return day ? day : strcmp(json_str(a, "start"), json_str(b, "start"));
}

/* Among those of other offices, newest first. */
static int row_place(json_t *rows, json_t *row)
{
	size_t i = 0;
	while (i < json_array_size(rows) && row && later(json_array_get(rows, i), row) >= 0)
		i++;
	if (json_array_insert_new(rows, i, row))
		return ERR_NOMEM;
	return json_array_size(rows) > OWN_MAX ? json_array_remove(rows, OWN_MAX) : 0;
}

/* Of one office. */
static int own_add(struct db_tx *tx, const char *division, const char *owner, json_t *rows)
{
	struct db_query *q = db_query(tx, &appointment_list);
	int rc;
	db_bind_text(q, "division", division);
	db_bind_text(q, "owner", owner);
	while ((rc = db_step(q)) == 1) {
		rc = row_place(
			rows, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "id", db_text(q, 0),
				      "business", db_text(q, 1), "day", db_text(q, 2), "start", db_text(q, 3),
				      "state", db_text(q, 4), "number", db_text(q, 5), "reason",
				      db_text(q, 6), "application", db_text(q, 7), "division", division));
		if (rc < 0)
			break;
	}
	db_done(q);
	return rc;
}

int appointment_own(struct db_tx *tx, const char *const *divisions, const char *owner, json_t **out)
{
	json_t *rows = json_array();
	int rc = rows ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && divisions[i]; i++)
		rc = own_add(tx, divisions[i], owner, rows);
	if (rc == 0)
		*out = rows;
	else
		json_decref(rows);
	return rc;
}

int appointment_waiting(struct db_tx *tx, const char *const *divisions, const char *owner, int64_t *out)
{
	int64_t all = 0, n = 0;
	int rc = 0;
	for (size_t i = 0; rc == 0 && divisions[i]; i++) {
		struct db_query *q = db_query(tx, &appointment_open);
		db_bind_text(q, "division", divisions[i]);
		db_bind_text(q, "owner", owner);
		rc = db_one_int(q, &n);
		all += n;
	}
	if (rc == 0)
		*out = all;
	return rc;
}
