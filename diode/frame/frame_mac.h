/* The tag of a datagram: GMAC (NIST SP 800-38D) by AES-256 (intl, OpenSSL) or SM4 (gm, libgcrypt). The nonce
 * is the datagram's sequence number under a key of this session alone, so that it never repeats. */
#ifndef SW_DIODE_FRAME_MAC_H
#define SW_DIODE_FRAME_MAC_H
#include "common/crypto/suite.h"
#include "diode/frame/frame.h"

struct frame_mac; /* one thread at a time */
SW_MUST_USE int frame_mac_new(const struct suite *s, const struct secret *key, struct frame_mac **out);
/* ERR_CRYPTO only when the library fails. */
SW_MUST_USE int frame_mac_make(
	struct frame_mac *m, const uint8_t nonce[static 12], struct view v, uint8_t tag[static FRAME_TAG]);
void frame_mac_free(struct frame_mac *m);
#endif
