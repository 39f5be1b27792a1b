#include "zones/internet/store/issued.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

DB_STMT(issued_insert,
	"INSERT INTO application_document (tenant, application, number, kind, zh, en, at, statement, "
	"signature, "
	"seal_certificate) VALUES (:tenant, :application, :number, :kind, :zh, :en, :at, :statement, "
	":signature, :seal_certificate)");
DB_STMT(issued_file_insert, "INSERT INTO application_document_file (tenant, application, name, size, digest, "
			    "blob, blob_key) VALUES "
			    "(:tenant, :application, :name, :size, :digest, :blob, :blob_key)");
DB_STMT(issued_select, "SELECT number, kind, zh, en, at, statement, signature, seal_certificate FROM "
		       "application_document WHERE "
		       "tenant = :tenant AND application = :application ORDER BY at, number");
DB_STMT(issued_file_select,
	"SELECT size, digest, blob, blob_key FROM application_document_file WHERE tenant = :tenant AND "
	"application = :application AND name = :name");

const char *const issued_formats[ISSUED_FORMATS] = {"pdf", "ofd"};

static int file_add(
	struct db_tx *tx, const char *application, const char *number, int format, const struct blob_ref *ref)
{
	char name[160];
	snprintf(name, sizeof name, "%s.%s", number, issued_formats[format]);
	struct db_query *q = db_query(tx, &issued_file_insert);
	db_bind_text(q, "application", application);
	db_bind_text(q, "name", name);
	db_bind_int(q, "size", ref->size);
	db_bind_digest(q, "digest", &ref->digest);
	db_bind_digest(q, "blob", &ref->name);
	db_bind_text(q, "blob_key", ref->wrapped_key);
	return db_exec(q);
}

int issued_add(struct db_tx *tx, const char *application, const json_t *body,
	const struct blob_ref files[static ISSUED_FORMATS])
{
	static const char *const texts[] = {
		"number", "kind", "zh", "en", "at", "statement", "signature", "seal_certificate"};
	struct db_query *q = db_query(tx, &issued_insert);
	db_bind_text(q, "application", application);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		db_bind_text(q, texts[i], json_str(body, texts[i]));
	int rc = db_exec(q);
	for (int i = 0; rc == 0 && i < ISSUED_FORMATS; i++)
		rc = file_add(tx, application, json_str(body, "number"), i, &files[i]);
	return rc;
}

int issued_list(struct db_tx *tx, const char *application, json_t **out)
{
	struct db_query *q = db_query(tx, &issued_select);
	json_t *rows = json_array();
	int rc;
	db_bind_text(q, "application", application);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(
			rows, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "number", db_text(q, 0), "kind",
				      db_text(q, 1), "zh", db_text(q, 2), "en", db_text(q, 3), "at",
				      db_text(q, 4), "statement", db_text(q, 5), "signature", db_text(q, 6),
				      "seal_certificate", db_text(q, 7)));
	return db_rows_end(q, rc, rows, out);
}

int issued_file(struct db_tx *tx, const char *application, const char *number, const char *format,
	struct blob_ref *out)
{
	char name[300];
	snprintf(name, sizeof name, "%.200s.%.8s", number, format);
	struct db_query *q = db_query(tx, &issued_file_select);
	db_bind_text(q, "application", application);
	db_bind_text(q, "name", name);
	int rc = db_step(q);
	if (rc == 1) {
		db_blob_ref(q, 0, out);
	}
	db_done(q);
	return db_found(rc);
}
