/* TLS of the HTTP service, by the GnuTLS that libmicrohttpd is built on: TLS 1.3 and 1.2 with forward secrecy
 * and authenticated encryption only. Certificate and key are read anew when their files change, for
 * connections that begin afterwards; files that cannot be read leave the ones in use. */
#ifndef SW_HTTP_HTTP_TLS_H
#define SW_HTTP_HTTP_TLS_H
#include "common/base/err.h"
#include <gnutls/abstract.h>

struct http_tls;
/* cert: PEM, the service's own first, then its issuers; key: PEM, 0600. ERR_CONFIG. */
SW_MUST_USE int http_tls_new(const char *cert, const char *key, struct http_tls **out, struct err_note *note);
/* When no connection is left. NULL is a no-op. */
void http_tls_free(struct http_tls *t);
/* What a new connection shows (gnutls_certificate_retrieve_function2): there is one service in a process that
 * speaks TLS, since the callback is told nothing of its own. */
gnutls_certificate_retrieve_function2 *http_tls_callback(void);
extern const char http_tls_priorities[];
#endif
