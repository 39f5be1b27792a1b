/* Compressed answers (RFC 9110 8.4.1.3), where they are the same for everybody: pages, whose builder left
 * NAME.gz beside NAME, and kept answers of public routes. Never a person's data: what is mixed with a secret
 * must not show by its length what it repeats. */
#ifndef SW_HTTP_HTTP_GZIP_H
#define SW_HTTP_HTTP_GZIP_H
#include "common/http/http_impl.h"

/* Accept-Encoding names gzip, and not with q=0. header may be NULL. */
bool http_gzip_accepted(const char *header);
/* Whether the route's answer depends on Accept-Encoding. */
bool http_gzip_route(const struct http_request *r);
/* By the worker: a good answer of such a route is compressed in place if the client takes it; when that
 * fails, or is no shorter, it stays. */
void http_gzip_reply(struct http_request *r);
#endif
