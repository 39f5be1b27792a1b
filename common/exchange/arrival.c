#include "common/exchange/arrival.h"

#include "common/exchange/beyond.h"
#include "common/exchange/hop.h"
#include "common/exchange/link_ack.h"
#include "common/exchange/stream_record.h"
#include "common/exchange/stream_store.h"
#include "common/exchange/witness.h"
#include "common/log/log.h"
#include <stdio.h>
#include <string.h>

/* ---- the stream */

static int judge(struct arrival *a, struct db_tx *tx, struct stream_row *r, enum stream_verdict *out)
{
	struct stream_records rec;
	int rc = stream_records(tx, a->l->c.link, a->m, &rec);
	if (rc < 0)
		return rc;
	const struct stream_arrival s = {.m = a->m,
		.identity = a->identity,
		.seen = rec.has_seen ? &rec.seen : NULL,
		.before = rec.has_before ? &rec.before : NULL,
		.named = rec.has_named ? &rec.named : NULL,
		.stated = rec.has_stated ? &rec.stated : NULL,
		.now = time_now_ms()};
	return stream_judge(&r->s, &s, out);
}

static int fork_note(struct arrival *a, struct db_tx *tx, int64_t epoch, int64_t seq, const struct digest *id)
{
	int rc = stream_record_fork(tx, a->l->c.link, epoch, seq, id);
	return rc < 0 ? rc
		      : err_set(&a->note, ERR_FORK,
				"number %lld/%lld names two contents: the link is stopped", (long long)epoch,
				(long long)seq);
}

static int voids_take(struct arrival *a, struct db_tx *tx, struct stream_row *r)
{
	for (size_t i = 0; i < a->m->nvoids; i++) {
		const struct manifest_void *v = &a->m->voids[i];
		struct digest seen;
		enum stream_verdict verdict;
		int found = stream_record_find(tx, a->l->c.link, v->epoch, v->seq, &seen);
		if (found < 0)
			return found;
		int rc = stream_void(&r->s, v, found ? &seen : NULL, time_now_ms(), &verdict);
		if (rc == 0)
			rc = verdict == STREAM_FORK ? fork_note(a, tx, v->epoch, v->seq, &v->identity)
						    : stream_record_void(tx, a->l->c.link, v, a->m);
		if (rc == 0)
			rc = witness_void(tx, a, v);
		if (rc < 0 && rc != ERR_FORK)
			return rc;
	}
	return 0;
}

static int messages_take(struct arrival *a, struct db_tx *tx)
{
	bool more = true;
	struct inbox_turn t;
	int rc = inbox_turn_begin(a->l, tx, a->careful, &t);
	for (size_t i = 0; rc == 0 && i < a->n; i++) {
		struct inbox_message *in = &a->messages[i];
		rc = bundle_message(a->r, i, &in->bytes, &in->m);
		if (rc == 0)
			rc = inbox_take(&t, in, a->m);
	}
	if (rc == 0)
		rc = inbox_wake(&t, 256, &more);
	a->refuses = t.refuses;
	if (rc == 0)
		rc = inbox_turn_end(&t);
	if (rc < 0)
		return rc;
	/* Every leaf of the origin's bundle is applied, refused by a record, or missing: a hop that drops one
	 * is seen. */
	const struct manifest *origin = bundle_origin_manifest(a->r);
	int64_t missing = origin ? bundle_origin_leaves(a->r) - (int64_t)a->n : 0;
	if (missing > 0)
		log_error("messages-missing", "link=%s seq=%lld missing=%lld", a->l->c.link,
			(long long)a->m->seq, (long long)missing);
	return missing > 0 ? stream_count(tx, a->l->c.link, STREAM_LEAVES, missing) : 0;
}

