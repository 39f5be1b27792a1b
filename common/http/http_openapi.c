/* OpenAPI 3.1 document from the route table. */
#include "common/http/http_impl.h"
#include <stdio.h>
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

/* What the zone says of a route: {"query":{NAME:text},"body":SCHEMA,"reply":SCHEMA}; NULL nothing. */
static const json_t *words_of(const json_t *schemas, const struct http_route *x)
{
	char key[HTTP_PATH_MAX + 16];
	snprintf(key, sizeof key, "%s %s", x->method, x->path);
	return json_object_get(json_object_get(schemas, "routes"), key);
}

static json_t *named(const char *name)
{
	return *name ? json_pack("{s:s+}", "$ref", "#/components/schemas/", name)
		     : json_pack("{s:s}", "type", "object");
}

/* "GET /api/cases/:id" is get_cases_id. */
static void operation_id(const struct http_route *x, char *out, size_t size)
{
	size_t n = 0;
	for (const char *s = x->method; *s && n + 1 < size; s++)
		out[n++] = (char)(*s | 0x20);
	for (const char *s = x->path + (strncmp(x->path, "/api", 4) == 0 ? 4 : 0); *s && n + 1 < size; s++)
		if (*s != ':')
			out[n++] = *s == '/' || *s == '-' || *s == '.' ? '_' : *s;
	out[n] = '\0';
}

static void tag_of(const struct http_route *x, char *out, size_t size)
{
	const char *s = x->path + (strncmp(x->path, "/api/", 5) == 0 ? 5 : 1);
	snprintf(out, size, "%.*s", (int)strcspn(s, "/"), s);
}

static int query_add(const json_t *words, json_t *params)
{
	json_t *query = json_object_get(words, "query"), *text;
	const char *name;
	int rc = 0;
	if (query)
		json_object_foreach(query, name, text) rc |= json_array_append_new(
			params, json_pack("{s:s,s:s,s:s,s:{s:s}}", "name", name, "in", "query", "description",
					json_string_value(text), "schema", "type", "string"));
	return rc ? ERR_NOMEM : 0;
}

static json_t *body_of(const struct http_route *x, const json_t *words)
{
	int64_t max = x->body_max ? x->body_max : HTTP_BODY_DEFAULT;
	if (x->upload)
		return json_pack("{s:{s:{s:{s:s,s:s,s:I}}}}", "content", "application/octet-stream", "schema",
			"type", "string", "format", "binary", "maxLength", (json_int_t)max);
	return json_pack(
		"{s:{s:{s:o}}}", "content", "application/json", "schema", named(json_str(words, "body")));
}

static json_t *operation(const struct http_route *x, const json_t *words, json_t *params)
{
	char id[160], tag[48];
	operation_id(x, id, sizeof id);
	tag_of(x, tag, sizeof tag);
	json_t *op = json_pack("{s:s,s:s,s:[s],s:s,s:O,s:{s:{s:s,s:{s:{s:o}}},s:{s:s}}}", "summary",
		x->summary ? x->summary : "", "operationId", id, "tags", tag, "x-permission", x->permission,
		"parameters", params, "responses", "200", "description", "done", "content",
		"application/json", "schema", named(json_str(words, "reply")), "default", "$ref",
		"#/components/responses/error");
	if (!op || query_add(words, params) < 0) {
		json_decref(op);
		return NULL;
	}
	if (json_is_string(json_object_get(words, "media")))
		json_object_set_new(json_object_get(json_object_get(op, "responses"), "200"), "content",
			json_pack("{s:{s:{s:s,s:s}}}", json_str(words, "media"), "schema", "type", "string",
				"format", "binary"));
	if (strcmp(x->permission, "public") != 0)
		json_object_set_new(op, "security", json_pack("[{s:[]}]", "session"));
	if (strcmp(x->method, "GET") == 0)
		return op;
	if (strcmp(x->method, "DELETE") != 0)
		json_object_set_new(op, "requestBody", body_of(x, words));
	json_array_append_new(params, json_pack("{s:s,s:s,s:b,s:{s:s}}", "name", "X-Requested-With", "in",
					      "header", "required", 1, "schema", "const", "sanwang"));
	return op;
}

