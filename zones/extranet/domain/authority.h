/* Powers of attorney and representatives of organisations 法人认证与授权委托: what registryd believes of
 * them, with keys the internet zone lacks. Pure but for cryptography. */
#ifndef REG_DOMAIN_AUTHORITY_H
#define REG_DOMAIN_AUTHORITY_H
#include "common/crypto/key.h"
#include "common/workflow/mandate.h"

struct authority_result {        /* borrowed text */
	const char *statement;   /* canonical JSON of common/workflow/mandate.h */
	const char *signature;   /* base64, by the authority */
	const char *certificate; /* PEM, use sign, subject "authority" */
};
struct authority_case {      /* what it must speak of */
	const json_t *party; /* of the form, with its agent */
	const char *business, *unit;
	struct view form; /* canonical, as it was signed */
	const char *at;   /* when the message was made */
};
/* Checks the authority's certificate and signature, that it speaks of this party, this agent and this form,
 * that it was made within the day before `at`, and that the power covers the application: not revoked, valid
 * on the day, for this business and unit. *json: the statement, new reference, which *out points into.
 * ERR_SIGNATURE, ERR_CERT, ERR_SCHEMA; ERR_REFUSED: it does not cover it, with the reason. */
SW_MUST_USE int authority_check(const struct trust *authority, const struct authority_result *r,
	const struct authority_case *c, json_t **json, struct mandate *out, struct err_note *note);
#endif