/* As much goes as comes: the cost of a bundle stays the same. */
static int prune(struct arrival *a, struct db_tx *tx)
{
	char before[TIME_TEXT];
	int64_t horizon = inbox_horizon(a->l);
	if (horizon <= 0)
		return 0;
	time_text(horizon, before);
	int rc = stream_record_prune(tx, before);
	return rc == 0 ? inbox_prune(tx, horizon, (int64_t)a->n + 4) : rc;
}

static int taken(struct arrival *a, struct db_tx *tx, struct stream_row *r)
{
	const char *link = a->l->c.link;
	int rc = stream_record(tx, link, a->m, a->identity, (int64_t)a->n, "received", "");
	if (a->m->kind == MANIFEST_EPOCH)
		a->l->held_epoch = a->l->held_seq = 0;
	if (rc == 0 && a->m->kind == MANIFEST_EPOCH)
		rc = stream_record_undo_voids(tx, link, &r->s, a->m, time_now_ms());
	if (rc == 0)
		rc = voids_take(a, tx, r);
	if (rc == 0)
		rc = stream_count(tx, link, STREAM_BUNDLES, 1);
	if (rc == 0)
		rc = prune(a, tx);
	if (rc == 0)
		rc = messages_take(a, tx);
	if (rc == 0)
		rc = witness_received(tx, a);
	a->taken = rc == 0;
	return rc;
}

/* What is here and the sender does not know of goes back to it as a list, and is for the officers to settle.
 */
static int beyond(struct arrival *a, struct db_tx *tx)
{
	int64_t n = 0;
	int rc = stream_record_beyond(tx, a->l->c.link, a->m, &n);
	json_t *detail = json_pack("{s:I,s:I}", "epoch", (json_int_t)a->m->epoch, "bundles", (json_int_t)n);
	if (rc == 0)
		rc = audit_record(tx, "system", "link.held", a->l->c.link, detail);
	json_decref(detail);
	if (rc == 0)
		rc = beyond_return(a->l, tx, a->m->epoch);
	a->leave = true;
	log_error("stream-beyond", "link=%s epoch=%lld bundles=%lld: the sender knows of less than is here",
		a->l->c.link, (long long)a->m->epoch, (long long)n);
	return rc;
}

static int bundle_take(struct arrival *a, struct db_tx *tx, struct stream_row *r)
{
	const char *link = a->l->c.link;
	enum stream_verdict v = STREAM_WAIT;
	int rc = judge(a, tx, r, &v);
	if (rc < 0)
		return rc;
	switch (v) {
	case STREAM_TAKE:
		/* It was not wanted when it was looked at: it is opened again. */
		return a->loaded ? taken(a, tx, r) : ERR_BUSY;
	case STREAM_DUPLICATE:
		return stream_count(tx, link, STREAM_DUPLICATED, 1);
	case STREAM_FORK:
		return fork_note(a, tx, a->m->epoch, a->m->seq, a->identity);
	case STREAM_BEYOND:
		return beyond(a, tx);
	case STREAM_OVER:
		return err_set(&a->note, ERR_EPOCH, "number %lld is behind the last one of epoch %lld",
			(long long)a->m->seq, (long long)a->m->epoch);
	case STREAM_FAR:
		return err_set(&a->note, ERR_EPOCH, "epoch %lld: none that far can have begun",
			(long long)a->m->epoch);
	case STREAM_REVOKED:
		return err_set(&a->note, ERR_CERT, "signed by a revoked key behind its last good number");
	case STREAM_WAIT:
		a->leave = true;
		return 0;
	}
	return ERR_BUG;
}

/* The number exists, whatever became of the payload. What no other copy would cure is told to the sender. */
static int unreadable_take(struct arrival *a, struct db_tx *tx, struct stream_row *r)
{
	struct stream_epoch *e = stream_find(&r->s, a->m->epoch);
	if (r->s.held || stream_waits(&r->s, a->m)) {
		a->leave = true;
		return 0;
	}
	if (e && sequence_has(&e->s, a->m->seq))
		return stream_count(tx, a->l->c.link, STREAM_DUPLICATED, 1);
	stream_exists(&r->s, a->m, time_now_ms());
	/* A statement is never refused for good: without it nothing behind it can be told of. */
	return a->for_good && a->m->kind != MANIFEST_EPOCH
		       ? stream_record(
				 tx, a->l->c.link, a->m, a->identity, 0, "refused", err_name(a->unreadable))
		       : 0;
}

