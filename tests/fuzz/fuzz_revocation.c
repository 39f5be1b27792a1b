/* Any bytes as a list of revoked keys: what is taken has one text, and nobody is believed who did not sign
 * it. */
#include "common/crypto/revocation.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct trust *authority;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char dir[] = "/tmp/fuzz-revocation.XXXXXX", key[64], cert[64];
	(void)argc;
	(void)argv;
	REQUIRE(mkdtemp(dir) != NULL);
	(void)snprintf(key, sizeof key, "%s/key", dir);
	(void)snprintf(cert, sizeof cert, "%s/cert", dir);
	REQUIRE(key_make_ca(suite_by_name("gm"), "internet", 365, key, cert, NULL) == 0);
	REQUIRE(trust_load(cert, &authority, NULL) == 0);
	(void)unlink(key);
	(void)unlink(cert);
	(void)rmdir(dir);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err_note note = {0};
	struct revocation_list l, again;
	struct view file = view_of(data, size), list;
	struct buf sig, joined;
	char ca[KEY_ID];
	revocation_init(&l);
	revocation_init(&again);
	buf_init(&sig, 256);
	buf_init(&joined, REVOCATION_BYTES_MAX + 1024);
	REQUIRE(trust_revoke(authority, file, &note) < 0);
	int err = revocation_decode(file, &l, &note);
	REQUIRE(err == 0 || (err == note.err && note.text[0]) || err == ERR_NOMEM || err == ERR_LIMIT);
	if (err == 0) {
		REQUIRE(revocation_split(file, ca, &list, &sig, NULL) == 0);
		REQUIRE(revocation_join(ca, list, buf_view(&sig), &joined, NULL) == 0 &&
			view_eq(buf_view(&joined), file));
		for (size_t i = 0; i < l.n; i++)
			REQUIRE(revocation_find(&l, l.v[i].key) == &l.v[i] &&
				revocation_put(&again, &l.v[i]) == 0);
		REQUIRE(again.n == l.n);
	}
	revocation_fini(&l);
	revocation_fini(&again);
	buf_fini(&sig);
	buf_fini(&joined);
	return 0;
}
