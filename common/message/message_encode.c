#include "common/message/message.h"

#include <stdio.h>

static int key_add(json_t *list, const struct order_key *k)
{
	json_t *o = json_pack("{s:s,s:s,s:I}", "kind", k->kind, "id", k->id, "n", (json_int_t)k->n);
	int rc = k->after_n || k->opens ? json_object_set_new(o, k->opens ? "opens" : "after",
						  json_pack("{s:I,s:I}", "epoch", (json_int_t)k->after_epoch,
							  "n", (json_int_t)k->after_n))
					: 0;
	if (rc < 0)
		json_decref(o);
	return rc == 0 && json_array_append_new(list, o) == 0 ? 0 : ERR_NOMEM;
}

static int attachment_add(json_t *list, const struct attachment *a)
{
	char hex[DIGEST_HEX];
	digest_hex(&a->digest, hex);
	return json_array_append_new(list, json_pack("{s:s,s:s,s:I,s:s}", "name", a->name, "media", a->media,
						   "size", (json_int_t)a->size, "digest", hex)) == 0
		       ? 0
		       : ERR_NOMEM;
}

static int lists_make(const struct message *m, json_t *keys, json_t *attachments)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < m->nkeys; i++)
		rc = key_add(keys, &m->keys[i]);
	for (size_t i = 0; rc == 0 && i < m->nattachments; i++)
		rc = attachment_add(attachments, &m->attachments[i]);
	return rc;
}

/* What not every message has. */
static int rest_set(json_t *o, const struct message *m)
{
	int rc = m->deadline[0] ? json_object_set_new(o, "deadline", json_string(m->deadline)) : 0;
	if (rc == 0 && m->held_epoch)
		rc = json_object_set_new(o, "held",
			json_pack("{s:I,s:I}", "epoch", (json_int_t)m->held_epoch, "seq",
				(json_int_t)m->held_seq));
	if (rc == 0 && m->answers.s[0])
		rc = json_object_set_new(o, "answers", json_string(m->answers.s));
	return rc == 0 ? 0 : ERR_NOMEM;
}

int message_encode(const struct message *m, struct buf *out)
{
	json_t *attachments = json_array(), *keys = json_array();
	size_t was = out->n;
	int rc = lists_make(m, keys, attachments);
	json_t *o = json_pack("{s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:I,s:s,s:o,s:o,s:O}", "id", m->id.s, "type",
		m->type, "version", (json_int_t)m->version, "tenant", m->tenant, "created", m->created,
		"origin", m->origin, "dest", m->dest, "epoch", (json_int_t)m->epoch, "suite", m->suite,
		"keys", keys, "attachments", attachments, "body", m->body);
	if (rc == 0)
		rc = o ? rest_set(o, m) : ERR_NOMEM;
	if (rc == 0)
		rc = json_canon(o, out);
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
