#include "zones/extranet/store/voids.h"

#include "common/audit/audit.h"
#include "common/db/db_rows.h"
#include "zones/extranet/store/book.h"
#include <string.h>

DB_STMT(void_insert,
	"INSERT INTO reg_void (tenant, n, kind, reason, asked_by, asked_at) VALUES (:tenant, :n, "
	":kind, :reason, :who, :at)");
DB_STMT(void_select, "SELECT kind, reason, asked_by, number FROM reg_void WHERE tenant = :tenant AND n = :n");
DB_STMT(void_confirm, "UPDATE reg_void SET confirmed_by = :who, confirmed_at = :at, number = :number WHERE "
		      "tenant = :tenant AND n = :n AND number IS NULL");
DB_STMT(void_list, "SELECT n, kind, reason, asked_by, asked_at, confirmed_by, confirmed_at, number FROM "
		   "reg_void WHERE tenant = :tenant AND n < :before ORDER BY n DESC LIMIT 100");

static const char *kind_of(bool proof)
{
	return proof ? "proof" : "title";
}

int voids_ask(
	struct db_tx *tx, bool proof, const char *reason, const char *who, int64_t *n, struct err_note *note)
{
	char at[TIME_TEXT];
	if (!*reason || strlen(reason) > 500)
		return err_set(note, ERR_SCHEMA, "reason: 1 to 500 bytes");
	time_text(time_now_ms(), at);
	int rc = book_series(tx, "void", "", 1, n);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &void_insert);
	db_bind_int(q, "n", *n);
	db_bind_text(q, "kind", kind_of(proof));
	db_bind_text(q, "reason", reason);
	db_bind_text(q, "who", who);
	db_bind_text(q, "at", at);
	rc = db_exec(q);
	return rc == 0 ? audit_record(tx, who, "number.void-ask", kind_of(proof), NULL) : rc;
}

struct asked {
	bool proof, confirmed;
	char reason[512], by[64];
};

static int asked_read(struct db_tx *tx, int64_t n, struct asked *a)
{
	struct db_query *q = db_query(tx, &void_select);
	db_bind_int(q, "n", n);
	int rc = db_step(q);
	if (rc == 1) {
		a->proof = strcmp(db_text(q, 0), "proof") == 0;
		a->confirmed = !db_null(q, 3);
		snprintf(a->reason, sizeof a->reason, "%s", db_text(q, 1));
		snprintf(a->by, sizeof a->by, "%s", db_text(q, 2));
	}
	db_done(q);
	return db_found(rc);
}

int voids_confirm(struct db_tx *tx, const struct paper_office *o, int64_t n, const char *who,
	char number[static NUMBER_CERTIFICATE], struct err_note *note)
{
	struct asked a;
	char at[TIME_TEXT], day[11];
	int rc = asked_read(tx, n, &a);
	if (rc < 0)
		return rc;
	if (a.confirmed)
		return err_set(note, ERR_STATE, "this request was confirmed before");
	if (strcmp(a.by, who) == 0)
		return err_set(note, ERR_APPROVAL, "who asked cannot confirm");
	time_text(time_now_ms(), at);
	time_date_cst(time_now_ms(), day);
	rc = paper_void(tx, o, a.proof, day, who, at, a.reason, number);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &void_confirm);
	db_bind_text(q, "who", who);
	db_bind_text(q, "at", at);
	db_bind_text(q, "number", number);
	db_bind_int(q, "n", n);
	rc = db_exec(q);
	return rc == 0 ? audit_record(tx, who, "number.void", number, NULL) : rc;
}

int voids_list(struct db_tx *tx, int64_t before, json_t **out)
{
	struct db_query *q = db_query(tx, &void_list);
	json_t *rows = json_array();
	int rc;
	db_bind_int(q, "before", before ? before : INT64_MAX);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(
			rows, json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "n", (json_int_t)db_int(q, 0),
				      "kind", db_text(q, 1), "reason", db_text(q, 2), "asked_by",
				      db_text(q, 3), "asked_at", db_text(q, 4), "confirmed_by", db_text(q, 5),
				      "confirmed_at", db_text(q, 6), "number", db_text(q, 7)));
	return db_rows_end(q, rc, rows, out);
}
