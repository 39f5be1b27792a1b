/* What pages, metrics and tests see of the links. Every number is kept, none is counted: the cost does not
 * grow. */
#include "common/exchange/exchange_impl.h"
#include "common/exchange/link_out.h"
#include "common/exchange/stream_store.h"
#include <string.h>

DB_STMT_CROSS(state_out,
	"SELECT epoch, seq, ack_contiguous, ack_safe, queued, queued_bytes, kept_bytes, resent, voided, "
	"alarm FROM link_out WHERE link = :link");
DB_STMT_CROSS(state_oldest,
	"SELECT at_ms FROM bundle_out WHERE link = :link AND epoch = :epoch AND seq > :contiguous "
	"ORDER BY seq LIMIT 1");
DB_STMT_CROSS(state_in,
	"SELECT bundles, applied, waiting, refused, duplicated, missing_leaves FROM stream_state WHERE "
	"link = :link");
DB_STMT_CROSS(state_heard, "SELECT newest_created, newest_ms FROM stream_state WHERE link = :link");
DB_STMT_CROSS(state_reasons, "SELECT reason, n FROM quarantine_in WHERE link = :link ORDER BY reason");
/* From the newest row on, whichever link it is of: an index over the link would have to be sorted whole. */
DB_STMT_CROSS(bundles_out_page, "SELECT n, epoch, seq, identity, kind, state, messages, at, file, bytes FROM "
				"bundle_out WHERE link || '' = :link AND n "
				"< :before ORDER BY n DESC LIMIT :limit");
DB_STMT_CROSS(bundles_in_page,
	"SELECT n, epoch, seq, identity, kind, state, messages, at, '', 0 FROM bundle_in WHERE link "
	"|| '' = :link AND n < :before ORDER BY n DESC LIMIT :limit");

struct state {
	struct exchange *x;
	json_t *out;
};

static void put(json_t *o, const char *name, int64_t v)
{
	json_object_set_new(o, name, json_integer(v));
}

static int out_read(struct db_tx *tx, struct link_state *l, json_t *o)
{
	static const char *const names[] = {"epoch_out", "sent", "acked", "safe", "queued", "queued_bytes",
		"kept_bytes", "resent", "voided"};
	int64_t v[9] = {0}, oldest = 0, now = time_now_ms();
	struct db_query *q = db_query(tx, &state_out);
	db_bind_text(q, "link", l->c.link);
	int rc = db_step(q);
	for (int i = 0; rc == 1 && i < 9; i++)
		put(o, names[i], v[i] = db_int(q, i));
	if (rc == 1)
		json_object_set_new(o, "alarm", json_string(db_text(q, 9)));
	db_done(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &state_oldest);
	db_bind_text(q, "link", l->c.link);
	db_bind_int(q, "epoch", v[0]);
	db_bind_int(q, "contiguous", v[2]);
	rc = db_one_int(q, &oldest);
	if (rc < 0 && rc != ERR_NOTFOUND)
		return rc;
	put(o, "lag_bundles", v[1] - v[2]);
	put(o, "lag_ms", oldest > 0 && now > oldest ? now - oldest : 0);
	return 0;
}

/* The sender's word goes before the receiver's. */
static void trouble_read(struct link_state *l, json_t *o)
{
	int out = atomic_load(&l->trouble);
	bool in = atomic_load(&l->in_full);
	json_object_set_new(o, "trouble", json_string(link_trouble_names[out || !in ? out : LINK_DISK_FULL]));
	if (l->c.out_to)
		put(o, "trouble_ms", out ? time_now_ms() - atomic_load(&l->trouble_since) : 0);
}

static int reasons_read(struct db_tx *tx, const char *link, json_t *o)
{
	json_t *reasons = json_object();
	int64_t all = 0;
	struct db_query *q = db_query(tx, &state_reasons);
	int rc;
	db_bind_text(q, "link", link);
	while ((rc = db_step(q)) == 1) {
		put(reasons, db_text(q, 0), db_int(q, 1));
		all += db_int(q, 1);
	}
	db_done(q);
	put(o, "quarantined", all);
	json_object_set_new(o, "reasons", reasons);
	return rc;
}

static int in_read(struct db_tx *tx, struct link_state *l, json_t *o)
{
	static const char *const names[] = {
		"received", "applied", "waiting", "refused", "duplicated", "missing_messages"};
	static const char *const held[] = {"", "fork", "beyond"};
	int64_t now = time_now_ms();
	struct stream_row r;
	struct db_query *q = db_query(tx, &state_in);
	db_bind_text(q, "link", l->c.link);
	int rc = db_step(q);
	for (int i = 0; rc == 1 && i < 6; i++)
		put(o, names[i], db_int(q, i));
	db_done(q);
	if (rc >= 0)
		rc = reasons_read(tx, l->c.link, o);
	if (rc < 0 || (rc = stream_load(tx, l->c.link, now, &r)) < 0)
		return rc;
	const struct stream_epoch *e = &r.s.v[r.s.n - 1];
	put(o, "epoch_in", e->epoch);
	put(o, "contiguous", e->s.contiguous);
	put(o, "known", e->s.known);
	/* What is only overtaken is open; missing is what did not come in its time. */
	put(o, "open", stream_missing(&r.s, INT64_MAX));
	put(o, "missing", stream_missing(&r.s, now - l->c.missing_ms));
	int64_t ahead = atomic_load(&l->clock_ahead);
	put(o, "clock_ahead_ms", ahead > 0 ? ahead : 0);
	put(o, "silent_ms", r.newest_ms ? now - r.newest_ms : 0);
	json_object_set_new(o, "held", json_string(held[r.s.held]));
	stream_row_fini(&r);
	return 0;
}

