#include "common/exchange/asks.h"

#include "common/db/db_savepoint.h"
#include "common/exchange/inbox.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASKS_MAX 4096  /* that wait for an answer */
#define QUEUE_MAX 4096 /* that wait to be sent over a link */
#define FETCH_MS 10000 /* an answer is kept so long for who asked */
#define NOTED_MAX BUNDLE_MESSAGES_MAX

struct ask { /* who waits */
	struct uuid id;
	int64_t deadline; /* monotonic */
	bool answered;
	int rc;
	char text[256];
	json_t *body;
	exchange_wake_up *wake;
	void *arg;
	struct ask *next;
};
struct queued {
	const struct link_state *l;
	struct asks_out o;
	struct queued *next;
};
struct noted { /* of the running transaction */
	bool reply;
	struct link_state *to; /* over which it is sent; NULL: it is for who asked here */
	struct asks_out o;
	struct exchange_later later; /* finish: o is made behind the commit, for this question: */
	struct asked {
		struct uuid id;
		char type[48], tenant[7];
		int64_t until; /* by the clock here */
	} asked;
	int rc;
	char text[256];
	json_t *body;
};
struct asks {
	struct exchange *x;
	pthread_mutex_t lock;
	struct ask *waiting;
	size_t nwaiting;
	struct queued *first, *last;
	size_t nqueued;
	bool stopped;
};

int asks_new(struct exchange *x, struct asks **out)
{
	struct asks *a = calloc(1, sizeof *a);
	if (!a)
		return ERR_NOMEM;
	a->x = x;
	pthread_mutex_init(&a->lock, NULL);
	*out = a;
	return 0;
}

static void ask_free(struct ask *k)
{
	json_decref(k->body);
	free(k);
}

void asks_free(struct asks *a)
{
	if (!a)
		return;
	for (struct ask *k = a->waiting, *next; k; k = next) {
		next = k->next;
		ask_free(k);
	}
	for (struct queued *q = a->first, *next; q; q = next) {
		next = q->next;
		buf_fini(&q->o.bytes);
		free(q);
	}
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/* ---- who waits */

/* With the lock held. Takes body. */
static void answer_set(struct ask *k, int rc, const char *text, json_t *body)
{
	if (k->answered) {
		json_decref(body);
		return;
	}
	k->answered = true;
	k->rc = rc;
	k->body = body;
	k->deadline = time_mono_ms();
	snprintf(k->text, sizeof k->text, "%s", text);
	if (k->wake)
		k->wake(k->arg);
}

static struct ask *ask_find(struct asks *a, const char *id)
{
	for (struct ask *k = a->waiting; k; k = k->next)
		if (strcmp(k->id.s, id) == 0)
			return k;
	return NULL;
}

void asks_stop(struct asks *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->stopped = true;
	for (struct ask *k = a->waiting; k; k = k->next)
		answer_set(k, ERR_STOPPING, err_text(ERR_STOPPING), NULL);
	pthread_mutex_unlock(&a->lock);
}

void asks_expire(struct asks *a)
{
	int64_t now = time_mono_ms();
	pthread_mutex_lock(&a->lock);
	for (struct ask **p = &a->waiting; *p;) {
		struct ask *k = *p;
		if (!k->answered && now >= k->deadline)
			answer_set(k, ERR_TIMEOUT, err_text(ERR_TIMEOUT), NULL);
		if (k->answered && now >= k->deadline + FETCH_MS) {
			*p = k->next;
			a->nwaiting--;
			ask_free(k);
			continue;
		}
		p = &k->next;
	}
	pthread_mutex_unlock(&a->lock);
}

int exchange_answer(struct exchange *x, const struct uuid *id, json_t **body, struct err_note *note)
{
	struct asks *a = x->asks;
	int rc = ERR_NOTFOUND;
	pthread_mutex_lock(&a->lock);
	for (struct ask **p = &a->waiting; *p; p = &(*p)->next) {
		struct ask *k = *p;
		if (strcmp(k->id.s, id->s) != 0)
			continue;
		if (!k->answered) {
			rc = ERR_BUSY;
			break;
		}
		rc = k->rc;
		if (rc == 0)
			*body = json_incref(k->body);
		else
			err_set(note, rc, "%s", k->text);
		*p = k->next;
		a->nwaiting--;
		ask_free(k);
		break;
	}
	pthread_mutex_unlock(&a->lock);
	return rc;
}

/* ---- what is sent */

static int queue_add(struct asks *a, const struct link_state *l, struct asks_out *o)
{
	struct queued *q = calloc(1, sizeof *q);
	if (!q)
		return ERR_NOMEM;
	pthread_mutex_lock(&a->lock);
	if (a->nqueued >= QUEUE_MAX || a->stopped) {
		pthread_mutex_unlock(&a->lock);
		free(q);
		return ERR_BUSY;
	}
	q->l = l;
	q->o = *o;
	if (a->last)
		a->last->next = q;
	else
		a->first = q;
	a->last = q;
	a->nqueued++;
	pthread_mutex_unlock(&a->lock);
	exchange_wake(l->send_wake);
	return 0;
}

bool asks_any(struct asks *a, const struct link_state *l)
{
	bool any = false;
	pthread_mutex_lock(&a->lock);
	for (struct queued *q = a->first; q && !any; q = q->next)
		any = q->l == l;
	pthread_mutex_unlock(&a->lock);
	return any;
}

size_t asks_outgoing(struct asks *a, const struct link_state *l, struct asks_out *out, size_t max)
{
	int64_t now = time_now_ms();
	size_t n = 0;
	pthread_mutex_lock(&a->lock);
	struct queued **p = &a->first, *before = NULL;
	while (*p && n < max) {
		struct queued *q = *p;
		if (q->l != l) {
			before = q;
			p = &q->next;
			continue;
		}
		*p = q->next;
		if (a->last == q)
			a->last = before;
		a->nqueued--;
		/* Nobody waits for it any more. */
		if (q->o.deadline_ms > now)
			out[n++] = q->o;
		else
			buf_fini(&q->o.bytes);
		free(q);
	}
	pthread_mutex_unlock(&a->lock);
	return n;
}

void asks_put_back(struct asks *a, const struct link_state *l, struct asks_out *v, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		struct queued *q = calloc(1, sizeof *q);
		if (!q) {
			buf_fini(&v[i].bytes);
			continue;
		}
		q->l = l;
		q->o = v[i];
		pthread_mutex_lock(&a->lock);
		q->next = a->first;
		a->first = q;
		if (!a->last)
			a->last = q;
		a->nqueued++;
		pthread_mutex_unlock(&a->lock);
	}
}

