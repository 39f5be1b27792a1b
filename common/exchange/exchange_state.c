/* What pages, metrics and tests see of the links. */
#include "common/exchange/exchange_impl.h"
#include <string.h>

DB_STMT_CROSS(state_out, "SELECT epoch, seq, ack_contiguous, ack_safe, (SELECT count(*) FROM outbox o WHERE "
			 "o.dest = l.dest AND o.state = 'queued'),"
			 " (SELECT coalesce(sum(resent), 0) FROM bundle_out b WHERE b.link = l.link) FROM "
			 "link_out l WHERE l.link = :link");
DB_STMT_CROSS(state_in, "SELECT epoch, contiguous, known, duplicated, quarantined, missing_leaves, held, "
			"(SELECT count(*) FROM bundle_in b WHERE"
			" b.link = s.link AND b.state = 'received') FROM stream_in s WHERE s.link = :link");
DB_STMT_CROSS(state_inbox, "SELECT state, count(*) FROM inbox WHERE link = :link GROUP BY state");
DB_STMT_CROSS(bundles_page,
	"SELECT * FROM (SELECT n * 2 AS place, 'out' AS direction, epoch, seq, identity, kind, "
	"state, messages, at, file FROM bundle_out"
	" WHERE link = :link UNION ALL SELECT n * 2 + 1, 'in', epoch, seq, identity, kind, "
	"state, messages, at, '' FROM bundle_in"
	" WHERE link = :link) page WHERE :before = 0 OR place < :before ORDER BY place DESC LIMIT :limit");

struct state {
	struct exchange *x;
	json_t *out;
};

static int out_read(struct db_tx *tx, const char *link, json_t *o)
{
	static const char *const names[] = {"epoch_out", "sent", "acked", "safe", "queued", "resent"};
	struct db_query *q = db_query(tx, &state_out);
	db_bind_text(q, "link", link);
	int rc = db_step(q);
	for (int i = 0; rc == 1 && i < 6; i++)
		json_object_set_new(o, names[i], json_integer(db_int(q, i)));
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int in_read(struct db_tx *tx, const char *link, json_t *o)
{
	static const char *const names[] = {
		"epoch_in", "contiguous", "known", "duplicated", "quarantined", "missing_messages"};
	struct db_query *q = db_query(tx, &state_in);
	struct stream_in s;
	struct manifest_range holes[MANIFEST_RANGES_MAX + 1];
	int64_t missing = 0;
	db_bind_text(q, "link", link);
	int rc = db_step(q);
	for (int i = 0; rc == 1 && i < 6; i++)
		json_object_set_new(o, names[i], json_integer(db_int(q, i)));
	if (rc == 1) {
		json_object_set_new(o, "held", json_string(db_text(q, 6)));
		json_object_set_new(o, "received", json_integer(db_int(q, 7)));
	}
	db_done(q);
	if (rc >= 0)
		rc = streams_in(tx, link, &s);
	if (rc < 0)
		return rc;
	size_t n = sequence_holes(&s.s, holes, MANIFEST_RANGES_MAX + 1);
	for (size_t i = 0; i < n; i++)
		missing += holes[i].last - holes[i].first + 1;
	json_object_set_new(o, "missing", json_integer(missing));
	q = db_query(tx, &state_inbox);
	db_bind_text(q, "link", link);
	while ((rc = db_step(q)) == 1)
		json_object_set_new(o, db_text(q, 0), json_integer(db_int(q, 1)));
	db_done(q);
	return rc;
}

static int state_read(struct db_tx *tx, void *arg)
{
	struct state *s = arg;
	json_t *links = json_object_get(s->out, "links");
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < s->x->nlinks; i++) {
		const struct exchange_link *l = &s->x->links[i].c;
		json_t *o = json_pack("{s:i,s:i,s:i}", "applied", 0, "waiting", 0, "refused", 0);
		json_object_set_new(links, l->link, o);
		if (l->out_to)
			rc = out_read(tx, l->link, o);
		if (rc == 0 && l->in_from)
			rc = in_read(tx, l->link, o);
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

struct page {
	const char *link;
	int64_t before, limit;
	json_t *rows;
};

static int page_read(struct db_tx *tx, void *arg)
{
	struct page *p = arg;
	struct db_query *q = db_query(tx, &bundles_page);
	int rc;
	db_bind_text(q, "link", p->link);
	db_bind_int(q, "before", p->before);
	db_bind_int(q, "limit", p->limit);
	while ((rc = db_step(q)) == 1) {
		struct digest identity;
		char hex[DIGEST_HEX];
		db_digest(q, 4, &identity);
		digest_hex(&identity, hex);
		json_array_append_new(p->rows,
			json_pack("{s:I,s:s,s:I,s:I,s:s,s:s,s:s,s:I,s:s,s:s}", "row",
				(json_int_t)db_int(q, 0), "direction", db_text(q, 1), "epoch",
				(json_int_t)db_int(q, 2), "seq", (json_int_t)db_int(q, 3), "identity", hex,
				"kind", db_text(q, 5), "state", db_text(q, 6), "messages",
				(json_int_t)db_int(q, 7), "at", db_text(q, 8), "file", db_text(q, 9)));
	}
	db_done(q);
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
