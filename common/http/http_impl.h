/* What the parts of the HTTP service share. */
#ifndef SW_HTTP_HTTP_IMPL_H
#define SW_HTTP_HTTP_IMPL_H
#include "common/http/http.h"
#include "common/http/http_metrics.h"
#include "common/http/http_path.h"
#include "common/http/http_pool.h"
#include "common/http/http_tls.h"
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#define HTTP_BODY_DEFAULT (64 << 10)
#define HTTP_REPLY_MAX ((size_t)64 << 20)
#define HTTP_QUERY_MAX 32
#define HTTP_DRAIN_MAX                                                                                       \
	((int64_t)32 << 20) /* of a refused body: read and dropped, so that the reply arrives */
#define HTTP_COOKIES 2
#define HTTP_TAG 40
#define HTTP_RATE 4096 /* bytes a second a client must keep up with */

/* One TCP connection. deadline: CLOCK_MONOTONIC ms when it is cut, 0 never. */
struct http_tcp {
	int fd;
	_Atomic int64_t deadline;
	char address[64];
	struct http_tcp *prev, *next;
};

struct http_memory {
	struct http_memory *next;
	max_align_t data[];
};

enum http_phase { HTTP_READING, HTTP_WORKING, HTTP_DONE };
struct http_pair {
	char *key, *value;
};
struct http_event;
struct http_kept;

struct http_request {
	struct http_job job; /* first */
	struct http_server *s;
	struct MHD_Connection *conn;
	struct http_tcp *tcp;
	enum http_phase phase;
	const struct http_route *route; /* NULL: page or early refusal */
	struct http_metric *metric;
	int64_t started_us;
	struct http_path path;
	struct http_pair query[HTTP_QUERY_MAX];
	size_t nquery;
	bool head, form; /* HEAD; body is of type application/json */
	bool unmasked;
	bool keep;          /* the answer may be kept (http_kept.h) */
	uint64_t state;     /* what it is made of */
	char tag[HTTP_TAG]; /* its entity tag; "" none */

	struct buf body;
	int64_t received, body_since;
	json_t *json;
	void *cookie; /* of the upload */
	bool upload_open, identified;
	struct http_account *user;
	char sid[128]; /* the session cookie */
	char address[64], network[HTTP_NETWORK];
	bool secure; /* TLS to the browser, here or at a trusted proxy */
	struct http_memory *memory;

	int err; /* refused: why */
	char text[512], where[256], allow[64];
	bool close;

	bool gzip;  /* the reply is compressed (http_gzip.h) */
	int status; /* 0: nothing answered */
	char type[80], file_name[200], set_cookie[HTTP_COOKIES][320];
	struct buf reply;
	struct http_event *event;
};

struct http_server {
	struct http_options o;
	struct http_route *routes; /* own copy, with the built-in ones */
	size_t nroutes;
	struct http_metric *metrics; /* one per route, then pages, then refused */
	struct MHD_Daemon *daemon;
	struct http_tls *tls; /* NULL: plain */
	struct http_pool *pool;
	struct http_kept *kept;
	bool *keeps; /* which routes */
	struct buf openapi;
	char csp[512];
	int listen_fd, port, web_fd;
	int64_t timeout_ms, since_ms;
	int (*metrics_fn)(void *arg, struct buf *out);
	int (*health_fn)(void *arg, json_t *into);
	atomic_bool stopping;

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t idle, tick;
	struct http_tcp *tcps;
	struct http_event *events;
	size_t nevents, active;
	bool poked, tick_stop, tick_started;
	pthread_t ticker;
};

/* Cuts connections past their deadline and calls the event streams every second and when poked. */
SW_MUST_USE int http_watch_start(struct http_server *s);
void http_watch_stop(struct http_server *s);
void http_watch_connection(
	void *s, struct MHD_Connection *c, void **ctx, enum MHD_ConnectionNotificationCode code);
void http_watch_deadline(struct http_request *r, int64_t bytes); /* time for so many bytes since body_since */

SW_MUST_USE int http_event_send(struct http_request *r, struct MHD_Response **out);
/* True when there is a stream: it frees the request itself. */
bool http_event_closed(struct http_request *r);
void http_event_tick(struct http_server *s); /* with the lock held */
void http_event_end_all(struct http_server *s);

/* The account of the session cookie and the route's permission: 0, ERR_LOGIN, ERR_DENIED. Once. */
SW_MUST_USE int http_handle_identify(struct http_request *r);
/* The work of a worker thread for one request; then the connection goes on. */
void http_handle_job(struct http_job *j);
int http_handle_health(struct http_request *r);
int http_handle_metrics(struct http_request *r);
int http_handle_openapi(struct http_request *r);

/* Everything that can be refused before the body is read. */
SW_MUST_USE int http_request_begin(
	struct http_request *r, const char *url, const char *method, const char *version);
void http_request_free(struct http_request *r);

SW_MUST_USE int http_static_open(const char *dir, int *fd);
/* The page for the path; NULL when there is none (r->err says why). */
struct MHD_Response *http_static_response(struct http_request *r);

/* Who asks, and whether over TLS, once the head is there. */
void http_peer_set(struct http_request *r);

/* Queues "not modified" (304) with the tag of what there is. */
enum MHD_Result http_reply_unchanged(struct http_request *r, const char *tag);
/* Queues what was answered (or the error) on the connection. */
enum MHD_Result http_reply_send(struct http_request *r);

/* OpenAPI 3.1 of these routes. ERR_BUG: a route is not described, or not as http_options.schemas says; what
 * is described is not there. */
SW_MUST_USE int http_openapi_make(const struct http_options *o, const struct http_route *routes, size_t n,
	struct buf *out, struct err_note *note);
/* Masks in place. */
SW_MUST_USE int http_mask_json(const struct http_masks *m, json_t *v);
#endif
