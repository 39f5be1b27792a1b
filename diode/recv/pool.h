/* One budget for everything the receiver keeps in memory because of what arrived. Shared by its threads. */
#ifndef SW_DIODE_POOL_H
#define SW_DIODE_POOL_H
#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool;
SW_MUST_USE int pool_new(size_t max, struct pool **out);
void pool_free(struct pool *p);
/* Zeroed when `zero`. NULL when the budget is used up (or the system's memory is). */
void *pool_take(struct pool *p, size_t n, int zero);
void pool_give(struct pool *p, void *m, size_t n); /* m NULL is a no-op */
size_t pool_used(struct pool *p);
/* Now and then: memory nobody needed since the last call goes back to the system, but for a rest. */
void pool_rest(struct pool *p);
size_t pool_held(struct pool *p); /* of memory nobody needs, not given back */
#endif
