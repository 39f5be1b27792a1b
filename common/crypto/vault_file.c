#include "common/crypto/vault_file.h"
#include "common/base/json.h"
#include <stdio.h>
#include <string.h>

#define VERSION 1
#define NONCE 12

static const char *const PURPOSES[VAULT_PURPOSES] = {
	[VAULT_COLUMN] = "column", [VAULT_FILE] = "file", [VAULT_INDEX] = "index"};

static int wrapping_key(const struct suite *s, const uint8_t master[static MASTER_SIZE], struct secret *out)
{
	memset(out, 0, sizeof *out);
	out->n = suite_key_size(s);
	return kdf(s, view_of(master, MASTER_SIZE), view_of("", 0), "sanwang vault wrap 1", out->b, out->n);
}

/* MAC over the canonical text without the member "mac". */
static int file_mac(
	const struct suite *s, const uint8_t master[static MASTER_SIZE], json_t *o, struct digest *out)
{
	uint8_t key[32];
	struct buf text;
	buf_init(&text, VAULT_FILE_MAX);
	json_t *bare = json_copy(o);
	int err = bare ? 0 : ERR_NOMEM;
	if (!err) {
		(void)json_object_del(bare, "mac");
		err = json_canon(bare, &text);
	}
	if (!err)
		err = kdf(s, view_of(master, MASTER_SIZE), view_of("", 0), "sanwang vault mac 1", key,
			sizeof key);
	if (!err)
		mac_of(s, view_of(key, sizeof key), buf_view(&text), out);
	buf_wipe(key, sizeof key);
	buf_fini(&text);
	json_decref(bare);
	return err;
}

static struct view key_aad(const struct vault_key *k, char out[static 32])
{
	int n = snprintf(out, 32, "%s %s", PURPOSES[k->purpose], k->id);
	return view_of(out, (size_t)n);
}

static json_t *encode_key(const struct suite *s, const struct secret *kek, const struct vault_key *k)
{
	uint8_t b[NONCE + SUITE_KEY_MAX + AEAD_TAG];
	char aad[32];
	struct buf text;
	json_t *o = NULL;
	buf_init(&text, 256);
	random_bytes(b, NONCE);
	if (aead_seal(s, kek, b, key_aad(k, aad), view_of(k->key.b, k->key.n), b + NONCE) == 0 &&
		b64_add(&text, view_of(b, NONCE + k->key.n + AEAD_TAG)) == 0)
		o = json_pack(
			"{s:s, s:s, s:s}", "id", k->id, "purpose", PURPOSES[k->purpose], "wrapped", text.p);
	buf_fini(&text);
	return o;
}

int vault_file_encode(const struct vault_keys *v, const uint8_t master[static MASTER_SIZE], struct buf *out)
{
	struct secret kek;
	struct digest mac;
	char hex[DIGEST_HEX];
	json_t *keys = json_array();
	json_t *o =
		json_pack("{s:i, s:s, s:O}", "version", VERSION, "suite", suite_name(v->suite), "keys", keys);
	int err = o ? wrapping_key(v->suite, master, &kek) : ERR_NOMEM;
	for (size_t i = 0; i < v->n && !err; i++)
		if (json_array_append_new(keys, encode_key(v->suite, &kek, &v->k[i])) != 0)
			err = ERR_CRYPTO;
	if (!err)
		err = file_mac(v->suite, master, o, &mac);
	if (!err) {
		digest_hex(&mac, hex);
		err = json_object_set_new(o, "mac", json_string(hex)) == 0 ? json_canon(o, out) : ERR_NOMEM;
	}
	if (!err)
		err = buf_add_str(out, "\n");
	secret_wipe(&kek);
	json_decref(o);
	json_decref(keys);
	return err;
}

static int decode_purpose(const char *name, enum vault_purpose *out)
{
	for (size_t i = 0; i < VAULT_PURPOSES; i++)
		if (strcmp(PURPOSES[i], name) == 0) {
			*out = (enum vault_purpose)i;
			return 0;
		}
	return ERR_SCHEMA;
}

