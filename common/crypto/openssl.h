/* The OpenSSL headers we use. OpenSSL's type ERR_STATE would clash with our error of that name, so no other
 * file includes them directly. */
#ifndef SW_CRYPTO_OPENSSL_H
#define SW_CRYPTO_OPENSSL_H
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/asn1t.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#undef ERR_STATE
#endif
