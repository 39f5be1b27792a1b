/* Writing and reading one bundle (`NAME.swb`): uncompressed pax tar with members manifest.json, manifest.sig,
 * signer.pem, keys.json, payload. payload = CTR(content key, iv 0) over zstd frames over an inner tar: per
 * message m/<index>.json and its attachments a/<index>/<attachment index>, then contents.json, and for a
 * forwarded bundle o/manifest.json, o/manifest.sig, o/signer.pem. contents.json:
 * {"messages":[{"id","type","size","digest","salt","attachments":[{"size","digest"}],"origin":{"leaf":I,"of":N,"salt","digest","path":[HEX…]}?}],"origin":bool}
 * Leaf of a message: H(0x00 ‖ salt[16] ‖ digest(message bytes)); nodes H(0x01 ‖ l ‖ r) (RFC 6962). DESIGN.md
 * gives every byte. */
#ifndef SW_BUNDLE_BUNDLE_H
#define SW_BUNDLE_BUNDLE_H
#include "common/bundle/manifest.h"
#include "common/crypto/key.h"
#include "common/message/message.h"

#define BUNDLE_MESSAGES_MAX LIMIT_MESSAGES

/* ---- where a forwarded message came from */
/* message: digest of the message as the origin sent it (a refusal record differs from what it stands for). */
struct bundle_origin_path {
	int64_t leaf, of;
	uint8_t salt[16];
	struct digest message;
	struct digest path[16];
	size_t npath;
};

/* Working memory that goes from bundle to bundle; any thread may use it at any time. It must outlive writers
 * and readers. */
struct bundle_pool;
SW_MUST_USE int bundle_pool_new(struct bundle_pool **out);
void bundle_pool_free(struct bundle_pool *p); /* NULL is a no-op */

/* ---- writing: begin, add messages, finish. One pass: what was added is compressed, encrypted and written
 * while more is added. */
struct bundle_writer;
struct bundle_sender { /* all borrowed, must outlive the writer */
	const struct sign_key *signer;
	const struct cert *const *recipients;
	size_t nrecipients;
	struct bundle_pool *pool; /* NULL: none */
};
/* m: link, from, to, epoch, seq, prev, kind, ack, voids, statement, checkpoint filled in by the caller;
 * created, suite, key, counts, payload, root by the writer. fd: an empty regular file, open for reading and
 * writing, that becomes the bundle; it is not synced, and after a failure what stands in it is worth nothing.
 */
SW_MUST_USE int bundle_writer_new(
	const struct bundle_sender *s, const struct manifest *m, int fd, struct bundle_writer **out);
/* Source of an attachment's bytes: returns bytes put into buf (0 = end) or a negative ERR_*. */
typedef int64_t bundle_source(void *cookie, void *buf, size_t n);
struct bundle_attachment {
	int64_t size;
	bundle_source *read;
	void *cookie;
};
/* message: canonical bytes; attachments in the order of the message's list. path NULL unless forwarded. An
 * attachment that is not what the message says of it is ERR_DIGEST here or, at the latest, from
 * bundle_finish. */
SW_MUST_USE int bundle_add(struct bundle_writer *w, struct view message,
	const struct bundle_attachment *attachments, size_t n, const struct bundle_origin_path *path);
/* The origin's manifest, signature and certificate of a forwarded bundle (also for ticks and voids: then
 * without messages). */
SW_MUST_USE int bundle_set_origin(
	struct bundle_writer *w, struct view manifest, struct view sig, struct view signer_pem);
/* Signs, wraps, completes the file. identity, and the manifest as written (bytes, caller's buf), are given
 * back; both may be NULL. */
SW_MUST_USE int bundle_finish(struct bundle_writer *w, struct digest *identity, struct buf *manifest_bytes);
void bundle_writer_free(struct bundle_writer *w);

