#include "zones/extranet/transfer/archive_pack.h"

#include "common/audit/audit_proof.h"
#include "common/log/log.h"
#include "zones/extranet/store/archive.h"
#include "zones/extranet/store/decision.h"
#include "zones/extranet/store/document.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/rules.h"
#include "zones/extranet/transfer/archive_page.h"
#include "zones/extranet/transfer/bag.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MATERIAL_MAX (64 << 20)
#define RECORDS_MAX 2000

struct entry {
	int64_t index;
	struct buf text;
};
struct packing {
	struct registry *r;
	const struct office *office;
	const char *id;
	struct case_row c;
	json_t *file, *materials, *documents, *book, *decisions; /* read on one snapshot */
	struct buf form;
	int64_t records; /* of the case in the database */
	struct entry *log;
	size_t nlog, own; /* of them, those of the case itself */
	struct bag *bag;
	json_t *files; /* of the page */
	char manifest[DIGEST_HEX];
	struct blob_ref ref;
};

static int parties_read(struct packing *p, struct db_tx *tx)
{
	json_t *list = json_array();
	struct case_party one;
	int rc = 0;
	for (int n = 0; rc == 0; n++) {
		rc = case_get_party(tx, p->r->service->vault, p->id, n, &one);
		if (rc == 0)
			json_array_append_new(list,
				json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "role", one.role, "name", one.name,
					"id_kind", one.id_kind, "id_number", one.id_number, "signed_at",
					one.signed_at, "certificate", one.person_certificate));
	}
	buf_wipe(&one, sizeof one);
	json_object_set_new(p->file, "parties", list);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* A verdict with what it found in one line, for the page. */
static void verdicts_say(json_t *verdicts)
{
	size_t i, k;
	json_t *v;
	const json_t *f;
	json_array_foreach(verdicts, i, v)
	{
		struct buf said;
		buf_init(&said, 65536);
		int rc = 0;
		json_array_foreach(json_object_get(json_object_get(v, "verdict"), "findings"), k, f) rc =
			rc == 0 ? buf_addf(&said, "%s[%s] %s", k ? "；" : "", json_str(f, "severity"),
					  json_str(f, "zh"))
				: rc;
		json_object_set_new(v, "said", json_string(said.n ? (const char *)said.p : "无提示 nothing"));
		buf_fini(&said);
	}
}

static int parts_read(struct packing *p, struct db_tx *tx)
{
	json_t *steps = NULL, *tax = NULL, *verdicts = NULL, *flow = NULL;
	int rc = case_steps(tx, p->id, &steps);
	if (rc == 0)
		rc = case_tax(tx, p->id, &tax);
	if (rc == 0)
		rc = rules_verdicts(tx, p->id, &verdicts);
	if (rc == 0)
		rc = flows_json(p->r, tx, &p->c, &flow);
	verdicts_say(verdicts);
	if (rc == 0 && (json_object_set(p->file, "steps", steps) || json_object_set(p->file, "tax", tax) ||
			       json_object_set(p->file, "checks", verdicts) ||
			       json_object_set(p->file, "flow", flow)))
		rc = ERR_NOMEM;
	json_decref(steps);
	json_decref(tax);
	json_decref(verdicts);
	json_decref(flow);
	return rc;
}

static void forget(struct packing *p)
{
	json_t **const all[] = {&p->file, &p->materials, &p->documents, &p->book, &p->decisions};
	for (size_t i = 0; i < 5; i++) {
		json_decref(*all[i]);
		*all[i] = NULL;
	}
	buf_reset(&p->form);
}

