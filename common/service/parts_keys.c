#include "common/service/parts_impl.h"

static int link_open(struct parts *p, const struct service_link *d, const struct settings_link *c, size_t i,
	struct err_note *note)
{
	int rc = 0;
	if (c->recipient)
		rc = cert_load_pinned(c->recipient, CERT_ENCRYPT, &p->recipients[i], note);
	if (rc == 0 && c->in_ca)
		rc = trust_load(c->in_ca, &p->in[i], note);
	if (rc == 0 && c->origin_ca)
		rc = trust_load(c->origin_ca, &p->origin[i], note);
	if (rc < 0)
		return rc;
	p->links[i] = (struct exchange_link){
		.link = d->link,
		.peer = d->peer,
		.out_to = d->out_to && c->direct ? d->peer : d->out_to,
		.in_from = d->in_from && c->direct ? d->peer : d->in_from,
		.origin_from = c->direct ? NULL : d->origin_from,
		.spool = c->spool,
		.out_folder = c->out_folder,
		.in_folder = c->in_folder,
		.quiet = c->quiet,
		.scan_ms = c->scan_ms,
		.settle_ms = c->settle_ms,
		.out_recipient = p->recipients[i],
		.in_trust = p->in[i],
		.origin_trust = p->origin[i],
		.ack_of = d->peer,
		.group_messages = c->group_messages,
		.group_bytes = c->group_bytes,
		.group_ms = c->group_ms,
		.tick_ms = c->tick_ms,
		.resend_ms = c->resend_ms,
		.missing_ms = c->missing_ms,
		.slow_ms = c->slow_ms,
		.sent_max = c->sent_max,
		.queue_max = c->queue_max,
		.keep_ms = c->keep_ms,
		.idle_ms = c->idle_ms,
		.remember_ms = c->remember_ms,
	};
	return 0;
}

/* Those without a spool are not there. */
static int links_open(
	struct parts *p, const struct service_def *def, const struct settings *s, struct err_note *note)
{
	int rc = 0;
	p->service->zone_name = def->zone;
	for (size_t i = 0; rc == 0 && i < def->nlinks; i++) {
		if (!s->links[i].spool)
			continue;
		p->used[p->nlinks] = def->links[i];
		if (def->links[i].zone)
			p->service->zone_name = def->links[i].zone;
		rc = link_open(p, &def->links[i], &s->links[i], p->nlinks++, note);
	}
	p->service->links = p->used;
	p->service->nlinks = p->nlinks;
	return rc;
}

int parts_keys_load(
	struct parts *p, const struct service_def *def, const struct settings *s, struct err_note *note)
{
	int rc = sign_key_load(s->sign, s->sign_cert, NULL, &p->signer, note);
	if (rc == 0)
		rc = open_key_load(s->open, s->open_cert, &p->opener, note);
	if (rc == 0 && s->open_old)
		rc = open_key_load(s->open_old, s->open_old_cert, &p->opener_old, note);
	if (rc == 0)
		rc = links_open(p, def, s, note);
	if (rc == 0 && s->own_ca)
		rc = trust_load(s->own_ca, &p->own, note);
	if (p->own)
		p->revoked.trusts[p->revoked.n++] = p->own;
	for (size_t i = 0; i < SETTINGS_LINKS_MAX; i++) {
		if (p->in[i])
			p->revoked.trusts[p->revoked.n++] = p->in[i];
		if (p->origin[i])
			p->revoked.trusts[p->revoked.n++] = p->origin[i];
	}
	if (rc == 0)
		rc = revoked_open(&p->revoked, s->data, note);
	if (rc == 0 && s->directory_ca)
		rc = trust_load(s->directory_ca, &p->service->directory, note);
	return rc == 0 && s->directory_ca ? revoked_add(&p->revoked, p->service->directory, note) : rc;
}
