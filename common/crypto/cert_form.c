#include "common/crypto/cert_form.h"
#include "common/crypto/key_kind.h"
#include "common/crypto/key_pem.h"
#include "common/crypto/openssl_failed.h"
#include "common/crypto/suite_impl.h"
#include "common/crypto/wrap_ready.h"
#include <stdlib.h>
#include <string.h>

#define DER_MAX 16384

static const char *const USES[] = {
	[CERT_CA] = "ca",
	[CERT_SIGN] = "sign",
	[CERT_ENCRYPT] = "encrypt",
	[CERT_PERSON] = "person",
	[CERT_SEAL] = "seal",
};
#define USES_N (sizeof USES / sizeof USES[0])

const char *cert_form_use(enum cert_use use)
{
	REQUIRE((size_t)use < USES_N);
	return USES[use];
}

unsigned cert_form_usage(const struct suite *s, enum cert_use use)
{
	switch (use) {
	case CERT_CA:
		return KU_KEY_CERT_SIGN | KU_CRL_SIGN;
	case CERT_ENCRYPT:
		return strcmp(s->open_key, "X25519") == 0 ? KU_KEY_AGREEMENT
							  : KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT;
	case CERT_SIGN:
		return KU_DIGITAL_SIGNATURE;
	case CERT_PERSON:
	case CERT_SEAL:
		break;
	}
	return KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION;
}

/* What another CA's software may set besides, without giving the key a second purpose. */
static unsigned usage_allowed(enum cert_use use)
{
	if (use == CERT_CA)
		return KU_KEY_CERT_SIGN | KU_CRL_SIGN;
	if (use == CERT_ENCRYPT)
		return KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT | KU_KEY_AGREEMENT;
	return KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION;
}

static unsigned usage_needed(const struct suite *s, enum cert_use use)
{
	if (use == CERT_CA)
		return KU_KEY_CERT_SIGN;
	if (use == CERT_ENCRYPT)
		return cert_form_usage(s, use) & (KU_KEY_AGREEMENT | KU_KEY_ENCIPHERMENT);
	return KU_DIGITAL_SIGNATURE;
}

int cert_form_mark(const struct suite *s, X509 *x)
{
	if (!s->distinguish)
		return 0;
	ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();
	if (!id || ASN1_OCTET_STRING_set(id, (const uint8_t *)s->distinguish, (int)strlen(s->distinguish)) !=
			   1) {
		ASN1_OCTET_STRING_free(id);
		return ERR_NOMEM;
	}
	X509_set0_distinguishing_id(x, id);
	return 0;
}

const struct suite *cert_form_suite(const EVP_PKEY *k, enum cert_use use)
{
	static const char *const names[] = {"gm", "intl"};
	for (size_t i = 0; i < 2; i++) {
		const struct suite *s = suite_by_name(names[i]);
		if (EVP_PKEY_is_a(k, use == CERT_ENCRYPT ? s->open_key : s->sign_key))
			return s;
	}
	return NULL;
}

int cert_form_key_id(const struct suite *s, const X509 *x, char out[static KEY_ID])
{
	uint8_t *der = NULL;
	struct digest d;
	char hex[DIGEST_HEX];
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
	if (n <= 0)
		return ERR_CRYPTO;
	digest_of(s, view_of(der, (size_t)n), &d);
	OPENSSL_free(der);
	digest_hex(&d, hex);
	memcpy(out, hex, KEY_ID - 1);
	out[KEY_ID - 1] = '\0';
	return 0;
}

