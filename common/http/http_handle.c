/* What a worker thread does with one request, and the built-in routes. */
#include "common/http/http_gzip.h"
#include "common/log/log.h"
#include <stdlib.h>
#include <string.h>

int http_handle_identify(struct http_request *r)
{
	const struct http_auth *auth = r->s->o.auth;
	const char *sid = http_cookie(r, HTTP_SESSION_COOKIE);
	bool open = strcmp(r->route->permission, "public") == 0;
	if (r->identified)
		return 0;
	if (auth && sid && *sid && strlen(sid) < sizeof r->sid) {
		snprintf(r->sid, sizeof r->sid, "%s", sid);
		int rc = auth->find(auth->arg, r->sid, &r->user);
		if (rc < 0 && rc != ERR_LOGIN && rc != ERR_NOTFOUND && !open)
			return rc;
	}
	if (!open && (!auth || !r->user))
		return ERR_LOGIN;
	if (!open && strcmp(r->route->permission, "self") != 0 && !auth->may(r->user, r->route->permission))
		return ERR_DENIED;
	int rc = !open && r->s->o.gate ? r->s->o.gate(r, r->route) : 0;
	r->identified = rc == 0;
	return rc;
}

static int body_parse(struct http_request *r)
{
	struct err_note note = {0};
	int64_t max = r->route->body_max ? r->route->body_max : HTTP_BODY_DEFAULT;
	if (r->route->upload || r->head || strcmp(r->route->method, "GET") == 0)
		return 0;
	if (r->body.n == 0) {
		r->json = json_object();
		return r->json ? 0 : ERR_NOMEM;
	}
	if (!r->form)
		return http_fail(r, ERR_MEDIA, "the body must be application/json");
	int rc = json_parse(buf_view(&r->body), (size_t)max, &r->json, &note);
	if (rc == 0 && !json_is_object(r->json))
		rc = err_set(&note, ERR_SCHEMA, "body: not an object");
	return rc < 0 ? http_fail_note(r, &note) : 0;
}

static int request_handle(struct http_request *r)
{
	int rc = http_handle_identify(r);
	if (rc == 0)
		rc = body_parse(r);
	if (rc == 0)
		rc = r->route->handle(r);
	if (rc == 0 && r->status == 0) {
		log_error("http-no-answer", "method=%s route=%s", r->route->method, r->route->path);
		rc = ERR_BUG;
	}
	return rc;
}

void http_handle_job(struct http_job *j)
{
	struct http_request *r = (struct http_request *)j;
	int rc = request_handle(r);
	r->err = rc < 0 ? rc : 0;
	if (rc == 0)
		http_gzip_reply(r);
	if (r->upload_open) {
		r->upload_open = false;
		r->route->upload->drop(r->cookie);
	}
	r->phase = HTTP_DONE;
	MHD_resume_connection(r->conn);
}

int http_handle_health(struct http_request *r)
{
	const struct http_server *s = r->s;
	json_t *v = json_pack("{s:s,s:s,s:s,s:I}", "status", "ok", "service", s->o.title ? s->o.title : "",
		"version", s->o.version ? s->o.version : "", "uptime_s",
		(json_int_t)((time_mono_ms() - s->since_ms) / 1000));
	if (!v)
		return ERR_NOMEM;
	int rc = s->health_fn ? s->health_fn(s->o.arg, v) : 0;
	if (rc < 0) {
		json_object_set_new(v, "status", json_string("failing"));
		json_object_set_new(v, "error", json_string(err_name(rc)));
	}
	return http_reply_json(r, rc < 0 ? 503 : 200, v);
}

static int metrics_make(const struct http_server *s, struct buf *out)
{
	int rc = buf_add_str(out, "# TYPE sanwang_http_requests_total counter\n");
	for (int pass = 0; pass < 2; pass++) {
		if (rc == 0 && pass == 1)
			rc = buf_add_str(out, "# TYPE sanwang_http_request_seconds histogram\n");
		for (size_t i = 0; i < s->nroutes + 2 && rc == 0; i++) {
			bool route = i < s->nroutes;
			const char *path = route ? s->routes[i].path : i == s->nroutes ? "page" : "none";
			rc = (pass ? http_metrics_latencies : http_metrics_counts)(
				&s->metrics[i], route ? s->routes[i].method : "any", path, out);
		}
	}
	return rc;
}

int http_handle_metrics(struct http_request *r)
{
	struct http_server *s = r->s;
	struct buf text;
	buf_init(&text, 8 << 20);
	int rc = metrics_make(s, &text);
	pthread_mutex_lock(&s->lock);
	size_t active = s->active, events = s->nevents;
	pthread_mutex_unlock(&s->lock);
	if (rc == 0)
		rc = buf_addf(
			&text, "sanwang_http_active %zu\nsanwang_http_event_streams %zu\n", active, events);
	if (rc == 0 && s->metrics_fn)
		rc = s->metrics_fn(s->o.arg, &text);
	if (rc == 0)
		rc = http_reply_bytes(
			r, 200, "text/plain; version=0.0.4; charset=utf-8", NULL, buf_view(&text));
	buf_fini(&text);
	return rc;
}

int http_handle_openapi(struct http_request *r)
{
	return http_reply_bytes(r, 200, "application/json", NULL, buf_view(&r->s->openapi));
}
