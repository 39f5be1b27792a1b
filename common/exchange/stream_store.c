#include "common/exchange/stream_store.h"

#include "common/exchange/stream_record.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DB_STMT_CROSS(stream_state_select,
	"SELECT held, held_epoch, settled, newest_created, newest_ms FROM stream_state WHERE link = :link");
DB_STMT_CROSS(stream_epoch_select, "SELECT epoch, contiguous, known, known_since, ranges, previous, "
				   "previous_last, safe, safe_next, head, "
				   "chain FROM stream_epoch WHERE link = :link ORDER BY epoch");
DB_STMT_CROSS(stream_state_put, "UPDATE stream_state SET held = :held, held_epoch = :held_epoch, settled = "
				":settled, newest_created = "
				":newest_created, newest_ms = :newest_ms WHERE link = :link");
DB_STMT_CROSS(stream_epoch_put,
	"INSERT INTO stream_epoch (link, epoch, contiguous, known, known_since, ranges, previous, "
	"previous_last, safe, safe_next, head, chain) VALUES (:link, :epoch, :contiguous, :known, "
	":known_since, :ranges, :previous, :previous_last, :safe, :safe_next, :head, :chain)"
	" ON CONFLICT (link, epoch) DO UPDATE SET contiguous = :contiguous, known = :known, known_since = "
	":known_since, ranges = :ranges, previous = :previous, previous_last = :previous_last, safe = :safe, "
	"safe_next = :safe_next, head = :head, chain = :chain");
DB_STMT_CROSS(stream_state_insert, "INSERT INTO stream_state (link) VALUES (:link) ON CONFLICT DO NOTHING");
DB_STMT_CROSS(stream_epoch_first,
	"INSERT INTO stream_epoch (link, epoch, chain) SELECT :link, 1, :chain WHERE NOT EXISTS (SELECT 1 "
	"FROM stream_epoch WHERE link = :link)");
DB_STMT_CROSS(bundle_in_identities,
	"SELECT seq, identity FROM bundle_in WHERE link = :link AND epoch = :epoch AND seq >= :first AND seq "
	"<= :last AND state <> 'refused' ORDER BY seq");
#define COUNTER(name)                                                                                        \
	DB_STMT_CROSS(stream_count_##name,                                                                   \
		"UPDATE stream_state SET " #name " = " #name " + :n WHERE link = :link")
COUNTER(bundles);
COUNTER(duplicated);
COUNTER(missing_leaves);
COUNTER(applied);
COUNTER(refused);
COUNTER(waiting);
DB_STMT_CROSS(quarantine_in_count,
	"INSERT INTO quarantine_in (link, reason, n) VALUES (:link, :reason, 1) ON "
	"CONFLICT (link, reason) DO UPDATE SET n = quarantine_in.n + 1");

static const char *const held_names[] = {"", "fork", "beyond"};

/* FNV-1a over what a row holds, to see whether it changed. */
#define FNV UINT64_C(0xcbf29ce484222325)
static uint64_t mix(uint64_t h, const void *p, size_t n)
{
	const uint8_t *b = p;
	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * UINT64_C(0x100000001b3);
	return h;
}

static uint64_t mix_numbers(uint64_t h, const int64_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = ((h ^ (uint64_t)v[i]) * UINT64_C(0x100000001b3)) ^ (h >> 29);
	return h;
}

static uint64_t epoch_stored(const struct stream_epoch *e)
{
	const int64_t v[] = {e->epoch, e->s.contiguous, e->s.known, e->s.known_since, e->previous,
		e->previous_last, e->safe, e->safe_next, e->head};
	uint64_t h = mix_numbers(FNV, v, sizeof v / sizeof *v);
	h = mix(h, &e->chain, sizeof e->chain);
	return e->s.n ? mix(h, e->s.v, e->s.n * sizeof *e->s.v) : h;
}

static uint64_t row_stored(const struct stream_row *r)
{
	const int64_t v[] = {r->s.held, r->s.held_epoch, r->s.settled, r->newest_ms};
	uint64_t h = mix_numbers(FNV, v, sizeof v / sizeof *v);
	for (const char *at = r->newest_created; *at; at++)
		h = mix(h, at, 1);
	return h;
}

void stream_row_fini(struct stream_row *r)
{
	stream_fini(&r->s);
}

/* ---- loading */

static int ranges_parse(const char *text, struct sequence *s)
{
	json_t *list = NULL;
	if (strcmp(text, "[]") == 0)
		return 0;
	int rc = json_parse(view_str(text), 1 << 20, &list, NULL);
	size_t n = json_array_size(list);
	if (rc == 0 && n > SEQUENCE_RANGES_MAX)
		rc = ERR_LIMIT;
	if (rc == 0 && n > 0 && !(s->v = calloc(n, sizeof *s->v)))
		rc = ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const json_t *r = json_array_get(list, i);
		s->v[i] = (struct sequence_range){json_integer_value(json_array_get(r, 0)),
			json_integer_value(json_array_get(r, 1)), json_integer_value(json_array_get(r, 2))};
	}
	if (rc == 0)
		s->cap = s->n = n;
	json_decref(list);
	return rc;
}

