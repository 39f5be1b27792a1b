#include "zones/extranet/transfer/progress.h"

#include "common/log/log.h"
#include "zones/extranet/domain/departure.h"
#include "zones/extranet/store/charge.h"
#include "zones/extranet/store/notice.h"
#include "zones/extranet/store/public_notice.h"
#include "zones/extranet/store/push.h"
#include "zones/extranet/store/tax_due.h"
#include "zones/extranet/store/terms.h"
#include "zones/extranet/transfer/access.h"
#include "zones/extranet/transfer/archiver.h"
#include "zones/extranet/transfer/certifier.h"
#include "zones/extranet/transfer/pusher.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void wake(void *arg)
{
	struct registry *r = arg;
	if (r->certifier)
		certifier_wake(r->certifier);
	if (r->archiver)
		archiver_wake(r->archiver);
	access_wake(r->access);
	pusher_wake(r->pusher);
}

#define DISCS_MAX 12
/* A drawing in the intranet comes back with a disc: when the next ones leave. */
static int discs_set(struct registry *r, struct db_tx *tx, json_t *body)
{
	const struct config_list *times = &r->config->disc_times;
	struct term_day *days = NULL;
	struct term_calendar c = {NULL, 0};
	int64_t at[DISCS_MAX];
	json_t *list = json_array();
	int rc = list ? terms_days(r, tx, &days, &c.n) : ERR_NOMEM;
	c.days = days;
	size_t n = rc == 0 ? departure_next(&c, times->v, times->n, time_now_ms(), at, DISCS_MAX) : 0;
	for (size_t i = 0; i < n; i++) {
		char text[TIME_TEXT];
		time_text(at[i], text);
		json_array_append_new(list, json_string(text));
	}
	free(days);
	return json_object_set_new(body, "discs", list) && rc == 0 ? ERR_NOMEM : rc;
}

/* The last day the law gives, whether the terms stand, the discs. */
static int times_set(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t *body)
{
	json_t *terms = NULL;
	int rc = terms_json(r, tx, c, &terms);
	const char *legal = json_str(json_object_get(terms, "legal"), "due");
	if (rc == 0 && *legal)
		json_object_set_new(body, "legal", json_string(legal));
	if (rc == 0 && json_is_true(json_object_get(terms, "held")))
		json_object_set_new(body, "held", json_true());
	json_decref(terms);
	return rc == 0 && c->state == CASE_CADASTRAL && !c->has_cadastral ? discs_set(r, tx, body) : rc;
}

int progress_put_portal(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *type,
	json_t *body, const struct blob_ref *files)
{
	if (!body)
		return ERR_NOMEM;
	struct exchange_draft d = {.type = type,
		.dest = c->portal,
		.tenant = db_tx_tenant(tx),
		.body = body,
		.nkeys = 1,
		.nattachments = files ? 2 : 0};
	d.keys[0].kind = "case";
	d.keys[0].id = c->id;
	for (size_t i = 0; i < d.nattachments; i++) {
		d.attachments[i].name = i ? "document.ofd" : "document.pdf";
		d.attachments[i].media = i ? "application/ofd" : "application/pdf";
		d.attachments[i].ref = files[i];
	}
	struct err_note why = {0};
	int rc = strcmp(c->channel, "portal") == 0 ? exchange_put(r->service->exchange, tx, &d, NULL, &why)
						   : 0;
	if (rc < 0)
		log_error("portal-message", "case=%s type=%s error=%s text=\"%s\"", c->number, type,
			err_name(rc), why.text);
	json_decref(body);
	return rc;
}

int progress_put_document(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const struct progress_document *doc)
{
	return progress_put_portal(r, tx, c, "document.issued",
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s#}", "application", c->id, "number",
			doc->number, "kind", doc->kind, "zh", layout_zh(doc->layout), "en",
			layout_en(doc->layout), "at", doc->at, "statement", doc->statement, "signature",
			doc->signature, "seal_certificate", (const char *)doc->certificate.p,
			(int)doc->certificate.n),
		doc->files);
}

/* What a step is called. */
struct step_words {
	const char *zh, *en;
	bool visit; /* asks to come once */
};

/* application.progress. */
static int state_put(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const struct step_words *step, const char *note, const json_t *items)
{
	char at[TIME_TEXT];
	if (strcmp(c->channel, "portal") != 0)
		return 0;
	time_text(time_now_ms(), at);
	json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "application", c->id, "number",
		c->number, "state", case_state_code(c->state), "step_zh", step->zh, "step_en", step->en, "at",
		at, "office", registry_office(r, tx)->name, "note", note);
	if (!body)
		return ERR_NOMEM;
	if (c->deadline[0])
		json_object_set_new(body, "deadline", json_string(c->deadline));
	if (items)
		json_object_set_new(body, "items", json_deep_copy(items));
	if (step->visit)
		json_object_set_new(body, "visit", json_true());
	int rc = times_set(r, tx, c, body);
	if (rc == 0)
		return progress_put_portal(r, tx, c, "application.progress", body, NULL);
	json_decref(body);
	return rc;
}

