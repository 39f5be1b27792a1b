#include "common/exchange/inbox.h"

#include "common/exchange/ask_in.h"
#include "common/exchange/inbox_effect.h"
#include "common/exchange/inbox_wait.h"
#include "common/exchange/stream_store.h"
#include <stdio.h>
#include <stdlib.h>

/* ---- one message */

/* Its turn has come. One that had its effect in other numbers has none a second time, only its numbers count.
 */
static int take_ready(struct inbox_taking *t, bool predecessor_refused)
{
	if (t->was == INBOX_APPLIED || t->was == INBOX_REFUSED)
		return inbox_verdict_keys(t, t->was == INBOX_REFUSED);
	return inbox_effect(t, predecessor_refused);
}

/* The same one again; or another one under numbers that were used, which is never applied. */
static int take_passed(struct inbox_taking *t)
{
	struct err_note why = {0};
	if (t->was == INBOX_APPLIED || t->was == INBOX_REFUSED) {
		int rc = inbox_verdict_keys(t, t->was == INBOX_REFUSED);
		t->turn->duplicated++;
		return rc;
	}
	err_set(&why, ERR_DUPLICATE, "its order numbers were used by another message");
	return inbox_verdict_refuse(t, &why);
}

static int take_waiting(struct inbox_taking *t)
{
	int known = inbox_wait_known(t->tx, t->in->m);
	if (known != 0) {
		t->turn->duplicated += known > 0;
		return known < 0 ? known : 0;
	}
	t->turn->waits = true;
	int rc = t->was == INBOX_NEW ? inbox_verdict_put(t, INBOX_WAITS, "") : 0;
	t->in->used = true;
	return rc == 0 ? inbox_wait_store(t->l, t->tx, t->in) : rc;
}

/* UUIDv7: the first 48 bits are the time. */
static bool is_too_old(const struct inbox_taking *t)
{
	const char *id = t->in->m->id.s;
	char hex[13];
	snprintf(hex, sizeof hex, "%.8s%.4s", id, id + 9);
	return id[14] == '7' && (int64_t)strtoll(hex, NULL, 16) < inbox_horizon(t->l);
}

static int take(struct inbox_taking *t)
{
	enum order_verdict v = ORDER_READY;
	bool predecessor_refused = false;
	int rc = inbox_verdict_get(t);
	if (rc == 0 && t->in->m->nkeys == 0 && (t->was == INBOX_APPLIED || t->was == INBOX_REFUSED)) {
		t->turn->duplicated++;
		return 0;
	}
	if (rc == 0)
		rc = inbox_verdict_order(t, &v, &predecessor_refused);
	if (rc < 0)
		return rc;
	if (t->was == INBOX_NEW && is_too_old(t)) {
		struct err_note why = {0};
		err_set(&why, ERR_LIMIT, "made before what is remembered here");
		return v == ORDER_WAITS ? take_waiting(t) : inbox_verdict_refuse(t, &why);
	}
	return v == ORDER_READY   ? take_ready(t, predecessor_refused)
	       : v == ORDER_WAITS ? take_waiting(t)
				  : take_passed(t);
}

int inbox_take(struct inbox_turn *turn, struct inbox_message *in, const struct manifest *b)
{
	struct inbox_taking t = {
		.turn = turn, .l = turn->l, .tx = turn->tx, .in = in, .epoch = b->epoch, .seq = b->seq};
	if (in->m->deadline[0])
		return ask_in_take(turn->l, turn->tx, in->m);
	return take(&t);
}

/* ---- the transaction */

DB_STMT_CROSS(inbox_wait_any, "SELECT epoch FROM inbox_wait WHERE link = :link LIMIT 1");

int inbox_turn_begin(struct link_state *l, struct db_tx *tx, bool careful, struct inbox_turn *out)
{
	*out = (struct inbox_turn){.l = l, .tx = tx, .careful = careful};
	struct db_query *q = db_query(tx, &inbox_wait_any);
	db_bind_text(q, "link", l->c.link);
	int rc = db_step(q);
	out->waits = rc == 1;
	db_done(q);
	return rc < 0 ? rc : 0;
}

