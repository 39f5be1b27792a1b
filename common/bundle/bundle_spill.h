/* Payload plaintext that grows before its length is known: the first bytes in memory, more in a nameless file
 * under a key of its own that is never stored. Then sealed in place with the content key and copied out. */
#ifndef SW_BUNDLE_SPILL_H
#define SW_BUNDLE_SPILL_H
#include "common/crypto/suite.h"

struct bundle_spill;
SW_MUST_USE int bundle_spill_new(const struct suite *s, const char *tmp_dir, struct bundle_spill **out);
void bundle_spill_free(struct bundle_spill *p);
SW_MUST_USE int bundle_spill_add(struct bundle_spill *p, struct view v);
int64_t bundle_spill_size(const struct bundle_spill *p);
/* Replaces the plaintext by `c` of it, adding the ciphertext to h. Once; nothing may be added afterwards. */
SW_MUST_USE int bundle_spill_seal(struct bundle_spill *p, struct ctr *c, struct hasher *h);
/* Writes the ciphertext to fd. */
SW_MUST_USE int bundle_spill_copy(struct bundle_spill *p, int fd);
#endif
