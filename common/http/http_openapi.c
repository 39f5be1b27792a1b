/* OpenAPI 3.1 document from the route table. */
#include "common/http/http_impl.h"
#include <string.h>

/* "/api/cases/:id" to "/api/cases/{id}"; the parameters into `params`. */
static int path_text(const char *pattern, json_t *params, struct buf *out)
{
	int rc = 0;
	for (const char *s = pattern; *s == '/' && rc == 0;) {
		size_t len = strcspn(++s, "/");
		bool param = *s == ':';
		rc = buf_addf(out, param ? "/{%.*s}" : "/%.*s", (int)len - param, s + param);
		if (param && json_array_append_new(
				     params, json_pack("{s:s%,s:s,s:b,s:{s:s}}", "name", s + 1, len - 1, "in",
						     "path", "required", 1, "schema", "type", "string")) < 0)
			rc = ERR_NOMEM;
		s += len;
	}
	return rc;
}

static json_t *body_of(const struct http_route *x)
{
	int64_t max = x->body_max ? x->body_max : HTTP_BODY_DEFAULT;
	if (x->upload)
		return json_pack("{s:{s:{s:{s:s,s:s,s:I}}}}", "content", "application/octet-stream", "schema",
			"type", "string", "format", "binary", "maxLength", (json_int_t)max);
	return json_pack("{s:{s:{s:{s:s}}}}", "content", "application/json", "schema", "type", "object");
}

static json_t *operation(const struct http_route *x, json_t *params)
{
	json_t *op = json_pack("{s:s,s:s,s:O,s:{s:{s:s},s:{s:s}}}", "summary", x->summary ? x->summary : "",
		"x-permission", x->permission, "parameters", params, "responses", "2XX", "description",
		"done", "default", "$ref", "#/components/responses/error");
	if (!op)
		return NULL;
	if (strcmp(x->permission, "public") != 0)
		json_object_set_new(op, "security", json_pack("[{s:[]}]", "session"));
	if (strcmp(x->method, "GET") == 0)
		return op;
	if (strcmp(x->method, "DELETE") != 0)
		json_object_set_new(op, "requestBody", body_of(x));
	json_array_append_new(params, json_pack("{s:s,s:s,s:b,s:{s:s}}", "name", "X-Requested-With", "in",
					      "header", "required", 1, "schema", "const", "sanwang"));
	return op;
}

static int route_add(json_t *paths, const struct http_route *x)
{
	static const struct {
		const char *from, *to;
	} methods[] = {{"GET", "get"}, {"POST", "post"}, {"PUT", "put"}, {"DELETE", "delete"}};
	struct buf path;
	json_t *params = json_array();
	buf_init(&path, HTTP_PATH_MAX);
	int rc = params ? path_text(x->path, params, &path) : ERR_NOMEM;
	json_t *op = rc == 0 ? operation(x, params) : NULL;
	json_t *item = op ? json_object_get(paths, (const char *)path.p) : NULL;
	if (op && !item) {
		json_object_set_new(paths, (const char *)path.p, json_object());
		item = json_object_get(paths, (const char *)path.p);
	}
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (strcmp(x->method, methods[i].from) == 0)
			json_object_set(item, methods[i].to, op);
	if (rc == 0 && (!op || !item))
		rc = ERR_NOMEM;
	json_decref(op);
	json_decref(params);
	buf_fini(&path);
	return rc;
}

int http_openapi_make(const struct http_server *s, struct buf *out)
{
	json_t *paths = json_object();
	int rc = paths ? 0 : ERR_NOMEM;
	for (size_t i = 0; i < s->nroutes && rc == 0; i++)
		rc = route_add(paths, &s->routes[i]);
	json_t *doc =
		rc < 0 ? NULL
		       : json_pack("{s:s,s:{s:s,s:s},s:O,s:{s:{s:{s:s,s:s,s:s}},s:{s:{s:s,s:{s:{s:{s:s,s:"
				   "{s:{s:s},s:{s:s},s:{s:s}}}}}}}}}",
				 "openapi", "3.1.0", "info", "title", s->o.title ? s->o.title : "sanwang",
				 "version", s->o.version ? s->o.version : "0", "paths", paths, "components",
				 "securitySchemes", "session", "type", "apiKey", "in", "cookie", "name",
				 "sid", "responses", "error", "description", "refused; error is a code",
				 "content", "application/json", "schema", "type", "object", "properties",
				 "error", "type", "string", "text", "type", "string", "where", "type",
				 "string");
	if (rc == 0)
		rc = doc ? json_canon(doc, out) : ERR_NOMEM;
	json_decref(doc);
	json_decref(paths);
	return rc;
}
