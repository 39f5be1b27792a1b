#include "zones/internet/store/payment.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

#define LINES_MAX 4096

DB_STMT(payment_insert,
	"INSERT INTO payment (tenant, id, application, lines, state, opened_at, asked_at) VALUES (:tenant, "
	":id, :application, :lines, 'open', :at, :at)");
DB_STMT(payment_select,
	"SELECT id, application, state, opened_at, lines FROM payment WHERE tenant = :tenant AND application "
	"= :application AND state = 'open' ORDER BY opened_at DESC, id DESC LIMIT 1");
DB_STMT(payment_rows, "SELECT id, lines FROM payment WHERE tenant = :tenant AND application = :application "
		      "AND state = 'open'");
DB_STMT(payment_set_state, "UPDATE payment SET state = :state WHERE tenant = :tenant AND id = :id");
DB_STMT(payment_due, "SELECT id, application FROM payment WHERE tenant = :tenant AND state = 'open' AND "
		     "asked_at < :before ORDER BY asked_at LIMIT 50");
DB_STMT(payment_set_asked,
	"UPDATE payment SET asked_at = :at, state = CASE WHEN :closed = 1 AND state = 'open' THEN 'closed' "
	"ELSE state END WHERE tenant = :tenant AND id = :id");
DB_STMT(receipt_count, "SELECT count(*) FROM payment_receipt WHERE tenant = :tenant AND number = :number");
DB_STMT(receipt_paid, "SELECT count(*) FROM payment_receipt WHERE tenant = :tenant AND application = "
		      ":application AND item = :item AND refund = 0");
DB_STMT(receipt_insert,
	"INSERT INTO payment_receipt (tenant, number, application, item, refund, amount_cents, at, receipt, "
	"signature, certificate, message, reason) VALUES (:tenant, :number, :application, :item, :refund, "
	":amount, :at, :receipt, :signature, :certificate, :message, '')");
DB_STMT(receipt_refuse,
	"UPDATE payment_receipt SET reason = :reason WHERE tenant = :tenant AND message = :message");
DB_STMT(receipt_of, "SELECT count(*) FROM payment_receipt WHERE tenant = :tenant AND application = "
		    ":application AND number = :number");
DB_STMT(receipt_list,
	"SELECT number, item, refund, amount_cents, at, reason FROM payment_receipt WHERE tenant = :tenant "
	"AND application = :application ORDER BY at, number");
DB_STMT(refund_insert,
	"INSERT INTO payment_refund (tenant, item, application, instruction, signature, seal_certificate, "
	"done) VALUES (:tenant, :item, :application, :instruction, :signature, :seal_certificate, 0) ON "
	"CONFLICT (tenant, item) DO NOTHING");
DB_STMT(refund_waiting,
	"SELECT item, instruction, signature, seal_certificate FROM payment_refund WHERE tenant = :tenant "
	"AND done = 0 ORDER BY item LIMIT 50");
DB_STMT(refund_done, "UPDATE payment_refund SET done = 1 WHERE tenant = :tenant AND item = :item");
DB_STMT(refund_list, "SELECT item FROM payment_refund WHERE tenant = :tenant AND application = :application "
		     "AND done = 0 ORDER BY item");

/* ---- orders */
void payment_fini(struct payment *p)
{
	json_decref(p->lines);
	p->lines = NULL;
}

static int state_set(struct db_tx *tx, const char *id, const char *state)
{
	struct db_query *q = db_query(tx, &payment_set_state);
	db_bind_text(q, "id", id);
	db_bind_text(q, "state", state);
	return db_exec(q);
}

int payment_find(struct db_tx *tx, const char *application, struct payment *out)
{
	struct db_query *q = db_query(tx, &payment_select);
	int read = 0;
	memset(out, 0, sizeof *out);
	db_bind_text(q, "application", application);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(out->id, sizeof out->id, "%s", db_text(q, 0));
		snprintf(out->application, sizeof out->application, "%s", db_text(q, 1));
		snprintf(out->state, sizeof out->state, "%s", db_text(q, 2));
		snprintf(out->opened_at, sizeof out->opened_at, "%s", db_text(q, 3));
		read = json_parse(view_str(db_text(q, 4)), LINES_MAX, &out->lines, NULL);
	}
	db_done(q);
	return read < 0 ? read : db_found(rc);
}

