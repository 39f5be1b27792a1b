#include "zones/internet/store/mandate.h"

#include "common/base/id.h"
#include "zones/internet/store/attested.h"

DB_STMT(mandate_insert,
	"INSERT INTO application_mandate (tenant, application, n, result, form_digest, at) VALUES "
	"(:tenant, :application, :n, :result, :digest, :at) ON CONFLICT (tenant, application, n) DO "
	"UPDATE SET result = :result, form_digest = :digest, at = :at");
DB_STMT(mandate_select,
	"SELECT result FROM application_mandate WHERE tenant = :tenant AND application = :application AND "
	"n = :n AND form_digest = :digest");
static const struct attested mandate = {"application_mandate", "mandate", &mandate_select};

int mandate_put(struct db_tx *tx, struct vault *v, const char *application, int n, const char *form_digest,
	const json_t *result)
{
	struct buf sealed;
	char at[TIME_TEXT];
	buf_init(&sealed, 65536);
	time_text(time_now_ms(), at);
	int rc = attested_seal(&mandate, v, application, n, result, &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &mandate_insert);
		db_bind_text(q, "application", application);
		db_bind_int(q, "n", n);
		db_bind_textn(q, "result", buf_view(&sealed));
		db_bind_text(q, "digest", form_digest);
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

int mandate_held(struct db_tx *tx, const char *application, int n, const char *form_digest, bool *held)
{
	return attested_there(&mandate, tx, application, n, form_digest, held);
}

int mandate_join(struct db_tx *tx, struct vault *v, const char *application, const char *form_digest,
	json_t *signatures)
{
	return attested_join(&mandate, tx, v, application, form_digest, signatures);
}
