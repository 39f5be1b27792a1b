#include "common/bundle/manifest_check.h"
#include <stdlib.h>
#include <string.h>

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
		return err_set(note, ERR_SCHEMA, "manifest.json: %s is not a digest", key);
	return 0;
}

static int get_number(const json_t *o, const char *key, int64_t *out, struct err_note *note)
{
	return json_get_int(o, key, 0, MANIFEST_NUMBER_MAX, out, note);
}

static int decode_kind(const json_t *o, struct manifest *m, struct err_note *note)
{
	const char *s = NULL;
	TRY(json_get_str(o, "kind", 15, &s, note));
	for (int k = MANIFEST_MESSAGES; k <= MANIFEST_TICK; k++)
		if (strcmp(s, manifest_kind_name((enum manifest_kind)k)) == 0) {
			m->kind = (enum manifest_kind)k;
			return 0;
		}
	return err_set(note, ERR_SCHEMA, "manifest.json: kind is not known");
}

static int decode_counts(const json_t *o, struct manifest *m, struct err_note *note)
{
	json_t *counts = NULL, *v;
	const char *type;
	TRY(json_get_obj(o, "counts", &counts, note));
	if (json_object_size(counts) > MANIFEST_TYPES_MAX)
		return err_set(
			note, ERR_LIMIT, "manifest.json: more than %d message types", MANIFEST_TYPES_MAX);
	json_object_foreach(counts, type, v)
	{
		if (strlen(type) >= sizeof m->counts[0].type)
			return err_set(note, ERR_SCHEMA, "manifest.json: counts: name too long");
		memcpy(m->counts[m->ncounts].type, type, strlen(type) + 1);
		TRY(get_number(counts, type, &m->counts[m->ncounts].n, note));
		m->ncounts++;
	}
	return 0;
}

static int decode_ranges(json_t *ranges, struct manifest_ack *a, struct err_note *note)
{
	size_t i;
	json_t *v;
	json_array_foreach(ranges, i, v)
	{
		const json_t *first = json_array_get(v, 0), *last = json_array_get(v, 1);
		if (json_array_size(v) != 2 || !json_is_integer(first) || !json_is_integer(last))
			return err_set(note, ERR_SCHEMA, "manifest.json: ack.ranges[%zu] is not a range", i);
		a->ranges[a->nranges++] =
			(struct manifest_range){json_integer_value(first), json_integer_value(last)};
	}
	return 0;
}

static int decode_ack(const json_t *o, struct manifest_ack *a, struct err_note *note)
{
	static const char *const keys[] = {
		"peer", "epoch", "contiguous", "head", "known", "safe", "ranges", "refused", NULL};
	static const char *const refused_keys[] = {"seq", "identity", "reason", NULL};
	json_t *ack = NULL, *ranges = NULL, *refused = NULL, *v;
	size_t i;
	if (!json_object_get(o, "ack"))
		return 0;
	TRY(json_get_obj(o, "ack", &ack, note));
	TRY(json_only_keys(ack, keys, note));
	TRY(json_get_text(ack, "peer", a->peer, sizeof a->peer, note));
	TRY(get_number(ack, "epoch", &a->epoch, note));
	TRY(get_number(ack, "contiguous", &a->contiguous, note));
	if (json_object_get(ack, "head"))
		TRY(get_digest(ack, "head", &a->head, note));
	TRY(get_number(ack, "known", &a->known, note));
	TRY(get_number(ack, "safe", &a->safe, note));
	TRY(json_get_arr(ack, "ranges", MANIFEST_RANGES_MAX, &ranges, note));
	TRY(decode_ranges(ranges, a, note));
	TRY(json_get_arr(ack, "refused", sizeof a->refused / sizeof *a->refused, &refused, note));
	json_array_foreach(refused, i, v)
	{
		TRY(json_only_keys(v, refused_keys, note));
		TRY(get_number(v, "seq", &a->refused[i].seq, note));
		TRY(get_digest(v, "identity", &a->refused[i].identity, note));
		TRY(json_get_text(v, "reason", a->refused[i].reason, sizeof a->refused[i].reason, note));
		a->nrefused++;
	}
	return 0;
}

static int decode_voids(const json_t *o, struct manifest *m, struct err_note *note)
{
	static const char *const keys[] = {"epoch", "seq", "identity", NULL};
	json_t *voids = NULL, *v;
	size_t i;
	if (!json_object_get(o, "void"))
		return 0;
	TRY(json_get_arr(o, "void", MANIFEST_VOIDS_MAX, &voids, note));
	json_array_foreach(voids, i, v)
	{
		TRY(json_only_keys(v, keys, note));
		TRY(get_number(v, "epoch", &m->voids[i].epoch, note));
		TRY(get_number(v, "seq", &m->voids[i].seq, note));
		TRY(get_digest(v, "identity", &m->voids[i].identity, note));
		m->nvoids++;
	}
	return 0;
}

