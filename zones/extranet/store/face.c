#include "zones/extranet/store/face.h"

#include "common/db/db_rows.h"
#include <stdio.h>

DB_STMT(reg_face_insert, "INSERT INTO reg_face (tenant, case_id, n, nonce, score, at, statement, signature, "
			 "certificate) VALUES "
			 "(:tenant, :case, :n, :nonce, :score, :at, :statement, :signature, :certificate)");
DB_STMT(reg_face_newest,
	"SELECT score, at FROM reg_face WHERE tenant = :tenant AND case_id = :case AND n = :n ORDER "
	"BY at DESC, nonce DESC LIMIT 1");

DB_STMT(reg_face_rows,
	"SELECT n, score, at, nonce, statement, signature, certificate FROM reg_face WHERE tenant "
	"= :tenant AND case_id = :case ORDER BY at, n, nonce");

int face_add(struct db_tx *tx, struct vault *v, const char *case_id, int n, const struct face_result *r,
	const struct face_fact *f)
{
	struct buf sealed;
	buf_init(&sealed, 8192);
	int rc = vault_seal(v, "reg_face", "statement", f->nonce.s, view_str(r->statement), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &reg_face_insert);
		db_bind_text(q, "case", case_id);
		db_bind_int(q, "n", n);
		db_bind_text(q, "nonce", f->nonce.s);
		db_bind_int(q, "score", f->score);
		db_bind_text(q, "at", f->at);
		db_bind_textn(q, "statement", buf_view(&sealed));
		db_bind_text(q, "signature", r->signature);
		db_bind_text(q, "certificate", r->certificate);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

int face_of(struct db_tx *tx, const char *case_id, int n, int64_t *score, char at[static TIME_TEXT])
{
	struct db_query *q = db_query(tx, &reg_face_newest);
	db_bind_text(q, "case", case_id);
	db_bind_int(q, "n", n);
	int rc = db_found(db_step(q));
	if (rc == 0) {
		*score = db_int(q, 0);
		snprintf(at, TIME_TEXT, "%s", db_text(q, 1));
	}
	db_done(q);
	return rc;
}

static int row_json(struct db_query *q, void *vault, json_t **out)
{
	struct buf plain;
	buf_init(&plain, 8192);
	int rc = vault_unseal(vault, "reg_face", "statement", db_text(q, 3), db_text(q, 4), &plain);
	if (rc == 0) {
		*out = json_pack("{s:I,s:I,s:s,s:s#,s:s,s:s}", "party", (json_int_t)db_int(q, 0), "score",
			(json_int_t)db_int(q, 1), "at", db_text(q, 2), "statement", (const char *)plain.p,
			(int)plain.n, "signature", db_text(q, 5), "certificate", db_text(q, 6));
		rc = *out ? 0 : ERR_NOMEM;
	}
	buf_fini(&plain);
	return rc;
}

int face_list(struct db_tx *tx, struct vault *v, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &reg_face_rows);
	db_bind_text(q, "case", case_id);
	return db_rows_with(q, row_json, v, out);
}
