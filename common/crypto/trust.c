#include "common/crypto/trust.h"
#include "common/crypto/cert_form.h"
#include "common/crypto/key_pem.h"
#include "common/crypto/revocation.h"
#include "common/crypto/suite_impl.h"
#include "common/crypto/trust_known.h"
#include "common/os/file.h"
#include "common/os/listing.h"
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRUST_MAX 16
#define DER_MAX 16384

/* The list in force. Behind a pointer: what is asked of a trust does not change it. */
struct revoked {
	pthread_rwlock_t lock;
	struct revocation_list list; /* number 0: none yet */
	struct digest digest;        /* of its bytes */
};
struct trust {
	struct cert *ca[TRUST_MAX];
	size_t n;
	struct revoked *revoked;
	struct trust_known *known;
};

/* ---- pinned certificates */

static bool same_name(const X509_NAME *a, const X509_NAME *b)
{
	const uint8_t *pa = NULL, *pb = NULL;
	size_t na = 0, nb = 0;
	return X509_NAME_get0_der(a, &pa, &na) == 1 && X509_NAME_get0_der(b, &pb, &nb) == 1 && na == nb &&
	       memcmp(pa, pb, na) == 0;
}

/* A further CA of the zone: self-signed, of the same suite and zone as the first. */
static int add_ca(struct trust *t, struct view der, struct err_note *note)
{
	struct cert *c = NULL;
	if (t->n == TRUST_MAX)
		return err_set(note, ERR_LIMIT, "CA file: more than %d certificates", TRUST_MAX);
	int err = cert_form_read(der, &c, note);
	if (!err)
		err = c->use == CERT_CA ? cert_form_signed_by(c, c) : ERR_SIGNATURE;
	if (err == ERR_SIGNATURE)
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

static struct trust *trust_new(void)
{
	struct trust *t = calloc(1, sizeof *t);
	struct revoked *r = calloc(1, sizeof *r);
	struct trust_known *k = trust_known_new();
	if (!t || !r || !k) {
		free(t);
		free(r);
		trust_known_free(k);
		return NULL;
	}
	REQUIRE(pthread_rwlock_init(&r->lock, NULL) == 0);
	revocation_init(&r->list);
	t->revoked = r;
	t->known = k;
	return t;
}

int trust_from_pem(struct view pem, struct trust **out, struct err_note *note)
{
	struct trust *t = trust_new();
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

int trust_load(const char *ca_file, struct trust **out, struct err_note *note)
{
	struct buf b;
	buf_init(&b, KEY_PEM_MAX);
	struct err_note why = {.text = ""};
	int err = file_read(AT_FDCWD, ca_file, KEY_PEM_MAX, &b);
	if (err)
		err = err_set(note, err, "%s: cannot be read", ca_file);
	else if ((err = trust_from_pem(buf_view(&b), out, &why)) != 0)
		err = err_set(note, err, "%.180s, %s", why.text, ca_file);
	buf_fini(&b);
	return err;
}

const struct suite *trust_suite(const struct trust *t)
{
	return t->ca[0]->suite;
}

const char *trust_zone(const struct trust *t)
{
	return t->ca[0]->zone;
}

int trust_pem(const struct trust *t, struct buf *out)
{
	BIO *b = BIO_new(BIO_s_mem());
	char *text = NULL;
	int rc = b ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < t->n; i++)
		rc = PEM_write_bio_X509(b, t->ca[i]->x) == 1 ? 0 : ERR_NOMEM;
	long n = rc == 0 ? BIO_get_mem_data(b, &text) : 0;
	if (rc == 0)
		rc = buf_add(out, text, (size_t)n);
	BIO_free(b);
	return rc;
}

void trust_free(struct trust *t)
{
	if (!t)
		return;
	(void)pthread_rwlock_destroy(&t->revoked->lock);
	revocation_fini(&t->revoked->list);
	free(t->revoked);
	trust_known_free(t->known);
	for (size_t i = 0; i < t->n; i++)
		cert_free(t->ca[i]);
	free(t);
}

int trust_issuer(const struct trust *t, const struct cert *c, const struct cert **out)
{
	const X509_NAME *name = X509_get_issuer_name(c->x);
	int err = ERR_SIGNATURE;
	for (size_t i = 0; err == ERR_SIGNATURE && i < t->n; i++) {
		if (same_name(name, X509_get_subject_name(t->ca[i]->x)))
			err = cert_form_signed_by(c, t->ca[i]);
		if (!err)
			*out = t->ca[i];
	}
	return err;
}

struct trust_known *trust_known_of(const struct trust *t)
{
	return t->known;
}

/* ---- revocations */

/* The CA among the pinned ones that has this key id. */
static const struct cert *ca_of(const struct trust *t, const char *id)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->ca[i]->id, id) == 0)
			return t->ca[i];
	return NULL;
}

