#include "zones/extranet/transfer/certifier.h"

#include "common/document/document.h"
#include "common/log/log.h"
#include "common/message/format.h"
#include "common/os/worker.h"
#include "zones/extranet/domain/facts.h"
#include "zones/extranet/domain/right.h"
#include "zones/extranet/store/document.h"
#include "zones/extranet/store/entry.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/transfer/archiver.h"
#include "zones/extranet/transfer/intake.h"
#include "zones/extranet/transfer/progress.h"
#include "zones/extranet/transfer/sealer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAPSE_UNITS 50 /* of one transaction */

struct certifier {
	struct registry *r;
	struct worker *worker;
	int failures;
};

#define PAPERS_MAX 150 /* of one entry, as its rows */

/* One paper that the entry gave: of a right of one unit. A division 分割 gives every new unit its own. */
struct sheet {
	const struct making *of;
	char number[NUMBER_CERTIFICATE], unit[29];
	int64_t bsm;
	json_t *rows;        /* of the unit */
	const char *table;   /* of the right */
	const json_t *right; /* borrowed from rows */
	json_t *holders, *facts;
	struct buf pdf, text, signature;
	struct blob_ref ref;
};
/* What the certificates of one case are made of, read on a snapshot; made outside the transaction, stored
 * inside it. */
struct making {
	struct registry *r;
	const struct office *office;
	const char *id;
	struct case_row c;
	struct sheet *sheets;
	size_t n;
};

static const char *number_of(const struct sheet *m)
{
	return m->number;
}

DB_STMT(certificate_numbers, "SELECT number, bdcdyh, bsm FROM zsbh WHERE tenant = :tenant AND ywh = :ywh AND "
			     "state = 'used' ORDER BY "
			     "CASE WHEN bdcdyh = :unit THEN 0 ELSE 1 END, number");

/* The numbers that this case's entry drew, the case's own unit first. */
static int numbers_read(struct making *m, struct db_tx *tx)
{
	struct db_query *q = db_query(tx, &certificate_numbers);
	int rc;
	db_bind_text(q, "ywh", m->c.number);
	db_bind_text(q, "unit", m->c.unit_code);
	while ((rc = db_step(q)) == 1) {
		struct sheet *more = m->n < PAPERS_MAX ? realloc(m->sheets, (m->n + 1) * sizeof *more) : NULL;
		if (!more) {
			rc = m->n < PAPERS_MAX ? ERR_NOMEM : ERR_LIMIT;
			break;
		}
		m->sheets = more;
		struct sheet *s = &more[m->n++];
		*s = (struct sheet){.bsm = db_int(q, 2)};
		snprintf(s->number, sizeof s->number, "%s", db_text(q, 0));
		snprintf(s->unit, sizeof s->unit, "%s", db_text(q, 1));
		buf_init(&s->pdf, 16 << 20);
		buf_init(&s->text, 1 << 20);
		buf_init(&s->signature, 512);
	}
	db_done(q);
	return rc;
}

/* The right that has the number; it may have ended since, and its unit's row with it. */
static int right_read(struct making *m, struct sheet *s, struct db_tx *tx)
{
	const char *table;
	json_t *list;
	int rc = book_unit(tx, m->r->service->vault, s->unit, NULL, &s->rows);
	json_object_foreach(s->rows, table, list)
	{
		const char *column = right_paper_column(table);
		size_t i;
		const json_t *row;
		json_array_foreach(list, i, row)
		{
			if (!s->right && column && json_int(row, "bsm") == s->bsm &&
				strcmp(json_str(row, column), s->number) == 0) {
				s->table = table;
				s->right = row;
			}
		}
	}
	if (rc == 0)
		s->holders = s->right ? right_holders(s->rows, s->bsm) : json_array();
	s->of = m;
	return rc;
}

