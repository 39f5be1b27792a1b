#include "zones/internet/store/face.h"

#include "common/base/id.h"
#include "zones/internet/store/attested.h"

DB_STMT(face_insert,
	"INSERT INTO application_face (tenant, application, n, result, form_digest, matches, at) VALUES "
	"(:tenant, :application, :n, :result, :digest, :matches, :at) ON CONFLICT (tenant, application, "
	"n) DO UPDATE SET result = :result, form_digest = :digest, matches = :matches, at = :at");
DB_STMT(face_select,
	"SELECT result FROM application_face WHERE tenant = :tenant AND application = :application AND "
	"n = :n AND form_digest = :digest AND matches = 1");
static const struct attested face = {"application_face", "face", &face_select};

int face_put(struct db_tx *tx, struct vault *v, const char *application, int n, const char *form_digest,
	bool matches, const json_t *result)
{
	struct buf sealed;
	char at[TIME_TEXT];
	buf_init(&sealed, 65536);
	time_text(time_now_ms(), at);
	int rc = attested_seal(&face, v, application, n, result, &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &face_insert);
		db_bind_text(q, "application", application);
		db_bind_int(q, "n", n);
		db_bind_textn(q, "result", buf_view(&sealed));
		db_bind_text(q, "digest", form_digest);
		db_bind_int(q, "matches", matches);
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

int face_matches(struct db_tx *tx, const char *application, int n, const char *form_digest, bool *matches)
{
	return attested_there(&face, tx, application, n, form_digest, matches);
}

int face_join(struct db_tx *tx, struct vault *v, const char *application, const char *form_digest,
	json_t *signatures)
{
	return attested_join(&face, tx, v, application, form_digest, signatures);
}