static int case_read(struct db_tx *tx, void *arg)
{
	struct packing *p = arg;
	forget(p);
	int rc = case_get(tx, p->id, &p->c);
	if (rc == 0)
		rc = case_json(&p->c, &p->file);
	if (rc == 0)
		rc = parties_read(p, tx);
	if (rc == 0)
		rc = parts_read(p, tx);
	if (rc == 0)
		rc = case_materials(tx, p->id, &p->materials);
	if (rc == 0)
		rc = document_list(tx, p->id, &p->documents);
	if (rc == 0)
		rc = decision_list(tx, p->id, true, &p->decisions);
	if (rc == 0)
		rc = book_unit(tx, p->r->service->vault, p->c.unit_code, NULL, &p->book);
	if (rc == 0)
		rc = case_get_form(tx, p->r->service->vault, p->id, &p->form);
	return rc == 0 ? archive_records(tx, p->c.number, &p->records) : rc;
}

static bool is_document(const struct packing *p, const char *number)
{
	size_t i;
	const json_t *d;
	json_array_foreach(p->documents, i, d) if (strcmp(json_str(d, "number"), number) == 0) return true;
	return false;
}

static int entry_take(void *arg, int64_t index, struct view text)
{
	struct packing *p = arg;
	json_t *o = NULL;
	int rc = json_parse(text, text.n, &o, NULL);
	bool own = rc == 0 && strcmp(json_str(o, "subject"), p->c.number) == 0;
	bool wanted = own || (rc == 0 && is_document(p, json_str(o, "subject")));
	json_decref(o);
	if (rc < 0 || !wanted)
		return rc;
	p->own += own;
	if (p->nlog == RECORDS_MAX)
		return ERR_LIMIT;
	struct entry *e = &p->log[p->nlog++];
	e->index = index;
	buf_init(&e->text, 65536);
	return buf_add_view(&e->text, text);
}

static int add(struct packing *p, const char *path, const char *title, struct view content)
{
	int rc = bag_add(p->bag, path, content);
	if (rc == 0 && json_array_append_new(p->files, json_pack("{s:s,s:s}", "path", path, "title", title)))
		rc = ERR_NOMEM;
	return rc;
}

static int json_add(struct packing *p, const char *path, const char *title, const json_t *v)
{
	struct buf text;
	buf_init(&text, 16 << 20);
	int rc = json_canon(v, &text);
	if (rc == 0)
		rc = add(p, path, title, buf_view(&text));
	buf_fini(&text);
	return rc;
}

/* Every record of the case and its documents, proved under the log's newest checkpoint. */
static int log_add(struct packing *p)
{
	char dir[1024];
	struct audit_view *v = NULL;
	struct err_note note = {0};
	const struct audit_view_options o = {.live = true, .each = entry_take, .arg = p};
	snprintf(dir, sizeof dir, "%s/audit", p->r->service->data_dir);
	int rc = audit_view_open(dir, &o, &v, &note);
	if (rc == 0 && (int64_t)p->own < p->records)
		rc = ERR_BUSY;
	for (size_t i = 0; rc == 0 && i < p->nlog; i++) {
		struct buf proof;
		char path[64];
		buf_init(&proof, AUDIT_PROOF_MAX);
		snprintf(path, sizeof path, "log/%04zu.json", i + 1);
		rc = p->log[i].index >= audit_view_size(v)
			     ? ERR_BUSY
			     : audit_proof_entry(v, p->log[i].index, buf_view(&p->log[i].text), &proof);
		if (rc == 0)
			rc = add(p, path, "日志证明 proof of a log record", buf_view(&proof));
		buf_fini(&proof);
	}
	audit_view_close(v);
	return rc;
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

static int blob_add(struct packing *p, const struct blob_ref *ref, const char *path, const char *title)
{
	struct buf content;
	buf_init(&content, MATERIAL_MAX);
	int rc = blob_load(p->r->service->blobs, ref, MATERIAL_MAX, &content);
	if (rc == 0)
		rc = add(p, path, title, buf_view(&content));
	buf_fini(&content);
	return rc;
}

static const char *ending(const char *media)
{
	return strcmp(media, "application/pdf") == 0   ? "pdf"
	       : strcmp(media, "image/jpeg") == 0      ? "jpg"
	       : strcmp(media, "image/png") == 0       ? "png"
	       : strcmp(media, "application/ofd") == 0 ? "ofd"
						       : "bin";
}

static int materials_add(struct packing *p)
{
	struct service *s = p->r->service;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < json_array_size(p->materials); i++) {
		struct loading l = {.id = p->id, .n = (int)i};
		char path[128];
		rc = db_read(s->db, p->office->division, material_read, &l);
		snprintf(path, sizeof path, "materials/%02zu-%s.%s", i + 1, l.m.code, ending(l.m.media));
		if (rc == 0)
			rc = blob_add(p, &l.m.ref, path, l.m.name);
	}
	return rc;
}

