#include "common/http/http_impl.h"

#include "common/http/http_conn.h"
#include "common/http/http_kept.h"
#include "common/log/log.h"
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define IO_THREADS 2
#define PER_ADDRESS 100
/* Head of a request and of its answer, held by every connection; of more than so many each has less. */
#define HEAD_MEMORY ((size_t)8 << 10)
#define HEAD_MEMORY_MANY ((size_t)5 << 10)
#define CONNECTIONS_MANY 4000
#define STOP_GRACE_S 5

static const struct http_route builtin[] = {
	{"GET", "/api/health", "public", http_handle_health, 0, NULL, "state of the service"},
	{"GET", "/api/openapi.json", "public", http_handle_openapi, 0, NULL, "this document"},
	{"GET", "/metrics", "public", http_handle_metrics, 0, NULL, "counts and latencies for Prometheus"},
};
#define BUILTINS (sizeof builtin / sizeof builtin[0])

static bool route_valid(const struct http_route *x)
{
	static const char *const methods[] = {"GET", "POST", "PUT", "DELETE"};
	bool known = false;
	for (size_t i = 0; x->method && i < 4; i++)
		known = known || strcmp(x->method, methods[i]) == 0;
	return known && x->path && strncmp(x->path, "/api/", 5) == 0 && x->permission && x->permission[0] &&
	       x->handle && !(x->upload && strcmp(x->method, "GET") == 0);
}

static int routes_copy(struct http_server *s, const struct http_options *o, struct err_note *note)
{
	s->routes = calloc(o->nroutes + BUILTINS, sizeof *s->routes);
	s->metrics = calloc(o->nroutes + BUILTINS + 2, sizeof *s->metrics);
	if (!s->routes || !s->metrics)
		return ERR_NOMEM;
	s->nroutes = o->nroutes + BUILTINS;
	memcpy(s->routes, builtin, sizeof builtin);
	for (size_t i = 0; i < o->nroutes; i++) {
		const struct http_route *x = &o->routes[i];
		if (!route_valid(x))
			return err_set(note, ERR_BUG,
				"route %zu (%s): method, path, permission and handler are needed", i,
				x->path ? x->path : "?");
		for (size_t k = 0; k < BUILTINS + i; k++)
			if (strcmp(s->routes[k].path, x->path) == 0 &&
				strcmp(s->routes[k].method, x->method) == 0)
				return err_set(note, ERR_BUG, "route %zu (%s): twice", i, x->path);
		s->routes[BUILTINS + i] = *x;
	}
	return 0;
}

int http_openapi(const struct http_options *o, struct buf *out, struct err_note *note)
{
	struct http_server s = {.o = *o};
	int rc = routes_copy(&s, o, note);
	if (rc == 0)
		rc = http_openapi_make(o, s.routes, s.nroutes, out, note);
	free(s.routes);
	free(s.metrics);
	return rc;
}

static int socket_bind(struct http_server *s, const struct addrinfo *a)
{
	int one = 1;
	struct sockaddr_storage at;
	socklen_t n = sizeof at;
	s->listen_fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->listen_fd < 0)
		return err_from_errno(errno);
	setsockopt(s->listen_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (a->ai_family == AF_INET6)
		setsockopt(s->listen_fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
	if (bind(s->listen_fd, a->ai_addr, a->ai_addrlen) < 0 || listen(s->listen_fd, 1024) < 0 ||
		getsockname(s->listen_fd, (struct sockaddr *)&at, &n) < 0)
		return err_from_errno(errno);
	char port[8];
	if (getnameinfo((struct sockaddr *)&at, n, NULL, 0, port, sizeof port, NI_NUMERICSERV) != 0)
		return ERR_IO;
	s->port = atoi(port);
	return 0;
}

/* What goes over a network is enciphered: names and numbers are in it. */
static bool stays_here(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr);
	return ntohl(((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr) >> 24 == 127;
}

/* "127.0.0.1:8101", "[::1]:0" */
static int listen_open(struct http_server *s, struct err_note *note)
{
	char host[80];
	const char *text = s->o.listen ? s->o.listen : "", *colon = strrchr(text, ':');
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
				.ai_socktype = SOCK_STREAM},
			*found = NULL;
	const char *from = text[0] == '[' ? text + 1 : text;
	const char *to = colon && colon > text && text[0] == '[' && colon[-1] == ']' ? colon - 1 : colon;
	if (!colon || to <= from || (size_t)(to - from) >= sizeof host || (text[0] == '[' && to == colon))
		return err_set(note, ERR_CONFIG, "listen: ADDRESS:PORT such as 127.0.0.1:8101");
	snprintf(host, sizeof host, "%.*s", (int)(to - from), from);
	if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
		return err_set(note, ERR_CONFIG, "listen: ADDRESS:PORT such as 127.0.0.1:8101");
	bool open = !s->o.tls_cert && !stays_here(found->ai_addr);
	int rc = open ? ERR_CONFIG : socket_bind(s, found);
	freeaddrinfo(found);
	if (open)
		return err_set(note, rc,
			"listen: %s is open to a network: tls.cert is needed, but on loopback", text);
	return rc < 0 ? err_set(note, rc, "listen: %s: %s", text, strerror(errno)) : 0;
}

/* A descriptor for each connection, and some for files. */
static void descriptors_allow(const struct http_server *s)
{
	struct rlimit l;
	rlim_t want = (rlim_t)s->o.connections + 1024;
	if (getrlimit(RLIMIT_NOFILE, &l) < 0 || l.rlim_cur >= want)
		return;
	l.rlim_cur = l.rlim_max < want ? l.rlim_max : want;
	if (setrlimit(RLIMIT_NOFILE, &l) < 0 || l.rlim_cur < want)
		log_warn("http", "the system allows %llu descriptors, %d connections want more",
			(unsigned long long)l.rlim_cur, s->o.connections);
}

static int daemon_start(struct http_server *s)
{
	int64_t timeout = s->timeout_ms / 1000;
	/* Behind a proxy every connection is the proxy's. */
	unsigned per_address = s->o.nproxies ? 0 : PER_ADDRESS;
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)http_tls_priorities},
		{MHD_OPTION_HTTPS_CERT_CALLBACK, 0, NULL}, {MHD_OPTION_END, 0, NULL}};
	gnutls_certificate_retrieve_function2 *show = http_tls_callback();
	memcpy(&tls[1].ptr_value, &show, sizeof show);
	struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
	descriptors_allow(s);
	s->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
					     (s->tls ? MHD_USE_TLS : 0),
		0, NULL, NULL, http_conn_access, s, MHD_OPTION_LISTEN_SOCKET, s->listen_fd,
		MHD_OPTION_THREAD_POOL_SIZE, (unsigned)IO_THREADS, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)s->o.connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)timeout, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		s->o.connections > CONNECTIONS_MANY ? HEAD_MEMORY_MANY : HEAD_MEMORY,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_COMPLETED, http_conn_completed, s,
		MHD_OPTION_NOTIFY_CONNECTION, http_watch_connection, s, MHD_OPTION_UNESCAPE_CALLBACK,
		http_conn_raw, s, MHD_OPTION_ARRAY, s->tls ? tls : none, MHD_OPTION_END);
	return s->daemon ? 0 : ERR_IO;
}

