#include "common/exchange/order.h"

struct order_after order_predecessor(const struct message *m, size_t i)
{
	const struct order_key *k = &m->keys[i];
	if (k->n > 1)
		return (struct order_after){m->epoch, k->n - 1};
	return (struct order_after){k->after_epoch, k->after_n};
}

enum order_verdict order_judge(
	const struct message *m, const struct order_turn *own, const struct order_turn *before, bool *refused)
{
	bool waits = false, passed = false;
	*refused = false;
	for (size_t i = 0; i < m->nkeys; i++) {
		const struct order_key *k = &m->keys[i];
		bool crosses = k->n == 1 && k->after_n > 0;
		passed |= k->n < own[i].next;
		waits |= k->n > own[i].next || (crosses && before[i].next <= k->after_n);
		/* Of an earlier epoch only the number it follows counts, not what that life went on to. */
		*refused |= crosses ? before[i].next == k->after_n + 1 && before[i].refused : own[i].refused;
	}
	return waits ? ORDER_WAITS : passed ? ORDER_PASSED : ORDER_READY;
}

static void give(struct order_last *l, int64_t epoch, struct order_after after, struct order_key *k)
{
	bool first = l->epoch != epoch;
	*l = (struct order_last){epoch, first ? 1 : l->last + 1};
	k->n = l->last;
	k->after_epoch = first && after.n > 0 ? after.epoch : 0;
	k->after_n = first ? after.n : 0;
}

void order_give(struct order_last *l, int64_t epoch, struct order_key *k)
{
	give(l, epoch, (struct order_after){l->epoch, l->last}, k);
}

void order_give_again(
	struct order_last *l, int64_t epoch, struct order_after followed, bool afresh, struct order_key *k)
{
	give(l, epoch, afresh ? (struct order_after){0} : followed, k);
}
