/* The tag of a datagram: GMAC (NIST SP 800-38D) by AES-256 (intl) or SM4 (gm). The nonce is the datagram's
 * sequence number under a key of this session alone, so that it never repeats. The block cipher is
 * libgcrypt's, the hash ghash.h's where it is there, else libgcrypt's. */
#ifndef SW_DIODE_FRAME_MAC_H
#define SW_DIODE_FRAME_MAC_H
#include "common/crypto/suite.h"
#include "diode/frame/frame.h"
#include "diode/frame/ghash.h"

#define FRAME_NONCE 12
struct frame_mac; /* one thread at a time */
/* g: the caller's, must outlive it; NULL for libgcrypt alone. */
SW_MUST_USE int frame_mac_new(
	const struct suite *s, const struct secret *key, const struct ghash *g, struct frame_mac **out);
/* ERR_CRYPTO only when the library fails. */
SW_MUST_USE int frame_mac_make(struct frame_mac *m, const uint8_t nonce[static FRAME_NONCE], struct view v,
	uint8_t tag[static FRAME_TAG]);
/* The tags of n <= FRAME_MAC_MANY messages, whose nonces are four zero bytes and the number. */
#define FRAME_MAC_MANY 64
SW_MUST_USE int frame_mac_many(struct frame_mac *m, const uint64_t *number, const struct view *v, unsigned n,
	uint8_t (*tag)[FRAME_TAG]);
void frame_mac_free(struct frame_mac *m);
#endif
