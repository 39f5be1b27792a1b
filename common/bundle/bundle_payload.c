/* Members 4 and 5 of a bundle: opened into a nameless file, checked whole, and only then shown. */
#include "common/bundle/bundle_keys.h"
#include "common/bundle/bundle_limits.h"
#include "common/bundle/bundle_reader.h"
#include "common/bundle/bundle_tmp.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK (256 << 10)
static const uint8_t IV0[16];

/* ---- the file's members keys.json and payload */

static int open_key_member(struct bundle_reader *r, bool unwrap, struct secret *key, struct err_note *note)
{
	struct buf b;
	buf_init(&b, BUNDLE_KEYS_MAX);
	int err = bundle_tar_read(&r->tar, "keys.json", BUNDLE_KEYS_MAX, &b, note);
	if (!err)
		err = bundle_keys_open(buf_view(&b), r->suite, unwrap ? r->policy.keys : NULL,
			unwrap ? r->policy.nkeys : 0, &r->identity, &r->manifest.key_commitment, key, note);
	buf_fini(&b);
	return err;
}

/* Where the ciphertext stands; the archive ends exactly behind it. */
static int find_payload(struct bundle_reader *r, int64_t *at, struct err_note *note)
{
	int64_t size = 0;
	int err = bundle_tar_next(&r->tar, "payload", r->policy.payload_max, at, &size, note);
	if (!err && size != r->manifest.payload_size)
		err = err_set(note, ERR_DIGEST, "payload: %lld bytes, the manifest says %lld",
			(long long)size, (long long)r->manifest.payload_size);
	if (!err)
		err = bundle_tar_end(&r->tar, note);
	return err;
}

/* Digests the ciphertext; with c its plaintext goes to `to`. The digest must be the signed one. */
static int stream(struct bundle_reader *r, int64_t at, struct ctr *c, int to, struct err_note *note)
{
	int64_t size = r->manifest.payload_size;
	struct hasher *h = NULL;
	struct digest d;
	uint8_t *b = malloc(CHUNK);
	int err = b ? hasher_new(r->suite, &h) : ERR_NOMEM;
	for (int64_t done = 0; done < size && !err;) {
		size_t n = size - done < CHUNK ? (size_t)(size - done) : CHUNK;
		err = bundle_tar_pread(r->tar.fd, at + done, b, n);
		if (err)
			break;
		hasher_add(h, view_of(b, n));
		if (c)
			err = ctr_update(c, b, b, n);
		if (c && !err)
			err = bundle_tmp_write(to, done, b, n);
		done += (int64_t)n;
	}
	if (err) {
		err = err_set(note, err, "payload: %s", err_text(err));
	} else {
		hasher_get(h, &d);
		if (!digest_eq(&d, &r->manifest.payload_digest))
			err = err_set(note, ERR_DIGEST, "payload: not what was signed");
	}
	hasher_free(h);
	if (b)
		buf_wipe(b, CHUNK);
	free(b);
	return err;
}

/* ---- inside: contents.json, messages, attachments, origin */

static int check_counts(const struct bundle_reader *r, struct err_note *note)
{
	const struct bundle_contents *c = &r->contents;
	size_t seen = 0;
	for (size_t t = 0; t < r->manifest.ncounts; t++) {
		int64_t n = 0;
		for (size_t i = 0; i < c->n; i++)
			n += strcmp(c->entries[i].type, r->manifest.counts[t].type) == 0;
		if (n != r->manifest.counts[t].n)
			return err_set(note, ERR_SCHEMA,
				"contents.json: %lld of type %s, the manifest says %lld", (long long)n,
				r->manifest.counts[t].type, (long long)r->manifest.counts[t].n);
		seen += (size_t)n;
	}
	return seen == c->n ? 0
			    : err_set(note, ERR_SCHEMA, "contents.json: types the manifest does not count");
}

static int check_root(struct bundle_reader *r, struct err_note *note)
{
	struct digest root;
	r->tree = bundle_contents_tree(&r->contents, r->suite);
	if (!r->tree)
		return ERR_NOMEM;
	bundle_tree_root(r->tree, &root);
	return digest_eq(&root, &r->manifest.root)
		       ? 0
		       : err_set(note, ERR_DIGEST,
				 "contents.json: its messages are not those of the signed root");
}

