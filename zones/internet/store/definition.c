#include "zones/internet/store/definition.h"

#include <string.h>

DB_STMT(definition_insert,
	"INSERT INTO definition (tenant, kind, code, version, definition, signature, seal_certificate, "
	"received_at)"
	" VALUES (:tenant, :kind, :code, :version, :definition, :signature, :seal_certificate, :at)");
DB_STMT(definition_text,
	"SELECT definition FROM definition WHERE tenant = :tenant AND kind = :kind AND code = "
	":code AND version = :version");
DB_STMT(definition_rows,
	"SELECT kind, definition FROM definition WHERE tenant = :tenant ORDER BY kind, code, version");

int definition_add(struct db_tx *tx, const struct definition *d)
{
	char at[TIME_TEXT];
	struct db_query *q = db_query(tx, &definition_text);
	db_bind_text(q, "kind", d->kind);
	db_bind_text(q, "code", d->code);
	db_bind_int(q, "version", d->version);
	int rc = db_step(q);
	bool same = rc == 1 && strcmp(db_text(q, 0), d->definition) == 0;
	db_done(q);
	if (rc != 0)
		return rc < 0 ? rc : same ? 0 : ERR_EXISTS;
	time_text(time_now_ms(), at);
	q = db_query(tx, &definition_insert);
	db_bind_text(q, "kind", d->kind);
	db_bind_text(q, "code", d->code);
	db_bind_int(q, "version", d->version);
	db_bind_text(q, "definition", d->definition);
	db_bind_text(q, "signature", d->signature);
	db_bind_text(q, "seal_certificate", d->seal_certificate);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

int definition_each(
	struct db_tx *tx, int (*each)(void *arg, const char *kind, const char *definition), void *arg)
{
	struct db_query *q = db_query(tx, &definition_rows);
	int rc;
	while ((rc = db_step(q)) == 1)
		if ((rc = each(arg, db_text(q, 0), db_text(q, 1))) < 0)
			break;
	db_done(q);
	return rc;
}
