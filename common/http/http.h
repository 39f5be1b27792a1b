/* HTTP service on libmicrohttpd (epoll): requests are read whole within limits, handled by a pool of worker
 * threads while the connection is suspended, and answered. Every route names its permission: none can forget
 * it. JSON in, JSON out; errors as {"error":"SCHEMA","text":"…","where":"…"} with the code's HTTP status. */
#ifndef SW_HTTP_HTTP_H
#define SW_HTTP_HTTP_H
#include "common/base/json.h"
#include "common/db/db.h"

struct http_server;
struct http_request;

/* Handler: 0 when it answered (http_reply_*), or a negative ERR_* (note set by http_fail): the error reply is
 * made from it. */
typedef int http_handler(struct http_request *r);
/* Body sink of an upload route: called in order with the bytes as they arrive, on the I/O thread, before any
 * byte is stored elsewhere. */
struct http_upload {
	int (*begin)(struct http_request *r, void **cookie); /* headers and permission are checked already */
	int (*data)(void *cookie, struct view v);
	void (*drop)(void *cookie); /* the request failed or was handled: free */
};
/* A sink that keeps the body in memory, at most max bytes (ERR_LIMIT behind them); the cookie is its struct
 * buf. A route's own begin calls the first, its http_upload names the others. */
SW_MUST_USE int http_upload_keep(size_t max, void **cookie);
int http_upload_keep_data(void *cookie, struct view v);
void http_upload_keep_drop(void *cookie);
struct http_route {
	const char *method;     /* GET POST PUT DELETE */
	const char *path;       /* "/api/cases/:id/accept"; ":x" matches one segment */
	const char *permission; /* "public", "self" (any signed-in user) or a permission name such as
				   "case.accept" */
	http_handler *handle;
	int64_t body_max; /* 0: 64 KiB of JSON */
	const struct http_upload
		*upload;     /* raw body streamed (application/octet-stream); NULL: JSON body parsed */
	const char *summary; /* one line for OpenAPI */
};
struct http_account; /* signed-in user, account.h */
/* Who asks: finds the account of a session cookie, checks a permission. Implemented by account.c. */
struct http_auth {
	void *arg;
	int (*find)(void *arg, const char *session, struct http_account **out);
	bool (*may)(const struct http_account *a, const char *permission);
	void (*free)(struct http_account *a);
};
/* Personal data in JSON replies: the text under `key` of the objects below `in` (an object's or list's name)
 * is masked unless this request was allowed to show it (http_unmask). */
struct http_mask {
	const char *in, *key;
	int (*mask)(const char *plain, struct buf *out); /* appends */
};
/* What the zone masks. is_secret: any text that it says yes to is masked wherever it stands, whatever the
 * key. */
struct http_masks {
	const struct http_mask *v;
	size_t n;
	bool (*is_secret)(const char *text);
	int (*mask)(const char *plain, struct buf *out);
};
struct http_options {
	const char *listen; /* "127.0.0.1:0" */
	const struct http_route *routes;
	size_t nroutes;
	const char *web_dir;     /* built pages (index.html for unknown paths outside /api); NULL none */
	const char *form_action; /* extra origin allowed as form target in the CSP, or NULL */
	const struct http_auth *auth;
	int workers;                 /* default 16 */
	int64_t timeout_s;           /* of an idle connection, default 30 */
	int connections;             /* limit, default 1000; 100 per address; above 4000: smaller heads */
	const char *title, *version; /* for /api/openapi.json, made from the route table */
	/* What /api/openapi.json says of bodies and replies: JSON texts, ending with NULL, that together
	 * describe every route and nothing else: {"routes":{"GET /api/x/:id":{"query":{NAME:text},
	 * "body":SCHEMA (POST and PUT), "reply":SCHEMA or "media":[type…], "status":201 (silent: 200),
	 * "also":{STATUS:SCHEMA}}},"schemas":{SCHEMA:{…}}}. NULL: nothing is said of any. */
	const char *const *schemas;
	/* GET routes (paths, ending with NULL) whose answers may be given again as long as state() stays the
	 * same number, for at most 200 ms; those of a public route to everybody, with an entity tag. */
	const char *const *kept;
	uint64_t (*state)(void *arg);
	void *arg;                      /* http_arg() */
	const struct http_masks *masks; /* NULL: none */
	/* Asked after the permission, before the body: 0, or why this person may not do it yet; NULL none. */
	int (*gate)(struct http_request *r, const struct http_route *route);
	const char *tls_cert, *tls_key; /* PEM files: TLS is spoken (http_tls.h); NULL plain HTTP */
	/* Peers that are front proxies, as numbers: what they say in X-Forwarded-For and X-Forwarded-Proto is
	 * believed; of nobody else. */
	char *const *proxies;
	size_t nproxies;
};
SW_MUST_USE int http_start(const struct http_options *o, struct http_server **out, struct err_note *note);
int http_port(const struct http_server *s);
/* The OpenAPI 3.1 document of a service with these options (title, version, routes, schemas), appended as
 * canonical JSON. ERR_BUG: a route without description, or a description without route. */
