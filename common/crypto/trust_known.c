#include "common/crypto/trust_known.h"
#include "common/crypto/key_pem.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define KNOWN_MAX 8

struct known {
	struct buf pem;
	struct cert *c;
	const struct cert *ca;
	uint64_t asked;
};
struct trust_known {
	pthread_mutex_t lock;
	struct known v[KNOWN_MAX];
	size_t n;
	uint64_t clock;
};

struct trust_known *trust_known_new(void)
{
	struct trust_known *k = calloc(1, sizeof *k);
	if (k)
		REQUIRE(pthread_mutex_init(&k->lock, NULL) == 0);
	return k;
}

static void known_fini(struct known *v)
{
	cert_free(v->c);
	buf_fini(&v->pem);
}

void trust_known_free(struct trust_known *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < k->n; i++)
		known_fini(&k->v[i]);
	(void)pthread_mutex_destroy(&k->lock);
	free(k);
}

static struct known *find(struct trust_known *k, struct view pem)
{
	for (size_t i = 0; i < k->n; i++)
		if (view_eq(buf_view(&k->v[i].pem), pem))
			return &k->v[i];
	return NULL;
}

bool trust_known_find(struct trust_known *k, struct view pem, struct cert **c, const struct cert **ca)
{
	REQUIRE(pthread_mutex_lock(&k->lock) == 0);
	struct known *v = find(k, pem);
	struct cert *share = v ? cert_form_share(v->c) : NULL;
	if (share) {
		v->asked = ++k->clock;
		*c = share;
		*ca = v->ca;
	}
	REQUIRE(pthread_mutex_unlock(&k->lock) == 0);
	return share != NULL;
}

static struct known *place(struct trust_known *k)
{
	struct known *oldest = &k->v[0];
	if (k->n < KNOWN_MAX)
		return &k->v[k->n++];
	for (size_t i = 1; i < KNOWN_MAX; i++)
		if (k->v[i].asked < oldest->asked)
			oldest = &k->v[i];
	known_fini(oldest);
	return oldest;
}

void trust_known_keep(struct trust_known *k, struct view pem, const struct cert *c, const struct cert *ca)
{
	struct buf copy;
	buf_init(&copy, KEY_PEM_MAX);
	struct cert *share = buf_add_view(&copy, pem) == 0 ? cert_form_share(c) : NULL;
	REQUIRE(pthread_mutex_lock(&k->lock) == 0);
	if (share && !find(k, pem)) {
		*place(k) = (struct known){copy, share, ca, ++k->clock};
		share = NULL;
		buf_init(&copy, KEY_PEM_MAX);
	}
	REQUIRE(pthread_mutex_unlock(&k->lock) == 0);
	cert_free(share);
	buf_fini(&copy);
}
