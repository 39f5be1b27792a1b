/* Digests of many texts at once: for gm several side by side where the processor can, for intl one after the
 * other. */
#ifndef SW_CRYPTO_DIGEST_MANY_H
#define SW_CRYPTO_DIGEST_MANY_H
#include "common/crypto/suite.h"

/* out[i]: digest of texts[i], the same as digest_of gives. */
void digest_many(const struct suite *s, const struct view *texts, size_t n, struct digest *out);
#endif
