#include "zones/extranet/store/party_signature.h"

#include "common/db/db_rows.h"

#define CONTENT_MAX (1 << 18)

DB_STMT(party_signature_insert,
	"INSERT INTO reg_party_signature (tenant, case_id, n, nonce, at, content) VALUES "
	"(:tenant, :case, :n, :nonce, :at, :content)");
DB_STMT(party_signature_rows, "SELECT n, nonce, at, content FROM reg_party_signature WHERE tenant = :tenant "
			      "AND case_id = :case ORDER BY at, n, nonce");

static int content_make(const json_t *signature, struct buf *out)
{
	static const char *const kept[] = {"signature", "certificate", "token", "token_signature",
		"token_certificate"},
				 *const more[] = {"record", "batch", "withdrawal"};
	json_t *o = json_object();
	int rc = o ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < sizeof kept / sizeof kept[0]; i++)
		rc = json_object_set_new(o, kept[i], json_string(json_str(signature, kept[i]))) ? ERR_NOMEM
												: 0;
	for (size_t i = 0; rc == 0 && i < sizeof more / sizeof more[0]; i++)
		if (json_object_get(signature, more[i]))
			rc = json_object_set(o, more[i], json_object_get(signature, more[i])) ? ERR_NOMEM : 0;
	if (rc == 0)
		rc = json_canon(o, out);
	json_decref(o);
	return rc;
}

int party_signature_add(struct db_tx *tx, struct vault *v, const char *case_id, int n, const char *nonce,
	const json_t *signature)
{
	struct buf plain, sealed;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	buf_init(&plain, CONTENT_MAX);
	buf_init(&sealed, 2 * CONTENT_MAX);
	int rc = content_make(signature, &plain);
	if (rc == 0)
		rc = vault_seal(v, "reg_party_signature", "content", nonce, buf_view(&plain), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &party_signature_insert);
		db_bind_text(q, "case", case_id);
		db_bind_int(q, "n", n);
		db_bind_text(q, "nonce", nonce);
		db_bind_text(q, "at", at);
		db_bind_textn(q, "content", buf_view(&sealed));
		rc = db_exec(q);
	}
	buf_fini(&plain);
	buf_fini(&sealed);
	return rc;
}

static int row_json(struct db_query *q, void *vault, json_t **out)
{
	struct buf plain;
	json_t *o = NULL;
	buf_init(&plain, CONTENT_MAX);
	int rc = vault_unseal(vault, "reg_party_signature", "content", db_text(q, 1), db_text(q, 3), &plain);
	if (rc == 0)
		rc = json_parse(buf_view(&plain), CONTENT_MAX, &o, NULL);
	if (rc == 0 && (json_object_set_new(o, "party", json_integer(db_int(q, 0))) ||
			       json_object_set_new(o, "at", json_string(db_text(q, 2)))))
		rc = ERR_NOMEM;
	if (rc == 0)
		*out = o;
	else
		json_decref(o);
	buf_fini(&plain);
	return rc;
}

int party_signature_list(struct db_tx *tx, struct vault *v, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &party_signature_rows);
	db_bind_text(q, "case", case_id);
	return db_rows_with(q, row_json, v, out);
}