static int route_add(json_t *paths, const json_t *schemas, const struct http_route *x)
{
	static const struct {
		const char *from, *to;
	} methods[] = {{"GET", "get"}, {"POST", "post"}, {"PUT", "put"}, {"DELETE", "delete"}};
	struct buf path;
	json_t *params = json_array();
	buf_init(&path, HTTP_PATH_MAX);
	int rc = params ? path_text(x->path, params, &path) : ERR_NOMEM;
	json_t *op = rc == 0 ? operation(x, words_of(schemas, x), params) : NULL;
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

/* Every code that a refusal can carry, with its status and words. */
static json_t *error_schema(void)
{
	json_t *codes = json_array(), *said = json_object();
#define X(n, f, h, t)                                                                                        \
	json_array_append_new(codes, json_string(#n));                                                       \
	json_object_set_new(said, #n, json_pack("{s:i,s:s}", "status", h, "text", t));
	ERR_LIST(X)
#undef X
	return json_pack("{s:s,s:[s,s,s],s:{s:{s:s,s:o,s:o},s:{s:s},s:{s:s}}}", "type", "object", "required",
		"error", "text", "where", "properties", "error", "type", "string", "enum", codes, "x-codes",
		said, "text", "type", "string", "where", "type", "string");
}

static json_t *components(const json_t *schemas)
{
	json_t *all = json_copy(json_object_get(schemas, "schemas"));
	if (!all)
		all = json_object();
	json_object_set_new(all, "Error", error_schema());
	return json_pack("{s:{s:{s:s,s:s,s:s}},s:{s:{s:s,s:{s:{s:{s:s}}}}},s:o}", "securitySchemes",
		"session", "type", "apiKey", "in", "cookie", "name", "sid", "responses", "error",
		"description", "refused; error is a stable code", "content", "application/json", "schema",
		"$ref", "#/components/schemas/Error", "schemas", all);
}

/* The zone speaks of routes that exist, and of schemas that exist. */
static int schemas_check(
	const json_t *schemas, const struct http_route *routes, size_t n, struct err_note *note)
{
	static const char *const keys[] = {"body", "reply"};
	json_t *all = json_object_get(schemas, "routes"), *words;
	const char *key;
	if (all)
		json_object_foreach(all, key, words)
		{
			bool known = false;
			for (size_t i = 0; !known && i < n; i++) {
				size_t m = strlen(routes[i].method);
				known = strncmp(key, routes[i].method, m) == 0 && key[m] == ' ' &&
					strcmp(key + m + 1, routes[i].path) == 0;
			}
			if (!known)
				return err_set(note, ERR_BUG, "schemas: no route %.100s", key);
			for (int k = 0; k < 2; k++)
				if (*json_str(words, keys[k]) &&
					!json_object_get(json_object_get(schemas, "schemas"),
						json_str(words, keys[k])))
					return err_set(note, ERR_BUG, "schemas: %.100s: no schema %.40s", key,
						json_str(words, keys[k]));
		}
	return 0;
}

int http_openapi_make(const struct http_options *o, const struct http_route *routes, size_t n,
	struct buf *out, struct err_note *note)
{
	json_t *paths = json_object(), *schemas = NULL;
	int rc = paths ? 0 : ERR_NOMEM;
	if (rc == 0 && o->schemas)
		rc = json_parse(view_str(o->schemas), 1 << 20, &schemas, note);
	if (rc == 0)
		rc = schemas_check(schemas, routes, n, note);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = route_add(paths, schemas, &routes[i]);
	json_t *doc = rc < 0 ? NULL
			     : json_pack("{s:s,s:{s:s,s:s,s:s},s:[{s:s}],s:O,s:o}", "openapi", "3.1.0",
				       "info", "title", o->title ? o->title : "sanwang", "version",
				       o->version ? o->version : "0", "description",
				       "JSON in, JSON out; refusals carry a stable code (Error).", "servers",
				       "url", "/", "paths", paths, "components", components(schemas));
	if (rc == 0)
		rc = doc ? json_canon(doc, out) : ERR_NOMEM;
	json_decref(doc);
	json_decref(paths);
	json_decref(schemas);
	return rc;
}