static void sheets_fini(struct making *m)
{
	for (size_t i = 0; i < m->n; i++) {
		struct sheet *s = &m->sheets[i];
		json_decref(s->rows);
		json_decref(s->holders);
		json_decref(s->facts);
		buf_fini(&s->pdf);
		buf_fini(&s->text);
		buf_fini(&s->signature);
	}
	free(m->sheets);
	m->sheets = NULL;
	m->n = 0;
}

static int making_read(struct db_tx *tx, void *arg)
{
	struct making *m = arg;
	sheets_fini(m);
	int rc = case_get(tx, m->id, &m->c);
	if (rc == 0)
		rc = numbers_read(m, tx);
	for (size_t i = 0; rc == 0 && i < m->n; i++)
		rc = right_read(m, &m->sheets[i], tx);
	return rc;
}

/* The paper as drawn from the book. */
static int sheet_draw(struct sheet *m)
{
	const struct facts_paper p = {
		m->rows, m->right, m->table, m->unit, m->of->c.number, m->of->office->name};
	const struct layout *l = layout_find(
		m->of->r->layouts, right_has_proof(m->table) ? "certificate-proof" : "certificate-title");
	m->facts = facts_certificate(&p);
	struct document *d = NULL;
	struct err_note note = {0};
	REQUIRE(l);
	int rc = m->facts ? document_new(l, m->facts, sign_key_suite(m->of->office->seal), &d, &note)
			  : ERR_NOMEM;
	if (rc < 0)
		log_error("certificate", "case=%s error=%s text=\"%s\"", m->of->c.number, err_name(rc),
			note.text);
	if (rc == 0)
		rc = document_pdf(d, &m->pdf);
	document_free(d);
	return rc;
}

static json_t *holders_json(const struct sheet *m)
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
static int text_make(struct sheet *m)
{
	struct facts_unit unit = facts_unit(m->rows);
	char hex[DIGEST_HEX];
	digest_hex_of(sign_key_suite(m->of->office->seal), buf_view(&m->pdf), hex);
	json_t *t = json_pack("{s:s,s:s,s:o,s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:s}", "number", number_of(m),
		"unit_code", m->unit, "holders", holders_json(m), "location", unit.location, "right_type",
		json_str(m->right, "qllx"), "use", unit.use, "area_cm2", (json_int_t)unit.area_cm2,
		"registered", json_str(m->right, "djsj"), "office", m->of->office->name, "case",
		m->of->c.number, "pdf", hex);
	int rc = t ? json_canon(t, &m->text) : ERR_NOMEM;
	json_decref(t);
	return rc == 0 ? sign_make(m->of->office->seal, buf_view(&m->text), &m->signature) : rc;
}

DB_STMT(certificate_insert, "INSERT INTO bdcqzs (tenant, bdcqzh, case_id, bsm, text, signature, size, "
			    "digest, blob, blob_key, made_at)"
			    " VALUES (:tenant, :bdcqzh, :case_id, :bsm, :text, :signature, :size, :digest, "
			    ":blob, :blob_key, :at)");

