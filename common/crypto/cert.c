#include "common/crypto/cert_form.h"
#include "common/crypto/key_pem.h"
#include "common/crypto/suite_impl.h"
#include "common/crypto/trust_known.h"
#include "common/crypto/wrap_ready.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void cert_free(struct cert *c)
{
	if (!c)
		return;
	X509_free(c->x);
	wrap_ready_free(c->ready);
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

enum cert_use cert_use(const struct cert *c)
{
	return c->use;
}

const char *cert_link(const struct cert *c, size_t i)
{
	return i < CERT_LINKS_MAX && c->links[i][0] ? c->links[i] : NULL;
}

bool cert_signs(const struct cert *c, const char *link)
{
	for (size_t i = 0; cert_link(c, i); i++)
		if (strcmp(cert_link(c, i), link) == 0)
			return true;
	return false;
}

int64_t cert_ends_ms(const struct cert *c)
{
	struct tm t;
	REQUIRE(ASN1_TIME_to_tm(X509_get0_notAfter(c->x), &t) == 1);
	return (int64_t)timegm(&t) * 1000;
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

static bool valid_at(const struct cert *c, int64_t at_ms)
{
	time_t t = (time_t)(at_ms / 1000);
	return X509_cmp_time(X509_get0_notBefore(c->x), &t) < 0 &&
	       X509_cmp_time(X509_get0_notAfter(c->x), &t) > 0;
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
	bool known = use != CERT_CA && trust_known_find(trust_known_of(t), pem, &c, &ca);
	int err = use == CERT_CA ? err_set(note, ERR_CERT, "certificate: a CA is pinned, never checked")
		  : known        ? 0
				 : cert_form_read_pem(pem, &c, note);
	if (!err)
		err = check_use(c, use, note);
	if (!err && c->suite != trust_suite(t))
		err = err_set(note, ERR_CERT, "certificate of \"%.60s\": suite %s, but the zone's is %s",
			c->subject, c->suite->name, trust_suite(t)->name);
	if (!err && !known)
		err = trust_issuer(t, c, &ca);
	if (err == ERR_SIGNATURE)
		err = err_set(note, ERR_CERT,
			"certificate of \"%.60s\": not signed by the pinned CA of \"%.60s\"", c->subject,
			trust_zone(t));
	if (!err && strcmp(c->zone, ca->zone) != 0)
		err = err_set(note, ERR_CERT, "certificate of \"%.60s\": O is \"%.60s\", the CA's \"%.60s\"",
			c->subject, c->zone, ca->zone);
	if (!err && at_ms && (!valid_at(c, at_ms) || !valid_at(ca, at_ms)))
		err = err_set(note, ERR_CERT,
			"certificate of \"%.60s\": it or its CA is not valid at that time", c->subject);
	if (!err && use != CERT_SIGN)
		err = trust_judge_at(t, c, at_ms, note);
	if (!err && !known && use == CERT_SIGN)
		trust_known_keep(trust_known_of(t), pem, c, ca);
	if (err)
		cert_free(c);
	else
		*out = c;
	return err;
}

int cert_check_service(const struct trust *t, struct view pem, const char *name, int64_t at_ms,
	struct cert **out, struct err_note *note)
{
	struct cert *c = NULL;
	int err = cert_check(t, pem, CERT_SIGN, at_ms, &c, note);
	if (!err && strcmp(c->subject, name) != 0)
		err = err_set(note, ERR_CERT, "certificate of \"%.60s\": not that of the service \"%s\"",
			c->subject, name);
	if (!err)
		err = trust_judge_at(t, c, at_ms, note);
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
