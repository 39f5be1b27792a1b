#include "tests/unit/common/exchange/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void model_receiver_init(struct model_receiver *r)
{
	memset(r, 0, sizeof *r);
	REQUIRE(stream_begin(&r->s) == 0);
	for (int e = 0; e < MODEL_EPOCHS; e++)
		for (int k = 0; k < MODEL_KEYS; k++)
			r->turn[e][k].next = 1;
}

void model_receiver_fini(struct model_receiver *r)
{
	stream_fini(&r->s);
}

void model_receiver_copy(struct model_receiver *to, const struct model_receiver *from)
{
	stream_fini(&to->s);
	*to = *from;
	memset(&to->s, 0, sizeof to->s);
	for (size_t i = 0; i < from->s.n; i++) {
		struct stream_epoch *e = NULL;
		REQUIRE(stream_add(&to->s, from->s.v[i].epoch, &e) == 0);
		*e = from->s.v[i];
		e->s.v = malloc((e->s.n + 1) * sizeof *e->s.v);
		REQUIRE(e->s.v);
		if (e->s.n)
			memcpy(e->s.v, from->s.v[i].s.v, e->s.n * sizeof *e->s.v);
		e->s.cap = e->s.n + 1;
	}
	to->s.held = from->s.held;
	to->s.held_epoch = from->s.held_epoch;
	to->s.settled = from->s.settled;
}

/* ---- the reference: what the world looks like when nothing goes wrong. A message has its effect once, after
 * the messages before it on its keys. */

static bool survives(const struct model *w, int id)
{
	for (int i = 0; i < w->s.nout; i++)
		if (w->s.out[i].m.id == id)
			return true;
	return false;
}

/* The message before it on its i-th key that its sender still has. */
static int before_of(const struct model *w, int id, int i)
{
	int key = w->on[id][i], before = w->before[id][i];
	while (before >= 0 && w->s.gone[before])
		before = w->before[before][w->on[before][0] == key ? 0 : 1];
	return before;
}

static void effect(const struct model *w, int id)
{
	/* A message of the life before, whose numbers the life after used again, may be mistaken in its
	 * order. */
	bool unsure = w->rolled_back && !survives(w, id);
	REQUIRE(w->r.verdict[id] == MODEL_UNKNOWN || w->r.verdict[id] == MODEL_WAITING);
	for (int i = 0; i < 2; i++) {
		int before = before_of(w, id, i);
		REQUIRE(before < 0 || unsure || w->unsure[before] || w->r.verdict[before] == MODEL_APPLIED ||
			w->r.verdict[before] == MODEL_REFUSED);
	}
}

/* A number of a key never names two messages, and what follows a refused message was told. Of a life that its
 * sender lost without noticing the numbers are known until they were forgotten. */
static void effect_done(struct model *w, const struct model_message *m)
{
	struct model_receiver *r = &w->r;
	for (int i = 0; i < m->nkeys; i++) {
		const struct model_key *k = &m->k[i];
		uint8_t *used = &r->used[m->epoch][k->key][k->n];
		int before = before_of(w, m->id, i);
		REQUIRE(*used == 0 || *used == m->id + 1 ||
			(w->rolled_back && k->n <= r->forgotten[m->epoch][k->key]));
		*used = (uint8_t)(m->id + 1);
		/* A restored sender follows a number behind which its other life went on. */
		REQUIRE(before < 0 || w->restored || w->follows[m->id] ||
			r->verdict[before] != MODEL_REFUSED || r->verdict[m->id] == MODEL_REFUSED);
	}
}

static struct message scratch;

static const struct message *message_of(const struct model_message *m)
{
	scratch.epoch = m->epoch;
	scratch.nkeys = (size_t)m->nkeys;
	for (int i = 0; i < m->nkeys; i++) {
		scratch.keys[i].n = m->k[i].n;
		scratch.keys[i].after_epoch = m->k[i].after_epoch;
		scratch.keys[i].after_n = m->k[i].after_n;
		scratch.keys[i].opens = m->k[i].opens;
	}
	return &scratch;
}

/* One that was numbered anew is open until it has come in the numbers that this one follows. */
static bool has_open_predecessor(const struct model *w, const struct model_message *m)
{
	bool open = false;
	for (int i = 0; i < m->nkeys; i++) {
		int before = before_of(w, m->id, i);
		const struct order_after after = order_predecessor(message_of(m), (size_t)i);
		int64_t epoch = after.epoch;
		/* What was forgotten before its sender was restored is not known to have been taken: until
		 * the key is closed again. */
		if (after.n <= w->r.forgotten[epoch][m->k[i].key])
			return true;
		open |= before >= 0 &&
			((w->r.verdict[before] != MODEL_APPLIED && w->r.verdict[before] != MODEL_REFUSED) ||
				!(w->r.taken[before] >> epoch & 1));
	}
	return open;
}

