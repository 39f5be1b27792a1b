/* 缴费: to the payment platform, what became of it, its notices, the e-receipt 电子票据. */
#include "zones/internet/api/api.h"
#include "zones/internet/store/due.h"
#include "zones/internet/store/payment.h"
#include "zones/internet/transfer/payment.h"

struct paying {
	struct service *s;
	const struct http_account *who;
	const char *id, *number;
	struct payment order;
	json_t *dues;
	struct err_note note;
};

static int seen(struct paying *p, struct db_tx *tx, struct application *a)
{
	int party;
	int rc = application_get(tx, p->id, a);
	return rc == 0 ? api_may_see(p->s, tx, p->who, a, &party) : rc;
}

static int open_run(struct db_tx *tx, void *arg)
{
	struct paying *p = arg;
	struct application a;
	payment_fini(&p->order);
	json_decref(p->dues);
	p->dues = NULL;
	int rc = seen(p, tx, &a);
	if (rc == 0)
		rc = due_list(tx, a.id, &p->dues);
	if (rc == 0 && json_array_size(p->dues) == 0)
		rc = err_set(&p->note, ERR_STATE, "nothing is due");
	if (rc == 0)
		rc = payment_open(tx, a.id, p->dues, &p->order);
	return rc == 0 ? audit_record(tx, p->who->user, "payment.opened", a.id, NULL) : rc;
}

static int failed(struct http_request *r, int rc, const struct err_note *note)
{
	return note->err == rc ? http_fail_note(r, note) : rc;
}

int api_payment_open(struct http_request *r)
{
	static const struct limit_rule rule = {"payment", 20, 6000};
	struct paying p = {.s = http_arg(r), .who = http_user(r), .id = http_param(r, "id")};
	struct payments *y = api_portal(r)->payments;
	struct buf url;
	if (!y)
		return http_fail(r, ERR_STATE, "no payment platform is configured here; pay at the window");
	int rc = api_limit(r, &rule);
	if (rc < 0)
		return rc;
	buf_init(&url, 1024);
	rc = account_write(r, open_run, &p);
	if (rc == 0)
		rc = payments_order(y, p.order.id, p.order.lines, &url, &p.note);
	if (rc == 0)
		rc = http_reply_json(
			r, 200, json_pack("{s:s,s:s}", "url", (const char *)url.p, "order", p.order.id));
	else
		rc = failed(r, rc, &p.note);
	payment_fini(&p.order);
	json_decref(p.dues);
	buf_fini(&url);
	return rc;
}

static int find_run(struct db_tx *tx, void *arg)
{
	struct paying *p = arg;
	struct application a;
	int rc = seen(p, tx, &a);
	return rc == 0 ? payment_find(tx, a.id, &p->order) : rc;
}

/* Asks the platform now: whoever waits for an outcome need not wait for its notice. */
int api_payment_check(struct http_request *r)
{
	static const struct limit_rule rule = {"payment-check", 10, 5000};
	struct paying p = {.s = http_arg(r), .who = http_user(r), .id = http_param(r, "id")};
	struct payments *y = api_portal(r)->payments;
	int rc = y ? api_limit(r, &rule) : ERR_NOTFOUND;
	if (rc == 0)
		rc = account_read(r, find_run, &p);
	if (rc == 0)
		rc = payments_ask(y, p.order.id, &p.note);
	payment_fini(&p.order);
	/* Nothing open: it was settled meanwhile, or nothing was begun. */
	return rc == 0 || rc == ERR_NOTFOUND ? api_application_get(r) : failed(r, rc, &p.note);
}

/* From the platform: its signature counts, not who brings it. The same answer whether it is new or known. */
int api_payment_notice(struct http_request *r)
{
	static const struct limit_rule rule = {"payment-notice", 300, 200};
	struct payments *y = api_portal(r)->payments;
	struct err_note note = {0};
	int rc = y ? api_limit(r, &rule) : ERR_NOTFOUND;
	if (rc == 0)
		rc = payments_take(y, json_object_get(http_body(r), "receipts"), &note);
	return rc == 0 ? http_reply_json(r, 200, json_pack("{s:b}", "taken", 1)) : failed(r, rc, &note);
}

static int bill_run(struct db_tx *tx, void *arg)
{
	struct paying *p = arg;
	struct application a;
	int rc = seen(p, tx, &a);
	return rc == 0 ? payment_receipt_of(tx, a.id, p->number) : rc;
}

int api_payment_bill(struct http_request *r)
{
	static const struct limit_rule rule = {"payment-bill", 20, 3000};
	struct paying p = {.s = http_arg(r),
		.who = http_user(r),
		.id = http_param(r, "id"),
		.number = http_param(r, "number")};
	struct payments *y = api_portal(r)->payments;
	struct buf pdf;
	int rc = y ? api_limit(r, &rule) : ERR_NOTFOUND;
	if (rc == 0)
		rc = account_read(r, bill_run, &p);
	if (rc < 0)
		return rc;
	buf_init(&pdf, 4 << 20);
	rc = payments_bill(y, p.number, &pdf, &p.note);
	rc = rc == 0 ? http_reply_bytes(r, 200, "application/pdf", "bill.pdf", buf_view(&pdf))
		     : failed(r, rc, &p.note);
	buf_fini(&pdf);
	return rc;
}
