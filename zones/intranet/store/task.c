#include "zones/intranet/store/task.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

/* An open review whose case ended is closed by that. */
#define STATE "CASE WHEN ended <> '' AND state IN ('received', 'reviewed') THEN ended ELSE state END"
#define COLUMNS                                                                                              \
	"id, case_number, unit_code, parcel_code, " STATE ", received_at, name, verdict, opinion, "          \
	"reviewer, approver, approval, change, parcels, ends, ended, ended_at, refused, claimed_cm2, "       \
	"version, size, digest, blob"
DB_STMT(task_insert_row, "INSERT INTO task (tenant, id, case_number, unit_code, parcel_code, claimed_cm2, "
			 "state, version, received_at, name, size, digest, blob, change, parcels, ends) "
			 "VALUES (:tenant, :id, :case_number, :unit_code, :parcel_code, :claimed, "
			 "'received', 1, :at, :name, :size, :digest, :blob, :change, :parcels, :ends)");
DB_STMT(task_select, "SELECT " COLUMNS " FROM task WHERE tenant = :tenant AND id = :id");
DB_STMT(task_select_list,
	"SELECT " COLUMNS " FROM task WHERE tenant = :tenant AND (:state = '' OR " STATE " = "
	":state) ORDER BY received_at DESC LIMIT 200");
DB_STMT(task_update_row, "UPDATE task SET state = :state, verdict = :verdict, opinion = :opinion, reviewer = "
			 ":reviewer, approver = :approver,"
			 " approval = :approval, version = version + 1 WHERE tenant = :tenant AND id = :id "
			 "AND version = :version");
DB_STMT(task_update_ended,
	"UPDATE task SET ended = :ended, ended_at = :at, version = version + 1 WHERE tenant "
	"= :tenant AND id = :id AND ended = ''");
DB_STMT(task_update_refused, "UPDATE task SET refused = :reason WHERE tenant = :tenant AND id = :id");
int task_insert(struct db_tx *tx, const struct task *t)
{
	struct db_query *q = db_query(tx, &task_insert_row);
	db_bind_text(q, "id", t->id);
	db_bind_text(q, "case_number", t->case_number);
	db_bind_text(q, "unit_code", t->unit_code);
	db_bind_text(q, "parcel_code", t->parcel_code);
	db_bind_int(q, "claimed", t->claimed_cm2);
	db_bind_text(q, "at", t->received_at);
	db_bind_text(q, "name", t->name);
	db_bind_text(q, "change", t->change);
	db_bind_text(q, "parcels", t->parcels);
	db_bind_text(q, "ends", t->ends);
	db_bind_int(q, "size", t->graphics.size);
	db_bind_digest(q, "digest", &t->graphics.digest);
	db_bind_digest(q, "blob", &t->graphics.name);
	return db_exec(q);
}

static void digest_fill(struct db_query *q, int col, struct digest *d)
{
	struct view v = db_blob(q, col);
	REQUIRE(v.n == sizeof d->b);
	memcpy(d->b, v.p, v.n);
}

static void row_fill(struct db_query *q, struct task *t)
{
	memset(t, 0, sizeof *t);
	const struct {
		char *to;
		size_t n;
	} texts[] = {{t->id, sizeof t->id}, {t->case_number, sizeof t->case_number},
		{t->unit_code, sizeof t->unit_code}, {t->parcel_code, sizeof t->parcel_code},
		{t->state, sizeof t->state}, {t->received_at, sizeof t->received_at},
		{t->name, sizeof t->name}, {t->verdict, sizeof t->verdict}, {t->opinion, sizeof t->opinion},
		{t->reviewer, sizeof t->reviewer}, {t->approver, sizeof t->approver},
		{t->approval, sizeof t->approval}, {t->change, sizeof t->change},
		{t->parcels, sizeof t->parcels}, {t->ends, sizeof t->ends}, {t->ended, sizeof t->ended},
		{t->ended_at, sizeof t->ended_at}, {t->refused, sizeof t->refused}};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		snprintf(texts[i].to, texts[i].n, "%s", db_text(q, (int)i));
	int col = sizeof texts / sizeof texts[0];
	t->claimed_cm2 = db_int(q, col++);
	t->version = db_int(q, col++);
	t->graphics.size = db_int(q, col++);
	digest_fill(q, col++, &t->graphics.digest);
	digest_fill(q, col, &t->graphics.name);
}

int task_get(struct db_tx *tx, const char *id, struct task *out)
{
	struct db_query *q = db_query(tx, &task_select);
	db_bind_text(q, "id", id);
	int rc = db_step(q);
	if (rc == 1)
		row_fill(q, out);
	db_done(q);
	return db_found(rc);
}

int task_update(struct db_tx *tx, struct task *t, int64_t version)
{
	struct db_query *q = db_query(tx, &task_update_row);
	db_bind_text(q, "state", t->state);
	db_bind_text(q, "verdict", t->verdict);
	db_bind_text(q, "opinion", t->opinion);
	db_bind_text(q, "reviewer", t->reviewer);
	db_bind_text(q, "approver", t->approver);
	db_bind_text(q, "approval", t->approval);
	db_bind_text(q, "id", t->id);
	db_bind_int(q, "version", version);
	int rc = db_exec(q);
	if (rc == 0 && db_changes(tx) != 1)
		rc = ERR_CONFLICT;
	if (rc == 0)
		t->version = version + 1;
	return rc;
}

int task_end(struct db_tx *tx, const char *id, const char *how, const char *at)
{
	struct db_query *q = db_query(tx, &task_update_ended);
	db_bind_text(q, "ended", how);
	db_bind_text(q, "at", at);
	db_bind_text(q, "id", id);
	return db_exec(q);
}

int task_refused(struct db_tx *tx, const char *id, const char *reason)
{
	struct db_query *q = db_query(tx, &task_update_refused);
	db_bind_text(q, "reason", reason);
	db_bind_text(q, "id", id);
	return db_exec(q);
}

json_t *task_json(const struct task *t)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I}", "id",
		t->id, "case_number", t->case_number, "unit_code", t->unit_code, "parcel_code",
		t->parcel_code, "state", t->state, "received", t->received_at, "name", t->name, "verdict",
		t->verdict, "opinion", t->opinion, "reviewer", t->reviewer, "approver", t->approver,
		"approval", t->approval, "change", t->change, "ended", t->ended, "ended_at", t->ended_at,
		"refused", t->refused, "claimed_cm2", (json_int_t)t->claimed_cm2, "version",
		(json_int_t)t->version);
}

int task_list(struct db_tx *tx, const char *state, json_t **out)
{
	struct db_query *q = db_query(tx, &task_select_list);
	db_bind_text(q, "state", state);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1) {
		struct task t;
		row_fill(q, &t);
		json_array_append_new(rows, task_json(&t));
	}
	return db_rows_end(q, rc, rows, out);
}
