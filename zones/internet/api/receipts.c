/* 提交回执: for the parties as signed JSON and as PDF; for anybody who holds one, whether it is real. */
#include "common/document/document.h"
#include "common/message/format.h"
#include "common/workflow/holder.h"
#include "common/workflow/paper_facts.h"
#include "common/workflow/record.h"
#include "zones/internet/api/api.h"
#include "zones/internet/store/receipt.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct asking {
	struct service *s;
	const char *id;
	const struct http_account *who;
	struct receipt receipt;
	struct buf text;
};

static int ask_run(struct db_tx *tx, void *arg)
{
	struct asking *q = arg;
	struct application a;
	int party;
	q->text.n = 0;
	int rc = application_get(tx, q->id, &a);
	if (rc == 0)
		rc = api_may_see(q->s, tx, q->who, &a, &party);
	return rc == 0 ? receipt_get(tx, q->s->vault, a.id, &q->receipt, &q->text) : rc;
}

static int ask(struct http_request *r, struct asking *q)
{
	q->s = http_arg(r);
	q->id = http_param(r, "id");
	q->who = http_user(r);
	buf_init(&q->text, 2 << 20);
	return account_read(r, ask_run, q);
}

int api_receipt_json(struct http_request *r)
{
	struct asking q;
	int rc = ask(r, &q);
	if (rc == 0) {
		char hex[DIGEST_HEX];
		digest_hex(&q.receipt.digest, hex);
		rc = http_reply_json(r, 200,
			json_pack("{s:s,s:s,s:s,s:s,s:s}", "receipt", (const char *)q.text.p, "digest", hex,
				"signature", q.receipt.signature, "certificate", q.receipt.certificate, "at",
				q.receipt.at));
	}
	buf_fini(&q.text);
	return rc;
}

/* ---- as PDF */
static void asked_add(const struct business *b, const char *who, const json_t *answers, json_t *list)
{
	char text[PAPER_WORDS_MAX];
	for (size_t i = 0; i < b->nquestions; i++) {
		const struct business_question *q = &b->questions[i];
		const json_t *v = json_object_get(answers, q->f.code);
		if (!v)
			continue;
		paper_words(q->f.type, q->values, v, text);
		json_array_append_new(list,
			json_pack("{s:o,s:s}", "name", json_sprintf("%s：%s", who, q->zh), "value", text));
	}
}

/* What was filled in for papers, and what each party answered with its signature. */
static void papers_add(const struct business *b, const json_t *t, json_t *list)
{
	const json_t *form = json_object_get(t, "form"), *one;
	size_t i;
	json_array_foreach(json_object_get(form, "papers"), i, one)
	{
		const struct business_paper *p = business_paper_find(b, json_str(one, "code"));
		asked_add(b, p ? p->zh : "", json_object_get(one, "answers"), list);
	}
	json_array_foreach(json_object_get(t, "signatures"), i, one)
	{
		size_t n = (size_t)json_int(one, "party");
		asked_add(b, json_str(json_array_get(json_object_get(form, "parties"), n), "name"),
			record_of(json_object_get(one, "record"), n), list);
	}
}

static json_t *answers_json(const struct business *b, const json_t *t)
{
	char text[PAPER_WORDS_MAX];
	const json_t *form = json_object_get(t, "form");
	json_t *list = json_array();
	json_array_append_new(
		list, json_pack("{s:s,s:s}", "name", "不动产单元代码", "value", json_str(form, "unit_code")));
	for (size_t i = 0; i < b->nfields; i++) {
		const json_t *v = json_object_get(json_object_get(form, "fields"), b->fields[i].code);
		if (!v)
			continue;
		paper_words(b->fields[i].type, b->fields[i].values, v, text);
		json_array_append_new(list, json_pack("{s:s,s:s}", "name", b->fields[i].zh, "value", text));
	}
	holder_words(form, text);
	if (text[0])
		json_array_append_new(list, json_pack("{s:s,s:s}", "name", "领证方式", "value", text));
	papers_add(b, t, list);
	return list;
}

static json_t *materials_json(const json_t *form)
{
	json_t *list = json_array();
	const json_t *m;
	size_t i;
	json_array_foreach(json_object_get(form, "materials"), i, m)
	{
		char size[24];
		snprintf(size, sizeof size, "%lld", (long long)json_int(m, "size"));
		json_array_append_new(list, json_pack("{s:s,s:s,s:s}", "name", json_str(m, "name"), "size",
						    size, "digest", json_str(m, "digest")));
	}
	return list;
}

static int sheet_make(struct http_request *r, const struct asking *q, const json_t *t, struct buf *pdf)
{
	const struct portal *p = api_portal(r);
	const json_t *form = json_object_get(t, "form");
	const struct business *b =
		offer_find(p->offer, json_str(t, "business"), json_int(t, "business_version"));
	const char *office = format_division_name(json_str(t, "division"));
	struct document *d = NULL;
	struct err_note note = {0};
	char hex[DIGEST_HEX];
	if (!b)
		return ERR_NOTFOUND;
	digest_hex(&q->receipt.digest, hex);
	json_t *data = json_pack("{s:s,s:s,s:s+,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o}", "number", hex, "date",
		q->receipt.at, "office", office ? office : "", "不动产登记一窗申请平台", "application", q->id,
		"business", b->zh, "submitted", q->receipt.at, "form_digest", json_str(t, "form_digest"),
		"receipt_digest", hex, "statement", json_str(form, "statement"), "answers",
		answers_json(b, t), "parties", paper_parties(b, form), "materials", materials_json(form));
	int rc = data ? document_new(layout_find(p->layouts, "submission-receipt"), data, p->service->suite,
				&d, &note)
		      : ERR_NOMEM;
	if (rc == 0)
		rc = document_pdf(d, pdf);
	document_free(d);
	json_decref(data);
	return rc < 0 && note.err ? http_fail_note(r, &note) : rc;
}

int api_receipt_pdf(struct http_request *r)
{
	struct asking q;
	struct buf pdf;
	json_t *t = NULL;
	buf_init(&pdf, 16 << 20);
	int rc = ask(r, &q);
	if (rc == 0)
		rc = json_parse(buf_view(&q.text), 2 << 20, &t, NULL);
	if (rc == 0)
		rc = sheet_make(r, &q, t, &pdf);
	if (rc == 0)
		rc = http_reply_bytes(r, 200, "application/pdf", "receipt.pdf", buf_view(&pdf));
	json_decref(t);
	buf_fini(&pdf);
	buf_fini(&q.text);
	return rc;
}

/* ---- for anybody: who does not know the digest learns nothing */
struct check {
	const char *id;
	struct digest digest;
	char at[25];
};

static int check_run(struct db_tx *tx, void *arg)
{
	struct check *c = arg;
	return receipt_known(tx, c->id, &c->digest, c->at);
}

int api_receipt_check(struct http_request *r)
{
	static const struct limit_rule rule = {"receipt", 30, 2000};
	struct check c = {.id = http_param(r, "id")};
	int rc = api_limit(r, &rule);
	if (rc < 0)
		return rc;
	rc = digest_parse(http_param(r, "digest"), &c.digest) < 0 ? ERR_NOTFOUND
								  : account_read(r, check_run, &c);
	if (rc < 0 && rc != ERR_NOTFOUND)
		return rc;
	return http_reply_json(r, 200, json_pack("{s:b,s:s}", "valid", rc == 0, "at", c.at));
}
