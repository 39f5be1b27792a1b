/* The universal hash of Galois/Counter Mode by the vector unit (libIPSec_MB, x86-64 only): six times the
 * speed of a whole GMAC per datagram. Absent elsewhere; frame_mac.h then takes libgcrypt's GMAC, with the
 * same result. */
#ifndef SW_DIODE_GHASH_H
#define SW_DIODE_GHASH_H
#include "common/base/buf.h"

struct ghash; /* the library; may be shared by threads once it is open */
struct ghash_key;
/* NULL where the library or the processor lacks it. */
struct ghash *ghash_open(void);
void ghash_close(struct ghash *g);
/* h: the block cipher's image of the zero block. ERR_NOMEM. */
SW_MUST_USE int ghash_key_new(const struct ghash *g, const uint8_t h[static 16], struct ghash_key **out);
void ghash_key_free(struct ghash_key *k);
/* GHASH over v as additional data of a message without text. */
void ghash_run(const struct ghash *g, const struct ghash_key *k, struct view v, uint8_t out[static 16]);
#endif
