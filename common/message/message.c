#include "common/message/message.h"

#include "common/crypto/suite.h"
#include <stdio.h>
#include <string.h>

void message_init(struct message *m)
{
	memset(m, 0, sizeof *m);
}

void message_fini(struct message *m)
{
	if (!m)
		return;
	json_decref(m->body);
	m->body = NULL;
}

static int copy_str(const json_t *o, const char *key, char *to, size_t size, struct err_note *note)
{
	const char *s = NULL;
	int rc = json_get_str(o, key, size - 1, &s, note);
	if (rc == 0)
		snprintf(to, size, "%s", s);
	return rc;
}

/* Lower-case words with dots, dashes and underscores: types, kinds, zones. */
static bool is_token(const char *s)
{
	return s[0] && !s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._-")];
}

static bool is_file_name(const char *s)
{
	if (!s[0] || strcmp(s, ".") == 0 || strcmp(s, "..") == 0)
		return false;
	for (const unsigned char *p = (const unsigned char *)s; *p; p++)
		if (*p < 0x20 || *p == 0x7f || *p == '/' || *p == '\\')
			return false;
	return true;
}

/* Only the first number of an epoch follows one of an earlier epoch. */
static int decode_after(const json_t *k, int64_t epoch, struct order_key *key, struct err_note *note)
{
	static const char *const members[] = {"epoch", "n", NULL};
	json_t *after = json_object_get(k, "after");
	if (!after)
		return 0;
	if (key->n != 1 || epoch < 2)
		return err_set(note, ERR_SCHEMA, "after: not the first number of a later epoch");
	int rc = json_only_keys(after, members, note);
	if (rc == 0)
		rc = json_get_int(after, "epoch", 1, epoch - 1, &key->after_epoch, note);
	return rc == 0 ? json_get_int(after, "n", 1, INT64_C(1) << 52, &key->after_n, note) : rc;
}

static int decode_keys(const json_t *o, struct message *m, struct err_note *note)
{
	static const char *const members[] = {"kind", "id", "n", "after", NULL};
	json_t *list = NULL, *k;
	size_t i;
	int rc = json_get_arr(o, "keys", MESSAGE_KEYS_MAX, &list, note);
	if (rc < 0)
		return rc;
	json_array_foreach(list, i, k)
	{
		struct order_key *key = &m->keys[i];
		rc = json_only_keys(k, members, note);
		if (rc == 0)
			rc = copy_str(k, "kind", key->kind, sizeof key->kind, note);
		if (rc == 0)
			rc = copy_str(k, "id", key->id, sizeof key->id, note);
		if (rc == 0)
			rc = json_get_int(k, "n", 1, INT64_C(1) << 52, &key->n, note);
		if (rc == 0)
			rc = decode_after(k, m->epoch, key, note);
		if (rc == 0 && (!is_token(key->kind) || !key->id[0]))
			rc = err_set(note, ERR_SCHEMA, "keys[%zu]: not an order key", i);
		for (size_t b = 0; rc == 0 && b < i; b++)
			if (strcmp(m->keys[b].kind, key->kind) == 0 && strcmp(m->keys[b].id, key->id) == 0)
				rc = err_set(note, ERR_SCHEMA, "keys[%zu]: stands twice", i);
		if (rc < 0)
			return rc;
	}
	m->nkeys = json_array_size(list);
	return 0;
}

static int decode_attachments(const json_t *o, struct message *m, struct err_note *note)
{
	static const char *const members[] = {"name", "media", "size", "digest", NULL};
	json_t *list = NULL, *a;
	size_t i;
	int rc = json_get_arr(o, "attachments", MESSAGE_ATTACHMENTS_MAX, &list, note);
	if (rc < 0)
		return rc;
	json_array_foreach(list, i, a)
	{
		struct attachment *at = &m->attachments[i];
		const char *hex = NULL;
		rc = json_only_keys(a, members, note);
		if (rc == 0)
			rc = copy_str(a, "name", at->name, sizeof at->name, note);
		if (rc == 0)
			rc = copy_str(a, "media", at->media, sizeof at->media, note);
		if (rc == 0)
			rc = json_get_int(a, "size", 0, INT64_C(1) << 50, &at->size, note);
		if (rc == 0)
			rc = json_get_str(a, "digest", DIGEST_HEX - 1, &hex, note);
		if (rc == 0 && (digest_parse(hex, &at->digest) < 0 || !is_file_name(at->name)))
			rc = err_set(note, ERR_SCHEMA, "attachments[%zu]: bad name or digest", i);
		if (rc < 0)
			return rc;
	}
	m->nattachments = json_array_size(list);
	return 0;
}

/* Request and reply: only what has a deadline may answer something. */
static int decode_transient(const json_t *o, struct message *m, struct err_note *note)
{
	int64_t at;
	int rc = json_object_get(o, "deadline")
			 ? copy_str(o, "deadline", m->deadline, sizeof m->deadline, note)
			 : 0;
	if (rc == 0 && json_object_get(o, "deadline") && time_parse(m->deadline, &at) < 0)
		rc = err_set(note, ERR_SCHEMA, "deadline: not a time");
	if (rc < 0 || !json_object_get(o, "answers"))
		return rc;
	rc = copy_str(o, "answers", m->answers.s, sizeof m->answers.s, note);
	if (rc == 0 && (!uuid_valid(m->answers.s) || !m->deadline[0]))
		rc = err_set(note, ERR_SCHEMA, "answers: not a UUID, or without a deadline");
	return rc;
}