bool cert_form_link_ok(const char *s)
{
	size_t n = strlen(s);
	/* A use is no link: one OU cannot be both. */
	for (size_t i = 0; i < USES_N; i++)
		if (strcmp(USES[i], s) == 0)
			return false;
	return n >= 1 && n <= 15 && s[0] >= 'a' && s[0] <= 'z' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

/* A value of a name; false when too long or with control characters. */
static bool name_text(const X509_NAME *name, int at, char out[static CERT_FORM_NAME])
{
	uint8_t *text = NULL;
	int n = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	bool ok = n > 0 && n < CERT_FORM_NAME;
	for (int i = 0; i < n && ok; i++)
		ok = text[i] >= 0x20 && text[i] != 0x7f;
	if (ok) {
		memcpy(out, text, (size_t)n);
		out[n] = '\0';
	}
	OPENSSL_free(text);
	return ok;
}

/* The one value of a name part. */
static bool name_part(const X509_NAME *name, int nid, char out[static CERT_FORM_NAME])
{
	int at = X509_NAME_get_index_by_NID(name, nid, -1);
	return at >= 0 && X509_NAME_get_index_by_NID(name, nid, at) < 0 && name_text(name, at, out);
}

/* The OUs behind the first: links, none twice. *n is how many. */
static bool read_links(struct cert *c, const X509_NAME *name, int at, int *n)
{
	char text[CERT_FORM_NAME];
	for (*n = 0; (at = X509_NAME_get_index_by_NID(name, NID_organizationalUnitName, at)) >= 0; ++*n) {
		if (*n == CERT_LINKS_MAX || !name_text(name, at, text) || !cert_form_link_ok(text) ||
			cert_signs(c, text))
			return false;
		memcpy(c->links[*n], text, strlen(text) + 1);
	}
	return true;
}

static int read_names(struct cert *c, struct err_note *note)
{
	char use[CERT_FORM_NAME];
	int links = 0;
	const X509_NAME *name = X509_get_subject_name(c->x);
	int at = X509_NAME_get_index_by_NID(name, NID_organizationalUnitName, -1);
	if (at < 0 || !name_text(name, at, use) || !name_part(name, NID_organizationName, c->zone) ||
		!name_part(name, NID_commonName, c->subject) || !read_links(c, name, at, &links) ||
		X509_NAME_entry_count(name) != 3 + links)
		return err_set(note, ERR_CERT,
			"certificate: subject is not one O, the use and links as OU, and one CN");
	for (size_t i = 0; i < USES_N; i++)
		if (strcmp(USES[i], use) == 0)
			c->use = (enum cert_use)i;
	if (strcmp(USES[c->use], use) != 0)
		return err_set(
			note, ERR_CERT, "certificate of \"%.60s\": OU names no use we know", c->subject);
	if (links && c->use != CERT_SIGN)
		return err_set(
			note, ERR_CERT, "certificate of \"%.60s\": only signers have links", c->subject);
	return 0;
}

static int read_key(struct cert *c, struct err_note *note)
{
	c->pub = X509_get0_pubkey(c->x);
	c->suite = c->pub ? cert_form_suite(c->pub, c->use) : NULL;
	if (!c->suite)
		return err_set(note, ERR_CERT,
			"certificate of \"%.60s\": its key is of no kind for use \"%s\"", c->subject,
			USES[c->use]);
	if (X509_get_signature_nid(c->x) != c->suite->sig_nid)
		return err_set(note, ERR_CERT, "certificate of \"%.60s\": signed by another suite than %s",
			c->subject, c->suite->name);
	int err = cert_form_key_id(c->suite, c->x, c->id);
	return err ? err : cert_form_mark(c->suite, c->x);
}

static bool critical(const X509 *x, int nid)
{
	int at = X509_get_ext_by_NID(x, nid, -1);
	return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(x, at)) &&
	       X509_get_ext_by_NID(x, nid, at) < 0;
}

