/* Attachments at rest: encrypted files (envelope.h) named by the digest of their ciphertext, a random key
 * each, wrapped by the vault. Fsynced before the commit that names them. Folder DIR/ab/cdef…; a file that no
 * row names is told by blob_sweep. */
#ifndef SW_DB_BLOB_H
#define SW_DB_BLOB_H
#include "common/crypto/vault.h"
#include <stdbool.h>

struct blob_store;
struct blob_ref {              /* what a database row keeps */
	struct digest name;    /* digest of the ciphertext */
	char wrapped_key[256]; /* vault_wrap_key; "" for envelopes sealed to a recipient (opaque) */
	struct digest
		digest; /* of the content as handed in (plaintext; for opaque ones the envelope's bytes) */
	int64_t size;
};
SW_MUST_USE int blob_store_open(
	const char *dir, const struct suite *s, struct vault *v, struct blob_store **out);
void blob_store_close(struct blob_store *b);

struct blob_writer;
/* Content encrypted under a new key; with `opaque` the bytes are stored as they come (they must be an
 * envelope already). */
SW_MUST_USE int blob_writer_new(struct blob_store *b, bool opaque, struct blob_writer **out);
SW_MUST_USE int blob_write(struct blob_writer *w, struct view v);
/* Durable and visible when it returns. */
SW_MUST_USE int blob_finish(struct blob_writer *w, struct blob_ref *out);
void blob_writer_free(struct blob_writer *w);
/* All of it at once; durable and visible when it returns. */
SW_MUST_USE int blob_save(struct blob_store *b, struct view content, struct blob_ref *out);

struct blob_reader;
SW_MUST_USE int blob_open(struct blob_store *b, const struct blob_ref *ref, struct blob_reader **out);
int64_t blob_read(
	struct blob_reader *r, void *buf, size_t n); /* 0 = end, negative ERR_*: ERR_DIGEST when damaged */
void blob_close(struct blob_reader *r);
SW_MUST_USE int blob_load(struct blob_store *b, const struct blob_ref *ref, size_t max, struct buf *out);
SW_MUST_USE int blob_remove(struct blob_store *b, const struct digest *name);
/* Re-reads a file and compares digests (fixity). */
SW_MUST_USE int blob_check(struct blob_store *b, const struct blob_ref *ref);

/* Names of files, for telling which no row knows. Zero-initialised. */
struct blob_names {
	struct digest *v;
	size_t n, max;
};
SW_MUST_USE int blob_names_add(struct blob_names *s, const struct digest *name);
void blob_names_free(struct blob_names *s);
/* Counts files older than a day that are not in `known` (which is sorted here), and removes the temporary
 * ones of writers that died. */
SW_MUST_USE int blob_sweep(struct blob_store *b, struct blob_names *known, int64_t *orphans);
#endif
