#include "common/bundle/bundle_contents.h"
#include "common/bundle/bundle_limits.h"
#include <stdlib.h>
#include <string.h>

#define SIZE_MAX_JSON ((INT64_C(1) << 53) - 1)
#define TRY(e)                                                                                               \
	do {                                                                                                 \
		int err_ = (e);                                                                              \
		if (err_)                                                                                    \
			return err_;                                                                         \
	} while (0)

static int get_digest(const json_t *o, const char *key, struct digest *out, struct err_note *note)
{
	const char *s = NULL;
	TRY(json_get_str(o, key, DIGEST_HEX - 1, &s, note));
	if (digest_parse(s, out))
		return err_set(note, ERR_SCHEMA, "contents.json: %s is not a digest", key);
	return 0;
}

static int get_salt(const json_t *o, uint8_t out[static 16], struct err_note *note)
{
	const char *s = NULL;
	struct buf b;
	TRY(json_get_str(o, "salt", 32, &s, note));
	buf_init(&b, 16);
	int err = hex_parse(s, &b);
	if (err || b.n != 16)
		err = err_set(note, ERR_SCHEMA, "contents.json: salt is not 16 bytes");
	else
		memcpy(out, b.p, 16);
	buf_fini(&b);
	return err;
}

static int decode_origin(const json_t *o, struct bundle_entry *e, struct err_note *note)
{
	static const char *const keys[] = {"leaf", "of", "salt", "digest", "path", NULL};
	json_t *origin = NULL, *path = NULL;
	const json_t *v;
	size_t i;
	TRY(json_get_obj(o, "origin", &origin, note));
	TRY(json_only_keys(origin, keys, note));
	struct bundle_origin_path *p = e->origin = calloc(1, sizeof *p);
	if (!p)
		return ERR_NOMEM;
	TRY(json_get_int(origin, "of", 1, BUNDLE_MESSAGES_MAX, &p->of, note));
	TRY(json_get_int(origin, "leaf", 0, p->of - 1, &p->leaf, note));
	TRY(get_salt(origin, p->salt, note));
	TRY(get_digest(origin, "digest", &p->message, note));
	TRY(json_get_arr(origin, "path", sizeof p->path / sizeof *p->path, &path, note));
	json_array_foreach(path, i, v)
	{
		if (!json_is_string(v) || digest_parse(json_string_value(v), &p->path[i]))
			return err_set(note, ERR_SCHEMA, "contents.json: path[%zu] is not a digest", i);
		p->npath++;
	}
	return 0;
}

static int decode_attachments(const json_t *list, struct bundle_entry *e, struct err_note *note)
{
	static const char *const keys[] = {"size", "digest", NULL};
	const json_t *v;
	size_t i;
	json_array_foreach(list, i, v)
	{
		TRY(json_only_keys(v, keys, note));
		TRY(json_get_int(v, "size", 0, SIZE_MAX_JSON, &e->attachments[i].size, note));
		TRY(get_digest(v, "digest", &e->attachments[i].digest, note));
	}
	return 0;
}

static int decode_entry(const json_t *o, struct bundle_contents *c, struct err_note *note)
{
	static const char *const keys[] = {
		"id", "type", "size", "digest", "salt", "attachments", "origin", NULL};
	const char *id = NULL, *type = NULL;
	json_t *attachments = NULL;
	struct bundle_entry *e = NULL;
	TRY(json_only_keys(o, keys, note));
	TRY(json_get_arr(o, "attachments", MESSAGE_ATTACHMENTS_MAX, &attachments, note));
	if (bundle_contents_grow(c, json_array_size(attachments), &e))
		return err_set(note, ERR_LIMIT, "contents.json: more than a bundle may hold");
	TRY(json_get_str(o, "id", sizeof e->id - 1, &id, note));
	TRY(json_get_str(o, "type", sizeof e->type - 1, &type, note));
	if (!uuid_valid(id))
		return err_set(note, ERR_SCHEMA, "contents.json: id is not a message id");
	memcpy(e->id, id, strlen(id) + 1);
	memcpy(e->type, type, strlen(type) + 1);
	TRY(json_get_int(o, "size", 1, MESSAGE_BYTES_MAX, &e->message.size, note));
	TRY(get_digest(o, "digest", &e->message.digest, note));
	TRY(get_salt(o, e->salt, note));
	TRY(decode_attachments(attachments, e, note));
	if ((json_object_get(o, "origin") != NULL) != c->origin)
		return err_set(note, ERR_SCHEMA, "contents.json: message %s: origin does not fit", id);
	return c->origin ? decode_origin(o, e, note) : 0;
}

