#include "zones/internet/store/face.h"

#include "common/base/id.h"
#include <stdio.h>

DB_STMT(face_insert,
	"INSERT INTO application_face (tenant, application, n, result, form_digest, matches, at) VALUES "
	"(:tenant, :application, :n, :result, :digest, :matches, :at) ON CONFLICT (tenant, application, "
	"n) DO UPDATE SET result = :result, form_digest = :digest, matches = :matches, at = :at");
DB_STMT(face_select,
	"SELECT result FROM application_face WHERE tenant = :tenant AND application = :application AND "
	"n = :n AND form_digest = :digest AND matches = 1");

static void row_name(const char *application, int n, char out[static 48])
{
	snprintf(out, 48, "%.36s/%d", application, n);
}

int face_put(struct db_tx *tx, struct vault *v, const char *application, int n, const char *form_digest,
	bool matches, const json_t *result)
{
	struct buf text, sealed;
	char at[TIME_TEXT], row[48];
	buf_init(&text, 32768);
	buf_init(&sealed, 65536);
	time_text(time_now_ms(), at);
	row_name(application, n, row);
	int rc = json_canon(result, &text);
	if (rc == 0)
		rc = vault_seal(v, "application_face", "result", row, buf_view(&text), &sealed);
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
	buf_fini(&text);
	buf_fini(&sealed);
	return rc;
}

static struct db_query *face_query(struct db_tx *tx, const char *application, int n, const char *form_digest)
{
	struct db_query *q = db_query(tx, &face_select);
	db_bind_text(q, "application", application);
	db_bind_int(q, "n", n);
	db_bind_text(q, "digest", form_digest);
	return q;
}

int face_matches(struct db_tx *tx, const char *application, int n, const char *form_digest, bool *matches)
{
	struct db_query *q = face_query(tx, application, n, form_digest);
	int rc = db_step(q);
	db_done(q);
	if (rc >= 0)
		*matches = rc == 1;
	return rc < 0 ? rc : 0;
}

static int join_one(
	struct db_tx *tx, struct vault *v, const char *application, const char *form_digest, json_t *one)
{
	int n = (int)json_int(one, "party");
	char row[48];
	struct buf text;
	json_t *result = NULL;
	struct db_query *q = face_query(tx, application, n, form_digest);
	buf_init(&text, 32768);
	row_name(application, n, row);
	int rc = db_found(db_step(q));
	if (rc == 0)
		rc = vault_unseal(v, "application_face", "result", row, db_text(q, 0), &text);
	db_done(q);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 32768, &result, NULL);
	if (rc == 0 && json_object_set_new(one, "face", result) < 0)
		rc = ERR_NOMEM;
	buf_fini(&text);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int face_join(struct db_tx *tx, struct vault *v, const char *application, const char *form_digest,
	json_t *signatures)
{
	size_t i;
	json_t *one;
	int rc = 0;
	json_array_foreach(signatures, i, one)
	{
		rc = join_one(tx, v, application, form_digest, one);
		if (rc < 0)
			break;
	}
	return rc;
}