static int state_load(struct db_tx *tx, const char *link, struct stream_row *r)
{
	struct db_query *q = db_query(tx, &stream_state_select);
	db_bind_text(q, "link", link);
	int rc = db_step(q);
	if (rc == 1) {
		for (int i = 0; i < 3; i++)
			if (strcmp(held_names[i], db_text(q, 0)) == 0)
				r->s.held = (enum stream_held)i;
		r->s.held_epoch = db_int(q, 1);
		r->s.settled = db_int(q, 2);
		snprintf(r->newest_created, sizeof r->newest_created, "%s", db_text(q, 3));
		r->newest_ms = db_int(q, 4);
		r->stored = row_stored(r);
	}
	db_done(q);
	return db_found(rc);
}

static int epoch_load(struct db_query *q, struct stream_row *r)
{
	struct stream_epoch *e = NULL;
	int rc = stream_add(&r->s, db_int(q, 0), &e);
	if (rc < 0)
		return rc;
	e->s.contiguous = db_int(q, 1);
	e->s.known = db_int(q, 2);
	e->s.known_since = db_int(q, 3);
	rc = ranges_parse(db_text(q, 4), &e->s);
	e->previous = db_int(q, 5);
	e->previous_last = db_int(q, 6);
	e->safe = db_int(q, 7);
	e->safe_next = db_int(q, 8);
	e->head = db_int(q, 9);
	db_digest(q, 10, &e->chain);
	e->stored = epoch_stored(e);
	return rc;
}

int stream_load(struct db_tx *tx, const char *link, int64_t now, struct stream_row *out)
{
	memset(out, 0, sizeof *out);
	int rc = state_load(tx, link, out);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &stream_epoch_select);
	db_bind_text(q, "link", link);
	while ((rc = db_step(q)) == 1)
		if ((rc = epoch_load(q, out)) < 0)
			break;
	db_done(q);
	if (rc < 0) {
		stream_row_fini(out);
		return rc;
	}
	stream_link(&out->s, now);
	return 0;
}

int stream_init(struct db_tx *tx, const char *link)
{
	const struct digest none = {{0}};
	struct db_query *q = db_query(tx, &stream_state_insert);
	db_bind_text(q, "link", link);
	int rc = db_exec(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &stream_epoch_first);
	db_bind_text(q, "link", link);
	db_bind_digest(q, "chain", &none);
	return db_exec(q);
}

/* ---- saving */

/* Up to where an ack may speak of this epoch. */
static int64_t told_up_to(const struct stream_epoch *e)
{
	return e->last >= 0 && e->last < e->s.contiguous ? e->last : e->s.contiguous;
}

static int chain_carry(struct db_tx *tx, const char *link, struct stream_epoch *e, const struct suite *suite)
{
	int64_t to = told_up_to(e);
	if (to < e->head) {
		e->head = 0;
		memset(&e->chain, 0, sizeof e->chain);
	}
	if (e->head == to || (e->head > 0 && digest_is_zero(&e->chain))) {
		e->head = to;
		return 0;
	}
	struct db_query *q = db_query(tx, &bundle_in_identities);
	struct digest identity;
	int rc;
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", e->epoch);
	db_bind_int(q, "first", e->head + 1);
	db_bind_int(q, "last", to);
	while ((rc = db_step(q)) == 1 && db_int(q, 0) == e->head + 1) {
		db_digest(q, 1, &identity);
		exchange_chain(suite, &e->chain, &identity);
		e->head++;
	}
	db_done(q);
	/* What was forgotten cannot be told of. */
	if (rc >= 0 && e->head < to) {
		e->head = to;
		memset(&e->chain, 0, sizeof e->chain);
	}
	return rc < 0 ? rc : 0;
}

