#include "common/service/revoked.h"
#include "common/bundle/bundle_revoked.h"
#include "common/crypto/revocation.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int revoked_open(struct revoked *r, const char *data, struct err_note *note)
{
	if (asprintf(&r->dir, "%s/revoked", data) < 0) {
		r->dir = NULL;
		return ERR_NOMEM;
	}
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < r->n; i++)
		rc = trust_revoke_folder(r->trusts[i], r->dir, note);
	return rc;
}

int revoked_add(struct revoked *r, struct trust *t, struct err_note *note)
{
	REQUIRE(r->dir && r->n < REVOKED_TRUSTS_MAX);
	r->trusts[r->n++] = t;
	return trust_revoke_folder(t, r->dir, note);
}

void revoked_close(struct revoked *r)
{
	free(r->dir);
	r->dir = NULL;
}

/* Repeatable, and good whether or not the transaction is: the list is its authority's, not the message's. */
int revoked_apply(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	const struct service *s = arg;
	const struct revoked *r = s->revoked;
	(void)attachments;
	int rc = bundle_revoked_take(m->body, r->trusts, r->n, r->dir, note);
	if (rc < 0)
		return rc;
	log_warn("keys-revoked", "from=%s", m->origin);
	return audit_record(tx, "system", "keys.revoked", m->id.s, NULL);
}

struct publication {
	struct service *s;
	struct exchange_draft *d;
	struct err_note *note;
};

static int publish_tx(struct db_tx *tx, void *arg)
{
	struct publication *p = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < p->s->nlinks; i++) {
		p->d->dest = p->s->links[i].peer;
		if (p->s->links[i].out_to)
			rc = exchange_put(p->s->exchange, tx, p->d, NULL, p->note);
	}
	return rc == 0 ? audit_record(tx, "system", "keys.revoke", p->s->zone_name, NULL) : rc;
}

int revoked_publish(struct service *s, const char *file, struct err_note *note)
{
	struct exchange_draft *d = calloc(1, sizeof *d);
	struct buf b;
	char zone[257];
	json_t *body = NULL;
	buf_init(&b, REVOCATION_BYTES_MAX);
	int rc = d ? file_read(AT_FDCWD, file, REVOCATION_BYTES_MAX, &b) : ERR_NOMEM;
	if (rc < 0)
		rc = err_set(note, rc, "%s: cannot be read", file);
	if (rc == 0)
		rc = bundle_revoked_body(buf_view(&b), &body, zone, note);
	if (rc == 0 && strcmp(zone, s->zone_name) != 0)
		rc = err_set(
			note, ERR_LINK, "%s: a list of zone \"%.60s\", this is %s", file, zone, s->zone_name);
	if (rc == 0) {
		/* The zone's own authority is pinned where a station of the zone hands in (the gap's half).
		 */
		struct err_note why = {0};
		rc = bundle_revoked_take(body, s->revoked->trusts, s->revoked->n, s->revoked->dir, &why);
		rc = rc == ERR_LINK ? 0 : rc < 0 ? err_set(note, rc, "%s", why.text) : 0;
	}
	if (rc == 0) {
		d->type = BUNDLE_REVOKED_TYPE;
		d->tenant = s->tenant;
		d->keys[0].kind = "keys";
		d->keys[0].id = s->zone_name;
		d->nkeys = 1;
		d->body = body;
		rc = db_write(s->db, s->tenant, publish_tx, &(struct publication){s, d, note});
	}
	json_decref(body);
	buf_fini(&b);
	free(d);
	return rc;
}
