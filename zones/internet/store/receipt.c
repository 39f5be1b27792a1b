#include "zones/internet/store/receipt.h"

#include <stdio.h>
#include <string.h>

DB_STMT(receipt_insert,
	"INSERT INTO application_receipt (tenant, application, n, text, digest, signature, certificate, at)"
	" SELECT :tenant, :application, (SELECT count(*) FROM application_receipt WHERE tenant = :tenant AND "
	"application = :application),"
	" :text, :digest, :signature, :certificate, :at");
DB_STMT(receipt_select, "SELECT text, digest, signature, certificate, at, n FROM application_receipt"
			" WHERE tenant = :tenant AND application = :application ORDER BY n DESC LIMIT 1");
DB_STMT(receipt_by_digest,
	"SELECT at FROM application_receipt WHERE tenant = :tenant AND application = :application"
	" AND digest = :digest");

static void row_name(const char *application, const char *at, char out[static 64])
{
	snprintf(out, 64, "%s/%s", application, at);
}

int receipt_add(
	struct db_tx *tx, struct vault *v, const char *application, const struct receipt *r, struct view text)
{
	struct buf sealed;
	char row[64];
	row_name(application, r->at, row);
	buf_init(&sealed, 4 << 20);
	int rc = vault_seal(v, "application_receipt", "text", row, text, &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &receipt_insert);
		db_bind_text(q, "application", application);
		db_bind_textn(q, "text", buf_view(&sealed));
		db_bind_digest(q, "digest", &r->digest);
		db_bind_text(q, "signature", r->signature);
		db_bind_text(q, "certificate", r->certificate);
		db_bind_text(q, "at", r->at);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

int receipt_get(
	struct db_tx *tx, struct vault *v, const char *application, struct receipt *out, struct buf *text)
{
	struct db_query *q = db_query(tx, &receipt_select);
	db_bind_text(q, "application", application);
	int rc = db_step(q);
	if (rc == 1) {
		char row[64];
		memset(out, 0, sizeof *out);
		snprintf(out->at, sizeof out->at, "%s", db_text(q, 4));
		row_name(application, out->at, row);
		rc = vault_unseal(v, "application_receipt", "text", row, db_text(q, 0), text);
		db_digest(q, 1, &out->digest);
		snprintf(out->signature, sizeof out->signature, "%s", db_text(q, 2));
		snprintf(out->certificate, sizeof out->certificate, "%s", db_text(q, 3));
	} else if (rc == 0) {
		rc = ERR_NOTFOUND;
	}
	db_done(q);
	return rc;
}

int receipt_known(struct db_tx *tx, const char *application, const struct digest *digest, char at[static 25])
{
	struct db_query *q = db_query(tx, &receipt_by_digest);
	db_bind_text(q, "application", application);
	db_bind_digest(q, "digest", digest);
	int rc = db_step(q);
	if (rc == 1)
		snprintf(at, 25, "%s", db_text(q, 0));
	db_done(q);
	return db_found(rc);
}
