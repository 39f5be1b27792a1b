#include "common/crypto/openssl_failed.h"

#include "common/base/err.h"
#include "common/crypto/openssl.h"
#include <stdbool.h>
#include <stdlib.h>

static _Thread_local bool was_short;

static void *watched_malloc(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	void *p = malloc(n);
	was_short = was_short || (!p && n > 0);
	return p;
}

static void *watched_realloc(void *was, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	void *p = realloc(was, n);
	was_short = was_short || (!p && n > 0);
	return p;
}

static void watched_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

/* Before OpenSSL allocates at all: later it takes no other functions. */
__attribute__((constructor)) static void watch_begin(void)
{
	(void)CRYPTO_set_mem_functions(watched_malloc, watched_realloc, watched_free);
}

void openssl_watch(void)
{
	was_short = false;
}

int openssl_failed(int otherwise)
{
	ERR_clear_error();
	return was_short ? ERR_NOMEM : otherwise;
}
