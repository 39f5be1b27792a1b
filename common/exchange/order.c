#include "common/exchange/order.h"

struct order_after order_predecessor(const struct message *m, size_t i)
{
	const struct order_key *k = &m->keys[i];
	if (k->n > 1 && !k->opens)
		return (struct order_after){m->epoch, k->n - 1};
	return (struct order_after){k->after_epoch, k->after_n};
}

enum order_verdict order_judge(const struct message *m, const struct order_known *known, bool *refused)
{
	bool waits = false, passed = false;
	*refused = false;
	for (size_t i = 0; i < m->nkeys; i++) {
		const struct order_key *k = &m->keys[i];
		const struct order_known *at = &known[i];
		passed |= k->n < at->own.next;
		if (k->opens) {
			waits |= at->open;
			*refused |= k->after_n > 0 && at->before.next == k->after_n + 1 && at->before.refused;
			continue;
		}
		bool crosses = k->n == 1 && k->after_n > 0;
		waits |= k->n > at->own.next || (crosses && at->before.next <= k->after_n);
		/* Of an earlier epoch only the number it follows counts, not what that life went on to. */
		*refused |=
			crosses ? at->before.next == k->after_n + 1 && at->before.refused : at->own.refused;
	}
	return waits ? ORDER_WAITS : passed ? ORDER_PASSED : ORDER_READY;
}

static void give(struct order_last *l, const struct order_now *now, struct order_after after, bool opens,
	struct order_key *k)
{
	k->n = l->last == 0 ? now->floor + 1 : l->epoch == now->epoch ? l->last + 1 : 1;
	*l = (struct order_last){now->epoch, k->n, now->round};
	k->opens = opens;
	k->after_epoch = after.n > 0 ? after.epoch : 0;
	k->after_n = after.n;
}

void order_give(struct order_last *l, const struct order_now *now, struct order_key *k)
{
	const struct order_after last = {l->epoch, l->last}, none = {0};
	if (l->last == 0)
		give(l, now, none, now->ripe >= 0, k);
	else if (l->round <= now->ripe)
		give(l, now, last, true, k);
	else
		give(l, now, l->epoch == now->epoch ? none : last, false, k);
}

void order_give_again(struct order_last *l, const struct order_now *now, const struct order_key *was,
	struct order_after followed, bool afresh, struct order_key *k)
{
	const struct order_after none = {0};
	bool opens = was->opens && followed.n == 0 && now->ripe >= 0;
	if (l->last > 0 && l->epoch == now->epoch)
		give(l, now, none, false, k);
	else
		give(l, now, afresh ? none : followed, opens, k);
}

bool order_crosses(const struct order_key *k)
{
	return !k->opens && k->after_n > 0;
}
