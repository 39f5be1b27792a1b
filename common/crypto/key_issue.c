/* Making keys and certificates. */
#include "common/crypto/key_file.h"
#include "common/crypto/key_impl.h"
#include "common/crypto/key_pem.h"
#include "common/crypto/suite_impl.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DAYS_MAX 36500
#define BACKDATE 3600L /* seconds, for clocks that differ a little */

/* What is certified, and by whom; ca NULL: by itself. */
struct request {
	const struct suite *suite;
	enum cert_use use;
	const char *zone, *subject;
	const char *const *links; /* NULL: none */
	int days;
	const struct key_pair *ca;
};

static bool add_name(X509_NAME *n, const char *field, const char *value)
{
	return X509_NAME_add_entry_by_txt(n, field, MBSTRING_UTF8, (const uint8_t *)value, -1, -1, 0) == 1;
}

static bool set_name(X509_NAME *n, const struct request *r)
{
	bool ok = add_name(n, "O", r->zone) && add_name(n, "OU", cert_form_use(r->use));
	for (size_t i = 0; ok && r->links && r->links[i]; i++)
		ok = add_name(n, "OU", r->links[i]);
	return ok && add_name(n, "CN", r->subject);
}

static bool set_serial(X509 *x)
{
	uint8_t b[16];
	random_bytes(b, sizeof b);
	b[0] = (uint8_t)((b[0] & 0x3f) | 0x40); /* positive and of full length */
	BIGNUM *n = BN_bin2bn(b, sizeof b, NULL);
	bool ok = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));
	BN_free(n);
	return ok;
}

/* A certificate never outlives its CA. */
static bool set_validity(X509 *x, const struct request *r)
{
	if (!X509_gmtime_adj(X509_getm_notBefore(x), -BACKDATE) ||
		!X509_time_adj_ex(X509_getm_notAfter(x), r->days, 0, NULL))
		return false;
	const ASN1_TIME *end = r->ca ? X509_get0_notAfter(r->ca->cert->x) : NULL;
	return !end || ASN1_TIME_compare(X509_get0_notAfter(x), end) <= 0 || X509_set1_notAfter(x, end) == 1;
}

static bool add_extension(X509 *x, X509V3_CTX *v3, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, v3, nid, value);
	bool ok = e && X509_add_ext(x, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

static bool add_usage(X509 *x, unsigned bits)
{
	static const struct {
		unsigned bit;
		int at;
	} map[] = {{KU_DIGITAL_SIGNATURE, 0}, {KU_NON_REPUDIATION, 1}, {KU_KEY_ENCIPHERMENT, 2},
		{KU_DATA_ENCIPHERMENT, 3}, {KU_KEY_AGREEMENT, 4}, {KU_KEY_CERT_SIGN, 5}, {KU_CRL_SIGN, 6}};
	ASN1_BIT_STRING *s = ASN1_BIT_STRING_new();
	bool ok = s;
	for (size_t i = 0; i < sizeof map / sizeof map[0] && ok; i++)
		if (bits & map[i].bit)
			ok = ASN1_BIT_STRING_set_bit(s, map[i].at, 1) == 1;
	ok = ok && X509_add1_ext_i2d(x, NID_key_usage, s, 1, X509V3_ADD_DEFAULT) == 1;
	ASN1_BIT_STRING_free(s);
	return ok;
}

static bool set_extensions(X509 *x, const struct request *r)
{
	X509V3_CTX v3;
	X509V3_set_ctx_nodb(&v3);
	X509V3_set_ctx(&v3, r->ca ? r->ca->cert->x : x, x, NULL, NULL, 0);
	return add_extension(x, &v3, NID_basic_constraints,
		       r->ca ? "critical,CA:FALSE" : "critical,CA:TRUE,pathlen:0") &&
	       add_usage(x, cert_form_usage(r->suite, r->use)) &&
	       add_extension(x, &v3, NID_subject_key_identifier, "hash") &&
	       add_extension(x, &v3, NID_authority_key_identifier, "keyid:always");
}

/* Not X509_sign: it forgets the signer id. */
static bool sign_certificate(X509 *x, const struct suite *s, EVP_PKEY *by)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = c && key_signature_begin(c, s, by, true) == 1 && X509_sign_ctx(x, c) > 0;
	EVP_MD_CTX_free(c);
	return ok;
}

/* The certificate for `key`; NULL on failure. */
static X509 *certify(const struct request *r, EVP_PKEY *key)
{
	X509 *x = X509_new();
	EVP_PKEY *by = r->ca ? r->ca->key : key;
	if (x && X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) &&
		set_name(X509_get_subject_name(x), r) &&
		X509_set_issuer_name(x, X509_get_subject_name(r->ca ? r->ca->cert->x : x)) == 1 &&
		set_validity(x, r) && X509_set_pubkey(x, key) == 1 && set_extensions(x, r) &&
		sign_certificate(x, r->suite, by))
		return x;
	X509_free(x);
	return NULL;
}