/* In the numbers that its sender gave it last. */
static bool is_current(const struct model *w, const struct model_message *m)
{
	for (int i = 0; i < w->s.nout; i++)
		if (w->s.out[i].m.id == m->id)
			return w->s.out[i].m.epoch == m->epoch;
	return false;
}

static int record_at(const struct model_receiver *r, int64_t epoch, int64_t seq)
{
	for (int i = 0; i < r->nrecords; i++)
		if (r->records[i].epoch == epoch && r->records[i].seq == seq && !r->records[i].forked)
			return i;
	return -1;
}

static bool contradicts(const struct model *w, int64_t epoch, int64_t seq, int content)
{
	int i = record_at(&w->r, epoch, seq);
	return i >= 0 && w->r.records[i].content != content;
}

void model_check(const struct model *w)
{
	for (int i = 0; i < w->r.nwaiting; i++)
		REQUIRE(!is_current(w, &w->r.waiting[i]) ||
			w->r.verdict[w->r.waiting[i].id] != MODEL_WAITING ||
			has_open_predecessor(w, &w->r.waiting[i]));

	for (size_t i = 0; i < w->r.s.n; i++) {
		const struct stream_epoch *e = &w->r.s.v[i];
		for (int64_t n = 1; n <= e->s.contiguous; n++)
			REQUIRE(record_at(&w->r, e->epoch, n) >= 0);
		struct sequence_range h;
		for (size_t k = 0; sequence_hole(&e->s, k, &h); k++)
			REQUIRE(h.first >= 1 && h.last <= w->highest[e->epoch]);
	}
}

/* ---- messages */

static int waiting_at(const struct model_receiver *r, int key, int64_t epoch, int64_t n)
{
	for (int i = 0; i < r->nwaiting; i++)
		for (int k = 0; k < r->waiting[i].nkeys; k++)
			if (r->waiting[i].k[k].key == key && r->waiting[i].epoch == epoch &&
				r->waiting[i].k[k].n == n)
				return i;
	return -1;
}

static bool waits_at(const struct model_receiver *r, int key, int64_t epoch, int64_t n)
{
	return n > 0 && waiting_at(r, key, epoch, n) >= 0;
}

static bool holds(const struct model_receiver *r, const struct model_message *m, enum model_break unless)
{
	return broken(unless) || stream_holds(&r->s, m->held_epoch, m->held_seq);
}

static enum order_verdict judge(struct model_receiver *r, const struct model_message *m, bool *refused)
{
	struct order_known known[2];
	for (int i = 0; i < m->nkeys; i++) {
		int key = m->k[i].key;
		known[i].own = r->turn[m->epoch][key];
		known[i].before = r->turn[m->k[i].after_epoch][key];
		known[i].open =
			m->k[i].opens && ((!broken(BREAK_OPEN_WAITS) &&
						  waits_at(r, key, m->k[i].after_epoch, m->k[i].after_n)) ||
						 !holds(r, m, BREAK_OPEN_HELD));
	}
	return order_judge(message_of(m), known, refused);
}

static void advance(struct model_receiver *r, const struct model_message *m)
{
	r->taken[m->id] |= UINT32_C(1) << m->epoch;
	for (int i = 0; i < m->nkeys; i++) {
		struct order_turn *t = &r->turn[m->epoch][m->k[i].key];
		if (m->k[i].n >= t->next)
			*t = (struct order_turn){m->k[i].n + 1, r->verdict[m->id] == MODEL_REFUSED};
	}
}

/* ---- closing keys */

/* All on the key up to this number has come. Of what waits the first of its chain need not: the one that it
 * follows was taken and forgotten. */
static void chain_release(struct model *w, const struct model_close *c, int64_t n)
{
	struct model_receiver *r = &w->r;
	struct order_after at = {c->epoch, broken(BREAK_CLOSE_RELEASE) ? 0 : n};
	int i;
	while (at.n > 0 && (i = waiting_at(r, c->key, at.epoch, at.n)) >= 0) {
		int k = r->waiting[i].k[0].key == c->key ? 0 : 1;
		at = order_predecessor(message_of(&r->waiting[i]), (size_t)k);
	}
	if (at.n > 0 && r->turn[at.epoch][c->key].next <= at.n) {
		r->turn[at.epoch][c->key] = (struct order_turn){at.n + 1, false};
		w->released++;
	}
}

