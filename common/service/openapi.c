#include "common/service/openapi.h"

#include "common/base/version.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int openapi_print(const struct service_def *def, struct err_note *note)
{
	size_t n = account_nroutes + service_nroutes + def->nroutes;
	struct http_route *routes = calloc(n, sizeof *routes);
	struct buf text;
	if (!routes)
		return ERR_NOMEM;
	memcpy(routes, account_routes, account_nroutes * sizeof *routes);
	memcpy(routes + account_nroutes, service_routes, service_nroutes * sizeof *routes);
	memcpy(routes + account_nroutes + service_nroutes, def->routes, def->nroutes * sizeof *routes);
	struct http_options o = {.routes = routes,
		.nroutes = n,
		.title = def->program,
		.version = SW_VERSION,
		.schemas = def->schemas,
		.kept = def->kept};
	buf_init(&text, 4 << 20);
	int rc = http_openapi(&o, &text, note);
	if (rc == 0)
		rc = buf_add_str(&text, "\n");
	if (rc == 0 && (fwrite(text.p, 1, text.n, stdout) != text.n || fflush(stdout) != 0))
		rc = ERR_IO;
	buf_fini(&text);
	free(routes);
	return rc;
}
