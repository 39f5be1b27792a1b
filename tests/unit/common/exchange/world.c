#include "tests/unit/common/exchange/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_DISCS 12 /* after so many all keys are closed */

static void file_drop(struct model *w, int i)
{
	w->way[i] = w->way[--w->nway];
}

/* The i-th file on the way arrives, or what else may become of it. */
static void carry(struct world *x, int i)
{
	struct model *w = &x->w;
	struct model_file f = w->way[i];
	unsigned fate = x->faults ? model_random(w, 20) : 19;
	if (fate == 0) { /* lost */
		file_drop(w, i);
		return;
	}
	if (fate > 3)
		file_drop(w, i); /* else it comes twice */
	if (fate == 4 || fate == 5)
		f.damaged = true;
	if (w->nin < MODEL_FILES)
		w->in[w->nin++] = f;
}

static void ack_send(struct world *x, int64_t turn)
{
	struct model *w = &x->w;
	if (x->faults && model_random(w, 4) == 0)
		return;
	if (x->nback == WORLD_ACKS)
		memmove(x->back, x->back + 1, (size_t)--x->nback * sizeof x->back[0]);
	model_ack(w, turn, &x->back[x->nback].a);
	x->back[x->nback].at = (struct acked_at){.life = w->r_life, .seq = w->now};
	x->nback++;
}

static void ack_arrive(struct world *x, int i, bool again)
{
	struct world_back *b = &x->back[i];
	model_ack_take(&x->w, &b->a, &b->at);
	if (!again)
		memmove(b, b + 1, (size_t)(--x->nback - i) * sizeof *b);
}

/* An attacker with a revoked key. */
static void forge(struct model *w)
{
	if (!w->revoked || w->nway == MODEL_FILES || w->ncontents == MODEL_CONTENTS)
		return;
	struct model_content *c = &w->contents[w->ncontents];
	memset(c, 0, sizeof *c);
	c->kind = MANIFEST_MESSAGES;
	c->epoch = w->s.epoch + (int64_t)model_random(w, 2);
	c->seq = w->s.seq + 1 + (int64_t)model_random(w, 3);
	c->prev = w->s.prev;
	c->signer = (int)model_random(w, (unsigned)w->revoked);
	c->forged = true;
	c->n = 1;
	/* Under numbers that the key signed rightfully a theft of it cannot be seen. */
	if (c->epoch < w->revoked_epoch[c->signer] ||
		(c->epoch == w->revoked_epoch[c->signer] && c->seq <= w->revoked_seq[c->signer]))
		return;
	w->way[w->nway++] = (struct model_file){w->ncontents++, false};
}

/* A new key signs from here on; what the old one signed up to here stays good. */
static void rotate(struct model *w)
{
	if (w->s.signer + 1 >= MODEL_EPOCHS || w->s.seq == 0)
		return;
	w->revoked_epoch[w->s.signer] = w->s.epoch;
	w->revoked_seq[w->s.signer] = w->s.seq;
	w->s.signer++;
	w->revoked = w->s.signer;
}

void world_backup_receiver(struct model *w)
{
	model_receiver_copy(&w->r_backup, &w->r);
	for (size_t i = 0; i < w->r.s.n; i++)
		w->r.s.v[i].safe = w->r.s.v[i].s.contiguous;
}

void world_restore_receiver(struct model *w)
{
	model_receiver_copy(&w->r, &w->r_backup);
	for (size_t i = 0; i < w->r.s.n; i++)
		w->r.s.v[i].safe = w->r.s.v[i].s.contiguous;
	w->r_life++;
}

void world_lose_receiver(struct model *w)
{
	model_receiver_fini(&w->r);
	model_receiver_init(&w->r);
	model_receiver_copy(&w->r_backup, &w->r);
	w->r_life++;
	w->receiver_lost = true;
}

static void lives(struct world *x)
{
	struct model *w = &x->w;
	if (x->restores == 6)
		return;
	x->restores++;
	switch (model_random(w, 8)) {
	case 0:
	case 1:
		x->restored = true;
		model_sender_restore(w, true);
		break;
	case 2:
	case 3:
		/* Rolled back with its boot mark; nobody notices but the peer. */
		x->restored = true;
		model_sender_restore(w, false);
		break;
	case 4:
		world_lose_receiver(w);
		break;
	default:
		world_restore_receiver(w);
	}
}

static void closings(struct model *w)
{
	if (model_random(w, 3) == 0)
		model_closing(w);
	if (w->nconfirms && model_random(w, 4) == 0)
		model_confirm(w, (int)model_random(w, (unsigned)w->nconfirms), model_random(w, 4) == 0);
	if (w->nconfirms && model_random(w, 8) == 0)
		w->nconfirms--; /* lost */
}