/* The intranet has its graphics: a review that is under way is closed there. */
static int review_end(struct registry *r, struct db_tx *tx, const struct case_row *c)
{
	char at[TIME_TEXT];
	bool sent = false;
	int rc = case_has_graphics(tx, c->id, &sent);
	if (rc < 0 || !sent)
		return rc;
	time_text(time_now_ms(), at);
	json_t *body = json_pack("{s:s,s:s,s:s,s:s}", "application", c->id, "number", c->number, "state",
		case_state_code(c->state), "at", at);
	if (!body)
		return ERR_NOMEM;
	struct exchange_draft d = {.type = "case.ended",
		.dest = "intranet",
		.tenant = db_tx_tenant(tx),
		.body = body,
		.nkeys = 1};
	d.keys[0].kind = "case";
	d.keys[0].id = c->id;
	struct err_note why = {0};
	rc = exchange_put(r->service->exchange, tx, &d, NULL, &why);
	if (rc < 0)
		log_error("case-ended", "case=%s error=%s text=\"%s\"", c->number, err_name(rc), why.text);
	json_decref(body);
	return rc;
}

static int ended(struct registry *r, struct db_tx *tx, const struct case_row *c)
{
	int rc = charge_end(r, tx, c);
	if (rc == 0)
		rc = tax_due_end(r, tx, c);
	return rc == 0 ? review_end(r, tx, c) : rc;
}

/* A 公告 that began by the step is a step of its own. */
static int notice_told(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const struct public_notice_news *news)
{
	static const struct step_words words = {"公告", "Public notice 公告", false};
	char note[120];
	snprintf(note, sizeof note, "公告期自 %s 起，至 %s 止", news->from, news->until);
	return state_put(r, tx, c, &words, note, NULL);
}

static int step_put(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const struct step_words *step, const char *note, const json_t *items)
{
	struct public_notice_news news;
	struct case_row now = *c; /* its last day may move */
	int rc = public_notice_settle(r, tx, &now, "stopped", &news);
	if (rc == 0)
		rc = state_put(r, tx, &now, step, note, items);
	/* A case that ended owes nothing any more, and gets back what it paid. */
	if (rc == 0 && (c->state == CASE_WITHDRAWN || c->state == CASE_REFUSED || c->state == CASE_REJECTED))
		rc = ended(r, tx, c);
	if (rc == 0)
		rc = notice_put(r, tx, c, note, items);
	if (rc == 0)
		rc = push_step(r, tx, c);
	if (rc == 0 && news.begun)
		rc = notice_told(r, tx, &now, &news);
	return rc == 0 ? db_after_commit(tx, wake, r) : rc;
}

int progress_put(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *note, const json_t *items)
{
	const struct step_words words = {case_state_zh(c->state), case_state_en(c->state), false};
	return step_put(r, tx, c, &words, note, items);
}

int progress_put_step(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *zh,
	const char *en, const char *note)
{
	const struct step_words words = {zh, en, false};
	return step_put(r, tx, c, &words, note, NULL);
}

int progress_put_visit(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *bring)
{
	static const struct step_words words = {"请到场一次", "Come once 最多跑一次", true};
	return step_put(r, tx, c, &words, bring, NULL);
}

int progress_put_charge(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const struct charge *ch)
{
	/* A waiver that is asked for changes nothing for who pays. */
	const char *state = ch->state == CHARGE_ASKED ? "due" : charge_state_code(ch->state);
	return progress_put_portal(r, tx, c, "fee.order",
		json_pack("{s:s,s:s,s:s,s:I,s:I,s:s,s:O,s:s,s:s}", "application", c->id, "order", ch->number,
			"state", state, "amount_cents", (json_int_t)ch->amount_cents, "table",
			(json_int_t)ch->fees_version, "reckoned", ch->reckoned_on, "lines", ch->lines,
			"reason", ch->state == CHARGE_ASKED ? "" : ch->reason, "at", ch->at),
		NULL);
}

int progress_put_tax(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct tax_due *t)
{
	return progress_put_portal(r, tx, c, "tax.order",
		json_pack("{s:s,s:s,s:s,s:s,s:I,s:s}", "application", c->id, "order", t->number,
			"declaration", t->declaration, "state", t->state, "amount_cents",
			(json_int_t)t->amount_cents, "at", t->at),
		NULL);
}

int progress_put_taken(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *document)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	return progress_put_portal(r, tx, c, "material.taken",
		json_pack("{s:s,s:s,s:s}", "application", c->id, "document", document, "at", at), NULL);
}

int progress_put_refund(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *order,
	int64_t amount_cents)
{
	const struct office *office = registry_office(r, tx);
	struct view pem = sign_key_cert_pem(office->seal);
	struct buf text, b64;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	buf_init(&text, 1024);
	buf_init(&b64, 1024);
	json_t *o = json_pack("{s:s,s:s,s:I,s:s,s:s}", "kind", "refund", "order", order, "amount_cents",
		(json_int_t)amount_cents, "office", office->name, "at", at);
	int rc = o ? json_canon(o, &text) : ERR_NOMEM;
	if (rc == 0)
		rc = sign_make_base64(office->seal, buf_view(&text), &b64);
	if (rc == 0)
		rc = progress_put_portal(r, tx, c, "fee.refund",
			json_pack("{s:s,s:s,s:s,s:s#}", "application", c->id, "instruction",
				(const char *)text.p, "signature", (const char *)b64.p, "seal_certificate",
				(const char *)pem.p, (int)pem.n),
			NULL);
	json_decref(o);
	buf_fini(&text);
	buf_fini(&b64);
	return rc;
}