SW_MUST_USE int http_openapi(const struct http_options *o, struct buf *out, struct err_note *note);
void http_stop(struct http_server *s); /* stops accepting, finishes running requests */
/* Served by itself: GET /api/health ({"status":"ok"…}), /api/openapi.json, /metrics (Prometheus: requests,
 * latencies, plus lines from the metrics callback). */
void http_set_metrics(struct http_server *s, int (*fn)(void *arg, struct buf *out));
void http_set_health(struct http_server *s, int (*fn)(void *arg, json_t *into));

void *http_arg(const struct http_request *r);
const char *http_param(
	const struct http_request *r, const char *name); /* ":id"; never NULL for a parameter of the route */
const char *http_query(const struct http_request *r, const char *name); /* NULL when absent */
const json_t *http_body(const struct http_request *r);                  /* object; borrowed */
void *http_upload_cookie(const struct http_request *r);
const struct http_account *http_user(
	const struct http_request *r); /* NULL on public routes without session */
const char *http_header(const struct http_request *r, const char *name);
const char *http_cookie(const struct http_request *r, const char *name); /* as sent, NULL without */
const char *http_session(const struct http_request *r);    /* the session cookie as sent, NULL without */
const char *http_permission(const struct http_request *r); /* of the route that is asked */
/* The address of who asks as text without port: the peer, or whom a trusted proxy names. */
const char *http_address(const struct http_request *r);
/* What limits of strangers count by: the address of IPv4, or the 64 bits of IPv6 that one subscriber has. */
#define HTTP_NETWORK 46
const char *http_network(struct http_request *r);
void http_network_of(const char *address, char out[static HTTP_NETWORK]);
/* Zeroed memory that lives as long as the request or its event stream; NULL without memory. */
void *http_alloc(struct http_request *r, size_t n);
/* Sets the text shown with the error and returns err. */
int http_fail(struct http_request *r, int err, const char *fmt, ...) SW_PRINTF(3, 4);
int http_fail_note(struct http_request *r, const struct err_note *note);
/* This request's replies show personal data in full: called by account_reveal only. */
void http_unmask(struct http_request *r);
/* Replies; all return 0. json is stolen and changed: what it refers to must not be shared. */
int http_reply_json(struct http_request *r, int status, json_t *v);
int http_reply_bytes(struct http_request *r, int status, const char *type, const char *file_name,
	struct view v); /* copied; file_name: download as, NULL inline */
/* HttpOnly, SameSite=Strict; at most two in a reply, none in a refusal. */
#define HTTP_SESSION_COOKIE "sid"
int http_set_cookie(struct http_request *r, const char *name, const char *value, int64_t max_age_s);
/* Ends with the session under which it began: what next adds after that is not sent. */
int http_event_stream(struct http_request *r, int (*next)(void *arg, struct buf *out),
	void *arg); /* server-sent events: next is called every second and on http_poke; adds "data: …\n\n" */
void http_poke(struct http_server *s);
#endif
