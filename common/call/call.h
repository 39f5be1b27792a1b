/* One request to a service of another office: identity platform, short-message gateway, face
 * comparison, payment platform. https, or http on loopback; no redirect is followed; at most timeout_ms. */
#ifndef SW_CALL_CALL_H
#define SW_CALL_CALL_H
#include "common/base/json.h"
#include "common/call/call_log.h"

#define CALL_URL 512
struct call {
	const char *what; /* how the service is called in messages */
	const char *url;
	const char *form;   /* application/x-www-form-urlencoded; or */
	const json_t *json; /* application/json; both NULL: GET */
	const char *name,
		*secret; /* Basic authorization; name NULL: secret, when there is one, is a bearer token */
	int64_t timeout_ms;
	struct call_log *log; /* told how it went; may be NULL */
	long *status;         /* NULL, or told the status of the answer; 0 without one */
};
bool call_address_good(const char *url);
/* scheme: "http" … */
bool call_loopback(const char *url, const char *scheme);
/* The secret of a file without its line end; free() it. ERR_CONFIG. */
SW_MUST_USE int call_secret(const char *file, const char *key, char **out, struct err_note *note);
/* The bytes of a 200, appended to `out`, whose limit they keep to. ERR_TIMEOUT, ERR_IO: no answer, or too
 * long a one; ERR_REFUSED: another status. */
SW_MUST_USE int call_bytes(const struct call *c, struct buf *out, struct err_note *note);
/* *out: the JSON of a 200; new reference. As before; ERR_SYNTAX: no JSON. */
SW_MUST_USE int call_json(const struct call *c, json_t **out, struct err_note *note);
#endif
