/* 不动产登记信息证明: whether a person owns a house here, and which; numbered, drawn, sealed. */
#include "common/document/document.h"
#include "common/log/log.h"
#include "common/message/format.h"
#include "common/os/fault.h"
#include "zones/extranet/domain/codes.h"
#include "zones/extranet/store/proof_number.h"
#include "zones/extranet/transfer/answer.h"
#include <stdio.h>
#include <string.h>

static const char layout[] = "property-proof";

static bool is_house(const json_t *row)
{
	return json_is_true(json_object_get(row, "owner")) && strncmp(json_str(row, "table"), "fdcq", 4) == 0;
}

/* The houses of the person, as words for the sheet. */
static json_t *houses(const json_t *rows)
{
	json_t *out = json_array();
	const json_t *one;
	size_t i;
	json_array_foreach(rows, i, one)
	{
		char share[48], area[48];
		long long cm2 = json_int(one, "area_cm2");
		if (!is_house(one))
			continue;
		snprintf(share, sizeof share, "%lld/%lld", (long long)json_int(one, "share_num"),
			(long long)json_int(one, "share_den"));
		snprintf(area, sizeof area, "%lld.%02lld m²", cm2 / 10000, cm2 % 10000 / 100);
		json_array_append_new(
			out, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "unit_code", json_str(one, "unit_code"),
				     "location", json_str(one, "location"), "use", json_str(one, "use"),
				     "area", area, "share", share, "number", json_str(one, "number")));
	}
	return out;
}

static json_t *facts_make(struct answer *a, const json_t *list, const char *id_mask, const char *as_of)
{
	const char *division = format_division_name(a->tenant);
	bool none = json_array_size(list) == 0;
	char result[200];
	snprintf(result, sizeof result,
		none ? "截至上述时点，在%s不动产登记簿中未查到该人名下房屋所有权登记。"
		     : "截至上述时点，在%s不动产登记簿中查到该人名下房屋所有权登记如下。",
		division ? division : a->tenant);
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:O}", "number", a->number, "office",
		a->office->name, "date", as_of, "name", a->name, "id_number", id_mask, "purpose",
		a->q.purpose, "as_of", as_of, "result", result, "houses", list);
}

/* Text under the seal: what the sheet says, with the digests of facts and PDF. */
static int seal(struct answer *a, const char *pdf)
{
	json_t *facts = a->facts;
	struct buf text, b64;
	buf_init(&text, 65536);
	buf_init(&b64, 1024);
	json_object_set_new(facts, "kind", json_string(query_code(a->q.kind)));
	json_object_set_new(facts, "facts", json_string(a->digest));
	json_object_set_new(facts, "pdf", json_string(pdf));
	int rc = json_canon(facts, &text);
	if (rc == 0)
		rc = sign_make_base64(a->office->seal, buf_view(&text), &b64);
	if (rc == 0) {
		struct view pem = sign_key_cert_pem(a->office->seal);
		json_object_set_new(a->out, "proof",
			json_pack("{s:s,s:s,s:s,s:s#}", "number", a->number, "certificate",
				(const char *)text.p, "signature", (const char *)b64.p, "seal_certificate",
				(const char *)pem.p, (int)pem.n));
	}
	buf_fini(&text);
	buf_fini(&b64);
	return rc;
}

static int draw(struct answer *a, struct err_note *note)
{
	const struct suite *s = sign_key_suite(a->office->seal);
	struct document *d = NULL;
	char pdf[DIGEST_HEX];
	int rc = document_new(layout_find(a->r->layouts, layout), a->facts, s, &d, note);
	if (rc == 0)
		rc = document_pdf(d, &a->pdf);
	if (rc == 0) {
		digest_hex_of(s, document_facts(d), a->digest);
		digest_hex_of(s, buf_view(&a->pdf), pdf);
		rc = seal(a, pdf);
	}
	document_free(d);
	return rc;
}

