/* Review rules 审查规则 over HTTP: seen, tried on past cases, proposed by one person, decided by another. */
#include "zones/extranet/store/rules.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/transfer/in_force.h"
#include <stdlib.h>
#include <string.h>

#define TRY_MAX 500

struct rules_work {
	struct registry *r;
	const char *code, *who, *id;
	const json_t *rule;
	int64_t version;
	bool approve;
	json_t *out;
	struct err_note note;
};

static int list_read(struct db_tx *tx, void *arg)
{
	return rules_list(tx, &((struct rules_work *)arg)->out);
}

int api_rules(struct http_request *r)
{
	struct rules_work w = {0};
	int rc = account_read(r, list_read, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", w.out));
}

static int propose_run(struct db_tx *tx, void *arg)
{
	struct rules_work *w = arg;
	int rc = rules_propose(w->r, tx, w->rule, w->who, &w->version, &w->note);
	return rc == 0 ? audit_record(tx, w->who, "rule.propose", json_str(w->rule, "code"), NULL) : rc;
}

int api_rule_propose(struct http_request *r)
{
	struct rules_work w = {.r = api_registry(r), .who = http_user(r)->user, .rule = http_body(r)};
	int rc = account_act(r, propose_run, &w);
	if (rc < 0)
		return w.note.err == rc ? http_fail_note(r, &w.note) : rc;
	return http_reply_json(r, 201,
		json_pack("{s:s,s:I}", "code", json_str(w.rule, "code"), "version", (json_int_t)w.version));
}

static int decide_run(struct db_tx *tx, void *arg)
{
	struct rules_work *w = arg;
	int rc = rules_decide(tx, w->code, w->version, w->approve, w->who, &w->note);
	return rc == 0 ? audit_record(tx, w->who, w->approve ? "rule.approve" : "rule.refuse", w->code, NULL)
		       : rc;
}

static int decide(struct http_request *r, bool approve)
{
	struct rules_work w = {.r = api_registry(r),
		.who = http_user(r)->user,
		.code = http_param(r, "code"),
		.version = atoll(http_param(r, "version")),
		.approve = approve};
	int rc = account_act(r, decide_run, &w);
	if (rc < 0)
		return w.note.err == rc ? http_fail_note(r, &w.note) : rc;
	const bool loaded = in_force_rule(w.r->in_force, http_user(r)->tenant);
	return http_reply_json(r, 200,
		json_pack("{s:s,s:I,s:s,s:b}", "code", w.code, "version", (json_int_t)w.version, "state",
			approve ? "active" : "refused", "loaded", loaded));
}

int api_rule_approve(struct http_request *r)
{
	return decide(r, true);
}

int api_rule_refuse(struct http_request *r)
{
	return decide(r, false);
}

static int past_read(struct db_tx *tx, void *arg)
{
	struct rules_work *w = arg;
	return rules_past(w->r, tx, TRY_MAX, &w->out);
}

/* One rule on the kept inputs of past cases: what it would have said. */
int api_rule_try(struct http_request *r)
{
	struct rules_work w = {.r = api_registry(r)};
	struct rule rule;
	const struct rule *one = &rule;
	json_t *rows = json_array(), *past;
	size_t i, tried = 0, found = 0;
	int rc = rule_parse(http_body(r), flows_box(w.r->flows), &rule, &w.note);
	if (rc == 0)
		rc = account_read(r, past_read, &w);
	json_array_foreach(w.out, i, past)
	{
		json_t *verdict = NULL;
		if (rc < 0 || !rule_at_stage(&rule, json_str(past, "stage")))
			continue;
		rc = rule_judge(&one, 1, flows_box(w.r->flows), view_str(json_str(past, "input")), &verdict);
		tried++;
		if (rc == 0 && json_array_size(json_object_get(verdict, "findings")) > 0) {
			found++;
			json_array_append_new(
				rows, json_pack("{s:s,s:s,s:s,s:O}", "case", json_str(past, "case"), "stage",
					      json_str(past, "stage"), "at", json_str(past, "at"), "finding",
					      json_array_get(json_object_get(verdict, "findings"), 0)));
		}
		json_decref(verdict);
	}
	json_decref(w.out);
	if (rc < 0) {
		json_decref(rows);
		return w.note.err == rc ? http_fail_note(r, &w.note) : rc;
	}
	return http_reply_json(r, 200,
		json_pack("{s:I,s:I,s:o}", "tried", (json_int_t)tried, "found", (json_int_t)found, "rows",
			rows));
}

static int verdicts_read(struct db_tx *tx, void *arg)
{
	struct rules_work *w = arg;
	struct case_row c;
	int rc = case_get(tx, w->id, &c);
	return rc == 0 ? rules_verdicts(tx, c.id, &w->out) : rc;
}

int api_case_verdicts(struct http_request *r)
{
	struct rules_work w = {.r = api_registry(r), .id = http_param(r, "id")};
	int rc = account_read(r, verdicts_read, &w);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", w.out));
}
