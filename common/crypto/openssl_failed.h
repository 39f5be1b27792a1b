/* Why OpenSSL failed: it takes some allocations that fail for something wrong in what it reads, and forgets
 * them (a key that cannot be held is no key), so its allocations are watched. */
#ifndef SW_CRYPTO_OPENSSL_FAILED_H
#define SW_CRYPTO_OPENSSL_FAILED_H
/* From here on in this thread. */
void openssl_watch(void);
/* ERR_NOMEM when an allocation failed since openssl_watch, which is nobody's fault and tried again; else
 * `otherwise`. Empties OpenSSL's queue of errors. */
int openssl_failed(int otherwise);
#endif
