#include "common/bundle/manifest.h"
#include "common/bundle/manifest_check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const KINDS[] = {"messages", "void", "epoch", "tick"};

void manifest_init(struct manifest *m)
{
	memset(m, 0, sizeof *m);
}

void manifest_fini(struct manifest *m)
{
	if (!m)
		return;
	free(m->checkpoint.proof);
	free(m->checkpoint.note);
	manifest_init(m);
}

const char *manifest_kind_name(enum manifest_kind k)
{
	REQUIRE((size_t)k < sizeof KINDS / sizeof *KINDS);
	return KINDS[k];
}

void manifest_identity(const struct suite *s, struct view bytes, struct digest *out)
{
	digest_of(s, bytes, out);
}

void manifest_file_name(const struct manifest *m, const struct digest *identity, char out[static 128])
{
	char hex[DIGEST_HEX];
	digest_hex(identity, hex);
	int n;
	if (m->kind == MANIFEST_TICK) {
		/* Colons are taken out: not every file system of an exchange product takes them. */
		char at[sizeof m->created];
		size_t k = 0;
		for (const char *p = m->created; *p; p++)
			if (*p != ':')
				at[k++] = *p;
		at[k] = '\0';
		n = snprintf(out, 128, "%s-%s-%06lld-%012lld-%.8s-tick-%s.swb", m->link, m->from,
			(long long)m->epoch, (long long)m->seq, hex, at);
	} else {
		n = snprintf(out, 128, "%s-%s-%06lld-%012lld-%.8s.swb", m->link, m->from, (long long)m->epoch,
			(long long)m->seq, hex);
	}
	REQUIRE(n > 0 && n < 128);
}

/* Takes `v`; NULL (no memory) is passed on as failure. */
static int put(json_t *o, const char *key, json_t *v)
{
	return json_object_set_new(o, key, v) == 0 ? 0 : ERR_NOMEM;
}

static json_t *hex_of(const struct digest *d)
{
	char hex[DIGEST_HEX];
	digest_hex(d, hex);
	return json_string(hex);
}

static json_t *encode_ack(const struct manifest_ack *a)
{
	json_t *ranges = json_array(), *refused = json_array();
	int bad = !ranges || !refused;
	for (size_t i = 0; i < a->nranges && !bad; i++)
		bad = json_array_append_new(ranges, json_pack("[I,I]", (json_int_t)a->ranges[i].first,
							    (json_int_t)a->ranges[i].last)) != 0;
	for (size_t i = 0; i < a->nrefused && !bad; i++)
		bad = json_array_append_new(refused,
			      json_pack("{s:I,s:o,s:s}", "seq", (json_int_t)a->refused[i].seq, "identity",
				      hex_of(&a->refused[i].identity), "reason", a->refused[i].reason)) != 0;
	if (bad) {
		json_decref(ranges);
		json_decref(refused);
		return NULL;
	}
	json_t *o = json_pack("{s:s,s:I,s:I,s:I,s:I,s:o,s:o}", "peer", a->peer, "epoch", (json_int_t)a->epoch,
		"contiguous", (json_int_t)a->contiguous, "known", (json_int_t)a->known, "safe",
		(json_int_t)a->safe, "ranges", ranges, "refused", refused);
	if (o && !digest_is_zero(&a->head) && put(o, "head", hex_of(&a->head)) < 0) {
		json_decref(o);
		return NULL;
	}
	return o;
}

static json_t *encode_voids(const struct manifest *m)
{
	json_t *v = json_array();
	for (size_t i = 0; i < m->nvoids && v; i++)
		if (json_array_append_new(
			    v, json_pack("{s:I,s:I,s:o}", "epoch", (json_int_t)m->voids[i].epoch, "seq",
				       (json_int_t)m->voids[i].seq, "identity",
				       hex_of(&m->voids[i].identity)))) {
			json_decref(v);
			return NULL;
		}
	return v;
}

static json_t *encode_counts(const struct manifest *m)
{
	json_t *v = json_object();
	for (size_t i = 0; i < m->ncounts && v; i++)
		if (json_object_set_new(v, m->counts[i].type, json_integer(m->counts[i].n))) {
			json_decref(v);
			return NULL;
		}
	return v;
}

/* Members that stand only where they say something. */
static int encode_optional(const struct manifest *m, json_t *o)
{
	int err = 0;
	if (m->ack.peer[0])
		err = put(o, "ack", encode_ack(&m->ack));
	if (!err && m->nvoids)
		err = put(o, "void", encode_voids(m));
	if (!err && m->kind == MANIFEST_EPOCH)
		err = put(o, "statement",
			json_pack("{s:I,s:I,s:o}", "previous_epoch", (json_int_t)m->statement.previous_epoch,
				"last_seq", (json_int_t)m->statement.last_seq, "last",
				hex_of(&m->statement.last)));
	if (!err && m->checkpoint.note && m->checkpoint.note[0])
		err = put(o, "checkpoint",
			json_pack("{s:I,s:o,s:s,s:s}", "size", (json_int_t)m->checkpoint.size, "root",
				hex_of(&m->checkpoint.root), "proof",
				m->checkpoint.proof ? m->checkpoint.proof : "", "note", m->checkpoint.note));
	return err;
}

int manifest_encode(const struct manifest *m, struct buf *out)
{
	struct buf b;
	buf_init(&b, MANIFEST_BYTES_MAX);
	int err = manifest_check(m, NULL);
	if (err)
		return err;
	json_t *o = json_pack("{s:i,s:s,s:s,s:s,s:s,s:I,s:I,s:o,s:s,s:s,s:s,s:o,s:{s:o,s:I,s:I,s:o},s:o}",
		"format", 1, "kind", KINDS[m->kind], "link", m->link, "from", m->from, "to", m->to, "epoch",
		(json_int_t)m->epoch, "seq", (json_int_t)m->seq, "prev", hex_of(&m->prev), "created",
		m->created, "suite", m->suite, "key", m->key, "counts", encode_counts(m), "payload", "digest",
		hex_of(&m->payload_digest), "size", (json_int_t)m->payload_size, "plain",
		(json_int_t)m->payload_plain, "key", hex_of(&m->key_commitment), "root", hex_of(&m->root));
	if (!o)
		return ERR_NOMEM;
	err = encode_optional(m, o);
	if (!err)
		err = json_canon(o, &b);
	if (!err)
		err = buf_add_view(out, buf_view(&b));
	json_decref(o);
	buf_fini(&b);
	return err;
}
