/* A log copied up to its newest checkpoint, while its writer may be at work: what is handed to somebody else.
 */
#ifndef SW_AUDIT_AUDIT_COPY_H
#define SW_AUDIT_AUDIT_COPY_H
#include "common/crypto/key.h"

/* Reads and compares the whole log first, and the copy afterwards. `to` must not exist (ERR_EXISTS). trust
 * may be NULL. *size (may be NULL): entries in the copy. A copy that fails leaves nothing. */
SW_MUST_USE int audit_copy(
	const char *from, const char *to, const struct trust *trust, int64_t *size, struct err_note *note);
#endif
