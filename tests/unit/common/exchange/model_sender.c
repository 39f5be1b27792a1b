#include "tests/unit/common/exchange/model.h"

#include <stdlib.h>
#include <string.h>

unsigned model_random(struct model *w, unsigned n)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return (unsigned)(w->random >> 33) % n;
}

struct digest model_digest(int content)
{
	struct digest d = {{0}};
	memcpy(d.b, &content, sizeof content);
	return d;
}

void model_chain(struct digest *head, int content)
{
	uint64_t h;
	memcpy(&h, head->b, sizeof h);
	h = (h ^ (uint64_t)content) * 0x9e3779b97f4a7c15u + 1;
	h ^= h >> 29;
	memcpy(head->b, &h, sizeof h);
}

void model_manifest(const struct model *w, int content, struct manifest *m)
{
	const struct model_content *c = &w->contents[content];
	m->kind = c->kind;
	m->epoch = c->epoch;
	m->seq = c->seq;
	m->prev = model_digest(c->prev);
	m->nvoids = (size_t)c->nvoids;
	for (int i = 0; i < c->nvoids; i++)
		m->voids[i] = (struct manifest_void){
			c->voids[i].epoch, c->voids[i].seq, model_digest(c->voids[i].identity)};
	m->statement.previous_epoch = c->previous_epoch;
	m->statement.last_seq = c->last_seq;
	m->statement.last = model_digest(c->last);
}

/* ---- putting messages */

static struct order_now order_now(const struct model_sender *s)
{
	return (struct order_now){s->epoch, s->floor, s->closing.round, s->closing.ripe,
		s->closing.held_epoch, s->closing.held_seq};
}

void model_put_on(struct model *w, int first, int nkeys)
{
	struct model_sender *s = &w->s;
	REQUIRE(w->nmessages < MODEL_IDS);
	struct model_message m = {.id = w->nmessages++,
		.nkeys = nkeys,
		.epoch = s->epoch,
		.held_epoch = s->closing.held_epoch,
		.held_seq = s->closing.held_seq};
	w->unsure[m.id] = s->rolled_back;
	for (int i = 0; i < m.nkeys; i++) {
		int key = (first + i) % MODEL_KEYS;
		struct order_key k;
		const struct order_now now = order_now(s);
		order_give(&s->last[key], &now, &k);
		s->closing.hurry |= order_crosses(&k);
		w->opened += k.opens;
		m.k[i] = (struct model_key){key, k.n, k.after_epoch, k.after_n, k.opens};
		w->before[m.id][i] = s->newest[key];
		w->on[m.id][i] = key;
		s->newest[key] = m.id;
	}
	s->out[s->nout].m = m;
	s->out[s->nout++].bundled = false;
}

void model_put(struct model *w)
{
	int id = w->nmessages;
	if (w->nputs == MODEL_MESSAGES || id == MODEL_IDS)
		return;
	w->nputs++;
	int nkeys = (int)model_random(w, 3);
	w->poison[id] = model_random(w, 12) == 0;
	w->follows[id] = model_random(w, 2);
	model_put_on(w, (int)model_random(w, MODEL_KEYS), nkeys);
}

/* ---- epochs */

/* Never one that was used before, in no life. */
static void epoch_begin(struct model *w, int64_t at_least)
{
	struct model_sender *s = &w->s;
	s->epoch = !broken(BREAK_MARK) && w->mark_epoch + 1 > at_least ? w->mark_epoch + 1 : at_least;
	s->seq = 0;
	s->ack_contiguous = 0;
	s->rolled_back = false;
	s->floor = 0;
	w->mark_epoch = s->epoch;
}

static void newest_before(const struct model_sender *s, int64_t epoch, int64_t *previous, int64_t *last)
{
	*previous = 0;
	*last = 0;
	for (int i = 0; i < s->nb; i++)
		if (s->b[i].epoch < epoch &&
			(s->b[i].epoch > *previous || (s->b[i].epoch == *previous && s->b[i].seq > *last))) {
			*previous = s->b[i].epoch;
			*last = s->b[i].seq;
		}
}