static int state_read(struct db_tx *tx, void *arg)
{
	struct state *s = arg;
	json_t *links = json_object_get(s->out, "links");
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < s->x->nlinks; i++) {
		struct link_state *l = &s->x->links[i];
		json_t *o = json_pack("{s:i,s:i,s:i}", "applied", 0, "waiting", 0, "refused", 0);
		json_object_set_new(links, l->c.link, o);
		trouble_read(l, o);
		if (l->c.out_to)
			rc = out_read(tx, l, o);
		if (rc == 0 && l->c.in_from)
			rc = in_read(tx, l, o);
	}
	return rc;
}

int exchange_state(struct exchange *x, json_t **out)
{
	struct state s = {x, json_pack("{s:{}}", "links")};
	int rc = s.out ? db_read(x->o.db, "", state_read, &s) : ERR_NOMEM;
	if (rc < 0)
		json_decref(s.out);
	else
		*out = s.out;
	return rc;
}

struct heard {
	const char *link;
	int64_t created, came;
};

static int heard_read(struct db_tx *tx, void *arg)
{
	struct heard *h = arg;
	struct db_query *q = db_query(tx, &state_heard);
	db_bind_text(q, "link", h->link);
	int rc = db_found(db_step(q));
	if (rc == 0 && time_parse(db_text(q, 0), &h->created) < 0)
		rc = ERR_NOTFOUND;
	if (rc == 0)
		h->came = db_int(q, 1);
	db_done(q);
	return rc;
}

int exchange_heard(struct exchange *x, const char *link, int64_t *created, int64_t *came)
{
	struct heard h = {.link = link};
	int rc = db_read(x->o.db, "", heard_read, &h);
	if (rc < 0)
		return rc;
	*created = h.created;
	*came = h.came;
	return 0;
}

/* ---- bundles, newest first: both directions, told apart by the lowest bit of their row */

struct page {
	const char *link;
	int64_t before, limit;
	json_t *rows;
};

static int half_read(struct db_tx *tx, struct page *p, bool in, json_t *to)
{
	struct db_query *q = db_query(tx, in ? &bundles_in_page : &bundles_out_page);
	int rc;
	db_bind_text(q, "link", p->link);
	/* The row of n is 2n, or 2n + 1. */
	db_bind_int(q, "before", p->before ? (p->before - in) / 2 + (p->before - in) % 2 : INT64_MAX / 4);
	db_bind_int(q, "limit", p->limit);
	while ((rc = db_step(q)) == 1) {
		struct digest identity;
		char hex[DIGEST_HEX];
		db_digest(q, 3, &identity);
		digest_hex(&identity, hex);
		json_array_append_new(
			to, json_pack("{s:I,s:s,s:I,s:I,s:s,s:s,s:s,s:I,s:s,s:s,s:I}", "row",
				    (json_int_t)(db_int(q, 0) * 2 + in), "direction", in ? "in" : "out",
				    "epoch", (json_int_t)db_int(q, 1), "seq", (json_int_t)db_int(q, 2),
				    "identity", hex, "kind", db_text(q, 4), "state", db_text(q, 5),
				    "messages", (json_int_t)db_int(q, 6), "at", db_text(q, 7), "file",
				    db_text(q, 8), "bytes", (json_int_t)db_int(q, 9)));
	}
	db_done(q);
	return rc;
}

static int page_read(struct db_tx *tx, void *arg)
{
	struct page *p = arg;
	json_t *half[2] = {json_array(), json_array()};
	size_t at[2] = {0, 0};
	int rc = half_read(tx, p, false, half[0]);
	if (rc == 0)
		rc = half_read(tx, p, true, half[1]);
	while (rc == 0 && (int64_t)json_array_size(p->rows) < p->limit) {
		json_t *a = json_array_get(half[0], at[0]), *b = json_array_get(half[1], at[1]);
		if (!a && !b)
			break;
		bool second = !a || (b && json_int(b, "row") > json_int(a, "row"));
		json_array_append(p->rows, second ? b : a);
		at[second]++;
	}
	json_decref(half[0]);
	json_decref(half[1]);
	return rc;
}

int exchange_bundles(struct exchange *x, const char *link, int64_t before, int64_t limit, json_t **out)
{
	struct page p = {link, before, limit, json_array()};
	int rc = !exchange_link_named(x, link) ? ERR_NOTFOUND
		 : p.rows                      ? db_read(x->o.db, "", page_read, &p)
					       : ERR_NOMEM;
	if (rc < 0)
		json_decref(p.rows);
	else
		*out = json_pack("{s:o}", "rows", p.rows);
	return rc;
}
