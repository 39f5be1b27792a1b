#include "common/http/http_kept.h"
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

void http_watch_deadline(struct http_request *r, int64_t bytes)
{
	int64_t at = r->body_since + r->s->timeout_ms + bytes * 1000 / HTTP_RATE;
	atomic_store(&r->tcp->deadline, at);
}

static void tcp_opened(struct http_server *s, struct MHD_Connection *c, void **ctx)
{
	const union MHD_ConnectionInfo *fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD),
				       *peer = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct http_tcp *t = calloc(1, sizeof *t);
	if (!t)
		return;
	t->fd = fd ? fd->connect_fd : -1;
	if (peer && peer->client_addr) {
		socklen_t n = peer->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
								       : sizeof(struct sockaddr_in);
		if (getnameinfo(peer->client_addr, n, t->address, sizeof t->address, NULL, 0, NI_NUMERICHOST))
			t->address[0] = 0;
	}
	atomic_store(&t->deadline, time_mono_ms() + s->timeout_ms);
	pthread_mutex_lock(&s->lock);
	t->next = s->tcps;
	if (t->next)
		t->next->prev = t;
	s->tcps = t;
	pthread_mutex_unlock(&s->lock);
	*ctx = t;
}

static void tcp_closed(struct http_server *s, void **ctx)
{
	struct http_tcp *t = *ctx;
	if (!t)
		return;
	pthread_mutex_lock(&s->lock);
	if (t->next)
		t->next->prev = t->prev;
	if (t->prev)
		t->prev->next = t->next;
	else
		s->tcps = t->next;
	pthread_mutex_unlock(&s->lock);
	free(t);
	*ctx = NULL;
}

void http_watch_connection(
	void *server, struct MHD_Connection *c, void **ctx, enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		tcp_opened(server, c, ctx);
	else
		tcp_closed(server, ctx);
}

/* The connection is in the list, so its descriptor is still its own: it is removed before it is closed. */
static void cut_late(struct http_server *s)
{
	int64_t now = time_mono_ms();
	for (struct http_tcp *t = s->tcps; t; t = t->next) {
		int64_t at = atomic_load(&t->deadline);
		if (at && now > at) {
			atomic_store(&t->deadline, 0);
			shutdown(t->fd, SHUT_RDWR);
		}
	}
}

static void *tick_main(void *arg)
{
	struct http_server *s = arg;
	pthread_mutex_lock(&s->lock);
	while (!s->tick_stop) {
		struct timespec until;
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec++;
		while (!s->poked && !s->tick_stop && pthread_cond_timedwait(&s->tick, &s->lock, &until) == 0)
			;
		s->poked = false;
		cut_late(s);
		http_kept_expire(s);
		http_event_tick(s);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

int http_watch_start(struct http_server *s)
{
	int eno = pthread_create(&s->ticker, NULL, tick_main, s);
	s->tick_started = eno == 0;
	return eno ? err_from_errno(eno) : 0;
}

void http_watch_stop(struct http_server *s)
{
	if (!s->tick_started)
		return;
	pthread_mutex_lock(&s->lock);
	s->tick_stop = true;
	pthread_cond_broadcast(&s->tick);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->ticker, NULL);
	s->tick_started = false;
}
