#include "zones/extranet/transfer/archive_parts.h"

#include "common/workflow/record.h"
#include "zones/extranet/domain/consent_joint.h"
#include "zones/extranet/store/document.h"
#include "zones/extranet/transfer/archive_log.h"
#include <stdio.h>
#include <string.h>

#define MATERIAL_MAX (64 << 20)

static int add(struct archive_parts *p, const char *path, const char *title, struct view content)
{
	int rc = bag_add(p->bag, path, content);
	if (rc == 0 && json_array_append_new(p->files, json_pack("{s:s,s:s}", "path", path, "title", title)))
		rc = ERR_NOMEM;
	return rc;
}

static int json_add(struct archive_parts *p, const char *path, const char *title, const json_t *v)
{
	struct buf text;
	buf_init(&text, 16 << 20);
	int rc = json_canon(v, &text);
	if (rc == 0)
		rc = add(p, path, title, buf_view(&text));
	buf_fini(&text);
	return rc;
}

/* A signature as the bytes that openssl takes. */
static int signature_add(struct archive_parts *p, const char *path, const char *title, const char *base64)
{
	struct buf raw;
	buf_init(&raw, 1024);
	int rc = b64_parse(view_str(base64), &raw);
	if (rc == 0)
		rc = add(p, path, title, buf_view(&raw));
	buf_fini(&raw);
	return rc;
}

/* A text with its signature and the certificate of who signed it: STEM.json, STEM.json.sig, STEM.pem. */
struct signed_text {
	const char *stem, *zh;
	struct view text;
	const char *signature, *certificate;
};

static int signed_add(struct archive_parts *p, const struct signed_text *t)
{
	char path[128], title[200];
	snprintf(path, sizeof path, "%s.json", t->stem);
	int rc = add(p, path, t->zh, t->text);
	snprintf(path, sizeof path, "%s.json.sig", t->stem);
	snprintf(title, sizeof title, "签名 its signature（%s）", t->zh);
	if (rc == 0)
		rc = signature_add(p, path, title, t->signature);
	snprintf(path, sizeof path, "%s.pem", t->stem);
	snprintf(title, sizeof title, "签名证书 its signer's certificate（%s）", t->zh);
	return rc == 0 ? add(p, path, title, view_str(t->certificate)) : rc;
}

static int blob_add(struct archive_parts *p, const struct blob_ref *ref, const char *path, const char *title)
{
	struct buf content;
	buf_init(&content, MATERIAL_MAX);
	int rc = blob_load(p->r->service->blobs, ref, MATERIAL_MAX, &content);
	if (rc == 0)
		rc = add(p, path, title, buf_view(&content));
	buf_fini(&content);
	return rc;
}

/* ---- what was handed in and signed by the parties */

static int forms_add(struct archive_parts *p)
{
	const json_t *one;
	size_t i;
	int rc = add(p, "form.json", "申请书（签署原文） the form as signed", buf_view(&p->a->form));
	json_array_foreach(p->a->forms, i, one)
	{
		char path[64];
		snprintf(
			path, sizeof path, "forms/before-round-%lld.json", (long long)json_int(one, "round"));
		if (rc == 0)
			rc = add(p, path, "补正前的申请书 the form before a correction",
				view_str(json_str(one, "text")));
	}
	return rc;
}

/* What other services stated of the parties: {"statement","signature","certificate"} each. */
static int statements_add(struct archive_parts *p, const json_t *list, const char *kind, const char *title)
{
	const json_t *one;
	size_t i;
	int rc = 0;
	json_array_foreach(list, i, one)
	{
		char stem[64];
		snprintf(stem, sizeof stem, "parties/%02zu.%s", i + 1, kind);
		const struct signed_text t = {stem, title, view_str(json_str(one, "statement")),
			json_str(one, "signature"), json_str(one, "certificate")};
		if (rc == 0)
			rc = signed_add(p, &t);
	}
	return rc;
}

