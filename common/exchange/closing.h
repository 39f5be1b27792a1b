/* When order keys are closed, pure (no clock, file, database, thread). The sender of a link cuts the time
 * into rounds; each key remembers the round of its last number. A round is ripe when all that was put before
 * it began is in the receiver's backup and it has lasted as long as a key may lie idle: then every key that
 * was not used in it, or since, has nothing under way and was idle, and is closed (README.md, rule 8). */
#ifndef SW_EXCHANGE_CLOSING_H
#define SW_EXCHANGE_CLOSING_H
#include <stdbool.h>
#include <stdint.h>

struct closing {
	int64_t round, ripe; /* ripe < round; ripe == round - 1: the round is over, what it closes is told */
	int64_t newest;      /* the last message that was put before it began */
	int64_t epoch, seq;  /* none of those is in a bundle behind this number; epoch 0: not known */
	int64_t began_ms;    /* 0: it need not last */
	/* Of the last ripe round: all bundles up to this number are in the receiver's backup. */
	int64_t held_epoch, held_seq;
	/* A number was given that follows one of an earlier epoch which may be under way: the receiver,
	 * should it have forgotten the key, is to be told soon that everything on it has come. */
	bool hurry;
};
struct closing_facts {
	bool queued;        /* a message up to `newest` waits to be sent */
	bool open;          /* a bundle up to epoch/seq is not in the receiver's backup */
	int64_t epoch, seq; /* the newest number */
	int64_t now_ms, idle_ms;
};
/* The first round is over before it began: nothing was put before it. */
void closing_init(struct closing *c);
/* The next round begins. newest: the last message that was put. */
void closing_begin(struct closing *c, int64_t newest, int64_t now_ms);
/* Messages that were sent wait again. */
void closing_reset(struct closing *c);
/* A new epoch: what was sent behind epoch/seq is numbered anew; 0/0: all, for a receiver that lost what it
 * had. */
void closing_epoch(struct closing *c, int64_t epoch, int64_t seq);
enum closing_step {
	CLOSING_WAIT,  /* nothing to do; *c may have changed */
	CLOSING_CLOSE, /* the round is over: keys up to `ripe` are to be closed, then the next one begins */
	CLOSING_ANEW   /* the next one is to begin at once */
};
enum closing_step closing_look(struct closing *c, const struct closing_facts *f);
#endif