static int certificate_row(struct sheet *m, struct db_tx *tx, const char *signature)
{
	struct buf sealed;
	char at[TIME_TEXT];
	const char *number = number_of(m);
	time_text(time_now_ms(), at);
	buf_init(&sealed, 1 << 20);
	int rc = vault_seal(m->of->r->service->vault, "bdcqzs", "text", number, buf_view(&m->text), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &certificate_insert);
		db_bind_text(q, "bdcqzh", number);
		db_bind_text(q, "case_id", m->of->c.id);
		db_bind_int(q, "bsm", json_int(m->right, "bsm"));
		db_bind_textn(q, "text", buf_view(&sealed));
		db_bind_text(q, "signature", signature);
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
static int document_put(struct sheet *m, struct db_tx *tx)
{
	struct document_row d = {.number = ""};
	snprintf(d.number, sizeof d.number, "%s", number_of(m));
	snprintf(d.kind, sizeof d.kind, "%s",
		right_has_proof(m->table) ? "certificate-proof" : "certificate-title");
	snprintf(d.case_id, sizeof d.case_id, "%s", m->of->c.id);
	snprintf(d.unit_code, sizeof d.unit_code, "%s", m->unit);
	snprintf(d.who, sizeof d.who, "system");
	return document_add(tx, m->of->r->service->vault, &d, m->facts);
}

static int certificate_send(struct sheet *m, struct db_tx *tx, const char *signature)
{
	/* What came in at the window is handed over there. */
	if (strcmp(m->of->c.channel, "portal") != 0)
		return 0;
	struct view pem = sign_key_cert_pem(m->of->office->seal);
	json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s#}", "application", m->of->c.id, "certificate_no",
		number_of(m), "certificate", (const char *)m->text.p, "signature", signature,
		"seal_certificate", (const char *)pem.p, (int)pem.n);
	if (!body)
		return ERR_NOMEM;
	struct exchange_draft d = {.type = "certificate.issued",
		.dest = m->of->c.portal,
		.tenant = db_tx_tenant(tx),
		.body = body,
		.nkeys = 1,
		.nattachments = 1};
	d.keys[0].kind = "case";
	d.keys[0].id = m->of->c.id;
	d.attachments[0].name = "certificate.pdf";
	d.attachments[0].media = "application/pdf";
	d.attachments[0].ref = m->ref;
	struct err_note why = {0};
	int rc = exchange_put(m->of->r->service->exchange, tx, &d, NULL, &why);
	if (rc < 0)
		log_error("certificate", "case=%s error=%s text=\"%s\"", m->of->c.number, err_name(rc),
			why.text);
	json_decref(body);
	return rc;
}

static int sheet_store(struct sheet *m, struct db_tx *tx)
{
	struct buf b64;
	buf_init(&b64, 1024);
	int rc = b64_add(&b64, buf_view(&m->signature));
	if (rc == 0)
		rc = certificate_row(m, tx, (const char *)b64.p);
	if (rc == 0)
		rc = document_put(m, tx);
	/* An application at the portal has one certificate: of its own unit. */
	if (rc == 0 && m == &m->of->sheets[0])
		rc = certificate_send(m, tx, (const char *)b64.p);
	buf_fini(&b64);
	return rc;
}

/* Certificate rows, both steps (made, delivered on the portal) and the message, all or nothing. */
static int making_store(struct db_tx *tx, void *arg)
{
	struct making *m = arg;
	struct case_row c;
	int rc = case_get(tx, m->id, &c);
	if (rc == 0 && c.version != m->c.version)
		rc = ERR_CONFLICT;
	if (rc == 0)
		rc = case_move(tx, &c, -1, CASE_CERTIFICATE, "system", "");
	if (rc == 0)
		rc = progress_put(m->r, tx, &c, "", NULL);
	for (size_t i = 0; rc == 0 && i < m->n; i++)
		if (m->sheets[i].right)
			rc = sheet_store(&m->sheets[i], tx);
	if (rc == 0)
		rc = case_move(tx, &c, -1, CASE_DELIVERED, "system", "");
	if (rc == 0)
		rc = progress_put(m->r, tx, &c, "", NULL);
	if (rc == 0)
		rc = audit_record(tx, "system", "certificate.made", c.number, NULL);
	if (rc == 0)
		rc = flows_served(m->r, tx, &c, "certificate", NULL);
	return rc;
}

/* An entry that gave no paper (a seizure, a cancellation) is done with itself. */
static int done_store(struct db_tx *tx, void *arg)
{
	struct making *m = arg;
	struct case_row c;
	int rc = case_get(tx, m->id, &c);
	if (rc == 0 && c.version != m->c.version)
		rc = ERR_CONFLICT;
	if (rc == 0)
		rc = case_move(tx, &c, -1, CASE_DELIVERED, "system", "本业务不发证书 no certificate is due");
	if (rc == 0)
		rc = progress_put(m->r, tx, &c, c.note, NULL);
	if (rc == 0)
		rc = flows_served(m->r, tx, &c, "certificate", NULL);
	return rc == 0 ? audit_record(tx, "system", "case.done", c.number, NULL) : rc;
}

