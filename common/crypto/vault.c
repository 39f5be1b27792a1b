#include "common/crypto/key_file.h"
#include "common/crypto/key_token.h"
#include "common/crypto/master.h"
#include "common/crypto/vault_impl.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NONCE 12
#define AAD_MAX 1024

void vault_new_key(struct vault_keys *v, enum vault_purpose purpose)
{
	struct vault_key *k = &v->k[v->n++];
	uint32_t r = 0;
	long number = 1;
	random_bytes(&r, sizeof r);
	k->purpose = purpose;
	for (size_t i = 0; i + 1 < v->n; i++)
		if (v->k[i].purpose == VAULT_INDEX)
			number = strtol(v->k[i].id, NULL, 10) + 1;
	if (purpose == VAULT_INDEX)
		(void)snprintf(k->id, sizeof k->id, "%ld", number % 10000000);
	else
		(void)snprintf(k->id, sizeof k->id, "%08x", r);
	secret_random(v->suite, &k->key);
}

static void new_keys(const struct suite *s, struct vault_keys *v)
{
	memset(v, 0, sizeof *v);
	v->suite = s;
	for (size_t i = 0; i < VAULT_PURPOSES; i++)
		vault_new_key(v, (enum vault_purpose)i);
}

int vault_init(const struct suite *s, const char *master, const char *vault_file, struct err_note *note)
{
	uint8_t key[MASTER_SIZE];
	struct vault_keys keys;
	struct buf text;
	bool made = false;
	buf_init(&text, VAULT_FILE_MAX);
	new_keys(s, &keys);
	int err = key_file_absent(vault_file, note);
	if (!err)
		err = master_make(master, &made, note);
	if (!err)
		err = master_read(master, key, note);
	if (!err)
		err = vault_file_encode(&keys, key, &text);
	if (!err)
		err = key_file_publish(vault_file, 0600, buf_view(&text), note);
	if (err && made && !key_token_is(master))
		(void)unlink(master); /* it opens nothing */
	buf_wipe(key, sizeof key);
	buf_wipe(&keys, sizeof keys);
	buf_fini(&text);
	return err;
}

int vault_keys_read(const char *master, const char *vault_file, struct vault_keys *out, struct err_note *note)
{
	uint8_t key[MASTER_SIZE];
	struct buf text;
	struct err_note inner = {.text = ""};
	buf_init(&text, VAULT_FILE_MAX);
	int err = master_read(master, key, note);
	if (!err)
		err = file_read_secret(vault_file, VAULT_FILE_MAX, &text, note);
	if (!err) {
		err = vault_file_decode(buf_view(&text), key, out, &inner);
		if (err)
			(void)err_set(note, err, "%.180s, %s", inner.text, vault_file);
	}
	buf_wipe(key, sizeof key);
	buf_fini(&text);
	return err;
}

/* The file is replaced whole. */
int vault_keys_write(
	const struct vault_keys *k, const char *master, const char *vault_file, struct err_note *note)
{
	uint8_t key[MASTER_SIZE];
	struct buf text;
	buf_init(&text, VAULT_FILE_MAX);
	int err = master_read(master, key, note);
	if (!err)
		err = vault_file_encode(k, key, &text);
	if (!err && (err = file_write(AT_FDCWD, vault_file, 0600, buf_view(&text), "vault")) != 0)
		(void)err_set(note, err, "%s: cannot be replaced", vault_file);
	buf_wipe(key, sizeof key);
	buf_fini(&text);
	return err;
}

int vault_open(const char *master, const char *vault_file, struct vault **out, struct err_note *note)
{
	struct vault *v = calloc(1, sizeof *v);
	if (!v)
		return ERR_NOMEM;
	pthread_mutex_init(&v->changing, NULL);
	pthread_rwlock_init(&v->lock, NULL);
	v->master = strdup(master);
	v->vault_file = strdup(vault_file);
	int err =
		v->master && v->vault_file ? vault_keys_read(master, vault_file, &v->keys, note) : ERR_NOMEM;
	if (err)
		vault_free(v);
	else
		*out = v;
	return err;
}

void vault_free(struct vault *v)
{
	if (!v)
		return;
	pthread_rwlock_destroy(&v->lock);
	pthread_mutex_destroy(&v->changing);
	free(v->master);
	free(v->vault_file);
	buf_wipe(v, sizeof *v);
	free(v);
}

bool vault_current(struct vault *v, enum vault_purpose purpose, struct vault_key *out)
{
	bool found = false;
	pthread_rwlock_rdlock(&v->lock);
	for (size_t i = v->keys.n; i-- > 0 && !found;)
		if (v->keys.k[i].purpose == purpose) {
			*out = v->keys.k[i];
			found = true;
		}
	pthread_rwlock_unlock(&v->lock);
	return found;
}

