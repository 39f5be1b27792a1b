#include "zones/extranet/store/consult_impl.h"

#include "common/db/db_rows.h"
#include "zones/extranet/domain/consult.h"
#include "zones/extranet/store/access.h"
#include "zones/extranet/store/charge.h"
#include "zones/extranet/store/decision.h"
#include "zones/extranet/store/face.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/tax_due.h"
#include "zones/extranet/transfer/progress.h"
#include <stdio.h>
#include <string.h>

DB_STMT(consult_messages,
	"SELECT bwid, state, handed_at, answered_at, code, said FROM jrbw WHERE tenant = :tenant AND xh IN "
	"(SELECT xh FROM djlog WHERE tenant = :tenant AND ywh = :number) ORDER BY bwid || ''");
DB_STMT(consult_graphics,
	"SELECT at FROM reg_graphics WHERE tenant = :tenant AND case_id = :id ORDER BY n DESC LIMIT 1");

/* The first decision that could rest on it. */
static json_t *used(const struct consult *k, const char *answered_at)
{
	size_t i;
	const json_t *d;
	if (*answered_at)
		json_array_foreach(k->decisions, i,
			d) if (strcmp(json_str(d, "at"), answered_at) >= 0) return json_pack("{s:s,s:s,s:s}",
			"act", json_str(d, "act"), "by", json_str(d, "by"), "at", json_str(d, "at"));
	return json_null();
}

int consult_put(struct consult *k, const struct consult_answer *a)
{
	const struct consult_kind *kind = consult_kind_find(a->kind);
	struct consult_facts f = {
		.answered = *a->answered_at != '\0', .failed = a->failed, .off = a->off, .now_ms = k->now_ms};
	REQUIRE(kind);
	if (time_parse(a->asked_at, &f.asked_ms) < 0)
		f.asked_ms = k->now_ms;
	enum consult_state s = consult_judge(kind, &f);
	json_t *one = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:b}", "key", a->key,
		"kind", kind->code, "zh", kind->zh, "en", kind->en, "asked_zh", kind->asked_zh, "asked_en",
		kind->asked_en, "asked_at", a->asked_at, "state", consult_state_code(s), "answer_zh", a->zh,
		"answer_en", a->en, "answered_at", a->answered_at, "source", a->source, "used",
		used(k, a->answered_at), "again", consult_again_possible(kind, s));
	return json_array_append_new(k->rows, one) ? ERR_NOMEM : 0;
}

/* ---- what came with the application: each party's identity and face */
static int party(struct consult *k, int n, const struct case_party *p)
{
	char key[32], text[64], text_en[64], at[TIME_TEXT];
	int64_t score = 0;
	snprintf(key, sizeof key, "identity-%d", n);
	int rc = 0;
	if (p->person_certificate[0])
		rc = consult_put(k, &(struct consult_answer){.key = key,
					    .kind = "identity",
					    .asked_at = p->signed_at,
					    .answered_at = k->c->received_at,
					    .zh = "身份、签名一致",
					    .en = "identity and signature agree",
					    .source = p->person_certificate});
	if (rc == 0)
		rc = face_of(k->tx, k->c->id, n, &score, at);
	if (rc < 0)
		return rc == ERR_NOTFOUND ? 0 : rc;
	snprintf(key, sizeof key, "face-%d", n);
	snprintf(text, sizeof text, "比对一致，%lld 分", (long long)score);
	snprintf(text_en, sizeof text_en, "agrees, score %lld", (long long)score);
	return consult_put(k, &(struct consult_answer){.key = key,
				      .kind = "face",
				      .asked_at = at,
				      .answered_at = at,
				      .zh = text,
				      .en = text_en,
				      .source = ""});
}

