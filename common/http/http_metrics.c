#include "common/http/http_metrics.h"

#include <inttypes.h>

static const struct {
	int64_t us;
	const char *text;
} bounds[HTTP_METRICS_BUCKETS] = {{1000, "0.001"}, {2500, "0.0025"}, {5000, "0.005"}, {10000, "0.01"},
	{25000, "0.025"}, {50000, "0.05"}, {100000, "0.1"}, {250000, "0.25"}, {500000, "0.5"}, {1000000, "1"},
	{2500000, "2.5"}, {5000000, "5"}, {10000000, "10"}};

void http_metrics_count(struct http_metric *m, int status, int64_t us)
{
	size_t i = 0;
	while (i < HTTP_METRICS_BUCKETS && us > bounds[i].us)
		i++;
	atomic_fetch_add_explicit(&m->bucket[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&m->sum_us, us > 0 ? (uint64_t)us : 0, memory_order_relaxed);
	atomic_fetch_add_explicit(&m->status[status / 100 % 6], 1, memory_order_relaxed);
}

int http_metrics_counts(const struct http_metric *m, const char *method, const char *path, struct buf *out)
{
	int rc = 0;
	for (int i = 1; i < 6 && rc == 0; i++) {
		uint64_t n = atomic_load_explicit(&m->status[i], memory_order_relaxed);
		if (n > 0)
			rc = buf_addf(out,
				"sanwang_http_requests_total{method=\"%s\",route=\"%s\",status=\"%dxx\"} "
				"%" PRIu64 "\n",
				method, path, i, n);
	}
	return rc;
}

int http_metrics_latencies(const struct http_metric *m, const char *method, const char *path, struct buf *out)
{
	uint64_t n[HTTP_METRICS_BUCKETS + 1], total = 0;
	for (size_t i = 0; i <= HTTP_METRICS_BUCKETS; i++)
		total += n[i] = atomic_load_explicit(&m->bucket[i], memory_order_relaxed);
	if (total == 0)
		return 0;
	uint64_t upto = 0;
	int rc = 0;
	for (size_t i = 0; i <= HTTP_METRICS_BUCKETS && rc == 0; i++) {
		upto += n[i];
		rc = buf_addf(out,
			"sanwang_http_request_seconds_bucket{method=\"%s\",route=\"%s\",le=\"%s\"} %" PRIu64
			"\n",
			method, path, i < HTTP_METRICS_BUCKETS ? bounds[i].text : "+Inf", upto);
	}
	uint64_t us = atomic_load_explicit(&m->sum_us, memory_order_relaxed);
	if (rc == 0)
		rc = buf_addf(out,
			"sanwang_http_request_seconds_sum{method=\"%s\",route=\"%s\"} %" PRIu64 ".%06" PRIu64
			"\nsanwang_http_request_seconds_count{method=\"%s\",route=\"%s\"} %" PRIu64 "\n",
			method, path, us / 1000000, us % 1000000, method, path, total);
	return rc;
}
