/* Standard output: the blocks of one object, in order. */
#ifndef SW_DIODE_SPOUT_H
#define SW_DIODE_SPOUT_H
#include "diode/recv/incoming.h"

struct spout;
SW_MUST_USE int spout_new(int fd, struct pool *pool, uint16_t meta, struct spout **out);
void spout_free(struct spout *s); /* what waits for its turn is given back */
/* Writes what is next, keeps what is early. Takes the memory. ERR_NOSPACE, ERR_CONFLICT (offsets do not
 * join), ERR_IO. */
SW_MUST_USE int spout_write_take(struct spout *s, const struct incoming_data *d);
bool spout_empty(const struct spout *s);
#endif
