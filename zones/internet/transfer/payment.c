#include "zones/internet/transfer/payment.h"

#include "common/call/call.h"
#include "common/log/log.h"
#include "common/os/worker.h"
#include "common/service/revoked.h"
#include "zones/internet/store/application.h"
#include "zones/internet/store/due.h"
#include "zones/internet/store/payment.h"
#include "zones/internet/transfer/seal.h"
#include "zones/internet/transfer/submit.h"
#include <stdlib.h>
#include <string.h>

#define RECEIPTS_MAX 8
#define PATH_SIZE 600

struct payments {
	struct portal *p;
	struct trust *platform;
	struct worker *worker;
	int failures;
};

/* ---- asking the platform */
struct question {
	char url[PATH_SIZE];
	long status;
	struct call call;
};

static int question(
	struct payments *y, const char *path, const char *word, const json_t *body, struct question *q)
{
	int n = snprintf(q->url, sizeof q->url, "%s%s%s", y->p->config->payment_url, path, word);
	q->call = (struct call){.what = "payment platform",
		.url = q->url,
		.json = body,
		.timeout_ms = 5000,
		.log = y->p->calls,
		.status = &q->status};
	return n < 0 || (size_t)n >= sizeof q->url ? ERR_LIMIT : 0;
}

/* What its refusals mean. */
static int outcome(const struct question *q, int rc, struct err_note *note)
{
	if (rc == ERR_REFUSED && q->status == 404)
		return err_set(note, ERR_NOTFOUND, "payment platform: not there");
	if (rc == ERR_REFUSED && q->status == 409)
		return err_set(note, ERR_CONFLICT, "payment platform: it stands otherwise there");
	return rc;
}

static int ask(struct payments *y, const char *path, const char *word, const json_t *body, json_t **out,
	struct err_note *note)
{
	struct question q;
	int rc = question(y, path, word, body, &q);
	return rc == 0 ? outcome(&q, call_json(&q.call, out, note), note) : rc;
}

/* ---- receipts */
struct taking {
	struct payments *y;
	const json_t *one;
	struct paid paid;
	struct err_note *note;
};

static int tell(struct taking *t, struct db_tx *tx, const char *application, struct uuid *id)
{
	char division[7];
	int rc = submit_division(t->y->p, tx, application, division);
	json_t *body =
		rc == 0 ? json_pack("{s:s,s:s,s:s,s:s}", "application", application, "receipt",
				  json_str(t->one, "receipt"), "signature", json_str(t->one, "signature"),
				  "certificate", json_str(t->one, "certificate"))
			: NULL;
	if (!body)
		return rc < 0 ? rc : ERR_NOMEM;
	/* A number of its own: what is wrong with a payment holds up nothing else of the case. */
	struct exchange_draft d = {
		.type = "fee.paid", .dest = "extranet", .tenant = division, .body = body, .nkeys = 1};
	d.keys[0].kind = "payment";
	d.keys[0].id = application;
	rc = exchange_put(t->y->p->service->exchange, tx, &d, id, t->note);
	json_decref(body);
	return rc;
}

static int take_run(struct db_tx *tx, void *arg)
{
	struct taking *t = arg;
	struct uuid message;
	char application[37];
	bool known = false;
	int rc = payment_receipt_known(tx, t->paid.payment, &known);
	if (rc < 0 || known)
		return rc;
	rc = due_owner(tx, t->paid.order, application);
	if (rc == 0)
		rc = tell(t, tx, application, &message);
	if (rc < 0)
		return rc;
	const struct payment_receipt r = {&t->paid, json_str(t->one, "receipt"),
		json_str(t->one, "signature"), json_str(t->one, "certificate"), message.s};
	rc = payment_receipt_add(tx, application, &r);
	if (rc == 0)
		rc = payment_settle(tx, application);
	return rc == 0 ? audit_record(tx, "payment", t->paid.refund ? "payment.refunded" : "payment.received",
				 t->paid.payment, NULL)
		       : rc;
}

