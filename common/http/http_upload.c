#include "common/base/buf.h"
#include "common/http/http.h"
#include <stdlib.h>

int http_upload_keep(size_t max, void **cookie)
{
	struct buf *b = malloc(sizeof *b);
	if (!b)
		return ERR_NOMEM;
	buf_init(b, max);
	*cookie = b;
	return 0;
}

int http_upload_keep_data(void *cookie, struct view v)
{
	return buf_add_view(cookie, v);
}

void http_upload_keep_drop(void *cookie)
{
	struct buf *b = cookie;
	if (!b)
		return;
	buf_fini(b);
	free(b);
}
