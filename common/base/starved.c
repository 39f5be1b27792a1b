#include "common/base/starved.h"

#include <stdlib.h>

static _Thread_local bool failed;

void *starved_malloc(size_t n)
{
	void *p = malloc(n);
	failed = failed || (!p && n > 0);
	return p;
}

void *starved_realloc(void *was, size_t n)
{
	void *p = realloc(was, n);
	failed = failed || (!p && n > 0);
	return p;
}

void starved_watch(void)
{
	failed = false;
}

bool starved(void)
{
	return failed;
}
