#include "common/http/http_conn.h"

#include "common/http/http_kept.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t mono_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

size_t http_conn_raw(void *cls, struct MHD_Connection *c, char *s)
{
	(void)cls, (void)c;
	return strlen(s);
}

static struct http_request *request_new(struct http_server *s, struct MHD_Connection *c)
{
	struct http_request *r = calloc(1, sizeof *r);
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	if (!r || !info || !info->socket_context) {
		free(r);
		return NULL;
	}
	r->s = s;
	r->conn = c;
	r->tcp = info->socket_context;
	r->job.run = http_handle_job;
	r->metric = &s->metrics[s->nroutes + 1];
	r->started_us = mono_us();
	r->body_since = time_mono_ms();
	buf_init(&r->reply, HTTP_REPLY_MAX);
	pthread_mutex_lock(&s->lock);
	s->active++;
	pthread_mutex_unlock(&s->lock);
	return r;
}

/* A body too large to be read and dropped, or one not yet sent, is refused at once. */
static bool refuse_now(const struct http_request *r)
{
	const char *length = http_header(r, "Content-Length");
	return r->close || http_header(r, "Expect") || (length && strtoll(length, NULL, 10) > HTTP_DRAIN_MAX);
}

static enum MHD_Result request_head(
	struct http_request *r, const char *url, const char *method, const char *version)
{
	http_peer_set(r);
	r->err = http_request_begin(r, url, method, version);
	if (r->route && !r->route->upload)
		buf_init(&r->body, (size_t)(r->route->body_max ? r->route->body_max : HTTP_BODY_DEFAULT));
	http_watch_deadline(r, 0);
	if (r->err == 0 || !refuse_now(r))
		return MHD_YES;
	r->close = true;
	return http_reply_send(r);
}

static void body_take(struct http_request *r, struct view v)
{
	int64_t max = r->route ? r->route->body_max ? r->route->body_max : HTTP_BODY_DEFAULT : 0;
	r->received += (int64_t)v.n;
	if (r->err < 0)
		return;
	if (!r->route || r->received > max)
		r->err = http_fail(r, ERR_LIMIT, "the body is larger than %lld bytes", (long long)max);
	else
		r->err = r->route->upload ? r->route->upload->data(r->cookie, v) : buf_add_view(&r->body, v);
}

static enum MHD_Result request_body(struct http_request *r, const char *data, size_t n)
{
	body_take(r, view_of(data, n));
	http_watch_deadline(r, r->received);
	return r->err < 0 && r->received > HTTP_DRAIN_MAX ? MHD_NO : MHD_YES;
}

static enum MHD_Result request_whole(struct http_request *r)
{
	if (r->err == 0 && atomic_load(&r->s->stopping)) {
		r->err = ERR_STOPPING;
		r->close = true;
	}
	if (r->err < 0 || !r->route)
		return http_reply_send(r);
	if (http_kept_send(r))
		return MHD_YES;
	atomic_store(&r->tcp->deadline, 0);
	r->phase = HTTP_WORKING;
	MHD_suspend_connection(r->conn);
	if (!http_pool_push(r->s->pool, &r->job)) {
		r->err = ERR_STOPPING;
		r->phase = HTTP_DONE;
		MHD_resume_connection(r->conn);
	}
	return MHD_YES;
}

enum MHD_Result http_conn_access(void *server, struct MHD_Connection *c, const char *url, const char *method,
	const char *version, const char *data, size_t *size, void **ctx)
{
	struct http_request *r = *ctx;
	if (!r) {
		r = request_new(server, c);
		*ctx = r;
		return r ? request_head(r, url, method, version) : MHD_NO;
	}
	switch (r->phase) {
	case HTTP_READING:
		if (*size > 0) {
			size_t n = *size;
			*size = 0;
			return request_body(r, data, n);
		}
		return request_whole(r);
	case HTTP_WORKING:
		return MHD_YES;
	case HTTP_DONE:
		return http_reply_send(r);
	}
	return MHD_NO;
}

void http_conn_completed(
	void *server, struct MHD_Connection *c, void **ctx, enum MHD_RequestTerminationCode code)
{
	struct http_server *s = server;
	struct http_request *r = *ctx;
	(void)c, (void)code;
	if (!r)
		return;
	*ctx = NULL;
	int status = r->status;
	if (status)
		http_metrics_count(r->metric, status, r->event ? 0 : mono_us() - r->started_us);
	atomic_store(&r->tcp->deadline, time_mono_ms() + s->timeout_ms);
	if (!http_event_closed(r))
		http_request_free(r);
	pthread_mutex_lock(&s->lock);
	s->active--;
	pthread_cond_broadcast(&s->idle);
	pthread_mutex_unlock(&s->lock);
}
