#include "zones/extranet/store/resubmission.h"

#include "common/db/db_rows.h"
#include "common/message/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DB_STMT(correction_insert,
	"INSERT INTO reg_correction (tenant, case_id, round, items, asked_at, who) SELECT :tenant, :case_id,"
	" (SELECT count(*) + 1 FROM reg_correction WHERE tenant = :tenant AND case_id = :case_id), :items, "
	":at, :who");
DB_STMT(correction_open, "SELECT round, items FROM reg_correction WHERE tenant = :tenant AND case_id = "
			 ":case_id AND answered_at IS NULL ORDER BY round DESC LIMIT 1");
DB_STMT(correction_answer, "UPDATE reg_correction SET answered_at = :at, form = :form WHERE tenant = :tenant "
			   "AND case_id = :case_id AND round = :round AND answered_at IS NULL");
DB_STMT(correction_close,
	"UPDATE reg_correction SET answered_at = :at WHERE tenant = :tenant AND case_id = :case_id "
	"AND answered_at IS NULL");
DB_STMT(correction_rows, "SELECT round, items, asked_at, who, answered_at FROM reg_correction WHERE tenant = "
			 ":tenant AND case_id = :case_id ORDER BY round");
DB_STMT(correction_form, "SELECT form FROM reg_correction WHERE tenant = :tenant AND case_id = :case_id AND "
			 "round = :round AND form IS NOT NULL");
DB_STMT(form_update, "UPDATE reg_case SET form = :form, unit_code = :unit_code, location = :location, "
		     "applicant_mask = :applicant_mask WHERE tenant = :tenant AND id = :id");
DB_STMT(parties_delete, "DELETE FROM reg_party WHERE tenant = :tenant AND case_id = :case_id");
DB_STMT(standing, "SELECT n, code, digest, until_round, added_at FROM reg_material WHERE tenant = :tenant "
		  "AND case_id = "
		  ":case_id ORDER BY n");
DB_STMT(material_end, "UPDATE reg_material SET until_round = :round WHERE tenant = :tenant AND case_id = "
		      ":case_id AND n = :n AND until_round IS NULL");
DB_STMT(material_mark,
	"UPDATE reg_material SET round = :round WHERE tenant = :tenant AND case_id = :case_id AND n = :n");

int resubmission_ask(struct db_tx *tx, const char *case_id, const json_t *items, const char *who)
{
	struct buf text;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	buf_init(&text, 65536);
	int rc = json_canon(items, &text);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &correction_insert);
		db_bind_text(q, "case_id", case_id);
		db_bind_textn(q, "items", buf_view(&text));
		db_bind_text(q, "at", at);
		db_bind_text(q, "who", who);
		rc = db_exec(q);
	}
	buf_fini(&text);
	return rc;
}

int resubmission_close(struct db_tx *tx, const char *case_id)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &correction_close);
	db_bind_text(q, "case_id", case_id);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

int resubmission_open(struct db_tx *tx, const char *case_id, int64_t *round, json_t **items)
{
	struct db_query *q = db_query(tx, &correction_open);
	db_bind_text(q, "case_id", case_id);
	int rc = db_step(q);
	if (rc == 1) {
		*round = db_int(q, 0);
		rc = json_parse(view_str(db_text(q, 1)), 65536, items, NULL);
	} else if (rc == 0) {
		rc = ERR_NOTFOUND;
	}
	db_done(q);
	return rc;
}

/* What is sealed is bound to its row: case and round. */
static int answer(struct db_tx *tx, struct vault *v, const char *case_id, int64_t round, struct view before)
{
	struct buf sealed;
	char at[TIME_TEXT], row[64];
	time_text(time_now_ms(), at);
	snprintf(row, sizeof row, "%s/%lld", case_id, (long long)round);
	buf_init(&sealed, 4 << 20);
	int rc = vault_seal(v, "reg_correction", "form", row, before, &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &correction_answer);
		db_bind_text(q, "at", at);
		db_bind_textn(q, "form", buf_view(&sealed));
		db_bind_text(q, "case_id", case_id);
		db_bind_int(q, "round", round);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc == 0 && db_changes(tx) != 1 ? ERR_CONFLICT : rc;
}