/* Whether a form with these answers is what the party signed; then it is added. */
static int signed_text_try(struct archive_parts *p, struct view form_text, const json_t *signature,
	const struct cert *signer, const char *path, bool *found)
{
	struct buf text;
	json_t *form = NULL;
	buf_init(&text, 2 << 20);
	int rc = json_parse(form_text, form_text.n, &form, NULL);
	if (rc == 0)
		rc = record_text(form, json_object_get(signature, "record"), &text);
	const json_t *joint = json_object_get(signature, "batch");
	struct uuid batch;
	if (joint)
		*found = rc == 0 && consent_joint_check(p->r->service->suite, joint, buf_view(&text), form,
					    &batch, NULL) == 0;
	else
		*found = rc == 0 &&
			 cert_verify_base64(signer, buf_view(&text), json_str(signature, "signature")) == 0;
	if (*found)
		rc = add(p, path, "申请书和询问笔录（签署原文） the form with the answers, as signed",
			buf_view(&text));
	json_decref(form);
	buf_fini(&text);
	return rc;
}

/* What a party signed, where it is the form with its answers 询问笔录. */
static int signed_text_add(struct archive_parts *p, const json_t *signature, size_t n)
{
	const json_t *one;
	char path[64];
	struct cert *signer = NULL;
	size_t i;
	bool found = false;
	if (!json_object_get(signature, "record"))
		return 0;
	snprintf(path, sizeof path, "parties/%02zu.signed.json", n + 1);
	int rc = cert_from_pem(view_str(json_str(signature, "certificate")), CERT_PERSON, &signer, NULL);
	if (rc == 0)
		rc = signed_text_try(p, buf_view(&p->a->form), signature, signer, path, &found);
	json_array_foreach(p->a->forms, i, one) if (rc == 0 && !found) rc =
		signed_text_try(p, view_str(json_str(one, "text")), signature, signer, path, &found);
	cert_free(signer);
	return rc;
}

/* What was signed, where it is not the form itself, and the way from the form to it. */
static int batch_add(struct archive_parts *p, size_t n, const json_t *joint)
{
	char path[64];
	int rc = 0;
	if (!joint)
		return 0;
	snprintf(path, sizeof path, "parties/%02zu.batch.json", n);
	rc = add(p, path, "集中申请签名文本 text signed for a batch", view_str(json_str(joint, "text")));
	snprintf(path, sizeof path, "parties/%02zu.batch-path.json", n);
	json_t *way = json_pack("{s:O,s:O}", "index", json_object_get(joint, "index"), "path",
		json_object_get(joint, "path"));
	if (rc == 0)
		rc = way ? json_add(p, path, "申请书在该文本下的位置 place of the form under it", way)
			 : ERR_NOMEM;
	json_decref(way);
	return rc;
}

/* 撤回: what was signed is not the form but that it is taken back. */
static int withdrawal_add(struct archive_parts *p, size_t n, const json_t *signature)
{
	char path[64];
	const char *text = json_str(signature, "withdrawal");
	snprintf(path, sizeof path, "parties/%02zu.withdrawal.json", n);
	return *text ? add(p, path, "撤回申请（签署原文） the withdrawal, as signed", view_str(text)) : 0;
}

static int signatures_add(struct archive_parts *p)
{
	const json_t *one;
	size_t i;
	int rc = 0;
	json_array_foreach(p->a->signatures, i, one)
	{
		char path[64], stem[64];
		snprintf(path, sizeof path, "parties/%02zu.form.sig", i + 1);
		if (rc == 0)
			rc = signature_add(p, path,
				*json_str(one, "withdrawal")
					? "当事人对撤回的签名 signature of a party over the withdrawal"
					: "当事人对申请书的签名 signature of a party over the form",
				json_str(one, "signature"));
		if (rc == 0)
			rc = withdrawal_add(p, i + 1, one);
		if (rc == 0)
			rc = batch_add(p, i + 1, json_object_get(one, "batch"));
		snprintf(path, sizeof path, "parties/%02zu.form.pem", i + 1);
		if (rc == 0)
			rc = add(p, path, "当事人证书 certificate of the party",
				view_str(json_str(one, "certificate")));
		if (rc == 0)
			rc = signed_text_add(p, one, i);
		snprintf(stem, sizeof stem, "parties/%02zu.token", i + 1);
		const struct signed_text t = {stem, "统一身份认证凭据 token of the identity platform",
			view_str(json_str(one, "token")), json_str(one, "token_signature"),
			json_str(one, "token_certificate")};
		if (rc == 0)
			rc = signed_add(p, &t);
	}
	if (rc == 0)
		rc = statements_add(p, p->a->faces, "face", "人脸比对结果 face comparison");
	return rc == 0 ? statements_add(
				 p, p->a->mandates, "mandate", "授权委托核验 power of attorney as stated")
		       : rc;
}