static void locks_init(struct http_server *s)
{
	pthread_condattr_t mono;
	pthread_condattr_init(&mono);
	pthread_condattr_setclock(&mono, CLOCK_MONOTONIC);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->idle, &mono);
	pthread_cond_init(&s->tick, &mono);
	pthread_condattr_destroy(&mono);
}

int http_start(const struct http_options *o, struct http_server **out, struct err_note *note)
{
	struct http_server *s = calloc(1, sizeof *s);
	if (!s)
		return ERR_NOMEM;
	s->o = *o;
	s->listen_fd = s->web_fd = -1;
	s->o.connections = o->connections > 0 ? o->connections : 1000;
	s->timeout_ms = (o->timeout_s > 0 ? o->timeout_s : 30) * 1000;
	s->since_ms = time_mono_ms();
	buf_init(&s->openapi, 4 << 20);
	locks_init(s);
	snprintf(s->csp, sizeof s->csp,
		"default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action "
		"'self'%s%s",
		o->form_action ? " " : "", o->form_action ? o->form_action : "");
	int rc = routes_copy(s, o, note);
	if (rc == 0)
		rc = http_kept_routes(s, note);
	if (rc == 0)
		rc = http_kept_new(&s->kept);
	if (rc == 0)
		rc = http_openapi_make(&s->o, s->routes, s->nroutes, &s->openapi, note);
	if (rc == 0 && o->web_dir) {
		rc = http_static_open(o->web_dir, &s->web_fd);
		if (rc < 0)
			err_set(note, rc, "web: %.180s: %s", o->web_dir, err_text(rc));
	}
	if (rc == 0)
		rc = listen_open(s, note);
	if (rc == 0)
		rc = http_pool_start(o->workers > 0 ? o->workers : 16, &s->pool);
	if (rc == 0)
		rc = http_watch_start(s);
	if (rc == 0 && o->tls_cert)
		rc = http_tls_new(o->tls_cert, o->tls_key ? o->tls_key : "", &s->tls, note);
	if (rc == 0)
		rc = daemon_start(s);
	if (rc < 0) {
		if (note && !note->err)
			err_set(note, rc, "http: %s", err_text(rc));
		http_stop(s);
		return rc;
	}
	*out = s;
	return 0;
}

int http_port(const struct http_server *s)
{
	return s->port;
}

/* Waits for the requests under way; a client too slow to send or take the rest is cut afterwards. */
static void drain(struct http_server *s)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += STOP_GRACE_S;
	pthread_mutex_lock(&s->lock);
	while (s->active > 0 && pthread_cond_timedwait(&s->idle, &s->lock, &until) == 0)
		;
	pthread_mutex_unlock(&s->lock);
}

void http_stop(struct http_server *s)
{
	if (!s)
		return;
	atomic_store(&s->stopping, true);
	if (s->daemon) {
		MHD_quiesce_daemon(s->daemon);
		http_event_end_all(s);
		drain(s);
	}
	http_pool_stop(s->pool); /* no request sleeps behind this */
	http_event_end_all(s);
	http_watch_stop(s);
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	http_kept_free(s->kept);
	http_tls_free(s->tls);
	if (s->listen_fd >= 0)
		close(s->listen_fd);
	if (s->web_fd >= 0)
		close(s->web_fd);
	pthread_cond_destroy(&s->idle);
	pthread_cond_destroy(&s->tick);
	pthread_mutex_destroy(&s->lock);
	buf_fini(&s->openapi);
	free(s->keeps);
	free(s->routes);
	free(s->metrics);
	free(s);
}

void http_set_metrics(struct http_server *s, int (*fn)(void *arg, struct buf *out))
{
	s->metrics_fn = fn;
}

void http_set_health(struct http_server *s, int (*fn)(void *arg, json_t *into))
{
	s->health_fn = fn;
}

void http_poke(struct http_server *s)
{
	pthread_mutex_lock(&s->lock);
	s->poked = true;
	pthread_cond_signal(&s->tick);
	pthread_mutex_unlock(&s->lock);
}
