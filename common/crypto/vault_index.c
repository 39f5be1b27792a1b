/* The blind index: a chain of keyed digests, one link per index key. */
#include "common/crypto/vault_impl.h"
#include <stdio.h>
#include <string.h>

/* Upper-case, no spaces (the ideographic one included), whoever calls. */
static int normalise(const char *value, struct buf *out)
{
	int err = 0;
	for (const char *p = value; *p && !err; p++) {
		if (strncmp(p, "\u3000", 3) == 0) {
			p += 2;
			continue;
		}
		char c = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
		if (!strchr(" \t\r\n\v\f", c))
			err = buf_add(out, &c, 1);
	}
	return err;
}

/* The index keys, oldest first; the caller wipes. */
static size_t chain(struct vault *v, struct vault_key out[static VAULT_FILE_KEYS])
{
	size_t n = 0;
	pthread_rwlock_rdlock(&v->lock);
	for (size_t i = 0; i < v->keys.n; i++)
		if (v->keys.k[i].purpose == VAULT_INDEX)
			out[n++] = v->keys.k[i];
	pthread_rwlock_unlock(&v->lock);
	REQUIRE(n > 0);
	return n;
}

static bool derived_find(struct vault *v, const char *id, const char *kind, uint8_t key[static 32])
{
	bool found = false;
	pthread_rwlock_rdlock(&v->lock);
	for (size_t i = 0; i < VAULT_DERIVED && !found; i++) {
		const struct vault_derived *d = &v->derived[i];
		found = d->kind[0] && strcmp(d->id, id) == 0 && strcmp(d->kind, kind) == 0;
		if (found)
			memcpy(key, d->key, sizeof d->key);
	}
	pthread_rwlock_unlock(&v->lock);
	return found;
}

static int derive(struct vault *v, const struct vault_key *k, const char *kind, uint8_t key[static 32])
{
	if (derived_find(v, k->id, kind, key))
		return 0;
	int err = kdf(v->keys.suite, view_of(k->key.b, k->key.n), view_str("sanwang index 1"), kind, key, 32);
	if (err || strlen(kind) >= sizeof v->derived[0].kind)
		return err;
	pthread_rwlock_wrlock(&v->lock);
	struct vault_derived *d = &v->derived[v->nderived++ % VAULT_DERIVED];
	strcpy(d->id, k->id);
	strcpy(d->kind, kind);
	memcpy(d->key, key, sizeof d->key);
	pthread_rwlock_unlock(&v->lock);
	return 0;
}

/* text: a normalised value, or the index of the version before. */
static int link_make(struct vault *v, const struct vault_key *k, const char *kind, struct view text,
	char out[static VAULT_INDEX_TEXT])
{
	uint8_t key[32];
	struct digest mac;
	char hex[DIGEST_HEX];
	int err = derive(v, k, kind, key);
	if (!err) {
		mac_of(v->keys.suite, view_of(key, sizeof key), text, &mac);
		digest_hex(&mac, hex);
		(void)snprintf(out, VAULT_INDEX_TEXT, "%s:%s", k->id, hex);
	}
	buf_wipe(key, sizeof key);
	return err;
}

int vault_find(struct vault *v, const char *kind, const char *value, struct vault_lookup *out)
{
	struct vault_key keys[VAULT_FILE_KEYS];
	struct vault_lookup l = {.before = "-"};
	struct buf text;
	size_t n = chain(v, keys);
	buf_init(&text, VAULT_VALUE_MAX);
	int err = normalise(value, &text);
	if (!err)
		err = link_make(v, &keys[0], kind, buf_view(&text), l.now);
	for (size_t i = 1; i < n && !err; i++) {
		memcpy(l.before, l.now, sizeof l.before);
		err = link_make(v, &keys[i], kind, view_str(l.before), l.now);
	}
	if (!err)
		*out = l;
	buf_wipe(keys, sizeof keys);
	buf_fini(&text);
	return err;
}

int vault_index(struct vault *v, const char *kind, const char *value, struct buf *out)
{
	struct vault_lookup l;
	int err = vault_find(v, kind, value, &l);
	return err ? err : buf_add_str(out, l.now);
}

bool vault_index_is(const struct vault_lookup *l, const char *index)
{
	return strcmp(index, l->now) == 0 || strcmp(index, l->before) == 0;
}

/* Whether the index is of that key's version. */
static bool is_of(const struct vault_key *k, const char *index)
{
	size_t n = strlen(k->id);
	return strncmp(index, k->id, n) == 0 && index[n] == ':';
}

bool vault_index_is_current(struct vault *v, const char *index)
{
	struct vault_key k;
	REQUIRE(vault_current(v, VAULT_INDEX, &k));
	bool is = is_of(&k, index);
	secret_wipe(&k.key);
	return is;
}

int vault_reindex(struct vault *v, const char *kind, const char *index, struct buf *out)
{
	struct vault_key keys[VAULT_FILE_KEYS];
	char from[VAULT_INDEX_TEXT], to[VAULT_INDEX_TEXT];
	size_t n = chain(v, keys), at = 0;
	while (at < n && !is_of(&keys[at], index))
		at++;
	int err = at < n && strlen(index) < sizeof to ? 0 : ERR_KEY;
	if (!err)
		(void)snprintf(to, sizeof to, "%s", index);
	for (size_t i = at + 1; i < n && !err; i++) {
		memcpy(from, to, sizeof from);
		err = link_make(v, &keys[i], kind, view_str(from), to);
	}
	if (!err)
		err = buf_add_str(out, to);
	buf_wipe(keys, sizeof keys);
	return err;
}
