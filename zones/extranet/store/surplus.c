#include "zones/extranet/store/surplus.h"

#include "common/db/db_rows.h"
#include "zones/extranet/domain/charge.h"
#include "zones/extranet/transfer/progress.h"
#include <stdio.h>

DB_STMT(surplus_insert,
	"INSERT INTO reg_surplus (tenant, case_id, number, payment, amount_cents, why, paid_at, at) VALUES "
	"(:tenant, :case_id, :number, :payment, :amount, :why, :paid_at, :at)");
DB_STMT(surplus_update,
	"UPDATE reg_surplus SET refund = :refund, refunded_at = :at WHERE tenant = :tenant AND "
	"case_id = :case_id AND number = :number AND amount_cents = :amount AND refund = ''");
DB_STMT(surplus_receipts,
	"SELECT count(*) FROM reg_surplus WHERE tenant = :tenant AND case_id = :case_id AND "
	"(payment = :receipt OR refund = :receipt)");
DB_STMT(surplus_rows,
	"SELECT number, payment, amount_cents, why, paid_at, at, refund, refunded_at FROM reg_surplus WHERE "
	"tenant = :tenant AND case_id = :case_id ORDER BY at, payment");

static int tell(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct paid *got,
	const char *zh, const char *en, const char *form)
{
	char yuan[32], note[400];
	charge_yuan(got->amount_cents, yuan, sizeof yuan);
	snprintf(note, sizeof note, "%s %s %s", yuan, form, got->payment);
	return progress_put_step(r, tx, c, zh, en, note);
}

int surplus_take(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct paid *got,
	const char *why)
{
	char at[TIME_TEXT];
	struct db_query *q = db_query(tx, &surplus_insert);
	time_text(time_now_ms(), at);
	db_bind_text(q, "case_id", c->id);
	db_bind_text(q, "number", got->order);
	db_bind_text(q, "payment", got->payment);
	db_bind_int(q, "amount", got->amount_cents);
	db_bind_text(q, "why", why);
	db_bind_text(q, "paid_at", got->at);
	db_bind_text(q, "at", at);
	int rc = db_exec(q);
	if (rc == 0)
		rc = progress_put_refund(r, tx, c, got->order, got->amount_cents);
	return rc == 0 ? tell(r, tx, c, got, "重复缴款，原路退回", "Paid twice, goes back",
				 "元：此款此前已另行缴清，网上支付的款项原路退回，无需申请。支付号")
		       : rc;
}

int surplus_refunded(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct paid *got)
{
	struct db_query *q = db_query(tx, &surplus_update);
	db_bind_text(q, "refund", got->payment);
	db_bind_text(q, "at", got->at);
	db_bind_text(q, "case_id", c->id);
	db_bind_text(q, "number", got->order);
	db_bind_int(q, "amount", got->amount_cents);
	int rc = db_exec(q);
	if (rc == 0 && db_changes(tx) != 1)
		return ERR_NOTFOUND;
	return rc == 0 ? tell(r, tx, c, got, "重复缴款已退回", "What was paid twice is back",
				 "元已由支付平台原路退回。退款号")
		       : rc;
}

int surplus_has(struct db_tx *tx, const char *case_id, const char *receipt, bool *has)
{
	int64_t n = 0;
	struct db_query *q = db_query(tx, &surplus_receipts);
	db_bind_text(q, "case_id", case_id);
	db_bind_text(q, "receipt", receipt);
	int rc = db_one_int(q, &n);
	*has = n > 0;
	return rc;
}

static json_t *row_json(struct db_query *q)
{
	return json_pack("{s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:s}", "number", db_text(q, 0), "payment",
		db_text(q, 1), "amount_cents", (json_int_t)db_int(q, 2), "why", db_text(q, 3), "paid_at",
		db_text(q, 4), "at", db_text(q, 5), "refund", db_text(q, 6), "refunded_at", db_text(q, 7));
}

int surplus_list(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &surplus_rows);
	db_bind_text(q, "case_id", case_id);
	return db_rows(q, row_json, out);
}