static void key_close(struct model *w, const struct model_close *c)
{
	struct model_receiver *r = &w->r;
	const struct order_turn *t = &r->turn[c->epoch][c->key];
	bool waits = false, stays = false;
	for (int64_t n = 1; n <= c->n; n++)
		if (waits_at(r, c->key, c->epoch, n)) {
			chain_release(w, c, n);
			waits |= n >= t->next;
			stays = true;
		}
	if (waits && !broken(BREAK_CLOSE_WAITS))
		return;
	if (t->next == c->n + 1 && t->refused && !broken(BREAK_CLOSE_REFUSED))
		return;
	/* What went on behind the number stays: in a new generation, or in a life that its sender does not
	 * know. And all of it when a number that was used is that of a message which waits for another key:
	 * of such a life, too. */
	int64_t until = stays && !broken(BREAK_CLOSE_WAITS) ? 0
			: t->next > c->n + 1                ? c->epoch
							    : c->epoch + 1;
	for (int64_t e = 0; e < until; e++) {
		if (r->turn[e][c->key].next - 1 > r->forgotten[e][c->key])
			r->forgotten[e][c->key] = r->turn[e][c->key].next - 1;
		r->turn[e][c->key] = (struct order_turn){1, false};
	}
	if (w->nconfirms < MODEL_CONFIRMS)
		w->confirms[w->nconfirms++] = *c;
}

/* Its effect, or for one that had it already, in other numbers, only the numbers. */
static void apply(struct model *w, const struct model_message *m, bool predecessor_refused)
{
	struct model_receiver *r = &w->r;
	if (broken(BREAK_ONCE) || r->verdict[m->id] == MODEL_UNKNOWN || r->verdict[m->id] == MODEL_WAITING) {
		effect(w, m->id);
		bool refused = w->poison[m->id] || (predecessor_refused && !w->follows[m->id]);
		r->verdict[m->id] = refused ? MODEL_REFUSED : MODEL_APPLIED;
		effect_done(w, m);
		for (int i = 0; i < m->ncloses && holds(r, m, BREAK_CLOSE_HELD); i++)
			key_close(w, &m->closes[i]);
	}
	advance(r, m);
}

static void waiting_drop(struct model_receiver *r, int i)
{
	r->waiting[i] = r->waiting[--r->nwaiting];
}

/* Its numbers had another message: that happens to a sender alone that was rolled back and did not notice. */
static void refuse_passed(struct model *w, const struct model_message *m)
{
	if (w->r.verdict[m->id] == MODEL_UNKNOWN || w->r.verdict[m->id] == MODEL_WAITING) {
		REQUIRE(w->rolled_back);
		w->r.verdict[m->id] = MODEL_REFUSED;
	}
	advance(&w->r, m);
}

static void release(struct model *w)
{
	struct model_receiver *r = &w->r;
	bool refused;
	for (int i = 0; i < r->nwaiting; i++) {
		struct model_message m = r->waiting[i];
		enum order_verdict v = judge(r, &m, &refused);
		if (v == ORDER_WAITS)
			continue;
		waiting_drop(r, i);
		if (v == ORDER_READY)
			apply(w, &m, refused);
		else
			refuse_passed(w, &m);
		i = -1;
	}
}

static bool is_final(const struct model_receiver *r, int id)
{
	return r->verdict[id] == MODEL_APPLIED || r->verdict[id] == MODEL_REFUSED;
}

static void message_take(struct model *w, const struct model_message *m)
{
	struct model_receiver *r = &w->r;
	bool refused;
	for (int i = 0; i < r->nwaiting; i++)
		if (r->waiting[i].id == m->id && r->waiting[i].epoch == m->epoch)
			return;
	/* In other numbers it waits beside itself: which of them its sender goes by is not known here. */
	enum order_verdict v = judge(r, m, &refused);
	/* What had its effect had it behind all that were before it, whatever numbers they have now. */
	if (v == ORDER_WAITS && is_final(r, m->id))
		v = ORDER_READY;
	w->messages[v]++;
	switch (v) {
	case ORDER_READY:
		apply(w, m, refused);
		release(w);
		break;
	case ORDER_WAITS:
		REQUIRE(r->nwaiting < 2 * MODEL_IDS);
		r->waiting[r->nwaiting++] = *m;
		if (r->verdict[m->id] == MODEL_UNKNOWN)
			r->verdict[m->id] = MODEL_WAITING;
		break;
	case ORDER_PASSED:
		/* The same one again; another one under its numbers is refused. */
		refuse_passed(w, m);
		release(w);
		break;
	}
}

