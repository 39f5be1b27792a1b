/* The person's own account: what is proved, which user notice 用户须知 was accepted; and the window's
 * confirmation of who somebody is. */
#include "zones/internet/api/api.h"

#include "common/message/format.h"
#include "zones/internet/domain/letter.h"
#include "zones/internet/store/mail.h"
#include "zones/internet/store/person.h"
#include <string.h>

struct showing {
	struct http_request *r;
	json_t *accepted;
	struct person person;
	struct mail_address mail;
	bool registered, open, by_sms, by_mail;
	int64_t version;
};

static int show_tx(struct db_tx *tx, void *arg)
{
	struct showing *s = arg;
	const char *id = http_user(s->r)->id;
	int rc = person_get(tx, api_portal(s->r)->service->vault, id, &s->person);
	s->registered = rc == 0;
	if (rc == ERR_NOTFOUND)
		rc = 0;
	if (rc == 0)
		rc = mail_get(tx, api_portal(s->r)->service->vault, id, &s->mail);
	if (rc == 0)
		rc = mail_channel_on(tx, id, "sms", &s->by_sms);
	if (rc == 0)
		rc = mail_channel_on(tx, id, "mail", &s->by_mail);
	if (rc == 0)
		rc = person_notice(tx, &s->version);
	if (rc == 0)
		rc = person_notice_open(tx, id, &s->open);
	return rc == 0 ? person_notices(tx, id, &s->accepted) : rc;
}

/* "mail": the address and the one that waits for its code, masked; "channels": what messages are wanted by.
 */
static int mail_add(const struct showing *s, json_t *o)
{
	struct buf address, pending;
	buf_init(&address, 256);
	buf_init(&pending, 256);
	int rc = letter_address_mask(s->mail.address, &address);
	if (rc == 0)
		rc = letter_address_mask(s->mail.pending, &pending);
	if (rc == 0 && (!o ||
			       json_object_set_new(o, "mail",
				       json_pack("{s:s,s:s,s:b}", "address", (const char *)address.p,
					       "pending", (const char *)pending.p, "offered",
					       api_portal(s->r)->mail != NULL)) ||
			       json_object_set_new(o, "channels",
				       json_pack("{s:b,s:b}", "sms", s->by_sms, "mail", s->by_mail))))
		rc = ERR_NOMEM;
	buf_fini(&address);
	buf_fini(&pending);
	return rc;
}

int api_person(struct http_request *r)
{
	struct showing s = {.r = r};
	struct buf phone;
	int rc = account_read(r, show_tx, &s);
	if (rc < 0)
		return rc;
	buf_init(&phone, 64);
	if (s.registered)
		rc = mask_phone(s.person.phone, &phone);
	json_t *o = json_pack("{s:s,s:s,s:s,s:o,s:{s:I,s:b}}", "level",
		s.registered ? s.person.level : "platform", "phone", phone.n ? (const char *)phone.p : "",
		"proved", s.person.proved_at, "notices", s.accepted, "notice", "version",
		(json_int_t)s.version, "accepted", !s.open);
	if (rc == 0)
		rc = mail_add(&s, o);
	buf_wipe(&s.person, sizeof s.person);
	buf_wipe(&s.mail, sizeof s.mail);
	buf_fini(&phone);
	if (rc < 0) {
		json_decref(o);
		return rc;
	}
	return http_reply_json(r, 200, o);
}

struct accepting {
	const struct http_account *who;
	int64_t version;
};

static int accept_tx(struct db_tx *tx, void *arg)
{
	const struct accepting *a = arg;
	int rc = person_notice_accept(tx, a->who->id, a->version);
	json_t *detail = json_pack("{s:I}", "version", (json_int_t)a->version);
	if (rc == 0)
		rc = audit_record(tx, a->who->user, "notice.accept", a->who->id, detail);
	json_decref(detail);
	return rc;
}

int api_notice_accept(struct http_request *r)
{
	static const char *const keys[] = {"version", NULL};
	struct accepting a = {.who = http_user(r)};
	struct err_note note = {0};
	int rc = json_only_keys(http_body(r), keys, &note);
	if (rc == 0)
		rc = json_get_int(http_body(r), "version", 1, INT64_MAX, &a.version, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	rc = account_write(r, accept_tx, &a);
	return rc < 0 ? rc : http_reply_json(r, 200, json_object());
}

struct gating {
	const char *account;
	bool open;
};

static int gate_tx(struct db_tx *tx, void *arg)
{
	struct gating *g = arg;
	return person_notice_open(tx, g->account, &g->open);
}

/* Before an applicant's act: the notice in force must have been accepted. Reading needs none. */
int api_gate(struct http_request *r, const struct http_route *route)
{
	struct gating g = {.account = http_user(r) ? http_user(r)->id : ""};
	if (strcmp(route->permission, "application.own") != 0 || strcmp(route->method, "GET") == 0)
		return 0;
	int rc = account_read(r, gate_tx, &g);
	return rc == 0 && g.open ? ERR_NOTICE : rc;
}

/* ---- at the window */

struct confirming {
	struct portal *p;
	const struct http_account *who;
	const char *phone, *name, *number;
	struct err_note note;
};

static int confirm_tx(struct db_tx *tx, void *arg)
{
	struct confirming *c = arg;
	struct service *s = c->p->service;
	struct person person;
	char name[96];
	int rc = person_by_phone(tx, s->vault, c->phone, &person);
	if (rc == 0)
		rc = account_name(s->accounts, tx, person.account, name);
	if (rc == ERR_NOTFOUND || (rc == 0 && strcmp(name, c->name) != 0))
		rc = err_set(&c->note, ERR_NOTFOUND, "no account of this number and this name");
	if (rc == 0)
		rc = person_proved(tx, person.account, "window", c->who->user);
	if (rc == 0)
		rc = account_prove(s->accounts, tx, person.account, c->number, "applicant", c->who->user);
	if (rc == ERR_EXISTS)
		err_set(&c->note, rc, "id_number: another account was proved with it");
	buf_wipe(&person, sizeof person);
	return rc;
}

int api_desk_person_confirm(struct http_request *r)
{
	static const char *const keys[] = {"phone", "name", "id_number", NULL};
	const json_t *b = http_body(r);
	struct confirming c = {.p = api_portal(r), .who = http_user(r)};
	int rc = json_only_keys(b, keys, &c.note);
	if (rc == 0)
		rc = json_get_str(b, "phone", 11, &c.phone, &c.note);
	if (rc == 0)
		rc = json_get_str(b, "name", 90, &c.name, &c.note);
	if (rc == 0)
		rc = json_get_str(b, "id_number", 18, &c.number, &c.note);
	if (rc == 0 && !format_resident_id(c.number))
		rc = err_set(&c.note, ERR_SCHEMA, "id_number: no resident identity number");
	if (rc == 0)
		rc = account_write(r, confirm_tx, &c);
	if (rc < 0)
		return c.note.err ? http_fail_note(r, &c.note) : rc;
	return http_reply_json(r, 200, json_object());
}
