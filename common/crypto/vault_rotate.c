/* Rotation of the vault's keys: new ones seal, old ones open until every value was sealed anew. */
#include "common/crypto/key_token.h"
#include "common/crypto/master.h"
#include "common/crypto/vault_impl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int replace(struct vault *v, const struct vault_keys *next, struct err_note *note)
{
	int err = vault_keys_write(next, v->master, v->vault_file, note);
	if (err)
		return err;
	pthread_rwlock_wrlock(&v->lock);
	v->keys = *next;
	pthread_rwlock_unlock(&v->lock);
	return 0;
}

int vault_rotate(struct vault *v, bool index, struct err_note *note)
{
	pthread_mutex_lock(&v->changing);
	struct vault_keys next = v->keys;
	int err = next.n + VAULT_PURPOSES > VAULT_FILE_KEYS
			  ? err_set(note, ERR_LIMIT, "%d keys are kept already: prune first", VAULT_FILE_KEYS)
			  : 0;
	for (int p = 0; !err && p < VAULT_PURPOSES; p++)
		if ((p == VAULT_INDEX) == index)
			vault_new_key(&next, (enum vault_purpose)p);
	if (!err)
		err = replace(v, &next, note);
	buf_wipe(&next, sizeof next);
	pthread_mutex_unlock(&v->changing);
	return err;
}

int vault_prune(struct vault *v, struct err_note *note)
{
	pthread_mutex_lock(&v->changing);
	struct vault_keys next = {.suite = v->keys.suite};
	for (int p = VAULT_COLUMN; p <= VAULT_FILE; p++) {
		REQUIRE(vault_current(v, (enum vault_purpose)p, &next.k[next.n]));
		next.n++;
	}
	for (size_t i = 0; i < v->keys.n; i++)
		if (v->keys.k[i].purpose == VAULT_INDEX)
			next.k[next.n++] = v->keys.k[i];
	int err = replace(v, &next, note);
	buf_wipe(&next, sizeof next);
	pthread_mutex_unlock(&v->changing);
	return err;
}

bool vault_is_current(struct vault *v, const char *sealed)
{
	bool is = false;
	for (int p = VAULT_COLUMN; p <= VAULT_FILE; p++) {
		struct vault_key k;
		REQUIRE(vault_current(v, (enum vault_purpose)p, &k));
		size_t n = strlen(k.id);
		is = is || (strncmp(sealed, "v1.", 3) == 0 && strncmp(sealed + 3, k.id, n) == 0 &&
				   sealed[3 + n] == '.');
		secret_wipe(&k.key);
	}
	return is;
}

static int again(struct vault *v, enum vault_purpose purpose, const char *const parts[static 3],
	const char *sealed, struct buf *out)
{
	struct buf plain;
	buf_init(&plain, VAULT_VALUE_MAX);
	int err = vault_unseal_parts(v, purpose, parts, sealed, &plain);
	if (!err)
		err = vault_seal_parts(v, purpose, parts, buf_view(&plain), out);
	buf_fini(&plain);
	return err;
}

int vault_reseal(struct vault *v, const char *table, const char *column, const char *row, const char *sealed,
	struct buf *out)
{
	const char *const parts[] = {table, column, row};
	return again(v, VAULT_COLUMN, parts, sealed, out);
}

int vault_rewrap_key(struct vault *v, const char *name, const char *wrapped, struct buf *out)
{
	const char *const parts[] = {"file", "key", name};
	return again(v, VAULT_FILE, parts, wrapped, out);
}

int vault_set_master(struct vault *v, const char *master, struct err_note *note)
{
	bool made = false;
	pthread_mutex_lock(&v->changing);
	char *name = strdup(master);
	int err = !name ? ERR_NOMEM : key_token_is(name) ? master_make(name, &made, note) : 0;
	if (!err)
		err = vault_keys_write(&v->keys, name, v->vault_file, note);
	if (!err) {
		free(v->master);
		v->master = name;
	} else {
		free(name);
	}
	pthread_mutex_unlock(&v->changing);
	return err;
}

int vault_keys_json(struct vault *v, json_t **out)
{
	json_t *o = json_pack("{s:[],s:[],s:[]}", "column", "file", "index");
	static const char *const names[VAULT_PURPOSES] = {"column", "file", "index"};
	if (!o)
		return ERR_NOMEM;
	pthread_rwlock_rdlock(&v->lock);
	for (size_t i = 0; i < v->keys.n; i++)
		json_array_append_new(
			json_object_get(o, names[v->keys.k[i].purpose]), json_string(v->keys.k[i].id));
	pthread_rwlock_unlock(&v->lock);
	*out = o;
	return 0;
}
