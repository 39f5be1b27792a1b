/* Passwords by argon2id (RFC 9106): PHC string, memory 64 MiB, 3 passes. */
#ifndef SW_CRYPTO_PASSWORD_H
#define SW_CRYPTO_PASSWORD_H
#include "common/base/buf.h"
SW_MUST_USE int password_hash(const char *password, struct buf *out);
/* 0, or ERR_LOGIN. */
SW_MUST_USE int password_check(const char *phc, const char *password);
#endif
