#include "common/exchange/arrival_load.h"

#include "common/log/log.h"
#include <stdlib.h>
#include <string.h>

#define PAYLOAD_MAX (INT64_C(1) << 40)
#define CLOCK_MS 60000 /* what was seen of the peer's clock holds so long */

/* ---- attachments become blobs before the transaction */

static int blob_store_one(struct arrival *a, size_t i, size_t j, bool opaque, struct blob_ref *ref)
{
	struct blob_writer *w = NULL;
	uint8_t part[65536];
	int64_t at = 0, n = 1;
	int rc = blob_writer_new(a->l->x->o.blobs, opaque, &w);
	while (rc == 0 && (n = bundle_attachment_read(a->r, i, j, at, part, sizeof part)) > 0) {
		rc = blob_write(w, view_of(part, (size_t)n));
		at += n;
	}
	if (rc == 0 && n < 0)
		rc = (int)n;
	if (rc == 0)
		rc = blob_finish(w, ref);
	blob_writer_free(w);
	return rc;
}

static int message_load(struct arrival *a, size_t i)
{
	struct inbox_message *in = &a->messages[i];
	const struct message *m;
	struct view bytes;
	int64_t size;
	if (bundle_attachment(a->r, i, 0, &size) < 0)
		return 0;
	int rc = bundle_message(a->r, i, &bytes, &m);
	if (rc == 0 && !(in->refs = calloc(m->nattachments, sizeof *in->refs)))
		rc = ERR_NOMEM;
	for (size_t j = 0; rc == 0 && j < m->nattachments; j++, in->nrefs = j)
		rc = blob_store_one(a, i, j,
			strcmp(m->attachments[j].media, "application/x-sanwang-envelope") == 0, &in->refs[j]);
	return rc;
}

static int messages_load(struct arrival *a)
{
	int rc = 0;
	a->loaded = true;
	a->n = bundle_count(a->r);
	a->messages = calloc(a->n + 1, sizeof *a->messages);
	if (!a->messages)
		return ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < a->n; i++)
		rc = message_load(a, i);
	return rc;
}

void arrival_load_drop(struct arrival *a, bool all)
{
	for (size_t i = 0; a->messages && i < a->n; i++) {
		struct inbox_message *in = &a->messages[i];
		for (size_t j = 0; j < in->nrefs && (all || !in->used); j++)
			if (in->refs[j].size || in->refs[j].wrapped_key[0])
				(void)!blob_remove(a->l->x->o.blobs, &in->refs[j].name);
		free(in->refs);
	}
	free(a->messages);
	a->messages = NULL;
}

/* ---- the file */

static void clock_note(struct link_state *l, const struct manifest *m)
{
	int64_t created, now = time_now_ms();
	if (time_parse(m->created, &created) < 0)
		return;
	int64_t ahead = created - now;
	if (l->clock_at && ahead < atomic_load(&l->clock_ahead) && now - l->clock_at < CLOCK_MS)
		return;
	atomic_store(&l->clock_ahead, ahead);
	l->clock_at = now;
}

static int front_open(struct arrival *a, int fd, int64_t size)
{
	struct link_state *l = a->l;
	const struct exchange *x = l->x;
	const struct bundle_policy p = {.trust = l->c.in_trust,
		.link = l->c.link,
		.from = l->c.in_from,
		.to = x->o.station,
		.keys = x->o.keys,
		.nkeys = x->o.nkeys,
		.origin_trust = l->c.origin_trust,
		.origin_from = l->c.origin_from,
		.payload_max = PAYLOAD_MAX,
		.tmp_dir = x->o.tmp_dir,
		.pool = x->pool};
	int rc = bundle_open(fd, size, &p, &a->r, &a->note);
	if (rc == 0 && bundle_ahead(a->r, time_now_ms()) > LIMIT_SKEW)
		log_warn("clock-skew", "link=%s reason=SKEW ahead=%llds", l->c.link,
			(long long)bundle_ahead(a->r, time_now_ms()));
	return rc;
}

/* The end-to-end manifest of a direct link is known before its payload; a guard's only after it. */
int arrival_load(struct arrival *a, int fd, int64_t size)
{
	bool guarded = a->l->c.origin_from != NULL, wanted = true;
	int rc = front_open(a, fd, size);
	if (rc < 0)
		return rc;
	if (!guarded) {
		a->m = bundle_manifest(a->r);
		a->identity = bundle_identity(a->r);
		clock_note(a->l, a->m);
		if (a->m->kind != MANIFEST_TICK && (rc = arrival_wanted(a, &wanted)) < 0)
			return rc;
		if (!wanted)
			return 0;
	}
	rc = bundle_read_payload(a->r, &a->note);
	if (rc < 0 && !guarded && a->m->kind != MANIFEST_TICK && err_fault(rc) == ERR_FAULT_PEER) {
		a->unreadable = rc;
		return 0;
	}
	if (rc < 0)
		return rc;
	if (guarded) {
		a->m = bundle_origin_manifest(a->r);
		a->identity = bundle_origin_identity(a->r);
		if (!a->m)
			return err_set(&a->note, ERR_LINK, "the guard's bundle names no origin");
		clock_note(a->l, a->m);
		if (a->m->kind != MANIFEST_TICK && (rc = arrival_wanted(a, &wanted)) < 0)
			return rc;
		if (!wanted)
			return 0;
	}
	return messages_load(a);
}
