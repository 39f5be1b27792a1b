#include "common/crypto/key_token.h"
#include "common/os/file.h"
#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_MAX 64
#define PIN_MAX 256
#define SIGNATURE 64

struct key_token {
	CK_FUNCTION_LIST *module;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	pthread_mutex_t lock; /* one operation at a time in a session */
	bool ready, open;
};

bool key_token_is(const char *name)
{
	return strncmp(name, "pkcs11:", 7) == 0;
}

void key_token_close(struct key_token *t)
{
	if (!t)
		return;
	if (t->open)
		(void)t->module->C_CloseSession(t->session);
	if (t->ready)
		(void)p11_kit_module_finalize(t->module);
	if (t->module)
		p11_kit_module_release(t->module);
	(void)pthread_mutex_destroy(&t->lock);
	free(t);
}

static int load_module(struct key_token *t, P11KitUri *uri, struct err_note *note)
{
	const char *path = p11_kit_uri_get_module_path(uri);
	if (!path || path[0] != '/')
		return err_set(note, ERR_CONFIG, "key on a token: the URI names no module-path");
	t->module = p11_kit_module_load(path, 0);
	if (!t->module)
		return err_set(note, ERR_CONFIG, "%.150s: is no PKCS#11 module", path);
	if (p11_kit_module_initialize(t->module) != CKR_OK)
		return err_set(note, ERR_KEY, "%.150s: the module does not start", path);
	t->ready = true;
	return 0;
}

static int find_slot(const struct key_token *t, P11KitUri *uri, CK_SLOT_ID *out, struct err_note *note)
{
	CK_SLOT_ID slots[SLOTS_MAX];
	CK_ULONG n = SLOTS_MAX;
	size_t found = 0;
	if (t->module->C_GetSlotList(CK_TRUE, slots, &n) != CKR_OK)
		return err_set(note, ERR_KEY, "key on a token: its slots cannot be listed");
	for (CK_ULONG i = 0; i < n; i++) {
		CK_TOKEN_INFO info;
		if (t->module->C_GetTokenInfo(slots[i], &info) == CKR_OK &&
			p11_kit_uri_match_token_info(uri, &info)) {
			*out = slots[i];
			found++;
		}
	}
	return found == 1 ? 0 : err_set(note, ERR_KEY, "key on a token: %zu tokens fit the URI", found);
}

/* The first line of the file. */
static int read_pin(P11KitUri *uri, struct buf *pin, struct err_note *note)
{
	const char *source = p11_kit_uri_get_pin_source(uri);
	if (!source)
		return err_set(note, ERR_CONFIG, "key on a token: the URI names no pin-source");
	if (strncmp(source, "file:", 5) == 0)
		source += 5;
	int err = file_read_secret(source, PIN_MAX, pin, note);
	const uint8_t *end = err || !pin->n ? NULL : memchr(pin->p, '\n', pin->n);
	if (end)
		pin->n = (size_t)(end - pin->p);
	return err;
}

static int log_in(struct key_token *t, P11KitUri *uri, CK_SLOT_ID slot, struct err_note *note)
{
	struct buf pin;
	buf_init(&pin, PIN_MAX);
	int err = read_pin(uri, &pin, note);
	if (!err && t->module->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &t->session) != CKR_OK)
		err = err_set(note, ERR_KEY, "key on a token: no session");
	if (!err) {
		t->open = true;
		CK_RV rv = t->module->C_Login(t->session, CKU_USER, pin.p, pin.n);
		if (rv != CKR_OK && rv != CKR_USER_ALREADY_LOGGED_IN)
			err = err_set(note, ERR_DENIED, "key on a token: the PIN is not taken");
	}
	buf_fini(&pin);
	return err;
}

static int find_key(struct key_token *t, P11KitUri *uri, struct err_note *note)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE want[8];
	CK_OBJECT_HANDLE found[2];
	CK_ULONG n = 0, have = 0;
	CK_ATTRIBUTE *given = p11_kit_uri_get_attributes(uri, &have);
	want[n++] = (CK_ATTRIBUTE){CKA_CLASS, &class, sizeof class};
	for (CK_ULONG i = 0; i < have && n < 8; i++)
		if (given[i].type != CKA_CLASS)
			want[n++] = given[i];
	CK_ULONG count = 0;
	bool ok = t->module->C_FindObjectsInit(t->session, want, n) == CKR_OK;
	ok = ok && t->module->C_FindObjects(t->session, found, 2, &count) == CKR_OK;
	(void)t->module->C_FindObjectsFinal(t->session);
	if (!ok || count != 1)
		return err_set(note, ERR_KEY, "key on a token: %s private key fits the URI",
			count ? "more than one" : "no");
	t->key = found[0];
	return 0;
}

int key_token_open(const char *text, struct key_token **out, struct err_note *note)
{
	struct key_token *t = calloc(1, sizeof *t);
	P11KitUri *uri = p11_kit_uri_new();
	CK_SLOT_ID slot = 0;
	int err = t && uri ? 0 : ERR_NOMEM;
	if (t)
		REQUIRE(pthread_mutex_init(&t->lock, NULL) == 0);
	if (!err && p11_kit_uri_parse(text, P11_KIT_URI_FOR_ANY, uri) != P11_KIT_URI_OK)
		err = err_set(note, ERR_CONFIG, "key on a token: not a PKCS#11 URI");
	if (!err)
		err = load_module(t, uri, note);
	if (!err)
		err = find_slot(t, uri, &slot, note);
	if (!err)
		err = log_in(t, uri, slot, note);
	if (!err)
		err = find_key(t, uri, note);
	p11_kit_uri_free(uri);
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
	bool ok = t->module->C_SignInit(t->session, &how, t->key) == CKR_OK &&
		  t->module->C_Sign(t->session, data.p, v.n, out, &n) == CKR_OK && n == SIGNATURE;
	REQUIRE(pthread_mutex_unlock(&t->lock) == 0);
	return ok ? buf_add(sig, out, n) : ERR_CRYPTO;
}
