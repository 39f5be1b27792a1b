/* Face comparison before a party signs 提交时人脸比对, and to prove the own identity. A photograph comes in,
 * goes to the service and is forgotten. */
#include "zones/internet/api/api.h"

#include "common/message/format.h"
#include "common/message/media.h"
#include "zones/internet/store/face.h"
#include "zones/internet/store/person.h"
#include "zones/internet/transfer/face.h"
#include <string.h>

#define IMAGE_MAX (3 << 20) /* of base64 */

static const struct limit_rule rule = {"face", 10, 60000};

/* A JPEG or PNG, by what it holds. */
static int image_get(const json_t *body, const char **out, struct err_note *note)
{
	struct buf raw;
	const char *spatial = NULL, *type = NULL;
	buf_init(&raw, IMAGE_MAX);
	int rc = json_get_str(body, "image", IMAGE_MAX, out, note);
	if (rc == 0 && b64_parse(view_str(*out), &raw) < 0)
		rc = err_set(note, ERR_SCHEMA, "image: not base64");
	if (rc == 0)
		type = media_type(buf_view(&raw), &spatial);
	if (rc == 0 && (!type || (strcmp(type, "image/jpeg") != 0 && strcmp(type, "image/png") != 0)))
		rc = err_set(note, ERR_MEDIA, "image: a JPEG or PNG photograph");
	buf_fini(&raw);
	return rc;
}

/* Why there is no answer, in words that say what to do. */
static int unavailable(struct http_request *r, int rc, const struct err_note *note)
{
	if (rc == ERR_TIMEOUT || rc == ERR_IO || rc == ERR_REFUSED || rc == ERR_SYNTAX)
		return http_fail(r, ERR_TIMEOUT, "the face comparison cannot be reached");
	return note->err == rc ? http_fail_note(r, note) : rc;
}

struct comparing {
	struct http_request *r;
	struct portal *p;
	const char *id;
	int party;
	char digest[DIGEST_HEX];
	bool matches;
	json_t *result;
	struct err_note note;
};

static int form_tx(struct db_tx *tx, void *arg)
{
	struct comparing *c = arg;
	struct service *s = c->p->service;
	struct application a;
	struct buf form;
	int rc = application_get(tx, c->id, &a);
	if (rc == 0)
		rc = api_may_see(s, tx, http_user(c->r), &a, &c->party);
	if (rc < 0)
		return rc;
	if (c->party < 0)
		return err_set(&c->note, ERR_DENIED, "not a party of this application");
	if (strcmp(a.state, "signing") != 0)
		return err_set(&c->note, ERR_STATE, "nothing is to be signed now");
	buf_init(&form, 1 << 20);
	rc = application_form_digest(tx, s->vault, s->suite, a.id, &form, c->digest);
	buf_fini(&form);
	return rc == 0 ? face_matches(tx, a.id, c->party, c->digest, &c->matches) : rc;
}

static int keep_tx(struct db_tx *tx, void *arg)
{
	struct comparing *c = arg;
	int rc = face_put(tx, c->p->service->vault, c->id, c->party, c->digest, c->matches, c->result);
	json_t *detail = json_pack("{s:b}", "matches", c->matches);
	if (rc == 0)
		rc = audit_record(tx, http_user(c->r)->user, "application.face", c->id, detail);
	json_decref(detail);
	return rc;
}

int api_face_state(struct http_request *r)
{
	struct comparing c = {.r = r, .p = api_portal(r), .id = http_param(r, "id")};
	int rc = account_read(r, form_tx, &c);
	if (rc < 0)
		return c.note.err ? http_fail_note(r, &c.note) : rc;
	return http_reply_json(r, 200, json_pack("{s:b}", "matches", c.matches));
}

int api_face_compare(struct http_request *r)
{
	static const char *const keys[] = {"image", NULL};
	struct comparing c = {.r = r, .p = api_portal(r), .id = http_param(r, "id")};
	const struct http_account *me = http_user(r);
	struct face_question q = {.name = me->name, .id_number = me->id_number, .form_digest = c.digest};
	if (!c.p->config->face_url)
		return ERR_NOTFOUND;
	int rc = json_only_keys(http_body(r), keys, &c.note);
	if (rc == 0)
		rc = image_get(http_body(r), &q.image, &c.note);
	if (rc == 0)
		rc = account_read(r, form_tx, &c);
	if (rc < 0)
		return c.note.err ? http_fail_note(r, &c.note) : rc;
	rc = api_limit(r, &rule);
	if (rc < 0)
		return rc;
	rc = face_compare(c.p, &q, &c.result, &c.matches, &c.note);
	if (rc == 0)
		rc = account_write(r, keep_tx, &c);
	json_decref(c.result);
	if (rc < 0)
		return unavailable(r, rc, &c.note);
	return http_reply_json(r, 200, json_pack("{s:b}", "matches", c.matches));
}

/* ---- the own identity, of somebody who registered with a mobile number */
struct proving {
	struct http_request *r;
	const char *number;
	struct err_note note;
};

static int prove_tx(struct db_tx *tx, void *arg)
{
	struct proving *c = arg;
	const struct http_account *me = http_user(c->r);
	struct service *s = api_portal(c->r)->service;
	int rc = person_proved(tx, me->id, "face", me->user);
	if (rc == 0)
		rc = account_prove(s->accounts, tx, me->id, c->number, "applicant", me->user);
	return rc == ERR_EXISTS ? err_set(&c->note, rc, "id_number: another account was proved with it") : rc;
}

int api_person_face(struct http_request *r)
{
	static const char *const keys[] = {"id_number", "image", NULL};
	struct proving c = {.r = r};
	struct face_question q = {.name = http_user(r)->name, .form_digest = ""};
	json_t *result = NULL;
	bool matches = false;
	if (!api_portal(r)->config->face_url)
		return ERR_NOTFOUND;
	int rc = json_only_keys(http_body(r), keys, &c.note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "id_number", 18, &c.number, &c.note);
	if (rc == 0 && !format_resident_id(c.number))
		rc = err_set(&c.note, ERR_SCHEMA, "id_number: no resident identity number");
	if (rc == 0)
		rc = image_get(http_body(r), &q.image, &c.note);
	if (rc < 0)
		return c.note.err ? http_fail_note(r, &c.note) : rc;
	rc = api_limit(r, &rule);
	if (rc < 0)
		return rc;
	q.id_number = c.number;
	rc = face_compare(api_portal(r), &q, &result, &matches, &c.note);
	json_decref(result);
	if (rc < 0)
		return unavailable(r, rc, &c.note);
	if (matches)
		rc = account_write(r, prove_tx, &c);
	if (rc < 0)
		return c.note.err ? http_fail_note(r, &c.note) : rc;
	return http_reply_json(r, 200, json_pack("{s:b}", "matches", matches));
}
