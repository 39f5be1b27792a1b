#include "common/bundle/bundle_reader.h"
#include "common/bundle/bundle_limits.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file that is no tar at all is told from a bundle with a wrong member. */
static int check_magic(struct bundle_reader *r, struct err_note *note)
{
	uint8_t h[BUNDLE_TAR_BLOCK];
	if (r->tar.end < (int64_t)sizeof h)
		return err_set(note, ERR_TRUNCATED, "file of %lld bytes", (long long)r->tar.end);
	int err = bundle_tar_pread(r->tar.fd, 0, h, sizeof h);
	if (err)
		return err_set(note, err, "reading the first block");
	if (memcmp(h + 257, "ustar", 5) != 0)
		return err_set(note, ERR_FORMAT, "not a bundle: the file does not begin with a tar header");
	return 0;
}

static int read_front(struct bundle_reader *r, struct err_note *note)
{
	int err = check_magic(r, note);
	if (!err)
		err = bundle_tar_read(&r->tar, "manifest.json", MANIFEST_BYTES_MAX, &r->bytes, note);
	if (!err)
		err = bundle_tar_read(&r->tar, "manifest.sig", BUNDLE_SIG_MAX, &r->sig, note);
	if (!err)
		err = bundle_tar_read(&r->tar, "signer.pem", BUNDLE_PEM_MAX, &r->pem, note);
	if (!err)
		err = manifest_decode(buf_view(&r->bytes), &r->manifest, note);
	/* A file still being copied is told before any signature is computed. */
	int64_t size = r->manifest.payload_size;
	if (!err && r->tar.end - r->tar.offset < bundle_tar_member("payload", size) + BUNDLE_TAR_END)
		err = err_set(note, ERR_TRUNCATED, "%lld bytes, too few for a payload of %lld",
			(long long)r->tar.end, (long long)size);
	return err;
}

static int check_route(const struct bundle_reader *r, struct err_note *note)
{
	const struct bundle_policy *p = &r->policy;
	const struct {
		const char *what, *want, *got;
	} v[] = {{"link", p->link, r->manifest.link}, {"from", p->from, r->manifest.from},
		{"to", p->to, r->manifest.to}};
	for (size_t i = 0; i < sizeof v / sizeof *v; i++)
		if (v[i].want && strcmp(v[i].want, v[i].got) != 0)
			return err_set(note, ERR_LINK, "manifest.json: %s is %s, here %s is received",
				v[i].what, v[i].got, v[i].want);
	int64_t size = r->manifest.payload_plain > r->manifest.payload_size ? r->manifest.payload_plain
									    : r->manifest.payload_size;
	if (size > p->payload_max)
		return err_set(note, ERR_LIMIT,
			"manifest.json: payload of %lld bytes, at most %lld are taken", (long long)size,
			(long long)p->payload_max);
	return 0;
}

int bundle_open(int fd, int64_t size, const struct bundle_policy *p, struct bundle_reader **out,
	struct err_note *note)
{
	struct bundle_reader *r = calloc(1, sizeof *r);
	if (!r)
		return ERR_NOMEM;
	r->policy = *p;
	r->tar = (struct bundle_tar){.fd = fd, .end = size};
	r->tmp = -1;
	buf_init(&r->message_bytes, MESSAGE_BYTES_MAX);
	buf_init(&r->bytes, MANIFEST_BYTES_MAX);
	buf_init(&r->sig, BUNDLE_SIG_MAX);
	buf_init(&r->pem, BUNDLE_PEM_MAX);
	int err = read_front(r, note);
	if (!err)
		err = bundle_origin_verify(&r->manifest, buf_view(&r->bytes), buf_view(&r->sig),
			buf_view(&r->pem), p->trust, "signer.pem", note);
	if (!err)
		err = check_route(r, note);
	if (err) {
		bundle_reader_free(r);
		return err;
	}
	r->suite = suite_by_name(r->manifest.suite);
	manifest_identity(r->suite, buf_view(&r->bytes), &r->identity);
	*out = r;
	return 0;
}

void bundle_reader_free(struct bundle_reader *r)
{
	if (!r)
		return;
	bundle_plain_free(r->plain);
	bundle_frames_free(r->frames);
	bundle_tree_free(r->tree);
	if (r->tmp >= 0)
		(void)close(r->tmp);
	bundle_memory_free(&r->mem, (size_t)r->manifest.payload_size);
	message_fini(&r->message);
	buf_fini(&r->message_bytes);
	bundle_contents_fini(&r->contents);
	bundle_origin_free(r->origin);
	manifest_fini(&r->manifest);
	buf_fini(&r->bytes);
	buf_fini(&r->sig);
	buf_fini(&r->pem);
	free(r);
}

const struct manifest *bundle_manifest(const struct bundle_reader *r)
{
	return &r->manifest;
}