static int decode_key(const json_t *o, const struct suite *s, const struct secret *kek, struct vault_key *k,
	struct err_note *note)
{
	static const char *const names[] = {"id", "purpose", "wrapped", NULL};
	const char *id = NULL, *purpose = NULL, *wrapped = NULL;
	char aad[32];
	struct buf b;
	buf_init(&b, 128);
	int err = json_only_keys(o, names, note);
	if (!err)
		err = json_get_str(o, "id", VAULT_FILE_ID - 1, &id, note);
	if (!err)
		err = json_get_str(o, "purpose", 16, &purpose, note);
	if (!err)
		err = json_get_str(o, "wrapped", 128, &wrapped, note);
	if (!err &&
		(!*id || decode_purpose(purpose, &k->purpose) != 0 || b64_parse(view_str(wrapped), &b) != 0 ||
			b.n != NONCE + suite_key_size(s) + AEAD_TAG))
		err = err_set(note, ERR_SCHEMA, "keys: not a wrapped key");
	if (!err) {
		strcpy(k->id, id);
		k->key.n = suite_key_size(s);
		err = aead_open(s, kek, b.p, key_aad(k, aad), view_of(b.p + NONCE, b.n - NONCE), k->key.b);
		if (err)
			err = err_set(note, ERR_KEY, "keys: %s key %s does not open", purpose, id);
	}
	buf_fini(&b);
	return err;
}

static int check_mac(
	const struct suite *s, const uint8_t master[static MASTER_SIZE], json_t *o, struct err_note *note)
{
	const char *hex = NULL;
	struct digest want, got;
	int err = json_get_str(o, "mac", DIGEST_HEX - 1, &hex, note);
	if (!err)
		err = digest_parse(hex, &want);
	if (!err)
		err = file_mac(s, master, o, &got);
	if (!err && !digest_eq(&want, &got))
		err = err_set(note, ERR_KEY, "made with another master key, or changed");
	return err;
}

static int decode_keys(const json_t *keys, const uint8_t master[static MASTER_SIZE], struct vault_keys *v,
	struct err_note *note)
{
	struct secret kek;
	bool have[VAULT_PURPOSES] = {false};
	int err = wrapping_key(v->suite, master, &kek);
	for (size_t i = 0; i < json_array_size(keys) && !err; i++) {
		err = decode_key(json_array_get(keys, i), v->suite, &kek, &v->k[i], note);
		v->n = i + 1;
		have[v->k[i].purpose] = true;
	}
	for (size_t i = 0; i < VAULT_PURPOSES && !err; i++)
		if (!have[i])
			err = err_set(note, ERR_SCHEMA, "keys: none for %s", PURPOSES[i]);
	secret_wipe(&kek);
	return err;
}

int vault_file_decode(struct view text, const uint8_t master[static MASTER_SIZE], struct vault_keys *out,
	struct err_note *note)
{
	static const char *const names[] = {"keys", "mac", "suite", "version", NULL};
	json_t *o = NULL, *keys = NULL;
	const char *suite = NULL;
	int64_t version = 0;
	memset(out, 0, sizeof *out);
	int err = json_parse(text, VAULT_FILE_MAX, &o, note);
	if (!err)
		err = json_only_keys(o, names, note);
	if (!err)
		err = json_get_int(o, "version", VERSION, VERSION, &version, note);
	if (!err)
		err = json_get_str(o, "suite", 16, &suite, note);
	if (!err && !(out->suite = suite_by_name(suite)))
		err = err_set(note, ERR_SUITE, "suite \"%s\" is unknown", suite);
	if (!err)
		err = json_get_arr(o, "keys", VAULT_FILE_KEYS, &keys, note);
	if (!err)
		err = check_mac(out->suite, master, o, note);
	if (!err)
		err = decode_keys(keys, master, out, note);
	if (err)
		buf_wipe(out, sizeof *out);
	json_decref(o);
	return err;
}
