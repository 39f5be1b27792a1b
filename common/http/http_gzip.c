#include "common/http/http_gzip.h"

#include <string.h>
#include <strings.h>
#include <zlib.h>

#define WORTH 2048 /* below, a packet more or less is all there is to gain */
#define WINDOW_GZIP (15 + 16)

/* "q=0", "q=0.", "q=0.000" */
static bool is_refused(const char *p, const char *end)
{
	while (p < end && (*p == ';' || *p == ' ' || *p == '\t'))
		p++;
	if (end - p < 3 || strncasecmp(p, "q=0", 3) != 0)
		return false;
	for (p += 3; p < end; p++)
		if (*p >= '1' && *p <= '9')
			return false;
	return true;
}

bool http_gzip_accepted(const char *header)
{
	for (const char *p = header; p && *p;) {
		const char *from = p + strspn(p, " \t,"), *end = from + strcspn(from, ",");
		size_t n = strcspn(from, ",; \t");
		if (n == 4 && strncasecmp(from, "gzip", 4) == 0)
			return !is_refused(from + n, end);
		p = end;
	}
	return false;
}

bool http_gzip_route(const struct http_request *r)
{
	return r->keep && strcmp(r->route->permission, "public") == 0;
}

void http_gzip_reply(struct http_request *r)
{
	if (!http_gzip_route(r) || r->status != 200 || r->reply.n < WORTH ||
		!http_gzip_accepted(http_header(r, "Accept-Encoding")))
		return;
	struct buf small;
	z_stream z = {0};
	if (deflateInit2(&z, 6, Z_DEFLATED, WINDOW_GZIP, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	buf_init(&small, HTTP_REPLY_MAX);
	size_t most = deflateBound(&z, r->reply.n);
	if (buf_reserve(&small, most) == 0) {
		z.next_in = r->reply.p;
		z.avail_in = (uInt)r->reply.n;
		z.next_out = small.p;
		z.avail_out = (uInt)most;
		if (deflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out < r->reply.n) {
			small.n = z.total_out;
			buf_fini(&r->reply);
			r->reply = small;
			buf_init(&small, 0);
			r->gzip = true;
		}
	}
	deflateEnd(&z);
	buf_fini(&small);
}
