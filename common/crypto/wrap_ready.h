/* An encapsulation made ahead for a recipient (wrap_prepare); belongs to the certificate. */
#ifndef SW_CRYPTO_WRAP_READY_H
#define SW_CRYPTO_WRAP_READY_H
struct wrap_ready;
struct wrap_ready *wrap_ready_new(void); /* NULL: no memory */
void wrap_ready_free(struct wrap_ready *r);
#endif
