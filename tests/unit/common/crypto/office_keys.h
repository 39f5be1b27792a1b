/* Authorities and keys of a test in a folder of its own; every failure is an assertion. */
#ifndef TEST_OFFICE_KEYS_H
#define TEST_OFFICE_KEYS_H
#include "common/crypto/key.h"

/* DIR/NAME.key and .pem: an authority of suite gm. */
void office_authority(const char *dir, const char *name);
/* A key of that authority's, DIR/CA.NAME.key and .pem; the caller frees it. */
struct sign_key *office_key(const char *dir, const char *ca, const char *name, enum cert_use use);

/* What statements of an outside service NAME are checked with: its authority is trusted; `service` is its own
 * key, `station` the portal's below the same authority, `stranger` one of its name below another. */
struct office_service {
	char dir[32];
	struct trust *trust;
	struct sign_key *service, *station, *stranger;
};
void office_service_begin(struct office_service *o, const char *name);
/* Frees them and removes the folder. */
void office_service_end(struct office_service *o);
#endif
