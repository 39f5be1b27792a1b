/* What was linked into sent/ and out/ is made durable by a thread of its own, one folder sync for all that
 * came meanwhile: neither the next station nor the next bundle waits for it. Only then does the name in tmp/
 * go, by which a start finds what it has to publish again. */
#ifndef SW_EXCHANGE_SETTLE_H
#define SW_EXCHANGE_SETTLE_H
#include "common/spool/spool.h"

#define SETTLE_MAX 64 /* at most so many are not settled */

struct settle;
SW_MUST_USE int settle_new(struct spool *s, struct settle **out);
/* Waits while SETTLE_MAX are not settled. */
void settle_add(struct settle *s, const char *file);
/* Until nothing is left to settle. ERR_IO …: it cannot be done now, and goes on being tried. */
SW_MUST_USE int settle_wait(struct settle *s);
/* Settles what it can; the rest is found in tmp/ by the next start. NULL is a no-op. */
void settle_free(struct settle *s);
#endif
