/* Businesses designed in the browser 业务设计 over HTTP: seen, checked, proposed by one person, decided by
 * another, published without a restart. */
#include "zones/extranet/api/api.h"
#include "zones/extranet/domain/entry_kind.h"
#include "zones/extranet/domain/process.h"
#include "zones/extranet/store/design.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/transfer/in_force.h"
#include <stdlib.h>
#include <string.h>

struct design_work {
	struct registry *r;
	const char *code, *who;
	int64_t version;
	const struct business *b; /* proposed, or agreed to */
	json_t *texts, *out;
	struct err_note note;
};

static int answer(struct http_request *r, int rc, const struct err_note *note)
{
	return note->err == rc ? http_fail_note(r, note) : rc;
}

/* One set for all offices: it is changed where its seal is. */
static int home(struct http_request *r)
{
	const char *first = api_registry(r)->service->tenant;
	return strcmp(http_user(r)->tenant, first) == 0
		       ? 0
		       : http_fail(r, ERR_REFUSED,
				 "businesses are those of all offices: they are designed at %s", first);
}

static int list_read(struct db_tx *tx, void *arg)
{
	return design_list(tx, &((struct design_work *)arg)->out);
}

int api_designs(struct http_request *r)
{
	const struct flows *f = api_registry(r)->flows;
	struct design_work w = {0};
	const struct business *b;
	int rc = account_read(r, list_read, &w);
	if (rc < 0)
		return rc;
	json_t *published = json_array();
	for (size_t i = 0; (b = flows_at(f, i)); i++)
		json_array_append_new(published,
			json_pack("{s:s,s:I,s:s,s:s,s:b}", "code", b->code, "version", (json_int_t)b->version,
				"zh", b->zh, "en", b->en, "offered", flows_offered(f, b->code) == b));
	return http_reply_json(r, 200, json_pack("{s:o,s:o}", "rows", w.out, "published", published));
}

static json_t *kinds_json(void)
{
	static const char *const papers[] = {"none", "title", "proof"};
	const struct entry_kind *k;
	json_t *rows = json_array();
	for (size_t i = 0; (k = entry_kind_at(i)); i++) {
		json_t *fields = json_array();
		for (size_t n = 0; n < ENTRY_FIELDS_MAX && k->fields[n]; n++)
			json_array_append_new(fields, json_string(k->fields[n]));
		json_array_append_new(rows,
			json_pack("{s:s,s:s,s:s,s:i,s:b,s:b,s:s,s:o}", "code", k->code, "zh", k->zh, "en",
				k->en, "registration_type", k->registration_type, "holders", k->holders,
				"obligors", k->obligors, "certificate", papers[k->paper], "fields", fields));
	}
	return rows;
}

/* Layouts of what people sign. */
static json_t *layouts_json(const struct layout_set *s)
{
	const struct layout *l;
	json_t *rows = json_array();
	for (size_t i = 0; (l = layout_at(s, i)); i++)
		if (strncmp(layout_code(l), "signed-", 7) == 0)
			json_array_append_new(rows, json_pack("{s:s,s:s,s:s}", "code", layout_code(l), "zh",
							    layout_zh(l), "en", layout_en(l)));
	return rows;
}

static json_t *words_json(const char *const *words)
{
	json_t *list = json_array();
	for (; *words; words++)
		json_array_append_new(list, json_string(*words));
	return list;
}

int api_design_choices(struct http_request *r)
{
	const struct registry *g = api_registry(r);
	json_t *fees = fee_json(business_fees(g->businesses)),
	       *rows = json_incref(json_object_get(fees, "fees"));
	json_decref(fees);
	return http_reply_json(r, 200,
		json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}", "entries", kinds_json(), "layouts",
			layouts_json(g->layouts), "fees", rows, "acts", words_json(process_acts), "topics",
			words_json(process_topics), "permissions", words_json(process_roles)));
}

static int texts_read(struct db_tx *tx, void *arg)
{
	struct design_work *w = arg;
	return design_texts(tx, w->code, w->version, &w->texts);
}

