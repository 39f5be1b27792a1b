/* Signing in at the identity platform 统一身份认证 (OpenID Connect). The page goes there and comes back with
 * a code; what it was begun with stays in the browser's tab and here. */
#include "zones/internet/api/api.h"
#include <string.h>

static const struct limit_rule rule = {"oidc", 120, 500}; /* many share an address */

int api_oidc_begin(struct http_request *r)
{
	struct portal *p = api_portal(r);
	struct err_note note = {0};
	char state[OIDC_WORD];
	struct buf url;
	if (!p->oidc)
		return ERR_NOTFOUND;
	int rc = api_limit(r, &rule);
	if (rc < 0)
		return rc;
	buf_init(&url, 4096);
	rc = oidc_begin(p->oidc, http_network(r), state, &url, &note);
	if (rc == 0)
		rc = http_reply_json(
			r, 200, json_pack("{s:s,s:s}", "url", (const char *)url.p, "state", state));
	buf_fini(&url);
	return rc < 0 && note.err ? http_fail_note(r, &note) : rc;
}

int api_oidc_finish(struct http_request *r)
{
	static const char *const keys[] = {"code", "state", NULL};
	struct portal *p = api_portal(r);
	struct err_note note = {0};
	struct claims_person person;
	const char *code = NULL, *state = NULL;
	if (!p->oidc)
		return ERR_NOTFOUND;
	int rc = api_limit(r, &rule);
	if (rc < 0)
		return rc;
	rc = json_only_keys(http_body(r), keys, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "code", 2048, &code, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "state", OIDC_WORD - 1, &state, &note);
	if (rc == 0)
		rc = oidc_finish(p->oidc, state, code, &person, &note);
	if (rc == 0)
		rc = account_sign_in_person(r, person.name, person.number, "applicant", person.level);
	buf_wipe(&person, sizeof person);
	if (rc < 0)
		return note.err == rc ? http_fail_note(r, &note) : rc;
	return http_reply_json(r, 200, json_pack("{s:b}", "signed_in", 1));
}
