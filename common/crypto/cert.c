#include "common/crypto/cert_form.h"
#include "common/crypto/key_pem.h"
#include "common/crypto/suite_impl.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define TRUST_MAX 16
#define DER_MAX 16384

struct trust {
	struct cert *ca[TRUST_MAX];
	size_t n;
};

void cert_free(struct cert *c)
{
	if (!c)
		return;
	X509_free(c->x);
	free(c);
}

const char *cert_subject(const struct cert *c)
{
	return c->subject;
}

const char *cert_zone(const struct cert *c)
{
	return c->zone;
}

const char *cert_key_id(const struct cert *c)
{
	return c->id;
}

const struct suite *cert_suite(const struct cert *c)
{
	return c->suite;
}

void cert_digest(const struct cert *c, struct digest *out)
{
	uint8_t *der = NULL;
	int n = i2d_X509(c->x, &der);
	REQUIRE(n > 0);
	digest_of(c->suite, view_of(der, (size_t)n), out);
	OPENSSL_free(der);
}

static bool same_name(const X509_NAME *a, const X509_NAME *b)
{
	const uint8_t *pa = NULL, *pb = NULL;
	size_t na = 0, nb = 0;
	return X509_NAME_get0_der(a, &pa, &na) == 1 && X509_NAME_get0_der(b, &pb, &nb) == 1 && na == nb &&
	       memcmp(pa, pb, na) == 0;
}

static bool valid_at(const struct cert *c, int64_t at_ms)
{
	time_t t = (time_t)(at_ms / 1000);
	return X509_cmp_time(X509_get0_notBefore(c->x), &t) < 0 &&
	       X509_cmp_time(X509_get0_notAfter(c->x), &t) > 0;
}

/* A further CA of the zone: self-signed, of the same suite and zone as the first. */
static int add_ca(struct trust *t, struct view der, struct err_note *note)
{
	struct cert *c = NULL;
	if (t->n == TRUST_MAX)
		return err_set(note, ERR_LIMIT, "CA file: more than %d certificates", TRUST_MAX);
	int err = cert_form_read(der, &c, note);
	if (!err && (c->use != CERT_CA || cert_form_signed_by(c, c) != 0))
		err = err_set(note, ERR_CERT, "CA file: \"%.60s\" is no self-signed CA", c->subject);
	if (!err && t->n && (c->suite != t->ca[0]->suite || strcmp(c->zone, t->ca[0]->zone) != 0))
		err = err_set(note, ERR_CERT, "CA file: \"%.60s\" is of another zone or suite than the first",
			c->subject);
	if (err)
		cert_free(c);
	else
		t->ca[t->n++] = c;
	return err;
}

int trust_from_pem(struct view pem, struct trust **out, struct err_note *note)
{
	struct trust *t = calloc(1, sizeof *t);
	if (!t)
		return ERR_NOMEM;
	struct buf der;
	buf_init(&der, DER_MAX);
	struct view rest = pem;
	int err = 0;
	for (;;) {
		buf_reset(&der);
		err = key_pem_next(&rest, "CERTIFICATE", &der);
		if (err)
			break;
		err = add_ca(t, buf_view(&der), note);
		if (err)
			goto out;
	}
	if (err == ERR_NOTFOUND && t->n)
		err = 0;
	else if (err != ERR_NOMEM)
		err = err_set(note, ERR_CERT, "CA file: not PEM certificates alone");
out:
	buf_fini(&der);
	if (err)
		trust_free(t);
	else
		*out = t;
	return err;
}

static int read_file(const char *file, struct buf *out, struct err_note *note)
{
	int err = file_read(AT_FDCWD, file, KEY_PEM_MAX, out);
	return err ? err_set(note, err, "%s: cannot be read", file) : 0;
}

/* Puts the file's name behind what is wrong in it. */
static int in_file(struct err_note *note, int err, const char *file)
{
	struct err_note inner;
	if (!err || !note)
		return err;
	inner = *note;
	return err_set(note, err, "%.180s, %s", inner.text, file);
}

int trust_load(const char *ca_file, struct trust **out, struct err_note *note)
{
	struct buf b;
	buf_init(&b, KEY_PEM_MAX);
	int err = read_file(ca_file, &b, note);
	if (!err)
		err = in_file(note, trust_from_pem(buf_view(&b), out, note), ca_file);
	buf_fini(&b);
	return err;
}

const struct suite *trust_suite(const struct trust *t)
{
	return t->ca[0]->suite;
}

void trust_free(struct trust *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++)
		cert_free(t->ca[i]);
	free(t);
}

static const struct cert *issuer_of(const struct trust *t, const struct cert *c)
{
	const X509_NAME *name = X509_get_issuer_name(c->x);
	for (size_t i = 0; i < t->n; i++)
		if (same_name(name, X509_get_subject_name(t->ca[i]->x)) &&
			cert_form_signed_by(c, t->ca[i]) == 0)
			return t->ca[i];
	return NULL;
}

static int check_use(const struct cert *c, enum cert_use use, struct err_note *note)
{
	if (c->use == use)
		return 0;
	return err_set(note, ERR_CERT, "certificate of \"%.60s\" is for \"%s\", not for \"%s\"", c->subject,
		cert_form_use(c->use), cert_form_use(use));
}

int cert_check(const struct trust *t, struct view pem, enum cert_use use, int64_t at_ms, struct cert **out,
	struct err_note *note)
{
	struct cert *c = NULL;
	const struct cert *ca = NULL;
	int err = use == CERT_CA ? err_set(note, ERR_CERT, "certificate: a CA is pinned, never checked")
				 : cert_form_read_pem(pem, &c, note);
	if (!err)
		err = check_use(c, use, note);
	if (!err && c->suite != trust_suite(t))
		err = err_set(note, ERR_CERT, "certificate of \"%.60s\": suite %s, but the zone's is %s",
			c->subject, c->suite->name, trust_suite(t)->name);
	if (!err && !(ca = issuer_of(t, c)))
		err = err_set(note, ERR_CERT,
			"certificate of \"%.60s\": not signed by the pinned CA of \"%.60s\"", c->subject,
			t->ca[0]->zone);
	if (!err && strcmp(c->zone, ca->zone) != 0)
		err = err_set(note, ERR_CERT, "certificate of \"%.60s\": O is \"%.60s\", the CA's \"%.60s\"",
			c->subject, c->zone, ca->zone);
	if (!err && at_ms && (!valid_at(c, at_ms) || !valid_at(ca, at_ms)))
		err = err_set(note, ERR_CERT,
			"certificate of \"%.60s\": it or its CA is not valid at that time", c->subject);
	if (err)
		cert_free(c);
	else
		*out = c;
	return err;
}

int cert_from_pem(struct view pem, enum cert_use use, struct cert **out, struct err_note *note)
{
	struct cert *c = NULL;
	int err = cert_form_read_pem(pem, &c, note);
	if (!err)
		err = check_use(c, use, note);
	if (err)
		cert_free(c);
	else
		*out = c;
	return err;
}

int cert_load_pinned(const char *file, enum cert_use use, struct cert **out, struct err_note *note)
{
	struct buf b;
	buf_init(&b, KEY_PEM_MAX);
	int err = read_file(file, &b, note);
	if (!err)
		err = in_file(note, cert_from_pem(buf_view(&b), use, out, note), file);
	buf_fini(&b);
	return err;
}
