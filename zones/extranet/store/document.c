#include "zones/extranet/store/document.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

DB_STMT(document_insert,
	"INSERT INTO reg_document (tenant, number, kind, case_id, unit_code, n, facts, at, who) VALUES "
	"(:tenant, :number, :kind, :case_id, :unit, :n, :facts, :at, :who)");
DB_STMT(document_counted, "SELECT count(*) FROM reg_document WHERE tenant = :tenant AND case_id = :case_id "
			  "AND kind = :kind");
DB_STMT(document_select, "SELECT number, kind, case_id, unit_code, n, at, who, facts FROM reg_document WHERE "
			 "tenant = :tenant AND number = :number");
DB_STMT(document_file_insert,
	"INSERT INTO reg_document_file (tenant, number, format, size, digest, blob, blob_key) VALUES "
	"(:tenant, :number, :format, :size, :digest, :blob, :blob_key)");
DB_STMT(document_file_select, "SELECT size, digest, blob, blob_key FROM reg_document_file WHERE tenant = "
			      ":tenant AND number = :number AND format = :format");
DB_STMT(document_by_digest,
	"SELECT number FROM reg_document_file WHERE tenant = :tenant AND digest = :digest");
DB_STMT(document_seal_insert,
	"INSERT INTO reg_document_seal (tenant, number, statement, signature, certificate, at) VALUES "
	"(:tenant, :number, :statement, :signature, :certificate, :at)");
DB_STMT(document_seal_select, "SELECT statement, signature, certificate FROM reg_document_seal WHERE tenant "
			      "= :tenant AND number = :number");
DB_STMT(document_wait,
	"INSERT INTO reg_document_waiting (tenant, number, at) VALUES (:tenant, :number, :at)");
DB_STMT(document_wait_end, "DELETE FROM reg_document_waiting WHERE tenant = :tenant AND number = :number");
DB_STMT(document_waiting,
	"SELECT number FROM reg_document_waiting WHERE tenant = :tenant ORDER BY at, number LIMIT 50");
DB_STMT(document_of_case,
	"SELECT d.number, d.kind, d.at, d.who, s.at FROM reg_document d LEFT JOIN reg_document_seal s ON "
	"s.tenant = d.tenant AND s.number = d.number WHERE d.tenant = :tenant AND d.case_id = :case_id ORDER "
	"BY "
	"d.at, d.number");

const char *const document_formats[DOCUMENT_FORMATS] = {"pdf", "ofd"};

int document_count(struct db_tx *tx, const char *kind, const char *case_id, int64_t *out)
{
	struct db_query *q = db_query(tx, &document_counted);
	db_bind_text(q, "kind", kind);
	db_bind_text(q, "case_id", case_id);
	return db_one_int(q, out);
}

int document_add(struct db_tx *tx, struct vault *v, struct document_row *d, const json_t *facts)
{
	struct buf text, sealed;
	buf_init(&text, 8 << 20);
	buf_init(&sealed, 12 << 20);
	time_text(time_now_ms(), d->at);
	int rc = document_count(tx, d->kind, d->case_id, &d->n);
	d->n++;
	if (rc == 0)
		rc = json_canon(facts, &text);
	if (rc == 0)
		rc = vault_seal(v, "reg_document", "facts", d->number, buf_view(&text), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &document_insert);
		db_bind_text(q, "number", d->number);
		db_bind_text(q, "kind", d->kind);
		db_bind_text(q, "case_id", d->case_id);
		db_bind_text(q, "unit", d->unit_code);
		db_bind_int(q, "n", d->n);
		db_bind_textn(q, "facts", buf_view(&sealed));
		db_bind_text(q, "at", d->at);
		db_bind_text(q, "who", d->who);
		rc = db_exec(q);
	}
	if (rc == 0) {
		struct db_query *q = db_query(tx, &document_wait);
		db_bind_text(q, "number", d->number);
		db_bind_text(q, "at", d->at);
		rc = db_exec(q);
	}
	buf_fini(&text);
	buf_fini(&sealed);
	return rc;
}

static int facts_open(struct vault *v, const char *number, const char *sealed, json_t **out)
{
	struct buf text;
	buf_init(&text, 8 << 20);
	int rc = vault_unseal(v, "reg_document", "facts", number, sealed, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 8 << 20, out, NULL);
	buf_fini(&text);
	return rc;
}

