#include "burner/disc/approval.h"

#include "burner/disc/disc.h"

#include <stdio.h>
#include <string.h>

void approvals_fini(struct approvals *a)
{
	for (size_t i = 0; i < a->n; i++) {
		buf_fini(&a->v[i].sig);
		buf_fini(&a->v[i].pem);
	}
	a->n = 0;
}

int approvals_put(struct approvals *a, struct view sig, struct view pem, struct err_note *note)
{
	if (a->n == APPROVALS_MAX)
		return err_set(note, ERR_LIMIT, "approvals: more than %d", APPROVALS_MAX);
	struct approval *v = &a->v[a->n];
	*v = (struct approval){.who = ""};
	buf_init(&v->sig, APPROVAL_SIG_MAX);
	buf_init(&v->pem, APPROVAL_PEM_MAX);
	a->n++;
	int rc = buf_add_view(&v->sig, sig);
	if (rc == 0)
		rc = buf_add_view(&v->pem, pem);
	return rc < 0 ? err_set(note, rc, "approvals: signature or certificate too large") : 0;
}

static int verify_one(struct approvals *a, size_t i, struct view manifest, const struct trust *t,
	int64_t at_ms, struct err_note *note)
{
	struct approval *v = &a->v[i];
	struct cert *c = NULL;
	int rc = t ? cert_check(t, buf_view(&v->pem), CERT_PERSON, at_ms, &c, note)
		   : cert_from_pem(buf_view(&v->pem), CERT_PERSON, &c, note);
	if (rc < 0)
		return rc;
	if (cert_verify(c, manifest, buf_view(&v->sig)) < 0)
		rc = err_set(note, ERR_SIGNATURE, "approval of %s: does not verify over disc.json",
			cert_subject(c));
	for (size_t k = 0; rc == 0 && k < i; k++)
		if (strcmp(a->v[k].who, cert_subject(c)) == 0 || strcmp(a->v[k].key, cert_key_id(c)) == 0)
			rc = err_set(note, ERR_APPROVAL, "%s has approved already: another person is needed",
				cert_subject(c));
	snprintf(v->who, sizeof v->who, "%s", cert_subject(c));
	snprintf(v->key, sizeof v->key, "%s", cert_key_id(c));
	cert_free(c);
	return rc;
}

int approvals_verify(struct approvals *a, struct view manifest, const struct trust *t, int64_t at_ms,
	struct err_note *note)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < a->n; i++)
		rc = verify_one(a, i, manifest, t, at_ms, note);
	return rc;
}

int approvals_revoked(const struct approvals *a, const char *disc, const struct disc_revoked *v, size_t n,
	struct err_note *note)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < n; k++)
			if (strcmp(a->v[i].key, v[k].key) == 0 && strcmp(disc, v[k].last) > 0)
				return err_set(note, ERR_CERT, "disc %s: the key of %s is revoked%s%s", disc,
					a->v[i].who, *v[k].last ? " after disc " : "", v[k].last);
	return 0;
}

int approvals_enough(const struct approvals *a, struct err_note *note)
{
	return a->n >= APPROVALS_NEEDED
		       ? 0
		       : err_set(note, ERR_APPROVAL, "%zu of %d approvals are there", a->n, APPROVALS_NEEDED);
}
