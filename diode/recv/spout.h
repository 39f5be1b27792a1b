/* Standard output: the blocks of one object, in order. */
#ifndef SW_DIODE_SPOUT_H
#define SW_DIODE_SPOUT_H
#include "common/crypto/suite.h"
#include "diode/recv/incoming.h"

struct spout;
/* digest: the suite of the digest behind the content, which is held back and checked; NULL: none comes. */
SW_MUST_USE int spout_new(
	int fd, struct pool *pool, uint16_t meta, const struct suite *digest, struct spout **out);
void spout_free(struct spout *s); /* what waits for its turn is given back */
/* Writes what is next, keeps what is early. Takes the memory. ERR_NOSPACE, ERR_CONFLICT (offsets do not
 * join), ERR_IO. */
SW_MUST_USE int spout_write_take(struct spout *s, const struct incoming_data *d);
/* Everything was given. ERR_CONFLICT: something is missing; ERR_DIGEST. */
SW_MUST_USE int spout_end(struct spout *s);
#endif
