/* Order keys, pure: a message waits only for the earlier numbers of its own keys. The numbers of a key run
 * per epoch of the origin zone; the first one of a later epoch names the number of an earlier epoch it
 * follows, so that no restart lets it overtake. */
#ifndef SW_EXCHANGE_ORDER_H
#define SW_EXCHANGE_ORDER_H
#include "common/message/message.h"

/* Where a key stands in one epoch: the number whose turn it is (1 at first), and whether the one before was
 * refused. */
struct order_turn {
	int64_t next;
	bool refused;
};
enum order_verdict {
	ORDER_READY, /* every key is at its turn */
	ORDER_WAITS, /* an earlier number of a key is open */
	ORDER_PASSED /* a number that was used already: never applied a second time */
};
/* own[i]: turn of key i in the message's epoch; before[i]: turn in the epoch that key i names as earlier
 * (ignored when it names none). *refused: a predecessor was refused. */
enum order_verdict order_judge(const struct message *m, const struct order_turn *own,
	const struct order_turn *before, bool *refused);
/* The number that the i-th key of the message follows: what it is to be woken by. n is 0 for the first of
 * all. */
struct order_after {
	int64_t epoch, n;
};
struct order_after order_predecessor(const struct message *m, size_t i);

/* Giving numbers. The last number given on a key, and in which epoch; last 0: none yet. */
struct order_last {
	int64_t epoch, last;
};
/* The next number of the key in this epoch; the first one follows the last of before. Changes *l. */
void order_give(struct order_last *l, int64_t epoch, struct order_key *k);
/* A message that was numbered in an earlier epoch is numbered anew, because what came with it was lost or
 * taken differently: the first one of the epoch follows what it followed before, or, when nothing of before
 * will come
 * (`afresh`), nothing. All messages on the key are given their numbers in their order. */
void order_give_again(
	struct order_last *l, int64_t epoch, struct order_after followed, bool afresh, struct order_key *k);
#endif
