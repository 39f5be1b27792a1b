/* Uses of statements: names, the tenant, and what a caller sees; the backend does the rest. */
#include "common/db/db_impl.h"
#include "common/log/log.h"
#include <string.h>

static const struct db_backend *backend(const struct db_query *q)
{
	return q->tx->conn->db->b;
}

struct db_query *db_query(struct db_tx *tx, const struct db_stmt *s)
{
	struct db *d = tx->conn->db;
	struct db_query *q = &tx->conn->queries[db_text_place(d, s)];
	/* One use at a time: a statement that is used inside its own loop is a bug. */
	REQUIRE(!q->tx);
	q->tx = tx;
	q->rc = 0;
	tx->conn->uses++;
	if (q->text->tenant) {
		REQUIRE(tx->tenant[0]);
		struct db_value v = {.kind = DB_TEXT, .v = view_str(tx->tenant)};
		d->b->bind(q, q->text->tenant, &v);
	}
	return q;
}

static void bind(struct db_query *q, const char *name, struct db_value v)
{
	const struct db_text *t = q->text;
	for (size_t i = 0; i < t->nparams; i++) {
		if (strcmp(t->params[i], name) == 0) {
			backend(q)->bind(q, i + 1, &v);
			return;
		}
	}
	log_error("database", "statement=%s has no parameter :%s", t->stmt->name, name);
	q->rc = q->rc < 0 ? q->rc : ERR_BUG;
}

void db_bind_text(struct db_query *q, const char *name, const char *v)
{
	if (v)
		bind(q, name, (struct db_value){.kind = DB_TEXT, .v = view_str(v)});
	else
		bind(q, name, (struct db_value){.kind = DB_NULL});
}

void db_bind_textn(struct db_query *q, const char *name, struct view v)
{
	bind(q, name, (struct db_value){.kind = DB_TEXT, .v = v});
}

void db_bind_int(struct db_query *q, const char *name, int64_t v)
{
	bind(q, name, (struct db_value){.kind = DB_INT, .i = v});
}

void db_bind_real(struct db_query *q, const char *name, double v)
{
	bind(q, name, (struct db_value){.kind = DB_REAL, .r = v});
}

void db_bind_blob(struct db_query *q, const char *name, struct view v)
{
	bind(q, name, (struct db_value){.kind = DB_BLOB, .v = v});
}

void db_bind_digest(struct db_query *q, const char *name, const struct digest *d)
{
	db_bind_blob(q, name, view_of(d->b, sizeof d->b));
}

void db_ask(struct db_query *q)
{
	if (q->rc == 0 && backend(q)->ask)
		backend(q)->ask(q);
}

int db_step(struct db_query *q)
{
	if (q->rc < 0)
		return q->rc;
	int rc = backend(q)->step(q);
	if (rc < 0)
		q->rc = rc;
	return rc;
}

void db_done(struct db_query *q)
{
	if (!q)
		return;
	backend(q)->done(q);
	q->tx->conn->uses--;
	q->tx = NULL;
}

int db_exec(struct db_query *q)
{
	int rc = q->rc < 0 ? q->rc : backend(q)->exec(q);
	db_done(q);
	return rc;
}

int db_one_int(struct db_query *q, int64_t *out)
{
	int rc = db_step(q);
	if (rc == 1) {
		*out = db_int(q, 0);
		/* Run to the end: an INSERT … RETURNING takes effect whole. */
		while ((rc = db_step(q)) == 1)
			;
	} else if (rc == 0) {
		rc = ERR_NOTFOUND;
	}
	db_done(q);
	return rc;
}

int64_t db_changes(struct db_tx *tx)
{
	return tx->conn->db->b->changes(tx->conn);
}

const char *db_text(struct db_query *q, int col)
{
	struct view v = backend(q)->bytes(q, col);
	return v.p ? (const char *)v.p : "";
}

int64_t db_int(struct db_query *q, int col)
{
	return backend(q)->integer(q, col);
}

double db_real(struct db_query *q, int col)
{
	return backend(q)->real(q, col);
}

struct view db_blob(struct db_query *q, int col)
{
	return backend(q)->bytes(q, col);
}

bool db_null(struct db_query *q, int col)
{
	return backend(q)->null(q, col);
}

void db_digest(struct db_query *q, int col, struct digest *out)
{
	struct view v = db_blob(q, col);
	REQUIRE(v.n == sizeof out->b);
	memcpy(out->b, v.p, v.n);
}
