/* What a case had and what came back for it: read for the archive. */
#include "zones/extranet/store/case.h"

#include "common/db/db_rows.h"

DB_STMT(tax_void_rows, "SELECT voucher, amount_cents, paid_on, entered_by, at, voided_by, voided_at FROM "
		       "reg_tax_void WHERE tenant = :tenant AND case_id = :case_id ORDER BY n");
DB_STMT(cadastral_select, "SELECT cadastral FROM reg_case WHERE tenant = :tenant AND id = :case_id");

static json_t *void_row(struct db_query *q)
{
	return json_pack("{s:s,s:I,s:s,s:s,s:s,s:s,s:s}", "voucher_no", db_text(q, 0), "amount_cents",
		(json_int_t)db_int(q, 1), "paid_on", db_text(q, 2), "by", db_text(q, 3), "at", db_text(q, 4),
		"voided_by", db_text(q, 5), "voided_at", db_text(q, 6));
}

int case_tax_voids(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &tax_void_rows);
	db_bind_text(q, "case_id", case_id);
	return db_rows(q, void_row, out);
}

int case_cadastral(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &cadastral_select);
	db_bind_text(q, "case_id", case_id);
	int rc = db_step(q);
	if (rc == 1 && !db_null(q, 0)) {
		rc = json_parse(view_str(db_text(q, 0)), 1 << 20, out, NULL);
	} else if (rc >= 0) {
		*out = json_null();
		rc = 0;
	}
	db_done(q);
	return rc;
}
