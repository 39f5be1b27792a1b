/* libmicrohttpd's callbacks: the phases of one request on a connection. */
#ifndef SW_HTTP_HTTP_CONN_H
#define SW_HTTP_HTTP_CONN_H
#include <microhttpd.h>

enum MHD_Result http_conn_access(void *server, struct MHD_Connection *c, const char *url, const char *method,
	const char *version, const char *data, size_t *size, void **ctx);
void http_conn_completed(
	void *server, struct MHD_Connection *c, void **ctx, enum MHD_RequestTerminationCode code);
/* Leaves escapes as they are: http_path.h decodes. */
size_t http_conn_raw(void *cls, struct MHD_Connection *c, char *s);
#endif
