#include "common/http/http_pool.h"

#include <pthread.h>
#include <stdlib.h>

struct http_pool {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct http_job *first, **last;
	bool stop;
	int n;
	pthread_t threads[];
};

static void *pool_main(void *arg)
{
	struct http_pool *p = arg;
	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (!p->first && !p->stop)
			pthread_cond_wait(&p->more, &p->lock);
		struct http_job *j = p->first;
		if (!j)
			break;
		p->first = j->next;
		if (!p->first)
			p->last = &p->first;
		pthread_mutex_unlock(&p->lock);
		j->run(j);
		pthread_mutex_lock(&p->lock);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

int http_pool_start(int workers, struct http_pool **out)
{
	struct http_pool *p = calloc(1, sizeof *p + (size_t)workers * sizeof p->threads[0]);
	if (!p)
		return ERR_NOMEM;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->more, NULL);
	p->last = &p->first;
	while (p->n < workers) {
		int eno = pthread_create(&p->threads[p->n], NULL, pool_main, p);
		if (eno != 0) {
			http_pool_stop(p);
			return err_from_errno(eno);
		}
		p->n++;
	}
	*out = p;
	return 0;
}

bool http_pool_push(struct http_pool *p, struct http_job *j)
{
	j->next = NULL;
	pthread_mutex_lock(&p->lock);
	bool taken = !p->stop;
	if (taken) {
		*p->last = j;
		p->last = &j->next;
		pthread_cond_signal(&p->more);
	}
	pthread_mutex_unlock(&p->lock);
	return taken;
}

void http_pool_stop(struct http_pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_broadcast(&p->more);
	pthread_mutex_unlock(&p->lock);
	for (int i = 0; i < p->n; i++)
		pthread_join(p->threads[i], NULL);
	pthread_cond_destroy(&p->more);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