static int decode_head(const json_t *o, struct message *m, struct err_note *note)
{
	int64_t at;
	int rc = copy_str(o, "id", m->id.s, sizeof m->id.s, note);
	if (rc == 0 && !uuid_valid(m->id.s))
		rc = err_set(note, ERR_SCHEMA, "id: not a UUID");
	if (rc == 0)
		rc = copy_str(o, "type", m->type, sizeof m->type, note);
	if (rc == 0)
		rc = json_get_int(o, "version", 1, 1000000, &m->version, note);
	if (rc == 0)
		rc = copy_str(o, "tenant", m->tenant, sizeof m->tenant, note);
	if (rc == 0)
		rc = copy_str(o, "created", m->created, sizeof m->created, note);
	if (rc == 0 && time_parse(m->created, &at) < 0)
		rc = err_set(note, ERR_SCHEMA, "created: not a time");
	if (rc == 0)
		rc = copy_str(o, "origin", m->origin, sizeof m->origin, note);
	if (rc == 0)
		rc = copy_str(o, "dest", m->dest, sizeof m->dest, note);
	if (rc == 0)
		rc = json_get_int(o, "epoch", 1, INT64_C(1) << 40, &m->epoch, note);
	if (rc == 0)
		rc = copy_str(o, "suite", m->suite, sizeof m->suite, note);
	if (rc == 0 && !suite_by_name(m->suite))
		rc = err_set(note, ERR_SUITE, "suite: unknown");
	if (rc == 0 && (!is_token(m->type) || !is_token(m->origin) || !is_token(m->dest)))
		rc = err_set(note, ERR_SCHEMA, "type, origin, dest: not a name");
	if (rc == 0 && m->tenant[0] && (strlen(m->tenant) != 6 || strspn(m->tenant, "0123456789") != 6))
		rc = err_set(note, ERR_SCHEMA, "tenant: not a division code");
	return rc;
}

int message_decode(struct view bytes, struct message *m, struct err_note *note)
{
	static const char *const members[] = {"id", "type", "version", "tenant", "created", "origin", "dest",
		"epoch", "suite", "deadline", "answers", "keys", "attachments", "body", NULL};
	json_t *o = NULL, *body = NULL;
	message_init(m);
	int rc = json_parse(bytes, MESSAGE_BYTES_MAX, &o, note);
	if (rc == 0 && !json_is_canon(bytes))
		rc = err_set(note, ERR_SYNTAX, "not in canonical form");
	if (rc == 0)
		rc = json_only_keys(o, members, note);
	if (rc == 0)
		rc = decode_head(o, m, note);
	if (rc == 0)
		rc = decode_transient(o, m, note);
	if (rc == 0)
		rc = decode_keys(o, m, note);
	if (rc == 0)
		rc = decode_attachments(o, m, note);
	if (rc == 0)
		rc = json_get_obj(o, "body", &body, note);
	if (rc == 0)
		m->body = json_incref(body);
	json_decref(o);
	return rc;
}

static json_t *encode_lists(const struct message *m, json_t **attachments)
{
	json_t *keys = json_array(), *list = json_array();
	for (size_t i = 0; i < m->nkeys; i++) {
		const struct order_key *k = &m->keys[i];
		json_t *o = json_pack("{s:s,s:s,s:I}", "kind", k->kind, "id", k->id, "n", (json_int_t)k->n);
		if (k->after_n)
			json_object_set_new(o, "after",
				json_pack("{s:I,s:I}", "epoch", (json_int_t)k->after_epoch, "n",
					(json_int_t)k->after_n));
		json_array_append_new(keys, o);
	}
	for (size_t i = 0; i < m->nattachments; i++) {
		const struct attachment *a = &m->attachments[i];
		char hex[DIGEST_HEX];
		digest_hex(&a->digest, hex);
		json_array_append_new(list, json_pack("{s:s,s:s,s:I,s:s}", "name", a->name, "media", a->media,
						    "size", (json_int_t)a->size, "digest", hex));
	}
	*attachments = list;
	return keys;
}

int message_encode(const struct message *m, struct buf *out)
{
	json_t *attachments = NULL, *keys = encode_lists(m, &attachments);
	size_t was = out->n;
	json_t *o = json_pack("{s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:I,s:s,s:o,s:o,s:O}", "id", m->id.s, "type",
		m->type, "version", (json_int_t)m->version, "tenant", m->tenant, "created", m->created,
		"origin", m->origin, "dest", m->dest, "epoch", (json_int_t)m->epoch, "suite", m->suite,
		"keys", keys, "attachments", attachments, "body", m->body);
	if (o && m->deadline[0])
		json_object_set_new(o, "deadline", json_string(m->deadline));
	if (o && m->answers.s[0])
		json_object_set_new(o, "answers", json_string(m->answers.s));
	int rc = o ? json_canon(o, out) : ERR_NOMEM;
	json_decref(o);
	if (rc == 0 && out->n - was > MESSAGE_BYTES_MAX) {
		out->n = was;
		rc = ERR_LIMIT;
	}
	return rc;
}

int message_make_refusal(
	const struct message *refused, int err, const char *where, const char *station, struct message *out)
{
	struct err_note note = {0};
	/* Made whole: what the peer named may be no text at all. */
	err_set(&note, err, "%s", where);
	json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s}", "message", refused->id.s, "type", refused->type,
		"reason", err_name(err), "where", note.text, "by", station);
	if (!body)
		return ERR_NOMEM;
	*out = *refused;
	out->body = body;
	out->version = 1;
	out->nattachments = 0;
	snprintf(out->type, sizeof out->type, "message.refused");
	return 0;
}
