#include "zones/internet/transfer/oidc.h"

#include "common/call/call.h"
#include "common/crypto/jws.h"
#include "common/crypto/suite.h"
#include "zones/internet/domain/begun.h"
#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define KEEP_MS INT64_C(3600000)
#define URL_SIZE CALL_URL

struct oidc {
	struct oidc_config c;
	char *secret;
	pthread_mutex_t lock; /* of what follows; never held while the provider is asked */
	char authorize[URL_SIZE], token[URL_SIZE], jwks_uri[URL_SIZE];
	json_t *jwks;
	int64_t fetched_ms;
	struct begun_table begun;
};

int oidc_new(const struct oidc_config *c, struct oidc **out, struct err_note *note)
{
	if (!c->client || !c->redirect)
		return err_set(note, ERR_CONFIG, "oidc: issuer needs client and redirect");
	if (!call_address_good(c->issuer) || !call_address_good(c->redirect))
		return err_set(note, ERR_CONFIG, "oidc: https is needed, but on loopback");
	struct oidc *o = calloc(1, sizeof *o);
	if (!o)
		return ERR_NOMEM;
	o->c = *c;
	pthread_mutex_init(&o->lock, NULL);
	int rc = c->secret_file ? call_secret(c->secret_file, "oidc.secret_file", &o->secret, note) : 0;
	if (rc == 0 && curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		rc = ERR_NOMEM;
	if (rc < 0)
		oidc_free(o);
	else
		*out = o;
	return rc;
}

void oidc_free(struct oidc *o)
{
	if (!o)
		return;
	if (o->secret)
		buf_wipe(o->secret, strlen(o->secret));
	free(o->secret);
	json_decref(o->jwks);
	pthread_mutex_destroy(&o->lock);
	buf_wipe(o, sizeof *o);
	free(o);
}

/* ---- asking the provider. form: NULL asks by GET. */
static int ask(const struct oidc *o, const char *url, const char *form, json_t **out, struct err_note *note)
{
	const struct call c = {.what = "identity provider",
		.url = url,
		.form = form,
		.name = form && o->secret ? o->c.client : NULL,
		.secret = form ? o->secret : NULL,
		.timeout_ms = 5000,
		.log = o->c.log};
	return call_json(&c, out, note);
}

static int endpoint(const json_t *d, const char *name, char to[static URL_SIZE], struct err_note *note)
{
	const char *url = json_str(d, name);
	if (!call_address_good(url))
		return err_set(note, ERR_REFUSED, "identity provider: %s", name);
	snprintf(to, URL_SIZE, "%s", url);
	return 0;
}

/* The document is the issuer's own: it says so itself. */
static int discover(struct oidc *o, struct err_note *note)
{
	char url[URL_SIZE + 64], authorize[URL_SIZE], token[URL_SIZE], jwks_uri[URL_SIZE];
	size_t n = strlen(o->c.issuer);
	json_t *d = NULL, *jwks = NULL;
	snprintf(url, sizeof url, "%.*s/.well-known/openid-configuration",
		(int)(n && o->c.issuer[n - 1] == '/' ? n - 1 : n), o->c.issuer);
	int rc = ask(o, url, NULL, &d, note);
	if (rc == 0 && strcmp(json_str(d, "issuer"), o->c.issuer) != 0)
		rc = err_set(note, ERR_REFUSED, "identity provider: another issuer");
	if (rc == 0)
		rc = endpoint(d, "authorization_endpoint", authorize, note);
	if (rc == 0)
		rc = endpoint(d, "token_endpoint", token, note);
	if (rc == 0)
		rc = endpoint(d, "jwks_uri", jwks_uri, note);
	if (rc == 0)
		rc = ask(o, jwks_uri, NULL, &jwks, note);
	json_decref(d);
	if (rc < 0)
		return rc;
	pthread_mutex_lock(&o->lock);
	memcpy(o->authorize, authorize, sizeof authorize);
	memcpy(o->token, token, sizeof token);
	memcpy(o->jwks_uri, jwks_uri, sizeof jwks_uri);
	json_decref(o->jwks);
	o->jwks = jwks;
	o->fetched_ms = time_now_ms();
	pthread_mutex_unlock(&o->lock);
	return 0;
}

static int fresh(struct oidc *o, struct err_note *note)
{
	pthread_mutex_lock(&o->lock);
	int64_t age = time_now_ms() - o->fetched_ms;
	bool known = o->jwks && age >= 0 && age < KEEP_MS;
	pthread_mutex_unlock(&o->lock);
	return known ? 0 : discover(o, note);
}

/* ---- beginning */
static void word_make(char out[static OIDC_WORD])
{
	struct digest raw;
	random_bytes(&raw, sizeof raw);
	digest_hex(&raw, out);
}

static int url_make(struct oidc *o, const struct begun *b, struct buf *url)
{
	const char *levels = o->c.levels ? o->c.levels : "";
	struct digest d;
	struct buf challenge;
	CURL *c = curl_easy_init();
	char *redirect = c ? curl_easy_escape(c, o->c.redirect, 0) : NULL,
	     *client = c ? curl_easy_escape(c, o->c.client, 0) : NULL,
	     *acr = c ? curl_easy_escape(c, levels, 0) : NULL,
	     *scope = c ? curl_easy_escape(c, o->c.scope, 0) : NULL;
	buf_init(&challenge, 64);
	digest_of(suite_by_name("intl"), view_str(b->verifier), &d);
	int rc = redirect && client && acr && scope ? b64url_add(&challenge, view_of(d.b, sizeof d.b))
						    : ERR_NOMEM;
	pthread_mutex_lock(&o->lock);
	if (rc == 0)
		rc = buf_addf(url,
			"%s%cresponse_type=code&client_id=%s&redirect_uri=%s&scope=openid%%20%s&state=%s&"
			"nonce=%s"
			"&code_challenge=%s&code_challenge_method=S256%s%s",
			o->authorize, strchr(o->authorize, '?') ? '&' : '?', client, redirect, scope,
			b->state, b->nonce, (const char *)challenge.p, *levels ? "&acr_values=" : "", acr);
	pthread_mutex_unlock(&o->lock);
	buf_fini(&challenge);
	curl_free(redirect);
	curl_free(client);
	curl_free(acr);
	curl_free(scope);
	curl_easy_cleanup(c);
	return rc;
}

int oidc_begin(struct oidc *o, const char *network, char state[static OIDC_WORD], struct buf *url,
	struct err_note *note)
{
	struct begun b = {.at_ms = 0};
	int rc = fresh(o, note);
	if (rc < 0)
		return rc;
	word_make(b.state);
	word_make(b.nonce);
	word_make(b.verifier);
	b.at_ms = time_now_ms();
	snprintf(b.network, sizeof b.network, "%s", network);
	pthread_mutex_lock(&o->lock);
	begun_keep(&o->begun, &b);
	pthread_mutex_unlock(&o->lock);
	rc = url_make(o, &b, url);
	if (rc == 0)
		memcpy(state, b.state, OIDC_WORD);
	buf_wipe(&b, sizeof b);
	return rc;
}

/* ---- ending */
static int code_redeem(
	struct oidc *o, const struct begun *b, const char *code, json_t **out, struct err_note *note)
{
	char url[URL_SIZE];
	struct buf form;
	CURL *c = curl_easy_init();
	char *redirect = c ? curl_easy_escape(c, o->c.redirect, 0) : NULL,
	     *escaped = c ? curl_easy_escape(c, code, 0) : NULL;
	buf_init(&form, 8192);
	pthread_mutex_lock(&o->lock);
	memcpy(url, o->token, sizeof url);
	pthread_mutex_unlock(&o->lock);
	int rc = redirect && escaped
			 ? buf_addf(&form,
				   "grant_type=authorization_code&code=%s&redirect_uri=%s&code_verifier=%s",
				   escaped, redirect, b->verifier)
			 : ERR_NOMEM;
	if (rc == 0 && !o->secret)
		rc = buf_addf(&form, "&client_id=%s", o->c.client);
	if (rc == 0)
		rc = ask(o, url, (const char *)form.p, out, note);
	buf_fini(&form);
	curl_free(redirect);
	curl_free(escaped);
	curl_easy_cleanup(c);
	return rc;
}

static int token_open(struct oidc *o, const char *token, json_t **out, struct err_note *note)
{
	pthread_mutex_lock(&o->lock);
	json_t *jwks = json_incref(o->jwks);
	pthread_mutex_unlock(&o->lock);
	int rc = jws_open(token, jwks, out, note);
	json_decref(jwks);
	return rc;
}

int oidc_finish(
	struct oidc *o, const char *state, const char *code, struct claims_person *out, struct err_note *note)
{
	struct begun b = {.at_ms = 0};
	json_t *reply = NULL, *token = NULL;
	pthread_mutex_lock(&o->lock);
	int rc = begun_take(&o->begun, state, time_now_ms(), &b);
	pthread_mutex_unlock(&o->lock);
	if (rc < 0)
		return err_set(note, rc, "the sign-in was not begun here, or has run out");
	rc = code_redeem(o, &b, code, &reply, note);
	if (rc == 0)
		rc = token_open(o, json_str(reply, "id_token"), &token, note);
	/* The provider has changed its keys since. */
	if (rc == ERR_KEY && (rc = discover(o, note)) == 0)
		rc = token_open(o, json_str(reply, "id_token"), &token, note);
	if (rc == 0) {
		const struct claims_want w = {o->c.issuer, o->c.client, b.nonce,
			o->c.levels ? o->c.levels : "", o->c.number, time_now_ms() / 1000};
		rc = claims_check(token, &w, out, note);
	}
	json_decref(reply);
	json_decref(token);
	buf_wipe(&b, sizeof b);
	return rc;
}