#define ENTRY_ROWS_MAX 200 /* of one message */

static int entry_part_put(
	struct registry *r, struct db_tx *tx, const char *entry, size_t part, size_t parts, json_t *rows)
{
	json_t *body = json_pack("{s:s,s:I,s:I,s:O}", "entry", entry, "part", (json_int_t)part, "parts",
		(json_int_t)parts, "rows", rows);
	if (!body)
		return ERR_NOMEM;
	/* The copy follows the book row by row: one running number for the whole book keeps its order. */
	struct exchange_draft d = {.type = "register.entry",
		.dest = "intranet",
		.tenant = db_tx_tenant(tx),
		.body = body,
		.nkeys = 1};
	d.keys[0].kind = "book";
	d.keys[0].id = db_tx_tenant(tx);
	struct err_note why = {0};
	int rc = exchange_put(r->service->exchange, tx, &d, NULL, &why);
	if (rc < 0)
		log_error("entry-copy", "entry=%s error=%s text=\"%s\"", entry, err_name(rc), why.text);
	json_decref(body);
	return rc;
}

/* Those of the log first: the copy checks each row by what they list. */
static json_t *log_first(const json_t *rows)
{
	json_t *out = json_array();
	json_t *one;
	size_t i;
	for (int log = 1; log >= 0; log--)
		json_array_foreach(rows, i, one)
		{
			if ((strcmp(json_str(one, "table"), "djlog") == 0) == log)
				json_array_append(out, one);
		}
	return out;
}

int progress_put_entry(struct registry *r, struct db_tx *tx, const char *entry, const json_t *rows)
{
	size_t n = json_array_size(rows), parts = (n + ENTRY_ROWS_MAX - 1) / ENTRY_ROWS_MAX;
	json_t *all = log_first(rows);
	int rc = json_array_size(all) == n ? 0 : ERR_NOMEM;
	for (size_t at = 0; rc == 0 && at < n; at += ENTRY_ROWS_MAX) {
		json_t *part = json_array();
		for (size_t i = at; i < n && i < at + ENTRY_ROWS_MAX; i++)
			json_array_append(part, json_array_get(all, i));
		rc = part ? entry_part_put(r, tx, entry, at / ENTRY_ROWS_MAX + 1, parts, part) : ERR_NOMEM;
		json_decref(part);
	}
	json_decref(all);
	return rc == 0 ? db_after_commit(tx, wake, r) : rc;
}

/* Where the entry that begins at `from` ends: behind its log rows. */
static size_t entry_end(const json_t *rows, size_t from)
{
	bool log = false;
	for (; from < json_array_size(rows); from++) {
		bool is = strcmp(json_str(json_array_get(rows, from), "table"), "djlog") == 0;
		if (log && !is)
			break;
		log = is;
	}
	return from;
}

int progress_put_entries(struct registry *r, struct db_tx *tx, const json_t *rows)
{
	size_t n = json_array_size(rows);
	int rc = 0;
	for (size_t at = 0, end; rc == 0 && at < n; at = end) {
		json_t *one = json_array(), *log = NULL;
		end = entry_end(rows, at);
		for (size_t i = at; i < end; i++)
			json_array_append(one, json_array_get(rows, i));
		rc = json_parse(
			view_str(json_str(json_array_get(rows, end - 1), "row")), 1 << 20, &log, NULL);
		if (rc == 0)
			rc = progress_put_entry(r, tx, json_str(log, "ywh"), one);
		json_decref(log);
		json_decref(one);
	}
	return rc;
}

int progress_put_graphics(struct registry *r, struct db_tx *tx, const struct case_row *c, const json_t *plan,
	const char *file_name, const struct blob_ref *ref)
{
	json_t *body = json_pack("{s:s,s:s,s:s,s:s#}", "application", c->id, "number", c->number, "unit_code",
		c->unit_code, "parcel_code", c->unit_code, 19);
	if (!body || json_object_update(body, (json_t *)(uintptr_t)plan)) {
		json_decref(body);
		return ERR_NOMEM;
	}
	struct exchange_draft d = {.type = "graphics.submitted",
		.dest = "intranet",
		.tenant = db_tx_tenant(tx),
		.body = body,
		.nkeys = 1,
		.nattachments = 1};
	d.keys[0].kind = "case";
	d.keys[0].id = c->id;
	d.attachments[0].name = file_name;
	d.attachments[0].media = "application/x-sanwang-envelope";
	d.attachments[0].ref = *ref;
	struct err_note why = {0};
	int rc = exchange_put(r->service->exchange, tx, &d, NULL, &why);
	json_decref(body);
	return rc;
}
