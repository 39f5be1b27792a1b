#include "zones/extranet/api/case_act.h"

#include "common/log/log.h"
#include "common/os/fault.h"
#include "zones/extranet/domain/ground.h"
#include "zones/extranet/store/claim.h"
#include "zones/extranet/store/decision.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/mark.h"
#include "zones/extranet/transfer/certifier.h"
#include <stdio.h>
#include <string.h>

#define JUDGED_MAX 5

/* The record's "case.NAME" names the acts that are none of the process. */
static int decide(struct case_act *a, struct db_tx *tx, const struct case_row *c)
{
	const char *act = *a->kind->act ? a->kind->act : a->kind->audit + strlen("case.");
	return decision_put(a->r, tx, c,
		&(struct decision){.act = act,
			.ground = a->ground,
			.to = a->to,
			.items = a->items,
			.key = keyring_key(a->key)});
}

static bool may(const void *who, const char *permission)
{
	return account_may(who, permission);
}

int case_act_permit(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *act,
	const struct http_account *user, struct err_note *note)
{
	return flows_permit(r, tx, c, act, may, user, note);
}

/* Whose turn it is, on which case, and that what was judged outside is so still. */
static int guard(struct case_act *a, struct db_tx *tx, struct case_row *c)
{
	bool stand = true;
	int rc = case_get(tx, a->id, c);
	if (rc == 0)
		rc = claim_guard(tx, c->id, a->who, &a->note);
	if (rc < 0)
		return rc;
	if (*a->kind->act && (rc = case_act_permit(a->r, tx, c, a->kind->act, a->user, &a->note)) < 0)
		return rc;
	if (a->version != c->version)
		return err_set(&a->note, ERR_CONFLICT, "the case was changed meanwhile (version %lld)",
			(long long)c->version);
	if (a->looked)
		rc = rules_stand(a->r, tx, c, &a->look, &stand);
	a->stale = !stand;
	return a->stale ? err_set(&a->note, ERR_CONFLICT, "the book or the rules were changed meanwhile")
			: rc;
}

static int act_run(struct db_tx *tx, void *arg)
{
	struct case_act *a = arg;
	struct case_row c;
	int rc = guard(a, tx, &c);
	if (rc < 0)
		return rc;
	snprintf(c.ground, sizeof c.ground, "%s", a->ground ? a->ground : "");
	/* The rules looked at the form that stands now. */
	if (a->looked && a->look.form.version == c.version)
		c.form = &a->look.form;
	c.rows = a->looked ? a->look.rows : NULL;
	rc = a->kind->effect(a, tx, &c);
	if (rc == 0)
		rc = decide(a, tx, &c);
	if (rc == 0 && a->looked)
		rc = rules_keep(a->r, tx, c.id, a->who, &a->look);
	if (rc == 0)
		rc = mark_draft_drop(tx, c.id, a->who);
	if (rc == 0 && !a->kind->keeps)
		rc = claim_drop(tx, c.id);
	if (rc == 0)
		rc = audit_record(tx, a->who, a->kind->audit, c.number, NULL);
	c.form = NULL;
	c.rows = NULL;
	a->after = c;
	return rc;
}

static int look_read(struct db_tx *tx, void *arg)
{
	struct case_act *a = arg;
	int rc = case_get(tx, a->id, &a->after);
	return rc == 0 ? rules_look(a->r, tx, a->id, a->kind->stage, &a->look, &a->note) : rc;
}

static int look_keep(struct db_tx *tx, void *arg)
{
	struct case_act *a = arg;
	return rules_keep(a->r, tx, a->after.id, a->who, &a->look);
}

static const json_t *blocking(const json_t *verdict)
{
	return json_find(json_object_get(verdict, "findings"), "severity", "block");
}