/* Digest of a range of the opened payload by one suite or two (b NULL: one). */
static int digest_range(int fd, int64_t at, int64_t size, const struct suite *sa, struct digest *a,
	const struct suite *sb, struct digest *b)
{
	struct hasher *ha = NULL, *hb = NULL;
	size_t cap = size < CHUNK ? (size_t)size + 1 : CHUNK;
	uint8_t *p = malloc(cap);
	int err = p ? hasher_new(sa, &ha) : ERR_NOMEM;
	if (!err && sb != sa)
		err = hasher_new(sb, &hb);
	while (size > 0 && !err) {
		size_t n = size < (int64_t)cap ? (size_t)size : cap;
		err = bundle_tar_pread(fd, at, p, n);
		if (err)
			break;
		hasher_add(ha, view_of(p, n));
		if (hb)
			hasher_add(hb, view_of(p, n));
		at += (int64_t)n;
		size -= (int64_t)n;
	}
	if (!err) {
		hasher_get(ha, a);
		hasher_get(hb ? hb : ha, b);
	}
	hasher_free(ha);
	hasher_free(hb);
	if (p)
		buf_wipe(p, cap);
	free(p);
	return err;
}

static int check_attachment(struct bundle_tar *t, const struct bundle_reader *r, size_t i, size_t j,
	const struct message *m, struct err_note *note)
{
	struct bundle_part *part = &r->contents.entries[i].attachments[j];
	const struct attachment *said = &m->attachments[j];
	const struct suite *s = suite_by_name(m->suite);
	struct digest own, other;
	char name[32];
	int64_t size = 0;
	(void)snprintf(name, sizeof name, "a/%zu/%zu", i, j);
	int err = bundle_tar_next(t, name, r->payload_size, &part->offset, &size, note);
	if (err)
		return err;
	if (size != part->size || size != said->size)
		return err_set(note, ERR_SCHEMA, "%s: %lld bytes, said to be %lld and %lld", name,
			(long long)size, (long long)part->size, (long long)said->size);
	if (!s)
		return err_set(note, ERR_SUITE, "m/%zu.json: suite is not known", i);
	err = digest_range(t->fd, part->offset, size, r->suite, &own, s, &other);
	if (err)
		return err_set(note, err, "%s: reading", name);
	if (!digest_eq(&own, &part->digest) || !digest_eq(&other, &said->digest))
		return err_set(
			note, ERR_DIGEST, "%s: not the digest contents.json and the message say", name);
	return 0;
}

static int check_message_bytes(const struct bundle_reader *r, const struct bundle_entry *e, struct view bytes,
	struct message *m, struct err_note *note)
{
	struct digest d;
	digest_of(r->suite, bytes, &d);
	if ((int64_t)bytes.n != e->message.size || !digest_eq(&d, &e->message.digest))
		return err_set(note, ERR_DIGEST, "message %s: not the bytes contents.json says", e->id);
	int err = message_decode(bytes, m, note);
	if (err)
		return err;
	if (strcmp(m->id.s, e->id) != 0 || strcmp(m->type, e->type) != 0 ||
		m->nattachments != e->nattachments)
		return err_set(note, ERR_SCHEMA, "message %s: contents.json says otherwise", e->id);
	return 0;
}

static int check_message(struct bundle_tar *t, struct bundle_reader *r, size_t i, struct err_note *note)
{
	struct bundle_entry *e = &r->contents.entries[i];
	struct message m;
	struct buf b;
	char name[32];
	message_init(&m);
	buf_init(&b, MESSAGE_BYTES_MAX);
	(void)snprintf(name, sizeof name, "m/%zu.json", i);
	int64_t header = t->offset;
	int err = bundle_tar_read(t, name, MESSAGE_BYTES_MAX, &b, note);
	if (!err) {
		e->message.offset = header + BUNDLE_TAR_BLOCK;
		err = check_message_bytes(r, e, buf_view(&b), &m, note);
	}
	for (size_t j = 0; j < e->nattachments && !err; j++)
		err = check_attachment(t, r, i, j, &m, note);
	message_fini(&m);
	buf_fini(&b);
	return err;
}

