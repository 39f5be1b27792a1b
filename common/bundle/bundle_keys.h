/* Member keys.json: the content key wrapped for each recipient, canonical JSON
 * {"recipients":[{"encap":B64,"key":KEYID,"wrapped":B64},…]}. */
#ifndef SW_BUNDLE_KEYS_H
#define SW_BUNDLE_KEYS_H
#include "common/crypto/key.h"

/* What the signed manifest says about the content key: H("sanwang key commitment 1" ‖ key). */
void bundle_keys_commitment(const struct suite *s, const struct secret *key, struct digest *out);
/* Wraps `key` for each, bound to the bundle's identity. ERR_SUITE, ERR_LIMIT. */
SW_MUST_USE int bundle_keys_seal(const struct suite *s, const struct cert *const *to, size_t n,
	const struct digest *identity, const struct secret *key, struct buf *out);
/* Finds one of our keys among the recipients and unwraps; what comes out must fit the commitment. keys may be
 * NULL: then only the form is checked and out is left alone. ERR_SYNTAX, ERR_SCHEMA, ERR_KEY. */
SW_MUST_USE int bundle_keys_open(struct view bytes, const struct suite *s, const struct open_key *const *keys,
	size_t n, const struct digest *identity, const struct digest *commitment, struct secret *out,
	struct err_note *note);
#endif