static int read_extensions(struct cert *c, struct err_note *note)
{
	uint32_t flags = X509_get_extension_flags(c->x);
	uint32_t usage = X509_get_key_usage(c->x);
	bool ca = c->use == CERT_CA;
	if (flags & (EXFLAG_INVALID | EXFLAG_CRITICAL))
		return err_set(note, ERR_CERT,
			"certificate of \"%.60s\": extension broken or unknown and critical", c->subject);
	if (!critical(c->x, NID_basic_constraints) || !critical(c->x, NID_key_usage))
		return err_set(note, ERR_CERT,
			"certificate of \"%.60s\": basicConstraints and keyUsage must be there and critical",
			c->subject);
	if (ca != ((flags & EXFLAG_CA) != 0) || (ca && X509_get_pathlen(c->x) > 0))
		return err_set(note, ERR_CERT,
			"certificate of \"%.60s\": basicConstraints do not fit use \"%s\"", c->subject,
			USES[c->use]);
	uint32_t needed = usage_needed(c->suite, c->use);
	if ((usage & needed) != needed || (usage & ~usage_allowed(c->use)))
		return err_set(note, ERR_CERT, "certificate of \"%.60s\": keyUsage does not fit use \"%s\"",
			c->subject, USES[c->use]);
	return 0;
}

/* The bytes must be the DER we would write, so that one certificate has one digest. */
static bool is_der(const X509 *x, struct view der)
{
	uint8_t *again = NULL;
	int n = i2d_X509(x, &again);
	bool same = n > 0 && (size_t)n == der.n && memcmp(again, der.p, der.n) == 0;
	OPENSSL_free(again);
	return same;
}

static const char no_certificate[] = "certificate: not one X.509 version 3 certificate in DER";

/* d2i_X509 computes with the key at once: it is told the kinds we have, and no other. */
static int check_kind(struct view der, struct err_note *note)
{
	X509_ALGOR *alg = key_kind_of_certificate(der);
	int err = alg ? key_kind_check(alg, ERR_CERT, "certificate", note)
		      : err_set(note, ERR_CERT, "%s", no_certificate);
	X509_ALGOR_free(alg);
	return err;
}

int cert_form_read(struct view der, struct cert **out, struct err_note *note)
{
	struct cert *c = calloc(1, sizeof *c);
	if (!c)
		return ERR_NOMEM;
	openssl_watch();
	int err = check_kind(der, note);
	const uint8_t *p = der.p;
	if (!err)
		c->x = d2i_X509(NULL, &p, (long)der.n);
	if (!err && (!c->x || p != der.p + der.n || !is_der(c->x, der) ||
			    X509_get_version(c->x) != X509_VERSION_3))
		err = err_set(note, ERR_CERT, "%s", no_certificate);
	if (!err)
		err = read_names(c, note);
	if (!err)
		err = read_key(c, note);
	if (!err)
		err = read_extensions(c, note);
	if (!err && c->use == CERT_ENCRYPT && !(c->ready = wrap_ready_new()))
		err = ERR_NOMEM;
	int why = openssl_failed(err);
	err = err ? why : 0;
	if (err)
		cert_free(c);
	else
		*out = c;
	return err;
}

int cert_form_read_pem(struct view pem, struct cert **out, struct err_note *note)
{
	struct buf der;
	buf_init(&der, DER_MAX);
	struct view rest = pem;
	struct buf more;
	buf_init(&more, DER_MAX);
	int err = key_pem_next(&rest, "CERTIFICATE", &der);
	if (!err && key_pem_next(&rest, "CERTIFICATE", &more) != ERR_NOTFOUND)
		err = err_set(note, ERR_CERT, "certificate: data behind its PEM text");
	else if (err && err != ERR_NOMEM)
		err = err_set(note, ERR_CERT, "certificate: not in PEM form");
	if (!err)
		err = cert_form_read(buf_view(&der), out, note);
	buf_fini(&der);
	buf_fini(&more);
	return err;
}

struct cert *cert_form_share(const struct cert *c)
{
	struct cert *share = malloc(sizeof *share);
	if (!share || X509_up_ref(c->x) != 1) {
		free(share);
		return NULL;
	}
	*share = *c;
	share->ready = NULL;
	return share;
}

int cert_form_signed_by(const struct cert *c, const struct cert *by)
{
	openssl_watch();
	int ok = X509_verify(c->x, by->pub), err = openssl_failed(ERR_SIGNATURE);
	return ok == 1 ? 0 : err;
}
