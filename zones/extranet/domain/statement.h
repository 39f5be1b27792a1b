/* A statement of another service: canonical JSON as text with a signature over it. */
#ifndef REG_DOMAIN_STATEMENT_H
#define REG_DOMAIN_STATEMENT_H
#include "common/base/json.h"
#include "common/crypto/key.h"

/* b64: the signature; what: how it is called in the refusal. ERR_SIGNATURE. */
SW_MUST_USE int statement_verify(
	const struct cert *c, struct view v, const char *b64, const char *what, struct err_note *note);
/* A member must equal what it is compared with. ERR_SCHEMA, ERR_SIGNATURE. */
SW_MUST_USE int statement_equals(
	const json_t *o, const char *what, const char *key, const char *want, struct err_note *note);
#endif
