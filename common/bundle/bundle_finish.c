#include "common/bundle/bundle_keys.h"
#include "common/bundle/bundle_limits.h"
#include "common/bundle/bundle_pem.h"
#include "common/bundle/bundle_tar.h"
#include "common/bundle/bundle_tmp.h"
#include "common/bundle/bundle_writer.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uint8_t ZEROS[BUNDLE_TAR_END];
/* Members 1–4 and the header of the payload. */
#define HEAD_MAX                                                                                             \
	(MANIFEST_BYTES_MAX + BUNDLE_SIG_MAX + BUNDLE_PEM_MAX + BUNDLE_KEYS_MAX + 16 * BUNDLE_TAR_BLOCK)

/* The digests of all parts, in the order they were added. */
static int take_sums(struct bundle_writer *w)
{
	const struct digest *sums = NULL;
	size_t n = 0, at = 0;
	int err = bundle_stream_sums(w->stream, &sums, &n);
	for (size_t i = 0; i < w->contents.n && !err; i++) {
		struct bundle_entry *e = &w->contents.entries[i];
		REQUIRE(at + 1 + e->nattachments <= n);
		e->message.digest = sums[at++];
		for (size_t j = 0; j < e->nattachments; j++)
			e->attachments[j].digest = sums[at++];
	}
	return err;
}

/* What stands behind the messages: contents.json, the origin's members, the end. */
static int add_tail(struct bundle_writer *w)
{
	size_t most = bundle_contents_most(&w->contents);
	struct bundle_memory text = {.p = NULL};
	w->contents.origin = w->origin != NULL;
	int err = bundle_memory_new(w->sender.pool, most + 1, &text);
	if (err)
		return err;
	/* In this memory, and never in more of it: its maximum is what there is. */
	struct buf json = {
		.p = text.p, .cap = most + 1, .max = most < BUNDLE_CONTENTS_MAX ? most : BUNDLE_CONTENTS_MAX};
	err = bundle_contents_encode(&w->contents, &json);
	if (!err)
		err = bundle_writer_member(w, "contents.json", buf_view(&json));
	if (!err && w->origin)
		err = bundle_writer_member(w, "o/manifest.json", buf_view(&w->origin->bytes));
	if (!err && w->origin)
		err = bundle_writer_member(w, "o/manifest.sig", buf_view(&w->origin->sig));
	if (!err && w->origin)
		err = bundle_writer_member(w, "o/signer.pem", buf_view(&w->origin->pem));
	if (!err)
		err = bundle_stream_add(w->stream, view_of(ZEROS, BUNDLE_TAR_END));
	bundle_memory_free(&text, json.n);
	return err;
}

static void fill_fixed(struct bundle_writer *w)
{
	struct manifest *m = &w->manifest;
	time_text(time_now_ms(), m->created);
	strcpy(m->suite, suite_name(w->suite));
	strcpy(m->key, sign_key_id(w->sender.signer));
	bundle_keys_commitment(w->suite, &w->key, &m->key_commitment);
}

static int fill_manifest(struct bundle_writer *w, struct buf *out)
{
	struct manifest *m = &w->manifest;
	fill_fixed(w);
	struct bundle_tree *t = bundle_contents_tree(&w->contents, w->suite);
	if (!t)
		return ERR_NOMEM;
	bundle_tree_root(t, &m->root);
	bundle_tree_free(t);
	return manifest_encode(m, out);
}

static int put_member(struct buf *out, const char *name, struct view v)
{
	uint8_t h[BUNDLE_TAR_HEADER_MAX];
	int err = buf_add(out, h, bundle_tar_header(name, (int64_t)v.n, h));
	if (!err)
		err = buf_add_view(out, v);
	return err ? err : buf_add(out, ZEROS, bundle_tar_pad((int64_t)v.n));
}

