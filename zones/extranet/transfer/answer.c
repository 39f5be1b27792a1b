#include "zones/extranet/transfer/answer.h"

#include "common/message/format.h"
#include "zones/extranet/domain/consent.h"
#include "zones/extranet/store/case.h"
#include "zones/extranet/store/inquiry.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS INT64_C(3600000)
#define PERSON_HOUR 30    /* questions of a person in an hour */
#define PUBLIC_MINUTE 300 /* public ones of everybody in a minute, each kind by itself */

/* Who signed the question: told by the token, which the platform signed. */
static int person_read(struct answer *a, const json_t *consent, struct err_note *note)
{
	json_t *token = NULL;
	const char *name = NULL, *kind = NULL, *number = NULL;
	int rc = json_parse(view_str(json_str(consent, "token")), 4096, &token, note);
	if (rc == 0)
		rc = json_get_str(token, "name", sizeof a->name - 1, &name, note);
	if (rc == 0)
		rc = json_get_str(token, "id_kind", sizeof a->id_kind - 1, &kind, note);
	if (rc == 0)
		rc = json_get_str(token, "id_number", sizeof a->id_number - 1, &number, note);
	if (rc == 0) {
		snprintf(a->name, sizeof a->name, "%s", name);
		snprintf(a->id_kind, sizeof a->id_kind, "%s", kind);
		snprintf(a->id_number, sizeof a->id_number, "%s", number);
	}
	json_decref(token);
	return rc;
}

static int consent_take(struct answer *a, struct db_tx *tx, const struct message *m, struct err_note *note)
{
	const json_t *c = json_object_get(m->body, "consent");
	const struct consent_signature sig = consent_signature_of(c);
	struct uuid nonce;
	struct digest cert;
	if (!c)
		return err_set(note, ERR_SIGNATURE, "consent: the person has to sign the question");
	int rc = person_read(a, c, note);
	if (rc < 0)
		return rc;
	const struct consent_person person = {a->name, a->id_kind, a->id_number};
	rc = consent_check(a->r->identity, view_str(json_str(m->body, "query")), &sig, &person, m->created,
		&nonce, &cert, note);
	if (rc == 0 && (rc = case_take_nonce(tx, nonce.s, a->q.id)) == ERR_EXISTS)
		rc = err_set(note, ERR_REFUSED, "consent: this token was used before");
	return rc == 0 ? vault_find(a->r->service->vault, "id-number", a->id_number, &a->person) : rc;
}

int answer_limits(struct answer *a, struct db_tx *tx, struct err_note *note)
{
	bool open = query_public(a->q.kind);
	int64_t n = 0, now = time_now_ms();
	int rc = open ? inquiry_count_kind(tx, query_code(a->q.kind), now - HOUR_MS / 60, &n)
		      : inquiry_count(tx, &a->person, now - HOUR_MS, &n);
	if (rc < 0)
		return rc;
	return n >= (open ? PUBLIC_MINUTE : PERSON_HOUR)
		       ? err_set(note, ERR_RATE, "too many questions; ask again later")
		       : 0;
}

static int make(struct answer *a, struct db_tx *tx, struct err_note *note)
{
	switch (a->q.kind) {
	case QUERY_OWN:
		return answer_book_own(a, tx);
	case QUERY_NONE_PROOF:
	case QUERY_OWN_PROOF:
		return answer_proof_reserve(a, tx);
	case QUERY_PAPER:
		return answer_public_paper(a, tx);
	case QUERY_NUMBER:
		return answer_public_number(a, tx);
	case QUERY_CASE:
		return answer_public_case(a, tx);
	case QUERY_NOTICE:
		return answer_public_notices(a, tx);
	case QUERY_HOLDING:
		return answer_holding(a, tx, note);
	default:
		return answer_book_state(a, tx, note);
	}
}