/* Those behind a message that gets new numbers follow it into them, even when they were sent before: on a key
 * all are numbered anew from the first one on.
 *
 * All that was sent behind (epoch, seq) is given up; its messages and what is queued get new numbers. */
static void number_again(struct model *w, int64_t epoch, int64_t seq, bool afresh)
{
	struct model_sender *s = &w->s;
	closing_epoch(&s->closing, epoch, seq);
	bool anew[MODEL_KEYS] = {false};
	for (int i = 0; i < s->nout; i++) {
		struct model_message *m = &s->out[i].m;
		bool again = !s->out[i].bundled || s->out[i].epoch > epoch ||
			     (s->out[i].epoch == epoch && s->out[i].seq > seq);
		for (int k = 0; k < m->nkeys; k++)
			again |= anew[m->k[k].key] && !broken(BREAK_ANEW);
		if (!again)
			continue;
		for (int k = 0; k < m->nkeys; k++)
			anew[m->k[k].key] = true;
		struct message was = {.epoch = m->epoch, .nkeys = (size_t)m->nkeys};
		for (int k = 0; k < m->nkeys; k++) {
			struct order_key *key = &was.keys[k], anew_key;
			const struct order_now now = order_now(s);
			key->n = m->k[k].n;
			key->after_epoch = m->k[k].after_epoch;
			key->after_n = m->k[k].after_n;
			key->opens = m->k[k].opens;
			order_give_again(&s->last[m->k[k].key], &now, key, order_predecessor(&was, (size_t)k),
				afresh, &anew_key);
			m->k[k] = (struct model_key){m->k[k].key, anew_key.n, anew_key.after_epoch,
				anew_key.after_n, anew_key.opens};
		}
		m->epoch = s->epoch;
		m->held_epoch = s->closing.held_epoch;
		m->held_seq = s->closing.held_seq;
		s->out[i].bundled = false;
	}
	int n = 0;
	for (int i = 0; i < s->nb; i++) {
		if (s->b[i].epoch < epoch || (s->b[i].epoch == epoch && s->b[i].seq <= seq))
			s->b[n++] = s->b[i];
		else
			w->sent[s->b[i].content] = 0;
	}
	s->nb = n;
	for (int i = 0; i < n; i++) {
		bool closed = false;
		for (int k = 0; k < n; k++)
			closed |= s->b[k].content == s->b[i].void_by;
		if (s->b[i].void_by && !closed)
			s->b[i].state = ACKED_LOST;
	}
}

static void recover(struct model *w);

/* Behind all that is known to be sent; what was not sent is numbered in the new epoch. */
static void epoch_next(struct model *w)
{
	int64_t previous, last;
	epoch_begin(w, w->s.epoch + 1);
	newest_before(&w->s, w->s.epoch, &previous, &last);
	number_again(w, previous, last, false);
}

void model_sender_restore(struct model *w, bool noticed)
{
	struct model_sender *s = &w->s;
	int signer = s->signer;
	*s = w->s_backup;
	s->signer = signer; /* a file of its own */
	s->rolled_back |= !noticed;
	w->rolled_back |= !noticed;
	w->restored = true;
	recover(w);
	if (noticed)
		epoch_next(w);
}

static int content_of(const struct model_sender *s, int64_t epoch, int64_t seq)
{
	for (int i = 0; i < s->nb; i++)
		if (s->b[i].epoch == epoch && s->b[i].seq == seq)
			return s->b[i].content;
	return 0;
}

/* What it let go when the receiver had it in a backup is not here any more; that receiver lost it. */
static void let_go(struct model *w)
{
	struct model_sender *s = &w->s;
	int n = 0;
	for (int i = 0; i < s->nout; i++) {
		int content = s->out[i].bundled ? content_of(s, s->out[i].epoch, s->out[i].seq) : 0;
		bool safe = false;
		for (int k = 0; k < s->nb; k++)
			safe |= content && s->b[k].content == content && s->b[k].state == ACKED_SAFE;
		if (safe)
			s->gone[s->out[i].m.id] = true;
		else
			s->out[n++] = s->out[i];
	}
	s->nout = n;
}

