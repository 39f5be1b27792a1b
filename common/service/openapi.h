/* The interface of a daemon as an OpenAPI document, without a configuration. */
#ifndef SW_SERVICE_OPENAPI_H
#define SW_SERVICE_OPENAPI_H
#include "common/service/service.h"

/* Writes what /api/openapi.json answers, and a newline, to standard output. */
SW_MUST_USE int openapi_print(const struct service_def *def, struct err_note *note);
#endif
