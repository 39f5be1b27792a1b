/* The digest behind an object's content. */
#ifndef SW_DIODE_SEAL_H
#define SW_DIODE_SEAL_H
#include "common/crypto/suite.h"

/* The file's last 32 bytes are the digest of those before: takes them off. ERR_DIGEST when they are not. */
SW_MUST_USE int seal_check(int fd, const struct suite *s);
#endif
