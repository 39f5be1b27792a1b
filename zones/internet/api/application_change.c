/* A draft on its way to the signature: saved, fixed as the text that everybody signs 提交前核对, opened
 * again. */
#include "common/workflow/agent.h"
#include "zones/internet/api/api.h"
#include "zones/internet/domain/form.h"
#include "zones/internet/store/amend.h"
#include "zones/internet/store/invitation.h"
#include "zones/internet/store/party.h"
#include "zones/internet/store/withdrawal.h"
#include "zones/internet/transfer/submit.h"
#include <string.h>

struct change {
	struct portal *p;
	struct service *s;
	const char *id;
	const struct http_account *who;
	const json_t *patch;
	json_t *findings;
	int64_t version;
	struct err_note note;
	struct application a;
	json_t *merged; /* by a save */
	struct buf sealed;
};

/* Own application and its business. */
static int own_get(struct change *c, struct db_tx *tx, const struct business **b)
{
	int rc = application_get(tx, c->id, &c->a);
	if (rc == 0 && strcmp(c->a.owner, c->who->id) != 0)
		rc = ERR_NOTFOUND;
	if (rc == 0)
		*b = offer_find(c->p->offer, c->a.business, c->a.business_version);
	return rc == 0 && !*b ? err_set(&c->note, ERR_STATE,
					"this business is no longer offered in the version of the draft")
			      : rc;
}

/* The form as it would be signed now. */
static int form_now(
	struct change *c, struct db_tx *tx, const struct business *b, const json_t *draft, json_t **out)
{
	json_t *materials = NULL;
	int rc = submit_materials(tx, c->a.id, false, &materials);
	if (rc == 0 &&
		!(*out = form_sign_text(b, c->a.id, form_division(draft, c->s->tenants), draft, materials)))
		rc = ERR_NOMEM;
	json_decref(materials);
	return rc;
}

/* What a save makes of the draft, on a snapshot: the version says in the transaction that it still stands. */
static int merge_look(struct db_tx *tx, void *arg)
{
	struct change *c = arg;
	const struct business *b = NULL;
	json_t *draft = NULL;
	int rc = own_get(c, tx, &b);
	if (rc == 0)
		rc = form_check_draft(b, c->patch, &c->note);
	if (rc == 0)
		rc = application_may_save(&c->a, c->version);
	if (rc == 0)
		rc = application_draft(tx, c->s->vault, c->a.id, &draft);
	if (rc == 0)
		rc = form_merge(draft, c->patch, c->who->name, c->who->id_number, &c->merged);
	if (rc == 0 && json_object_get(c->patch, "confirmed"))
		rc = amend_confirm(&c->a, c->merged, json_object_get(c->patch, "confirmed"));
	json_decref(draft);
	return rc;
}

static int save_run(struct db_tx *tx, void *arg)
{
	struct change *c = arg;
	const struct business *b = NULL;
	json_t *form = NULL;
	int rc = c->a.round ? own_get(c, tx, &b) : 0;
	if (rc == 0 && c->a.round)
		rc = form_now(c, tx, b, c->merged, &form);
	if (rc == 0 && c->a.round)
		rc = amend_check(tx, c->s->vault, &c->a, c->merged, form, NULL, &c->note);
	if (rc == 0)
		rc = application_put(tx, &c->a, c->version, buf_view(&c->sealed));
	if (rc == 0)
		rc = audit_record(tx, c->who->user, "application.save", c->a.id, NULL);
	json_decref(form);
	return rc;
}

static int change_init(struct http_request *r, struct change *c)
{
	c->p = api_portal(r);
	c->s = http_arg(r);
	c->id = http_param(r, "id");
	c->who = http_user(r);
	c->patch = http_body(r);
	return json_get_int(http_body(r), "version", 1, INT64_MAX, &c->version, &c->note);
}

static int change_fail(struct http_request *r, const struct change *c, int rc)
{
	if (rc == ERR_CONFLICT && c->note.err != rc)
		return http_fail(r, rc, "the application was changed elsewhere; load it again");
	return c->note.err == rc ? http_fail_note(r, &c->note) : rc;
}

static int change_reply(struct http_request *r, struct change *c, int rc)
{
	return rc < 0 ? change_fail(r, c, rc) : api_application_reply(r, 200);
}

int api_application_save(struct http_request *r)
{
	struct change c = {0};
	buf_init(&c.sealed, 4 << 20);
	int rc = change_init(r, &c);
	if (rc == 0)
		rc = account_read(r, merge_look, &c);
	if (rc == 0)
		rc = application_seal_draft(c.s->vault, c.a.id, c.merged, &c.sealed);
	if (rc == 0)
		rc = account_write(r, save_run, &c);
	json_decref(c.merged);
	buf_fini(&c.sealed);
	if (rc < 0)
		return change_fail(r, &c, rc);
	return http_reply_json(r, 200,
		json_pack("{s:s,s:I,s:s}", "id", c.a.id, "version", (json_int_t)c.a.version, "updated",
			c.a.updated_at));
}