/* Canonical bytes of a request or reply; checked by the catalogue as the other side will. */
static int transient_make(struct exchange *x, const struct link_state *l, const char *type,
	const char *tenant, const json_t *body, const char *answers, int64_t deadline_ms,
	struct asks_out *out, struct err_note *note)
{
	struct message *m = calloc(1, sizeof *m);
	if (!m)
		return ERR_NOMEM;
	m->id = out->id = uuid_new();
	m->version = 1;
	m->epoch = 1;
	m->body = json_incref((json_t *)(uintptr_t)body);
	snprintf(m->type, sizeof m->type, "%s", type);
	snprintf(m->tenant, sizeof m->tenant, "%s", tenant);
	snprintf(m->origin, sizeof m->origin, "%s", x->o.zone);
	snprintf(m->dest, sizeof m->dest, "%s", l->c.peer);
	snprintf(m->suite, sizeof m->suite, "%s", suite_name(x->o.suite));
	snprintf(m->answers.s, sizeof m->answers.s, "%s", answers);
	time_text(time_now_ms(), m->created);
	time_text(deadline_ms, m->deadline);
	out->deadline_ms = deadline_ms;
	buf_init(&out->bytes, MESSAGE_BYTES_MAX);
	int rc = catalogue_check(x->o.catalogue, m, l->c.link, x->o.zone, note);
	if (rc == 0)
		rc = message_encode(m, &out->bytes);
	if (rc < 0)
		buf_fini(&out->bytes);
	message_fini(m);
	free(m);
	return rc;
}

