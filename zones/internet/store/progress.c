#include "zones/internet/store/progress.h"

#include "common/db/db_rows.h"
#include <stdio.h>

DB_STMT(progress_insert,
	"INSERT INTO application_progress (tenant, application, n, state, step_zh, step_en, "
	"at, office, note, deadline, items, legal, held, discs, visit)"
	" SELECT :tenant, :application, (SELECT count(*) FROM application_progress WHERE "
	"tenant = :tenant AND application = :application),"
	" :state, :step_zh, :step_en, :at, :office, :note, :deadline, :items, :legal, :held, :discs, :visit");
DB_STMT(progress_rows, "SELECT state, step_zh, step_en, at, office, note, deadline, items, legal, held, "
		       "discs, visit FROM application_progress"
		       " WHERE tenant = :tenant AND application = :application ORDER BY n");

int progress_add(struct db_tx *tx, const char *application, const json_t *body)
{
	struct buf items, discs;
	buf_init(&items, 65536);
	buf_init(&discs, 4096);
	const json_t *list = json_object_get(body, "items"), *leaving = json_object_get(body, "discs");
	int rc = list ? json_canon(list, &items) : buf_add_str(&items, "[]");
	if (rc == 0)
		rc = leaving ? json_canon(leaving, &discs) : buf_add_str(&discs, "[]");
	if (rc == 0) {
		struct db_query *q = db_query(tx, &progress_insert);
		db_bind_text(q, "application", application);
		static const char *const texts[] = {
			"state", "step_zh", "step_en", "at", "office", "note", "deadline", "legal"};
		for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
			db_bind_text(q, texts[i], json_str(body, texts[i]));
		db_bind_textn(q, "items", buf_view(&items));
		db_bind_int(q, "held", json_is_true(json_object_get(body, "held")));
		db_bind_int(q, "visit", json_is_true(json_object_get(body, "visit")));
		db_bind_textn(q, "discs", buf_view(&discs));
		rc = db_exec(q);
	}
	buf_fini(&items);
	buf_fini(&discs);
	return rc;
}

int progress_list(struct db_tx *tx, const char *application, json_t **out)
{
	struct db_query *q = db_query(tx, &progress_rows);
	db_bind_text(q, "application", application);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1) {
		json_t *items = NULL, *discs = NULL;
		if ((rc = json_parse(view_str(db_text(q, 7)), 65536, &items, NULL)) == 0)
			rc = json_parse(view_str(db_text(q, 10)), 4096, &discs, NULL);
		if (rc == 0)
			json_array_append_new(
				rows, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:O,s:s,s:b,s:O,s:b}", "state",
					      db_text(q, 0), "step_zh", db_text(q, 1), "step_en",
					      db_text(q, 2), "at", db_text(q, 3), "office", db_text(q, 4),
					      "note", db_text(q, 5), "deadline", db_text(q, 6), "items",
					      items, "legal", db_text(q, 8), "held", db_int(q, 9) != 0,
					      "discs", discs, "visit", db_int(q, 11) != 0));
		json_decref(items);
		json_decref(discs);
		if (rc < 0)
			break;
	}
	return db_rows_end(q, rc, rows, out);
}
DB_STMT(progress_newest_correction,
	"SELECT items, note FROM application_progress WHERE tenant = :tenant AND application = :application"
	" AND state = 'correction' AND items <> '[]' ORDER BY n DESC LIMIT 1");
DB_STMT(progress_newest, "SELECT state FROM application_progress WHERE tenant = :tenant AND application = "
			 ":application ORDER BY n DESC LIMIT 1");

DB_STMT(progress_visits, "SELECT count(*) FROM application_progress WHERE tenant = :tenant AND application = "
			 ":application AND visit <> 0");

int progress_visit(struct db_tx *tx, const char *application, bool *asked)
{
	int64_t n = 0;
	struct db_query *q = db_query(tx, &progress_visits);
	db_bind_text(q, "application", application);
	int rc = db_one_int(q, &n);
	*asked = n > 0;
	return rc;
}

int progress_correction(struct db_tx *tx, const char *application, json_t **items, char note[static 601])
{
	struct db_query *q = db_query(tx, &progress_newest_correction);
	db_bind_text(q, "application", application);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(note, 601, "%s", db_text(q, 1));
		rc = json_parse(view_str(db_text(q, 0)), 65536, items, NULL);
	} else if (rc == 0) {
		rc = ERR_NOTFOUND;
	}
	db_done(q);
	return rc;
}

int progress_state(struct db_tx *tx, const char *application, char state[static 16])
{
	struct db_query *q = db_query(tx, &progress_newest);
	db_bind_text(q, "application", application);
	int rc = db_step(q);
	snprintf(state, 16, "%s", rc == 1 ? db_text(q, 0) : "");
	db_done(q);
	return rc < 0 ? rc : 0;
}
