#include "common/bundle/bundle_keys.h"
#include "common/base/json.h"
#include "common/bundle/bundle_limits.h"
#include <string.h>

static const char LABEL[] = "sanwang key commitment 1";

void bundle_keys_commitment(const struct suite *s, const struct secret *key, struct digest *out)
{
	digest_of2(s, view_of(LABEL, sizeof LABEL - 1), view_of(key->b, key->n), out);
}

static int put_b64(json_t *o, const char *name, struct view v)
{
	struct buf text;
	buf_init(&text, 2 * BUNDLE_ENCAP_MAX);
	int err = b64_add(&text, v);
	if (!err && json_object_set_new(o, name, json_stringn((const char *)text.p, text.n)) != 0)
		err = ERR_NOMEM;
	buf_fini(&text);
	return err;
}

static int seal_one(
	const struct cert *to, const struct digest *identity, const struct secret *key, json_t *recipients)
{
	struct buf encap, wrapped;
	buf_init(&encap, BUNDLE_ENCAP_MAX);
	buf_init(&wrapped, SUITE_KEY_MAX);
	json_t *o = json_pack("{s:s}", "key", cert_key_id(to));
	int err = o ? wrap_seal(to, view_of(identity->b, sizeof identity->b), key, &encap, &wrapped)
		    : ERR_NOMEM;
	if (!err)
		err = put_b64(o, "encap", buf_view(&encap));
	if (!err)
		err = put_b64(o, "wrapped", buf_view(&wrapped));
	if (!err && json_array_append(recipients, o) != 0)
		err = ERR_NOMEM;
	json_decref(o);
	buf_fini(&encap);
	buf_fini(&wrapped);
	return err;
}

int bundle_keys_seal(const struct suite *s, const struct cert *const *to, size_t n,
	const struct digest *identity, const struct secret *key, struct buf *out)
{
	if (n < 1 || n > BUNDLE_RECIPIENTS_MAX)
		return ERR_LIMIT;
	json_t *recipients = json_array();
	json_t *o = json_pack("{s:O}", "recipients", recipients);
	int err = o ? 0 : ERR_NOMEM;
	for (size_t i = 0; i < n && !err; i++)
		err = cert_suite(to[i]) == s ? seal_one(to[i], identity, key, recipients) : ERR_SUITE;
	if (!err)
		err = json_canon(o, out);
	json_decref(o);
	json_decref(recipients);
	return err;
}

static int get_b64(const json_t *o, const char *name, size_t max, struct buf *out, struct err_note *note)
{
	const char *text = NULL;
	int err = json_get_str(o, name, 2 * max, &text, note);
	if (!err && (b64_parse(view_str(text), out) != 0 || out->n == 0))
		err = err_set(
			note, ERR_SCHEMA, "keys.json: %s is not base64 of at most %zu bytes", name, max);
	return err;
}

/* One recipient's entry; unwrapped when it is for k. */
static int open_one(const json_t *o, const struct suite *s, const struct open_key *k,
	const struct digest *identity, struct secret *out, struct err_note *note)
{
	static const char *const names[] = {"encap", "key", "wrapped", NULL};
	struct buf encap, wrapped;
	buf_init(&encap, BUNDLE_ENCAP_MAX);
	buf_init(&wrapped, SUITE_KEY_MAX);
	int err = json_only_keys(o, names, note);
	if (!err)
		err = get_b64(o, "encap", BUNDLE_ENCAP_MAX, &encap, note);
	if (!err)
		err = get_b64(o, "wrapped", SUITE_KEY_MAX, &wrapped, note);
	if (!err && wrapped.n != suite_key_size(s))
		err = err_set(note, ERR_SCHEMA, "keys.json: wrapped key of %zu bytes", wrapped.n);
	if (!err && k) {
		err = wrap_open(k, view_of(identity->b, sizeof identity->b), buf_view(&encap),
			buf_view(&wrapped), out);
		if (err && err != ERR_NOMEM)
			err = err_set(note, ERR_KEY, "keys.json: what is wrapped for key %s does not open",
				open_key_id(k));
	}
	buf_fini(&encap);
	buf_fini(&wrapped);
	return err;
}

static const struct open_key *ours(
	const char *id, const struct suite *s, const struct open_key *const *keys, size_t n)
{
	for (size_t i = 0; keys && i < n; i++)
		if (open_key_suite(keys[i]) == s && strcmp(open_key_id(keys[i]), id) == 0)
			return keys[i];
	return NULL;
}

static bool is_key_id(const char *id)
{
	return strlen(id) == KEY_ID - 1 && strspn(id, "0123456789abcdef") == KEY_ID - 1;
}

/* All entries are checked, those of others for their form. *opened: one was ours. */
static int open_all(const json_t *recipients, const struct suite *s, const struct open_key *const *keys,
	size_t n, const struct digest *identity, bool *opened, struct secret *out, struct err_note *note)
{
	size_t i;
	const json_t *v;
	json_array_foreach(recipients, i, v)
	{
		const char *id = NULL;
		int err = json_get_str(v, "key", KEY_ID - 1, &id, note);
		if (!err && !is_key_id(id))
			err = err_set(note, ERR_SCHEMA, "keys.json: recipients[%zu].key is not a key id", i);
		for (size_t j = 0; j < i && !err; j++)
			if (strcmp(json_str(json_array_get(recipients, j), "key"), id) == 0)
				err = err_set(note, ERR_SCHEMA, "keys.json: recipient %s twice", id);
		const struct open_key *k = err || *opened ? NULL : ours(id, s, keys, n);
		if (!err)
			err = open_one(v, s, k, identity, out, note);
		if (err)
			return err;
		*opened = *opened || k;
	}
	return 0;
}

int bundle_keys_open(struct view bytes, const struct suite *s, const struct open_key *const *keys, size_t n,
	const struct digest *identity, const struct digest *commitment, struct secret *out,
	struct err_note *note)
{
	static const char *const names[] = {"recipients", NULL};
	json_t *o = NULL, *recipients = NULL;
	struct secret key = {.n = 0};
	bool opened = false;
	int err = json_parse(bytes, BUNDLE_KEYS_MAX, &o, note);
	if (!err && (!json_is_object(o) || !json_is_canon(bytes)))
		err = err_set(note, ERR_SCHEMA, "keys.json: not in canonical form");
	if (!err)
		err = json_only_keys(o, names, note);
	if (!err)
		err = json_get_arr(o, "recipients", BUNDLE_RECIPIENTS_MAX, &recipients, note);
	if (!err && json_array_size(recipients) == 0)
		err = err_set(note, ERR_SCHEMA, "keys.json: no recipient");
	if (!err)
		err = open_all(recipients, s, keys, n, identity, &opened, &key, note);
	if (!err && keys && !opened)
		err = err_set(note, ERR_KEY, "keys.json: none of our keys is among the %zu recipients",
			json_array_size(recipients));
	if (!err && opened) {
		struct digest d;
		bundle_keys_commitment(s, &key, &d);
		if (digest_eq(&d, commitment))
			*out = key;
		else
			err = err_set(note, ERR_KEY,
				"keys.json: the key that opens is not the one the manifest names");
	}
	secret_wipe(&key);
	json_decref(o);
	return err;
}
