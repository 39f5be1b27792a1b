/* Rooms of one size side by side in huge pages: with small ones a processor that walks over the many blocks
 * on their way spends more on finding the pages than on their bytes. Memory is touched only as rooms are
 * needed, the one given back last is taken first. One thread at a time. */
#ifndef SW_DIODE_ROOMS_H
#define SW_DIODE_ROOMS_H
#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rooms;
/* Addresses for as many rooms of `size` bytes as fit into `bytes`, at least one. ERR_NOMEM. */
SW_MUST_USE int rooms_new(size_t size, size_t bytes, struct rooms **out);
void rooms_free(struct rooms *r); /* none may be in use; NULL is a no-op */
/* Aligned to 64 bytes, its content whatever it was. NULL: all are in use. */
void *rooms_take(struct rooms *r);
void rooms_give(struct rooms *r, void *room);
bool rooms_own(const struct rooms *r, const void *p); /* r may be NULL */
size_t rooms_size(const struct rooms *r);             /* as was asked for */
size_t rooms_used(const struct rooms *r);             /* number in use */
/* Bytes of rooms that are not in use and still hold memory; and gives that of one of them back to the system,
 * false when there is none. */
size_t rooms_held(const struct rooms *r);
bool rooms_shrink(struct rooms *r);
#endif
