/* What officers decide about a link, and what stands before and after a backup. */
#include "common/exchange/epoch_out.h"
#include "common/exchange/exchange_impl.h"
#include "common/exchange/stream_store.h"
#include <stdio.h>
#include <string.h>

DB_STMT_CROSS(beyond_in_open, "SELECT count(*) FROM beyond_in WHERE link = :link AND settled_by = ''");
DB_STMT_CROSS(beyond_in_settle, "UPDATE beyond_in SET settled_by = :who, settled_at = :at, reason = :reason "
				"WHERE link = :link AND settled_by "
				"= '' AND (epoch < :epoch OR (epoch = :epoch AND seq <= :seq))");
DB_STMT_CROSS(beyond_in_page,
	"SELECT until_epoch, epoch, seq, identity, messages, at, settled_by, reason FROM beyond_in WHERE "
	"link = :link "
	"ORDER BY CASE WHEN settled_by = '' THEN 0 ELSE 1 END, until_epoch DESC, epoch, seq LIMIT 200");
DB_STMT_CROSS(beyond_out_page,
	"SELECT until_epoch, epoch, seq, identity, messages, at FROM beyond_out WHERE link = :link "
	"ORDER BY until_epoch DESC, epoch, seq LIMIT 200");
DB_STMT_CROSS(stream_epoch_safe_next,
	"UPDATE stream_epoch SET safe_next = contiguous WHERE safe_next <> contiguous");
DB_STMT_CROSS(stream_epoch_safe, "UPDATE stream_epoch SET safe = safe_next WHERE safe <> safe_next");
DB_STMT_CROSS(link_out_alarm_end, "UPDATE link_out SET alarm = '' WHERE link = :link");

struct decision {
	struct exchange *x;
	const char *link, *who, *reason;
	int64_t epoch, seq, messages;
};

static int record(struct db_tx *tx, const struct decision *d, const char *action)
{
	json_t *detail = json_pack("{s:s}", "reason", d->reason);
	int rc = detail ? audit_record(tx, d->who, action, d->link, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

static int decide(struct decision *d, db_fn *fn, bool outgoing)
{
	struct link_state *l = exchange_link_named(d->x, d->link);
	if (!l || (outgoing ? !l->c.out_to : !l->c.in_from))
		return ERR_NOTFOUND;
	int rc = db_write(d->x->o.db, "", fn, d);
	if (rc == 0)
		exchange_wake(outgoing ? l->send_wake : l->receive_wake);
	return rc;
}

static int epoch_run(struct db_tx *tx, void *arg)
{
	struct decision *d = arg;
	return epoch_out_next(d->x, tx, d->link, d->who, d->reason);
}

int exchange_new_epoch(struct exchange *x, const char *link, const char *who, const char *reason)
{
	struct decision d = {.x = x, .link = link, .who = who, .reason = reason};
	return decide(&d, epoch_run, true);
}

static int rebuild_run(struct db_tx *tx, void *arg)
{
	struct decision *d = arg;
	int rc = epoch_out_rebuild(d->x, tx, d->link, d->who, &d->messages);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &link_out_alarm_end);
		db_bind_text(q, "link", d->link);
		rc = db_exec(q);
	}
	return rc == 0 ? record(tx, d, "link.rebuild") : rc;
}

int exchange_rebuild(
	struct exchange *x, const char *link, const char *who, const char *reason, int64_t *messages)
{
	struct decision d = {.x = x, .link = link, .who = who, .reason = reason};
	int rc = decide(&d, rebuild_run, true);
	*messages = d.messages;
	return rc;
}

/* Goes on when nothing is left to settle. ERR_STATE: something is, or it was not held. */
static int go_on(struct db_tx *tx, const struct decision *d)
{
	struct stream_row r;
	int64_t open = 0;
	int rc = stream_load(tx, d->link, time_now_ms(), &r);
	if (rc < 0)
		return rc;
	if (r.s.held == STREAM_HELD_BEYOND) {
		struct db_query *q = db_query(tx, &beyond_in_open);
		db_bind_text(q, "link", d->link);
		rc = db_one_int(q, &open);
	}
	if (rc == 0)
		rc = open > 0 ? ERR_STATE : stream_release(&r.s);
	if (rc == 0)
		rc = stream_save(tx, d->link, &r, d->x->o.suite);
	stream_row_fini(&r);
	return rc;
}

