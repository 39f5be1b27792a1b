#include "common/exchange/ask_queue.h"

#include <stdlib.h>

#define QUEUE_MAX 4096

struct queued {
	const struct link_state *l;
	struct ask_out o;
	struct queued *next;
};
struct ask_queue {
	pthread_mutex_t lock;
	struct queued *first, *last;
	size_t n;
	bool stopped;
};

int ask_queue_new(struct ask_queue **out)
{
	struct ask_queue *a = calloc(1, sizeof *a);
	if (!a)
		return ERR_NOMEM;
	pthread_mutex_init(&a->lock, NULL);
	*out = a;
	return 0;
}

void ask_queue_free(struct ask_queue *a)
{
	if (!a)
		return;
	for (struct queued *q = a->first, *next; q; q = next) {
		next = q->next;
		buf_fini(&q->o.bytes);
		free(q);
	}
	pthread_mutex_destroy(&a->lock);
	free(a);
}

void ask_queue_stop(struct ask_queue *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->stopped = true;
	pthread_mutex_unlock(&a->lock);
}

int ask_queue_add(struct ask_queue *a, const struct link_state *l, struct ask_out *o)
{
	struct queued *q = calloc(1, sizeof *q);
	if (!q)
		return ERR_NOMEM;
	pthread_mutex_lock(&a->lock);
	if (a->n >= QUEUE_MAX || a->stopped) {
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
	a->n++;
	pthread_mutex_unlock(&a->lock);
	exchange_wake(l->send_wake);
	return 0;
}

bool ask_queue_any(struct ask_queue *a, const struct link_state *l)
{
	bool any = false;
	pthread_mutex_lock(&a->lock);
	for (struct queued *q = a->first; q && !any; q = q->next)
		any = q->l == l;
	pthread_mutex_unlock(&a->lock);
	return any;
}

size_t ask_queue_take(struct ask_queue *a, const struct link_state *l, struct ask_out *out, size_t max)
{
	int64_t now = time_now_ms();
	size_t count = 0;
	pthread_mutex_lock(&a->lock);
	struct queued **p = &a->first, *before = NULL;
	while (*p && count < max) {
		struct queued *q = *p;
		if (q->l != l) {
			before = q;
			p = &q->next;
			continue;
		}
		*p = q->next;
		if (a->last == q)
			a->last = before;
		a->n--;
		/* Nobody waits for it any more. */
		if (q->o.deadline_ms > now)
			out[count++] = q->o;
		else
			buf_fini(&q->o.bytes);
		free(q);
	}
	pthread_mutex_unlock(&a->lock);
	return count;
}

void ask_queue_put_back(struct ask_queue *a, const struct link_state *l, struct ask_out *v, size_t n)
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
		a->n++;
		pthread_mutex_unlock(&a->lock);
	}
}