void model_sender_rebuild(struct model *w)
{
	w->rebuilt++;
	let_go(w);
	/* Nothing of before will come, and what is not kept is not known any more. */
	memset(w->s.last, 0, sizeof w->s.last);
	epoch_begin(w, w->s.epoch + 1);
	w->rebuilt_epoch = w->s.epoch;
	number_again(w, 0, 0, true);
	w->receiver_lost = false;
}

static void begin_behind(struct model *w, int64_t epoch, int64_t previous, int64_t last)
{
	epoch_begin(w, epoch);
	number_again(w, previous, last, false);
}

/* Behind what both agree upon; of an epoch before the current one that is not known. */
static void diverge(struct model *w, int64_t epoch, int64_t parted)
{
	w->diverged++;
	struct model_sender *s = &w->s;
	int64_t previous = s->epoch, last = s->ack_contiguous;
	if (last == 0 || parted < s->epoch)
		newest_before(s, parted < s->epoch ? parted : s->epoch, &previous, &last);
	begin_behind(w, epoch, previous, last);
}

/* The number is closed by a void; what it closed itself is open again. An epoch whose statement is lost is no
 * epoch: the next one takes its place. */
static void lose(struct model *w, int i)
{
	struct model_sender *s = &w->s;
	if (w->contents[s->b[i].content].kind == MANIFEST_EPOCH) {
		int64_t previous, last;
		newest_before(s, s->b[i].epoch, &previous, &last);
		begin_behind(w, s->epoch + 1, previous, last);
		return;
	}
	s->b[i].state = ACKED_LOST;
	for (int k = 0; k < s->nb; k++)
		if (s->b[k].state == ACKED_VOID && s->b[k].void_by == s->b[i].content)
			s->b[k].state = ACKED_LOST;
}

/* ---- building and publishing */

static int content_new(struct model *w)
{
	REQUIRE(w->ncontents < MODEL_CONTENTS);
	struct model_content *c = &w->contents[w->ncontents];
	memset(c, 0, sizeof *c);
	c->epoch = w->s.epoch;
	c->prev = w->s.prev;
	c->signer = w->s.signer;
	return w->ncontents++;
}

/* 0: nothing to say. */
static int build(struct model *w)
{
	struct model_sender *s = &w->s;
	struct model_content *c = &w->contents[content_new(w)];
	c->seq = s->seq + 1;
	if (s->epoch > 1 && s->seq == 0) {
		c->kind = MANIFEST_EPOCH;
		newest_before(s, s->epoch, &c->previous_epoch, &c->last_seq);
		c->last = content_of(s, c->previous_epoch, c->last_seq);
		return w->ncontents - 1;
	}
	for (int i = 0; i < s->nb && c->nvoids < MODEL_CARRIED; i++)
		if (s->b[i].state == ACKED_LOST) {
			c->kind = MANIFEST_VOID;
			c->voids[c->nvoids].epoch = s->b[i].epoch;
			c->voids[c->nvoids].seq = s->b[i].seq;
			c->voids[c->nvoids++].identity = s->b[i].content;
		}
	if (c->nvoids)
		return w->ncontents - 1;
	c->unreadable = !w->clear && model_random(w, 40) == 0;
	int most = 1 + (int)model_random(w, MODEL_CARRIED);
	for (int i = 0; i < s->nout && c->n < most; i++)
		if (!s->out[i].bundled)
			c->v[c->n++] = s->out[i].m;
	if (c->n)
		return w->ncontents - 1;
	w->ncontents--;
	return 0;
}

