/* Tables, and one batch of a table: read, sealed anew and written in one transaction. */
#include "common/service/reseal_impl.h"

#include "common/base/embed.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

EMBED(reseal_sql_0001, "common/service/sql/0001-reseal.sqlite.sql");
EMBED(reseal_pg_0001, "common/service/sql/0001-reseal.pg.sql");
static const struct db_migration migrations[] = {{1, "reseal", reseal_sql_0001, reseal_pg_0001}};
const struct db_schema reseal_schema = {"reseal", migrations, 1};

DB_STMT_CROSS(account_sealed, "SELECT tenant, id, '', id, name, id_number, id_index FROM account WHERE "
			      "(tenant, id) > (:a, :b) AND :c = ''"
			      " ORDER BY tenant, id LIMIT :max");
DB_STMT_CROSS(account_reseal,
	"UPDATE account SET name = :v1, id_number = :v2, id_index = :v3 WHERE tenant = :a AND id = :b AND "
	":c = ''");
DB_STMT_CROSS(outbox_sealed, "SELECT message, '', '', message, body FROM outbox WHERE message > :a AND :b = "
			     "'' AND :c = '' ORDER BY message LIMIT :max");
DB_STMT_CROSS(outbox_reseal, "UPDATE outbox SET body = :v1 WHERE message = :a AND :b = '' AND :c = ''");
DB_STMT_CROSS(outbox_keys, "SELECT message, '', i, blob, blob_key FROM outbox_attachment WHERE (message, i) "
			   "> (:a, :c) AND :b = ''"
			   " ORDER BY message, i LIMIT :max");
DB_STMT_CROSS(outbox_rewrap,
	"UPDATE outbox_attachment SET blob_key = :v1 WHERE message = :a AND i = :c AND :b = ''");
DB_STMT_CROSS(inbox_sealed,
	"SELECT message, '', epoch, message, body FROM inbox_waiting WHERE message >= :a AND (message > :a "
	"OR epoch > :c) AND :b = '' ORDER BY message, epoch LIMIT :max");
DB_STMT_CROSS(
	inbox_reseal, "UPDATE inbox_waiting SET body = :v1 WHERE message = :a AND epoch = :c AND :b = ''");
/* One number for epoch and place: a message has less than a thousand attachments. */
DB_STMT_CROSS(inbox_keys, "SELECT message, '', epoch * 1000 + i, blob, blob_key FROM inbox_attachment WHERE "
			  "message >= :a AND (message > :a OR epoch * 1000 + i > :c) AND :b = '' ORDER BY "
			  "message, epoch, i LIMIT :max");
DB_STMT_CROSS(inbox_rewrap,
	"UPDATE inbox_attachment SET blob_key = :v1 WHERE message = :a AND epoch * 1000 + i = :c AND :b = "
	"''");
const struct reseal_use reseal_common_uses[] = {
	{"account", &account_sealed, &account_reseal, {"name", "id_number", "#id-number"}, false},
	{"outbox", &outbox_sealed, &outbox_reseal, {"body"}, false},
	{"outbox_attachment", &outbox_keys, &outbox_rewrap, {""}, true},
	{"inbox", &inbox_sealed, &inbox_reseal, {"body"}, true},
	{"inbox_attachment", &inbox_keys, &inbox_rewrap, {""}, true}, {NULL, NULL, NULL, {NULL}, false}};

DB_STMT_CROSS(progress_get, "SELECT key_id, a, b, c, seen, done FROM reseal_progress WHERE name = :name");
DB_STMT_CROSS(progress_put,
	"INSERT INTO reseal_progress (name, key_id, a, b, c, seen, done) VALUES (:name, :key, :a, :b, :c, "
	":seen,"
	" :done) ON CONFLICT (name) DO UPDATE SET key_id = excluded.key_id, a = excluded.a, b = excluded.b, "
	"c = excluded.c, seen = excluded.seen, done = excluded.done");

const struct reseal_use *reseal_use_at(const struct reseal *r, size_t i)
{
	size_t common = 0;
	while (reseal_common_uses[common].name)
		common++;
	if (i < common)
		return &reseal_common_uses[i];
	const struct reseal_use *u = r->uses;
	for (i -= common; u && u->name && i > 0; i--)
		u++;
	return u && u->name ? u : NULL;
}

static size_t columns(const struct reseal_use *u)
{
	size_t n = 0;
	while (n < RESEAL_COLUMNS && u->columns[n])
		n++;
	return n;
}

void reseal_batch_clear(struct reseal_batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; k < RESEAL_COLUMNS; k++)
			free(b->rows[i].value[k]);
	memset(b->rows, 0, sizeof b->rows);
	b->n = 0;
}

static bool is_old(const struct reseal_batch *b, const struct reseal_row *r, size_t k)
{
	if (!*r->value[k])
		return false;
	return b->use->columns[k][0] == '#' ? !vault_index_is_current(b->vault, r->value[k])
					    : !vault_is_current(b->vault, r->value[k]);
}

static bool row_old(const struct reseal_batch *b, const struct reseal_row *r)
{
	bool old = false;
	for (size_t k = 0; k < columns(b->use) && !old; k++)
		old = is_old(b, r, k);
	return old;
}

size_t reseal_batch_old(const struct reseal_batch *b)
{
	size_t n = 0;
	for (size_t i = 0; i < b->n; i++)
		n += row_old(b, &b->rows[i]);
	return n;
}