static int make_head(
	struct bundle_writer *w, const struct digest *identity, struct view manifest, struct buf *out)
{
	const struct bundle_sender *s = &w->sender;
	uint8_t h[BUNDLE_TAR_HEADER_MAX];
	struct buf sig, pem, keys;
	buf_init(&sig, BUNDLE_SIG_MAX);
	buf_init(&pem, BUNDLE_PEM_MAX);
	buf_init(&keys, BUNDLE_KEYS_MAX);
	int err = sign_make(s->signer, manifest, &sig);
	if (!err)
		err = bundle_pem_canon(sign_key_cert_pem(s->signer), &pem);
	if (!err)
		err = bundle_keys_seal(w->suite, s->recipients, s->nrecipients, identity, &w->key, &keys);
	if (!err)
		err = put_member(out, "manifest.json", manifest);
	if (!err)
		err = put_member(out, "manifest.sig", buf_view(&sig));
	if (!err)
		err = put_member(out, "signer.pem", buf_view(&pem));
	if (!err)
		err = put_member(out, "keys.json", buf_view(&keys));
	if (!err)
		err = buf_add(out, h, bundle_tar_header("payload", w->manifest.payload_size, h));
	buf_fini(&sig);
	buf_fini(&pem);
	buf_fini(&keys);
	return err;
}

/* Ordinary values for what is not known yet: some bytes more or less seldom make another number of blocks. */
int64_t bundle_writer_front(void *writer)
{
	struct bundle_writer *w = writer;
	struct manifest *m = &w->manifest, as_it_was = w->manifest;
	const struct digest id = {{0}};
	struct buf manifest, pem, keys;
	buf_init(&manifest, MANIFEST_BYTES_MAX);
	buf_init(&pem, BUNDLE_PEM_MAX);
	buf_init(&keys, BUNDLE_KEYS_MAX);
	fill_fixed(w);
	m->payload_size = m->payload_plain = INT32_MAX;
	memset(m->root.b, m->ncounts ? 1 : 0, sizeof m->root.b);
	int err = manifest_encode(m, &manifest);
	if (!err)
		err = bundle_pem_canon(sign_key_cert_pem(w->sender.signer), &pem);
	if (!err)
		err = bundle_keys_seal(
			w->suite, w->sender.recipients, w->sender.nrecipients, &id, &w->key, &keys);
	int64_t n = err ? 0
			: bundle_tar_member("manifest.json", (int64_t)manifest.n) +
				    bundle_tar_member("manifest.sig", 64) +
				    bundle_tar_member("signer.pem", (int64_t)pem.n) +
				    bundle_tar_member("keys.json", (int64_t)keys.n) + BUNDLE_TAR_HEADER_MAX;
	w->manifest = as_it_was;
	buf_fini(&manifest);
	buf_fini(&pem);
	buf_fini(&keys);
	return n;
}

/* Behind the payload and before it; the payload itself moves only if its place was guessed wrong. */
static int write_rest(struct bundle_writer *w, const struct buf *head)
{
	uint8_t tail[BUNDLE_TAR_BLOCK + BUNDLE_TAR_END] = {0};
	int64_t size = w->manifest.payload_size, end = (int64_t)head->n + size;
	size_t n = bundle_tar_pad(size) + BUNDLE_TAR_END;
	int err = bundle_stream_settle(w->stream, (int64_t)head->n);
	if (!err)
		err = bundle_tmp_write(w->fd, 0, head->p, head->n);
	if (!err)
		err = bundle_tmp_write(w->fd, end, tail, n);
	if (!err && ftruncate(w->fd, end + (int64_t)n) != 0)
		err = err_from_errno(errno);
	return err;
}

int bundle_finish(struct bundle_writer *w, struct digest *identity, struct buf *manifest_bytes)
{
	if (w->broken)
		return ERR_STATE;
	w->broken = true;
	struct manifest *m = &w->manifest;
	struct digest id;
	struct buf manifest, head;
	buf_init(&manifest, MANIFEST_BYTES_MAX);
	buf_init(&head, HEAD_MAX);
	int err = take_sums(w);
	if (!err)
		err = add_tail(w);
	if (!err)
		err = bundle_stream_end(w->stream, &m->payload_plain, &m->payload_size, &m->payload_digest);
	if (!err)
		err = fill_manifest(w, &manifest);
	if (!err) {
		manifest_identity(w->suite, buf_view(&manifest), &id);
		err = make_head(w, &id, buf_view(&manifest), &head);
	}
	if (!err)
		err = write_rest(w, &head);
	if (!err && manifest_bytes)
		err = buf_add_view(manifest_bytes, buf_view(&manifest));
	if (!err && identity)
		*identity = id;
	buf_fini(&manifest);
	buf_fini(&head);
	return err;
}