int exchange_ask(
	struct exchange *x, const struct exchange_question *d, struct uuid *id, struct err_note *note)
{
	struct link_state *l = exchange_link_out(x, d->dest);
	struct asks *a = x->asks;
	struct asks_out out = {.deadline_ms = 0};
	REQUIRE(l && !x->o.offline);
	if (!catalogue_reply(x->o.catalogue, d->type))
		return err_set(note, ERR_TYPE, "%s: is no request", d->type);
	int rc =
		transient_make(x, l, d->type, d->tenant, d->body, "", time_now_ms() + d->wait_ms, &out, note);
	if (rc < 0)
		return rc;
	struct ask *k = calloc(1, sizeof *k);
	rc = k ? 0 : ERR_NOMEM;
	pthread_mutex_lock(&a->lock);
	if (rc == 0 && (a->nwaiting >= ASKS_MAX || a->stopped))
		rc = err_set(note, ERR_BUSY, "too many wait for an answer already");
	if (rc == 0) {
		k->id = out.id;
		k->deadline = time_mono_ms() + d->wait_ms;
		k->wake = d->wake;
		k->arg = d->arg;
		k->next = a->waiting;
		a->waiting = k;
		a->nwaiting++;
	}
	pthread_mutex_unlock(&a->lock);
	if (rc < 0)
		free(k);
	*id = out.id;
	if (rc == 0 && (rc = queue_add(a, l, &out)) < 0) {
		pthread_mutex_lock(&a->lock);
		answer_set(k, rc, err_text(rc), NULL);
		pthread_mutex_unlock(&a->lock);
		rc = 0;
		buf_fini(&out.bytes);
	} else if (rc < 0) {
		buf_fini(&out.bytes);
	}
	return rc;
}

/* ---- what comes in */

static void noted_fini(struct noted *n)
{
	buf_fini(&n->o.bytes);
	json_decref(n->body);
	if (n->later.drop)
		n->later.drop(n->later.cookie);
	memset(n, 0, sizeof *n);
}

void asks_begin(struct link_state *l)
{
	for (size_t i = 0; i < l->nnoted; i++)
		noted_fini(&l->noted[i]);
	l->nnoted = 0;
}

static struct noted *note_new(struct link_state *l)
{
	if (!l->noted)
		l->noted = calloc(NOTED_MAX, sizeof *l->noted);
	return l->noted && l->nnoted < NOTED_MAX ? &l->noted[l->nnoted++] : NULL;
}

/* The sender's clock now, at least: deadlines are by it, so that clocks that differ refuse nothing. */
static int64_t peer_now(const struct link_state *l)
{
	return time_now_ms() + atomic_load(&((struct link_state *)(uintptr_t)l)->clock_ahead);
}

static struct asked asked_of(const struct message *m, int64_t until)
{
	struct asked q = {.id = m->id, .until = until};
	snprintf(q.type, sizeof q.type, "%s", m->type);
	snprintf(q.tenant, sizeof q.tenant, "%s", m->tenant);
	return q;
}

static int refusal_make(
	struct link_state *out, const struct asked *q, int err, const char *text, struct asks_out *o)
{
	struct exchange *x = out->x;
	struct err_note note = {0};
	json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s}", "message", q->id.s, "type", q->type, "reason",
		err_name(err), "where", text, "by", x->o.zone);
	int rc =
		body ? transient_make(x, out, "message.refused", q->tenant, body, q->id.s, q->until, o, &note)
		     : ERR_NOMEM;
	json_decref(body);
	if (rc < 0)
		log_error("ask", "type=%s error=%s text=\"%s\"", q->type, err_name(rc), note.text);
	return rc;
}

static int refusal_note(
	struct link_state *l, const struct message *m, int err, const char *text, int64_t until)
{
	struct link_state *out = exchange_link_out(l->x, m->origin);
	const struct asked q = asked_of(m, until);
	struct noted *n = out ? note_new(l) : NULL;
	if (n && refusal_make(out, &q, err, text, &n->o) == 0)
		n->to = out;
	return 0;
}

static int request_answer(struct link_state *l, struct db_tx *tx, const struct message *m, json_t **body,
	struct exchange_later *later, struct err_note *why)
{
	struct exchange *x = l->x;
	int rc = strcmp(m->dest, x->o.zone) != 0
			 ? err_set(why, ERR_LINK, "dest %s, this is %s", m->dest, x->o.zone)
			 : 0;
	if (rc == 0)
		rc = catalogue_check(x->o.catalogue, m, l->c.link, l->c.peer, why);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < x->o.nhandlers; i++) {
		const struct exchange_handler *h = &x->o.handlers[i];
		if (strcmp(h->type, m->type) != 0 || !h->reply)
			continue;
		rc = db_savepoint(tx);
		if (rc < 0)
			return rc;
		rc = inbox_tenant(x, tx, m, why);
		if (rc == 0)
			rc = h->reply(tx, m, x->o.arg, body, later, why);
		db_tx_set_tenant(tx, "");
		int end = rc == 0 ? db_release(tx) : db_rollback_to(tx);
		return rc < 0 ? rc : end;
	}
	return err_set(why, ERR_TYPE, "%s: is not answered in this zone", m->type);
}

