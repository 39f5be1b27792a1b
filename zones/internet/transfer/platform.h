/* What a platform in the internet is asked by HTTP with JSON; at most five seconds, no redirects. */
#ifndef INTAKE_TRANSFER_PLATFORM_H
#define INTAKE_TRANSFER_PLATFORM_H
#include "common/base/json.h"

/* https://…, or http:// on loopback. */
bool platform_address_good(const char *url);
/* POST of `body`, GET when NULL; *out of a 2xx, new reference. ERR_NOTFOUND (404), ERR_EXISTS or ERR_CONFLICT
 * (409, as its "error" says), ERR_REFUSED (another status), ERR_TIMEOUT, ERR_IO, ERR_LIMIT. */
SW_MUST_USE int platform_json(
	const char *url, const json_t *body, size_t max, json_t **out, struct err_note *note);
/* The bytes of a 200, appended. The same errors. */
SW_MUST_USE int platform_get(const char *url, size_t max, struct buf *out, struct err_note *note);
#endif
