#include "common/crypto/key_token.h"
#include "common/crypto/token.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SIGNATURE 64

struct key_token {
	struct token token;
	CK_OBJECT_HANDLE key;
	pthread_mutex_t lock; /* one operation at a time in a session */
};

bool key_token_is(const char *name)
{
	return strncmp(name, "pkcs11:", 7) == 0;
}

void key_token_close(struct key_token *t)
{
	if (!t)
		return;
	token_close(&t->token);
	(void)pthread_mutex_destroy(&t->lock);
	free(t);
}

int key_token_open(const char *uri, const char *pin, struct key_token **out, struct err_note *note)
{
	struct key_token *t = calloc(1, sizeof *t);
	if (!t)
		return ERR_NOMEM;
	REQUIRE(pthread_mutex_init(&t->lock, NULL) == 0);
	int err = token_open(&t->token, uri, pin, false, note);
	if (!err)
		err = token_find(&t->token, CKO_PRIVATE_KEY, &t->key, note);
	if (err == ERR_NOTFOUND)
		err = err_set(note, ERR_KEY, "key on a token: no private key fits the URI");
	if (err)
		key_token_close(t);
	else
		*out = t;
	return err;
}

int key_token_sign(struct key_token *t, struct view v, struct buf *sig)
{
	CK_MECHANISM how = {CKM_EDDSA, NULL, 0};
	CK_BYTE out[SIGNATURE];
	CK_ULONG n = sizeof out;
	/* Only read, though PKCS#11's type cannot say so. */
	union {
		const uint8_t *in;
		CK_BYTE *p;
	} data = {v.p};
	REQUIRE(pthread_mutex_lock(&t->lock) == 0);
	bool ok = t->token.module->C_SignInit(t->token.session, &how, t->key) == CKR_OK &&
		  t->token.module->C_Sign(t->token.session, data.p, v.n, out, &n) == CKR_OK && n == SIGNATURE;
	REQUIRE(pthread_mutex_unlock(&t->lock) == 0);
	return ok ? buf_add(sig, out, n) : ERR_CRYPTO;
}