static void commit(struct model *w, int content)
{
	struct model_sender *s = &w->s;
	const struct model_content *c = &w->contents[content];
	REQUIRE(s->nb < MODEL_BUNDLES && c->epoch == s->epoch && c->seq == s->seq + 1);
	s->b[s->nb].epoch = c->epoch;
	s->b[s->nb].seq = c->seq;
	s->b[s->nb].content = content;
	s->b[s->nb].void_by = 0;
	s->b[s->nb].safe_life = 0;
	s->b[s->nb++].state = ACKED_SENT;
	s->seq = c->seq;
	s->prev = content;
	for (int k = 0; k < c->n; k++)
		for (int i = 0; i < s->nout; i++)
			if (s->out[i].m.id == c->v[k].id) {
				s->out[i].bundled = true;
				s->out[i].epoch = c->epoch;
				s->out[i].seq = c->seq;
			}
	for (int k = 0; k < c->nvoids; k++)
		for (int i = 0; i < s->nb; i++)
			if (s->b[i].epoch == c->voids[k].epoch && s->b[i].seq == c->voids[k].seq) {
				s->b[i].state = ACKED_VOID;
				s->b[i].void_by = content;
			}
	if (c->nvoids)
		closing_reset(&s->closing);
	for (int i = 0; i < s->nout; i++)
		for (int k = 0; k < c->nvoids; k++)
			if (s->out[i].bundled && s->out[i].epoch == c->voids[k].epoch &&
				s->out[i].seq == c->voids[k].seq)
				s->out[i].bundled = false;
	if (w->highest[c->epoch] < c->seq)
		w->highest[c->epoch] = c->seq;
}

static void post(struct model *w, int content)
{
	if (w->nway < MODEL_FILES)
		w->way[w->nway++] = (struct model_file){content, w->sent[content] == 2};
}

static void publish(struct model *w, int content, unsigned steps)
{
	if (steps < 1)
		return;
	w->sent[content] = 1;
	if (steps < 2)
		return;
	post(w, content);
	if (steps < 3)
		return;
	w->tmp = 0;
}

/* Exactly the committed file is published; what was never committed does not exist. */
static void recover(struct model *w)
{
	struct model_sender *s = &w->s;
	int last = s->nb ? s->nb - 1 : -1;
	if (w->tmp && last >= 0 && s->b[last].content == w->tmp)
		publish(w, w->tmp, 3);
	else if (!broken(BREAK_RECOVER) && last >= 0 && s->b[last].state == ACKED_SENT &&
		 !w->sent[s->b[last].content])
		lose(w, last);
	w->tmp = 0;
}

void model_send(struct model *w, bool tick, unsigned steps)
{
	struct model_sender *s = &w->s;
	if (tick) {
		int t = content_new(w);
		w->contents[t].kind = MANIFEST_TICK;
		w->contents[t].seq = s->seq;
		post(w, t);
		return;
	}
	int content = build(w);
	if (!content)
		return;
	if (steps >= 1)
		w->tmp = content;
	if (steps >= 2)
		commit(w, content);
	if (steps >= 3)
		publish(w, content, steps - 3);
	if (steps < 6) {
		/* The crash may take the file with it. */
		if (model_random(w, 6) == 0)
			w->tmp = 0;
		recover(w);
	}
	/* A number that was committed has its file, or is to be closed by a void. Of earlier ones a restored
	 * sender may miss files: that is seen when they are asked for. */
	for (int i = 0; i < s->nb; i++)
		REQUIRE(s->b[i].content != content || s->b[i].state != ACKED_SENT || w->sent[content]);
}

bool model_sender_idle(const struct model *w)
{
	const struct model_sender *s = &w->s;
	bool idle = s->epoch == 1 || s->seq > 0;
	for (int i = 0; i < s->nb; i++)
		idle &= s->b[i].state != ACKED_LOST;
	for (int i = 0; i < s->nout; i++)
		idle &= s->out[i].bundled;
	return idle;
}

/* ---- closing keys */

#define IDLE 30 /* steps */

