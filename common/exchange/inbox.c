#include "common/exchange/inbox.h"

#include "common/db/db_savepoint.h"
#include "common/exchange/asks.h"
#include "common/exchange/beyond.h"
#include "common/exchange/closing_in.h"
#include "common/exchange/closing_out.h"
#include "common/exchange/inbox_key.h"
#include "common/exchange/inbox_wait.h"
#include "common/exchange/stream_store.h"
#include "common/log/log.h"
#include "common/message/format.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DB_STMT_CROSS(inbox_select, "SELECT state FROM inbox WHERE message = :message");
DB_STMT_CROSS(inbox_insert, "INSERT INTO inbox (message, link, owner, type, epoch, seq, state, reason, at) "
			    "VALUES (:message, :link, :owner, :type, :epoch, :seq, :state, :reason, :at)");
DB_STMT_CROSS(inbox_verdict, "UPDATE inbox SET state = :state, reason = :reason WHERE message = :message");
DB_STMT_CROSS(inbox_forget, "DELETE FROM inbox WHERE message IN (SELECT message FROM inbox WHERE message < "
			    ":before AND state <> 'waiting' ORDER BY message LIMIT :max)");

enum inbox_state { INBOX_NEW, INBOX_APPLIED, INBOX_REFUSED, INBOX_WAITS };
static const char *const state_names[] = {"", "applied", "refused", "waiting"};

/* One message on its way to its verdict. */
struct taking {
	struct inbox_turn *turn;
	struct link_state *l;
	struct db_tx *tx;
	struct inbox_message *in;
	int64_t epoch, seq; /* the bundle it came in */
	enum inbox_state was;
	struct order_known known[MESSAGE_KEYS_MAX];
};

/* ---- order keys */

static int order_of(struct taking *t, enum order_verdict *out, bool *refused)
{
	const struct message *m = t->in->m;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < m->nkeys; i++)
		rc = inbox_key_known(t->l, t->tx, m, i, &t->known[i]);
	if (rc < 0)
		return rc;
	*out = order_judge(m, t->known, refused);
	/* What had its effect had it behind all that were before it, whatever numbers they have now. */
	if (*out == ORDER_WAITS && (t->was == INBOX_APPLIED || t->was == INBOX_REFUSED))
		*out = ORDER_READY;
	return 0;
}

/* The numbers of the message are done with; what follows them is to be looked at. */
static int keys_advance(struct taking *t, bool refused)
{
	const struct message *m = t->in->m;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < m->nkeys; i++) {
		const struct order_turn next = {m->keys[i].n + 1, refused};
		if (m->keys[i].n >= t->known[i].own.next)
			rc = inbox_key_put(t->tx, t->l->c.link, m->epoch, &m->keys[i], &next);
		if (rc == 0 && t->turn->waits)
			rc = inbox_wait_wake(t->tx, t->l->c.link, &m->keys[i], m->epoch, m->keys[i].n);
	}
	return rc;
}

/* ---- verdicts */

