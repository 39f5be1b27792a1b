#include "zones/internet/store/certificate.h"

#include "common/db/db_rows.h"
#include "zones/internet/store/blob_row.h"
#include <stdio.h>
#include <string.h>

DB_STMT(certificate_insert, "INSERT INTO application_certificate (tenant, application, number, text, "
			    "signature, seal_certificate, size, digest, blob, blob_key)"
			    " VALUES (:tenant, :application, :number, :text, :signature, :seal_certificate, "
			    ":size, :digest, :blob, :blob_key)");
DB_STMT(certificate_select, "SELECT number, text, signature, seal_certificate, size, digest, blob, blob_key "
			    "FROM application_certificate"
			    " WHERE tenant = :tenant AND application = :application");

int certificate_add(struct db_tx *tx, struct vault *v, const char *application, const struct certificate *c,
	const char *text)
{
	struct buf sealed;
	buf_init(&sealed, 1 << 20);
	int rc = vault_seal(v, "application_certificate", "text", application, view_str(text), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &certificate_insert);
		db_bind_text(q, "application", application);
		db_bind_text(q, "number", c->number);
		db_bind_textn(q, "text", buf_view(&sealed));
		db_bind_text(q, "signature", c->signature);
		db_bind_text(q, "seal_certificate", c->seal_certificate);
		blob_row_bind(q, &c->ref);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

int certificate_get(
	struct db_tx *tx, struct vault *v, const char *application, struct certificate *out, struct buf *text)
{
	struct db_query *q = db_query(tx, &certificate_select);
	db_bind_text(q, "application", application);
	int rc = db_step(q);
	if (rc == 1) {
		memset(out, 0, sizeof *out);
		snprintf(out->number, sizeof out->number, "%s", db_text(q, 0));
		rc = vault_unseal(v, "application_certificate", "text", application, db_text(q, 1), text);
		snprintf(out->signature, sizeof out->signature, "%s", db_text(q, 2));
		snprintf(out->seal_certificate, sizeof out->seal_certificate, "%s", db_text(q, 3));
		db_blob_ref(q, 4, &out->ref);
	} else if (rc == 0) {
		rc = ERR_NOTFOUND;
	}
	db_done(q);
	return rc;
}