static int parties(struct consult *k)
{
	struct case_party p;
	int rc = 0;
	for (int n = 0; rc == 0; n++) {
		rc = case_get_party(k->tx, k->r->service->vault, k->c->id, n, &p);
		if (rc == 0)
			rc = party(k, n, &p);
	}
	buf_wipe(&p, sizeof p);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* ---- tax office and payment platform */
static const char *step_at(const struct consult *k, const char *state, const char *by)
{
	size_t i;
	const json_t *s;
	json_array_foreach(
		k->steps, i, s) if (strcmp(json_str(s, "state"), state) == 0 &&
				    (!by || strcmp(json_str(s, "by"), by) == 0)) return json_str(s, "at");
	return "";
}

static void yuan(int64_t cents, char out[static 32])
{
	snprintf(out, 32, "%lld.%02lld", (long long)(cents / 100), (long long)(cents % 100));
}

static void taken(bool paid, int64_t cents, char zh[static CONSULT_TEXT], char en[static CONSULT_TEXT])
{
	char sum[32];
	yuan(cents, sum);
	snprintf(zh, CONSULT_TEXT, "%s %s 元", paid ? "已收" : "应收", sum);
	snprintf(en, CONSULT_TEXT, "%s%s yuan%s", paid ? "took " : "", sum, paid ? "" : " due");
}

/* Of an assessment: what the tax office says, and whether the platform took the difference. */
static int assessment(struct consult *k, const json_t *t)
{
	char key[80], sum[32], zh[CONSULT_TEXT], en[CONSULT_TEXT];
	const char *state = json_str(t, "state");
	yuan(json_int(t, "assessed_cents"), sum);
	snprintf(zh, CONSULT_TEXT, "核定 %s 元", sum);
	snprintf(en, CONSULT_TEXT, "assessed at %s yuan", sum);
	snprintf(key, sizeof key, "tax-%s", json_str(t, "number"));
	int rc = consult_put(k, &(struct consult_answer){.key = key,
					.kind = "tax",
					.asked_at = step_at(k, "accepted", NULL),
					.answered_at = json_str(t, "assessed_at"),
					.zh = zh,
					.en = en,
					.source = json_str(t, "declaration")});
	if (rc < 0 || json_is_true(json_object_get(t, "back")) || json_int(t, "amount_cents") == 0)
		return rc;
	bool paid = *json_str(t, "payment") != '\0';
	taken(paid, json_int(t, "amount_cents"), zh, en);
	snprintf(key, sizeof key, "payment-%s", json_str(t, "number"));
	return consult_put(k, &(struct consult_answer){.key = key,
				      .kind = "payment",
				      .asked_at = json_str(t, "assessed_at"),
				      .answered_at = paid ? json_str(t, "at") : "",
				      .off = strcmp(state, "due") != 0,
				      .zh = zh,
				      .en = en,
				      .source = json_str(t, "payment")});
}

/* Without an assessment: the voucher that was entered, or nothing yet. */
static int voucher(struct consult *k)
{
	const struct business *b = flows_business(k->r->flows, k->c->business, k->c->business_version);
	json_t *tax = NULL;
	char zh[CONSULT_TEXT], en[CONSULT_TEXT];
	const char *asked = step_at(k, "accepted", NULL);
	if (!b || !b->needs_tax || !*asked)
		return 0;
	int rc = case_tax(k->tx, k->c->id, &tax);
	if (rc < 0)
		return rc;
	snprintf(zh, CONSULT_TEXT, "完税凭证由 %.60s 录入", json_str(tax, "by"));
	snprintf(en, CONSULT_TEXT, "voucher entered by %.60s", json_str(tax, "by"));
	rc = consult_put(k, &(struct consult_answer){.key = "tax",
				    .kind = "tax",
				    .asked_at = asked,
				    .answered_at = json_str(tax, "at"),
				    .off = k->c->state == CASE_WITHDRAWN || k->c->state == CASE_REFUSED,
				    .zh = json_is_null(tax) ? "" : zh,
				    .en = json_is_null(tax) ? "" : en,
				    .source = json_str(tax, "voucher_no")});
	json_decref(tax);
	return rc;
}

static int taxes(struct consult *k)
{
	json_t *tax = NULL, *t;
	size_t i;
	int rc = tax_due_json(k->tx, k->c->id, &tax);
	if (rc == 0 && json_is_null(tax))
		rc = voucher(k);
	json_array_foreach(json_object_get(tax, "rounds"), i, t) if (rc == 0 && json_int(t, "assessed_cents"))
		rc = assessment(k, t);
	json_decref(tax);
	return rc;
}

/* The step that brought the fee to where it stands, of those that tell of its payment. */
static int fee(struct consult *k)
{
	json_t *f = NULL, *s;
	size_t i;
	char zh[CONSULT_TEXT], en[CONSULT_TEXT];
	const char *at = "", *source = "", *first = "", *last = "";
	int rc = charge_json(k->tx, k->c->id, &f);
	if (rc < 0 || json_is_null(f) || json_int(f, "amount_cents") == 0)
		goto out;
	json_array_foreach(json_object_get(f, "steps"), i, s)
	{
		last = json_str(s, "state");
		if (i == 0)
			first = json_str(s, "at");
		if (strcmp(last, "paid") == 0) {
			at = json_str(s, "at");
			source = json_str(s, "receipt");
		}
	}
	taken(*at != '\0', json_int(f, "amount_cents"), zh, en);
	rc = consult_put(k, &(struct consult_answer){.key = "payment-fee",
				    .kind = "payment",
				    .asked_at = first,
				    .answered_at = at,
				    .off = strcmp(last, "due") != 0 && strcmp(last, "asked") != 0,
				    .zh = zh,
				    .en = en,
				    .source = source});
out:
	json_decref(f);
	return rc;
}

/* ---- the intranet and the national platform */
static int intranet(struct consult *k)
{
	char asked[TIME_TEXT] = "";
	struct db_query *q = db_query(k->tx, &consult_graphics);
	db_bind_text(q, "id", k->c->id);
	int rc = db_step(q);
	if (rc == 1)
		snprintf(asked, sizeof asked, "%s", db_text(q, 0));
	db_done(q);
	if (rc <= 0)
		return rc;
	const char *at = step_at(k, k->c->has_cadastral ? "cadastral" : "refused", "cadastre");
	bool passed = k->c->has_cadastral;
	return consult_put(
		k, &(struct consult_answer){.key = "intranet",
			   .kind = "intranet",
			   .asked_at = asked,
			   .answered_at = at,
			   .off = !passed && (k->c->state == CASE_WITHDRAWN || k->c->state == CASE_REFUSED),
			   .zh = !*at     ? ""
				 : passed ? "通过"
					  : "未通过",
			   .en = !*at     ? ""
				 : passed ? "passed"
					  : "failed",
			   .source = ""});
}

static int message(struct consult *k, struct db_query *q)
{
	char key[64];
	const char *state = db_text(q, 1), *said = db_text(q, 5), *entered = step_at(k, "entry", NULL);
	bool refused = strcmp(state, "refused") == 0, taken = strcmp(state, "accepted") == 0;
	snprintf(key, sizeof key, "national-%s", db_text(q, 0));
	return consult_put(k, &(struct consult_answer){.key = key,
				      .kind = "national",
				      .asked_at = *db_text(q, 2) ? db_text(q, 2) : entered,
				      .answered_at = refused || taken ? db_text(q, 3) : "",
				      .failed = refused,
				      .zh = taken ? "已接收" : said,
				      .en = taken ? "taken" : said,
				      .source = db_text(q, 0)});
}

static int national(struct consult *k)
{
	struct db_query *q = db_query(k->tx, &consult_messages);
	int rc, put_rc = 0;
	db_bind_text(q, "number", k->c->number);
	while ((rc = db_step(q)) == 1 && put_rc == 0)
		put_rc = message(k, q);
	db_done(q);
	return put_rc < 0 ? put_rc : rc < 0 ? rc : 0;
}

int consult_list(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t **out)
{
	static int (*const parts[])(struct consult * k) = {
		parties, consult_pushes, taxes, fee, intranet, national};
	struct consult k = {.r = r, .tx = tx, .c = c, .rows = json_array(), .now_ms = time_now_ms()};
	int rc = k.rows ? decision_list(tx, c->id, false, &k.decisions) : ERR_NOMEM;
	if (rc == 0)
		rc = case_steps(tx, c->id, &k.steps);
	for (size_t i = 0; rc == 0 && i < sizeof parts / sizeof parts[0]; i++)
		rc = parts[i](&k);
	json_decref(k.decisions);
	json_decref(k.steps);
	if (rc < 0)
		json_decref(k.rows);
	else
		*out = k.rows;
	return rc;
}

/* ---- again */
static int tax_again(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *number)
{
	struct tax_due t;
	int rc = tax_due_find(tx, c->id, number, &t);
	return rc == 0 ? progress_put_tax(r, tx, c, &t) : rc;
}

static int fee_again(struct registry *r, struct db_tx *tx, const struct case_row *c)
{
	struct charge ch;
	int rc = charge_get(tx, c->id, &ch);
	if (rc == 0)
		rc = progress_put_charge(r, tx, c, &ch);
	charge_fini(&ch);
	return rc;
}

int consult_again(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *key,
	struct err_note *note)
{
	json_t *rows = NULL;
	int rc = consult_list(r, tx, c, &rows);
	const json_t *found = json_find(rows, "key", key);
	if (rc == 0 && !found)
		rc = ERR_NOTFOUND;
	if (rc == 0 && !json_is_true(json_object_get(found, "again")))
		rc = err_set(note, ERR_STATE, "%s is not asked again while it is %s", json_str(found, "zh"),
			json_str(found, "state"));
	if (rc == 0 && strcmp(json_str(found, "kind"), "national") == 0)
		rc = access_again(tx, key + strlen("national-"), note);
	else if (rc == 0 && consult_is_push(key))
		rc = consult_push_again(tx, c->id, key);
	else if (rc == 0)
		rc = strcmp(key, "payment-fee") == 0 ? fee_again(r, tx, c)
						     : tax_again(r, tx, c, key + strlen("payment-"));
	json_decref(rows);
	return rc;
}
