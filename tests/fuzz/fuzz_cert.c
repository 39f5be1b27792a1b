/* Any bytes as a certificate, a CA file and a private key. First byte: 0 the rest is DER, put into PEM; 1 it
 * is PEM text; 2 and 3 it is the PEM of a private key, with a certificate of gm or of intl. The authority
 * signed nothing, so nothing may be believed. */
#include "common/crypto/key.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct trust *authority[2];
static struct buf certificate[2]; /* of keys nobody has */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const suites[] = {"gm", "intl"};
	(void)argc;
	(void)argv;
	for (size_t i = 0; i < 2; i++) {
		static const char *const names[] = {"ca.key", "ca.pem", "s.key", "s.pem"};
		char dir[] = "/tmp/fuzz-cert.XXXXXX", p[4][64];
		REQUIRE(mkdtemp(dir) != NULL);
		for (size_t j = 0; j < 4; j++)
			(void)snprintf(p[j], sizeof p[j], "%s/%s", dir, names[j]);
		REQUIRE(key_make_ca(suite_by_name(suites[i]), "intranet", 365, p[0], p[1], NULL) == 0);
		REQUIRE(key_issue(p[0], p[1], CERT_SIGN, "s", 365, NULL, p[2], p[3], NULL) == 0);
		REQUIRE(trust_load(p[1], &authority[i], NULL) == 0);
		buf_init(&certificate[i], 8192);
		REQUIRE(file_read(AT_FDCWD, p[3], 8192, &certificate[i]) == 0);
		for (size_t j = 0; j < 4; j++)
			(void)unlink(p[j]);
		(void)rmdir(dir);
	}
	return 0;
}

static void fuzz_certificate(struct view pem)
{
	struct err_note note = {.text = ""};
	struct cert *c = NULL;
	struct trust *t = NULL;
	for (size_t i = 0; i < 2; i++)
		for (int use = CERT_CA; use <= CERT_SEAL; use++) {
			int err = cert_check(authority[i], pem, (enum cert_use)use, 1, &c, &note);
			REQUIRE(err == ERR_CERT || err == ERR_NOMEM);
			REQUIRE(note.text[0] && memchr(note.text, '\0', sizeof note.text));
		}
	if (trust_from_pem(pem, &t, &note) == 0)
		REQUIRE(trust_suite(t));
	trust_free(t);
}

static void fuzz_private(struct view key, size_t suite)
{
	struct err_note note = {.text = ""};
	struct sign_key *k = NULL;
	REQUIRE(sign_key_from_pem(key, buf_view(&certificate[suite]), "passphrase", &k, &note) != 0);
	REQUIRE(note.text[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf pem;
	if (size < 1)
		return 0;
	struct view rest = view_of(data + 1, size - 1);
	switch (data[0]) {
	case 0:
		buf_init(&pem, 1 << 20);
		if (buf_add_str(&pem, "-----BEGIN CERTIFICATE-----\n") == 0 && b64_add(&pem, rest) == 0 &&
			buf_add_str(&pem, "\n-----END CERTIFICATE-----\n") == 0)
			fuzz_certificate(buf_view(&pem));
		buf_fini(&pem);
		break;
	case 1:
		fuzz_certificate(rest);
		break;
	case 2:
	case 3:
		fuzz_private(rest, data[0] - 2U);
		break;
	default:
		break;
	}
	return 0;
}
