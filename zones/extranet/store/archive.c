#include "zones/extranet/store/archive.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

DB_STMT(archive_wait_end, "DELETE FROM reg_archive_waiting WHERE tenant = :tenant AND case_id = :id");
DB_STMT(archive_waits,
	"SELECT case_id FROM reg_archive_waiting WHERE tenant = :tenant ORDER BY number LIMIT 20");
DB_STMT(archive_told, "SELECT count(*) FROM audit_record WHERE tenant = :tenant AND subject = :subject");
DB_STMT(archive_insert, "INSERT INTO reg_archive (tenant, case_id, number, business, unit_code, location, "
			"closed, at, manifest, "
			"size, digest, blob, blob_key) VALUES (:tenant, :id, :number, :business, :unit, "
			":location, :closed, :at, "
			":manifest, :size, :digest, :blob, :blob_key)");
DB_STMT(archive_select,
	"SELECT case_id, number, size, digest, blob, blob_key FROM reg_archive WHERE tenant = "
	":tenant AND (case_id = :by OR number = :by)");
DB_STMT(archive_rows, "SELECT a.case_id, a.number, a.business, a.unit_code, a.location, a.closed, a.at, "
		      "a.manifest, a.size, "
		      "l.borrower FROM reg_archive a LEFT JOIN reg_lending l ON l.tenant = a.tenant AND "
		      "l.case_id = a.case_id "
		      "AND l.returned_at IS NULL WHERE a.tenant = :tenant AND (:number = '' OR a.number = "
		      ":number) AND (:unit = "
		      "'' OR a.unit_code = :unit) AND (:words = '' OR replace(a.location, :words, '') <> "
		      "a.location) AND a.closed "
		      ">= :from AND (:to = '' OR substr(a.closed, 1, 10) <= :to) AND a.number > :after ORDER "
		      "BY a.number LIMIT "
		      "100");
DB_STMT(lending_insert, "INSERT INTO reg_lending (tenant, case_id, n, borrower, purpose, due, at, who) "
			"SELECT :tenant, :id, (SELECT "
			"count(*) FROM reg_lending WHERE tenant = :tenant AND case_id = :id), :borrower, "
			":purpose, :due, :at, :who");
DB_STMT(lending_end,
	"UPDATE reg_lending SET returned_at = :at, returned_to = :who WHERE tenant = :tenant AND "
	"case_id = :id AND returned_at IS NULL");
DB_STMT(lending_open,
	"SELECT count(*) FROM reg_lending WHERE tenant = :tenant AND case_id = :id AND returned_at IS NULL");
DB_STMT(lending_rows,
	"SELECT a.number, l.n, l.borrower, l.purpose, l.due, l.at, l.who, l.returned_at, l.returned_to FROM "
	"reg_lending l JOIN reg_archive a ON a.tenant = l.tenant AND a.case_id = l.case_id WHERE l.tenant = "
	":tenant "
	"AND (l.case_id = :id OR (:id = '' AND l.returned_at IS NULL)) ORDER BY l.at, l.n LIMIT 200");

static json_t *strings_row(struct db_query *q)
{
	return json_string(db_text(q, 0));
}

static int strings(struct db_query *q, json_t **out)
{
	return db_rows(q, strings_row, out);
}

int archive_waiting(struct db_tx *tx, json_t **out)
{
	return strings(db_query(tx, &archive_waits), out);
}

int archive_records(struct db_tx *tx, const char *subject, int64_t *out)
{
	struct db_query *q = db_query(tx, &archive_told);
	db_bind_text(q, "subject", subject);
	return db_one_int(q, out);
}

int archive_add(struct db_tx *tx, const struct case_row *c, const char *closed, const char *manifest,
	const struct blob_ref *ref)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &archive_insert);
	db_bind_text(q, "id", c->id);
	db_bind_text(q, "number", c->number);
	db_bind_text(q, "business", c->business);
	db_bind_text(q, "unit", c->unit_code);
	db_bind_text(q, "location", c->location);
	db_bind_text(q, "closed", closed);
	db_bind_text(q, "at", at);
	db_bind_text(q, "manifest", manifest);
	db_bind_int(q, "size", ref->size);
	db_bind_digest(q, "digest", &ref->digest);
	db_bind_digest(q, "blob", &ref->name);
	db_bind_text(q, "blob_key", ref->wrapped_key);
	int rc = db_exec(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &archive_wait_end);
	db_bind_text(q, "id", c->id);
	return db_exec(q);
}

int archive_file(
	struct db_tx *tx, const char *by, char id[static 37], char number[static 24], struct blob_ref *out)
{
	struct db_query *q = db_query(tx, &archive_select);
	db_bind_text(q, "by", by);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(id, 37, "%s", db_text(q, 0));
		snprintf(number, 24, "%s", db_text(q, 1));
		db_blob_ref(q, 2, out);
	}
	db_done(q);
	return db_found(rc);
}

static json_t *archive_find_row(struct db_query *q)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:b}", "case", db_text(q, 0), "number",
		db_text(q, 1), "business", db_text(q, 2), "unit_code", db_text(q, 3), "location",
		db_text(q, 4), "closed", db_text(q, 5), "at", db_text(q, 6), "manifest", db_text(q, 7),
		"size", (json_int_t)db_int(q, 8), "lent", !db_null(q, 9));
}

int archive_find(struct db_tx *tx, const struct archive_search *s, json_t **out)
{
	struct db_query *q = db_query(tx, &archive_rows);
	db_bind_text(q, "number", s->number);
	db_bind_text(q, "unit", s->unit);
	db_bind_text(q, "words", s->words);
	db_bind_text(q, "from", s->from);
	db_bind_text(q, "to", s->to);
	db_bind_text(q, "after", s->after);
	return db_rows(q, archive_find_row, out);
}

int archive_lend(struct db_tx *tx, const char *case_id, const char *borrower, const char *purpose,
	const char *due, const char *who)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &lending_insert);
	db_bind_text(q, "id", case_id);
	db_bind_text(q, "borrower", borrower);
	db_bind_text(q, "purpose", purpose);
	db_bind_text(q, "due", due);
	db_bind_text(q, "at", at);
	db_bind_text(q, "who", who);
	return db_exec(q);
}

int archive_return(struct db_tx *tx, const char *case_id, const char *who)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &lending_end);
	db_bind_text(q, "id", case_id);
	db_bind_text(q, "at", at);
	db_bind_text(q, "who", who);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) != 1 ? ERR_NOTFOUND : rc;
}

int archive_lent(struct db_tx *tx, const char *case_id, bool *out)
{
	struct db_query *q = db_query(tx, &lending_open);
	int64_t n = 0;
	db_bind_text(q, "id", case_id);
	int rc = db_one_int(q, &n);
	*out = n > 0;
	return rc;
}

static json_t *archive_lendings_row(struct db_query *q)
{
	return json_pack("{s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "number", db_text(q, 0), "n",
		(json_int_t)db_int(q, 1), "borrower", db_text(q, 2), "purpose", db_text(q, 3), "due",
		db_text(q, 4), "at", db_text(q, 5), "by", db_text(q, 6), "returned_at", db_text(q, 7),
		"returned_to", db_text(q, 8));
}

int archive_lendings(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &lending_rows);
	db_bind_text(q, "id", case_id);
	return db_rows(q, archive_lendings_row, out);
}
