/* Worker threads over one queue. */
#ifndef SW_HTTP_HTTP_POOL_H
#define SW_HTTP_HTTP_POOL_H
#include "common/base/err.h"
#include <stdbool.h>

struct http_job {
	void (*run)(struct http_job *j);
	struct http_job *next;
};
struct http_pool;
SW_MUST_USE int http_pool_start(int workers, struct http_pool **out);
/* False when the pool is stopping: the job is not taken. */
bool http_pool_push(struct http_pool *p, struct http_job *j);
/* Runs what was taken, joins the threads, frees. NULL is a no-op. */
void http_pool_stop(struct http_pool *p);
#endif