static int row_take(struct reseal_batch *b, struct db_query *q, struct reseal_row *r)
{
	snprintf(r->a, sizeof r->a, "%s", db_text(q, 0));
	snprintf(r->b, sizeof r->b, "%s", db_text(q, 1));
	snprintf(r->c, sizeof r->c, "%s", db_text(q, 2));
	if (b->use->columns[0][0]) {
		snprintf(r->id, sizeof r->id, "%s", db_text(q, 3));
	} else {
		struct view v = db_blob(q, 3);
		struct digest d;
		char hex[DIGEST_HEX];
		if (v.n != sizeof d.b)
			return ERR_SCHEMA;
		memcpy(d.b, v.p, v.n);
		digest_hex(&d, hex);
		snprintf(r->id, sizeof r->id, "%s", hex);
	}
	for (size_t k = 0; k < columns(b->use); k++)
		if (!(r->value[k] = strdup(db_text(q, 4 + (int)k))))
			return ERR_NOMEM;
	return 0;
}

static void key_bind(
	const struct reseal_use *u, struct db_query *q, const char *a, const char *b, const char *c)
{
	db_bind_text(q, "a", a);
	db_bind_text(q, "b", b);
	if (u->int_key)
		db_bind_int(q, "c", *c ? atoll(c) : -1);
	else
		db_bind_text(q, "c", c);
}

int reseal_batch_read(struct db_tx *tx, void *arg)
{
	struct reseal_batch *b = arg;
	reseal_batch_clear(b);
	b->to = b->from;
	struct db_query *q = db_query(tx, b->use->page);
	key_bind(b->use, q, b->from.a, b->from.b, b->from.c);
	db_bind_int(q, "max", RESEAL_BATCH);
	int rc = 0;
	while (b->n < RESEAL_BATCH && (rc = db_step(q)) == 1)
		if ((rc = row_take(b, q, &b->rows[b->n++])) < 0)
			break;
	db_done(q);
	if (rc < 0)
		return rc;
	if (b->n) {
		const struct reseal_row *last = &b->rows[b->n - 1];
		memcpy(b->to.a, last->a, sizeof b->to.a);
		memcpy(b->to.b, last->b, sizeof b->to.b);
		memcpy(b->to.c, last->c, sizeof b->to.c);
	}
	b->to.seen += (int64_t)b->n;
	return 0;
}

static int value_again(struct reseal_batch *b, const struct reseal_row *r, size_t k, struct buf *out)
{
	const char *column = b->use->columns[k], *was = r->value[k];
	if (!is_old(b, r, k))
		return buf_add_str(out, was);
	if (column[0] == '#')
		return vault_reindex(b->vault, column + 1, was, out);
	return column[0] ? vault_reseal(b->vault, b->use->name, column, r->id, was, out)
			 : vault_rewrap_key(b->vault, r->id, was, out);
}

static int row_write(struct reseal_batch *b, struct db_tx *tx, const struct reseal_row *r)
{
	struct db_query *q = db_query(tx, b->use->set);
	int rc = 0;
	key_bind(b->use, q, r->a, r->b, r->c);
	for (size_t k = 0; rc == 0 && k < columns(b->use); k++) {
		char param[4] = {'v', (char)('1' + k), '\0'};
		struct buf fresh;
		buf_init(&fresh, 32 << 20);
		rc = value_again(b, r, k, &fresh);
		if (rc == 0)
			db_bind_textn(q, param, buf_view(&fresh));
		buf_fini(&fresh);
	}
	if (rc < 0) {
		db_done(q);
		log_error("reseal", "table=%s row=\"%s\" error=%s", b->use->name, r->id, err_name(rc));
		return rc;
	}
	b->to.done++;
	return db_exec(q);
}

int reseal_batch_write(struct db_tx *tx, void *arg)
{
	struct reseal_batch *b = arg;
	int rc = reseal_batch_read(tx, b);
	for (size_t i = 0; rc == 0 && i < b->n; i++)
		if (row_old(b, &b->rows[i]))
			rc = row_write(b, tx, &b->rows[i]);
	return rc == 0 ? reseal_progress_write(tx, b->use->name, &b->to) : rc;
}

int reseal_progress_write(struct db_tx *tx, const char *name, const struct reseal_progress *p)
{
	struct db_query *q = db_query(tx, &progress_put);
	db_bind_text(q, "name", name);
	db_bind_text(q, "key", p->stamp);
	db_bind_text(q, "a", p->a);
	db_bind_text(q, "b", p->b);
	db_bind_text(q, "c", p->c);
	db_bind_int(q, "seen", p->seen);
	db_bind_int(q, "done", p->done);
	return db_exec(q);
}

int reseal_progress_read(struct db_tx *tx, const char *name, struct reseal_progress *p)
{
	struct db_query *q = db_query(tx, &progress_get);
	db_bind_text(q, "name", name);
	int rc = db_step(q);
	if (rc == 1 && strcmp(db_text(q, 0), p->stamp) == 0) {
		snprintf(p->a, sizeof p->a, "%s", db_text(q, 1));
		snprintf(p->b, sizeof p->b, "%s", db_text(q, 2));
		snprintf(p->c, sizeof p->c, "%s", db_text(q, 3));
		p->seen = db_int(q, 4);
		p->done = db_int(q, 5);
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}
