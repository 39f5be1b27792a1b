/* From the request's head to a route: everything that can be refused before the body is read. */
#include "common/http/http_impl.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HEADERS_MAX 64

struct head {
	struct http_request *r;
	int count, lengths, codings;
	bool chunked;
};

static enum MHD_Result head_one(void *cls, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct head *h = cls;
	(void)kind;
	h->count++;
	if (strcasecmp(key, "Content-Length") == 0)
		h->lengths++;
	if (strcasecmp(key, "Transfer-Encoding") == 0) {
		h->codings++;
		h->chunked = value && strcasecmp(value, "chunked") == 0;
	}
	return MHD_YES;
}

/* Two lengths for one body are how requests are smuggled past a front proxy. */
static int head_check(struct http_request *r, const char *method, const char *version, int64_t *length)
{
	struct head h = {.r = r};
	*length = 0;
	MHD_get_connection_values(r->conn, MHD_HEADER_KIND, head_one, &h);
	if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
		return http_fail(r, ERR_SYNTAX, "unknown protocol version");
	if (h.count > HEADERS_MAX)
		return http_fail(r, ERR_LIMIT, "more than %d header fields", HEADERS_MAX);
	if (h.lengths > 1 || h.codings > 1 || (h.lengths && h.codings) || (h.codings && !h.chunked))
		return http_fail(r, ERR_SYNTAX, "the body's length is ambiguous");
	const char *text = http_header(r, "Content-Length");
	if (h.chunked)
		*length = -1;
	else if (text) {
		if (!*text || strspn(text, "0123456789") != strlen(text) || strlen(text) > 15)
			return http_fail(r, ERR_SYNTAX, "Content-Length is no number");
		*length = strtoll(text, NULL, 10);
	}
	if (*length != 0 && (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0))
		return http_fail(r, ERR_SYNTAX, "a body makes no sense here");
	return 0;
}

static enum MHD_Result query_one(
	void *cls, enum MHD_ValueKind kind, const char *key, size_t nkey, const char *value, size_t nvalue)
{
	struct http_request *r = cls;
	(void)kind;
	if (r->nquery == HTTP_QUERY_MAX) {
		r->err = ERR_LIMIT;
		return MHD_NO;
	}
	struct http_pair *q = &r->query[r->nquery];
	q->key = http_alloc(r, nkey + 1);
	q->value = http_alloc(r, nvalue + 1);
	if (!q->key || !q->value) {
		r->err = ERR_NOMEM;
		return MHD_NO;
	}
	memcpy(q->key, key, nkey);
	if (value)
		memcpy(q->value, value, nvalue);
	r->err = http_path_unescape(q->key, nkey);
	if (r->err == 0 && value)
		r->err = http_path_unescape(q->value, nvalue);
	if (r->err == 0 && http_query(r, q->key))
		r->err = ERR_SYNTAX;
	r->nquery++;
	return r->err == 0 ? MHD_YES : MHD_NO;
}

static int query_parse(struct http_request *r)
{
	MHD_get_connection_values_n(r->conn, MHD_GET_ARGUMENT_KIND, query_one, r);
	if (r->err == ERR_SYNTAX)
		return http_fail(r, ERR_SYNTAX, "query: bad escape, control character or doubled key");
	return r->err == ERR_LIMIT ? http_fail(r, ERR_LIMIT, "query: more than %d keys", HTTP_QUERY_MAX)
				   : r->err;
}

static size_t pattern_params(const char *pattern)
{
	size_t n = 0;
	for (; *pattern; pattern++)
		n += *pattern == ':';
	return n;
}

static void allow_add(struct http_request *r, const char *method)
{
	if (strstr(r->allow, method))
		return;
	size_t n = strlen(r->allow);
	snprintf(r->allow + n, sizeof r->allow - n, "%s%s", n ? ", " : "", method);
}

/* The literal route wins over one with parameters. */
static int route_find(struct http_request *r, const char *method)
{
	const struct http_server *s = r->s;
	bool api = r->path.n > 0 &&
		   (strcmp(r->path.segment[0], "api") == 0 || strcmp(r->path.segment[0], "metrics") == 0);
	for (size_t i = 0; i < s->nroutes; i++) {
		const struct http_route *x = &s->routes[i];
		if (!http_path_match(x->path, &r->path))
			continue;
		allow_add(r, x->method);
		if (strcmp(x->method, method) != 0)
			continue;
		if (!r->route || pattern_params(x->path) < pattern_params(r->route->path))
			r->route = x;
	}
	if (r->route) {
		r->metric = &s->metrics[r->route - s->routes];
		return 0;
	}
	if (r->allow[0] == 0 && (api || s->web_fd < 0))
		return http_fail(r, ERR_NOTFOUND, "no such address");
	if (r->allow[0] == 0 && strcmp(method, "GET") == 0) {
		r->metric = &s->metrics[s->nroutes];
		return 0;
	}
	if (r->allow[0] == 0 || strstr(r->allow, "GET"))
		allow_add(r, "GET"), allow_add(r, "HEAD");
	return http_fail(r, ERR_METHOD, "allowed here: %s", r->allow);
}

static bool media_is(const char *value, const char *media)
{
	size_t n = strlen(media);
	return value && strncasecmp(value, media, n) == 0 &&
	       (value[n] == 0 || value[n] == ';' || value[n] == ' ');
}

static int body_check(struct http_request *r, int64_t length)
{
	int64_t max = r->route->body_max ? r->route->body_max : HTTP_BODY_DEFAULT;
	if (length > max)
		return http_fail(r, ERR_LIMIT, "the body is larger than %lld bytes", (long long)max);
	const char *type = http_header(r, "Content-Type");
	if (length != 0 && r->route->upload && !media_is(type, "application/octet-stream"))
		return http_fail(r, ERR_MEDIA, "the body must be application/octet-stream");
	r->form = media_is(type, "application/json");
	if (length > 0 && !r->route->upload && !r->form)
		return http_fail(r, ERR_MEDIA, "the body must be application/json");
	return 0;
}

int http_request_begin(struct http_request *r, const char *url, const char *method, const char *version)
{
	int64_t length = 0;
	r->head = strcmp(method, "HEAD") == 0;
	int rc = head_check(r, method, version, &length);
	if (rc < 0) {
		r->close = true;
		return rc;
	}
	rc = http_path_parse(url, &r->path);
	if (rc < 0)
		return http_fail(r, rc, "path: %s",
			rc == ERR_LIMIT ? "too long" : "empty or dot segment, bad escape or character");
	rc = query_parse(r);
	if (rc == 0)
		rc = route_find(r, r->head ? "GET" : method);
	if (rc < 0 || !r->route)
		return rc;
	const char *from = http_header(r, "X-Requested-With");
	if (strcmp(r->route->method, "GET") != 0 && (!from || strcmp(from, "sanwang") != 0))
		return http_fail(r, ERR_DENIED, "the header X-Requested-With: sanwang is missing");
	rc = body_check(r, length);
	if (rc < 0 || !r->route->upload)
		return rc;
	rc = http_handle_identify(r);
	if (rc == 0)
		rc = r->route->upload->begin(r, &r->cookie);
	r->upload_open = rc == 0;
	return rc;
}

void http_request_free(struct http_request *r)
{
	if (r->upload_open)
		r->route->upload->drop(r->cookie);
	if (r->user)
		r->s->o.auth->free(r->user);
	json_decref(r->json);
	buf_fini(&r->body);
	buf_fini(&r->reply);
	while (r->memory) {
		struct http_memory *m = r->memory;
		r->memory = m->next;
		free(m);
	}
	free(r);
}