static int release_run(struct db_tx *tx, void *arg)
{
	struct decision *d = arg;
	int rc = go_on(tx, d);
	return rc == 0 ? record(tx, d, "link.release") : rc;
}

int exchange_release(struct exchange *x, const char *link, const char *who, const char *reason)
{
	struct decision d = {.x = x, .link = link, .who = who, .reason = reason};
	return decide(&d, release_run, false);
}

static int settle_run(struct db_tx *tx, void *arg)
{
	struct decision *d = arg;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &beyond_in_settle);
	db_bind_text(q, "link", d->link);
	db_bind_text(q, "who", d->who);
	db_bind_text(q, "at", at);
	db_bind_text(q, "reason", d->reason);
	db_bind_int(q, "epoch", d->epoch);
	db_bind_int(q, "seq", d->seq);
	int rc = db_exec(q);
	if (rc == 0 && db_changes(tx) == 0)
		return ERR_STATE;
	if (rc == 0)
		rc = record(tx, d, "link.settle");
	if (rc == 0 && (rc = go_on(tx, d)) == ERR_STATE)
		rc = 0;
	return rc;
}

int exchange_settle(
	struct exchange *x, const char *link, int64_t epoch, int64_t seq, const char *who, const char *reason)
{
	struct decision d = {.x = x, .link = link, .who = who, .reason = reason, .epoch = epoch, .seq = seq};
	return decide(&d, settle_run, false);
}

/* ---- what there is to decide */

struct page {
	const char *link;
	json_t *out;
};

static json_t *beyond_row(struct db_query *q)
{
	struct digest identity;
	char hex[DIGEST_HEX];
	db_digest(q, 3, &identity);
	digest_hex(&identity, hex);
	return json_pack("{s:I,s:I,s:I,s:s,s:s}", "until", (json_int_t)db_int(q, 0), "epoch",
		(json_int_t)db_int(q, 1), "seq", (json_int_t)db_int(q, 2), "identity", hex, "at",
		db_text(q, 5));
}

static int decisions_read(struct db_tx *tx, void *arg)
{
	struct page *p = arg;
	struct db_query *q = db_query(tx, &beyond_in_page);
	int rc;
	db_bind_text(q, "link", p->link);
	while ((rc = db_step(q)) == 1) {
		json_t *row = beyond_row(q);
		json_object_set_new(row, "messages", json_integer(db_int(q, 4)));
		json_object_set_new(row, "settled_by", json_string(db_text(q, 6)));
		json_object_set_new(row, "reason", json_string(db_text(q, 7)));
		json_array_append_new(json_object_get(p->out, "beyond"), row);
	}
	db_done(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &beyond_out_page);
	db_bind_text(q, "link", p->link);
	while ((rc = db_step(q)) == 1) {
		json_t *row = beyond_row(q), *messages = NULL;
		if (json_parse(view_str(db_text(q, 4)), 1 << 20, &messages, NULL) == 0)
			json_object_set_new(row, "messages", messages);
		json_array_append_new(json_object_get(p->out, "told"), row);
	}
	db_done(q);
	return rc;
}

int exchange_decisions(struct exchange *x, const char *link, json_t **out)
{
	struct page p = {link, json_pack("{s:[],s:[]}", "beyond", "told")};
	int rc = !exchange_link_named(x, link) ? ERR_NOTFOUND
		 : p.out                       ? db_read(x->o.db, "", decisions_read, &p)
					       : ERR_NOMEM;
	if (rc < 0)
		json_decref(p.out);
	else
		*out = p.out;
	return rc;
}

/* ---- backups */

static int exec_run(struct db_tx *tx, void *arg)
{
	return db_exec(db_query(tx, arg));
}

int exchange_backup_begin(struct exchange *x)
{
	struct db_stmt *s = (struct db_stmt *)(uintptr_t)&stream_epoch_safe_next;
	return db_write(x->o.db, "", exec_run, s);
}

int exchange_mark_backup(struct exchange *x)
{
	struct db_stmt *s = (struct db_stmt *)(uintptr_t)&stream_epoch_safe;
	return db_write(x->o.db, "", exec_run, s);
}
