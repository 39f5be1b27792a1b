/* Encrypted files, streaming. Header: "SWE1", suite byte, 3 zero bytes, 32-byte key commitment, then
 * recipient block (u32 length, then encap length u16, encap, wrapped) — length 0 when the key is kept
 * elsewhere (blobs) — then chunks of 64 KiB plaintext, each AEAD under the file key with nonce = 11-byte
 * big-endian chunk number ‖ 1 for the last chunk, else 0 (the STREAM construction), so truncation and
 * reordering are seen. */
#ifndef SW_CRYPTO_ENVELOPE_H
#define SW_CRYPTO_ENVELOPE_H
#include "common/crypto/key.h"

struct envelope_writer;
/* To a recipient (`to`), or with a given key (`to` NULL, `key` set). The sink is called with ciphertext as it
 * comes. */
typedef int envelope_sink(void *cookie, struct view v);
SW_MUST_USE int envelope_writer_new(const struct suite *s, const struct cert *to, const struct secret *key,
	envelope_sink *sink, void *cookie, struct envelope_writer **out);
SW_MUST_USE int envelope_write(struct envelope_writer *w, struct view plain);
SW_MUST_USE int envelope_finish(struct envelope_writer *w); /* writes the last chunk; then only free */
void envelope_writer_free(struct envelope_writer *w);

struct envelope_reader;
/* Exactly one of `k` (recipient) and `key`. The sink gets authenticated plaintext only. ERR_FORMAT, ERR_KEY,
 * ERR_DIGEST, ERR_TRUNCATED, ERR_TRAILING. */
SW_MUST_USE int envelope_reader_new(const struct open_key *k, const struct secret *key, envelope_sink *sink,
	void *cookie, struct envelope_reader **out);
SW_MUST_USE int envelope_read(struct envelope_reader *r, struct view ciphertext);
SW_MUST_USE int envelope_read_finish(struct envelope_reader *r);
void envelope_reader_free(struct envelope_reader *r);
/* True when the bytes begin like an envelope (media type application/x-sanwang-envelope). */
bool envelope_is(struct view head);
#endif