static int compare_ids(const void *a, const void *b)
{
	const struct bundle_entry *const *x = a, *const *y = b;
	return strcmp((*x)->id, (*y)->id);
}

/* Sorted pointers show what stands twice. */
static int check_twice(const struct bundle_contents *c, struct err_note *note)
{
	static const char text[] = "contents.json: %s stands twice";
	uint8_t leaf_seen[BUNDLE_MESSAGES_MAX / 8] = {0};
	int err = 0;
	const struct bundle_entry **v = calloc(c->n ? c->n : 1, sizeof *v);
	if (!v)
		return ERR_NOMEM;
	for (size_t i = 0; i < c->n; i++)
		v[i] = &c->entries[i];
	qsort(v, c->n, sizeof *v, compare_ids);
	for (size_t i = 0; i < c->n && !err; i++) {
		const struct bundle_origin_path *p = v[i]->origin;
		if (i && strcmp(v[i]->id, v[i - 1]->id) == 0)
			err = err_set(note, ERR_SCHEMA, text, v[i]->id);
		if (err || !p)
			continue;
		uint8_t bit = (uint8_t)(1U << (p->leaf % 8));
		if (leaf_seen[p->leaf / 8] & bit)
			err = err_set(note, ERR_SCHEMA, text, "an origin leaf");
		leaf_seen[p->leaf / 8] |= bit;
		if (p->of != c->entries[0].origin->of)
			err = err_set(note, ERR_SCHEMA, "contents.json: numbers of origin leaves differ");
	}
	free(v);
	return err;
}

/* What we would write for these values must be these bytes. */
static int check_exact(const struct bundle_contents *c, struct view bytes, struct err_note *note)
{
	struct buf again;
	buf_init(&again, BUNDLE_CONTENTS_MAX);
	int err = bundle_contents_encode(c, &again);
	if (err != ERR_NOMEM && !view_eq(bytes, buf_view(&again)))
		err = err_set(note, ERR_SCHEMA, "contents.json: not in canonical form");
	buf_fini(&again);
	return err;
}

int bundle_contents_decode(struct view bytes, struct bundle_contents *out, struct err_note *note)
{
	static const char *const keys[] = {"messages", "origin", NULL};
	json_t *o = NULL, *messages = NULL;
	const json_t *v;
	size_t i;
	int64_t total = 0;
	int err = json_parse(bytes, BUNDLE_CONTENTS_MAX, &o, note);
	if (!err && !json_is_object(o))
		err = err_set(note, ERR_SCHEMA, "contents.json: not an object");
	if (!err)
		err = json_only_keys(o, keys, note);
	if (!err && !json_is_boolean(json_object_get(o, "origin")))
		err = err_set(note, ERR_SCHEMA, "contents.json: origin is not true or false");
	if (!err)
		err = json_get_arr(o, "messages", BUNDLE_MESSAGES_MAX, &messages, note);
	out->origin = json_is_true(json_object_get(o, "origin"));
	json_array_foreach(messages, i, v)
	{
		if (err)
			break;
		err = decode_entry(v, out, note);
		if (!err)
			total += out->entries[i].message.size;
		if (!err && total > BUNDLE_MESSAGES_BYTES_MAX)
			err = err_set(note, ERR_LIMIT, "contents.json: messages of more than %d bytes",
				BUNDLE_MESSAGES_BYTES_MAX);
	}
	if (!err)
		err = check_twice(out, note);
	if (!err)
		err = check_exact(out, bytes, note);
	json_decref(o);
	return err;
}