/* No record, no answer. */
int answer_record(struct answer *a, struct db_tx *tx)
{
	struct buf mask;
	buf_init(&mask, 96);
	int rc = a->name[0] ? mask_name(a->name, &mask) : buf_add_str(&mask, "");
	const struct inquiry i = {.id = a->q.id,
		.kind = query_code(a->q.kind),
		.person_index = a->person.now,
		.person_mask = mask.n ? (const char *)mask.p : "",
		.purpose = a->q.purpose,
		.number = a->number,
		.digest = a->digest};
	if (rc == 0)
		rc = inquiry_add(tx, &i, a->units);
	buf_fini(&mask);
	json_t *detail = json_pack("{s:s,s:I,s:s}", "kind", query_code(a->q.kind), "units",
		(json_int_t)json_array_size(a->units), "number", a->number);
	if (rc == 0)
		rc = detail ? audit_record(tx, "portal", "query.answered", a->q.id, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc == ERR_EXISTS ? ERR_REFUSED : rc;
}

int answer_reply(struct answer *a, json_t **body)
{
	struct buf text, b64;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	buf_init(&text, 262144);
	buf_init(&b64, 400000);
	json_object_set_new(a->out, "kind", json_string(query_code(a->q.kind)));
	json_object_set_new(a->out, "at", json_string(at));
	json_object_set_new(a->out, "office", json_string(a->office->name));
	int rc = json_canon(a->out, &text);
	if (rc == 0 && a->pdf.n)
		rc = b64_add(&b64, buf_view(&a->pdf));
	if (rc == 0) {
		*body = json_pack("{s:s#}", "answer", (const char *)text.p, (int)text.n);
		rc = *body ? 0 : ERR_NOMEM;
	}
	if (rc == 0 && a->pdf.n)
		json_object_set_new(*body, "pdf", json_stringn((const char *)b64.p, b64.n));
	buf_fini(&text);
	buf_fini(&b64);
	return rc;
}

static void answer_free(void *cookie)
{
	struct answer *a = cookie;
	if (!a)
		return;
	json_decref(a->out);
	json_decref(a->units);
	json_decref(a->held);
	json_decref(a->facts);
	buf_fini(&a->pdf);
	buf_wipe(a, sizeof *a);
	free(a);
}

static int answer_new(struct registry *r, const char *tenant, struct answer **out)
{
	struct answer *a = calloc(1, sizeof *a);
	if (!a)
		return ERR_NOMEM;
	a->r = r;
	snprintf(a->tenant, sizeof a->tenant, "%s", tenant);
	a->office = offices_find(r->offices, tenant);
	REQUIRE(a->office); /* what is of no office here did not come in */
	buf_init(&a->pdf, 262144);
	a->out = json_object();
	a->units = json_array();
	if (a->out && a->units) {
		*out = a;
		return 0;
	}
	answer_free(a);
	return ERR_NOMEM;
}

static int give(void *cookie, json_t **body, struct err_note *note)
{
	return answer_proof_give(cookie, body, note);
}

int answer_query(struct db_tx *tx, const struct message *m, void *arg, json_t **body,
	struct exchange_later *later, struct err_note *note)
{
	struct answer *a = NULL;
	int rc = answer_new(registry_of(arg), db_tx_tenant(tx), &a);
	if (rc == 0)
		rc = query_read(json_str(m->body, "query"), a->tenant, time_now_ms(), &a->q, note);
	if (rc == 0 && !query_public(a->q.kind))
		rc = consent_take(a, tx, m, note);
	/* What is published is read by everybody: nobody is counted, nothing of it is a look at somebody. */
	const bool published = a && a->q.kind == QUERY_NOTICE;
	if (rc == 0 && !published)
		rc = answer_limits(a, tx, note);
	if (rc == 0)
		rc = make(a, tx, note);
	if (rc == 0 && a->facts) {
		*later = (struct exchange_later){give, answer_free, a};
		return 0;
	}
	if (rc == 0 && !published)
		rc = answer_record(a, tx);
	if (rc == 0)
		rc = answer_reply(a, body);
	answer_free(a);
	return rc;
}