static int document_read(struct db_tx *tx, void *arg)
{
	struct loading *l = arg;
	int rc = document_file(tx, l->number, l->format, &l->ref);
	json_decref(l->facts);
	l->facts = NULL;
	if (rc == 0)
		rc = document_seal_get(tx, l->number, &l->seal);
	return rc == 0 ? document_get(tx, l->vault, l->number, &l->row, &l->facts) : rc;
}

static int seal_add(struct packing *p, const struct loading *l, const char *stem)
{
	struct buf sig;
	char path[160];
	buf_init(&sig, 512);
	int rc = b64_parse(view_str(l->seal.signature), &sig);
	snprintf(path, sizeof path, "%s.statement.json", stem);
	if (rc == 0)
		rc = add(p, path, "印章所盖的声明 sealed statement", buf_view(&l->seal.statement));
	snprintf(path, sizeof path, "%s.statement.json.sig", stem);
	if (rc == 0)
		rc = add(p, path, "印章签名 signature of the seal", buf_view(&sig));
	snprintf(path, sizeof path, "%s.facts.json", stem);
	if (rc == 0)
		rc = json_add(p, path, "文书内容 what stands on it", l->facts);
	buf_fini(&sig);
	return rc;
}

static int documents_add(struct packing *p)
{
	struct service *s = p->r->service;
	size_t i;
	const json_t *d;
	int rc = 0;
	json_array_foreach(p->documents, i, d)
	{
		struct loading l = {.number = json_str(d, "number"), .vault = s->vault};
		const struct layout *y = layout_find(p->r->layouts, json_str(d, "kind"));
		char stem[96], path[128], title[300];
		buf_init(&l.seal.statement, 8192);
		snprintf(stem, sizeof stem, "documents/%02zu-%s", i + 1, json_str(d, "kind"));
		for (int f = 0; rc == 0 && f < DOCUMENT_FORMATS; f++) {
			l.format = document_formats[f];
			rc = db_read(s->db, p->office->division, document_read, &l);
			snprintf(path, sizeof path, "%s.%s", stem, l.format);
			snprintf(
				title, sizeof title, "%s %s (%s)", y ? layout_zh(y) : "", l.number, l.format);
			if (rc == 0)
				rc = blob_add(p, &l.ref, path, title);
		}
		if (rc == 0)
			rc = seal_add(p, &l, stem);
		json_decref(l.facts);
		buf_fini(&l.seal.statement);
		if (rc < 0)
			break;
	}
	return rc;
}

/* Each as it was signed, with its signature and the certificate that stands for the person. */
static int decisions_add(struct packing *p)
{
	size_t i;
	json_t *d;
	int rc = 0;
	json_array_foreach(p->decisions, i, d)
	{
		struct buf sig;
		char path[96], title[200];
		buf_init(&sig, 512);
		if (rc == 0)
			rc = b64_parse(view_str(json_str(d, "signature")), &sig);
		snprintf(path, sizeof path, "decisions/%02zu-%s.json", i + 1, json_str(d, "act"));
		snprintf(title, sizeof title, "决定（%s 签名原文） decision as signed", json_str(d, "by"));
		if (rc == 0)
			rc = add(p, path, title, view_str(json_str(d, "body")));
		snprintf(path, sizeof path, "decisions/%02zu-%s.json.sig", i + 1, json_str(d, "act"));
		if (rc == 0)
			rc = add(p, path, "其签名 its signature", buf_view(&sig));
		snprintf(path, sizeof path, "decisions/%02zu-%s.pem", i + 1, json_str(d, "act"));
		if (rc == 0)
			rc = add(p, path, "签名人证书 certificate of the person",
				view_str(json_str(d, "certificate")));
		buf_fini(&sig);
		json_object_set_new(d, "file", json_string(path));
	}
	return rc;
}

