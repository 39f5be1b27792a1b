#include "zones/extranet/transfer/certificate_sheet.h"

#include "common/document/document.h"
#include "common/log/log.h"
#include "common/message/format.h"
#include "zones/extranet/domain/facts.h"
#include "zones/extranet/domain/right.h"
#include <stdio.h>
#include <string.h>

void certificate_sheet_init(struct certificate_sheet *m)
{
	*m = (struct certificate_sheet){.bsm = 0};
	buf_init(&m->pdf, 16 << 20);
	buf_init(&m->text, 1 << 20);
	buf_init(&m->signature, 1024);
}

void certificate_sheet_fini(struct certificate_sheet *m)
{
	json_decref(m->rows);
	json_decref(m->holders);
	json_decref(m->facts);
	buf_fini(&m->pdf);
	buf_fini(&m->text);
	buf_fini(&m->signature);
}

/* The paper as drawn from the book. */
static int draw(struct certificate_sheet *m)
{
	const struct facts_paper p = {m->rows, m->right, m->table, m->unit, m->c->number, m->office->name};
	const struct layout *l = layout_find(
		m->r->layouts, right_has_proof(m->table) ? "certificate-proof" : "certificate-title");
	m->facts = facts_certificate(&p);
	struct document *d = NULL;
	struct err_note note = {0};
	REQUIRE(l);
	int rc = m->facts ? document_new(l, m->facts, sign_key_suite(m->office->seal), &d, &note) : ERR_NOMEM;
	if (rc < 0)
		log_error(
			"certificate", "case=%s error=%s text=\"%s\"", m->c->number, err_name(rc), note.text);
	if (rc == 0)
		rc = document_pdf(d, &m->pdf);
	document_free(d);
	return rc;
}

static json_t *holders_json(const struct certificate_sheet *m)
{
	json_t *list = json_array();
	size_t i;
	const json_t *h;
	json_array_foreach(m->holders, i, h)
	{
		struct buf mask;
		buf_init(&mask, 64);
		if (mask_id(json_str(h, "zjh"), &mask) == 0)
			json_array_append_new(
				list, json_pack("{s:s,s:s,s:I,s:I}", "name", json_str(h, "qlrmc"),
					      "id_number_masked", (const char *)mask.p, "share_num",
					      (json_int_t)json_int(h, "qlbl_fz"), "share_den",
					      (json_int_t)json_int(h, "qlbl_fm")));
		buf_fini(&mask);
	}
	return list;
}

/* The certificate's text: canonical JSON, equal to the book, with the digest of the PDF; signed by the
 * office's e-seal. */
static int text_make(struct certificate_sheet *m)
{
	struct facts_unit unit = facts_unit(m->rows);
	char hex[DIGEST_HEX];
	digest_hex_of(sign_key_suite(m->office->seal), buf_view(&m->pdf), hex);
	json_t *t = json_pack("{s:s,s:s,s:o,s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:s}", "number", m->number,
		"unit_code", m->unit, "holders", holders_json(m), "location", unit.location, "right_type",
		json_str(m->right, "qllx"), "use", unit.use, "area_cm2", (json_int_t)unit.area_cm2,
		"registered", json_str(m->right, "djsj"), "office", m->office->name, "case", m->c->number,
		"pdf", hex);
	int rc = t ? json_canon(t, &m->text) : ERR_NOMEM;
	json_decref(t);
	return rc == 0 ? sign_make_base64(m->office->seal, buf_view(&m->text), &m->signature) : rc;
}

int certificate_sheet_make(struct certificate_sheet *m)
{
	int rc = draw(m);
	if (rc == 0)
		rc = text_make(m);
	return rc == 0 ? blob_save(m->r->service->blobs, buf_view(&m->pdf), &m->ref) : rc;
}

DB_STMT(certificate_insert, "INSERT INTO bdcqzs (tenant, bdcqzh, case_id, bsm, text, signature, size, "
			    "digest, blob, blob_key, made_at)"
			    " VALUES (:tenant, :bdcqzh, :case_id, :bsm, :text, :signature, :size, :digest, "
			    ":blob, :blob_key, :at)");

static int certificate_row(struct certificate_sheet *m, struct db_tx *tx)
{
	struct buf sealed;
	char at[TIME_TEXT];
	const char *number = m->number;
	time_text(time_now_ms(), at);
	buf_init(&sealed, 1 << 20);
	int rc = vault_seal(m->r->service->vault, "bdcqzs", "text", number, buf_view(&m->text), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &certificate_insert);
		db_bind_text(q, "bdcqzh", number);
		db_bind_text(q, "case_id", m->c->id);
		db_bind_int(q, "bsm", json_int(m->right, "bsm"));
		db_bind_textn(q, "text", buf_view(&sealed));
		db_bind_text(q, "signature", (const char *)m->signature.p);
		db_bind_int(q, "size", m->ref.size);
		db_bind_digest(q, "digest", &m->ref.digest);
		db_bind_digest(q, "blob", &m->ref.name);
		db_bind_text(q, "blob_key", m->ref.wrapped_key);
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

/* The same paper among the documents: PDF and OFD. */
static int document_put(struct certificate_sheet *m, struct db_tx *tx)
{
	struct document_row d = {.number = ""};
	snprintf(d.number, sizeof d.number, "%s", m->number);
	snprintf(d.kind, sizeof d.kind, "%s",
		right_has_proof(m->table) ? "certificate-proof" : "certificate-title");
	snprintf(d.case_id, sizeof d.case_id, "%s", m->c->id);
	snprintf(d.unit_code, sizeof d.unit_code, "%s", m->unit);
	snprintf(d.who, sizeof d.who, "system");
	return document_add(tx, m->r->service->vault, &d, m->facts);
}

static int certificate_send(struct certificate_sheet *m, struct db_tx *tx)
{
	/* What came in at the window is handed over there. */
	if (strcmp(m->c->channel, "portal") != 0)
		return 0;
	struct view pem = sign_key_cert_pem(m->office->seal);
	json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s#}", "application", m->c->id, "certificate_no",
		m->number, "certificate", (const char *)m->text.p, "signature", (const char *)m->signature.p,
		"seal_certificate", (const char *)pem.p, (int)pem.n);
	if (!body)
		return ERR_NOMEM;
	struct exchange_draft d = {.type = "certificate.issued",
		.dest = m->c->portal,
		.tenant = db_tx_tenant(tx),
		.body = body,
		.nkeys = 1,
		.nattachments = 1};
	d.keys[0].kind = "case";
	d.keys[0].id = m->c->id;
	d.attachments[0].name = "certificate.pdf";
	d.attachments[0].media = "application/pdf";
	d.attachments[0].ref = m->ref;
	struct err_note why = {0};
	int rc = exchange_put(m->r->service->exchange, tx, &d, NULL, &why);
	if (rc < 0)
		log_error(
			"certificate", "case=%s error=%s text=\"%s\"", m->c->number, err_name(rc), why.text);
	json_decref(body);
	return rc;
}

int certificate_sheet_store(struct certificate_sheet *m, struct db_tx *tx, bool send)
{
	int rc = certificate_row(m, tx);
	if (rc == 0)
		rc = document_put(m, tx);
	return rc == 0 && send ? certificate_send(m, tx) : rc;
}