static int request_take(struct link_state *l, struct db_tx *tx, const struct message *m, int64_t left)
{
	struct exchange *x = l->x;
	struct link_state *out = exchange_link_out(x, m->origin);
	const char *type = catalogue_reply(x->o.catalogue, m->type);
	struct err_note why = {0};
	struct exchange_later later = {0};
	json_t *body = NULL;
	int64_t until = time_now_ms() + left;
	int rc = request_answer(l, tx, m, &body, &later, &why);
	if (rc == 0 && out && type) {
		struct noted *n = note_new(l);
		if (n && later.finish) {
			n->later = later;
			n->asked = asked_of(m, until);
			later.drop = NULL;
		} else {
			rc = n ? transient_make(x, out, type, m->tenant, body, m->id.s, until, &n->o, &why)
			       : ERR_LIMIT;
		}
		if (n && rc == 0)
			n->to = out;
	}
	if (later.drop)
		later.drop(later.cookie);
	json_decref(body);
	/* A question that cannot be answered holds up nothing: who asked is told. */
	return rc < 0 ? refusal_note(l, m, rc, why.err ? why.text : err_text(rc), until) : 0;
}

static int err_by_name(const char *name)
{
	for (int e = ERR_BASE_ + 1; e < ERR_END_; e++)
		if (strcmp(err_name(e), name) == 0)
			return e;
	return ERR_REFUSED;
}

static int reply_take(struct link_state *l, const struct message *m)
{
	struct noted *n = note_new(l);
	if (!n)
		return ERR_LIMIT;
	n->reply = true;
	n->o.id = m->answers;
	if (strcmp(m->type, "message.refused") == 0) {
		n->rc = err_by_name(json_str(m->body, "reason"));
		snprintf(n->text, sizeof n->text, "%s", json_str(m->body, "where"));
	} else {
		n->body = json_deep_copy(m->body);
	}
	return 0;
}

int asks_take(struct link_state *l, struct db_tx *tx, const struct message *m)
{
	int64_t deadline;
	if (time_parse(m->deadline, &deadline) < 0)
		return 0;
	int64_t left = deadline - peer_now(l);
	if (left <= 0) {
		log_info("ask-late", "link=%s type=%s late_ms=%lld", l->c.link, m->type, (long long)-left);
		return 0;
	}
	if (m->answers.s[0])
		return reply_take(l, m);
	/* A guard's record for a question it refused. */
	if (strcmp(m->type, "message.refused") == 0)
		return refusal_note(l, m, err_by_name(json_str(m->body, "reason")),
			json_str(m->body, "where"), time_now_ms() + left);
	return request_take(l, tx, m, left);
}

static void later_finish(struct asks *a, struct noted *n)
{
	const struct asked *q = &n->asked;
	struct err_note why = {0};
	json_t *body = NULL;
	int rc = n->later.finish(n->later.cookie, &body, &why);
	if (rc == 0)
		rc = transient_make(a->x, n->to, catalogue_reply(a->x->o.catalogue, q->type), q->tenant, body,
			q->id.s, q->until, &n->o, &why);
	if (rc < 0)
		rc = refusal_make(n->to, q, rc, why.err ? why.text : err_text(rc), &n->o);
	if (rc == 0 && queue_add(a, n->to, &n->o) == 0)
		memset(&n->o, 0, sizeof n->o);
	json_decref(body);
}

void asks_commit(struct link_state *l)
{
	struct asks *a = l->x->asks;
	for (size_t i = 0; i < l->nnoted; i++) {
		struct noted *n = &l->noted[i];
		if (n->later.finish)
			continue;
		if (n->reply) {
			pthread_mutex_lock(&a->lock);
			struct ask *k = ask_find(a, n->o.id.s);
			if (k) {
				answer_set(k, n->rc, n->text, n->body);
				n->body = NULL;
			}
			pthread_mutex_unlock(&a->lock);
		} else if (n->to && queue_add(a, n->to, &n->o) == 0) {
			memset(&n->o, 0, sizeof n->o);
		}
	}
	/* What takes longer holds up nobody whose answer is there. */
	for (size_t i = 0; i < l->nnoted; i++)
		if (l->noted[i].later.finish)
			later_finish(a, &l->noted[i]);
	asks_begin(l);
}