/* Of a right that ended before its paper was made none is made: its number is known, and void of use. */
static int papers_make(struct making *m)
{
	struct service *s = m->r->service;
	size_t made = 0;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < m->n; i++) {
		struct sheet *one = &m->sheets[i];
		if (!one->right)
			continue;
		rc = sheet_draw(one);
		if (rc == 0)
			rc = text_make(one);
		if (rc == 0)
			rc = blob_save(one->of->r->service->blobs, buf_view(&one->pdf), &one->ref);
		made++;
	}
	return rc == 0 ? db_write(s->db, m->office->division, made ? making_store : done_store, m) : rc;
}

static int certificate_make(struct registry *r, const struct office *o, const char *id)
{
	struct making m = {.r = r, .office = o, .id = id};
	int rc = db_read(r->service->db, o->division, making_read, &m);
	if (rc == 0)
		rc = papers_make(&m);
	sheets_fini(&m);
	return rc;
}

static int entered_list(struct db_tx *tx, void *arg)
{
	return case_in_state(tx, CASE_ENTRY, arg);
}

static int entered_make(struct registry *r, const struct office *o)
{
	json_t *ids = NULL, *id;
	size_t i;
	int rc = db_read(r->service->db, o->division, entered_list, &ids);
	json_array_foreach(ids, i, id)
	{
		int one = certificate_make(r, o, json_string_value(id));
		if (one < 0) {
			log_error("certificate", "application=%s error=%s", json_string_value(id),
				err_name(one));
			rc = one;
		}
	}
	json_decref(ids);
	return rc;
}

struct lapses {
	struct registry *r;
	int n;
};

static int lapses_store(struct db_tx *tx, void *arg)
{
	struct lapses *l = arg;
	struct err_note note = {0};
	int rc = entry_settle_due(l->r, tx, LAPSE_UNITS, &l->n, &note);
	if (rc < 0)
		log_error("lapse", "error=%s text=\"%s\"", err_name(rc), note.text);
	return rc;
}

/* What ends by itself is written down, some units at a time; rules settle it in memory meanwhile. */
static int lapses_make(struct registry *r, const struct office *o)
{
	struct lapses l = {r, LAPSE_UNITS};
	int rc = 0;
	while (rc == 0 && l.n == LAPSE_UNITS)
		rc = db_write(r->service->db, o->division, lapses_store, &l);
	return rc;
}

static int64_t certifier_run(void *arg)
{
	struct certifier *c = arg;
	const struct office *o;
	bool more = false, any = false;
	int rc = 0;
	for (size_t i = 0; (o = offices_at(c->r->offices, i)); i++) {
		int made = entered_make(c->r, o), lapsed = lapses_make(c->r, o),
		    sealed = sealer_run(c->r, o, &more, &any);
		intake_sweep(c->r, o);
		rc = made < 0 ? made : lapsed < 0 ? lapsed : sealed < 0 ? sealed : rc;
	}
	/* A closed case is packed when its papers are sealed. */
	if (any && !more && c->r->archiver)
		archiver_wake(c->r->archiver);
	c->failures = rc < 0 ? (c->failures < 6 ? c->failures + 1 : 6) : 0;
	return more ? 0 : (c->failures ? 1 << c->failures : 3600) * INT64_C(1000);
}

int certifier_start(struct registry *r, struct certifier **out)
{
	struct certifier *c = calloc(1, sizeof *c);
	if (!c)
		return ERR_NOMEM;
	c->r = r;
	/* Nobody waits at a desk for a drawing: entries and look-ups go first. */
	int rc = worker_new(certifier_run, c, 15, &c->worker);
	if (rc == 0)
		rc = worker_start(c->worker);
	if (rc < 0)
		certifier_stop(c);
	else
		*out = c;
	return rc;
}

void certifier_wake(struct certifier *c)
{
	worker_wake(c->worker);
}

void certifier_stop(struct certifier *c)
{
	if (!c)
		return;
	worker_free(c->worker);
	free(c);
}