/* The review rules on a snapshot. When one blocks, its verdict is kept with the case. */
static int judge(struct http_request *r, struct case_act *a)
{
	if (!a->kind->stage)
		return 0;
	int rc = account_read(r, look_read, a);
	if (rc == 0)
		rc = rules_say(a->r, &a->look, a->after.business, a->after.business_version);
	a->looked = rc == 0;
	if (rc < 0 || !json_is_true(json_object_get(a->look.verdict, "blocked")) ||
		a->after.version != a->version)
		return rc;
	rc = account_act(r, look_keep, a);
	const json_t *first = blocking(a->look.verdict);
	return rc < 0 ? rc
		      : err_set(&a->note, ERR_BLOCKED, "%.60s: %.120s; %.60s", json_str(first, "rule"),
				json_str(first, "zh"), json_str(first, "en"));
}

static int judge_and_act(struct http_request *r, struct case_act *a)
{
	a->stale = false;
	int rc = judge(r, a);
	fault_point("case.judged");
	return rc == 0 ? account_act(r, act_run, a) : rc;
}

int case_act_take(struct http_request *r, struct case_act *a)
{
	a->r = api_registry(r);
	a->user = http_user(r);
	a->who = a->user->user;
	int rc = keyring_take(a->r->keyring, http_session(r), a->who, &a->key, &a->note);
	if (rc == 0)
		rc = judge_and_act(r, a);
	for (int n = 1; rc == ERR_CONFLICT && a->stale && n < JUDGED_MAX; n++) {
		log_info("judged-anew", "case=%s act=%s", a->after.number, a->kind->act);
		rules_look_fini(&a->look);
		/* A rule may have been decided on whose number the running ones do not know yet. */
		rc = rules_reload(a->r, http_user(r)->tenant, &a->note);
		if (rc == 0)
			rc = judge_and_act(r, a);
	}
	if (rc == 0 && a->kind == &case_act_enter)
		certifier_wake(a->r->certifier);
	return rc;
}

void case_act_fini(struct case_act *a)
{
	if (a->key)
		keyring_give(a->r->keyring, a->key);
	a->key = NULL;
	if (a->kind->stage)
		rules_look_fini(&a->look);
}

/* A rule that blocks is answered with all that the rules said. */
static int refused(struct http_request *r, const struct case_act *a, int rc)
{
	const json_t *first = rc == ERR_BLOCKED && a->looked ? blocking(a->look.verdict) : NULL;
	if (first)
		return http_reply_json(r, 409,
			json_pack("{s:s,s:s,s:s,s:O}", "error", "BLOCKED", "text", json_str(first, "zh"),
				"where", json_str(first, "rule"), "verdict", a->look.verdict));
	return a->note.err == rc ? http_fail_note(r, &a->note) : rc;
}

int case_act_answer(struct http_request *r, struct case_act *a)
{
	struct err_note note = {0};
	json_t *out = NULL;
	a->id = http_param(r, "id");
	if (json_get_int(http_body(r), "version", 1, INT64_MAX, &a->version, &note) < 0)
		return http_fail_note(r, &note);
	int rc = case_act_take(r, a);
	if (rc < 0)
		rc = refused(r, a, rc);
	else if ((rc = case_json(&a->after, &out)) == 0)
		rc = http_reply_json(r, 200, out);
	case_act_fini(a);
	return rc;
}

int case_act_text(struct http_request *r, const char *key, const char **out)
{
	struct err_note note = {0};
	int rc = json_get_str(http_body(r), key, 500, out, &note);
	if (rc == 0 && !**out)
		rc = err_set(&note, ERR_SCHEMA, "%s: must not be empty", key);
	return rc < 0 ? http_fail_note(r, &note) : 0;
}

int case_act_ground(struct http_request *r, const char *act, const char **out, struct err_note *note)
{
	const char *code;
	int rc = json_get_str(http_body(r), "ground", GROUND_CODE - 1, &code, note);
	if (rc == 0 && !ground_find(api_registry(r)->grounds, act, code))
		rc = err_set(note, ERR_SCHEMA, "ground: none of the legal grounds of this act");
	if (rc == 0)
		*out = code;
	return rc;
}