static int check_list(const struct trust *t, const char *ca_id, struct view list, struct view sig,
	struct revocation_list *out, struct err_note *note)
{
	int err = revocation_decode_list(list, out, note);
	if (!err && strcmp(out->zone, trust_zone(t)) != 0)
		err = err_set(note, ERR_LINK, "revocations of zone \"%.60s\", not of \"%.60s\"", out->zone,
			trust_zone(t));
	if (!err && strcmp(out->suite, suite_name(trust_suite(t))) != 0)
		err = err_set(note, ERR_SUITE, "revocations: suite %s, the zone's is %s", out->suite,
			suite_name(trust_suite(t)));
	const struct cert *ca = ca_of(t, ca_id);
	if (!err && !ca)
		err = err_set(note, ERR_CERT, "revocations: key %s is no pinned CA of \"%.60s\"", ca_id,
			trust_zone(t));
	if (!err)
		err = cert_verify(ca, list, sig);
	if (err == ERR_SIGNATURE)
		err = err_set(note, err, "revocations: signature of the CA does not verify");
	return err;
}

int trust_revoke(struct trust *t, struct view file, struct err_note *note)
{
	char ca[KEY_ID];
	struct view list;
	struct buf sig;
	struct digest d;
	struct revocation_list l;
	struct revoked *r = t->revoked;
	buf_init(&sig, 256);
	revocation_init(&l);
	int err = revocation_split(file, ca, &list, &sig, note);
	if (!err)
		err = check_list(t, ca, list, buf_view(&sig), &l, note);
	if (!err) {
		digest_of(trust_suite(t), list, &d);
		REQUIRE(pthread_rwlock_wrlock(&r->lock) == 0);
		if (l.number < r->list.number || (l.number == r->list.number && !digest_eq(&d, &r->digest)))
			err = err_set(note, ERR_CONFLICT,
				"revocations number %lld of \"%.60s\", number %lld is in force",
				(long long)l.number, l.zone, (long long)r->list.number);
		if (!err) {
			struct revocation_list before = r->list;
			r->list = l;
			r->digest = d;
			l = before;
		}
		REQUIRE(pthread_rwlock_unlock(&r->lock) == 0);
	}
	revocation_fini(&l);
	buf_fini(&sig);
	return err;
}

static bool is_list_name(const char *name)
{
	size_t n = strlen(name);
	return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".json") == 0;
}

/* A list of another zone is none of ours; an older one was in force before. */
static int take_file(struct trust *t, int dir, const char *name, struct err_note *note)
{
	struct buf b;
	struct err_note why = {.text = ""};
	buf_init(&b, REVOCATION_BYTES_MAX);
	int err = file_read(dir, name, REVOCATION_BYTES_MAX, &b);
	if (err)
		why = (struct err_note){.err = err, .text = "cannot be read"};
	else
		err = trust_revoke(t, buf_view(&b), &why);
	buf_fini(&b);
	if (!err || err == ERR_LINK || err == ERR_CONFLICT)
		return 0;
	return err_set(note, err, "%.60s: %.180s", name, why.text);
}

