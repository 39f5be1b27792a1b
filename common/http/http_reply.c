/* Answers: kept in the request by the worker, queued on the connection by the I/O thread. */
#include "common/http/http_gzip.h"
#include "common/http/http_kept.h"
#include "common/log/log.h"
#include <stdlib.h>
#include <string.h>

static void reply_start(struct http_request *r, int status, const char *type)
{
	REQUIRE(status >= 200 && status < 600 && strlen(type) < sizeof r->type);
	buf_reset(&r->reply);
	r->status = status;
	snprintf(r->type, sizeof r->type, "%s", type);
	r->file_name[0] = 0;
}

static int to_reply(const char *p, size_t n, void *arg)
{
	return buf_add(arg, p, n) < 0 ? -1 : 0;
}

void http_unmask(struct http_request *r)
{
	r->unmasked = true;
}

static void reply_json(struct http_request *r, int status, json_t *v)
{
	reply_start(r, status, "application/json");
	if (!v || (!r->unmasked && http_mask_json(r->s->o.masks, v) < 0) ||
		json_dump_callback(v, to_reply, &r->reply, JSON_COMPACT) < 0) {
		buf_reset(&r->reply);
		r->status = 500;
		log_error("http-reply", "what=\"the answer is too large or no JSON\"");
	}
}

int http_reply_json(struct http_request *r, int status, json_t *v)
{
	reply_json(r, status, v);
	json_decref(v);
	return 0;
}

/* RFC 6266 and 8187: names of any language; the ASCII form is for old readers. */
static void disposition(struct http_request *r, const char *name)
{
	static const char hex[] = "0123456789ABCDEF";
	char encoded[160] = "";
	size_t n = 0;
	for (const char *p = name; *p && n + 4 < sizeof encoded; p++) {
		unsigned char c = (unsigned char)*p;
		if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z' && c < 0x80)
			encoded[n++] = (char)c;
		else if ((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_')
			encoded[n++] = (char)c;
		else {
			encoded[n++] = '%';
			encoded[n++] = hex[c >> 4];
			encoded[n++] = hex[c & 15];
		}
	}
	snprintf(r->file_name, sizeof r->file_name, "attachment; filename*=UTF-8''%s", encoded);
}

int http_reply_bytes(
	struct http_request *r, int status, const char *type, const char *file_name, struct view v)
{
	reply_start(r, status, type);
	if (file_name)
		disposition(r, file_name);
	if (buf_add_view(&r->reply, v) < 0) {
		r->status = 500;
		log_error("http-reply", "what=\"the answer is too large\" bytes=%zu", v.n);
	}
	return 0;
}

static void reply_error(struct http_request *r)
{
	int status = err_http(r->err);
	json_t *v = json_pack("{s:s,s:s,s:s}", "error", err_name(r->err), "text",
		r->text[0] ? r->text : err_text(r->err), "where", r->where);
	http_reply_json(r, status, v);
	memset(r->set_cookie, 0, sizeof r->set_cookie);
	if (status >= 500 && err_fault(r->err) == ERR_FAULT_US)
		log_warn("http-failed", "method=%s route=%s error=%s", r->route ? r->route->method : "GET",
			r->route ? r->route->path : "page", err_name(r->err));
}

static void header(struct MHD_Response *m, const char *key, const char *value)
{
	if (value[0])
		REQUIRE(MHD_add_response_header(m, key, value) == MHD_YES);
}

static void headers_common(const struct http_request *r, struct MHD_Response *m)
{
	header(m, "Content-Type", r->type);
	header(m, "Content-Security-Policy", r->s->csp);
	header(m, "X-Content-Type-Options", "nosniff");
	header(m, "Referrer-Policy", "no-referrer");
	header(m, "Cross-Origin-Resource-Policy", "same-origin");
	header(m, "Cross-Origin-Opener-Policy", "same-origin");
	header(m, "Permissions-Policy", "camera=(self), geolocation=(), microphone=()");
	if (r->secure)
		header(m, "Strict-Transport-Security", "max-age=31536000");
	if (r->route || r->err < 0)
		header(m, "Cache-Control", r->tag[0] ? "no-cache" : "no-store");
	header(m, "ETag", r->tag);
	header(m, "Content-Encoding", r->gzip && r->status != 304 ? "gzip" : "");
	header(m, "Vary", http_gzip_route(r) ? "Accept-Encoding" : "");
	header(m, "Content-Disposition", r->file_name);
	for (size_t i = 0; i < HTTP_COOKIES; i++)
		header(m, "Set-Cookie", r->set_cookie[i]);
	if (r->err == ERR_METHOD)
		header(m, "Allow", r->allow);
	if (r->status == 503)
		header(m, "Retry-After", "1");
	if (r->close || atomic_load(&r->s->stopping))
		header(m, "Connection", "close");
}

static struct MHD_Response *response_make(struct http_request *r)
{
	struct MHD_Response *m = NULL;
	if (r->err == 0 && !r->route)
		m = http_static_response(r);
	else if (r->err == 0 && r->event) {
		snprintf(r->type, sizeof r->type, "text/event-stream");
		r->err = http_event_send(r, &m);
	}
	if (m)
		return m;
	if (r->err < 0)
		reply_error(r);
	static char nothing[1];
	bool copy = http_kept_wants(r);
	if (copy && strcmp(r->route->permission, "public") == 0)
		http_kept_tag(buf_view(&r->reply), r->tag);
	return MHD_create_response_from_buffer(r->reply.n, r->reply.n ? (char *)r->reply.p : nothing,
		copy ? MHD_RESPMEM_MUST_COPY : MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result http_reply_unchanged(struct http_request *r, const char *tag)
{
	static char nothing[1];
	struct MHD_Response *m = MHD_create_response_from_buffer(0, nothing, MHD_RESPMEM_PERSISTENT);
	if (!m)
		return MHD_NO;
	r->status = 304;
	snprintf(r->type, sizeof r->type, "application/json");
	snprintf(r->tag, sizeof r->tag, "%s", tag);
	headers_common(r, m);
	enum MHD_Result ok = MHD_queue_response(r->conn, 304, m);
	MHD_destroy_response(m);
	return ok;
}

enum MHD_Result http_reply_send(struct http_request *r)
{
	struct MHD_Response *m = response_make(r);
	if (!m)
		return MHD_NO;
	headers_common(r, m);
	if (r->event && r->err == 0)
		atomic_store(&r->tcp->deadline, 0);
	else {
		r->body_since = time_mono_ms();
		http_watch_deadline(r, (int64_t)r->reply.n);
	}
	bool keep = http_kept_wants(r);
	enum MHD_Result ok = keep && http_kept_known(r, r->tag)
				     ? http_reply_unchanged(r, r->tag)
				     : MHD_queue_response(r->conn, (unsigned)r->status, m);
	if (keep)
		http_kept_put_take(r, m);
	else
		MHD_destroy_response(m);
	return ok;
}
