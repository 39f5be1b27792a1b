/* HTTP handlers of cadastred, one file per resource; the route table is in routes.c. */
#ifndef CAD_API_API_H
#define CAD_API_API_H
#include "common/http/http.h"
#include "zones/intranet/cadastre.h"

extern const struct http_route api_routes[];
extern const size_t api_nroutes;
extern const char *const api_schemas[]; /* bodies and replies of the routes, for OpenAPI */

static inline struct cadastre *api_cadastre(const struct http_request *r)
{
	return cadastre_of(http_arg(r));
}

http_handler api_task_list, api_task_get, api_task_review, api_task_approve;
http_handler api_register_unit;
http_handler api_disc_list, api_disc_stage, api_disc_approve, api_disc_burn, api_disc_verify, api_disc_carry,
	api_disc_void;
#endif