static int tick_take(struct arrival *a, struct db_tx *tx, struct stream_row *r)
{
	struct digest seen;
	int found = stream_record_find(tx, a->l->c.link, a->m->epoch, a->m->seq, &seen);
	if (found < 0)
		return found;
	return stream_tick(&r->s, a->m, found ? &seen : NULL, time_now_ms())
		       ? 0
		       : fork_note(a, tx, a->m->epoch, a->m->seq, &a->m->prev);
}

static bool has_answer(const struct arrival *a)
{
	return a->note.err == ERR_FORK || a->note.err == ERR_EPOCH || a->note.err == ERR_CERT;
}

static int stream_take(struct arrival *a, struct db_tx *tx, struct stream_row *r)
{
	bool tick = a->m->kind == MANIFEST_TICK, was_held = r->s.held;
	int rc = a->l->c.origin_from && !tick && !a->unreadable ? hop_take(a, tx) : 0;
	if (rc == 0 && strcmp(a->m->created, r->newest_created) > 0)
		snprintf(r->newest_created, sizeof r->newest_created, "%s", a->m->created);
	r->newest_ms = time_now_ms();
	if (rc == 0)
		rc = tick            ? tick_take(a, tx, r)
		     : a->unreadable ? unreadable_take(a, tx, r)
				     : bundle_take(a, tx, r);
	/* These are answers, not failures: the state that they leave is to be committed. */
	if (rc < 0 && !(has_answer(a) && rc == a->note.err))
		return rc;
	if (rc < 0 && r->s.held && !was_held)
		return audit_record(tx, "system", "link.held", a->l->c.link, NULL);
	/* While the link is held nothing that came over it is believed. */
	if (rc == 0 && !r->s.held && !a->leave) {
		rc = link_ack_take(a->l->x, tx, a->l->c.peer, a->m, &a->acked);
		a->ack_taken = rc == 1;
	}
	return rc < 0 && !has_answer(a) ? rc : 0;
}

int arrival_apply(struct db_tx *tx, void *arg)
{
	struct arrival *a = arg;
	struct stream_row r;
	a->leave = a->taken = a->holes = a->ack_taken = a->refuses = false;
	a->note.err = 0;
	for (size_t i = 0; i < a->n; i++)
		a->messages[i].used = false;
	int rc = stream_load(tx, a->l->c.link, time_now_ms(), &r);
	if (rc < 0)
		return rc;
	rc = stream_take(a, tx, &r);
	if (rc == 0)
		rc = stream_save(tx, a->l->c.link, &r, suite_by_name(a->m->suite));
	a->holes = stream_missing(&r.s, INT64_MAX) > 0;
	stream_row_fini(&r);
	return rc;
}

struct look {
	struct arrival *a;
	bool wanted;
};

static int look_read(struct db_tx *tx, void *arg)
{
	struct look *k = arg;
	struct stream_row r;
	enum stream_verdict v = STREAM_WAIT;
	int rc = stream_load(tx, k->a->l->c.link, time_now_ms(), &r);
	if (rc < 0)
		return rc;
	rc = judge(k->a, tx, &r, &v);
	k->wanted = v == STREAM_TAKE;
	stream_row_fini(&r);
	return rc;
}

int arrival_wanted(struct arrival *a, bool *wanted)
{
	struct look k = {.a = a};
	int rc = db_read(a->l->x->o.db, "", look_read, &k);
	if (rc == 0)
		*wanted = k.wanted;
	return rc;
}