int document_get(
	struct db_tx *tx, struct vault *v, const char *number, struct document_row *out, json_t **facts)
{
	struct db_query *q = db_query(tx, &document_select);
	db_bind_text(q, "number", number);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(out->number, sizeof out->number, "%s", db_text(q, 0));
		snprintf(out->kind, sizeof out->kind, "%s", db_text(q, 1));
		snprintf(out->case_id, sizeof out->case_id, "%s", db_text(q, 2));
		snprintf(out->unit_code, sizeof out->unit_code, "%s", db_text(q, 3));
		out->n = db_int(q, 4);
		snprintf(out->at, sizeof out->at, "%s", db_text(q, 5));
		snprintf(out->who, sizeof out->who, "%s", db_text(q, 6));
	}
	int opened = rc == 1 && facts ? facts_open(v, number, db_text(q, 7), facts) : 0;
	db_done(q);
	return rc == 1 ? opened : db_found(rc);
}

int document_file(struct db_tx *tx, const char *number, const char *format, struct blob_ref *out)
{
	struct db_query *q = db_query(tx, &document_file_select);
	db_bind_text(q, "number", number);
	db_bind_text(q, "format", format);
	int rc = db_step(q);
	if (rc == 1) {
		db_blob_ref(q, 0, out);
	}
	db_done(q);
	return db_found(rc);
}

int document_of_file(struct db_tx *tx, const struct digest *file, char number[static DOCUMENT_NUMBER])
{
	struct db_query *q = db_query(tx, &document_by_digest);
	db_bind_digest(q, "digest", file);
	int rc = db_step(q);
	snprintf(number, DOCUMENT_NUMBER, "%s", rc == 1 ? db_text(q, 0) : "");
	db_done(q);
	return rc < 0 ? rc : 0;
}

int document_seal_add(struct db_tx *tx, const char *number,
	const struct blob_ref files[static DOCUMENT_FORMATS], const char *statement, const char *signature,
	struct view certificate)
{
	char at[TIME_TEXT];
	int rc = 0;
	for (int i = 0; rc == 0 && i < DOCUMENT_FORMATS; i++) {
		struct db_query *q = db_query(tx, &document_file_insert);
		db_bind_text(q, "number", number);
		db_bind_text(q, "format", document_formats[i]);
		db_bind_int(q, "size", files[i].size);
		db_bind_digest(q, "digest", &files[i].digest);
		db_bind_digest(q, "blob", &files[i].name);
		db_bind_text(q, "blob_key", files[i].wrapped_key);
		rc = db_exec(q);
	}
	if (rc < 0)
		return rc;
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &document_seal_insert);
	db_bind_text(q, "number", number);
	db_bind_text(q, "statement", statement);
	db_bind_text(q, "signature", signature);
	db_bind_textn(q, "certificate", certificate);
	db_bind_text(q, "at", at);
	rc = db_exec(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &document_wait_end);
	db_bind_text(q, "number", number);
	return db_exec(q);
}

int document_seal_get(struct db_tx *tx, const char *number, struct document_seal *out)
{
	struct db_query *q = db_query(tx, &document_seal_select);
	db_bind_text(q, "number", number);
	buf_reset(&out->statement);
	int rc = db_step(q);
	int kept = rc == 1 ? buf_add_str(&out->statement, db_text(q, 0)) : 0;
	if (rc == 1) {
		snprintf(out->signature, sizeof out->signature, "%s", db_text(q, 1));
		snprintf(out->certificate, sizeof out->certificate, "%s", db_text(q, 2));
	}
	db_done(q);
	return rc == 1 ? kept : db_found(rc);
}

static json_t *document_pending_row(struct db_query *q)
{
	return json_string(db_text(q, 0));
}

int document_pending(struct db_tx *tx, json_t **out)
{
	struct db_query *q = db_query(tx, &document_waiting);
	return db_rows(q, document_pending_row, out);
}

static json_t *document_row(struct db_query *q)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:b}", "number", db_text(q, 0), "kind", db_text(q, 1), "at",
		db_text(q, 2), "by", db_text(q, 3), "sealed", !db_null(q, 4));
}

int document_list(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &document_of_case);
	db_bind_text(q, "case_id", case_id);
	return db_rows(q, document_row, out);
}
