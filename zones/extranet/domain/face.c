#include "zones/extranet/domain/face.h"

#include "zones/extranet/domain/statement.h"
#include <stdio.h>
#include <string.h>

#define STATEMENT_MAX 2048
#define CLOCK_MS INT64_C(600000) /* of difference between service and portal is no fault */
#define LIFE_MS INT64_C(86400000)

static int times_check(const json_t *o, const char *at, struct face_fact *f, struct err_note *note)
{
	const char *issued = NULL;
	int64_t from, now;
	int rc = json_get_str(o, "issued", TIME_TEXT - 1, &issued, note);
	if (rc == 0 && (time_parse(issued, &from) < 0 || time_parse(at, &now) < 0))
		rc = err_set(note, ERR_SCHEMA, "face.issued: not a time");
	if (rc == 0 && (now < from - CLOCK_MS || now > from + LIFE_MS))
		rc = err_set(
			note, ERR_SIGNATURE, "face: the comparison is not of the day of the application");
	if (rc == 0)
		snprintf(f->at, sizeof f->at, "%s", issued);
	return rc;
}

static int result_read(const json_t *o, struct face_fact *f, struct err_note *note)
{
	const char *result = NULL, *text = NULL;
	int rc = json_get_str(o, "result", 16, &result, note);
	if (rc == 0 && strcmp(result, "match") != 0)
		rc = err_set(note, ERR_REFUSED, "face: another face than that of the person");
	if (rc == 0)
		rc = json_get_int(o, "score", 0, 100, &f->score, note);
	if (rc == 0)
		rc = json_get_str(o, "image_digest", DIGEST_HEX - 1, &text, note);
	if (rc == 0)
		rc = json_get_str(o, "nonce", 36, &text, note);
	if (rc == 0 && !uuid_valid(text))
		rc = err_set(note, ERR_SCHEMA, "face.nonce: not a UUID");
	if (rc == 0)
		snprintf(f->nonce.s, sizeof f->nonce.s, "%s", text);
	return rc;
}

static int statement_read(const json_t *o, const struct suite *s, struct view form,
	const struct consent_person *p, const char *at, struct face_fact *f, struct err_note *note)
{
	static const char *const keys[] = {"iss", "result", "score", "name", "id_kind", "id_number",
		"form_digest", "image_digest", "issued", "nonce", NULL};
	char hex[DIGEST_HEX];
	digest_hex_of(s, form, hex);
	const struct {
		const char *key, *want;
	} equal[] = {{"iss", "face"}, {"name", p->name}, {"id_kind", p->id_kind}, {"id_number", p->id_number},
		{"form_digest", hex}};
	int rc = json_only_keys(o, keys, note);
	for (size_t i = 0; rc == 0 && i < sizeof equal / sizeof equal[0]; i++)
		rc = statement_equals(o, "face", equal[i].key, equal[i].want, note);
	if (rc == 0)
		rc = times_check(o, at, f, note);
	return rc == 0 ? result_read(o, f, note) : rc;
}

int face_check(const struct trust *service, struct view form, const struct face_result *r,
	const struct consent_person *p, const char *at, struct face_fact *out, struct err_note *note)
{
	struct cert *c = NULL;
	json_t *o = NULL;
	struct face_fact f = {.score = 0};
	int64_t at_ms;
	int rc = time_parse(at, &at_ms);
	if (rc < 0)
		return err_set(note, ERR_SCHEMA, "created: not a time");
	rc = cert_check_service(service, view_str(r->certificate), "face", at_ms, &c, note);
	if (rc == 0)
		rc = statement_verify(c, view_str(r->statement), r->signature,
			"the service's signature over the face comparison", note);
	if (rc == 0)
		rc = json_parse(view_str(r->statement), STATEMENT_MAX, &o, note);
	if (rc == 0)
		rc = statement_read(o, cert_suite(c), form, p, at, &f, note);
	if (rc == 0)
		*out = f;
	json_decref(o);
	cert_free(c);
	return rc;
}
