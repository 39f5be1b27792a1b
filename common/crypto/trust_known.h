/* Signer certificates of which this trust has already found that a pinned CA signed them: the same bytes are
 * not worked out a second time. The pinned CAs of a trust never change; whether a certificate is valid at a
 * time, for a use and not revoked is asked anew each time. Several threads may use it. */
#ifndef SW_CRYPTO_TRUST_KNOWN_H
#define SW_CRYPTO_TRUST_KNOWN_H
#include "common/crypto/cert_form.h"

struct trust_known;
struct trust_known *trust_known_new(void); /* NULL: no memory */
void trust_known_free(struct trust_known *k);
/* *c: a share of the certificate, to be freed by cert_free; *ca: who signed it, borrowed from the trust. */
bool trust_known_find(struct trust_known *k, struct view pem, struct cert **c, const struct cert **ca);
/* Keeps a share of c, in place of the one that was longest not asked for. Without memory nothing is kept. */
void trust_known_keep(struct trust_known *k, struct view pem, const struct cert *c, const struct cert *ca);
/* Of the trust. */
struct trust;
struct trust_known *trust_known_of(const struct trust *t);
#endif
