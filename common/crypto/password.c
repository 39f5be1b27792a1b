#include "common/crypto/password.h"
#include "common/base/id.h"
#include <argon2.h>
#include <string.h>

#define MEMORY_KIB 65536
#define PASSES 3
#define LANES 1
#define SALT_SIZE 16
#define HASH_SIZE 32
#define PHC_MAX 256
#define PASSWORD_MAX 1024 /* bytes */

int password_hash(const char *password, struct buf *out)
{
	uint8_t salt[SALT_SIZE];
	char phc[PHC_MAX];
	size_t n = strlen(password);
	if (n > PASSWORD_MAX)
		return ERR_LIMIT;
	random_bytes(salt, sizeof salt);
	int rc = argon2id_hash_encoded(
		PASSES, MEMORY_KIB, LANES, password, n, salt, sizeof salt, HASH_SIZE, phc, sizeof phc);
	if (rc != ARGON2_OK)
		return rc == ARGON2_MEMORY_ALLOCATION_ERROR ? ERR_NOMEM : ERR_CRYPTO;
	return buf_add_str(out, phc);
}

int password_check(const char *phc, const char *password)
{
	size_t n = strlen(password);
	if (n > PASSWORD_MAX || strlen(phc) >= PHC_MAX)
		return ERR_LOGIN;
	int rc = argon2id_verify(phc, password, n);
	if (rc == ARGON2_MEMORY_ALLOCATION_ERROR)
		return ERR_NOMEM;
	return rc == ARGON2_OK ? 0 : ERR_LOGIN;
}
