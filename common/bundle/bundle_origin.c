#include "common/bundle/bundle_origin.h"
#include "common/audit/merkle.h"
#include "common/bundle/bundle_limits.h"
#include "common/bundle/bundle_pem.h"
#include <stdlib.h>
#include <string.h>

struct bundle_origin *bundle_origin_new(void)
{
	struct bundle_origin *o = calloc(1, sizeof *o);
	if (!o)
		return NULL;
	manifest_init(&o->manifest);
	buf_init(&o->bytes, MANIFEST_BYTES_MAX);
	buf_init(&o->sig, BUNDLE_SIG_MAX);
	buf_init(&o->pem, BUNDLE_PEM_MAX);
	return o;
}

void bundle_origin_free(struct bundle_origin *o)
{
	if (!o)
		return;
	manifest_fini(&o->manifest);
	buf_fini(&o->bytes);
	buf_fini(&o->sig);
	buf_fini(&o->pem);
	free(o);
}

int bundle_origin_decode(struct bundle_origin *o, struct err_note *note)
{
	int err = manifest_decode(buf_view(&o->bytes), &o->manifest, note);
	if (!err)
		err = bundle_pem_check(buf_view(&o->pem), note);
	if (err)
		return err;
	o->suite = suite_by_name(o->manifest.suite);
	manifest_identity(o->suite, buf_view(&o->bytes), &o->identity);
	for (size_t i = 0; i < o->manifest.ncounts; i++)
		o->leaves += o->manifest.counts[i].n;
	return 0;
}

static int judge(const struct trust *t, const struct cert *c, const struct manifest *m, struct view bytes,
	struct err_note *note)
{
	struct digest identity;
	manifest_identity(cert_suite(c), bytes, &identity);
	const struct trust_bundle b = {.link = m->link,
		.epoch = m->epoch,
		.seq = m->seq,
		.numbered = m->kind != MANIFEST_TICK,
		.identity = &identity};
	return trust_judge(t, c, &b, note);
}

int bundle_origin_verify(const struct manifest *m, struct view bytes, struct view sig, struct view pem,
	const struct trust *t, const char *what, struct err_note *note)
{
	struct cert *c = NULL;
	int64_t at = 0;
	if (strcmp(m->suite, suite_name(trust_suite(t))) != 0)
		return err_set(note, ERR_SUITE, "%s: suite %s, the trusted authority is of %s", what,
			m->suite, suite_name(trust_suite(t)));
	int err = bundle_pem_check(pem, note);
	if (!err)
		err = time_parse(m->created, &at);
	/* Valid when the bundle was made, by the sender's clock: a receiver's wrong clock refuses nothing. */
	if (!err)
		err = cert_check(t, pem, CERT_SIGN, at, &c, note);
	if (!err && strcmp(cert_subject(c), m->from) != 0)
		err = err_set(note, ERR_CERT, "%s: certificate of %s, the manifest is from %s", what,
			cert_subject(c), m->from);
	if (!err && !cert_signs(c, m->link))
		err = err_set(note, ERR_CERT, "%s: certificate of %s is not for link %s", what,
			cert_subject(c), m->link);
	if (!err && strcmp(cert_key_id(c), m->key) != 0)
		err = err_set(note, ERR_CERT, "%s: certificate of key %s, the manifest names %s", what,
			cert_key_id(c), m->key);
	if (!err)
		err = cert_verify(c, bytes, sig);
	if (err == ERR_SIGNATURE)
		err = err_set(note, err, "%s: signature over the manifest does not verify", what);
	if (!err)
		err = judge(t, c, m, bytes, note);
	cert_free(c);
	return err;
}

int bundle_origin_check(const struct bundle_origin *o, const struct bundle_entry *e,
	const struct digest *digest, struct err_note *note)
{
	const struct bundle_origin_path *p = e->origin;
	struct digest leaf;
	if (p->of != o->leaves || p->leaf < 0 || p->leaf >= p->of)
		return err_set(note, ERR_SCHEMA, "message %s: leaf %lld of %lld, the origin has %lld", e->id,
			(long long)p->leaf, (long long)p->of, (long long)o->leaves);
	if (!digest_eq(digest, &p->message) && strcmp(e->type, "message.refused") != 0)
		return err_set(note, ERR_DIGEST, "message %s: not the bytes its origin signed", e->id);
	bundle_contents_leaf(o->suite, p->salt, &p->message, &leaf);
	if (merkle_check_path(o->suite, &leaf, p->leaf, p->of, p->path, p->npath, &o->manifest.root))
		return err_set(note, ERR_DIGEST, "message %s: no leaf of the origin's bundle", e->id);
	return 0;
}