static int decode_statement(const json_t *o, struct manifest *m, struct err_note *note)
{
	static const char *const keys[] = {"previous_epoch", "last_seq", "last", NULL};
	json_t *st = NULL;
	if (m->kind != MANIFEST_EPOCH)
		return 0;
	TRY(json_get_obj(o, "statement", &st, note));
	TRY(json_only_keys(st, keys, note));
	TRY(get_number(st, "previous_epoch", &m->statement.previous_epoch, note));
	TRY(get_number(st, "last_seq", &m->statement.last_seq, note));
	return get_digest(st, "last", &m->statement.last, note);
}

static int decode_checkpoint(const json_t *o, struct manifest *m, struct err_note *note)
{
	static const char *const keys[] = {"size", "root", "proof", "note", NULL};
	json_t *cp = NULL;
	const char *proof = NULL, *text = NULL;
	if (!json_object_get(o, "checkpoint"))
		return 0;
	TRY(json_get_obj(o, "checkpoint", &cp, note));
	TRY(json_only_keys(cp, keys, note));
	TRY(get_number(cp, "size", &m->checkpoint.size, note));
	TRY(get_digest(cp, "root", &m->checkpoint.root, note));
	TRY(json_get_str(cp, "proof", MANIFEST_PROOF_MAX, &proof, note));
	TRY(json_get_str(cp, "note", MANIFEST_NOTE_MAX, &text, note));
	m->checkpoint.proof = strdup(proof);
	m->checkpoint.note = strdup(text);
	return m->checkpoint.proof && m->checkpoint.note ? 0 : ERR_NOMEM;
}

static int decode_members(const json_t *o, struct manifest *m, struct err_note *note)
{
	static const char *const keys[] = {"format", "kind", "link", "from", "to", "epoch", "seq", "prev",
		"created", "suite", "key", "counts", "payload", "root", "ack", "void", "statement",
		"checkpoint", NULL};
	static const char *const payload_keys[] = {"digest", "size", "plain", "key", NULL};
	json_t *payload = NULL;
	int64_t format = 0;
	TRY(get_number(o, "format", &format, note));
	if (format != 1)
		return err_set(note, ERR_FORMAT, "manifest.json: format version %lld is not known",
			(long long)format);
	TRY(json_only_keys(o, keys, note));
	TRY(decode_kind(o, m, note));
	TRY(json_get_text(o, "link", m->link, sizeof m->link, note));
	TRY(json_get_text(o, "from", m->from, sizeof m->from, note));
	TRY(json_get_text(o, "to", m->to, sizeof m->to, note));
	TRY(get_number(o, "epoch", &m->epoch, note));
	TRY(get_number(o, "seq", &m->seq, note));
	TRY(get_digest(o, "prev", &m->prev, note));
	TRY(json_get_text(o, "created", m->created, sizeof m->created, note));
	TRY(json_get_text(o, "suite", m->suite, sizeof m->suite, note));
	TRY(json_get_text(o, "key", m->key, sizeof m->key, note));
	TRY(decode_counts(o, m, note));
	TRY(json_get_obj(o, "payload", &payload, note));
	TRY(json_only_keys(payload, payload_keys, note));
	TRY(get_digest(payload, "digest", &m->payload_digest, note));
	TRY(get_number(payload, "size", &m->payload_size, note));
	TRY(get_number(payload, "plain", &m->payload_plain, note));
	TRY(get_digest(payload, "key", &m->key_commitment, note));
	TRY(get_digest(o, "root", &m->root, note));
	TRY(decode_ack(o, &m->ack, note));
	TRY(decode_voids(o, m, note));
	TRY(decode_statement(o, m, note));
	return decode_checkpoint(o, m, note);
}

int manifest_decode(struct view bytes, struct manifest *out, struct err_note *note)
{
	json_t *o = NULL;
	struct buf again;
	buf_init(&again, MANIFEST_BYTES_MAX);
	struct manifest *m = malloc(sizeof *m);
	if (!m)
		return ERR_NOMEM;
	manifest_init(m);
	int err = json_parse(bytes, MANIFEST_BYTES_MAX, &o, note);
	if (!err && !json_is_object(o))
		err = err_set(note, ERR_SCHEMA, "manifest.json: not an object");
	if (!err)
		err = decode_members(o, m, note);
	if (!err)
		err = manifest_check(m, note);
	/* What we would write for these values must be these bytes: nothing may stand there twice or
	 * otherwise. */
	if (!err)
		err = manifest_encode(m, &again);
	if (!err && !view_eq(bytes, buf_view(&again)))
		err = err_set(note, ERR_SCHEMA, "manifest.json: not in canonical form");
	if (!err) {
		*out = *m;
		manifest_init(m);
	}
	json_decref(o);
	buf_fini(&again);
	manifest_fini(m);
	free(m);
	return err;
}