static void step(struct world *x)
{
	struct model *w = &x->w;
	switch (model_random(w, 24)) {
	case 0:
	case 1:
	case 2:
		model_put(w);
		break;
	case 3:
	case 4:
	case 5:
		model_send(w, false, x->faults ? model_random(w, 24) : 6);
		break;
	case 6:
		model_send(w, true, 6);
		break;
	case 7:
	case 8:
	case 9:
	case 10:
		if (w->nway)
			carry(x, (int)model_random(w, (unsigned)w->nway));
		break;
	case 11:
	case 12:
	case 13:
	case 14:
	case 15:
		if (w->nin)
			model_receive(w, (int)model_random(w, (unsigned)w->nin), model_random(w, 8) != 0);
		break;
	case 16:
	case 17:
		ack_send(x, (int64_t)model_random(w, 4));
		break;
	case 18:
		if (x->nback)
			ack_arrive(x, (int)model_random(w, (unsigned)x->nback), model_random(w, 4) == 0);
		break;
	case 19:
		if (model_random(w, 4) == 0)
			model_officer(w);
		break;
	case 20:
		if (x->faults && w->ncontents > 1 && model_random(w, 2)) {
			int c = 1 + (int)model_random(w, (unsigned)w->ncontents - 1);
			w->sent[c] = w->sent[c] ? 2 : 0; /* the kept copy rots */
		}
		break;
	case 21:
		if (model_random(w, 2))
			w->s_backup = w->s;
		else if (!w->receiver_lost)
			world_backup_receiver(w);
		break;
	case 22:
		if (x->faults) {
			if (model_random(w, 4) == 0)
				rotate(w);
			else
				forge(w);
		}
		break;
	case 23:
		if (x->lives && model_random(w, 3) == 0)
			lives(x);
		break;
	}
	if (w->closes)
		closings(w);
	w->now++;
	model_check(w);
}

static bool settled(const struct model *w)
{
	for (int i = 0; i < w->s.nout; i++) {
		uint8_t v = w->r.verdict[w->s.out[i].m.id];
		if (v != MODEL_APPLIED && v != MODEL_REFUSED)
			return false;
	}
	return model_sender_idle(w) && w->r.s.held == STREAM_RUNS && stream_missing(&w->r.s, INT64_MAX) == 0;
}

/* One disc: the sender sends all it has, everything arrives in some order, the receiver takes what it can,
 * and what it then tells reaches the sender. */
static void disc(struct world *x)
{
	struct model *w = &x->w;
	int before = -1;
	if (w->receiver_lost)
		model_sender_rebuild(w);
	w->now += 100;
	for (int i = 0; w->closes && i < 3; i++)
		model_closing(w);
	while (!model_sender_idle(w) && w->nway < MODEL_FILES / 2)
		model_send(w, false, 6);
	model_send(w, true, 6);
	while (w->nway && w->nin < MODEL_FILES)
		carry(x, (int)model_random(w, (unsigned)w->nway));
	/* In any order, again and again until nothing more is done. */
	while (before != w->nin) {
		before = w->nin;
		model_officer(w);
		for (int i = w->nin - 1; i >= 0; i--)
			model_receive(w, i, true);
		model_check(w);
	}
	while (w->nconfirms)
		model_confirm(w, 0, false);
	if (w->closes)
		world_backup_receiver(w);
	int64_t turns = stream_ack_turns(&w->r.s);
	for (int64_t t = 0; t < turns; t++) {
		ack_send(x, t);
		ack_arrive(x, x->nback - 1, false);
	}
}

/* How many keys one of the ends knows. A key whose last message was refused is kept: what follows is to know.
 * A receiver keeps a key of a life that its sender does not know of until it is used again, and what came
 * late between its loss and the rebuild. */
static int keys_known(const struct world *x)
{
	const struct model *w = &x->w;
	int n = 0;
	for (int k = 0; k < MODEL_KEYS; k++) {
		bool refused = false;
		for (int e = 0; e < MODEL_EPOCHS; e++)
			refused |= w->r.turn[e][k].next > 1 && w->r.turn[e][k].refused;
		n += !refused && w->s.last[k].last > 0;
		for (int64_t e = w->rebuilt_epoch; e < MODEL_EPOCHS && !x->restored; e++)
			n += !refused && w->r.turn[e][k].next > 1;
	}
	return n;
}

static void explain_keys(const struct world *x)
{
	const struct model *w = &x->w;
	for (int k = 0; k < MODEL_KEYS; k++) {
		const struct order_last *l = &w->s.last[k];
		printf("#  key %d: sender %d/%d of round %d (ripe %d); receiver", k, (int)l->epoch,
			(int)l->last, (int)l->round, (int)w->s.closing.ripe);
		for (int e = 0; e < MODEL_EPOCHS; e++)
			if (w->r.turn[e][k].next > 1)
				printf(" %d/%d%s", e, (int)w->r.turn[e][k].next,
					w->r.turn[e][k].refused ? " refused" : "");
		printf("\n");
	}
	for (int i = 0; i < w->r.nwaiting; i++)
		for (int k = 0; k < w->r.waiting[i].nkeys; k++)
			printf("#  message %d waits, epoch %d key %d n %d\n", w->r.waiting[i].id,
				(int)w->r.waiting[i].epoch, w->r.waiting[i].k[k].key,
				(int)w->r.waiting[i].k[k].n);
}

