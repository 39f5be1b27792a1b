/* Simulator of the identity platform 统一身份认证 with its e-signature service: the only place where
 * applicants' keys are. It speaks the documented interface (README.md here) with delays, refusals and wrong
 * answers on demand. */
#include "tests/departments/simulator.h"
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FAULT_NONE, FAULT_REFUSE, FAULT_WRONG_DIGEST, FAULT_WRONG_PERSON, FAULT_BAD_SIGNATURE };
static const char *const faults[] = {"none", "refuse", "wrong-digest", "wrong-person", "bad-signature", NULL};

static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER; /* keys of persons: two may sign at once */
static json_t *people;                                     /* [{"id_number","name","pin"}] */

static const json_t *person_find(const char *id_number)
{
	return json_find(people, "id_number", id_number);
}

/* Files are named by the digest of the number, not by the number. */
static void person_name(const char *id_number, char out[static 24])
{
	char hex[DIGEST_HEX];
	digest_hex_of(suite_by_name("gm"), view_str(id_number), hex);
	snprintf(out, 24, "p-%.16s", hex);
}

static int person_key(
	const struct simulator *s, const char *id_number, struct sign_key **out, struct err_note *note)
{
	char name[24], key[4200], cert[4200], ca_key[4200], ca_cert[4200];
	person_name(id_number, name);
	snprintf(key, sizeof key, "%s/%s.key", s->dir, name);
	snprintf(cert, sizeof cert, "%s/%s.pem", s->dir, name);
	snprintf(ca_key, sizeof ca_key, "%s/ca.key", s->dir);
	snprintf(ca_cert, sizeof ca_cert, "%s/ca.pem", s->dir);
	pthread_mutex_lock(&making);
	int rc = access(key, F_OK) == 0
			 ? 0
			 : key_issue(ca_key, ca_cert, CERT_PERSON, name, 365, NULL, key, cert, note);
	pthread_mutex_unlock(&making);
	return rc < 0 ? rc : sign_key_load(key, cert, NULL, out, note);
}

static int token_make(const struct simulator *s, const json_t *person, const struct sign_key *key,
	const char *form, struct buf *out)
{
	struct trust *ca = NULL;
	struct cert *c = NULL;
	struct digest form_digest, cert;
	char path[4200], form_hex[DIGEST_HEX], cert_hex[DIGEST_HEX], issued[TIME_TEXT], expires[TIME_TEXT];
	struct uuid nonce = uuid_new();
	snprintf(path, sizeof path, "%s/ca.pem", s->dir);
	int rc = trust_load(path, &ca, NULL);
	if (rc == 0)
		rc = cert_check(ca, sign_key_cert_pem(key), CERT_PERSON, 0, &c, NULL);
	if (rc == 0) {
		cert_digest(c, &cert);
		digest_hex(&cert, cert_hex);
		digest_of(sign_key_suite(key), view_str(form), &form_digest);
		if (atomic_load(&s->fault) == FAULT_WRONG_DIGEST)
			form_digest.b[0] ^= 1;
		digest_hex(&form_digest, form_hex);
		time_text(time_now_ms(), issued);
		time_text(time_now_ms() + 24 * 3600000, expires);
		json_t *t = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "iss", "identity", "name",
			json_str(person, "name"), "id_kind", "1", "id_number", json_str(person, "id_number"),
			"form_digest", form_hex, "person_certificate", cert_hex, "purpose", "application",
			"issued", issued, "expires", expires, "nonce", nonce.s);
		rc = json_canon(t, out);
		json_decref(t);
	}
	cert_free(c);
	trust_free(ca);
	return rc;
}

static int sign_form(
	struct simulator *s, const json_t *person, const char *form, json_t **out, struct err_note *note)
{
	struct sign_key *key = NULL;
	struct buf sig, token, token_sig;
	int fault = atomic_load(&s->fault);
	buf_init(&sig, 1024);
	buf_init(&token, 4096);
	buf_init(&token_sig, 1024);
	if (fault == FAULT_WRONG_PERSON)
		person = json_array_get(people, json_array_get(people, 0) == person ? 1 : 0);
	int rc = person_key(s, json_str(person, "id_number"), &key, note);
	if (rc == 0)
		rc = token_make(s, person, key, form, &token);
	if (rc == 0)
		rc = sign_make_base64(s->key, buf_view(&token), &token_sig);
	if (rc == 0)
		rc = sign_make_base64(
			key, fault == FAULT_BAD_SIGNATURE ? view_str("another text") : view_str(form), &sig);
	if (rc == 0) {
		struct view pem = sign_key_cert_pem(key), platform = sign_key_cert_pem(s->key);
		*out = json_pack("{s:s,s:s#,s:s,s:s,s:s#}", "signature", (const char *)sig.p, "certificate",
			(const char *)pem.p, (int)pem.n, "token", (const char *)token.p, "token_signature",
			(const char *)token_sig.p, "token_certificate", (const char *)platform.p,
			(int)platform.n);
		rc = *out ? 0 : ERR_NOMEM;
	}
	sign_key_free(key);
	buf_fini(&sig);
	buf_fini(&token);
	buf_fini(&token_sig);
	return rc;
}

static int sign_route(struct http_request *r)
{
	struct simulator *s = http_arg(r);
	const char *id = NULL, *pin = NULL, *form = NULL;
	struct err_note note = {0};
	json_t *out = NULL;
	int rc = json_get_str(http_body(r), "id_number", 18, &id, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "pin", 32, &pin, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "form", 1 << 20, &form, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	simulator_delay(s);
	const json_t *person = person_find(id);
	if (atomic_load(&s->fault) == FAULT_REFUSE || !person || strcmp(json_str(person, "pin"), pin) != 0)
		return http_fail(r, ERR_DENIED, "number or PIN is wrong");
	rc = sign_form(s, person, form, &out, &note);
	return rc < 0 ? http_fail(r, rc, "%s", note.text) : http_reply_json(r, 200, out);
}

static const struct http_route routes[] = {
	{"POST", "/api/sign", "public", sign_route, 2 << 20, NULL, "sign a form {id_number, pin, form}"},
};

int main(int argc, char **argv)
{
	struct simulator s = {.title = "dept-identity",
		.faults = faults,
		.routes = routes,
		.nroutes = sizeof routes / sizeof routes[0],
		.signer = "identity",
		.data_in = &people};
	return simulator_main(&s, argc, argv);
}
