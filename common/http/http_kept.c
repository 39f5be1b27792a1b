#include "common/http/http_kept.h"
#include "common/http/http_gzip.h"

#include "common/crypto/suite.h"
#include <stdlib.h>
#include <string.h>

#define KEY_MAX 512

struct answer {
	struct MHD_Response *m; /* NULL: the place is free */
	char key[KEY_MAX], tag[HTTP_TAG];
	size_t bytes;
	uint64_t state;
	int64_t made_ms;
};
struct http_kept {
	pthread_mutex_t lock;
	size_t bytes;
	struct answer *at[HTTP_KEPT_PLACES];
};

int http_kept_new(struct http_kept **out)
{
	struct http_kept *k = calloc(1, sizeof *k);
	if (!k)
		return ERR_NOMEM;
	pthread_mutex_init(&k->lock, NULL);
	*out = k;
	return 0;
}

static void drop(struct http_kept *k, size_t place)
{
	struct answer *a = k->at[place];
	if (!a)
		return;
	k->bytes -= a->bytes;
	MHD_destroy_response(a->m);
	free(a);
	k->at[place] = NULL;
}

void http_kept_free(struct http_kept *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < HTTP_KEPT_PLACES; i++)
		drop(k, i);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

int http_kept_routes(struct http_server *s, struct err_note *note)
{
	s->keeps = calloc(s->nroutes, sizeof *s->keeps);
	if (!s->keeps)
		return ERR_NOMEM;
	for (const char *const *path = s->o.kept; path && *path; path++) {
		size_t i = 0;
		while (i < s->nroutes &&
			(strcmp(s->routes[i].path, *path) != 0 || strcmp(s->routes[i].method, "GET") != 0))
			i++;
		if (i == s->nroutes || !s->o.state)
			return err_set(
				note, ERR_BUG, "kept: %s is no route, or nobody tells the state", *path);
		s->keeps[i] = true;
	}
	return 0;
}

static bool is_public(const struct http_request *r)
{
	return strcmp(r->route->permission, "public") == 0;
}

static bool key_add(char key[static KEY_MAX], size_t *n, char mark, const char *text)
{
	size_t len = strlen(text);
	if (*n + len + 2 > KEY_MAX)
		return false;
	key[(*n)++] = mark;
	memcpy(key + *n, text, len + 1);
	*n += len;
	return true;
}

/* Segments, names and values hold no control characters, so these marks part them. */
static bool key_make(const struct http_request *r, char key[static KEY_MAX])
{
	size_t n = 0;
	const char *sid = is_public(r) ? "" : MHD_lookup_connection_value(r->conn, MHD_COOKIE_KIND, "sid");
	bool small = is_public(r) && http_gzip_accepted(http_header(r, "Accept-Encoding"));
	bool fits = key_add(key, &n, (char)((r->secure ? 1 : 2) + (small ? 5 : 0)), sid ? sid : "");
	for (size_t i = 0; i < r->path.n && fits; i++)
		fits = key_add(key, &n, 3, r->path.segment[i]);
	for (size_t i = 0; i < r->nquery && fits; i++)
		fits = key_add(key, &n, 4, r->query[i].key) && key_add(key, &n, 5, r->query[i].value);
	return fits;
}

/* FNV-1a */
static size_t place_of(const char *key)
{
	uint64_t h = UINT64_C(14695981039346656037);
	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32) % HTTP_KEPT_PLACES;
}

void http_kept_tag(struct view body, char out[static HTTP_TAG])
{
	char hex[DIGEST_HEX];
	digest_hex_of(suite_by_name("intl"), body, hex);
	snprintf(out, HTTP_TAG, "\"%.32s\"", hex);
}

bool http_kept_known(const struct http_request *r, const char *tag)
{
	const char *named = http_header(r, "If-None-Match");
	return named && tag[0] && is_public(r) && strstr(named, tag);
}

static enum MHD_Result queue(struct http_request *r, const struct answer *a)
{
	if (http_kept_known(r, a->tag))
		return http_reply_unchanged(r, a->tag);
	r->status = 200;
	r->body_since = time_mono_ms();
	http_watch_deadline(r, (int64_t)a->bytes);
	return MHD_queue_response(r->conn, 200, a->m);
}

bool http_kept_send(struct http_request *r)
{
	struct http_kept *k = r->s->kept;
	char key[KEY_MAX];
	if (!r->s->keeps[r->route - r->s->routes] || r->close || !key_make(r, key))
		return false;
	r->keep = true;
	r->state = r->s->o.state(r->s->o.arg);
	pthread_mutex_lock(&k->lock);
	const struct answer *a = k->at[place_of(key)];
	bool good = a && a->state == r->state && time_mono_ms() - a->made_ms <= HTTP_KEPT_MS &&
		    strcmp(a->key, key) == 0;
	if (good)
		good = queue(r, a) == MHD_YES;
	pthread_mutex_unlock(&k->lock);
	return good;
}

bool http_kept_wants(const struct http_request *r)
{
	return r->keep && r->err == 0 && r->status == 200 && !r->event && !r->unmasked && !r->close &&
	       !r->set_cookie[0][0] && r->reply.n <= HTTP_KEPT_ONE && !atomic_load(&r->s->stopping);
}

void http_kept_put_take(struct http_request *r, struct MHD_Response *m)
{
	struct http_kept *k = r->s->kept;
	struct answer *a = calloc(1, sizeof *a);
	if (!a || !key_make(r, a->key)) {
		MHD_destroy_response(m);
		free(a);
		return;
	}
	size_t place = place_of(a->key);
	a->m = m;
	a->bytes = r->reply.n;
	a->state = r->state;
	a->made_ms = time_mono_ms();
	snprintf(a->tag, sizeof a->tag, "%s", r->tag);
	pthread_mutex_lock(&k->lock);
	drop(k, place);
	k->at[place] = a;
	k->bytes += a->bytes;
	if (k->bytes > HTTP_KEPT_BYTES)
		drop(k, place);
	pthread_mutex_unlock(&k->lock);
}

void http_kept_expire(struct http_server *s)
{
	struct http_kept *k = s->kept;
	int64_t now = time_mono_ms();
	pthread_mutex_lock(&k->lock);
	for (size_t i = 0; i < HTTP_KEPT_PLACES; i++)
		if (k->at[i] && now - k->at[i]->made_ms > HTTP_KEPT_MS)
			drop(k, i);
	pthread_mutex_unlock(&k->lock);
}
