/* People of the unified platform 一体化平台 (guide 五(一)1, 用户信息同步): the platform tells by a signed
 * statement who works here, in what role, and who left; common/http/directory_list.h says what stands in it.
 * It comes over HTTP at once, or as a file where no network is:
 * {"statement":"canonical JSON","signature":"base64","certificate":"PEM"}. */
#ifndef SW_SERVICE_DIRECTORY_H
#define SW_SERVICE_DIRECTORY_H
#include "common/service/service.h"

/* POST /api/directory: the envelope; no session, the signature tells who speaks. */
SW_MUST_USE int directory_post(struct http_request *r);
/* `PROGRAM directory FILE`. Returns 0 or an error. */
SW_MUST_USE int directory_file(struct service *s, const char *file, struct err_note *note);
#endif
