/* What sealing and rotation share. */
#ifndef SW_CRYPTO_VAULT_IMPL_H
#define SW_CRYPTO_VAULT_IMPL_H
#include "common/crypto/vault.h"
#include "common/crypto/vault_file.h"
#include <pthread.h>

#define VAULT_VALUE_MAX (16 << 20)

#define VAULT_DERIVED 8
/* A key of the blind index for one kind of value, made once. */
struct vault_derived {
	char id[VAULT_FILE_ID], kind[24]; /* "" free */
	uint8_t key[32];
};
struct vault {
	char *master, *vault_file;
	pthread_mutex_t changing; /* one rotation at a time */
	pthread_rwlock_t lock;    /* of keys: written by a rotation, for a moment */
	struct vault_keys keys;
	struct vault_derived derived[VAULT_DERIVED];
	size_t nderived; /* ever made */
};

/* Copies the key in use; the caller wipes it. */
bool vault_current(struct vault *v, enum vault_purpose purpose, struct vault_key *out);
void vault_new_key(struct vault_keys *v, enum vault_purpose purpose); /* appended */
/* parts: table, column, row. Appended. */
SW_MUST_USE int vault_seal_parts(struct vault *v, enum vault_purpose purpose,
	const char *const parts[static 3], struct view plain, struct buf *out);
SW_MUST_USE int vault_unseal_parts(struct vault *v, enum vault_purpose purpose,
	const char *const parts[static 3], const char *text, struct buf *out);
SW_MUST_USE int vault_keys_read(
	const char *master, const char *vault_file, struct vault_keys *out, struct err_note *note);
/* The file is replaced whole. */
SW_MUST_USE int vault_keys_write(
	const struct vault_keys *k, const char *master, const char *vault_file, struct err_note *note);
#endif
