#include "common/crypto/master.h"
#include "common/crypto/key_file.h"
#include "common/crypto/key_token.h"
#include "common/crypto/suite.h"
#include "common/crypto/token.h"
#include "common/os/file.h"
#include <string.h>

static int from_file(const char *name, uint8_t out[static MASTER_SIZE], struct err_note *note)
{
	struct buf b;
	buf_init(&b, MASTER_SIZE);
	int err = file_read_secret(name, MASTER_SIZE, &b, note);
	if (!err && b.n != MASTER_SIZE)
		err = err_set(note, ERR_KEY, "%s: not a master key of %d bytes", name, MASTER_SIZE);
	if (!err)
		memcpy(out, b.p, MASTER_SIZE);
	buf_fini(&b);
	return err;
}

static int token_mac(struct token *t, uint8_t out[static MASTER_SIZE], struct err_note *note)
{
	CK_BYTE text[] = "sanwang vault master 1", mac[MASTER_SIZE];
	CK_MECHANISM how = {CKM_SHA256_HMAC, NULL, 0};
	CK_OBJECT_HANDLE key = 0;
	CK_ULONG n = sizeof mac;
	int err = token_find(t, CKO_SECRET_KEY, &key, note);
	if (err == ERR_NOTFOUND)
		err = err_set(note, ERR_KEY, "key on a token: no secret key fits the URI");
	if (!err && (t->module->C_SignInit(t->session, &how, key) != CKR_OK ||
			    t->module->C_Sign(t->session, text, sizeof text - 1, mac, &n) != CKR_OK ||
			    n != sizeof mac))
		err = err_set(note, ERR_KEY, "key on a token: its key derives nothing by SHA256-HMAC");
	if (!err)
		memcpy(out, mac, sizeof mac);
	buf_wipe(mac, sizeof mac);
	return err;
}

int master_read(const char *name, uint8_t out[static MASTER_SIZE], struct err_note *note)
{
	if (!key_token_is(name))
		return from_file(name, out, note);
	struct token t;
	int err = token_open(&t, name, NULL, false, note);
	if (!err)
		err = token_mac(&t, out, note);
	token_close(&t);
	return err;
}

static int make_file(const char *name, bool *made, struct err_note *note)
{
	uint8_t raw[MASTER_SIZE];
	random_bytes(raw, sizeof raw);
	int err = key_file_publish(name, 0600, view_of(raw, sizeof raw), note);
	buf_wipe(raw, sizeof raw);
	if (!err)
		*made = true;
	return err;
}

static int token_generate(struct token *t, struct err_note *note)
{
	CK_MECHANISM how = {CKM_GENERIC_SECRET_KEY_GEN, NULL, 0};
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_KEY_TYPE type = CKK_GENERIC_SECRET;
	CK_ULONG size = MASTER_SIZE;
	CK_OBJECT_HANDLE key = 0;
	CK_ATTRIBUTE is[TOKEN_ATTRIBUTES + 7];
	size_t n = token_named(t, is);
	is[n++] = (CK_ATTRIBUTE){CKA_KEY_TYPE, &type, sizeof type};
	is[n++] = (CK_ATTRIBUTE){CKA_VALUE_LEN, &size, sizeof size};
	is[n++] = (CK_ATTRIBUTE){CKA_TOKEN, &yes, sizeof yes};
	is[n++] = (CK_ATTRIBUTE){CKA_PRIVATE, &yes, sizeof yes};
	is[n++] = (CK_ATTRIBUTE){CKA_SENSITIVE, &yes, sizeof yes};
	is[n++] = (CK_ATTRIBUTE){CKA_EXTRACTABLE, &no, sizeof no};
	is[n++] = (CK_ATTRIBUTE){CKA_SIGN, &yes, sizeof yes};
	return t->module->C_GenerateKey(t->session, &how, is, n, &key) == CKR_OK
		       ? 0
		       : err_set(note, ERR_KEY, "key on a token: it makes no secret key of %d bytes",
				 MASTER_SIZE);
}

static int make_on_token(const char *uri, bool *made, struct err_note *note)
{
	struct token t;
	CK_OBJECT_HANDLE key = 0;
	int err = token_open(&t, uri, NULL, true, note);
	if (!err)
		err = token_find(&t, CKO_SECRET_KEY, &key, note);
	if (err == ERR_NOTFOUND && (err = token_generate(&t, note)) == 0)
		*made = true;
	token_close(&t);
	return err;
}

int master_make(const char *name, bool *made, struct err_note *note)
{
	*made = false;
	return key_token_is(name) ? make_on_token(name, made, note) : make_file(name, made, note);
}
