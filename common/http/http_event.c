/* Server-sent events: `next` runs on a worker thread; the connection sleeps while there is nothing to send.
 */
#include "common/http/account.h"
#include "common/http/http_impl.h"
#include <stdlib.h>
#include <string.h>

#define EVENT_BUFFER ((size_t)256 << 10)
#define EVENT_STREAMS 512
#define EVENT_PER_PERSON 8
#define EVENT_PING_MS 10000
#define EVENT_LIFE_MS (60 * 60 * 1000) /* then the browser connects again, with a session checked anew */

struct http_event {
	struct http_job job; /* first */
	struct http_request *r;
	int (*next)(void *arg, struct buf *out);
	void *arg;
	struct buf out; /* what follows is under the server's lock */
	size_t sent;
	int64_t born, pinged;
	bool listed, busy, again, waiting, ended, closed;
	struct http_event *before, *after;
};

static void event_unlist(struct http_event *e)
{
	struct http_server *s = e->r->s;
	if (!e->listed)
		return;
	e->listed = false;
	s->nevents--;
	if (e->after)
		e->after->before = e->before;
	if (e->before)
		e->before->after = e->after;
	else
		s->events = e->after;
}

static void event_wake(struct http_event *e)
{
	if (!e->waiting)
		return;
	e->waiting = false;
	MHD_resume_connection(e->r->conn);
}

static void event_free(struct http_event *e)
{
	struct http_request *r = e->r;
	buf_fini(&e->out);
	free(e);
	http_request_free(r);
}

/* With the lock held. */
static void event_run(struct http_event *e)
{
	if (e->ended || e->closed)
		return;
	e->again = e->busy;
	if (e->busy)
		return;
	e->busy = http_pool_push(e->r->s->pool, &e->job);
	if (!e->busy) {
		e->ended = true;
		event_wake(e);
	}
}

static bool session_lives(struct http_request *r)
{
	const struct http_auth *auth = r->s->o.auth;
	struct http_account *a = NULL;
	if (!r->user)
		return true;
	int rc = auth->find(auth->arg, r->sid, &a);
	auth->free(a);
	return rc != ERR_LOGIN && rc != ERR_NOTFOUND;
}

static void event_job(struct http_job *j)
{
	struct http_event *e = (struct http_event *)j;
	struct http_server *s = e->r->s;
	struct buf fresh;
	buf_init(&fresh, EVENT_BUFFER);
	int64_t now = time_mono_ms();
	bool ping = now - e->pinged >= EVENT_PING_MS;
	int rc = now - e->born > EVENT_LIFE_MS ? ERR_LOGIN : e->next(e->arg, &fresh);
	/* Nothing goes to who has signed out meanwhile, however busy the stream is. */
	if (rc == 0 && (ping || fresh.n > 0)) {
		rc = session_lives(e->r) ? 0 : ERR_LOGIN;
		e->pinged = now;
	}
	pthread_mutex_lock(&s->lock);
	if (rc == 0 && fresh.n > 0)
		rc = buf_add_view(&e->out, buf_view(&fresh));
	else if (rc == 0 && ping)
		rc = buf_add_str(&e->out, ":\n\n");
	if (rc < 0)
		e->ended = true;
	e->busy = false;
	if (e->closed) {
		pthread_mutex_unlock(&s->lock);
		buf_fini(&fresh);
		event_free(e);
		return;
	}
	if (e->ended || e->out.n > e->sent)
		event_wake(e);
	if (e->again)
		event_run(e);
	pthread_mutex_unlock(&s->lock);
	buf_fini(&fresh);
}

static ssize_t event_read(void *cls, uint64_t pos, char *to, size_t max)
{
	struct http_event *e = cls;
	struct http_server *s = e->r->s;
	ssize_t n = 0;
	(void)pos;
	pthread_mutex_lock(&s->lock);
	size_t left = e->out.n - e->sent;
	if (left > 0) {
		n = (ssize_t)(left < max ? left : max);
		memcpy(to, e->out.p + e->sent, (size_t)n);
		e->sent += (size_t)n;
		if (e->sent == e->out.n) {
			buf_reset(&e->out);
			e->sent = 0;
		}
	} else if (e->ended) {
		n = MHD_CONTENT_READER_END_OF_STREAM;
	} else {
		e->waiting = true;
		MHD_suspend_connection(e->r->conn);
	}
	pthread_mutex_unlock(&s->lock);
	return n;
}

int http_event_stream(struct http_request *r, int (*next)(void *arg, struct buf *out), void *arg)
{
	struct http_event *e = calloc(1, sizeof *e);
	if (!e)
		return http_fail(r, ERR_NOMEM, "%s", err_text(ERR_NOMEM));
	e->job.run = event_job;
	e->r = r;
	e->next = next;
	e->arg = arg;
	e->born = e->pinged = time_mono_ms();
	buf_init(&e->out, EVENT_BUFFER);
	r->event = e;
	r->status = 200;
	return 0;
}

/* Streams of one address, or of one person where a front proxy hides the addresses. */
static size_t event_siblings(const struct http_event *e)
{
	size_t n = 0;
	for (const struct http_event *x = e->r->s->events; x; x = x->after)
		n += e->r->user && x->r->user ? memcmp(x->r->user->id, e->r->user->id, 37) == 0
					      : strcmp(x->r->tcp->address, e->r->tcp->address) == 0;
	return n;
}

int http_event_send(struct http_request *r, struct MHD_Response **out)
{
	struct http_event *e = r->event;
	struct http_server *s = r->s;
	struct MHD_Response *m = NULL;
	pthread_mutex_lock(&s->lock);
	int rc = s->nevents >= EVENT_STREAMS || event_siblings(e) >= EVENT_PER_PERSON ? ERR_BUSY : 0;
	if (rc == 0 && !(m = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, event_read, e, NULL)))
		rc = ERR_NOMEM;
	if (rc == 0) {
		e->listed = true;
		s->nevents++;
		e->after = s->events;
		if (e->after)
			e->after->before = e;
		s->events = e;
		e->ended = atomic_load(&s->stopping);
		event_run(e);
	}
	pthread_mutex_unlock(&s->lock);
	if (rc == 0)
		*out = m;
	return rc;
}

bool http_event_closed(struct http_request *r)
{
	struct http_event *e = r->event;
	if (!e)
		return false;
	pthread_mutex_lock(&r->s->lock);
	event_unlist(e);
	e->closed = true;
	bool busy = e->busy;
	pthread_mutex_unlock(&r->s->lock);
	if (!busy)
		event_free(e);
	return true;
}

void http_event_tick(struct http_server *s)
{
	for (struct http_event *e = s->events; e; e = e->after)
		event_run(e);
}

void http_event_end_all(struct http_server *s)
{
	pthread_mutex_lock(&s->lock);
	for (struct http_event *e = s->events; e; e = e->after) {
		e->ended = true;
		event_wake(e);
	}
	pthread_mutex_unlock(&s->lock);
}