static int payment_insert_row(struct db_tx *tx, const struct payment *p)
{
	struct buf text;
	buf_init(&text, LINES_MAX);
	int rc = json_canon(p->lines, &text);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &payment_insert);
		db_bind_text(q, "id", p->id);
		db_bind_text(q, "application", p->application);
		db_bind_textn(q, "lines", buf_view(&text));
		db_bind_text(q, "at", p->opened_at);
		rc = db_exec(q);
	}
	buf_fini(&text);
	return rc;
}

int payment_open(struct db_tx *tx, const char *application, const json_t *lines, struct payment *out)
{
	int rc;
	while ((rc = payment_find(tx, application, out)) == 0) {
		if (json_equal(out->lines, lines))
			return 0;
		rc = state_set(tx, out->id, "closed");
		payment_fini(out);
		if (rc < 0)
			return rc;
	}
	if (rc != ERR_NOTFOUND)
		return rc;
	struct uuid id = uuid_new();
	memset(out, 0, sizeof *out);
	snprintf(out->id, sizeof out->id, "%s", id.s);
	snprintf(out->application, sizeof out->application, "%s", application);
	snprintf(out->state, sizeof out->state, "open");
	time_text(time_now_ms(), out->opened_at);
	out->lines = json_deep_copy(lines);
	rc = out->lines ? payment_insert_row(tx, out) : ERR_NOMEM;
	if (rc < 0)
		payment_fini(out);
	return rc;
}

static json_t *pair_row(struct db_query *q)
{
	return json_pack("[s,s]", db_text(q, 0), db_text(q, 1));
}

int payment_waiting(struct db_tx *tx, const char *before, json_t **out)
{
	struct db_query *q = db_query(tx, &payment_due);
	db_bind_text(q, "before", before);
	return db_rows(q, pair_row, out);
}

int payment_asked(struct db_tx *tx, const char *id, bool closed)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &payment_set_asked);
	db_bind_text(q, "at", at);
	db_bind_int(q, "closed", closed);
	db_bind_text(q, "id", id);
	return db_exec(q);
}

static int whole(struct db_tx *tx, const char *application, const char *lines, bool *all)
{
	json_t *list = NULL, *one;
	size_t i;
	int rc = json_parse(view_str(lines), LINES_MAX, &list, NULL);
	*all = true;
	json_array_foreach(list, i, one)
	{
		int64_t n = 0;
		struct db_query *q = db_query(tx, &receipt_paid);
		db_bind_text(q, "application", application);
		db_bind_text(q, "item", json_str(one, "number"));
		if (rc == 0)
			rc = db_one_int(q, &n);
		else
			db_done(q);
		*all = *all && n > 0;
	}
	json_decref(list);
	return rc;
}

int payment_settle(struct db_tx *tx, const char *application)
{
	json_t *rows = NULL, *one;
	size_t i;
	struct db_query *q = db_query(tx, &payment_rows);
	db_bind_text(q, "application", application);
	int rc = db_rows(q, pair_row, &rows);
	json_array_foreach(rows, i, one)
	{
		bool all = false;
		if (rc == 0)
			rc = whole(tx, application, json_string_value(json_array_get(one, 1)), &all);
		if (rc == 0 && all)
			rc = state_set(tx, json_string_value(json_array_get(one, 0)), "settled");
	}
	json_decref(rows);
	return rc;
}

/* ---- receipts */
static int count_of(struct db_query *q, bool *there)
{
	int64_t n = 0;
	int rc = db_one_int(q, &n);
	*there = n > 0;
	return rc;
}

int payment_receipt_known(struct db_tx *tx, const char *number, bool *known)
{
	struct db_query *q = db_query(tx, &receipt_count);
	db_bind_text(q, "number", number);
	return count_of(q, known);
}

