#include "burner/disc/digester.h"

#include <pthread.h>
#include <stdlib.h>

/* One at the caller, one at the thread, one on the way. */
#define BLOCKS 3

struct digester {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct hasher *hasher;
	uint8_t *block[BLOCKS];
	size_t size[BLOCKS];
	uint64_t put, done; /* blocks so far */
	bool stop, mutex, cond, running;
};

static void *work(void *arg)
{
	struct digester *d = arg;
	pthread_mutex_lock(&d->lock);
	for (;;) {
		while (d->done == d->put && !d->stop)
			pthread_cond_wait(&d->changed, &d->lock);
		if (d->done == d->put)
			break;
		size_t i = d->done % BLOCKS;
		pthread_mutex_unlock(&d->lock);
		hasher_add(d->hasher, view_of(d->block[i], d->size[i]));
		pthread_mutex_lock(&d->lock);
		d->done++;
		pthread_cond_signal(&d->changed);
	}
	pthread_mutex_unlock(&d->lock);
	return NULL;
}

int digester_new(const struct suite *s, struct digester **out)
{
	struct digester *d = calloc(1, sizeof *d);
	int rc = d ? hasher_new(s, &d->hasher) : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < BLOCKS; i++)
		if (!(d->block[i] = malloc(DIGESTER_BLOCK)))
			rc = ERR_NOMEM;
	if (rc == 0) {
		d->mutex = pthread_mutex_init(&d->lock, NULL) == 0;
		d->cond = pthread_cond_init(&d->changed, NULL) == 0;
		d->running = d->mutex && d->cond && pthread_create(&d->thread, NULL, work, d) == 0;
		rc = d->running ? 0 : ERR_NOMEM;
	}
	if (rc < 0)
		digester_free(d);
	else
		*out = d;
	return rc;
}

void digester_free(struct digester *d)
{
	if (!d)
		return;
	if (d->running) {
		pthread_mutex_lock(&d->lock);
		d->stop = true;
		pthread_cond_signal(&d->changed);
		pthread_mutex_unlock(&d->lock);
		pthread_join(d->thread, NULL);
	}
	if (d->mutex)
		pthread_mutex_destroy(&d->lock);
	if (d->cond)
		pthread_cond_destroy(&d->changed);
	for (size_t i = 0; i < BLOCKS; i++)
		free(d->block[i]);
	hasher_free(d->hasher);
	free(d);
}

/* Until at most `left` blocks are on their way. */
static void await(struct digester *d, uint64_t left)
{
	pthread_mutex_lock(&d->lock);
	while (d->put - d->done > left)
		pthread_cond_wait(&d->changed, &d->lock);
	pthread_mutex_unlock(&d->lock);
}

uint8_t *digester_block(struct digester *d)
{
	await(d, BLOCKS - 1);
	return d->block[d->put % BLOCKS];
}

void digester_add(struct digester *d, size_t n)
{
	pthread_mutex_lock(&d->lock);
	d->size[d->put % BLOCKS] = n;
	d->put++;
	pthread_cond_signal(&d->changed);
	pthread_mutex_unlock(&d->lock);
}

void digester_end(struct digester *d, struct digest *out)
{
	await(d, 0);
	hasher_get(d->hasher, out);
	hasher_reset(d->hasher);
}
