#include "common/exchange/closing_in.h"

#include "common/exchange/closing_out.h"
#include "common/exchange/inbox_key.h"
#include "common/exchange/inbox_wait.h"
#include "common/exchange/stream_store.h"
#include <stdio.h>

#define WAITING_MAX 64 /* released at once; the others at the next closing */

/* Of what waits the first of its chain follows a number that is not here any more: it was taken. */
static int chain_release(struct inbox_turn *t, const struct order_key *k, struct order_after at)
{
	const char *link = t->l->c.link;
	struct order_after before = at;
	struct order_turn turn;
	int rc = 1;
	while (at.n > 0 && (rc = inbox_wait_number(t->tx, link, k, at.epoch, at.n, &before)) == 1)
		at = before;
	if (rc < 0)
		return rc;
	if (at.n == 0)
		return inbox_wait_wake(t->tx, link, k, 0, 0);
	rc = inbox_key_get(t->tx, link, at.epoch, k, &turn);
	if (rc < 0)
		return rc;
	if (turn.next <= at.n) {
		turn = (struct order_turn){at.n + 1, false};
		rc = inbox_key_put(t->tx, link, at.epoch, k, &turn);
	}
	return rc == 0 ? inbox_wait_wake(t->tx, link, k, at.epoch, at.n) : rc;
}

struct waiting {
	bool open; /* a number whose turn is still to come, or more than were looked at */
	bool used; /* one that another message had; its own waits for another key, and was sent in a life that
		      its sender does not know */
};

/* Usually the last one waits and the others with it; behind a sender that was rolled back only an earlier
 * one may. *turn: of the key, as it is then. */
static int waiting_release(struct inbox_turn *t, const struct order_key *k, const struct order_after *at,
	struct order_turn *turn, struct waiting *out)
{
	const char *link = t->l->c.link;
	int64_t n[WAITING_MAX];
	int waits = inbox_wait_numbers(t->tx, link, k, at->epoch, at->n, n, WAITING_MAX);
	int rc = waits < 0 ? waits : 0;
	for (int i = 0; rc == 0 && i < waits; i++)
		rc = chain_release(t, k, (struct order_after){at->epoch, n[i]});
	if (rc == 0)
		rc = inbox_key_get(t->tx, link, at->epoch, k, turn);
	*out = (struct waiting){.open = waits == WAITING_MAX};
	for (int i = 0; rc == 0 && i < waits; i++) {
		out->open |= n[i] >= turn->next;
		out->used |= n[i] < turn->next;
	}
	return rc;
}

/* *closed: nothing of it waits or is to be known. */
static int key_close(
	struct inbox_turn *t, const struct order_key *k, const struct order_after *at, bool *closed)
{
	struct order_turn turn = {0};
	struct waiting waits = {0};
	*closed = false;
	int rc = waiting_release(t, k, at, &turn, &waits);
	if (rc < 0 || waits.open || (turn.next == at->n + 1 && turn.refused))
		return rc;
	*closed = true;
	/* What went on behind the number stays: in a new generation, or in a life that its sender does not
	 * know; and where a used number waits all of it, or that number would be free again. */
	if (waits.used)
		return 0;
	return inbox_key_forget(t->tx, t->l->c.link, turn.next > at->n + 1 ? at->epoch : at->epoch + 1, k);
}

static int confirm(struct inbox_turn *t, const struct message *m, const json_t *body)
{
	struct exchange *x = t->l->x;
	struct err_note note = {0};
	if (!exchange_link_out(x, m->origin))
		return 0;
	const struct exchange_draft d = {
		.type = CLOSED_TYPE, .dest = m->origin, .tenant = m->tenant, .body = body};
	return exchange_put(x, t->tx, &d, NULL, &note);
}

int closing_in_take(struct inbox_turn *t, const struct message *m)
{
	json_t *one, *body = json_pack("{s:[]}", "keys");
	json_t *keys = json_object_get(body, "keys");
	size_t i;
	const json_t *held = json_object_get(m->body, "held");
	bool holds = false;
	int rc =
		keys ? stream_check_holds(t->l, t->tx, json_int(held, "epoch"), json_int(held, "seq"), &holds)
		     : ERR_NOMEM;
	json_array_foreach(json_object_get(m->body, "keys"), i, one)
	{
		struct order_key k = {0};
		if (!holds)
			break;
		const struct order_after at = {json_int(one, "epoch"), json_int(one, "n")};
		bool closed = false;
		snprintf(k.kind, sizeof k.kind, "%s", json_str(one, "kind"));
		snprintf(k.id, sizeof k.id, "%s", json_str(one, "id"));
		if (rc == 0)
			rc = key_close(t, &k, &at, &closed);
		if (rc == 0 && closed && json_array_append(keys, one) < 0)
			rc = ERR_NOMEM;
	}
	if (rc == 0 && json_array_size(keys))
		rc = confirm(t, m, body);
	json_decref(body);
	return rc;
}
