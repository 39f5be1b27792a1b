#include "common/crypto/token.h"
#include "common/os/file.h"
#include <string.h>

#define SLOTS_MAX 64
#define PIN_MAX 256

void token_close(struct token *t)
{
	if (t->open)
		(void)t->module->C_CloseSession(t->session);
	if (t->ready)
		(void)p11_kit_module_finalize(t->module);
	if (t->module)
		p11_kit_module_release(t->module);
	p11_kit_uri_free(t->uri);
	*t = (struct token){0};
}

static int load_module(struct token *t, struct err_note *note)
{
	const char *path = p11_kit_uri_get_module_path(t->uri);
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

static int find_slot(const struct token *t, CK_SLOT_ID *out, struct err_note *note)
{
	CK_SLOT_ID slots[SLOTS_MAX];
	CK_ULONG n = SLOTS_MAX;
	size_t found = 0;
	if (t->module->C_GetSlotList(CK_TRUE, slots, &n) != CKR_OK)
		return err_set(note, ERR_KEY, "key on a token: its slots cannot be listed");
	for (CK_ULONG i = 0; i < n; i++) {
		CK_TOKEN_INFO info;
		if (t->module->C_GetTokenInfo(slots[i], &info) == CKR_OK &&
			p11_kit_uri_match_token_info(t->uri, &info)) {
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

static int pin_get(const struct token *t, const char *given, struct buf *pin, struct err_note *note)
{
	if (!given)
		return read_pin(t->uri, pin, note);
	if (p11_kit_uri_get_pin_source(t->uri) || p11_kit_uri_get_pin_value(t->uri))
		return err_set(
			note, ERR_CONFIG, "key on a token: a person's PIN stands nowhere but in the head");
	return buf_add_str(pin, given);
}

static int log_in(struct token *t, CK_SLOT_ID slot, const char *given, bool write, struct err_note *note)
{
	struct buf pin;
	buf_init(&pin, PIN_MAX);
	int err = pin_get(t, given, &pin, note);
	if (!err && t->module->C_OpenSession(slot, CKF_SERIAL_SESSION | (write ? CKF_RW_SESSION : 0), NULL,
			    NULL, &t->session) != CKR_OK)
		err = err_set(note, ERR_KEY, "key on a token: no session");
	if (!err) {
		t->open = true;
		CK_RV rv = t->module->C_Login(t->session, CKU_USER, pin.p, pin.n);
		if (rv == CKR_USER_ALREADY_LOGGED_IN && given)
			err = err_set(note, ERR_BUSY, "key on a token: it is open already");
		else if (rv == CKR_PIN_LOCKED)
			err = err_set(note, ERR_DENIED, "key on a token: the PIN is locked");
		else if (rv != CKR_OK && rv != CKR_USER_ALREADY_LOGGED_IN)
			err = err_set(
				note, given ? ERR_KEY : ERR_DENIED, "key on a token: the PIN is not taken");
	}
	buf_fini(&pin);
	return err;
}

int token_open(struct token *t, const char *uri, const char *pin, bool write, struct err_note *note)
{
	CK_SLOT_ID slot = 0;
	*t = (struct token){.uri = p11_kit_uri_new()};
	int err = t->uri ? 0 : ERR_NOMEM;
	if (!err && p11_kit_uri_parse(uri, P11_KIT_URI_FOR_ANY, t->uri) != P11_KIT_URI_OK)
		err = err_set(note, ERR_CONFIG, "key on a token: not a PKCS#11 URI");
	if (!err)
		err = load_module(t, note);
	if (!err)
		err = find_slot(t, &slot, note);
	if (!err)
		err = log_in(t, slot, pin, write, note);
	return err;
}

size_t token_named(struct token *t, CK_ATTRIBUTE to[static TOKEN_ATTRIBUTES])
{
	CK_ULONG have = 0;
	size_t n = 0;
	const CK_ATTRIBUTE *given = p11_kit_uri_get_attributes(t->uri, &have);
	for (CK_ULONG i = 0; i < have && n < TOKEN_ATTRIBUTES; i++)
		if (given[i].type != CKA_CLASS)
			to[n++] = given[i];
	return n;
}

int token_find(struct token *t, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *out, struct err_note *note)
{
	CK_ATTRIBUTE want[TOKEN_ATTRIBUTES + 1];
	CK_OBJECT_HANDLE found[2];
	CK_ULONG count = 0;
	size_t n = token_named(t, want);
	want[n++] = (CK_ATTRIBUTE){CKA_CLASS, &class, sizeof class};
	bool ok = t->module->C_FindObjectsInit(t->session, want, n) == CKR_OK;
	ok = ok && t->module->C_FindObjects(t->session, found, 2, &count) == CKR_OK;
	(void)t->module->C_FindObjectsFinal(t->session);
	if (!ok || count != 1)
		return err_set(note, ok && !count ? ERR_NOTFOUND : ERR_KEY,
			"key on a token: %s %s key fits the URI", count ? "more than one" : "no",
			class == CKO_SECRET_KEY ? "secret" : "private");
	*out = found[0];
	return 0;
}
