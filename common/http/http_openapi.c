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

/* What is said of a route; NULL nothing. */
static const json_t *words_of(const json_t *said, const struct http_route *x)
{
	char key[HTTP_PATH_MAX + 16];
	snprintf(key, sizeof key, "%s %s", x->method, x->path);
	return json_object_get(json_object_get(said, "routes"), key);
}

static bool has_body(const struct http_route *x)
{
	return strcmp(x->method, "POST") == 0 || strcmp(x->method, "PUT") == 0;
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

/* "content" of JSON after a schema; "": any object. */
static json_t *json_content(const char *schema)
{
	return *schema ? json_pack("{s:{s:{s:s+}}}", "application/json", "schema", "$ref",
				 "#/components/schemas/", schema)
		       : json_pack("{s:{s:{s:s}}}", "application/json", "schema", "type", "object");
}

static json_t *media_content(const json_t *media)
{
	json_t *content = json_object();
	for (size_t i = 0; i < json_array_size(media); i++)
		json_object_set_new(content, json_string_value(json_array_get(media, i)),
			json_pack("{s:{s:s,s:s}}", "schema", "type", "string", "format", "binary"));
	return content;
}

static json_t *body_of(const struct http_route *x, const json_t *words)
{
	int64_t max = x->body_max ? x->body_max : HTTP_BODY_DEFAULT;
	if (x->upload)
		return json_pack("{s:b,s:{s:{s:{s:s,s:s,s:I}}}}", "required", 1, "content",
			"application/octet-stream", "schema", "type", "string", "format", "binary",
			"maxLength", (json_int_t)max);
	return json_pack("{s:b,s:o}", "required", 1, "content", json_content(json_str(words, "body")));
}

static json_t *responses_of(const json_t *words)
{
	char status[8];
	json_t *media = json_object_get(words, "media"), *also = json_object_get(words, "also"), *schema;
	const char *key;
	json_t *all = json_pack("{s:{s:s},s:{s:s}}", "4XX", "$ref", "#/components/responses/error", "5XX",
		"$ref", "#/components/responses/error");
	snprintf(status, sizeof status, "%d",
		words && json_object_get(words, "status") ? (int)json_int(words, "status") : 200);
	json_object_set_new(all, status,
		json_pack("{s:s,s:o}", "description", "done", "content",
			media ? media_content(media) : json_content(json_str(words, "reply"))));
	if (also)
		json_object_foreach(also, key, schema) json_object_set_new(all, key,
			json_pack("{s:s,s:o}", "description", "done, or under way", "content",
				json_content(json_string_value(schema))));
	return all;
}

/* Answers that everybody gets alike bear a tag; who has it is told so. */
static bool is_tagged(const struct http_options *o, const struct http_route *x)
{
	size_t i = 0;
	while (o->kept && o->kept[i] && strcmp(o->kept[i], x->path) != 0)
		i++;
	return o->kept && o->kept[i] && strcmp(x->method, "GET") == 0 && strcmp(x->permission, "public") == 0;
}

static json_t *operation(const struct http_route *x, const json_t *words, json_t *params, bool tagged)
{
	char id[160], tag[48];
	operation_id(x, id, sizeof id);
	tag_of(x, tag, sizeof tag);
	json_t *op = json_pack("{s:s,s:s,s:[s],s:s,s:O,s:o,s:o}", "summary", x->summary ? x->summary : "",
		"operationId", id, "tags", tag, "x-permission", x->permission, "parameters", params,
		"responses", responses_of(words), "security",
		strcmp(x->permission, "public") == 0 ? json_array() : json_pack("[{s:[]}]", "session"));
	if (!op || query_add(words, params) < 0) {
		json_decref(op);
		return NULL;
	}
	if (tagged)
		json_object_set_new(json_object_get(op, "responses"), "304",
			json_pack("{s:s}", "description", "what the client has by its tag is what it is"));
	if (has_body(x))
		json_object_set_new(op, "requestBody", body_of(x, words));
	if (strcmp(x->method, "GET") != 0)
		json_array_append_new(
			params, json_pack("{s:s,s:s,s:b,s:{s:s}}", "name", "X-Requested-With", "in", "header",
					"required", 1, "schema", "const", "sanwang"));
	return op;
}

static int route_add(json_t *paths, const json_t *said, const struct http_route *x, bool tagged)
{
	static const struct {
		const char *from, *to;
	} methods[] = {{"GET", "get"}, {"POST", "post"}, {"PUT", "put"}, {"DELETE", "delete"}};
	struct buf path;
	json_t *params = json_array();
	buf_init(&path, HTTP_PATH_MAX);
	int rc = params ? path_text(x->path, params, &path) : ERR_NOMEM;
	json_t *op = rc == 0 ? operation(x, words_of(said, x), params, tagged) : NULL;
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
	return json_pack("{s:s,s:[s,s,s],s:{s:{s:s,s:o,s:o},s:{s:s},s:{s:s},s:{s:s,s:s}}}", "type", "object",
		"required", "error", "text", "where", "properties", "error", "type", "string", "enum", codes,
		"x-codes", said, "text", "type", "string", "where", "type", "string", "verdict", "type",
		"object", "description", "of review rules, where one of them blocks");
}

static json_t *components(const json_t *said)
{
	json_t *all = json_copy(json_object_get(said, "schemas"));
	if (!all)
		all = json_object();
	json_object_set_new(all, "Error", error_schema());
	return json_pack("{s:{s:{s:s,s:s,s:s}},s:{s:{s:s,s:{s:{s:{s:s}}}}},s:o}", "securitySchemes",
		"session", "type", "apiKey", "in", "cookie", "name", "sid", "responses", "error",
		"description", "refused; error is a stable code", "content", "application/json", "schema",
		"$ref", "#/components/schemas/Error", "schemas", all);
}

static int schema_known(const json_t *said, const json_t *name)
{
	return json_is_string(name) &&
			       json_object_get(json_object_get(said, "schemas"), json_string_value(name))
		       ? 0
		       : ERR_BUG;
}

static int words_check(
	const json_t *said, const struct http_route *x, const json_t *words, struct err_note *note)
{
	static const char *const keys[] = {"query", "body", "reply", "media", "status", "also", NULL};
	const json_t *body = json_object_get(words, "body"), *reply = json_object_get(words, "reply");
	json_t *also = json_object_get(words, "also"), *schema;
	const char *key;
	if (!words)
		return err_set(note, ERR_BUG, "schemas: %s %s is not described", x->method, x->path);
	int rc = json_only_keys(words, keys, note);
	if (rc == 0 && has_body(x) && !x->upload)
		rc = schema_known(said, body);
	else if (rc == 0 && body)
		rc = ERR_BUG;
	if (rc == 0 && !json_array_size(json_object_get(words, "media")))
		rc = schema_known(said, reply);
	else if (rc == 0 && reply)
		rc = ERR_BUG;
	if (rc == 0 && also)
		json_object_foreach(also, key, schema) rc = rc < 0 ? rc : schema_known(said, schema);
	return rc < 0 ? err_set(note, ERR_BUG,
				"schemas: %s %s: a body and a reply after a schema that is there, or media",
				x->method, x->path)
		      : 0;
}

/* Every route is described, every description has its route. */
static int said_check(const json_t *said, const struct http_route *routes, size_t n, struct err_note *note)
{
	json_t *all = json_object_get(said, "routes"), *words;
	const char *key;
	int rc = 0;
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = words_check(said, &routes[i], words_of(said, &routes[i]), note);
	if (rc < 0)
		return rc;
	json_object_foreach(all, key, words)
	{
		bool known = false;
		for (size_t i = 0; !known && i < n; i++)
			known = words_of(said, &routes[i]) == words;
		if (!known)
			return err_set(note, ERR_BUG, "schemas: no route %.100s", key);
	}
	return 0;
}

/* Takes in one text of http_options.schemas; nothing stands in two. */
static int said_add(const char *text, json_t *said, struct err_note *note)
{
	static const char *const parts[] = {"routes", "schemas"};
	json_t *v = NULL, *one;
	const char *key;
	int rc = json_parse(view_str(text), 1 << 20, &v, note);
	for (int i = 0; rc == 0 && i < 2; i++) {
		json_t *all = json_object_get(said, parts[i]);
		json_object_foreach(json_object_get(v, parts[i]), key, one)
		{
			if (json_object_get(all, key))
				rc = err_set(note, ERR_BUG, "schemas: %.100s stands twice", key);
			else if (json_object_set(all, key, one) < 0)
				rc = ERR_NOMEM;
		}
	}
	json_decref(v);
	return rc;
}

int http_openapi_make(const struct http_options *o, const struct http_route *routes, size_t n,
	struct buf *out, struct err_note *note)
{
	json_t *paths = json_object(), *said = json_pack("{s:{},s:{}}", "routes", "schemas");
	int rc = paths && said ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && o->schemas && o->schemas[i]; i++)
		rc = said_add(o->schemas[i], said, note);
	if (rc == 0 && o->schemas)
		rc = said_check(said, routes, n, note);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = route_add(paths, said, &routes[i], is_tagged(o, &routes[i]));
	json_t *doc = rc < 0 ? NULL
			     : json_pack("{s:s,s:{s:s,s:s,s:s,s:{s:s,s:s}},s:[{s:s}],s:O,s:o}", "openapi",
				       "3.1.0", "info", "title", o->title ? o->title : "sanwang", "version",
				       o->version ? o->version : "0", "description",
				       "JSON in, JSON out; refusals carry a stable code (Error).", "license",
				       "name", "Apache License 2.0", "identifier", "Apache-2.0", "servers",
				       "url", "/", "paths", paths, "components", components(said));
	if (rc == 0)
		rc = doc ? json_canon(doc, out) : ERR_NOMEM;
	json_decref(doc);
	json_decref(paths);
	json_decref(said);
	return rc;
}
