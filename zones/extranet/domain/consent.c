#include "zones/extranet/domain/consent.h"

#include "zones/extranet/domain/statement.h"
#include <stdio.h>
#include <string.h>

#define TOKEN_MAX 4096

struct consent_signature consent_signature_of(const json_t *o)
{
	return (struct consent_signature){json_str(o, "signature"), json_str(o, "certificate"),
		json_str(o, "token"), json_str(o, "token_signature"), json_str(o, "token_certificate")};
}

const json_t *consent_find(const json_t *signatures, size_t n)
{
	size_t i;
	const json_t *s;
	json_array_foreach(signatures, i, s) if (json_int(s, "party") == (int64_t)n) return s;
	return NULL;
}

static int token_times(const json_t *token, const char *at, struct err_note *note)
{
	const char *issued = NULL, *expires = NULL;
	int64_t from, to, now;
	int rc = json_get_str(token, "issued", 24, &issued, note);
	if (rc == 0)
		rc = json_get_str(token, "expires", 24, &expires, note);
	if (rc == 0 &&
		(time_parse(issued, &from) < 0 || time_parse(expires, &to) < 0 || time_parse(at, &now) < 0))
		rc = err_set(note, ERR_SCHEMA, "token: not a time");
	/* Ten minutes of clock difference between platform and portal are no fault. */
	if (rc == 0 && (now < from - 600000 || now > to))
		rc = err_set(note, ERR_SIGNATURE, "token was not valid at %s", at);
	return rc;
}

static int token_read(const json_t *token, const struct suite *s, struct view form,
	const struct consent_person *p, const struct digest *cert, const char *at, struct uuid *nonce,
	struct err_note *note)
{
	static const char *const keys[] = {"iss", "name", "id_kind", "id_number", "form_digest",
		"person_certificate", "purpose", "issued", "expires", "nonce", NULL};
	char form_hex[DIGEST_HEX], cert_hex[DIGEST_HEX];
	const char *text = NULL;
	digest_hex_of(s, form, form_hex);
	digest_hex(cert, cert_hex);
	int rc = json_only_keys(token, keys, note);
	const struct {
		const char *key, *want;
	} equal[] = {{"iss", "identity"}, {"purpose", "application"}, {"name", p->name},
		{"id_kind", p->id_kind}, {"id_number", p->id_number}, {"form_digest", form_hex},
		{"person_certificate", cert_hex}};
	for (size_t i = 0; rc == 0 && i < sizeof equal / sizeof equal[0]; i++)
		rc = statement_equals(token, "token", equal[i].key, equal[i].want, note);
	if (rc == 0)
		rc = token_times(token, at, note);
	if (rc == 0)
		rc = json_get_str(token, "nonce", 36, &text, note);
	if (rc == 0 && !uuid_valid(text))
		rc = err_set(note, ERR_SCHEMA, "token.nonce: not a UUID");
	if (rc == 0)
		snprintf(nonce->s, sizeof nonce->s, "%s", text);
	return rc;
}

int consent_check(const struct trust *identity, struct view form, const struct consent_signature *s,
	const struct consent_person *p, const char *at, struct uuid *nonce, struct digest *cert_digest_out,
	struct err_note *note)
{
	struct cert *platform = NULL, *person = NULL;
	json_t *token = NULL;
	struct digest cert;
	int64_t at_ms;
	int rc = time_parse(at, &at_ms);
	if (rc < 0)
		return err_set(note, ERR_SCHEMA, "created: not a time");
	rc = cert_check_service(identity, view_str(s->token_certificate), "identity", at_ms, &platform, note);
	if (rc == 0)
		rc = statement_verify(platform, view_str(s->token), s->token_signature,
			"the platform's signature over the token", note);
	if (rc == 0)
		rc = cert_check(identity, view_str(s->certificate), CERT_PERSON, at_ms, &person, note);
	if (rc == 0)
		rc = json_parse(view_str(s->token), TOKEN_MAX, &token, note);
	if (rc == 0) {
		cert_digest(person, &cert);
		rc = token_read(token, cert_suite(platform), form, p, &cert, at, nonce, note);
	}
	if (rc == 0)
		rc = statement_verify(
			person, form, s->signature, "the person's signature over the form", note);
	if (rc == 0)
		*cert_digest_out = cert;
	json_decref(token);
	cert_free(person);
	cert_free(platform);
	return rc;
}

int consent_fresh(const char *at, int64_t now_ms, struct err_note *note)
{
	int64_t at_ms = 0;
	if (time_parse(at, &at_ms) < 0)
		return err_set(note, ERR_SCHEMA, "created: not a time");
	return now_ms - at_ms > CONSENT_DAYS * INT64_C(86400000)
		       ? err_set(note, ERR_SIGNATURE,
				 "signed and handed in at %s: the parties sign anew after %d days", at,
				 CONSENT_DAYS)
		       : 0;
}