static int epoch_save(struct db_tx *tx, const char *link, const struct stream_epoch *e)
{
	struct buf ranges;
	buf_init(&ranges, 1 << 20);
	int rc = buf_add_str(&ranges, "[");
	for (size_t i = 0; rc == 0 && i < e->s.n; i++)
		rc = buf_addf(&ranges, "%s[%lld,%lld,%lld]", i ? "," : "", (long long)e->s.v[i].first,
			(long long)e->s.v[i].last, (long long)e->s.v[i].since);
	if (rc == 0)
		rc = buf_add_str(&ranges, "]");
	if (rc == 0) {
		struct db_query *q = db_query(tx, &stream_epoch_put);
		db_bind_text(q, "link", link);
		db_bind_int(q, "epoch", e->epoch);
		db_bind_int(q, "contiguous", e->s.contiguous);
		db_bind_int(q, "known", e->s.known);
		db_bind_int(q, "known_since", e->s.known_since);
		db_bind_textn(q, "ranges", buf_view(&ranges));
		db_bind_int(q, "previous", e->previous);
		db_bind_int(q, "previous_last", e->previous_last);
		db_bind_int(q, "safe", e->safe);
		db_bind_int(q, "safe_next", e->safe_next);
		db_bind_int(q, "head", e->head);
		db_bind_digest(q, "chain", &e->chain);
		rc = db_exec(q);
	}
	buf_fini(&ranges);
	return rc;
}

int stream_save(struct db_tx *tx, const char *link, struct stream_row *r, const struct suite *suite)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < r->s.n; i++) {
		struct stream_epoch *e = &r->s.v[i];
		rc = chain_carry(tx, link, e, suite);
		if (rc == 0 && epoch_stored(e) != e->stored)
			rc = epoch_save(tx, link, e);
	}
	if (rc < 0 || row_stored(r) == r->stored)
		return rc;
	struct db_query *q = db_query(tx, &stream_state_put);
	db_bind_text(q, "link", link);
	db_bind_text(q, "held", held_names[r->s.held]);
	db_bind_int(q, "held_epoch", r->s.held_epoch);
	db_bind_int(q, "settled", r->s.settled);
	db_bind_text(q, "newest_created", r->newest_created);
	db_bind_int(q, "newest_ms", r->newest_ms);
	return db_exec(q);
}

/* ---- counters */

int stream_count(struct db_tx *tx, const char *link, enum stream_counter what, int64_t n)
{
	static const struct db_stmt *const stmts[] = {&stream_count_bundles, &stream_count_duplicated,
		&stream_count_missing_leaves, &stream_count_applied, &stream_count_refused,
		&stream_count_waiting};
	if (n == 0)
		return 0;
	struct db_query *q = db_query(tx, stmts[what]);
	db_bind_text(q, "link", link);
	db_bind_int(q, "n", n);
	return db_exec(q);
}

int stream_count_quarantine(struct db_tx *tx, const char *link, const char *reason)
{
	struct db_query *q = db_query(tx, &quarantine_in_count);
	db_bind_text(q, "link", link);
	db_bind_text(q, "reason", reason);
	return db_exec(q);
}

/* ---- acks */

int stream_tell(struct exchange *x, struct db_tx *tx, const char *peer, int64_t turn,
	struct manifest_ack *out, int64_t *turns)
{
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < x->nlinks; i++) {
		const struct exchange_link *l = &x->links[i].c;
		struct stream_row r;
		if (!l->in_from || strcmp(l->peer, peer) != 0)
			continue;
		int rc = stream_load(tx, l->link, time_now_ms(), &r);
		if (rc == 0)
			rc = stream_ack(&r.s, peer, turn, out);
		if (rc == 0) {
			const struct stream_epoch *e = stream_find(&r.s, out->epoch);
			if (e->head == out->contiguous)
				out->head = e->chain;
			if (turns)
				*turns = stream_ack_turns(&r.s);
			rc = stream_record_ack(tx, l->link, out);
		}
		stream_row_fini(&r);
		return rc;
	}
	return 0;
}

int stream_check_holds(struct link_state *l, struct db_tx *tx, int64_t epoch, int64_t seq, bool *out)
{
	struct stream_row r;
	*out = l->held_epoch > epoch || (l->held_epoch == epoch && l->held_seq >= seq);
	if (*out)
		return 0;
	int rc = stream_load(tx, l->c.link, time_now_ms(), &r);
	if (rc < 0)
		return rc;
	*out = stream_holds(&r.s, epoch, seq);
	stream_row_fini(&r);
	if (*out) {
		l->held_epoch = epoch;
		l->held_seq = seq;
	}
	return 0;
}