static int read_origin(struct bundle_tar *t, struct bundle_reader *r, struct err_note *note)
{
	const struct bundle_policy *p = &r->policy;
	if (!p->origin_trust)
		return err_set(note, ERR_LINK, "forwarded bundle where none is received");
	struct bundle_origin *o = r->origin = bundle_origin_new();
	int err = o ? bundle_tar_read(t, "o/manifest.json", MANIFEST_BYTES_MAX, &o->bytes, note) : ERR_NOMEM;
	if (!err)
		err = bundle_tar_read(t, "o/manifest.sig", BUNDLE_SIG_MAX, &o->sig, note);
	if (!err)
		err = bundle_tar_read(t, "o/signer.pem", BUNDLE_PEM_MAX, &o->pem, note);
	if (!err)
		err = bundle_origin_decode(o, note);
	if (!err)
		err = bundle_origin_verify(&o->manifest, buf_view(&o->bytes), buf_view(&o->sig),
			buf_view(&o->pem), p->origin_trust, "o/signer.pem", note);
	if (!err && p->origin_from && strcmp(o->manifest.from, p->origin_from) != 0)
		err = err_set(note, ERR_LINK, "o/manifest.json: from is %s, expected %s", o->manifest.from,
			p->origin_from);
	return err;
}

/* After the origin is verified: each message is one of its leaves. */
static int check_paths(struct bundle_reader *r, int fd, struct err_note *note)
{
	int err = 0;
	struct digest d, same;
	for (size_t i = 0; i < r->contents.n && !err; i++) {
		const struct bundle_entry *e = &r->contents.entries[i];
		err = digest_range(fd, e->message.offset, e->message.size, r->origin->suite, &d,
			r->origin->suite, &same);
		if (!err)
			err = bundle_origin_check(r->origin, e, &d, note);
	}
	return err;
}

int bundle_payload_inside(struct bundle_reader *r, int fd, struct err_note *note)
{
	struct bundle_tar t = {.fd = fd, .end = r->payload_size};
	struct buf b;
	buf_init(&b, BUNDLE_CONTENTS_MAX);
	int err = bundle_tar_read(&t, "contents.json", BUNDLE_CONTENTS_MAX, &b, note);
	if (!err)
		err = bundle_contents_decode(buf_view(&b), &r->contents, note);
	if (!err)
		err = check_counts(r, note);
	if (!err)
		err = check_root(r, note);
	for (size_t i = 0; i < r->contents.n && !err; i++)
		err = check_message(&t, r, i, note);
	if (!err && r->contents.origin)
		err = read_origin(&t, r, note);
	if (!err)
		err = bundle_tar_end(&t, note);
	if (!err && r->contents.origin)
		err = check_paths(r, fd, note);
	buf_fini(&b);
	return err;
}

int bundle_read_payload(struct bundle_reader *r, struct err_note *note)
{
	struct secret key = {.n = 0};
	struct ctr *c = NULL;
	int fd = -1;
	int64_t at = 0;
	REQUIRE(r->payload < 0 && !r->loaded);
	if (!r->policy.keys || !r->policy.nkeys)
		return err_set(note, ERR_KEY, "no key was given to open the payload with");
	int err = open_key_member(r, true, &key, note);
	if (!err)
		err = find_payload(r, &at, note);
	if (!err)
		err = ctr_new(r->suite, &key, IV0, &c);
	r->payload_size = r->manifest.payload_size;
	if (!err)
		err = bundle_tmp_open_for(r->policy.tmp_dir, r->payload_size, &fd);
	if (!err)
		err = stream(r, at, c, fd, note);
	if (!err)
		err = bundle_payload_inside(r, fd, note);
	if (!err) {
		r->loaded = calloc(r->contents.n ? r->contents.n : 1, sizeof(struct bundle_loaded *));
		err = r->loaded ? 0 : ERR_NOMEM;
	}
	if (!err) {
		r->payload = fd;
		fd = -1;
	} else {
		bundle_origin_free(r->origin);
		r->origin = NULL;
	}
	if (fd >= 0)
		(void)close(fd);
	ctr_free(c);
	secret_wipe(&key);
	return err;
}

int bundle_check_payload(struct bundle_reader *r, struct err_note *note)
{
	struct secret none = {.n = 0};
	int64_t at = 0;
	int err = open_key_member(r, false, &none, note);
	if (!err)
		err = find_payload(r, &at, note);
	return err ? err : stream(r, at, NULL, -1, note);
}
