#include "common/exchange/resend_tidy.h"

#include <stdio.h>
#include <stdlib.h>

#define BATCH 64

DB_STMT_CROSS(
	file_drop_list, "SELECT file, bytes FROM file_drop WHERE link = :link ORDER BY file LIMIT :max");
DB_STMT_CROSS(file_drop_delete, "DELETE FROM file_drop WHERE link = :link AND file = :file");
DB_STMT_CROSS(link_out_kept,
	"UPDATE link_out SET kept_bytes = CASE WHEN kept_bytes > :bytes THEN kept_bytes - :bytes "
	"ELSE 0 END WHERE link = :link");
/* Requests and replies are gone at their deadline: the number is voided when the peer misses it. */
DB_STMT_CROSS(bundle_out_expired,
	"INSERT INTO file_drop (link, file, bytes) SELECT link, file, bytes FROM bundle_out "
	"WHERE link = :link AND deadline_ms > 0 AND deadline_ms < :now ON CONFLICT DO NOTHING");
DB_STMT_CROSS(bundle_out_expire,
	"UPDATE bundle_out SET deadline_ms = -1, bytes = 0 WHERE link = :link AND deadline_ms "
	"> 0 AND deadline_ms < :now");
DB_STMT_CROSS(tidy_expired,
	"SELECT n FROM bundle_out WHERE link = :link AND deadline_ms > 0 AND deadline_ms < :now LIMIT 1");
DB_STMT_CROSS(tidy_drops, "SELECT bytes FROM file_drop WHERE link = :link LIMIT 1");
DB_STMT_CROSS(tidy_old,
	"SELECT n FROM bundle_out WHERE link = :link AND state = 'safe' AND safe_ms < :before LIMIT 1");
/* What is in the peer's backup for long enough need not be kept for a rebuild. */
DB_STMT_CROSS(bundle_out_old,
	"SELECT n, epoch, seq FROM bundle_out WHERE link = :link AND state = 'safe' AND safe_ms < "
	":before ORDER BY safe_ms LIMIT :max");
DB_STMT_CROSS(outbox_old_attachments, "DELETE FROM outbox_attachment WHERE message IN (SELECT message FROM "
				      "outbox WHERE dest = :dest AND epoch = "
				      ":epoch AND seq = :seq AND state = 'bundled')");
DB_STMT_CROSS(outbox_old,
	"DELETE FROM outbox WHERE dest = :dest AND epoch = :epoch AND seq = :seq AND state = 'bundled'");
/* The last bundle of an epoch stays: statements name it. */
DB_STMT_CROSS(bundle_out_old_delete,
	"DELETE FROM bundle_out WHERE n = :n AND EXISTS (SELECT 1 FROM bundle_out b WHERE "
	"b.link = :link AND b.epoch = :epoch AND b.seq > :seq)");
DB_STMT_CROSS(bundle_out_old_touch, "UPDATE bundle_out SET safe_ms = :now WHERE n = :n");

struct tidy {
	struct link_state *l;
	int64_t now;
	bool expired, drops, old;
	size_t n;
	struct {
		char file[128];
		int64_t bytes, n, epoch, seq;
	} v[BATCH];
};

static int drops_read(struct db_tx *tx, void *arg)
{
	struct tidy *t = arg;
	struct db_query *q = db_query(tx, &file_drop_list);
	int rc;
	db_bind_text(q, "link", t->l->c.link);
	db_bind_int(q, "max", BATCH);
	for (t->n = 0; t->n < BATCH && (rc = db_step(q)) == 1; t->n++) {
		snprintf(t->v[t->n].file, sizeof t->v[0].file, "%s", db_text(q, 0));
		t->v[t->n].bytes = db_int(q, 1);
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int drops_delete(struct db_tx *tx, void *arg)
{
	struct tidy *t = arg;
	int64_t bytes = 0;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < t->n; i++) {
		struct db_query *q = db_query(tx, &file_drop_delete);
		db_bind_text(q, "link", t->l->c.link);
		db_bind_text(q, "file", t->v[i].file);
		rc = db_exec(q);
		bytes += t->v[i].bytes;
	}
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &link_out_kept);
	db_bind_text(q, "link", t->l->c.link);
	db_bind_int(q, "bytes", bytes);
	return db_exec(q);
}

