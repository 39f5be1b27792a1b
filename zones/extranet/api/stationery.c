/* Blanks of certificates: stock, 缮证, 发证, 作废. */
#include "zones/extranet/store/stationery.h"

#include "common/document/document.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/store/document.h"
#include "zones/extranet/store/paper.h"
#include <stdio.h>
#include <string.h>

struct handling {
	const char *serial, *what, *text, *who;
	struct registry *r;
	struct stationery_range range;
	int (*act)(struct db_tx *tx, const char *serial, const char *text, const char *who,
		struct err_note *note);
	struct err_note note;
	json_t *out;
};

/* The paper of a right that ended would tell whoever is shown it of an owner who is none. */
static int stands(struct handling *h, struct db_tx *tx)
{
	json_t *paper = NULL;
	bool yes = false;
	int rc = paper_find(tx, h->text, &paper);
	if (rc == 0)
		rc = paper_stands(tx, h->r->service->vault, h->text, &yes);
	json_decref(paper);
	if (rc == ERR_NOTFOUND)
		return 0;
	return rc == 0 && !yes ? err_set(&h->note, ERR_STATE, "the right of this certificate has ended") : rc;
}

static int handle(struct db_tx *tx, void *arg)
{
	struct handling *h = arg;
	json_decref(h->out);
	h->out = NULL;
	int rc = h->act == stationery_print ? stands(h, tx) : 0;
	if (rc == 0)
		rc = h->act(tx, h->serial, h->text, h->who, &h->note);
	if (rc == 0)
		rc = stationery_get(tx, h->serial, &h->out);
	return rc == 0 ? audit_record(tx, h->who, h->what, h->serial, NULL) : rc;
}

static int handle_do(struct http_request *r, struct handling *h, const char *key)
{
	struct err_note note = {0};
	h->serial = http_param(r, "serial");
	h->who = http_user(r)->user;
	h->r = api_registry(r);
	int rc = json_get_str(http_body(r), key, 200, &h->text, &note);
	if (rc == 0 && !*h->text)
		rc = err_set(&note, ERR_SCHEMA, "%s: must not be empty", key);
	if (rc < 0)
		return http_fail_note(r, &note);
	rc = account_act(r, handle, h);
	if (rc < 0)
		return h->note.err == rc ? http_fail_note(r, &h->note) : rc;
	return http_reply_json(r, 200, h->out);
}

int api_stationery_print(struct http_request *r)
{
	struct handling h = {.what = "certificate.print", .act = stationery_print};
	return handle_do(r, &h, "paper");
}

int api_stationery_hand_over(struct http_request *r)
{
	struct handling h = {.what = "certificate.hand-over", .act = stationery_hand_over};
	return handle_do(r, &h, "to");
}

int api_stationery_spoil(struct http_request *r)
{
	struct handling h = {.what = "certificate.spoil", .act = stationery_spoil};
	return handle_do(r, &h, "reason");
}

static int receive(struct db_tx *tx, void *arg)
{
	struct handling *h = arg;
	json_decref(h->out);
	h->out = NULL;
	int rc = stationery_receive(tx, &h->range, h->who, &h->note);
	if (rc == 0)
		rc = stationery_list(tx, "", "", &h->out);
	return rc == 0 ? audit_record(tx, h->who, "certificate.stock", h->range.prefix, NULL) : rc;
}

int api_stationery_receive(struct http_request *r)
{
	struct handling h = {.who = http_user(r)->user};
	struct stationery_range *g = &h.range;
	struct err_note note = {0};
	int64_t digits = 0;
	int rc = json_get_str(http_body(r), "kind", 8, &g->kind, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "prefix", 16, &g->prefix, &note);
	if (rc == 0)
		rc = json_get_int(http_body(r), "from", 1, 999999999, &g->from, &note);
	if (rc == 0)
		rc = json_get_int(http_body(r), "to", 1, 999999999, &g->to, &note);
	if (rc == 0)
		rc = json_get_int(http_body(r), "digits", 1, 12, &digits, &note);
	if (rc == 0 && strcmp(g->kind, "title") != 0 && strcmp(g->kind, "proof") != 0)
		rc = err_set(&note, ERR_SCHEMA, "kind: title or proof");
	if (rc == 0 && g->prefix[strspn(g->prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")])
		rc = err_set(&note, ERR_SCHEMA, "prefix: A-Z, 0-9 and -");
	if (rc < 0)
		return http_fail_note(r, &note);
	g->digits = (int)digits;
	rc = account_act(r, receive, &h);
	if (rc < 0)
		return h.note.err == rc ? http_fail_note(r, &h.note) : rc;
	return http_reply_json(r, 200, h.out);
}

struct stock_look {
	const char *a, *b;
	json_t *out;
};

static int list_read(struct db_tx *tx, void *arg)
{
	struct stock_look *l = arg;
	return stationery_list(tx, l->a, l->b, &l->out);
}

int api_stationery(struct http_request *r)
{
	const char *state = http_query(r, "state"), *after = http_query(r, "after");
	struct stock_look l = {state ? state : "", after ? after : "", NULL};
	int rc = account_read(r, list_read, &l);
	return rc < 0 ? rc : http_reply_json(r, 200, l.out);
}

static int one_read(struct db_tx *tx, void *arg)
{
	struct stock_look *l = arg;
	return stationery_get(tx, l->a, &l->out);
}

int api_stationery_one(struct http_request *r)
{
	struct stock_look l = {http_param(r, "serial"), "", NULL};
	int rc = account_read(r, one_read, &l);
	return rc < 0 ? rc : http_reply_json(r, 200, l.out);
}

/* The certificate's own facts, to be printed on this blank. */
struct printing {
	struct registry *r;
	const char *serial;
	char paper[DOCUMENT_NUMBER];
	struct document_row d;
	json_t *facts;
};

static int printing_read(struct db_tx *tx, void *arg)
{
	struct printing *p = arg;
	json_t *blank = NULL;
	int rc = stationery_get(tx, p->serial, &blank);
	snprintf(p->paper, sizeof p->paper, "%s", rc == 0 ? json_str(blank, "paper") : "");
	/* What was handed over or spoiled is not printed once more. */
	if (rc == 0 && strcmp(json_str(blank, "state"), "printed") != 0)
		rc = ERR_STATE;
	json_decref(blank);
	json_decref(p->facts);
	p->facts = NULL;
	return rc == 0 ? document_get(tx, p->r->service->vault, p->paper, &p->d, &p->facts) : rc;
}

int api_stationery_sheet(struct http_request *r)
{
	struct printing p = {.r = api_registry(r), .serial = http_param(r, "serial")};
	const struct layout *l = NULL;
	struct document *d = NULL;
	struct err_note note = {0};
	struct buf pdf;
	int rc = account_reveal_if(r, p.paper, "缮证打印 printed on a blank", printing_read, &p);
	if (rc == 0) {
		bool proof = strcmp(p.d.kind, "certificate-proof") == 0;
		l = layout_find(p.r->layouts, proof ? "certificate-proof-print" : "certificate-print");
		rc = l ? 0 : ERR_CONFIG;
	}
	if (rc == 0 && json_object_set_new(p.facts, "serial", json_string(p.serial)))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = document_new(l, p.facts, p.r->service->suite, &d, &note);
	buf_init(&pdf, 16 << 20);
	if (rc == 0)
		rc = document_pdf(d, &pdf);
	if (rc == 0)
		rc = http_reply_bytes(r, 200, "application/pdf", NULL, buf_view(&pdf));
	document_free(d);
	buf_fini(&pdf);
	json_decref(p.facts);
	return rc;
}
