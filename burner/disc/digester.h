/* Digests of files, computed by a thread of their own while the next block is read and written. */
#ifndef SW_BURNER_DIGESTER_H
#define SW_BURNER_DIGESTER_H
#include "common/crypto/suite.h"
#include <stdbool.h>

#define DIGESTER_BLOCK (1 << 20)
struct digester;
/* ERR_NOMEM. */
SW_MUST_USE int digester_new(const struct suite *s, struct digester **out);
/* NULL is a no-op. */
void digester_free(struct digester *d);
/* A free block of DIGESTER_BLOCK bytes, the caller's until the next call of this. */
uint8_t *digester_block(struct digester *d);
/* The first n bytes of that block belong to the file; they may still be read, not changed. */
void digester_add(struct digester *d, size_t n);
/* The file ends; the next one begins. */
void digester_end(struct digester *d, struct digest *out);
#endif