int api_design_get(struct http_request *r)
{
	struct design_work w = {.code = http_param(r, "code"), .version = atoll(http_param(r, "version"))};
	const struct business *b = flows_business(api_registry(r)->flows, w.code, w.version);
	int rc = 0;
	if (b)
		w.texts = json_incref(b->texts);
	else
		rc = account_read(r, texts_read, &w);
	if (rc == 0)
		rc = design_json(w.code, w.version, w.texts, &w.out, &w.note);
	json_decref(w.texts);
	return rc < 0 ? answer(r, rc, &w.note) : http_reply_json(r, 200, w.out);
}

int api_design_check(struct http_request *r)
{
	struct err_note note = {0};
	struct business *b = NULL;
	json_t *texts = NULL;
	int rc = design_read(api_registry(r), http_body(r), &texts, &b, &note);
	if (rc < 0)
		return answer(r, rc, &note);
	json_t *out = json_pack("{s:s,s:I}", "code", b->code, "version", (json_int_t)b->version);
	business_one_free(b);
	json_decref(texts);
	return http_reply_json(r, 200, out);
}

static int propose_run(struct db_tx *tx, void *arg)
{
	struct design_work *w = arg;
	int rc = design_propose(tx, w->b, w->texts, w->who, &w->note);
	return rc == 0 ? audit_record(tx, w->who, "business.propose", w->b->code, NULL) : rc;
}

int api_design_propose(struct http_request *r)
{
	struct design_work w = {.r = api_registry(r), .who = http_user(r)->user};
	struct business *b = NULL;
	int rc = home(r);
	if (rc < 0)
		return rc;
	rc = design_read(w.r, http_body(r), &w.texts, &b, &w.note);
	w.b = b;
	if (rc == 0)
		rc = account_act(r, propose_run, &w);
	if (rc == 0)
		w.out = json_pack("{s:s,s:I}", "code", b->code, "version", (json_int_t)b->version);
	business_one_free(b);
	json_decref(w.texts);
	return rc < 0 ? answer(r, rc, &w.note) : http_reply_json(r, 201, w.out);
}

static int open_run(struct db_tx *tx, void *arg)
{
	struct design_work *w = arg;
	return design_open(tx, w->code, w->version, w->who, &w->texts, &w->note);
}

static int decide_run(struct db_tx *tx, void *arg)
{
	struct design_work *w = arg;
	int rc = design_decide(w->r, tx, w->code, w->version, w->b, w->who, &w->note);
	return rc == 0 ? audit_record(
				 tx, w->who, w->b ? "business.approve" : "business.refuse", w->code, NULL)
		       : rc;
}

/* What was proposed, judged by what holds now. */
static int agree(struct http_request *r, struct design_work *w, struct business **b)
{
	int rc = account_read(r, open_run, w);
	return rc == 0 ? design_check(w->r, w->texts, b, &w->note) : rc;
}

static int decide(struct http_request *r, bool approve)
{
	struct design_work w = {.r = api_registry(r),
		.who = http_user(r)->user,
		.code = http_param(r, "code"),
		.version = atoll(http_param(r, "version"))};
	struct business *b = NULL;
	int rc = home(r);
	if (rc < 0)
		return rc;
	if (approve)
		rc = agree(r, &w, &b);
	w.b = b;
	if (rc == 0)
		rc = account_act(r, decide_run, &w);
	const bool loaded = rc == 0 && (!approve || in_force_business(w.r->in_force));
	business_one_free(b);
	json_decref(w.texts);
	if (rc < 0)
		return answer(r, rc, &w.note);
	return http_reply_json(r, 200,
		json_pack("{s:s,s:I,s:s,s:b}", "code", w.code, "version", (json_int_t)w.version, "state",
			approve ? "active" : "refused", "loaded", loaded));
}

int api_design_approve(struct http_request *r)
{
	return decide(r, true);
}

int api_design_refuse(struct http_request *r)
{
	return decide(r, false);
}
