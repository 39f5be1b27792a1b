/* Working memory of megabytes: in large pages where the system has them, because thousands of page faults
 * cost more than the work itself. Wiped when it is given back. */
#ifndef SW_BUNDLE_MEMORY_H
#define SW_BUNDLE_MEMORY_H
#include "common/base/buf.h"

/* NULL without memory. Content is not defined. */
void *bundle_memory_new(size_t n);
/* used: bytes that were written, from the start. NULL is a no-op. */
void bundle_memory_free(void *p, size_t used);
#endif