static int cert_text(const struct request *r, EVP_PKEY *key, struct buf *out, struct err_note *note)
{
	char *text = NULL;
	BIO *b = BIO_new(BIO_s_mem());
	X509 *x = certify(r, key);
	int err = 0;
	if (!x || !b || PEM_write_bio_X509(b, x) != 1)
		err = err_set(note, ERR_CRYPTO, "certificate for \"%.60s\" cannot be made", r->subject);
	long n = err ? 0 : BIO_get_mem_data(b, &text);
	if (!err)
		err = buf_add(out, text, (size_t)n);
	/* What we issue must be what we accept. */
	struct cert *c = NULL;
	if (!err)
		err = cert_form_read_pem(buf_view(out), &c, note);
	cert_free(c);
	X509_free(x);
	BIO_free(b);
	ERR_clear_error();
	return err;
}

static int check_request(const struct request *r, const char *passphrase, struct err_note *note)
{
	const char *names[] = {r->zone, r->subject};
	for (size_t i = 0; i < 2; i++) {
		if (!*names[i] || strlen(names[i]) >= CERT_FORM_NAME)
			return err_set(note, ERR_RANGE, "name in certificate: 1 to 64 characters");
		for (const char *p = names[i]; *p; p++)
			if ((uint8_t)*p < 0x20 || *p == 0x7f)
				return err_set(note, ERR_RANGE, "name in certificate: control character");
	}
	for (size_t i = 0; r->links && r->links[i]; i++)
		if (i == CERT_LINKS_MAX || !cert_form_link_ok(r->links[i]))
			return err_set(note, ERR_RANGE,
				"links: at most %d names of at most 15 of a-z, 0-9 and -", CERT_LINKS_MAX);
	if (r->days < 1 || r->days > DAYS_MAX)
		return err_set(note, ERR_RANGE, "days: 1 to %d", DAYS_MAX);
	if (passphrase && !*passphrase)
		return err_set(note, ERR_RANGE, "passphrase: empty");
	return 0;
}

static int make(const struct request *r, const char *passphrase, const char *key_file, const char *cert_file,
	struct err_note *note)
{
	struct buf key_pem, cert_pem;
	EVP_PKEY *key = NULL;
	buf_init(&key_pem, KEY_PEM_MAX);
	buf_init(&cert_pem, KEY_PEM_MAX);
	int err = check_request(r, passphrase, note);
	if (!err)
		err = key_file_absent(key_file, note);
	if (!err)
		err = key_file_absent(cert_file, note);
	if (!err) {
		key = EVP_PKEY_Q_keygen(
			NULL, NULL, r->use == CERT_ENCRYPT ? r->suite->open_key : r->suite->sign_key);
		if (!key || key_pem_write_private(key, passphrase, &key_pem) != 0)
			err = err_set(note, ERR_CRYPTO, "%s: key cannot be made", key_file);
	}
	if (!err)
		err = cert_text(r, key, &cert_pem, note);
	if (!err)
		err = key_file_publish(key_file, 0600, buf_view(&key_pem), note);
	if (!err && (err = key_file_publish(cert_file, 0644, buf_view(&cert_pem), note)) != 0)
		(void)unlink(key_file); /* a key without certificate is of no use */
	EVP_PKEY_free(key);
	buf_fini(&key_pem);
	buf_fini(&cert_pem);
	ERR_clear_error();
	return err;
}

int key_make_ca(const struct suite *s, const char *zone, int days, const char *key_file,
	const char *cert_file, struct err_note *note)
{
	char subject[CERT_FORM_NAME];
	int n = snprintf(subject, sizeof subject, "%s CA", zone);
	if (n < 0 || (size_t)n >= sizeof subject)
		return err_set(note, ERR_RANGE, "name in certificate: 1 to 64 characters");
	struct request r = {.suite = s, .use = CERT_CA, .zone = zone, .subject = subject, .days = days};
	return make(&r, NULL, key_file, cert_file, note);
}

static int issue(const char *ca_key, const char *ca_cert, struct request *r, const char *passphrase,
	const char *key_file, const char *cert_file, struct err_note *note)
{
	struct sign_key *ca = NULL;
	if (r->use == CERT_CA)
		return err_set(note, ERR_CERT, "a CA is made by itself, not issued");
	int err = sign_key_load(ca_key, ca_cert, NULL, &ca, note);
	if (!err && ca->pair.cert->use != CERT_CA)
		err = err_set(note, ERR_CERT, "%s: is no CA", ca_cert);
	if (!err) {
		r->suite = ca->pair.cert->suite;
		r->zone = ca->pair.cert->zone;
		r->ca = &ca->pair;
		err = make(r, passphrase, key_file, cert_file, note);
	}
	sign_key_free(ca);
	return err;
}

int key_issue(const char *ca_key, const char *ca_cert, enum cert_use use, const char *subject, int days,
	const char *passphrase, const char *key_file, const char *cert_file, struct err_note *note)
{
	struct request r = {.use = use, .subject = subject, .days = days};
	return issue(ca_key, ca_cert, &r, passphrase, key_file, cert_file, note);
}

int key_issue_signer(const char *ca_key, const char *ca_cert, const char *station, const char *const *links,
	int days, const char *key_file, const char *cert_file, struct err_note *note)
{
	struct request r = {.use = CERT_SIGN, .subject = station, .links = links, .days = days};
	if (!links[0])
		return err_set(note, ERR_RANGE, "links: a signer of bundles needs one");
	return issue(ca_key, ca_cert, &r, NULL, key_file, cert_file, note);
}
