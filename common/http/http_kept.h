/* Answers kept ready for the I/O threads: what a route of http_options.kept answered is given again, without
 * a worker, until the state it was made of changes or HTTP_KEPT_MS have passed (what another process wrote
 * does not show in the state). Public routes answer all alike; of the others each session has its own. The
 * table is bounded, one place for each hash: who comes later takes it. */
#ifndef SW_HTTP_HTTP_KEPT_H
#define SW_HTTP_HTTP_KEPT_H
#include "common/http/http_impl.h"

#define HTTP_KEPT_MS 200
#define HTTP_KEPT_PLACES 1024
#define HTTP_KEPT_ONE ((size_t)512 << 10)  /* a larger answer is not kept */
#define HTTP_KEPT_BYTES ((size_t)16 << 20) /* of all answers */

struct http_kept;
SW_MUST_USE int http_kept_new(struct http_kept **out);
void http_kept_free(struct http_kept *k);
/* Which routes are kept: ERR_BUG for a name that is no GET route. */
SW_MUST_USE int http_kept_routes(struct http_server *s, struct err_note *note);
/* Before the worker: true when the answer was queued. Else notes the state for http_kept_put. */
bool http_kept_send(struct http_request *r);
/* Whether this answer will be kept: it needs its own copy of the bytes. */
bool http_kept_wants(const struct http_request *r);
/* Takes the answer, which is destroyed here sooner or later. */
void http_kept_put_take(struct http_request *r, struct MHD_Response *m);
/* Lets old ones go: personal data stays in memory no longer than it is used. */
void http_kept_expire(struct http_server *s);
/* The tag of what was answered (RFC 9110 entity tag, with quotes), and whether the client named it. */
void http_kept_tag(struct view body, char out[static HTTP_TAG]);
bool http_kept_known(const struct http_request *r, const char *tag);
#endif