int resubmission_form(struct db_tx *tx, struct vault *v, const char *case_id, int64_t round, struct buf *out)
{
	char row[64];
	struct db_query *q = db_query(tx, &correction_form);
	db_bind_text(q, "case_id", case_id);
	db_bind_int(q, "round", round);
	snprintf(row, sizeof row, "%s/%lld", case_id, (long long)round);
	int rc = db_step(q);
	if (rc == 1)
		rc = vault_unseal(v, "reg_correction", "form", row, db_text(q, 0), out);
	else if (rc == 0)
		rc = ERR_NOTFOUND;
	db_done(q);
	return rc;
}

static int form_set(struct db_tx *tx, struct vault *v, const struct case_row *c, struct view form)
{
	struct buf sealed;
	buf_init(&sealed, 4 << 20);
	int rc = vault_seal(v, "reg_case", "form", c->id, form, &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &form_update);
		db_bind_textn(q, "form", buf_view(&sealed));
		db_bind_text(q, "unit_code", c->unit_code);
		db_bind_text(q, "location", c->location);
		db_bind_text(q, "applicant_mask", c->applicant_mask);
		db_bind_text(q, "id", c->id);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

int resubmission_take(struct db_tx *tx, struct vault *v, const struct case_row *c, int64_t round,
	struct view before, struct view form)
{
	int rc = answer(tx, v, c->id, round, before);
	if (rc == 0)
		rc = form_set(tx, v, c, form);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &parties_delete);
	db_bind_text(q, "case_id", c->id);
	return db_exec(q);
}

int resubmission_standing(
	struct db_tx *tx, const char *case_id, struct resubmission_material **out, size_t *n, int *next)
{
	struct resubmission_material *list = calloc(MESSAGE_ATTACHMENTS_MAX, sizeof *list);
	size_t k = 0;
	int rc, last = -1;
	if (!list)
		return ERR_NOMEM;
	struct db_query *q = db_query(tx, &standing);
	db_bind_text(q, "case_id", case_id);
	while ((rc = db_step(q)) == 1) {
		last = (int)db_int(q, 0);
		if (!db_null(q, 3) || db_text(q, 4)[0])
			continue;
		REQUIRE(k < MESSAGE_ATTACHMENTS_MAX);
		list[k].n = last;
		snprintf(list[k].code, sizeof list[k].code, "%s", db_text(q, 1));
		db_digest(q, 2, &list[k].digest);
		k++;
	}
	db_done(q);
	if (rc < 0) {
		free(list);
		return rc;
	}
	*out = list;
	*n = k;
	*next = last + 1;
	return 0;
}

static int material_set(
	struct db_tx *tx, const struct db_stmt *s, const char *case_id, int64_t n, int64_t round)
{
	struct db_query *q = db_query(tx, s);
	db_bind_int(q, "round", round);
	db_bind_text(q, "case_id", case_id);
	db_bind_int(q, "n", n);
	return db_exec(q);
}

int resubmission_end_material(struct db_tx *tx, const char *case_id, int64_t n, int64_t round)
{
	return material_set(tx, &material_end, case_id, n, round);
}

int resubmission_mark_material(struct db_tx *tx, const char *case_id, int64_t n, int64_t round)
{
	return material_set(tx, &material_mark, case_id, n, round);
}

int resubmission_list(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &correction_rows);
	db_bind_text(q, "case_id", case_id);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1) {
		json_t *items = NULL;
		if ((rc = json_parse(view_str(db_text(q, 1)), 65536, &items, NULL)) < 0)
			break;
		json_array_append_new(
			rows, json_pack("{s:I,s:o,s:s,s:s,s:s}", "round", (json_int_t)db_int(q, 0), "items",
				      items, "asked_at", db_text(q, 2), "who", db_text(q, 3), "answered_at",
				      db_null(q, 4) ? "" : db_text(q, 4)));
	}
	return db_rows_end(q, rc, rows, out);
}
