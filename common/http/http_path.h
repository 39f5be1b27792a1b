/* Paths of requests: strict percent-decoding, matching against the patterns of routes. Pure functions. */
#ifndef SW_HTTP_HTTP_PATH_H
#define SW_HTTP_HTTP_PATH_H
#include "common/base/buf.h"

#define HTTP_PATH_MAX 2048
#define HTTP_PATH_SEGMENTS 24
struct http_path {
	char *segment[HTTP_PATH_SEGMENTS];
	size_t n;
	bool slash; /* ends with a slash ("/" itself: no segment, true) */
	char text[HTTP_PATH_MAX + HTTP_PATH_SEGMENTS];
};
/* raw: the undecoded path. ERR_LIMIT too long or deep; ERR_SYNTAX: not starting with a slash, empty, "." or
 * ".." segment, bad escape, control character, backslash, encoded slash, invalid UTF-8. */
SW_MUST_USE int http_path_parse(const char *raw, struct http_path *out);
/* pattern such as "/api/cases/:id": every ":x" takes one segment. */
bool http_path_match(const char *pattern, const struct http_path *p);
/* The segment at ":name" of the pattern; NULL when the pattern has none. */
const char *http_path_param(const char *pattern, const struct http_path *p, const char *name);
/* Decodes %XX in place; controls and invalid UTF-8 are ERR_SYNTAX. */
SW_MUST_USE int http_path_unescape(char *s, size_t n);
#endif