/* The key named in front of `*p`, which is moved behind it. */
static bool named(struct vault *v, enum vault_purpose purpose, const char **p, struct vault_key *out)
{
	bool found = false;
	pthread_rwlock_rdlock(&v->lock);
	for (size_t i = 0; i < v->keys.n && !found; i++) {
		const struct vault_key *k = &v->keys.k[i];
		size_t n = strlen(k->id);
		if (k->purpose == purpose && strncmp(*p, k->id, n) == 0 && (*p)[n] == '.') {
			*p += n + 1;
			*out = *k;
			found = true;
		}
	}
	pthread_rwlock_unlock(&v->lock);
	return found;
}

/* The parts with their NULs: no two lists give the same bytes. */
static int make_aad(const char *const parts[static 3], struct buf *out)
{
	int err = 0;
	for (size_t i = 0; i < 3 && !err; i++)
		err = buf_add(out, parts[i], strlen(parts[i]) + 1);
	return err;
}

int vault_seal_parts(struct vault *v, enum vault_purpose purpose, const char *const parts[static 3],
	struct view plain, struct buf *out)
{
	struct vault_key k;
	REQUIRE(vault_current(v, purpose, &k));
	size_t before = out->n;
	struct buf aad, sealed;
	buf_init(&aad, AAD_MAX);
	buf_init(&sealed, NONCE + VAULT_VALUE_MAX + AEAD_TAG);
	int err = plain.n > VAULT_VALUE_MAX ? ERR_LIMIT : make_aad(parts, &aad);
	if (!err)
		err = buf_reserve(&sealed, NONCE + plain.n + AEAD_TAG);
	if (!err) {
		random_bytes(sealed.p, NONCE);
		err = aead_seal(v->keys.suite, &k.key, sealed.p, buf_view(&aad), plain, sealed.p + NONCE);
		sealed.n = NONCE + plain.n + AEAD_TAG;
	}
	if (!err)
		err = buf_addf(out, "v1.%s.", k.id);
	if (!err && (err = b64url_add(out, buf_view(&sealed))) != 0)
		out->n = before;
	secret_wipe(&k.key);
	buf_fini(&aad);
	buf_fini(&sealed);
	return err;
}

int vault_unseal_parts(struct vault *v, enum vault_purpose purpose, const char *const parts[static 3],
	const char *text, struct buf *out)
{
	if (strncmp(text, "v1.", 3) != 0)
		return ERR_FORMAT;
	text += 3;
	struct vault_key k;
	if (!named(v, purpose, &text, &k))
		return ERR_KEY;
	struct buf aad, sealed;
	buf_init(&aad, AAD_MAX);
	buf_init(&sealed, NONCE + VAULT_VALUE_MAX + AEAD_TAG);
	int err = b64url_parse(view_str(text), &sealed) == 0 && sealed.n >= NONCE + AEAD_TAG
			  ? make_aad(parts, &aad)
			  : ERR_DIGEST;
	size_t n = err ? 0 : sealed.n - NONCE - AEAD_TAG;
	if (!err)
		err = buf_reserve(out, n);
	if (!err)
		err = aead_open(v->keys.suite, &k.key, sealed.p, buf_view(&aad),
			view_of(sealed.p + NONCE, sealed.n - NONCE), out->p + out->n);
	if (!err)
		out->n += n;
	if (out->p)
		out->p[out->n] = 0;
	secret_wipe(&k.key);
	buf_fini(&aad);
	buf_fini(&sealed);
	return err;
}

int vault_seal(struct vault *v, const char *table, const char *column, const char *row, struct view plain,
	struct buf *out)
{
	const char *const parts[] = {table, column, row};
	return vault_seal_parts(v, VAULT_COLUMN, parts, plain, out);
}

int vault_unseal(struct vault *v, const char *table, const char *column, const char *row, const char *sealed,
	struct buf *out)
{
	const char *const parts[] = {table, column, row};
	return vault_unseal_parts(v, VAULT_COLUMN, parts, sealed, out);
}

int vault_wrap_key(struct vault *v, const char *name, const struct secret *key, struct buf *out)
{
	const char *const parts[] = {"file", "key", name};
	return vault_seal_parts(v, VAULT_FILE, parts, view_of(key->b, key->n), out);
}

int vault_unwrap_key(struct vault *v, const char *name, const char *wrapped, struct secret *key)
{
	const char *const parts[] = {"file", "key", name};
	struct buf plain;
	buf_init(&plain, SUITE_KEY_MAX);
	int err = vault_unseal_parts(v, VAULT_FILE, parts, wrapped, &plain);
	if (!err && plain.n != suite_key_size(v->keys.suite))
		err = ERR_KEY;
	if (!err) {
		memset(key, 0, sizeof *key);
		memcpy(key->b, plain.p, plain.n);
		key->n = plain.n;
	}
	buf_fini(&plain);
	return err;
}