static int contents_add(struct packing *p)
{
	struct buf page;
	buf_init(&page, 16 << 20);
	int rc = add(p, "form.json", "申请书（签署原文） the form as signed", buf_view(&p->form));
	if (rc == 0)
		rc = json_add(p, "case.json", "办件 the case", p->file);
	if (rc == 0)
		rc = json_add(p, "book.json", "登簿结果 rows of the book", p->book);
	if (rc == 0)
		rc = decisions_add(p);
	if (rc == 0)
		rc = materials_add(p);
	if (rc == 0)
		rc = documents_add(p);
	if (rc == 0)
		rc = log_add(p);
	if (rc == 0)
		rc = archive_page(p->file, p->files, &page);
	if (rc == 0)
		rc = bag_add(p->bag, "index.html", buf_view(&page));
	buf_fini(&page);
	return rc;
}

static const char *closed_at(const struct packing *p)
{
	const json_t *steps = json_object_get(p->file, "steps");
	return json_str(json_array_get(steps, json_array_size(steps) - 1), "at");
}

static int store(struct db_tx *tx, void *arg)
{
	struct packing *p = arg;
	int rc = archive_add(tx, &p->c, closed_at(p), p->manifest, &p->ref);
	return rc == 0 ? audit_record(tx, "system", "case.packed", p->c.number, NULL) : rc;
}

static int ready(const struct packing *p)
{
	size_t i;
	const json_t *d;
	json_array_foreach(
		p->documents, i, d) if (!json_is_true(json_object_get(d, "sealed"))) return ERR_BUSY;
	return 0;
}

static int bag_make(struct packing *p)
{
	struct service *s = p->r->service;
	const struct business *b = flows_business(p->r->flows, p->c.business, p->c.business_version);
	char info[400], day[11];
	int64_t ms = 0;
	json_object_set_new(p->file, "office", json_string(p->office->name));
	json_object_set_new(p->file, "business_zh", json_string(b ? b->zh : ""));
	json_object_set(p->file, "decisions", p->decisions);
	int rc = time_parse(closed_at(p), &ms);
	time_date_cst(ms, day);
	snprintf(info, sizeof info, "Source-Organization: %s\nExternal-Identifier: %s\nBagging-Date: %s\n",
		p->office->name, p->c.number, day);
	if (rc == 0)
		rc = bag_new(s->blobs, p->c.number, ms, &p->bag);
	if (rc == 0)
		rc = contents_add(p);
	return rc == 0 ? bag_finish(p->bag, info, p->office->seal, p->manifest, &p->ref) : rc;
}

int archive_pack(struct registry *r, const struct office *o, const char *case_id)
{
	struct service *s = r->service;
	struct packing p = {.r = r, .office = o, .id = case_id, .files = json_array()};
	buf_init(&p.form, 4 << 20);
	p.log = calloc(RECORDS_MAX, sizeof *p.log);
	int rc = p.log && p.files ? db_read(s->db, o->division, case_read, &p) : ERR_NOMEM;
	if (rc == 0)
		rc = ready(&p);
	if (rc == 0)
		rc = bag_make(&p);
	if (rc == 0)
		rc = db_write(s->db, o->division, store, &p);
	if (rc < 0 && rc != ERR_BUSY)
		log_error("archive", "case=%s error=%s", p.c.number, err_name(rc));
	for (size_t i = 0; i < p.nlog; i++)
		buf_fini(&p.log[i].text);
	free(p.log);
	bag_free(p.bag);
	forget(&p);
	json_decref(p.files);
	buf_fini(&p.form);
	return rc;
}