static int take_folder(struct trust *t, const char *path, bool may_lack, struct err_note *note)
{
	struct listing l;
	int err = 0, listed = listing_path(path, &l);
	if (listed == ERR_NOTFOUND && may_lack)
		return 0;
	for (const struct dirent *e; !err && (e = listing_next(&l));)
		if (is_list_name(e->d_name))
			err = take_file(t, dirfd(l.dir), e->d_name, note);
	listed = listing_close(&l, listed);
	return err || !listed ? err
			      : err_set(note, listed, "%.200s: cannot be listed: %s", path, err_text(listed));
}

int trust_revoke_folder(struct trust *t, const char *path, struct err_note *note)
{
	return take_folder(t, path, true, note);
}

int trust_revoke_named(struct trust *t, const char *path, struct err_note *note)
{
	return take_folder(t, path, false, note);
}

/* A zone's name may hold anything; its digest is a name for files. */
int trust_keep(const char *dir, struct view file, struct err_note *note)
{
	struct revocation_list l;
	char hex[DIGEST_HEX], name[32];
	int fd = -1;
	revocation_init(&l);
	int err = revocation_decode(file, &l, note);
	if (err)
		return err;
	digest_hex_of(suite_by_name("intl"), view_str(l.zone), hex);
	(void)snprintf(name, sizeof name, "%.16s.json", hex);
	err = file_mkdirs(dir, 0700);
	if (!err)
		err = file_open_dir(dir, &fd);
	if (!err)
		err = file_write(fd, name, 0600, file, "revoked");
	if (err)
		err = err_set(note, err, "%.200s: %s", dir, err_text(err));
	if (fd >= 0)
		(void)close(fd);
	revocation_fini(&l);
	return err;
}

int64_t trust_revocations(const struct trust *t)
{
	REQUIRE(pthread_rwlock_rdlock(&t->revoked->lock) == 0);
	int64_t n = t->revoked->list.number;
	REQUIRE(pthread_rwlock_unlock(&t->revoked->lock) == 0);
	return n;
}

/* The key's entry; false: it is good. */
static bool find(const struct trust *t, const struct cert *c, struct revocation *out)
{
	REQUIRE(pthread_rwlock_rdlock(&t->revoked->lock) == 0);
	const struct revocation *r = revocation_find(&t->revoked->list, c->id);
	if (r)
		*out = *r;
	REQUIRE(pthread_rwlock_unlock(&t->revoked->lock) == 0);
	return r != NULL;
}

int trust_judge(
	const struct trust *t, const struct cert *c, const struct trust_bundle *b, struct err_note *note)
{
	struct revocation r;
	if (!find(t, c, &r))
		return 0;
	const struct revocation_good *g = NULL;
	for (size_t i = 0; i < r.ngood; i++)
		if (strcmp(r.good[i].link, b->link) == 0)
			g = &r.good[i];
	if (!g)
		return err_set(note, ERR_REVOKED,
			"key %s of \"%.60s\" is revoked (%s, %s): nothing on link %s is good", c->id,
			c->subject, r.reason, r.at, b->link);
	bool same = b->epoch == g->epoch && b->seq == g->seq;
	bool before = b->epoch < g->epoch || (b->epoch == g->epoch && b->seq <= g->seq);
	if (b->numbered && before && !(same && g->named && !digest_eq(b->identity, &g->identity)))
		return 0;
	return err_set(note, ERR_REVOKED,
		"key %s of \"%.60s\" is revoked (%s, %s): good up to epoch %lld number %lld, this is "
		"%s%lld/%lld",
		c->id, c->subject, r.reason, r.at, (long long)g->epoch, (long long)g->seq,
		!b->numbered ? "a tick of "
		: before     ? "another "
			     : "",
		(long long)b->epoch, (long long)b->seq);
}

int trust_judge_at(const struct trust *t, const struct cert *c, int64_t at_ms, struct err_note *note)
{
	struct revocation r;
	int64_t revoked = 0;
	if (!find(t, c, &r))
		return 0;
	REQUIRE(time_parse(r.at, &revoked) == 0);
	if (at_ms && at_ms < revoked && strcmp(r.reason, "compromised") != 0)
		return 0;
	return err_set(note, ERR_REVOKED, "key %s of \"%.60s\" is revoked (%s, %s)", c->id, c->subject,
		r.reason, r.at);
}
