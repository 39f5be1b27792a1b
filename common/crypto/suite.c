#include "common/crypto/suite_impl.h"
#include <gcrypt.h>
#include <pthread.h>
#include <string.h>

static const struct suite SUITES[] = {
	{.name = "gm",
		.byte = 1,
		.key_size = 16,
		.gcry_md = GCRY_MD_SM3,
		.gcry_cipher = GCRY_CIPHER_SM4,
		.md = "SM3",
		.sign_key = "SM2",
		.open_key = "SM2",
		.sig_nid = NID_SM2_with_SM3,
		.distinguish = "1234567812345678"},
	{.name = "intl",
		.byte = 2,
		.key_size = 32,
		.gcry_md = GCRY_MD_SHA256,
		.md = "SHA256",
		.sign_key = "ED25519",
		.open_key = "X25519",
		.sig_nid = NID_ED25519},
};
#define SUITES_N (sizeof SUITES / sizeof SUITES[0])

static void init_gcrypt(void)
{
	/* Another user of the library in this process may have done it. */
	if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
		return;
	REQUIRE(gcry_check_version("1.9.0"));
	/* Keys live in structures of ours that are wiped; no locked pool that could run out. */
	REQUIRE(gcry_control(GCRYCTL_DISABLE_SECMEM, 0) == 0);
	REQUIRE(gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0) == 0);
}

void suite_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	REQUIRE(pthread_once(&once, init_gcrypt) == 0);
}

const struct suite *suite_by_name(const char *name)
{
	for (size_t i = 0; i < SUITES_N; i++)
		if (strcmp(SUITES[i].name, name) == 0)
			return &SUITES[i];
	return NULL;
}

const struct suite *suite_by_byte(uint8_t b)
{
	for (size_t i = 0; i < SUITES_N; i++)
		if (SUITES[i].byte == b)
			return &SUITES[i];
	return NULL;
}

const char *suite_name(const struct suite *s)
{
	return s->name;
}

size_t suite_key_size(const struct suite *s)
{
	return s->key_size;
}

void secret_random(const struct suite *s, struct secret *out)
{
	memset(out, 0, sizeof *out);
	out->n = s->key_size;
	random_bytes(out->b, out->n);
}

void secret_wipe(struct secret *k)
{
	if (k)
		buf_wipe(k, sizeof *k);
}