int api_parties_put(struct service *s, struct db_tx *tx, const char *application, const struct business *b,
	const json_t *form)
{
	size_t i;
	const json_t *p;
	int rc = party_drop_all(tx, application);
	json_array_foreach(json_object_get(form, "parties"), i, p)
	{
		struct vault_lookup signer, principal = {.now = ""};
		if (rc == 0)
			rc = vault_find(
				s->vault, "id-number", json_str(agent_signer(p), "id_number"), &signer);
		if (rc == 0 && agent_of(p))
			rc = vault_find(s->vault, "id-number", json_str(p, "id_number"), &principal);
		if (rc == 0)
			rc = party_add(tx, application, (int)i, json_str(p, "role"), signer.now,
				business_role_find(b, json_str(p, "role"))->signs, principal.now);
	}
	return rc;
}

/* An answer to a correction is not signed beside the withdrawal of the whole. */
static int not_withdrawn(struct change *c, struct db_tx *tx)
{
	bool waits = false;
	int rc = withdrawal_waits(tx, c->a.id, &waits);
	return rc == 0 && waits
		       ? err_set(&c->note, ERR_STATE,
				 "a withdrawal 撤回 waits for signatures: sign it, or let it drop first")
		       : rc;
}

/* By post only where something is sent. */
static int post_check(const struct change *c, const json_t *form, struct err_note *note)
{
	static const char en[] = "nothing is sent by post here: choose another way";
	if (c->p->config->post || strcmp(json_str(json_object_get(form, "delivery"), "way"), "post") != 0)
		return 0;
	json_t *one = json_pack(
		"{s:s,s:s,s:s}", "key", "delivery", "zh", "本门户不提供邮寄，请选择其他领证方式", "en", en);
	return json_array_append_new(c->findings, one) ? ERR_NOMEM
						       : err_set(note, ERR_SCHEMA, "delivery: %s", en);
}

/* Everything that is wrong is told at once. */
static int whole_check(struct change *c, const struct business *b, const json_t *form)
{
	struct err_note second = {0};
	char today[11];
	time_date_cst(time_now_ms(), today);
	int rc = business_check_form(b, form, c->findings, &c->note),
	    agents = agent_check_form(b, form, today, c->findings, rc < 0 ? &second : &c->note),
	    way = post_check(c, form, rc < 0 || agents < 0 ? &second : &c->note);
	return rc < 0 ? rc : agents < 0 ? agents : way;
}

/* 提交前核对: the whole form is checked and fixed as the text that everybody signs. */
static int freeze_run(struct db_tx *tx, void *arg)
{
	struct change *c = arg;
	const struct business *b = NULL;
	json_t *draft = NULL, *form = NULL;
	struct buf text;
	buf_init(&text, 1 << 20);
	json_array_clear(c->findings);
	int rc = own_get(c, tx, &b);
	/* The same request again, whose answer was lost: it is done. */
	if (rc == 0 && strcmp(c->a.state, "signing") == 0 && c->a.version == c->version + 1) {
		buf_fini(&text);
		return 0;
	}
	if (rc == 0)
		rc = application_draft(tx, c->s->vault, c->a.id, &draft);
	if (rc == 0)
		rc = form_now(c, tx, b, draft, &form);
	if (rc == 0)
		rc = form_check_office(draft, c->s->tenants, &c->note);
	if (rc == 0)
		rc = whole_check(c, b, form);
	if (rc == 0 && c->a.round)
		rc = amend_check(tx, c->s->vault, &c->a, draft, form, c->findings, &c->note);
	if (rc == 0)
		rc = not_withdrawn(c, tx);
	if (rc == 0)
		rc = json_canon(form, &text);
	if (rc == 0)
		rc = application_freeze(tx, c->s->vault, &c->a, c->version, buf_view(&text));
	if (rc == 0)
		rc = api_parties_put(c->s, tx, c->a.id, b, form);
	if (rc == 0)
		rc = audit_record(tx, c->who->user, "application.freeze", c->a.id, NULL);
	json_decref(draft);
	json_decref(form);
	buf_fini(&text);
	return rc;
}

int api_application_freeze(struct http_request *r)
{
	struct change c = {.findings = json_array()};
	int rc = change_init(r, &c);
	if (rc == 0)
		rc = account_write(r, freeze_run, &c);
	if (rc == ERR_SCHEMA && json_array_size(c.findings) > 0)
		return http_reply_json(r, err_http(ERR_SCHEMA),
			json_pack("{s:s,s:s,s:s,s:o}", "error", "SCHEMA", "text", c.note.text, "where", "",
				"missing", c.findings));
	json_decref(c.findings);
	return change_reply(r, &c, rc);
}

static int thaw_run(struct db_tx *tx, void *arg)
{
	struct change *c = arg;
	const struct business *b = NULL;
	int rc = own_get(c, tx, &b);
	if (rc == 0)
		rc = application_thaw(tx, c->s->vault, &c->a);
	if (rc == 0)
		rc = invitation_drop_all(tx, c->a.id);
	return rc == 0 ? audit_record(tx, c->who->user, "application.thaw", c->a.id, NULL) : rc;
}

int api_application_thaw(struct http_request *r)
{
	struct change c = {
		.p = api_portal(r), .s = http_arg(r), .id = http_param(r, "id"), .who = http_user(r)};
	return change_reply(r, &c, account_write(r, thaw_run, &c));
}