struct loading {
	const char *id, *number, *format;
	int n;
	struct case_material m;
	struct blob_ref ref;
	struct document_seal seal;
	json_t *facts;
	struct document_row row;
	struct vault *vault;
};

static int material_read(struct db_tx *tx, void *arg)
{
	struct loading *l = arg;
	return case_get_material(tx, l->id, l->n, &l->m);
}

static const char *ending(const char *media)
{
	return strcmp(media, "application/pdf") == 0   ? "pdf"
	       : strcmp(media, "image/jpeg") == 0      ? "jpg"
	       : strcmp(media, "image/png") == 0       ? "png"
	       : strcmp(media, "application/ofd") == 0 ? "ofd"
						       : "bin";
}

static int materials_add(struct archive_parts *p)
{
	struct service *s = p->r->service;
	json_t *m;
	size_t i;
	int rc = 0;
	json_array_foreach(p->a->materials, i, m)
	{
		struct loading l = {.id = p->a->id, .n = (int)json_int(m, "index")};
		char path[128];
		if (rc == 0)
			rc = db_read(s->db, p->a->office->division, material_read, &l);
		snprintf(path, sizeof path, "materials/%02zu-%s.%s", i + 1, l.m.code, ending(l.m.media));
		if (rc == 0)
			rc = blob_add(p, &l.m.ref, path, l.m.name);
		json_object_set_new(m, "file", json_string(path));
	}
	return rc;
}

/* ---- what the office made */

static int document_read(struct db_tx *tx, void *arg)
{
	struct loading *l = arg;
	int rc = document_file(tx, l->number, l->format, &l->ref);
	json_decref(l->facts);
	l->facts = NULL;
	buf_reset(&l->seal.statement);
	if (rc == 0)
		rc = document_seal_get(tx, l->number, &l->seal);
	return rc == 0 ? document_get(tx, l->vault, l->number, &l->row, &l->facts) : rc;
}

static int document_add_to(struct archive_parts *p, struct loading *l, const char *stem, const char *zh)
{
	struct service *s = p->r->service;
	char path[160], title[300];
	int rc = 0;
	for (int f = 0; rc == 0 && f < DOCUMENT_FORMATS; f++) {
		l->format = document_formats[f];
		rc = db_read(s->db, p->a->office->division, document_read, l);
		snprintf(path, sizeof path, "%s.%s", stem, l->format);
		snprintf(title, sizeof title, "%s %s (%s)", zh, l->number, l->format);
		if (rc == 0)
			rc = blob_add(p, &l->ref, path, title);
	}
	snprintf(path, sizeof path, "%s.statement", stem);
	const struct signed_text t = {path, "印章所盖的声明 sealed statement", buf_view(&l->seal.statement),
		l->seal.signature, l->seal.certificate};
	if (rc == 0)
		rc = signed_add(p, &t);
	snprintf(path, sizeof path, "%s.facts.json", stem);
	return rc == 0 ? json_add(p, path, "文书内容 what stands on it", l->facts) : rc;
}