static int written(
	struct db_tx *tx, const char *action, const char *query, const char *number, const char *why)
{
	json_t *detail = json_pack("{s:s,s:s}", "number", number, "why", why);
	int rc = detail ? audit_record(tx, "portal", action, query, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

int answer_proof_reserve(struct answer *a, struct db_tx *tx)
{
	json_t *list = NULL;
	struct buf mask;
	char as_of[TIME_TEXT], words[32];
	time_text(time_now_ms() + 8 * 3600000, as_of);
	snprintf(words, sizeof words, "%.10s %.5s", as_of, as_of + 11);
	buf_init(&mask, 64);
	int rc = answer_book_held(a, tx, &a->held);
	if (rc == 0)
		rc = mask_id(a->id_number, &mask);
	if (rc == 0 && !(list = houses(a->held)))
		rc = ERR_NOMEM;
	bool none = rc == 0 && json_array_size(list) == 0;
	json_object_set_new(a->out, "houses", json_integer((json_int_t)json_array_size(list)));
	/* What was asked for is not so: said, without a paper. */
	if (rc == 0 && none == (a->q.kind == QUERY_NONE_PROOF)) {
		rc = proof_number_reserve(tx, a->q.id, a->number);
		if (rc == 0 && !(a->facts = facts_make(a, list, (const char *)mask.p, words)))
			rc = ERR_NOMEM;
		if (rc == 0)
			rc = written(tx, "proof.reserved", a->q.id, a->number, "");
	}
	json_decref(list);
	buf_fini(&mask);
	return rc;
}

struct giving {
	struct answer *a;
	struct err_note *note;
};

/* Another entry, or other questions of the person, may have come in between. */
static int store(struct db_tx *tx, void *arg)
{
	struct giving *g = arg;
	struct answer *a = g->a;
	json_t *held = NULL;
	int rc = answer_limits(a, tx, g->note);
	if (rc == 0)
		rc = answer_book_held(a, tx, &held);
	if (rc == 0 && !json_equal(held, a->held))
		rc = err_set(g->note, ERR_CONFLICT, "the register changed meanwhile; ask again");
	if (rc == 0)
		rc = proof_number_give(tx, a->number);
	if (rc == 0)
		rc = answer_record(a, tx);
	json_decref(held);
	return rc;
}

static int number_void(struct db_tx *tx, const char *query, const char *number, const char *why)
{
	int rc = proof_number_void(tx, number, why);
	return rc == 0 ? written(tx, "proof.void", query, number, why) : rc;
}

static int void_store(struct db_tx *tx, void *arg)
{
	const struct giving *g = arg;
	return number_void(tx, g->a->q.id, g->a->number, g->note->text);
}

static int lost_void(struct db_tx *tx, void *arg)
{
	size_t *left = arg;
	json_t *rows = NULL;
	const json_t *one;
	size_t i;
	int rc = proof_number_open(tx, &rows);
	json_array_foreach(rows, i, one) if (rc == 0) rc = number_void(
		tx, json_str(one, "query"), json_str(one, "number"), "the program ended before it was given");
	*left = json_array_size(rows);
	json_decref(rows);
	return rc;
}

int answer_proof_settle(struct registry *r)
{
	const struct office *o;
	int rc = 0;
	for (size_t i = 0; rc == 0 && (o = offices_at(r->offices, i)); i++) {
		size_t left = 1;
		while (rc == 0 && left)
			rc = db_write(r->service->db, o->division, lost_void, &left);
	}
	return rc;
}

int answer_proof_give(struct answer *a, json_t **body, struct err_note *note)
{
	struct db *db = a->r->service->db;
	struct giving g = {a, note};
	int rc = draw(a, note);
	fault_point("proof.drawn");
	if (rc == 0)
		rc = db_write(db, a->tenant, store, &g);
	if (rc == 0)
		return answer_reply(a, body);
	if (!note->err)
		(void)err_set(note, rc, "%s", err_text(rc));
	log_error("proof", "number=%s error=%s text=\"%s\"", a->number, err_name(rc), note->text);
	int lost = db_write(db, a->tenant, void_store, &g);
	if (lost < 0)
		log_error("proof", "number=%s error=%s", a->number, err_name(lost));
	return rc;
}
