/* SM3 (GB/T 32905) of many short texts, eight at a time: no library that stands in Debian has that, and one
 * text after another by libgcrypt takes 2.5 to 3.3 times as long. Used where digests of a whole chunk's
 * messages are due; equality with libgcrypt's is tested over every length. */
#ifndef SW_CRYPTO_SM3_LANES_H
#define SW_CRYPTO_SM3_LANES_H
#include "common/base/id.h"

/* How many ways this processor has to do it, the quickest one last; 0: none, then one after the other is to
 * be used. */
size_t sm3_lanes_ways(void);
/* way: 0 … sm3_lanes_ways() - 1. out[i]: digest of texts[i]. */
void sm3_lanes(size_t way, const struct view *texts, size_t n, struct digest *out);
#endif
