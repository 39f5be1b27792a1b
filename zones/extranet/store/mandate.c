#include "zones/extranet/store/mandate.h"

#include "common/db/db_rows.h"

DB_STMT(reg_mandate_insert,
	"INSERT INTO reg_mandate (tenant, case_id, n, nonce, kind, power, businesses, units, valid_from, "
	"valid_until, at, statement, signature, certificate) VALUES (:tenant, :case, :n, :nonce, :kind, "
	":power, :businesses, :units, :from, :until, :at, :statement, :signature, :certificate)");
DB_STMT(reg_mandate_newest,
	"SELECT kind, power, businesses, units, valid_from, valid_until, at FROM reg_mandate WHERE tenant = "
	":tenant AND case_id = :case AND n = :n ORDER BY at DESC, nonce DESC LIMIT 1");
DB_STMT(reg_mandate_rows,
	"SELECT n, nonce, statement, signature, certificate FROM reg_mandate WHERE tenant = :tenant AND "
	"case_id = :case ORDER BY at, nonce");

int mandate_add(struct db_tx *tx, struct vault *v, const char *case_id, int n,
	const struct authority_result *r, const struct mandate *m)
{
	struct buf sealed, businesses, units;
	buf_init(&sealed, 16384);
	buf_init(&businesses, 8192);
	buf_init(&units, 8192);
	int rc = vault_seal(v, "reg_mandate", "statement", m->nonce.s, view_str(r->statement), &sealed);
	if (rc == 0)
		rc = json_canon(m->businesses, &businesses);
	if (rc == 0)
		rc = json_canon(m->units, &units);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &reg_mandate_insert);
		db_bind_text(q, "case", case_id);
		db_bind_int(q, "n", n);
		db_bind_text(q, "nonce", m->nonce.s);
		db_bind_text(q, "kind", m->kind);
		db_bind_text(q, "power", m->power.s);
		db_bind_textn(q, "businesses", buf_view(&businesses));
		db_bind_textn(q, "units", buf_view(&units));
		db_bind_text(q, "from", m->from);
		db_bind_text(q, "until", m->until);
		db_bind_text(q, "at", m->issued);
		db_bind_textn(q, "statement", buf_view(&sealed));
		db_bind_text(q, "signature", r->signature);
		db_bind_text(q, "certificate", r->certificate);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	buf_fini(&businesses);
	buf_fini(&units);
	return rc;
}

int mandate_of(struct db_tx *tx, const char *case_id, int n, json_t **out)
{
	json_t *businesses = NULL, *units = NULL;
	struct db_query *q = db_query(tx, &reg_mandate_newest);
	db_bind_text(q, "case", case_id);
	db_bind_int(q, "n", n);
	int rc = db_found(db_step(q));
	if (rc == 0)
		rc = json_parse(view_str(db_text(q, 2)), 8192, &businesses, NULL);
	if (rc == 0)
		rc = json_parse(view_str(db_text(q, 3)), 8192, &units, NULL);
	if (rc == 0) {
		*out = json_pack("{s:s,s:s,s:O,s:O,s:s,s:s,s:s}", "kind", db_text(q, 0), "power",
			db_text(q, 1), "businesses", businesses, "units", units, "from", db_text(q, 4),
			"until", db_text(q, 5), "at", db_text(q, 6));
		rc = *out ? 0 : ERR_NOMEM;
	}
	json_decref(businesses);
	json_decref(units);
	db_done(q);
	return rc;
}

static int row_json(struct db_query *q, void *vault, json_t **one)
{
	struct buf text;
	buf_init(&text, MANDATE_STATEMENT_MAX + 1);
	int rc = vault_unseal(vault, "reg_mandate", "statement", db_text(q, 1), db_text(q, 2), &text);
	if (rc == 0)
		*one = json_pack("{s:I,s:s#,s:s,s:s}", "party", (json_int_t)db_int(q, 0), "statement",
			(const char *)text.p, (int)text.n, "signature", db_text(q, 3), "certificate",
			db_text(q, 4));
	buf_fini(&text);
	return rc;
}

int mandate_list(struct db_tx *tx, struct vault *v, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &reg_mandate_rows);
	db_bind_text(q, "case", case_id);
	return db_rows_with(q, row_json, v, out);
}