/* ---- bundles */

static const struct digest *recorded(
	const struct model_receiver *r, int64_t epoch, int64_t seq, struct digest *d)
{
	for (int i = 0; i < r->nrecords; i++)
		if (r->records[i].epoch == epoch && r->records[i].seq == seq && !r->records[i].forked) {
			*d = model_digest(r->records[i].content);
			return d;
		}
	return NULL;
}

static void record(struct model_receiver *r, int64_t epoch, int64_t seq, int content, bool refused)
{
	int i = record_at(r, epoch, seq);
	if (i < 0) {
		REQUIRE(r->nrecords < MODEL_CONTENTS);
		i = r->nrecords++;
	}
	r->records[i].epoch = epoch;
	r->records[i].seq = seq;
	r->records[i].content = content;
	r->records[i].forked = false;
	r->records[i].void_epoch = r->records[i].void_seq = 0;
	r->records[i].again_epoch = r->records[i].again_seq = 0;
	r->records[i].refused = refused;
}

/* Evidence: told to the sender, whose two lives may not know of each other. */
static void fork_record(struct model_receiver *r, int64_t epoch, int64_t seq, const struct digest *identity)
{
	int content, i = r->nrecords;
	memcpy(&content, identity->b, sizeof content);
	for (int k = 0; k < i; k++)
		if (r->records[k].forked && r->records[k].content == content)
			return;
	REQUIRE(r->nrecords < MODEL_CONTENTS);
	r->nrecords++;
	r->records[i].epoch = epoch;
	r->records[i].seq = seq;
	r->records[i].content = content;
	r->records[i].refused = r->records[i].forked = true;
	r->records[i].void_seq = 0;
}

static void void_note(struct model_receiver *r, int i, bool first, const struct manifest *m)
{
	if (i < 0 || (!first && !r->records[i].void_seq))
		return;
	if (first || m->epoch < r->records[i].void_epoch ||
		(m->epoch == r->records[i].void_epoch && m->seq < r->records[i].void_seq)) {
		r->records[i].void_epoch = m->epoch;
		r->records[i].void_seq = m->seq;
	}
	if (m->epoch > r->records[i].again_epoch ||
		(m->epoch == r->records[i].again_epoch && m->seq > r->records[i].again_seq)) {
		r->records[i].again_epoch = m->epoch;
		r->records[i].again_seq = m->seq;
	}
}

static void voids_take(struct model *w, const struct manifest *m)
{
	struct model_receiver *r = &w->r;
	for (size_t i = 0; i < m->nvoids; i++) {
		const struct manifest_void *c = &m->voids[i];
		struct digest d;
		enum stream_verdict v;
		int content;
		REQUIRE(stream_void(&r->s, c, recorded(r, c->epoch, c->seq, &d), w->now, &v) == 0);
		memcpy(&content, c->identity.b, sizeof content);
		REQUIRE((v == STREAM_FORK) == contradicts(w, c->epoch, c->seq, content));
		if (v == STREAM_FORK)
			fork_record(r, c->epoch, c->seq, &c->identity);
		w->voids[v]++;
		if (v == STREAM_TAKE)
			record(r, c->epoch, c->seq, content, false);
		if (v != STREAM_FORK)
			void_note(r, record_at(r, c->epoch, c->seq), v == STREAM_TAKE, m);
	}
}

/* ---- the reference of a bundle: one content under a number, each naming the one before it */

/* What may be taken; and what must be seen as a fork. */
static void reference(const struct model *w, int content, bool was_held, bool revoked, enum stream_verdict v)
{
	const struct model_receiver *r = &w->r;
	const struct model_content *c = &w->contents[content];
	const struct stream_epoch *e = stream_find(&r->s, c->epoch);
	int next = record_at(r, c->epoch, c->seq + 1);
	if (was_held || revoked) {
		REQUIRE(v == STREAM_WAIT || v == STREAM_REVOKED);
		return;
	}
	bool fork = contradicts(w, c->epoch, c->seq, content) ||
		    (c->seq > 1 && contradicts(w, c->epoch, c->seq - 1, c->prev)) ||
		    (next >= 0 && w->contents[r->records[next].content].prev != content);
	REQUIRE(fork == (v == STREAM_FORK));
	if (v != STREAM_TAKE)
		return;
	REQUIRE(record_at(r, c->epoch, c->seq) < 0 && (e->last < 0 || c->seq <= e->last));
	REQUIRE(c->epoch == 1 || c->kind == MANIFEST_EPOCH || record_at(r, c->epoch, 1) >= 0 ||
		c->epoch < r->s.v[r->s.n - 1].epoch);
}

