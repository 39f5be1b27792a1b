/* What an ID token must say before anybody is signed in by it (OpenID Connect Core 3.1.3.7). Pure. */
#ifndef INTAKE_DOMAIN_CLAIMS_H
#define INTAKE_DOMAIN_CLAIMS_H
#include "common/base/json.h"

struct claims_want {
	const char *issuer, *client, *nonce;
	const char *levels; /* acr values that are enough, separated by spaces; "" any */
	const char *number; /* claim that holds the identity number */
	int64_t now_s;
};
#define CLAIMS_SKEW_S 120
struct claims_person {
	char name[96], number[24], level[64];
};
/* ERR_REFUSED with the claim that is wrong. */
SW_MUST_USE int claims_check(
	const json_t *token, const struct claims_want *w, struct claims_person *out, struct err_note *note);
#endif
