/* The message `keys.revoked`: a zone's list of revoked keys (common/crypto/revocation.h) on its way through
 * the zones. Its body is the list's three members: {"ca":KEYID,"list":TEXT,"signature":BASE64}. */
#ifndef SW_BUNDLE_REVOKED_H
#define SW_BUNDLE_REVOKED_H
#include "common/base/json.h"
#include "common/crypto/trust.h"

#define BUNDLE_REVOKED_TYPE "keys.revoked"
/* The body for a list as `swbundle revoke` writes it; new reference. Form alone is checked. */
SW_MUST_USE int bundle_revoked_body(
	struct view file, json_t **body, char zone[static 257], struct err_note *note);
/* Takes the list into all of `trusts` that are of its zone, and keeps it in the folder `dir`. An older one is
 * passed over: 0. ERR_LINK when no trust is of that zone, else what trust_revoke refuses it for. May be
 * called again with the same. */
SW_MUST_USE int bundle_revoked_take(
	const json_t *body, struct trust *const *trusts, size_t n, const char *dir, struct err_note *note);
#endif
