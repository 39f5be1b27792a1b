#include "common/exchange/closing_out.h"

#include "common/exchange/closing.h"
#include "common/exchange/closing_in.h"
#include "common/exchange/link_out.h"
#include "common/exchange/outbox.h"
#include "common/log/log.h"
#include <stdio.h>
#include <string.h>

#define LOOK_MS 1000 /* at least so often */
#define MORE_MS 10   /* while keys are closed */
#define KEYS_MAX 256 /* looked at in one transaction; as many as the catalogue allows in one message */
#define PRIORITIES 3

DB_STMT_CROSS(closing_select,
	"SELECT key_round, key_ripe, round_newest, round_epoch, round_seq, "
	"round_began_ms, round_hurry, held_epoch, held_seq, epoch, seq FROM link_out WHERE link = :link");
DB_STMT_CROSS(closing_update,
	"UPDATE link_out SET key_round = :round, key_ripe = :ripe, round_newest = :newest, round_epoch = "
	":epoch, round_seq = :seq, round_began_ms = :began, round_hurry = :hurry, held_epoch = :held_epoch, "
	"held_seq = :held_seq WHERE link = :link");
DB_STMT_CROSS(closing_hurry, "UPDATE link_out SET round_hurry = 1 WHERE link = :link");
DB_STMT_CROSS(closing_floor, "UPDATE link_out SET key_floor = :n WHERE link = :link AND epoch = :epoch AND "
			     "key_floor < :n");
DB_STMT_CROSS(closing_newest, "SELECT coalesce(max(n), 0) FROM outbox");
DB_STMT_CROSS(closing_queued, "SELECT n FROM outbox WHERE dest = :dest AND state = 'queued' AND priority = "
			      ":priority AND n <= :newest LIMIT 1");
/* A number that a void closed is not looked at: what it carried is queued, or in another bundle. */
DB_STMT_CROSS(closing_open,
	"SELECT n FROM bundle_out WHERE link = :link AND state IN ('sent', 'void') AND state <> 'void' AND "
	"(epoch < :epoch OR (epoch = :epoch AND seq <= :seq)) LIMIT 1");
DB_STMT_CROSS(closing_lost, "SELECT n FROM bundle_out WHERE link = :link AND state = 'lost' LIMIT 1");
DB_STMT_CROSS(closing_keys, "SELECT kind, id, epoch, last, round FROM order_last WHERE dest = :dest AND "
			    "(kind, id) > (:kind, :id) ORDER BY kind, id LIMIT :max");

