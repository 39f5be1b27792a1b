/* Working memory of megabytes: in large pages where the system has them, because thousands of page faults
 * cost more than the work itself. One who handles bundle after bundle keeps it in a pool, because clearing
 * fresh pages costs as much again. What was secret in it is wiped when it is given back, or it is unmapped:
 * then it is nobody's until the system has cleared it. */
#ifndef SW_BUNDLE_MEMORY_H
#define SW_BUNDLE_MEMORY_H
#include "common/bundle/bundle.h"

struct bundle_memory {
	uint8_t *p; /* NULL: none */
	size_t size;
	struct bundle_pool *pool; /* NULL: none */
};
/* At least n bytes whose content is not defined. ERR_NOMEM. */
SW_MUST_USE int bundle_memory_new(struct bundle_pool *pool, size_t n, struct bundle_memory *out);
/* More of it, at least n bytes; the first `used` of them stay, their place does not. *m without memory: its
 * first. ERR_NOMEM, then all is as it was. */
SW_MUST_USE int bundle_memory_grow(struct bundle_pool *pool, size_t used, size_t n, struct bundle_memory *m);
/* used: bytes that were written, from the start. Without memory a no-op. */
void bundle_memory_free(struct bundle_memory *m, size_t used);
#endif
