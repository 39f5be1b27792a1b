/* Counts and latencies per route, in Prometheus text form. */
#ifndef SW_HTTP_HTTP_METRICS_H
#define SW_HTTP_HTTP_METRICS_H
#include "common/base/buf.h"
#include <stdatomic.h>

#define HTTP_METRICS_BUCKETS 13
struct http_metric {
	_Atomic uint64_t status[6]; /* by hundreds */
	_Atomic uint64_t bucket[HTTP_METRICS_BUCKETS + 1];
	_Atomic uint64_t sum_us;
};
void http_metrics_count(struct http_metric *m, int status, int64_t us);
/* Lines of one route; nothing when it was never asked. */
SW_MUST_USE int http_metrics_counts(
	const struct http_metric *m, const char *method, const char *path, struct buf *out);
SW_MUST_USE int http_metrics_latencies(
	const struct http_metric *m, const char *method, const char *path, struct buf *out);
#endif