static int any(struct db_query *q, bool *out)
{
	int rc = db_step(q);
	*out |= rc == 1;
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int queued_any(struct db_tx *tx, const char *dest, int64_t newest, bool *out)
{
	int rc = 0;
	for (int priority = 0; rc == 0 && !*out && priority < PRIORITIES; priority++) {
		struct db_query *q = db_query(tx, &closing_queued);
		db_bind_text(q, "dest", dest);
		db_bind_int(q, "priority", priority);
		db_bind_int(q, "newest", newest);
		rc = any(q, out);
	}
	return rc;
}

static int open_any(struct db_tx *tx, const char *link, const struct closing *c, bool *out)
{
	struct db_query *q = db_query(tx, &closing_lost);
	db_bind_text(q, "link", link);
	int rc = any(q, out);
	if (rc < 0 || *out)
		return rc;
	q = db_query(tx, &closing_open);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", c->epoch);
	db_bind_int(q, "seq", c->seq);
	return any(q, out);
}

static int state_read(struct db_tx *tx, const char *link, struct closing *c, struct closing_facts *f)
{
	struct db_query *q = db_query(tx, &closing_select);
	db_bind_text(q, "link", link);
	int rc = db_step(q);
	if (rc == 1) {
		*c = (struct closing){.round = db_int(q, 0),
			.ripe = db_int(q, 1),
			.newest = db_int(q, 2),
			.epoch = db_int(q, 3),
			.seq = db_int(q, 4),
			.began_ms = db_int(q, 5),
			.hurry = db_int(q, 6) != 0,
			.held_epoch = db_int(q, 7),
			.held_seq = db_int(q, 8)};
		*f = (struct closing_facts){.epoch = db_int(q, 9), .seq = db_int(q, 10)};
	}
	db_done(q);
	return db_found(rc);
}

static int load(struct db_tx *tx, const struct link_state *l, struct closing *c, struct closing_facts *f)
{
	int rc = state_read(tx, l->c.link, c, f);
	if (rc < 0)
		return rc;
	f->now_ms = time_now_ms();
	f->idle_ms = l->c.idle_ms;
	rc = queued_any(tx, l->c.peer, c->newest, &f->queued);
	return rc == 0 && c->epoch ? open_any(tx, l->c.link, c, &f->open) : rc;
}

static int save(struct db_tx *tx, const char *link, const struct closing *c)
{
	struct db_query *q = db_query(tx, &closing_update);
	db_bind_text(q, "link", link);
	db_bind_int(q, "round", c->round);
	db_bind_int(q, "ripe", c->ripe);
	db_bind_int(q, "newest", c->newest);
	db_bind_int(q, "epoch", c->epoch);
	db_bind_int(q, "seq", c->seq);
	db_bind_int(q, "began", c->began_ms);
	db_bind_int(q, "hurry", c->hurry);
	db_bind_int(q, "held_epoch", c->held_epoch);
	db_bind_int(q, "held_seq", c->held_seq);
	return db_exec(q);
}

static int begin(struct db_tx *tx, struct closing *c)
{
	int64_t newest = 0;
	int rc = db_one_int(db_query(tx, &closing_newest), &newest);
	closing_begin(c, newest, time_now_ms());
	return rc;
}

/* ---- the keys of a round that is over, some at a time */

static int keys_read(struct db_tx *tx, const struct link_state *l, int64_t ripe, json_t *keys,
	struct order_key *at, size_t *looked)
{
	struct db_query *q = db_query(tx, &closing_keys);
	int rc;
	db_bind_text(q, "dest", l->c.peer);
	db_bind_text(q, "kind", l->close_key.kind);
	db_bind_text(q, "id", l->close_key.id);
	db_bind_int(q, "max", KEYS_MAX);
	for (*looked = 0; (rc = db_step(q)) == 1; ++*looked) {
		snprintf(at->kind, sizeof at->kind, "%s", db_text(q, 0));
		snprintf(at->id, sizeof at->id, "%s", db_text(q, 1));
		if (db_int(q, 4) <= ripe &&
			json_array_append_new(
				keys, json_pack("{s:s,s:s,s:I,s:I}", "kind", at->kind, "id", at->id, "epoch",
					      (json_int_t)db_int(q, 2), "n", (json_int_t)db_int(q, 3))) < 0) {
			rc = ERR_NOMEM;
			break;
		}
	}
	db_done(q);
	return rc;
}

static int keys_close(struct db_tx *tx, struct link_state *l, struct closing *c, bool *more)
{
	struct order_key at = l->close_key;
	json_t *body = json_pack("{s:[],s:{s:I,s:I}}", "keys", "held", "epoch", (json_int_t)c->held_epoch,
		"seq", (json_int_t)c->held_seq);
	json_t *keys = json_object_get(body, "keys");
	size_t looked = 0;
	struct err_note note = {0};
	int rc = keys ? keys_read(tx, l, c->ripe, keys, &at, &looked) : ERR_NOMEM;
	const struct exchange_draft d = {.type = CLOSING_TYPE, .dest = l->c.peer, .tenant = "", .body = body};
	if (rc == 0 && json_array_size(keys))
		rc = exchange_put(l->x, tx, &d, NULL, &note);
	json_decref(body);
	if (rc < 0)
		return rc;
	*more = looked == KEYS_MAX;
	l->close_next = at;
	return *more ? 0 : begin(tx, c);
}

struct look {
	struct link_state *l;
	bool changes, more;
};

static int look_read(struct db_tx *tx, void *arg)
{
	struct look *k = arg;
	struct closing c, was;
	struct closing_facts f;
	int rc = load(tx, k->l, &c, &f);
	if (rc < 0)
		return rc;
	was = c;
	k->changes = closing_look(&c, &f) != CLOSING_WAIT || c.epoch != was.epoch || c.seq != was.seq;
	return 0;
}

static int look_write(struct db_tx *tx, void *arg)
{
	struct look *k = arg;
	struct closing c;
	struct closing_facts f;
	k->more = false;
	int rc = load(tx, k->l, &c, &f);
	if (rc < 0)
		return rc;
	enum closing_step step = closing_look(&c, &f);
	if (step == CLOSING_ANEW)
		rc = begin(tx, &c);
	if (step == CLOSING_CLOSE)
		rc = keys_close(tx, k->l, &c, &k->more);
	return rc == 0 ? save(tx, k->l->c.link, &c) : rc;
}

int closing_out_look(struct link_state *l)
{
	struct look k = {.l = l};
	int64_t now = time_mono_ms(), rest = l->c.idle_ms / 4 < LOOK_MS ? l->c.idle_ms / 4 + 1 : LOOK_MS;
	if (l->c.idle_ms == 0 || now < l->close_at_ms)
		return 0;
	int rc = db_read(l->x->o.db, "", look_read, &k);
	if (rc == 0 && k.changes)
		rc = db_write(l->x->o.db, "", look_write, &k);
	l->close_at_ms = now + (rc == 0 && k.more ? MORE_MS : rest);
	if (rc == 0 && k.changes)
		l->close_key = k.more ? l->close_next : (struct order_key){0};
	/* The queue is full: the keys wait like everything else. */
	return rc == ERR_BUSY ? 0 : rc;
}

int closing_out_hurry(struct db_tx *tx, const char *link)
{
	struct db_query *q = db_query(tx, &closing_hurry);
	db_bind_text(q, "link", link);
	return db_exec(q);
}

int closing_out_epoch(struct db_tx *tx, const char *link, int64_t previous, int64_t last)
{
	struct closing c;
	struct closing_facts f;
	int rc = state_read(tx, link, &c, &f);
	if (rc < 0)
		return rc;
	closing_epoch(&c, previous, last);
	return save(tx, link, &c);
}

/* ---- what the receiver has forgotten */

int closing_out_confirmed(struct exchange *x, struct db_tx *tx, const struct message *m)
{
	const struct link_state *l = exchange_link_out(x, m->origin);
	struct order_now now;
	int64_t floor = 0;
	json_t *one;
	size_t i;
	if (!l)
		return 0;
	int rc = link_out_now(tx, l->c.link, &now);
	json_array_foreach(json_object_get(m->body, "keys"), i, one)
	{
		struct order_key k = {0};
		int64_t epoch = json_int(one, "epoch"), n = json_int(one, "n");
		bool was = false;
		snprintf(k.kind, sizeof k.kind, "%s", json_str(one, "kind"));
		snprintf(k.id, sizeof k.id, "%s", json_str(one, "id"));
		if (rc == 0)
			rc = outbox_last_forget(tx, m->origin, &k, epoch, n, now.ripe, &was);
		floor = was && epoch == now.epoch && n > floor ? n : floor;
	}
	if (rc < 0 || floor <= now.floor)
		return rc;
	struct db_query *q = db_query(tx, &closing_floor);
	db_bind_text(q, "link", l->c.link);
	db_bind_int(q, "epoch", now.epoch);
	db_bind_int(q, "n", floor);
	return db_exec(q);
}
