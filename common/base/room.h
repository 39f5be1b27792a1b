/* Arrays that grow by doubling. */
#ifndef SW_BASE_ROOM_H
#define SW_BASE_ROOM_H
#include "common/base/err.h"
#include <stddef.h>

/* Room for one more behind the n that `v` holds: v (a pointer to elements, NULL at first; freed by its owner)
 * is moved when n is *cap. ERR_NOMEM: v and cap as they were. */
#define ROOM(v, n, cap) room_make(&(v), (n), &(cap), sizeof *(v))
SW_MUST_USE int room_make(void *array, size_t n, size_t *cap, size_t size);
#endif
