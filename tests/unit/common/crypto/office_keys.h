/* Authorities and keys of a test in a folder of its own; every failure is an assertion. */
#ifndef TEST_OFFICE_KEYS_H
#define TEST_OFFICE_KEYS_H
#include "common/crypto/key.h"

/* DIR/NAME.key and .pem: an authority of suite gm. */
void office_authority(const char *dir, const char *name);
/* A key of that authority's, DIR/CA.NAME.key and .pem; the caller frees it. */
struct sign_key *office_key(const char *dir, const char *ca, const char *name, enum cert_use use);
#endif