/* What is said of a schedule that did not end well. */
static void explain(const struct world *x)
{
	const struct model *w = &x->w;
	const struct model_sender *s = &w->s;
	printf("# seed %llu, %s\n", (unsigned long long)x->seed,
		x->restored ? "the sender was restored" : "nobody restored the sender");
	explain_keys(x);
	printf("# sender: epoch %d seq %d, acked %d/%d, idle %d\n", (int)s->epoch, (int)s->seq,
		(int)s->ack_epoch, (int)s->ack_contiguous, model_sender_idle(w));
	for (int i = 0; i < s->nb; i++)
		printf("#  %d/%d content %d state %d kept %d kind %d signer %d\n", (int)s->b[i].epoch,
			(int)s->b[i].seq, s->b[i].content, (int)s->b[i].state, w->sent[s->b[i].content],
			(int)w->contents[s->b[i].content].kind, w->contents[s->b[i].content].signer);
	printf("# receiver: held %d, settled %d, files %d, life %d (told %d), revoked before %d at %d/%d\n",
		(int)w->r.s.held, (int)w->r.s.settled, w->nin, (int)w->r_life, (int)s->ack_newest.life,
		w->revoked, (int)w->revoked_epoch[w->revoked ? w->revoked - 1 : 0],
		(int)w->revoked_seq[w->revoked ? w->revoked - 1 : 0]);
	for (size_t i = 0; i < w->r.s.n; i++)
		printf("#  epoch %d: %d known %d ranges %zu last %d previous %d safe %d\n",
			(int)w->r.s.v[i].epoch, (int)w->r.s.v[i].s.contiguous, (int)w->r.s.v[i].s.known,
			w->r.s.v[i].s.n, (int)w->r.s.v[i].last, (int)w->r.s.v[i].previous,
			(int)w->r.s.v[i].safe);
	for (int i = 0; i < w->nin; i++)
		printf("#  in: content %d %d/%d\n", w->in[i].content,
			(int)w->contents[w->in[i].content].epoch, (int)w->contents[w->in[i].content].seq);
	for (int i = 0; i < s->nout; i++) {
		const struct model_message *m = &s->out[i].m;
		if (w->r.verdict[m->id] == MODEL_APPLIED || w->r.verdict[m->id] == MODEL_REFUSED)
			continue;
		printf("#  message %d verdict %d in %d/%d, bundled %d, epoch %d", m->id, w->r.verdict[m->id],
			(int)s->out[i].epoch, (int)s->out[i].seq, s->out[i].bundled, (int)m->epoch);
		for (int k = 0; k < m->nkeys; k++)
			printf(" key %d n %d after %d/%d", m->k[k].key, (int)m->k[k].n,
				(int)m->k[k].after_epoch, (int)m->k[k].after_n);
		printf("\n");
	}
}

void world_begin(struct world *x, uint64_t seed, bool lives, bool closes)
{
	struct model *w = &x->w;
	memset(x, 0, sizeof *x);
	x->seed = seed;
	w->random = seed * 0x9e3779b97f4a7c15u + 1;
	for (int i = 0; i < 8; i++)
		(void)model_random(w, 2);
	x->faults = true;
	x->lives = lives;
	w->closes = closes;
	closing_init(&w->s.closing);
	w->ncontents = 1;
	w->s.epoch = w->mark_epoch = w->r_life = 1;
	for (int k = 0; k < MODEL_KEYS; k++)
		w->s.newest[k] = -1;
	memset(w->before, -1, sizeof w->before);
	memset(w->on, -1, sizeof w->on);
	w->s_backup = w->s;
	model_receiver_init(&w->r);
	model_receiver_init(&w->r_backup);
}

/* Fair weather until all is settled, and all keys are forgotten. */
static const char *end(struct world *x)
{
	int discs = 0, most = x->lives ? 14 : 4;
	while (!settled(&x->w) && discs++ < most)
		disc(x);
	if (!settled(&x->w))
		return "not settled after so many discs";
	/* What a rolled-back sender did may come out only now. */
	for (int i = 0; i < KEYS_DISCS && x->w.closes && (keys_known(x) > 0 || !settled(&x->w)); i++)
		disc(x);
	if (x->w.closes && keys_known(x) > 0)
		return "keys are known for ever";
	return settled(&x->w) ? NULL : "not settled any more";
}

const char *world_finish(struct world *x)
{
	x->faults = false;
	x->w.clear = true;
	x->nback = 0;
	const char *wrong = end(x);
	if (wrong)
		explain(x);
	model_receiver_fini(&x->w.r);
	model_receiver_fini(&x->w.r_backup);
	return wrong;
}

const char *world_run(struct world *x, uint64_t seed, bool lives, bool closes)
{
	struct model *w = &x->w;
	world_begin(x, seed, lives, closes);
	int n = 40 + (int)model_random(w, 200);
	for (int i = 0; i < n && w->ncontents < MODEL_CONTENTS / 2 && w->s.nb < MODEL_BUNDLES / 2; i++)
		step(x);
	return world_finish(x);
}