int64_t bundle_ahead(const struct bundle_reader *r, int64_t now_ms)
{
	int64_t at = 0;
	REQUIRE(time_parse(r->manifest.created, &at) == 0);
	return (at - now_ms) / 1000;
}

struct view bundle_manifest_bytes(const struct bundle_reader *r)
{
	return buf_view(&r->bytes);
}

struct view bundle_sig(const struct bundle_reader *r)
{
	return buf_view(&r->sig);
}

struct view bundle_signer_pem(const struct bundle_reader *r)
{
	return buf_view(&r->pem);
}

const struct digest *bundle_identity(const struct bundle_reader *r)
{
	return &r->identity;
}

size_t bundle_count(const struct bundle_reader *r)
{
	return r->plain ? r->contents.n : 0;
}

static const struct bundle_entry *entry(const struct bundle_reader *r, size_t i)
{
	REQUIRE(i < bundle_count(r));
	return &r->contents.entries[i];
}

int bundle_message_bytes(struct bundle_reader *r, size_t i, struct view *bytes)
{
	const struct bundle_part *p = &entry(r, i)->message;
	struct buf *b = &r->message_bytes;
	message_fini(&r->message);
	buf_reset(b);
	if (bundle_plain_lasting(r->plain, p->offset, (size_t)p->size, bytes))
		return 0;
	int err = buf_reserve(b, (size_t)p->size);
	if (!err)
		err = bundle_plain_read(r->plain, p->offset, b->p, (size_t)p->size);
	if (err)
		return err;
	b->n = (size_t)p->size;
	b->p[b->n] = 0;
	*bytes = buf_view(b);
	return 0;
}

int bundle_message(struct bundle_reader *r, size_t i, struct view *bytes, const struct message **m)
{
	struct view v;
	int err = bundle_message_bytes(r, i, &v);
	if (!err)
		err = message_decode(v, &r->message, NULL);
	if (err)
		return err;
	*bytes = v;
	*m = &r->message;
	return 0;
}

int bundle_attachment(const struct bundle_reader *r, size_t i, size_t j, int64_t *size)
{
	const struct bundle_entry *e = entry(r, i);
	if (j >= e->nattachments)
		return ERR_NOTFOUND;
	*size = e->attachments[j].size;
	return 0;
}

int64_t bundle_attachment_read(struct bundle_reader *r, size_t i, size_t j, int64_t at, void *buf, size_t n)
{
	const struct bundle_entry *e = entry(r, i);
	if (j >= e->nattachments)
		return ERR_NOTFOUND;
	const struct bundle_part *p = &e->attachments[j];
	if (at < 0 || at >= p->size || n == 0)
		return 0;
	if ((int64_t)n > p->size - at)
		n = (size_t)(p->size - at);
	int err = bundle_plain_read(r->plain, p->offset + at, buf, n);
	return err ? err : (int64_t)n;
}

const uint8_t *bundle_salt(const struct bundle_reader *r, size_t i)
{
	return entry(r, i)->salt;
}

int bundle_path(const struct bundle_reader *r, size_t i, struct bundle_origin_path *out)
{
	const struct bundle_entry *e = entry(r, i);
	memset(out, 0, sizeof *out);
	out->leaf = (int64_t)i;
	out->of = (int64_t)r->contents.n;
	memcpy(out->salt, e->salt, sizeof out->salt);
	out->message = e->message.digest;
	out->npath = bundle_tree_path(r->tree, i, out->path);
	return 0;
}

const struct manifest *bundle_origin_manifest(const struct bundle_reader *r)
{
	return r->origin ? &r->origin->manifest : NULL;
}

const struct digest *bundle_origin_identity(const struct bundle_reader *r)
{
	return r->origin ? &r->origin->identity : NULL;
}

struct view bundle_origin_bytes(const struct bundle_reader *r)
{
	return r->origin ? buf_view(&r->origin->bytes) : view_of(NULL, 0);
}

struct view bundle_origin_sig(const struct bundle_reader *r)
{
	return r->origin ? buf_view(&r->origin->sig) : view_of(NULL, 0);
}

struct view bundle_origin_signer_pem(const struct bundle_reader *r)
{
	return r->origin ? buf_view(&r->origin->pem) : view_of(NULL, 0);
}

const struct bundle_origin_path *bundle_origin_path(const struct bundle_reader *r, size_t i)
{
	return entry(r, i)->origin;
}

int64_t bundle_origin_leaf(const struct bundle_reader *r, size_t i)
{
	const struct bundle_entry *e = entry(r, i);
	return e->origin ? e->origin->leaf : -1;
}

int64_t bundle_origin_leaves(const struct bundle_reader *r)
{
	return r->origin ? r->origin->leaves : 0;
}
