/* 领证方式 and 邮寄 at the window: what was chosen, parcels of a case, what waits to be done. */
#include "zones/extranet/transfer/mailing.h"

#include "zones/extranet/api/api.h"
#include "zones/extranet/store/delivery.h"
#include <string.h>

struct sending {
	struct registry *r;
	const char *id, *who, *text;
	struct delivery d;
	enum mailing_act act;
	struct mailing m;
	json_t *out;
	struct err_note note;
};

static int reply(struct http_request *r, struct sending *s, int rc)
{
	buf_wipe(&s->d, sizeof s->d);
	if (rc == 0)
		return http_reply_json(r, 200, s->out);
	json_decref(s->out);
	return s->note.err == rc ? http_fail_note(r, &s->note) : rc;
}

/* {"number","delivery","blanks","mailings","post"} */
static int case_put(struct sending *s, struct db_tx *tx, const struct case_row *c)
{
	struct vault *v = s->r->service->vault;
	json_t *chosen = NULL, *blanks = NULL, *rows = NULL;
	json_decref(s->out);
	s->out = NULL;
	int rc = delivery_json(tx, v, c->id, &chosen);
	if (rc == 0)
		rc = mailing_blanks(tx, c->number, &blanks);
	if (rc == 0)
		rc = mailing_of_case(tx, v, c->id, &rows);
	if (rc == 0 && !(s->out = json_pack("{s:s,s:s,s:O,s:O,s:O,s:b}", "id", c->id, "number", c->number,
				 "delivery", chosen, "blanks", blanks, "mailings", rows, "post",
				 s->r->courier != NULL)))
		rc = ERR_NOMEM;
	json_decref(chosen);
	json_decref(blanks);
	json_decref(rows);
	return rc;
}

static int case_read(struct db_tx *tx, void *arg)
{
	struct sending *s = arg;
	struct case_row c;
	int rc = case_get(tx, s->id, &c);
	return rc == 0 ? case_put(s, tx, &c) : rc;
}

int api_case_delivery(struct http_request *r)
{
	struct sending s = {.r = api_registry(r), .id = http_param(r, "id")};
	return reply(r, &s, account_read(r, case_read, &s));
}

static int choose(struct db_tx *tx, void *arg)
{
	struct sending *s = arg;
	struct case_row c;
	s->note = (struct err_note){0};
	int rc = case_get(tx, s->id, &c);
	if (rc == 0 && strcmp(s->d.way, "post") == 0 && !s->r->courier)
		rc = err_set(&s->note, ERR_STATE, "no carrier is configured");
	if (rc == 0)
		rc = mailing_may_choose(s->r, tx, &c, &s->note);
	if (rc == 0)
		rc = delivery_put(tx, s->r->service->vault, c.id, &s->d, s->who);
	if (rc == 0)
		rc = audit_record(tx, s->who, "delivery.entered", c.number, NULL);
	if (rc == 0)
		rc = mailing_tell_choice(s->r, tx, &c, s->d.way);
	return rc == 0 ? case_put(s, tx, &c) : rc;
}

int api_case_delivery_set(struct http_request *r)
{
	struct sending s = {.r = api_registry(r), .id = http_param(r, "id"), .who = http_user(r)->user};
	int rc = delivery_parse(http_body(r), NULL, &s.d, &s.note);
	return reply(r, &s, rc == 0 ? account_act(r, choose, &s) : rc);
}

static int order(struct db_tx *tx, void *arg)
{
	struct sending *s = arg;
	struct case_row c;
	s->note = (struct err_note){0};
	int rc = case_get(tx, s->id, &c);
	if (rc == 0)
		rc = mailing_order(s->r, tx, &c, s->who, &s->note);
	return rc == 0 ? case_put(s, tx, &c) : rc;
}

int api_case_mailing(struct http_request *r)
{
	struct sending s = {.r = api_registry(r), .id = http_param(r, "id"), .who = http_user(r)->user};
	return reply(r, &s, account_act(r, order, &s));
}

static int tasks_read(struct db_tx *tx, void *arg)
{
	struct sending *s = arg;
	json_t *rows = NULL;
	json_decref(s->out);
	s->out = NULL;
	int rc = mailing_tasks(tx, &rows);
	if (rc == 0 && !(s->out = json_pack("{s:b,s:O}", "post", s->r->courier != NULL, "rows", rows)))
		rc = ERR_NOMEM;
	json_decref(rows);
	return rc;
}

int api_mailings(struct http_request *r)
{
	struct sending s = {.r = api_registry(r)};
	return reply(r, &s, account_read(r, tasks_read, &s));
}

static int act(struct db_tx *tx, void *arg)
{
	struct sending *s = arg;
	struct case_row c;
	s->note = (struct err_note){0};
	mailing_fini(&s->m);
	int rc = mailing_do(s->r, tx, s->id, s->act, s->text, s->who, &s->note);
	if (rc == 0)
		rc = mailing_get(tx, s->r->service->vault, s->id, &s->m);
	if (rc == 0)
		rc = case_get(tx, s->m.case_id, &c);
	return rc == 0 ? case_put(s, tx, &c) : rc;
}

static int act_do(struct http_request *r, enum mailing_act what, const char *key)
{
	struct sending s = {
		.r = api_registry(r), .id = http_param(r, "id"), .who = http_user(r)->user, .act = what};
	int rc = json_get_str(http_body(r), key, 200, &s.text, &s.note);
	if (rc == 0 && !*s.text)
		rc = err_set(&s.note, ERR_SCHEMA, "%s: must not be empty", key);
	if (rc == 0)
		rc = account_act(r, act, &s);
	mailing_fini(&s.m);
	return reply(r, &s, rc);
}

int api_mailing_post(struct http_request *r)
{
	return act_do(r, MAILING_DO_POST, "waybill");
}

int api_mailing_cancel(struct http_request *r)
{
	return act_do(r, MAILING_DO_CANCEL, "reason");
}

int api_mailing_keep(struct http_request *r)
{
	return act_do(r, MAILING_DO_KEEP, "reason");
}

int api_mailing_spoil(struct http_request *r)
{
	return act_do(r, MAILING_DO_SPOIL, "reason");
}

static int label_read(struct db_tx *tx, void *arg)
{
	struct sending *s = arg;
	mailing_fini(&s->m);
	int rc = mailing_get(tx, s->r->service->vault, s->id, &s->m);
	if (rc == 0 && s->m.state != MAILING_READY)
		rc = ERR_STATE;
	return rc;
}

int api_mailing_label(struct http_request *r)
{
	struct sending s = {.r = api_registry(r), .id = http_param(r, "id")};
	int rc = account_reveal_if(r, s.id, "邮寄面单 label of a parcel", label_read, &s);
	const struct delivery *to = &s.m.to;
	if (rc == 0 && !(s.out = json_pack("{s:s,s:s,s:s,s:s,s:s,s:O}", "carrier", s.m.carrier, "waybill",
				 s.m.waybill, "name", to->name, "phone", to->phone, "address", to->address,
				 "serials", s.m.serials)))
		rc = ERR_NOMEM;
	mailing_fini(&s.m);
	return reply(r, &s, rc);
}