int inbox_turn_end(struct inbox_turn *t)
{
	static const enum stream_counter counters[] = {0, STREAM_APPLIED, STREAM_REFUSED, STREAM_WAITING};
	int rc = stream_count(t->tx, t->l->c.link, STREAM_DUPLICATED, t->duplicated);
	for (int i = INBOX_APPLIED; rc == 0 && i <= INBOX_WAITS; i++)
		rc = stream_count(t->tx, t->l->c.link, counters[i], t->counts[i]);
	return rc;
}

/* ---- what was woken */

static int wake_one(struct inbox_turn *turn, const char *id, int64_t epoch)
{
	struct link_state *l = turn->l;
	struct db_tx *tx = turn->tx;
	struct inbox_waiting *w = calloc(1, sizeof *w);
	if (!w)
		return ERR_NOMEM;
	int rc = inbox_wait_load(l, tx, id, epoch, w);
	if (rc == 1) {
		struct inbox_message in = {.m = &w->m, .bytes = buf_view(&w->bytes), .refs = w->refs};
		struct inbox_taking t = {.turn = turn, .l = l, .tx = tx, .in = &in};
		enum order_verdict v = ORDER_WAITS;
		bool predecessor_refused = false;
		rc = inbox_verdict_get(&t);
		if (rc == 0)
			rc = inbox_verdict_order(&t, &v, &predecessor_refused);
		if (rc == 0 && v != ORDER_WAITS)
			rc = inbox_wait_drop(tx, id, epoch);
		if (rc == 0 && v != ORDER_WAITS)
			rc = v == ORDER_READY ? take_ready(&t, predecessor_refused) : take_passed(&t);
	}
	inbox_waiting_fini(w);
	free(w);
	return rc < 0 ? rc : 0;
}

DB_STMT_CROSS(inbox_ready_any, "SELECT count(*) FROM inbox_ready WHERE link = :link");

int inbox_any_ready(struct link_state *l, struct db_tx *tx, bool *any)
{
	struct db_query *q = db_query(tx, &inbox_ready_any);
	int64_t n = 0;
	db_bind_text(q, "link", l->c.link);
	int rc = db_one_int(q, &n);
	*any = n > 0;
	return rc;
}

int inbox_wake(struct inbox_turn *t, size_t max, bool *more)
{
	char id[37];
	int64_t epoch = 0;
	int rc = 1;
	for (size_t n = 0; rc == 1 && n < max; n++) {
		rc = inbox_wait_next(t->l, t->tx, id, &epoch);
		if (rc == 1) {
			int one = wake_one(t, id, epoch);
			rc = one < 0 ? one : 1;
		}
	}
	*more = rc == 1;
	return rc < 0 ? rc : 0;
}

int64_t inbox_horizon(const struct link_state *l)
{
	int64_t ahead = atomic_load(&((struct link_state *)(uintptr_t)l)->clock_ahead);
	return l->c.remember_ms > 0 ? time_now_ms() + (ahead < 0 ? ahead : 0) - l->c.remember_ms : 0;
}

DB_STMT_CROSS(inbox_forget, "DELETE FROM inbox WHERE message IN (SELECT message FROM inbox WHERE message < "
			    ":before AND state <> 'waiting' ORDER BY message LIMIT :max)");

int inbox_prune(struct db_tx *tx, int64_t before_ms, int64_t max)
{
	char before[37];
	/* UUIDv7: the first 48 bits are the time. */
	snprintf(before, sizeof before, "%08llx-%04llx-7000-8000-000000000000",
		(unsigned long long)before_ms >> 16 & 0xffffffff, (unsigned long long)before_ms & 0xffff);
	struct db_query *q = db_query(tx, &inbox_forget);
	db_bind_text(q, "before", before);
	db_bind_int(q, "max", max);
	return db_exec(q);
}
