/* What a handler is given with a request, and what it may set beside its answer. */
#include "common/http/http_impl.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void *http_arg(const struct http_request *r)
{
	return r->s->o.arg;
}

const char *http_param(const struct http_request *r, const char *name)
{
	const char *v = http_path_param(r->route->path, &r->path, name);
	REQUIRE(v);
	return v;
}

const char *http_query(const struct http_request *r, const char *name)
{
	for (size_t i = 0; i < r->nquery; i++)
		if (strcmp(r->query[i].key, name) == 0)
			return r->query[i].value;
	return NULL;
}

const json_t *http_body(const struct http_request *r)
{
	return r->json;
}

void *http_upload_cookie(const struct http_request *r)
{
	return r->cookie;
}

const struct http_account *http_user(const struct http_request *r)
{
	return r->user;
}

const char *http_header(const struct http_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->conn, MHD_HEADER_KIND, name);
}

const char *http_address(const struct http_request *r)
{
	return r->address;
}

const char *http_permission(const struct http_request *r)
{
	return r->route->permission;
}

const char *http_session(const struct http_request *r)
{
	return r->sid[0] ? r->sid : NULL;
}

void *http_alloc(struct http_request *r, size_t n)
{
	struct http_memory *m = calloc(1, sizeof *m + n);
	if (!m)
		return NULL;
	m->next = r->memory;
	r->memory = m;
	return m->data;
}

int http_fail(struct http_request *r, int err, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(r->text, sizeof r->text, fmt, ap);
	va_end(ap);
	return err;
}

int http_fail_note(struct http_request *r, const struct err_note *note)
{
	snprintf(r->where, sizeof r->where, "%s", note->text);
	return note->err < 0 ? note->err : ERR_BUG;
}

const char *http_cookie(const struct http_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->conn, MHD_COOKIE_KIND, name);
}

int http_set_cookie(struct http_request *r, const char *name, const char *value, int64_t max_age_s)
{
	size_t i = 0;
	REQUIRE(strspn(value, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") ==
			strlen(value) &&
		strlen(value) < 200);
	while (i < HTTP_COOKIES && r->set_cookie[i][0])
		i++;
	REQUIRE(i < HTTP_COOKIES);
	snprintf(r->set_cookie[i], sizeof r->set_cookie[i],
		"%s=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s", name, value, (long long)max_age_s,
		r->secure ? "; Secure" : "");
	return 0;
}
