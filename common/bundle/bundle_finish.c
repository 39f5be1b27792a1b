#include "common/bundle/bundle_keys.h"
#include "common/bundle/bundle_limits.h"
#include "common/bundle/bundle_pem.h"
#include "common/bundle/bundle_tar.h"
#include "common/bundle/bundle_writer.h"
#include "common/os/file.h"
#include <stdlib.h>
#include <string.h>

static const uint8_t ZEROS[BUNDLE_TAR_END];
static const uint8_t IV0[16];

/* Begin of the payload: contents.json as a member. */
static int make_contents(struct bundle_writer *w, struct buf *out)
{
	struct buf json;
	uint8_t h[BUNDLE_TAR_HEADER_MAX];
	buf_init(&json, BUNDLE_CONTENTS_MAX);
	w->contents.origin = w->origin != NULL;
	int err = bundle_contents_encode(&w->contents, &json);
	if (!err)
		err = buf_add(out, h, bundle_tar_header("contents.json", (int64_t)json.n, h));
	if (!err)
		err = buf_add_view(out, buf_view(&json));
	if (!err)
		err = buf_add(out, ZEROS, bundle_tar_pad((int64_t)json.n));
	buf_fini(&json);
	return err;
}

static int add_tail(struct bundle_writer *w)
{
	int err = 0;
	if (w->origin) {
		err = bundle_writer_member(w, "o/manifest.json", buf_view(&w->origin->bytes));
		if (!err)
			err = bundle_writer_member(w, "o/manifest.sig", buf_view(&w->origin->sig));
		if (!err)
			err = bundle_writer_member(w, "o/signer.pem", buf_view(&w->origin->pem));
	}
	return err ? err : bundle_spill_add(w->spill, view_of(ZEROS, BUNDLE_TAR_END));
}

/* Encrypts begin and spill in place; digest and size go into the manifest. */
static int seal_payload(struct bundle_writer *w, const struct secret *key, struct buf *begin)
{
	struct ctr *c = NULL;
	struct hasher *h = NULL;
	int err = ctr_new(w->suite, key, IV0, &c);
	if (!err)
		err = hasher_new(w->suite, &h);
	if (!err)
		err = ctr_update(c, begin->p, begin->p, begin->n);
	if (!err) {
		hasher_add(h, buf_view(begin));
		err = bundle_spill_seal(w->spill, c, h);
	}
	if (!err) {
		hasher_get(h, &w->manifest.payload_digest);
		w->manifest.payload_size = (int64_t)begin->n + bundle_spill_size(w->spill);
	}
	hasher_free(h);
	ctr_free(c);
	return err;
}

static int fill_manifest(struct bundle_writer *w, const struct secret *key, struct buf *out)
{
	struct manifest *m = &w->manifest;
	time_text(time_now_ms(), m->created);
	strcpy(m->suite, suite_name(w->suite));
	strcpy(m->key, sign_key_id(w->sender.signer));
	bundle_keys_commitment(w->suite, key, &m->key_commitment);
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

/* Members 1–4 and the header of the payload. */
static int make_head(struct bundle_writer *w, const struct secret *key, const struct digest *identity,
	struct view manifest, struct buf *out)
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
		err = bundle_keys_seal(w->suite, s->recipients, s->nrecipients, identity, key, &keys);
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

static int write_all(struct bundle_writer *w, int fd, const struct buf *head, const struct buf *begin)
{
	uint8_t tail[BUNDLE_TAR_BLOCK + BUNDLE_TAR_END] = {0};
	int err = file_write_all(fd, head->p, head->n);
	if (!err)
		err = file_write_all(fd, begin->p, begin->n);
	if (!err)
		err = bundle_spill_copy(w->spill, fd);
	if (!err)
		err = file_write_all(fd, tail, bundle_tar_pad(w->manifest.payload_size) + BUNDLE_TAR_END);
	return err;
}

int bundle_finish(struct bundle_writer *w, int fd, struct digest *identity, struct buf *manifest_bytes)
{
	if (w->broken)
		return ERR_STATE;
	w->broken = true;
	struct secret key = {.n = 0};
	struct digest id;
	struct buf begin, manifest, head;
	buf_init(&begin, BUNDLE_CONTENTS_MAX + 4 * BUNDLE_TAR_BLOCK);
	buf_init(&manifest, MANIFEST_BYTES_MAX);
	buf_init(&head, MANIFEST_BYTES_MAX + BUNDLE_SIG_MAX + BUNDLE_PEM_MAX + BUNDLE_KEYS_MAX +
				16 * BUNDLE_TAR_BLOCK);
	secret_random(w->suite, &key);
	int err = make_contents(w, &begin);
	if (!err)
		err = add_tail(w);
	if (!err)
		err = seal_payload(w, &key, &begin);
	if (!err)
		err = fill_manifest(w, &key, &manifest);
	if (!err) {
		manifest_identity(w->suite, buf_view(&manifest), &id);
		err = make_head(w, &key, &id, buf_view(&manifest), &head);
	}
	if (!err)
		err = write_all(w, fd, &head, &begin);
	if (!err && manifest_bytes)
		err = buf_add_view(manifest_bytes, buf_view(&manifest));
	if (!err && identity)
		*identity = id;
	secret_wipe(&key);
	buf_fini(&begin);
	buf_fini(&manifest);
	buf_fini(&head);
	return err;
}
