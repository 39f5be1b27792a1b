/* Order keys, pure: a message waits only for the earlier numbers of its own keys. The numbers of a key run
 * per epoch of the origin zone; the first one of a later epoch names the number of an earlier epoch it
 * follows, so that no restart lets it overtake. A key that was not used for long is closed and forgotten on
 * both ends (closing.h); when it is used again a new generation opens, whose numbers are above those of every
 * generation of its epoch: a number never names two messages. What opens a generation follows only what the
 * receiver has already, by its sender's word, which the receiver checks (stream_holds). */
#ifndef SW_EXCHANGE_ORDER_H
#define SW_EXCHANGE_ORDER_H
#include "common/message/message.h"

/* Where a key stands in one epoch: the number whose turn it is (1 at first, and when it was forgotten), and
 * whether the one before was refused. */
struct order_turn {
	int64_t next;
	bool refused;
};
/* What is known of one key of a message. before: its turn in the epoch that the key names (ignored when it
 * names none). open: it opens a generation, and the number that it names waits here, or what its sender says
 * is here is not. */
struct order_known {
	struct order_turn own, before;
	bool open;
};
enum order_verdict {
	ORDER_READY, /* every key is at its turn */
	ORDER_WAITS, /* an earlier number of a key is open */
	ORDER_PASSED /* a number that was used already: never applied a second time */
};
/* known[i]: of key i. *refused: a predecessor was refused. */
enum order_verdict order_judge(const struct message *m, const struct order_known *known, bool *refused);
/* The number that the i-th key of the message follows: what it is to be woken by. n is 0 for the first of
 * all. */
struct order_after {
	int64_t epoch, n;
};
struct order_after order_predecessor(const struct message *m, size_t i);

/* Giving numbers. The last number given on a key, in which epoch, and in which round (closing.h) that was;
 * last 0: none yet, or forgotten. */
struct order_last {
	int64_t epoch, last, round;
};
/* Where the sender's link stands. floor: no key that is not known goes on below it in this epoch; round: the
 * one that runs; ripe: what was put in a round up to this one is in the receiver's backup. */
struct order_now {
	int64_t epoch, floor, round, ripe;
	int64_t held_epoch, held_seq; /* all bundles up to here are in the receiver's backup */
};
/* The next number of the key. The first one of an epoch follows the last of before; behind a number that the
 * receiver has a generation opens. Changes *l. */
void order_give(struct order_last *l, const struct order_now *now, struct order_key *k);
/* A message that was numbered in an earlier epoch as *was is numbered anew, because what came with it was
 * lost or taken differently: the first one of the epoch follows what it followed before, or, when nothing of
 * before will come (`afresh`), nothing. All messages on the key are given their numbers in their order. */
void order_give_again(struct order_last *l, const struct order_now *now, const struct order_key *was,
	struct order_after followed, bool afresh, struct order_key *k);
/* It follows a number of an earlier epoch that may still be under way to the receiver: should that one have
 * forgotten the key meanwhile, a closing tells it. */
bool order_crosses(const struct order_key *k);
#endif