static int documents_add(struct archive_parts *p)
{
	size_t i;
	json_t *d;
	int rc = 0;
	json_array_foreach(p->a->documents, i, d)
	{
		struct loading l = {.number = json_str(d, "number"), .vault = p->r->service->vault};
		const struct layout *y = layout_find(p->r->layouts, json_str(d, "kind"));
		char stem[96];
		buf_init(&l.seal.statement, 8192);
		snprintf(stem, sizeof stem, "documents/%02zu-%s", i + 1, json_str(d, "kind"));
		rc = document_add_to(p, &l, stem, y ? layout_zh(y) : "");
		json_decref(l.facts);
		buf_fini(&l.seal.statement);
		if (rc == 0 && (json_object_set_new(d, "zh", json_string(y ? layout_zh(y) : "")) ||
				       json_object_set_new(d, "en", json_string(y ? layout_en(y) : "")) ||
				       json_object_set_new(d, "file", json_sprintf("%s.pdf", stem))))
			rc = ERR_NOMEM;
		if (rc < 0)
			break;
	}
	return rc;
}

/* Each as it was signed, with its signature and the certificate that stands for the person. */
static int decisions_add(struct archive_parts *p)
{
	size_t i;
	json_t *d;
	int rc = 0;
	json_array_foreach(p->a->decisions, i, d)
	{
		char stem[96], title[200];
		snprintf(stem, sizeof stem, "decisions/%02zu-%s", i + 1, json_str(d, "act"));
		snprintf(title, sizeof title, "决定（%s 签名原文） decision as signed", json_str(d, "by"));
		const struct signed_text t = {stem, title, view_str(json_str(d, "body")),
			json_str(d, "signature"), json_str(d, "certificate")};
		if (rc == 0)
			rc = signed_add(p, &t);
		json_object_set_new(d, "file", json_sprintf("%s.json", stem));
	}
	return rc;
}

/* What the entries did to the book: text whose digest is in the log row, whose digest is in the decision. */
static int entries_add(struct archive_parts *p)
{
	const json_t *e, *row;
	size_t i, k;
	int rc = 0;
	json_array_foreach(p->a->entries, i, e)
	{
		char path[128];
		long long n = (long long)json_int(e, "n");
		snprintf(path, sizeof path, "register/%06lld/entry.txt", n);
		if (rc == 0)
			rc = add(p, path, "登簿日志行 row of the register's log",
				view_str(json_str(e, "text")));
		json_array_foreach(json_object_get(e, "rows"), k, row)
		{
			bool made = strcmp(json_str(row, "op"), "+") == 0;
			snprintf(path, sizeof path, "register/%06lld/%02zu-%s-%s-%lld.txt", n, k + 1,
				made ? "made" : "ended", json_str(row, "table"),
				(long long)json_int(row, "key"));
			if (rc == 0)
				rc = add(p, path, made ? "登簿写入的行 row made" : "登簿终止的行 row ended",
					view_str(json_str(row, "text")));
		}
	}
	if (rc == 0)
		rc = json_add(p, "book-before.json", "收件时的登记簿 the register when the case came in",
			p->a->before);
	return rc == 0 ? json_add(p, "book.json", "登簿结果 rows of the book", p->a->after) : rc;
}

static int record_add(void *arg, size_t n, struct view line, struct view proof)
{
	struct archive_parts *p = arg;
	char path[64];
	json_t *o = NULL;
	snprintf(path, sizeof path, "log/%04zu.json", n);
	int rc = add(p, path, "日志证明 proof of a log record", proof);
	if (rc == 0)
		rc = json_parse(line, line.n, &o, NULL);
	if (rc == 0 && (json_object_set_new(o, "file", json_string(path)) || json_array_append(p->log, o)))
		rc = ERR_NOMEM;
	json_decref(o);
	return rc;
}

int archive_parts_add(struct archive_parts *p)
{
	int rc = forms_add(p);
	if (rc == 0)
		rc = signatures_add(p);
	if (rc == 0)
		rc = materials_add(p);
	if (rc == 0)
		rc = decisions_add(p);
	if (rc == 0)
		rc = documents_add(p);
	if (rc == 0)
		rc = entries_add(p);
	if (rc == 0)
		rc = archive_log_each(p->a, record_add, p);
	return rc == 0 ? json_add(p, "case.json", "办件 the case", p->a->file) : rc;
}
