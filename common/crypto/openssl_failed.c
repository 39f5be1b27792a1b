#include "common/crypto/openssl_failed.h"

#include "common/base/err.h"
#include "common/base/starved.h"
#include "common/crypto/openssl.h"
#include <stdlib.h>

static void *watched_malloc(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return starved_malloc(n);
}

static void *watched_realloc(void *was, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return starved_realloc(was, n);
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
	starved_watch();
}

int openssl_failed(int otherwise)
{
	ERR_clear_error();
	return starved() ? ERR_NOMEM : otherwise;
}
