#include "zones/internet/store/invitation.h"

#include <stdio.h>

DB_STMT(invitation_upsert,
	"INSERT INTO application_invitation (tenant, application, n, code, until_ms)"
	" VALUES (:tenant, :application, :n, :code, :until) ON CONFLICT (tenant, application, n)"
	" DO UPDATE SET code = :code, until_ms = :until");
DB_STMT(invitation_select,
	"SELECT application, n FROM application_invitation WHERE tenant = :tenant AND code = :code"
	" AND until_ms > :now");
DB_STMT(invitation_delete,
	"DELETE FROM application_invitation WHERE tenant = :tenant AND application = :application");

int invitation_put(
	struct db_tx *tx, const char *application, int n, const struct digest *code, int64_t until_ms)
{
	struct db_query *q = db_query(tx, &invitation_upsert);
	db_bind_text(q, "application", application);
	db_bind_int(q, "n", n);
	db_bind_digest(q, "code", code);
	db_bind_int(q, "until", until_ms);
	return db_exec(q);
}

int invitation_find(
	struct db_tx *tx, const struct digest *code, int64_t now_ms, char application[static 37], int *n)
{
	struct db_query *q = db_query(tx, &invitation_select);
	db_bind_digest(q, "code", code);
	db_bind_int(q, "now", now_ms);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(application, 37, "%s", db_text(q, 0));
		*n = (int)db_int(q, 1);
	}
	db_done(q);
	return db_found(rc);
}

int invitation_drop_all(struct db_tx *tx, const char *application)
{
	struct db_query *q = db_query(tx, &invitation_delete);
	db_bind_text(q, "application", application);
	return db_exec(q);
}