static bool is_behind(int64_t epoch, int64_t seq, const struct manifest *m)
{
	return epoch > m->statement.previous_epoch ||
	       (epoch == m->statement.previous_epoch && seq > m->statement.last_seq);
}

/* What is here, and was not left behind by earlier statements, is known to this one, or an officer settled
 * it. Asked before it is judged: whether one leaves anything behind. */
static bool leaves_behind(const struct model *w, const struct manifest *m)
{
	const struct model_receiver *r = &w->r;
	for (int i = 0; i < r->nrecords; i++) {
		int64_t epoch = r->records[i].epoch, seq = r->records[i].seq;
		const struct stream_epoch *e = stream_find(&r->s, epoch);
		if (epoch < m->epoch && !r->records[i].forked && !r->records[i].refused &&
			is_behind(epoch, seq, m) && (e->last < 0 || seq <= e->last))
			return true;
	}
	return false;
}

/* Voids of a life that the sender does not know of never were. */
static void voids_undo(struct model *w, const struct manifest *m)
{
	struct model_receiver *r = &w->r;
	for (int i = 0; i < r->nrecords; i++) {
		int64_t epoch = r->records[i].epoch, seq = r->records[i].seq;
		if (!r->records[i].void_seq || r->records[i].void_epoch >= m->epoch ||
			!is_behind(r->records[i].void_epoch, r->records[i].void_seq, m) ||
			is_behind(epoch, seq, m))
			continue;
		if (r->records[i].again_epoch >= m->epoch) {
			r->records[i].void_epoch = r->records[i].again_epoch;
			r->records[i].void_seq = r->records[i].again_seq;
			stream_unsafe(&r->s, epoch, seq);
			continue;
		}
		REQUIRE(stream_reopen(&r->s, epoch, seq, w->now) == 0);
		w->reopened++;
		r->records[i--] = r->records[--r->nrecords];
	}
}

/* A tick, or a damaged file: that its number exists is all it tells, and a tick the content there. */
static void tells(struct model *w, struct model_file f, const struct manifest *m)
{
	struct model_receiver *r = &w->r;
	const struct stream_epoch *e = stream_find(&r->s, m->epoch);
	struct digest seen;
	bool runs = !r->s.held && e;
	if (m->kind == MANIFEST_TICK && f.damaged)
		return;
	if (f.damaged)
		stream_exists(&r->s, m, w->now);
	else if (!stream_tick(&r->s, m, recorded(r, m->epoch, m->seq, &seen), w->now))
		fork_record(r, m->epoch, m->seq, &m->prev);
	bool fork = m->kind == MANIFEST_TICK && m->seq > 0 &&
		    contradicts(w, m->epoch, m->seq, w->contents[f.content].prev);
	REQUIRE(!runs || fork == (r->s.held == STREAM_HELD_FORK));
	REQUIRE(!runs || fork || e->last >= 0 || e->s.known >= m->seq);
}

/* Signed by a revoked key behind its last good number. */
static bool is_revoked(const struct model *w, const struct model_content *c)
{
	return c->signer < w->revoked &&
	       (c->epoch > w->revoked_epoch[c->signer] ||
		       (c->epoch == w->revoked_epoch[c->signer] && c->seq > w->revoked_seq[c->signer]));
}