static void keys_close(struct model *w)
{
	struct model_sender *s = &w->s;
	struct model_message m = {
		.epoch = s->epoch, .held_epoch = s->closing.held_epoch, .held_seq = s->closing.held_seq};
	for (int k = 0; k < MODEL_KEYS; k++)
		if (s->last[k].last > 0 && s->last[k].round <= s->closing.ripe)
			m.closes[m.ncloses++] = (struct model_close){k, s->last[k].epoch, s->last[k].last};
	if (m.ncloses == 0 || w->nmessages == MODEL_IDS)
		return;
	m.id = w->nmessages++;
	w->before[m.id][0] = w->before[m.id][1] = -1;
	s->out[s->nout].m = m;
	s->out[s->nout++].bundled = false;
}

void model_closing(struct model *w)
{
	struct model_sender *s = &w->s;
	struct closing_facts f = {.epoch = s->epoch, .seq = s->seq, .now_ms = w->now + 1, .idle_ms = IDLE};
	for (int i = 0; i < s->closing.newest && i < s->nout; i++)
		f.queued |= !s->out[i].bundled;
	for (int i = 0; i < s->nb; i++)
		f.open |= (s->b[i].state == ACKED_SENT || s->b[i].state == ACKED_LOST) &&
			  (s->b[i].epoch < s->closing.epoch ||
				  (s->b[i].epoch == s->closing.epoch && s->b[i].seq <= s->closing.seq));
	enum closing_step step = closing_look(&s->closing, &f);
	if (step == CLOSING_CLOSE)
		keys_close(w);
	if (step != CLOSING_WAIT)
		closing_begin(&s->closing, s->nout, w->now + 1);
}

void model_confirm(struct model *w, int i, bool again)
{
	struct model_sender *s = &w->s;
	struct model_close c = w->confirms[i];
	struct order_last *l = &s->last[c.key];
	if (!again)
		w->confirms[i] = w->confirms[--w->nconfirms];
	bool used = l->epoch != c.epoch || l->last != c.n || l->round > s->closing.ripe;
	if (l->last == 0 || (used && !broken(BREAK_CLOSE_USED)))
		return;
	*l = (struct order_last){0};
	if (c.epoch == s->epoch && c.n > s->floor)
		s->floor = c.n;
	w->closed++;
}

/* ---- acks */

/* It knows a number as closed by a void that this life never sent. */
static bool foreign_void(const struct model_sender *s, const struct manifest_ack *a)
{
	for (size_t k = 0; k < a->nrefused; k++)
		for (int i = 0; i < s->nb; i++)
			if (strcmp(a->refused[k].reason, "VOID") == 0 && !broken(BREAK_VOID_FOREIGN) &&
				s->b[i].epoch == a->epoch && s->b[i].seq == a->refused[k].seq &&
				s->b[i].state == ACKED_SENT)
				return true;
	return false;
}

static bool refused_fork(const struct model_sender *s, const struct manifest_ack *a)
{
	for (size_t k = 0; k < a->nrefused; k++) {
		struct digest d = model_digest(content_of(s, a->epoch, a->refused[k].seq));
		if (strcmp(a->refused[k].reason, "FORK") == 0 && digest_eq(&d, &a->refused[k].identity))
			return true;
	}
	return false;
}

/* Nothing is let go of an epoch in which the peer holds what this life never sent. */
static bool knows_all(const struct model_sender *s, const struct manifest_ack *a)
{
	return a->contiguous == 0 || content_of(s, a->epoch, a->contiguous) != 0;
}

/* It has the number of a void of ours and still misses what that closes. */
static bool void_parted(const struct model *w, const struct manifest_ack *a)
{
	struct manifest_range holes[MANIFEST_RANGES_MAX + 1];
	const struct model_sender *s = &w->s;
	size_t n = sequence_ack_holes(a, holes);
	for (int i = 0; i < s->nb; i++) {
		const struct model_content *by = &w->contents[s->b[i].void_by];
		for (size_t k = 0; k < n && s->b[i].epoch == a->epoch; k++)
			if (s->b[i].state == ACKED_VOID && s->b[i].seq >= holes[k].first &&
				s->b[i].seq <= holes[k].last && acked_void_parted(a, by->epoch, by->seq))
				return true;
	}
	return false;
}