/* ---- reading */
struct bundle_reader;
struct bundle_policy {                /* what this receiver accepts; borrowed */
	const struct trust *trust;    /* CA of the sending zone */
	const char *link, *from, *to; /* NULL: not compared (tools) */
	const struct open_key *const *keys;
	size_t nkeys; /* NULL: no decryption (verify only) */
	const struct trust
		*origin_trust;   /* for forwarded bundles: CA of the origin zone; NULL: none accepted */
	const char *origin_from; /* origin station expected; NULL: not compared */
	int64_t payload_max;
	const char *tmp_dir;
	struct bundle_pool *pool; /* NULL: none */
};
/* Step 1: reads and checks members 1–3 only (form, certificate, signature, link, direction); payload is
 * untouched. ERR_FORMAT, ERR_MEMBER, ERR_TRUNCATED, ERR_CERT, ERR_SIGNATURE, ERR_LINK, ERR_SUITE, ERR_LIMIT.
 * fd is borrowed, read by pread from offset 0. */
SW_MUST_USE int bundle_open(int fd, int64_t size, const struct bundle_policy *p, struct bundle_reader **out,
	struct err_note *note);
const struct manifest *bundle_manifest(const struct bundle_reader *r);
/* How far the sender's clock was from ours when it made the bundle, in seconds; positive: it was ahead. What
 * lay on its way counts as behind, so only a bundle from the future, or one just made, says something about
 * clocks. */
int64_t bundle_ahead(const struct bundle_reader *r, int64_t now_ms);
struct view bundle_manifest_bytes(const struct bundle_reader *r);
struct view bundle_sig(const struct bundle_reader *r);
struct view bundle_signer_pem(const struct bundle_reader *r);
const struct digest *bundle_identity(const struct bundle_reader *r);
/* Step 2: unwraps the key, decrypts the payload into a temporary file while digesting; only after the digest
 * matched is it unpacked, and only after every leaf, digest, size and the root were checked are messages
 * visible. ERR_KEY, ERR_DIGEST, ERR_MEMBER, ERR_BOMB, ERR_TRUNCATED, ERR_TRAILING, ERR_SCHEMA. */
SW_MUST_USE int bundle_read_payload(struct bundle_reader *r, struct err_note *note);
/* Step 2 for one who holds no key: form of keys.json, size and digest of the ciphertext, nothing behind the
 * end. Messages stay hidden. Only one of the two may be called, once. */
SW_MUST_USE int bundle_check_payload(struct bundle_reader *r, struct err_note *note);
size_t bundle_count(const struct bundle_reader *r);
/* Canonical bytes and decoded message, borrowed until the next of these two calls. */
SW_MUST_USE int bundle_message(
	struct bundle_reader *r, size_t i, struct view *bytes, const struct message **m);
/* The bytes alone. */
SW_MUST_USE int bundle_message_bytes(struct bundle_reader *r, size_t i, struct view *bytes);
/* Size of attachment j of message i. ERR_NOTFOUND. */
SW_MUST_USE int bundle_attachment(const struct bundle_reader *r, size_t i, size_t j, int64_t *size);
/* Its bytes from `at` on: how many were put into buf (at most n, 0 at its end), or a negative ERR_*. Fastest
 * in order. */
SW_MUST_USE int64_t bundle_attachment_read(
	struct bundle_reader *r, size_t i, size_t j, int64_t at, void *buf, size_t n);
const uint8_t *bundle_salt(const struct bundle_reader *r, size_t i); /* 16 bytes of this hop's leaf */
/* Inclusion path of message i under this bundle's own root: what a forwarder hands on. */
SW_MUST_USE int bundle_path(const struct bundle_reader *r, size_t i, struct bundle_origin_path *out);
/* Origin manifest of a forwarded bundle: decoded and verified (signature, certificate of origin_from, every
 * message's path; a message.refused record that the origin did not write stands for the refused id's leaf and
 * names that id). NULL when it is not a forwarded one. */
const struct manifest *bundle_origin_manifest(const struct bundle_reader *r);
const struct digest *bundle_origin_identity(const struct bundle_reader *r);
struct view bundle_origin_bytes(const struct bundle_reader *r);
struct view bundle_origin_sig(const struct bundle_reader *r);
struct view bundle_origin_signer_pem(const struct bundle_reader *r);
/* Path of message i under the origin's root, for handing on over a further hop; NULL when not forwarded. */
const struct bundle_origin_path *bundle_origin_path(const struct bundle_reader *r, size_t i);
/* Origin leaf index of message i (-1 when not forwarded) and number of leaves. */
int64_t bundle_origin_leaf(const struct bundle_reader *r, size_t i);
int64_t bundle_origin_leaves(const struct bundle_reader *r);
void bundle_reader_free(struct bundle_reader *r);
#endif
