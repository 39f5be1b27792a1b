#include "common/bundle/bundle_memory.h"
#include <stdlib.h>
#include <sys/mman.h>

#define LARGE ((size_t)2 << 20)

void *bundle_memory_new(size_t n)
{
	void *p = NULL;
	if (n < LARGE)
		return malloc(n ? n : 1);
	n = (n + LARGE - 1) / LARGE * LARGE;
	if (posix_memalign(&p, LARGE, n) != 0)
		return NULL;
	/* Only a wish. */
	(void)madvise(p, n, MADV_HUGEPAGE);
	return p;
}

void bundle_memory_free(void *p, size_t used)
{
	if (!p)
		return;
	buf_wipe(p, used);
	free(p);
}