static int state_get(struct taking *t)
{
	struct db_query *q = db_query(t->tx, &inbox_select);
	db_bind_text(q, "message", t->in->m->id.s);
	int rc = db_step(q);
	t->was = INBOX_NEW;
	for (int i = 1; rc == 1 && i < 4; i++)
		if (strcmp(db_text(q, 0), state_names[i]) == 0)
			t->was = (enum inbox_state)i;
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int verdict_write(struct taking *t, enum inbox_state state, const char *reason)
{
	const struct message *m = t->in->m;
	char at[TIME_TEXT];
	struct db_query *q = db_query(t->tx, t->was == INBOX_NEW ? &inbox_insert : &inbox_verdict);
	db_bind_text(q, "message", m->id.s);
	db_bind_text(q, "state", state_names[state]);
	db_bind_text(q, "reason", reason);
	if (t->was == INBOX_NEW) {
		time_text(time_now_ms(), at);
		db_bind_text(q, "link", t->l->c.link);
		db_bind_text(q, "owner", m->tenant);
		db_bind_text(q, "type", m->type);
		db_bind_int(q, "epoch", t->epoch);
		db_bind_int(q, "seq", t->seq);
		db_bind_text(q, "at", at);
	}
	int rc = db_exec(q);
	t->turn->counts[t->was]--;
	t->turn->counts[state]++;
	t->was = state;
	return rc;
}

/* A guard's record that stands for a message it refused: same id as the one it names. */
static bool stands_for_refused(const struct message *m)
{
	return strcmp(m->type, "message.refused") == 0 && strcmp(json_str(m->body, "message"), m->id.s) == 0;
}

/* A signed refusal record for the origin: what, why, where, by whom. A guard's record goes on to it as it is;
 * that of a refusal ends here. */
static int refusal_send(struct taking *t, const struct err_note *why)
{
	struct exchange *x = t->l->x;
	const struct message *m = t->in->m;
	bool guard = stands_for_refused(m) && strcmp(json_str(m->body, "type"), "message.refused") != 0;
	if ((strcmp(m->type, "message.refused") == 0 && !guard) || !exchange_link_out(x, m->origin))
		return 0;
	if (guard && catalogue_check(x->o.catalogue, m, t->l->c.link, t->l->c.peer, NULL) < 0)
		return 0;
	json_t *body = guard ? json_incref(m->body)
			     : json_pack("{s:s,s:s,s:s,s:s,s:s}", "message", m->id.s, "type", m->type,
				       "reason", err_name(why->err), "where", why->text, "by", x->o.zone);
	if (!body)
		body = json_pack("{s:s,s:s,s:s,s:s,s:s}", "message", m->id.s, "type", m->type, "reason",
			err_name(why->err), "where", "", "by", x->o.zone);
	struct exchange_draft *d = calloc(1, sizeof *d);
	struct err_note note = {0};
	int rc = d && body ? 0 : ERR_NOMEM;
	if (rc == 0) {
		d->type = "message.refused";
		d->dest = m->origin;
		d->tenant = m->tenant;
		d->body = body;
		for (size_t i = 0; i < m->nkeys; i++) {
			d->keys[i].kind = m->keys[i].kind;
			d->keys[i].id = m->keys[i].id;
		}
		d->nkeys = m->nkeys;
		rc = exchange_put(x, t->tx, d, NULL, &note);
	}
	free(d);
	json_decref(body);
	return rc;
}

static int refuse(struct taking *t, const struct err_note *why)
{
	char reason[300];
	snprintf(reason, sizeof reason, "%s: %s", err_name(why->err), why->text);
	log_warn("message-refused", "link=%s message=%s type=%s reason=%s", t->l->c.link, t->in->m->id.s,
		t->in->m->type, err_name(why->err));
	int rc = verdict_write(t, INBOX_REFUSED, reason);
	if (rc == 0)
		rc = keys_advance(t, true);
	return rc == 0 ? refusal_send(t, why) : rc;
}

/* ---- the effect */

static const struct exchange_handler *handler_find(const struct exchange *x, const char *type)
{
	for (size_t i = 0; i < x->o.nhandlers; i++)
		if (strcmp(x->o.handlers[i].type, type) == 0)
			return &x->o.handlers[i];
	return NULL;
}

/* A refusal comes back to whoever asked, also of an office that is not served. */
int inbox_tenant(struct exchange *x, struct db_tx *tx, const struct message *m, struct err_note *why)
{
	size_t i = 0;
	while (x->o.tenants && x->o.tenants[i] && strcmp(x->o.tenants[i], m->tenant) != 0)
		i++;
	if (x->o.tenants && !x->o.tenants[i] && *m->tenant && strcmp(m->type, "message.refused") != 0)
		return err_set(why, ERR_REFUSED, "tenant %s: the office of %s is not served here", m->tenant,
			format_division_name(m->tenant) ? format_division_name(m->tenant) : "that division");
	db_tx_set_tenant(tx, x->o.keep ? x->o.keep : m->tenant);
	return 0;
}

static int effect(struct taking *t, bool predecessor_refused, struct err_note *why)
{
	const struct message *m = t->in->m;
	struct exchange *x = t->l->x;
	const struct exchange_handler *h = handler_find(x, m->type);
	if (stands_for_refused(m))
		return err_set(why, ERR_REFUSED, "%.40s by %.20s: %.150s", json_str(m->body, "reason"),
			json_str(m->body, "by"), json_str(m->body, "where"));
	if (strcmp(m->dest, x->o.zone) != 0)
		return err_set(why, ERR_LINK, "dest %s, this is %s", m->dest, x->o.zone);
	int rc = catalogue_check(x->o.catalogue, m, t->l->c.link, t->l->c.peer, why);
	if (rc == 0 && predecessor_refused && !catalogue_follows_refused(x->o.catalogue, m->type))
		rc = err_set(why, ERR_REFUSED, "an earlier message on its order key was refused");
	if (rc == 0 && strcmp(m->type, BEYOND_TYPE) == 0)
		return beyond_told(x, t->tx, m, why);
	if (rc == 0 && strcmp(m->type, CLOSING_TYPE) == 0)
		return closing_in_take(t->turn, m);
	if (rc == 0 && strcmp(m->type, CLOSED_TYPE) == 0)
		return closing_out_confirmed(x, t->tx, m);
	if (rc == 0 && (!h || !h->apply))
		rc = err_set(why, ERR_TYPE, "%s: not taken in this zone", m->type);
	if (rc < 0)
		return rc;
	rc = inbox_tenant(x, t->tx, m, why);
	return rc < 0 ? rc : h->apply(t->tx, m, t->in->refs, x->o.arg, why);
}

/* A refused one leaves nothing but its verdict. */
static int apply(struct taking *t, bool predecessor_refused)
{
	struct err_note why = {0};
	bool careful = t->turn->careful;
	int rc = careful ? db_savepoint(t->tx) : 0;
	if (rc < 0)
		return rc;
	int done = effect(t, predecessor_refused, &why);
	db_tx_set_tenant(t->tx, "");
	if (done < 0 && !careful) {
		t->turn->refuses = err_fault(done) == ERR_FAULT_PEER;
		return done;
	}
	if (careful)
		rc = done == 0 ? db_release(t->tx) : db_rollback_to(t->tx);
	if (rc < 0)
		return rc;
	if (done == 0) {
		t->in->used = true;
		rc = verdict_write(t, INBOX_APPLIED, "");
		return rc == 0 ? keys_advance(t, false) : rc;
	}
	/* Not the message's fault: nothing is recorded, the whole bundle is tried again. */
	if (err_fault(done) != ERR_FAULT_PEER)
		return done;
	if (why.err != done)
		err_set(&why, done, "%s", err_text(done));
	return refuse(t, &why);
}

/* ---- one message */

/* Its turn has come. One that had its effect in other numbers has none a second time, only its numbers count.
 */
static int take_ready(struct taking *t, bool predecessor_refused)
{
	if (t->was == INBOX_APPLIED || t->was == INBOX_REFUSED)
		return keys_advance(t, t->was == INBOX_REFUSED);
	return apply(t, predecessor_refused);
}

/* The same one again; or another one under numbers that were used, which is never applied. */
static int take_passed(struct taking *t)
{
	struct err_note why = {0};
	if (t->was == INBOX_APPLIED || t->was == INBOX_REFUSED) {
		int rc = keys_advance(t, t->was == INBOX_REFUSED);
		t->turn->duplicated++;
		return rc;
	}
	err_set(&why, ERR_DUPLICATE, "its order numbers were used by another message");
	return refuse(t, &why);
}

static int take_waiting(struct taking *t)
{
	int known = inbox_wait_known(t->tx, t->in->m);
	if (known != 0) {
		t->turn->duplicated += known > 0;
		return known < 0 ? known : 0;
	}
	t->turn->waits = true;
	int rc = t->was == INBOX_NEW ? verdict_write(t, INBOX_WAITS, "") : 0;
	t->in->used = true;
	return rc == 0 ? inbox_wait_store(t->l, t->tx, t->in) : rc;
}

/* UUIDv7: the first 48 bits are the time. */
static bool is_too_old(const struct taking *t)
{
	const char *id = t->in->m->id.s;
	char hex[13];
	snprintf(hex, sizeof hex, "%.8s%.4s", id, id + 9);
	return id[14] == '7' && (int64_t)strtoll(hex, NULL, 16) < inbox_horizon(t->l);
}

static int take(struct taking *t)
{
	enum order_verdict v = ORDER_READY;
	bool predecessor_refused = false;
	int rc = state_get(t);
	if (rc == 0 && t->in->m->nkeys == 0 && (t->was == INBOX_APPLIED || t->was == INBOX_REFUSED)) {
		t->turn->duplicated++;
		return 0;
	}
	if (rc == 0)
		rc = order_of(t, &v, &predecessor_refused);
	if (rc < 0)
		return rc;
	if (t->was == INBOX_NEW && is_too_old(t)) {
		struct err_note why = {0};
		err_set(&why, ERR_LIMIT, "made before what is remembered here");
		return v == ORDER_WAITS ? take_waiting(t) : refuse(t, &why);
	}
	return v == ORDER_READY   ? take_ready(t, predecessor_refused)
	       : v == ORDER_WAITS ? take_waiting(t)
				  : take_passed(t);
}

int inbox_take(struct inbox_turn *turn, struct inbox_message *in, const struct manifest *b)
{
	struct taking t = {
		.turn = turn, .l = turn->l, .tx = turn->tx, .in = in, .epoch = b->epoch, .seq = b->seq};
	if (in->m->deadline[0])
		return asks_take(turn->l, turn->tx, in->m);
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
		struct taking t = {.turn = turn, .l = l, .tx = tx, .in = &in};
		enum order_verdict v = ORDER_WAITS;
		bool predecessor_refused = false;
		rc = state_get(&t);
		if (rc == 0)
			rc = order_of(&t, &v, &predecessor_refused);
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