static int file_gone(struct spool *s, enum spool_dir d, const char *file)
{
	int rc = spool_remove(s, d, file);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int drops_do(struct tidy *t)
{
	int rc = db_read(t->l->x->o.db, "", drops_read, t);
	for (size_t i = 0; rc == 0 && i < t->n; i++) {
		rc = file_gone(t->l->spool, SPOOL_SENT, t->v[i].file);
		if (rc == 0)
			rc = file_gone(t->l->spool, SPOOL_OUT, t->v[i].file);
	}
	if (rc == 0 && t->n)
		rc = spool_sync(t->l->spool, SPOOL_SENT);
	return rc == 0 && t->n ? db_write(t->l->x->o.db, "", drops_delete, t) : rc;
}

static int expire(struct db_tx *tx, void *arg)
{
	static const struct db_stmt *const steps[] = {&bundle_out_expired, &bundle_out_expire};
	struct tidy *t = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < 2; i++) {
		struct db_query *q = db_query(tx, steps[i]);
		db_bind_text(q, "link", t->l->c.link);
		db_bind_int(q, "now", t->now);
		rc = db_exec(q);
	}
	return rc;
}

static int old_forget(struct db_tx *tx, struct tidy *t, size_t i)
{
	static const struct db_stmt *const steps[] = {&outbox_old_attachments, &outbox_old};
	int rc = 0;
	for (size_t k = 0; rc == 0 && k < 2; k++) {
		struct db_query *q = db_query(tx, steps[k]);
		db_bind_text(q, "dest", t->l->c.peer);
		db_bind_int(q, "epoch", t->v[i].epoch);
		db_bind_int(q, "seq", t->v[i].seq);
		rc = db_exec(q);
	}
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &bundle_out_old_delete);
	db_bind_text(q, "link", t->l->c.link);
	db_bind_int(q, "n", t->v[i].n);
	db_bind_int(q, "epoch", t->v[i].epoch);
	db_bind_int(q, "seq", t->v[i].seq);
	rc = db_exec(q);
	if (rc < 0 || db_changes(tx) == 1)
		return rc;
	q = db_query(tx, &bundle_out_old_touch);
	db_bind_int(q, "n", t->v[i].n);
	db_bind_int(q, "now", t->now);
	return db_exec(q);
}

static int old_do(struct db_tx *tx, void *arg)
{
	struct tidy *t = arg;
	struct db_query *q = db_query(tx, &bundle_out_old);
	int rc;
	db_bind_text(q, "link", t->l->c.link);
	db_bind_int(q, "before", t->now - t->l->c.keep_ms);
	db_bind_int(q, "max", BATCH);
	for (t->n = 0; t->n < BATCH && (rc = db_step(q)) == 1; t->n++) {
		t->v[t->n].n = db_int(q, 0);
		t->v[t->n].epoch = db_int(q, 1);
		t->v[t->n].seq = db_int(q, 2);
	}
	db_done(q);
	rc = rc < 0 ? rc : 0;
	for (size_t i = 0; rc == 0 && i < t->n; i++)
		rc = old_forget(tx, t, i);
	return rc;
}

/* Whether there is something to do at all: most of the time there is not, and a commit is spared. */
static int tidy_look(struct db_tx *tx, void *arg)
{
	struct tidy *t = arg;
	static const struct db_stmt *const looks[] = {&tidy_expired, &tidy_drops, &tidy_old};
	bool *const any[] = {&t->expired, &t->drops, &t->old};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < 3; i++) {
		if (i == 2 && t->l->c.keep_ms == 0)
			continue;
		struct db_query *q = db_query(tx, looks[i]);
		db_bind_text(q, "link", t->l->c.link);
		if (i == 0)
			db_bind_int(q, "now", t->now);
		if (i == 2)
			db_bind_int(q, "before", t->now - t->l->c.keep_ms);
		rc = db_step(q);
		*any[i] = rc == 1;
		db_done(q);
		rc = rc < 0 ? rc : 0;
	}
	return rc;
}

int resend_tidy(struct link_state *l, bool *more)
{
	struct tidy *t = calloc(1, sizeof *t);
	if (!t)
		return ERR_NOMEM;
	t->l = l;
	t->now = time_now_ms();
	*more = false;
	int rc = db_read(l->x->o.db, "", tidy_look, t);
	if (rc == 0 && t->expired)
		rc = db_write(l->x->o.db, "", expire, t);
	if (rc == 0 && (t->drops || t->expired)) {
		rc = drops_do(t);
		*more = t->n == BATCH;
	}
	if (rc == 0 && t->old) {
		rc = db_write(l->x->o.db, "", old_do, t);
		*more |= t->n == BATCH;
	}
	free(t);
	return rc;
}