/* Whether the peer has other contents than this life sent, as far as this life knows what it has. */
static bool parted(const struct model_sender *s, const struct manifest_ack *a)
{
	struct digest head = {{0}};
	if (digest_is_zero(&a->head) || broken(BREAK_PARTED))
		return false;
	for (int64_t n = 1; n <= a->contiguous; n++) {
		int content = content_of(s, a->epoch, n);
		if (!content)
			return a->epoch == s->epoch;
		model_chain(&head, content);
	}
	return !digest_eq(&head, &a->head);
}

void model_ack_take(struct model *w, const struct manifest_ack *a, const struct acked_at *at)
{
	struct model_sender *s = &w->s;
	struct acked_link l = {s->epoch, s->seq, s->ack_epoch, s->ack_newest};
	struct manifest_range holes[MANIFEST_RANGES_MAX + 1];
	enum acked_verdict v = acked_judge(&l, a, at);
	if (v == ACKED_OLD)
		return;
	acked_note(&l, a, at);
	if (v == ACKED_DIVERGED || parted(s, a) || refused_fork(s, a) || void_parted(w, a)) {
		diverge(w, acked_next_epoch(&l, a), a->epoch);
		return;
	}
	if (acked_lets_go(&l, v) && foreign_void(s, a)) {
		diverge(w, acked_next_epoch(&l, a), a->epoch);
		return;
	}
	int64_t epoch = s->epoch;
	bool statement = acked_statement_due(&l);
	size_t n = sequence_ack_holes(a, holes);
	for (int i = 0; i < s->nb && s->epoch == epoch; i++) {
		bool hole = statement && s->b[i].epoch == s->epoch && s->b[i].seq == 1 &&
			    s->b[i].state != ACKED_SAFE;
		if (!hole && s->b[i].epoch != a->epoch)
			continue;
		for (size_t k = 0; k < n && s->b[i].epoch == a->epoch; k++)
			hole |= s->b[i].seq >= holes[k].first && s->b[i].seq <= holes[k].last;
		enum acked_action act =
			hole ? acked_hole(s->b[i].state, w->sent[s->b[i].content] == 1, false,
				       acked_void_again(&l, v, w->contents[s->b[i].void_by].epoch),
				       s->b[i].safe_life, at->life)
			     : ACKED_NOTHING;
		if (act == ACKED_SEND_AGAIN)
			post(w, s->b[i].content);
		if (act == ACKED_LOSE)
			lose(w, i);
		if (s->epoch != epoch)
			break;
		/* Only a receiver that lost even its backup asks for what it had there. */
		REQUIRE(act != ACKED_GONE || w->receiver_lost);
		for (size_t k = 0; k < a->nrefused; k++)
			if (a->refused[k].seq == s->b[i].seq && s->b[i].epoch == a->epoch &&
				strcmp(a->refused[k].reason, "KEY") == 0 && s->b[i].state == ACKED_SENT) {
				struct digest d = model_digest(s->b[i].content);
				if (digest_eq(&d, &a->refused[k].identity))
					lose(w, i);
			}
		if (acked_lets_go(&l, v) && knows_all(s, a) && s->b[i].epoch == a->epoch &&
			s->b[i].seq <= a->safe &&
			(s->b[i].state == ACKED_SENT || s->b[i].state == ACKED_VOID)) {
			s->b[i].state = ACKED_SAFE;
			s->b[i].safe_life = at->life;
			w->sent[s->b[i].content] = 0;
		}
	}
	if (a->epoch == s->epoch && epoch == s->epoch && !digest_is_zero(&a->head)) {
		if (a->contiguous > s->ack_contiguous)
			s->ack_contiguous = a->contiguous;
	}
	s->ack_epoch = l.ack_epoch;
	s->ack_newest = l.newest;
}