int payment_receipt_add(struct db_tx *tx, const char *application, const struct payment_receipt *r)
{
	struct db_query *q = db_query(tx, &receipt_insert);
	db_bind_text(q, "number", r->paid->payment);
	db_bind_text(q, "application", application);
	db_bind_text(q, "item", r->paid->order);
	db_bind_int(q, "refund", r->paid->refund);
	db_bind_int(q, "amount", r->paid->amount_cents);
	db_bind_text(q, "at", r->paid->at);
	db_bind_text(q, "receipt", r->text);
	db_bind_text(q, "signature", r->signature);
	db_bind_text(q, "certificate", r->certificate);
	db_bind_text(q, "message", r->message);
	int rc = db_exec(q);
	if (rc == 0 && r->paid->refund) {
		q = db_query(tx, &refund_done);
		db_bind_text(q, "item", r->paid->order);
		rc = db_exec(q);
	}
	return rc;
}

int payment_receipt_refused(struct db_tx *tx, const char *message, const char *reason)
{
	struct db_query *q = db_query(tx, &receipt_refuse);
	db_bind_text(q, "reason", reason);
	db_bind_text(q, "message", message);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) == 0 ? ERR_NOTFOUND : rc;
}

int payment_receipt_of(struct db_tx *tx, const char *application, const char *number)
{
	bool there = false;
	struct db_query *q = db_query(tx, &receipt_of);
	db_bind_text(q, "application", application);
	db_bind_text(q, "number", number);
	int rc = count_of(q, &there);
	return rc == 0 && !there ? ERR_NOTFOUND : rc;
}

static json_t *receipt_row(struct db_query *q)
{
	return json_pack("{s:s,s:s,s:b,s:I,s:s,s:s}", "number", db_text(q, 0), "item", db_text(q, 1),
		"refund", (int)db_int(q, 2), "amount_cents", (json_int_t)db_int(q, 3), "at", db_text(q, 4),
		"reason", db_text(q, 5));
}

static json_t *refund_item(struct db_query *q)
{
	return json_string(db_text(q, 0));
}

int payment_json(struct db_tx *tx, const char *application, json_t **out)
{
	json_t *receipts = NULL, *returning = NULL;
	struct payment p;
	struct db_query *q = db_query(tx, &receipt_list);
	db_bind_text(q, "application", application);
	int rc = db_rows(q, receipt_row, &receipts);
	if (rc == 0) {
		q = db_query(tx, &refund_list);
		db_bind_text(q, "application", application);
		rc = db_rows(q, refund_item, &returning);
	}
	if (rc == 0) {
		rc = payment_find(tx, application, &p);
		rc = rc == ERR_NOTFOUND ? 0 : rc;
	}
	if (rc == 0) {
		*out = json_pack(
			"{s:s,s:O,s:O}", "opened", p.opened_at, "receipts", receipts, "returning", returning);
		rc = *out ? 0 : ERR_NOMEM;
		payment_fini(&p);
	}
	json_decref(receipts);
	json_decref(returning);
	return rc;
}

/* ---- money that goes back */
int payment_refund_put(struct db_tx *tx, const char *application, const char *item, const json_t *body)
{
	static const char *const texts[] = {"instruction", "signature", "seal_certificate"};
	struct db_query *q = db_query(tx, &refund_insert);
	db_bind_text(q, "item", item);
	db_bind_text(q, "application", application);
	for (size_t i = 0; i < 3; i++)
		db_bind_text(q, texts[i], json_str(body, texts[i]));
	return db_exec(q);
}

static json_t *refund_row(struct db_query *q)
{
	return json_pack("{s:s,s:s,s:s,s:s}", "item", db_text(q, 0), "instruction", db_text(q, 1),
		"signature", db_text(q, 2), "seal_certificate", db_text(q, 3));
}

int payment_refund_waiting(struct db_tx *tx, json_t **out)
{
	return db_rows(db_query(tx, &refund_waiting), refund_row, out);
}