int payments_take(struct payments *y, const json_t *receipts, struct err_note *note)
{
	size_t i;
	const json_t *one;
	int rc = 0;
	if (!json_is_array(receipts) || json_array_size(receipts) > RECEIPTS_MAX)
		return err_set(note, ERR_SCHEMA, "receipts: a list of at most %d", RECEIPTS_MAX);
	json_array_foreach(receipts, i, one)
	{
		struct taking t = {.y = y, .one = one, .note = note};
		rc = paid_check(y->platform, json_str(one, "receipt"), json_str(one, "signature"),
			json_str(one, "certificate"), &t.paid, note);
		if (rc == 0)
			rc = db_write(y->p->service->db, y->p->service->tenant, take_run, &t);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* ---- what the portal wants to know */
int payments_order(
	struct payments *y, const char *id, const json_t *lines, struct buf *url, struct err_note *note)
{
	json_t *out = NULL, *body = json_pack("{s:s,s:O}", "order", id, "lines", lines);
	int rc = body ? ask(y, "/api/orders", "", body, &out, note) : ERR_NOMEM;
	if (rc == ERR_CONFLICT)
		rc = err_set(note, ERR_STATE, "this was paid already, or is being paid: ask for the outcome");
	if (rc == 0 && !call_address_good(json_str(out, "url")))
		rc = err_set(note, ERR_REFUSED, "payment platform: its page is no good address");
	if (rc == 0)
		rc = buf_add_str(url, json_str(out, "url"));
	json_decref(body);
	json_decref(out);
	return rc;
}

struct asked {
	const char *id;
	bool closed;
};

static int asked_run(struct db_tx *tx, void *arg)
{
	const struct asked *a = arg;
	return payment_asked(tx, a->id, a->closed);
}

int payments_ask(struct payments *y, const char *id, struct err_note *note)
{
	json_t *out = NULL;
	struct asked a = {id, false};
	int rc = ask(y, "/api/orders/", id, NULL, &out, note);
	a.closed = rc == ERR_NOTFOUND || (rc == 0 && strcmp(json_str(out, "state"), "closed") == 0);
	if (rc == 0)
		rc = payments_take(y, json_object_get(out, "receipts"), note);
	json_decref(out);
	if (rc < 0 && rc != ERR_NOTFOUND)
		return rc;
	return db_write(y->p->service->db, y->p->service->tenant, asked_run, &a);
}

int payments_bill(struct payments *y, const char *number, struct buf *pdf, struct err_note *note)
{
	struct question q;
	for (const char *c = number; *c; c++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", *c))
			return ERR_NOTFOUND;
	int rc = question(y, "/api/bills/", number, NULL, &q);
	if (rc == 0)
		rc = outcome(&q, call_bytes(&q.call, pdf, note), note);
	if (rc == 0 && (pdf->n < 5 || memcmp(pdf->p, "%PDF-", 5) != 0))
		rc = err_set(note, ERR_REFUSED, "payment platform: the e-receipt is no PDF");
	return rc;
}

/* ---- the thread */
static int refund_send(struct payments *y, const json_t *one, struct err_note *note)
{
	json_t *out = NULL,
	       *body = json_pack("{s:s,s:s,s:s}", "instruction", json_str(one, "instruction"), "signature",
		       json_str(one, "signature"), "seal_certificate", json_str(one, "seal_certificate"));
	int rc = body ? ask(y, "/api/refunds", "", body, &out, note) : ERR_NOMEM;
	/* No receipt yet: it comes by notice, or with the next look. */
	if (rc == 0)
		rc = payments_take(y, json_object_get(out, "receipts"), note);
	json_decref(body);
	json_decref(out);
	return rc;
}

static int refunds_read(struct db_tx *tx, void *arg)
{
	return payment_refund_waiting(tx, arg);
}

struct waiting {
	char before[TIME_TEXT];
	json_t *rows;
};

static int waiting_read(struct db_tx *tx, void *arg)
{
	struct waiting *w = arg;
	return payment_waiting(tx, w->before, &w->rows);
}

static void failed(const char *what, const char *id, int rc, const struct err_note *note)
{
	log_warn("payment", "%s=%s error=%s text=\"%s\"", what, id, err_name(rc), note->text);
}

static int run(struct payments *y)
{
	struct service *s = y->p->service;
	struct waiting w = {.rows = NULL};
	json_t *refunds = NULL, *one;
	size_t i;
	int worst = 0;
	int rc = db_read(s->db, s->tenant, refunds_read, &refunds);
	json_array_foreach(refunds, i, one)
	{
		struct err_note note = {0};
		if (worker_stopping(y->worker))
			break;
		int sent = refund_send(y, one, &note);
		if (sent < 0)
			failed("refund", json_str(one, "item"), worst = sent, &note);
	}
	time_text(time_now_ms() - y->p->config->payment_check, w.before);
	if (rc == 0)
		rc = db_read(s->db, s->tenant, waiting_read, &w);
	json_array_foreach(w.rows, i, one)
	{
		struct err_note note = {0};
		const char *id = json_string_value(json_array_get(one, 0));
		if (worker_stopping(y->worker))
			break;
		int told = payments_ask(y, id, &note);
		if (told < 0)
			failed("order", id, worst = told, &note);
	}
	json_decref(refunds);
	json_decref(w.rows);
	return rc < 0 ? rc : worst;
}

static int64_t work(void *arg)
{
	struct payments *y = arg;
	y->failures = run(y) == 0 ? 0 : y->failures < 5 ? y->failures + 1 : 5;
	return y->p->config->payment_check << y->failures;
}

int payments_new(struct portal *p, struct payments **out, struct err_note *note)
{
	const struct portal_config *c = p->config;
	if (!call_address_good(c->payment_url))
		return err_set(note, ERR_CONFIG, "payment.url: https is needed, but on loopback");
	if (!c->payment_ca)
		return err_set(note, ERR_CONFIG, "payment.ca: is needed beside payment.url");
	struct payments *y = calloc(1, sizeof *y);
	if (!y)
		return ERR_NOMEM;
	y->p = p;
	int rc = trust_load(c->payment_ca, &y->platform, note);
	if (rc == 0)
		rc = revoked_add(p->service->revoked, y->platform, note);
	if (rc == 0)
		rc = worker_new(work, y, 0, &y->worker);
	if (rc < 0)
		payments_free(y);
	else
		*out = y;
	return rc;
}

int payments_start(struct payments *y)
{
	return worker_start(y->worker);
}

static void wake(void *arg)
{
	struct payments *y = arg;
	worker_wake(y->worker);
}

void payments_free(struct payments *y)
{
	if (!y)
		return;
	worker_free(y->worker);
	trust_free(y->platform);
	free(y);
}

/* ---- from the registry */
int receive_refund(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct portal *p = portal_of(arg);
	struct application a;
	json_t *o = NULL;
	(void)attachments;
	int rc = application_get(tx, json_str(m->body, "application"), &a);
	if (rc < 0)
		return rc == ERR_NOTFOUND ? err_set(note, ERR_REFUSED, "body.application: not of this portal")
					  : rc;
	rc = seal_check(p->seal, json_str(m->body, "instruction"), json_str(m->body, "signature"),
		json_str(m->body, "seal_certificate"), note);
	if (rc == 0)
		rc = json_parse(view_str(json_str(m->body, "instruction")), 1024, &o, note);
	if (rc == 0 && strcmp(json_str(o, "kind"), "refund") != 0)
		rc = err_set(note, ERR_REFUSED, "body.instruction.kind: no refund");
	if (rc == 0)
		rc = payment_refund_put(tx, a.id, json_str(o, "order"), m->body);
	json_decref(o);
	return rc == 0 && p->payments ? db_after_commit(tx, wake, p->payments) : rc;
}

int receive_tax(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct application a;
	(void)attachments;
	(void)arg;
	int rc = application_get(tx, json_str(m->body, "application"), &a);
	if (rc == ERR_NOTFOUND)
		return err_set(note, ERR_REFUSED, "body.application: not of this portal");
	return rc == 0 ? due_tax_put(tx, a.id, m->body) : rc;
}
