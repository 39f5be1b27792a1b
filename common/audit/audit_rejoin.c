#include "common/audit/audit_rejoin.h"

#include "common/audit/audit_rows.h"
#include "common/log/log.h"
#include <stdlib.h>

DB_STMT_CROSS(audit_oldest, "SELECT coalesce(min(n), 0) FROM audit_record");
DB_STMT_CROSS(audit_restore,
	"INSERT INTO audit_record (n, tenant, at, who, action, subject, detail) VALUES (:n, "
	":owner, :at, :who, :action, :subject, :detail)");

struct restore {
	struct db *db;
	json_t *rows[AUDIT_ROWS];
	size_t n;
};

static int row_restore(struct db_tx *tx, const json_t *o)
{
	struct buf detail;
	const json_t *d = json_object_get(o, "detail");
	buf_init(&detail, 32768);
	int rc = json_is_object(d) ? json_canon(d, &detail) : 0;
	if (rc == 0) {
		struct db_query *q = db_query(tx, &audit_restore);
		db_bind_int(q, "n", json_int(o, "n"));
		db_bind_text(q, "owner", json_str(o, "tenant"));
		db_bind_text(q, "at", json_str(o, "at"));
		db_bind_text(q, "who", json_str(o, "by"));
		db_bind_text(q, "action", json_str(o, "action"));
		db_bind_text(q, "subject", json_str(o, "subject"));
		db_bind_text(q, "detail", detail.n ? (const char *)detail.p : NULL);
		rc = db_exec(q);
	}
	buf_fini(&detail);
	return rc;
}

static int restore_tx(struct db_tx *tx, void *arg)
{
	struct restore *r = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < r->n; i++)
		rc = row_restore(tx, r->rows[i]);
	return rc;
}

static int restore_flush(struct restore *r)
{
	int rc = r->n ? db_write(r->db, "", restore_tx, r) : 0;
	for (size_t i = 0; i < r->n; i++)
		json_decref(r->rows[i]);
	r->n = 0;
	return rc;
}

static int restore_each(void *arg, int64_t index, struct view entry)
{
	struct restore *r = arg;
	(void)index;
	int rc = json_parse(entry, 65535, &r->rows[r->n], NULL);
	if (rc < 0)
		return rc;
	return ++r->n == AUDIT_ROWS ? restore_flush(r) : 0;
}

/* The database is older than its log: it takes back what it has forgotten, so that its numbers go on behind.
 */
static int rows_restore(struct db *d, struct audit_log *l, int64_t newest, int64_t size)
{
	struct restore *r = calloc(1, sizeof *r);
	if (!r)
		return ERR_NOMEM;
	r->db = d;
	log_error("audit-restored",
		"the database has %lld records, its log %lld: taking them back from the log",
		(long long)newest, (long long)size);
	int rc = audit_log_read(l, newest, restore_each, r), last = restore_flush(r);
	free(r);
	return rc < 0 ? rc : last;
}

struct compare {
	struct audit_rows *b;
	int64_t from; /* number of the first line */
};

static int compare_each(void *arg, int64_t index, struct view entry)
{
	const struct compare *c = arg;
	size_t i = (size_t)(index - c->from);
	if (i < c->b->n && !view_eq(entry, buf_view(&c->b->lines[i]))) {
		log_error("audit-diverged", "record=%lld differs from the log's entry %lld",
			(long long)index + 1, (long long)index);
		return ERR_DIGEST;
	}
	return 0;
}

/* The newest rows must be the log's newest entries. */
static int rows_compare(struct db *d, struct audit_log *l, int64_t oldest, int64_t size)
{
	struct compare c = {.from = size > AUDIT_ROWS ? size - AUDIT_ROWS : 0};
	if (oldest > 0 && c.from < oldest - 1)
		c.from = oldest - 1;
	if (c.from >= size)
		return 0;
	int rc = audit_rows_load(d, c.from, &c.b);
	if (rc == 0)
		rc = audit_log_read(l, c.from, compare_each, &c);
	audit_rows_free(c.b);
	return rc;
}

static int oldest_read(struct db_tx *tx, void *arg)
{
	return db_one_int(db_query(tx, &audit_oldest), arg);
}

int audit_rejoin(struct db *d, struct audit_log *l)
{
	int64_t newest = 0, oldest = 0, size = audit_log_size(l);
	int rc = audit_rows_newest(d, &newest);
	if (rc == 0 && newest < size)
		rc = rows_restore(d, l, newest, size);
	if (rc == 0)
		rc = db_read(d, "", oldest_read, &oldest);
	return rc == 0 ? rows_compare(d, l, oldest, size) : rc;
}