/* One transaction. True: the file is done with. */
static bool transaction(struct model *w, struct model_file f)
{
	static struct manifest m;
	struct model_receiver *r = &w->r;
	const struct model_content *c = &w->contents[f.content];
	struct digest identity = model_digest(f.content), seen, before, named, stated;
	bool revoked = c->signer < w->revoked;
	model_manifest(w, f.content, &m);
	if (f.damaged || m.kind == MANIFEST_TICK) {
		if (!revoked)
			tells(w, f, &m);
		return true;
	}
	int next = record_at(r, m.epoch, m.seq + 1);
	if (next >= 0)
		named = model_digest(w->contents[r->records[next].content].prev);
	struct stream_arrival a = {.m = &m,
		.identity = &identity,
		.seen = recorded(r, m.epoch, m.seq, &seen),
		.before = recorded(r, m.epoch, m.seq - 1, &before),
		.named = next >= 0 ? &named : NULL,
		.stated = recorded(r, m.statement.previous_epoch, m.statement.last_seq, &stated),
		.revoked_epoch = revoked ? w->revoked_epoch[c->signer] : 0,
		.revoked_seq = revoked ? w->revoked_seq[c->signer] : 0,
		.now = w->now};
	enum stream_verdict v;
	/* What can never be read is refused for good before it takes its number. */
	bool here = stream_find(&r->s, m.epoch) && sequence_has(&stream_find(&r->s, m.epoch)->s, m.seq);
	if (c->unreadable && !r->s.held && !here && !revoked && !a.seen && !stream_waits(&r->s, &m)) {
		record(r, m.epoch, m.seq, f.content, true);
		stream_exists(&r->s, &m, w->now);
		return true;
	}
	bool was_held = r->s.held != STREAM_RUNS;
	bool leaves = m.kind == MANIFEST_EPOCH && leaves_behind(w, &m);
	REQUIRE(stream_judge(&r->s, &a, &v) == 0);
	reference(w, f.content, was_held, is_revoked(w, c), v);
	REQUIRE(v != STREAM_TAKE || !leaves || w->settled[m.epoch]);
	w->verdicts[v]++;
	if (v == STREAM_WAIT || v == STREAM_BEYOND)
		return false;
	if (v == STREAM_FORK)
		fork_record(r, m.epoch, m.seq, &identity);
	if (v != STREAM_TAKE)
		return true;
	REQUIRE(!c->forged);
	record(r, m.epoch, m.seq, f.content, false);
	if (m.kind == MANIFEST_EPOCH)
		voids_undo(w, &m);
	voids_take(w, &m);
	for (int i = 0; i < c->n; i++)
		message_take(w, &c->v[i]);
	return true;
}

void model_receive(struct model *w, int i, bool remove)
{
	if (transaction(w, w->in[i]) && remove)
		w->in[i] = w->in[--w->nin];
}

/* What only a void closed that lies behind a hole is not called safe: should that void turn out to be of a
 * life that the sender does not know, the number is missing again. One closed by a void of another epoch, of
 * which this ack says nothing, is named, so that the sender can see whether it knows of that. */
static void safe_clip(const struct model_receiver *r, struct manifest_ack *a)
{
	if (broken(BREAK_SAFE))
		a->safe = a->contiguous;
	if (broken(BREAK_SAFE_VOID))
		return;
	for (int i = 0; i < r->nrecords; i++) {
		if (!r->records[i].void_seq || r->records[i].epoch != a->epoch)
			continue;
		bool same = r->records[i].void_epoch == a->epoch;
		if (!same && a->nrefused < 32) {
			a->refused[a->nrefused].seq = r->records[i].seq;
			strcpy(a->refused[a->nrefused].reason, "VOID");
			a->refused[a->nrefused++].identity = model_digest(r->records[i].content);
		} else if (r->records[i].seq <= a->safe &&
			   (!same || r->records[i].void_seq > a->contiguous)) {
			a->safe = r->records[i].seq - 1;
		}
	}
}

void model_ack(struct model *w, int64_t turn, struct manifest_ack *a)
{
	struct model_receiver *r = &w->r;
	REQUIRE(stream_ack(&r->s, "receiver", turn, a) == 0);
	for (int64_t n = 1; n <= a->contiguous; n++)
		model_chain(&a->head, r->records[record_at(r, a->epoch, n)].content);
	a->nrefused = 0;
	safe_clip(r, a);
	for (int i = 0; i < r->nrecords && a->nrefused < 32; i++)
		if (r->records[i].refused && r->records[i].epoch == a->epoch &&
			(r->records[i].forked ||
				!sequence_has(&stream_find(&r->s, a->epoch)->s, r->records[i].seq))) {
			strcpy(a->refused[a->nrefused].reason, r->records[i].forked ? "FORK" : "KEY");
			a->refused[a->nrefused].seq = r->records[i].seq;
			a->refused[a->nrefused++].identity = model_digest(r->records[i].content);
		}
}

void model_officer(struct model *w)
{
	if (!w->r.s.held)
		return;
	w->settled[w->r.s.held_epoch] |= w->r.s.held == STREAM_HELD_BEYOND;
	REQUIRE(stream_release(&w->r.s) == 0);
}
