#include "common/service/reseal.h"

#include "common/base/embed.h"
#include "common/log/log.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

EMBED(reseal_sql_0001, "common/service/sql/0001-reseal.sqlite.sql");
EMBED(reseal_pg_0001, "common/service/sql/0001-reseal.pg.sql");
static const struct db_migration migrations[] = {{1, "reseal", reseal_sql_0001, reseal_pg_0001}};
const struct db_schema reseal_schema = {"reseal", migrations, 1};

DB_STMT_CROSS(account_sealed,
	"SELECT tenant, id, '', id, name, id_number FROM account WHERE (tenant, id) > (:a, :b) AND :c = ''"
	" ORDER BY tenant, id LIMIT :max");
DB_STMT_CROSS(account_reseal,
	"UPDATE account SET name = :v1, id_number = :v2, id_index = :x WHERE tenant = :a AND id = :b AND "
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
	{"account", &account_sealed, &account_reseal, {"name", "id_number"}, "id-number", false},
	{"outbox", &outbox_sealed, &outbox_reseal, {"body"}, NULL, false},
	{"outbox_attachment", &outbox_keys, &outbox_rewrap, {""}, NULL, true},
	{"inbox", &inbox_sealed, &inbox_reseal, {"body"}, NULL, true},
	{"inbox_attachment", &inbox_keys, &inbox_rewrap, {""}, NULL, true},
	{NULL, NULL, NULL, {NULL}, NULL, false}};

DB_STMT_CROSS(progress_get, "SELECT key_id, a, b, c, seen, done FROM reseal_progress WHERE name = :name");
DB_STMT_CROSS(progress_put,
	"INSERT INTO reseal_progress (name, key_id, a, b, c, seen, done) VALUES (:name, :key, :a, :b, :c, "
	":seen,"
	" :done) ON CONFLICT (name) DO UPDATE SET key_id = excluded.key_id, a = excluded.a, b = excluded.b, "
	"c = excluded.c, seen = excluded.seen, done = excluded.done");

#define BATCH 64

struct reseal {
	struct db *db;
	struct vault *vault;
	const struct reseal_use *uses;
	pthread_mutex_t lock;
	pthread_cond_t change;
	pthread_t thread;
	bool started, wanted;
	atomic_bool stop;
};

static const struct reseal_use *use_at(const struct reseal *r, size_t i)
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

/* ---- one batch: read, sealed anew and written in one transaction */

struct row {
	char a[64], b[160], c[64], id[200];
	char *value[RESEAL_COLUMNS];
};
struct progress {
	char key_id[16], a[64], b[160], c[64];
	int64_t seen, done;
};
struct batch {
	struct reseal *r;
	const struct reseal_use *use;
	bool force;
	struct progress p;
	struct row rows[BATCH];
	size_t n;
	bool found; /* a value under an old key */
};

static size_t columns(const struct reseal_use *u)
{
	size_t n = 0;
	while (n < RESEAL_COLUMNS && u->columns[n])
		n++;
	return n;
}

static void rows_free(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; k < RESEAL_COLUMNS; k++)
			free(b->rows[i].value[k]);
	memset(b->rows, 0, sizeof b->rows);
	b->n = 0;
}

static int row_take(struct batch *b, struct db_query *q, struct row *r)
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
	for (size_t k = 0; k < columns(b->use); k++) {
		r->value[k] = strdup(db_text(q, 4 + (int)k));
		if (!r->value[k])
			return ERR_NOMEM;
		if (*r->value[k] && !vault_is_current(b->r->vault, r->value[k]))
			b->found = true;
	}
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

static int batch_read(struct db_tx *tx, void *arg)
{
	struct batch *b = arg;
	rows_free(b);
	b->found = false;
	struct db_query *q = db_query(tx, b->use->page);
	key_bind(b->use, q, b->p.a, b->p.b, b->p.c);
	db_bind_int(q, "max", BATCH);
	int rc;
	while ((rc = db_step(q)) == 1 && b->n < BATCH) {
		rc = row_take(b, q, &b->rows[b->n++]);
		if (rc < 0)
			break;
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int index_bind(struct batch *b, struct db_query *q, const struct row *r)
{
	size_t last = columns(b->use) - 1;
	struct buf plain, index;
	buf_init(&plain, 1 << 20);
	buf_init(&index, 256);
	int rc =
		vault_unseal(b->r->vault, b->use->name, b->use->columns[last], r->id, r->value[last], &plain);
	if (rc == 0)
		rc = vault_index(
			b->r->vault, b->use->index_kind, plain.n ? (const char *)plain.p : "", &index);
	if (rc == 0)
		db_bind_textn(q, "x", buf_view(&index));
	buf_fini(&plain);
	buf_fini(&index);
	return rc;
}

static int value_bind(struct batch *b, struct db_query *q, const struct row *r, size_t k)
{
	char param[4] = {'v', (char)('1' + k), '\0'};
	struct buf fresh;
	buf_init(&fresh, 32 << 20);
	int rc = 0;
	if (!*r->value[k])
		rc = buf_add_str(&fresh, "");
	else if (b->use->columns[k][0])
		rc = vault_reseal(b->r->vault, b->use->name, b->use->columns[k], r->id, r->value[k], &fresh);
	else
		rc = vault_rewrap_key(b->r->vault, r->id, r->value[k], &fresh);
	if (rc == 0)
		db_bind_textn(q, param, buf_view(&fresh));
	buf_fini(&fresh);
	return rc;
}

static int row_write(struct batch *b, struct db_tx *tx, const struct row *r)
{
	bool old = b->force;
	for (size_t k = 0; k < columns(b->use); k++)
		old = old || (*r->value[k] && !vault_is_current(b->r->vault, r->value[k]));
	if (!old)
		return 0;
	struct db_query *q = db_query(tx, b->use->set);
	key_bind(b->use, q, r->a, r->b, r->c);
	int rc = b->use->index_kind ? index_bind(b, q, r) : 0;
	for (size_t k = 0; rc == 0 && k < columns(b->use); k++)
		rc = value_bind(b, q, r, k);
	if (rc < 0) {
		db_done(q);
		log_error("reseal", "table=%s row=\"%s\" error=%s", b->use->name, r->id, err_name(rc));
		return rc;
	}
	b->p.done++;
	return db_exec(q);
}

static int progress_write(struct batch *b, struct db_tx *tx)
{
	struct db_query *q = db_query(tx, &progress_put);
	db_bind_text(q, "name", b->use->name);
	db_bind_text(q, "key", b->p.key_id);
	db_bind_text(q, "a", b->p.a);
	db_bind_text(q, "b", b->p.b);
	db_bind_text(q, "c", b->p.c);
	db_bind_int(q, "seen", b->p.seen);
	db_bind_int(q, "done", b->p.done);
	return db_exec(q);
}

static int batch_write(struct db_tx *tx, void *arg)
{
	struct batch *b = arg;
	struct progress was = b->p;
	int rc = batch_read(tx, b);
	for (size_t i = 0; rc == 0 && i < b->n; i++)
		rc = row_write(b, tx, &b->rows[i]);
	if (rc == 0 && b->n) {
		const struct row *last = &b->rows[b->n - 1];
		memcpy(b->p.a, last->a, sizeof b->p.a);
		memcpy(b->p.b, last->b, sizeof b->p.b);
		memcpy(b->p.c, last->c, sizeof b->p.c);
		b->p.seen += (int64_t)b->n;
	}
	if (rc == 0)
		rc = progress_write(b, tx);
	if (rc < 0)
		b->p = was;
	return rc;
}

/* ---- a table, all tables */

static int progress_read(struct db_tx *tx, void *arg)
{
	struct batch *b = arg;
	struct db_query *q = db_query(tx, &progress_get);
	db_bind_text(q, "name", b->use->name);
	int rc = db_step(q);
	if (rc == 1 && strcmp(db_text(q, 0), b->p.key_id) == 0) {
		snprintf(b->p.a, sizeof b->p.a, "%s", db_text(q, 1));
		snprintf(b->p.b, sizeof b->p.b, "%s", db_text(q, 2));
		snprintf(b->p.c, sizeof b->p.c, "%s", db_text(q, 3));
		b->p.seen = db_int(q, 4);
		b->p.done = db_int(q, 5);
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int key_id(struct reseal *r, char out[static 16])
{
	json_t *keys = NULL;
	int rc = vault_keys_json(r->vault, &keys);
	if (rc < 0)
		return rc;
	const json_t *list = json_object_get(keys, "column");
	snprintf(out, 16, "%s", json_string_value(json_array_get(list, json_array_size(list) - 1)));
	json_decref(keys);
	return 0;
}

static int table_run(struct reseal *r, const struct reseal_use *u, bool force)
{
	struct batch *b = calloc(1, sizeof *b);
	if (!b)
		return ERR_NOMEM;
	b->r = r;
	b->use = u;
	b->force = force;
	int rc = key_id(r, b->p.key_id);
	if (rc == 0 && !force)
		rc = db_read(r->db, "", progress_read, b);
	do {
		if (rc == 0)
			rc = atomic_load(&r->stop) ? ERR_STOPPING : db_write(r->db, "", batch_write, b);
	} while (rc == 0 && b->n == BATCH);
	rows_free(b);
	free(b);
	return rc;
}

int reseal_all(struct reseal *r, bool force)
{
	const struct reseal_use *u;
	int rc = 0;
	for (size_t i = 0; rc == 0 && (u = use_at(r, i)) != NULL; i++)
		rc = table_run(r, u, force);
	return rc;
}

/* Counts by reading everything: what a pass left because it was written meanwhile is seen too. */
int reseal_left(struct reseal *r, int64_t *out)
{
	const struct reseal_use *u;
	struct batch *b = calloc(1, sizeof *b);
	int64_t left = 0;
	int rc = b ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && (u = use_at(r, i)) != NULL; i++) {
		rows_free(b);
		memset(b, 0, sizeof *b);
		b->r = r;
		b->use = u;
		do {
			rc = db_read(r->db, "", batch_read, b);
			for (size_t k = 0; rc == 0 && k < b->n; k++)
				for (size_t c = 0; c < columns(u); c++)
					left += *b->rows[k].value[c] &&
						!vault_is_current(r->vault, b->rows[k].value[c]);
			if (b->n) {
				memcpy(b->p.a, b->rows[b->n - 1].a, sizeof b->p.a);
				memcpy(b->p.b, b->rows[b->n - 1].b, sizeof b->p.b);
				memcpy(b->p.c, b->rows[b->n - 1].c, sizeof b->p.c);
			}
		} while (rc == 0 && b->n == BATCH);
	}
	if (b)
		rows_free(b);
	free(b);
	if (rc == 0)
		*out = left;
	return rc;
}

/* ---- the thread */

static void *run(void *arg)
{
	struct reseal *r = arg;
	pthread_mutex_lock(&r->lock);
	while (!atomic_load(&r->stop)) {
		if (!r->wanted) {
			pthread_cond_wait(&r->change, &r->lock);
			continue;
		}
		r->wanted = false;
		pthread_mutex_unlock(&r->lock);
		int rc = reseal_all(r, false);
		if (rc < 0 && rc != ERR_STOPPING)
			log_error("reseal", "error=%s", err_name(rc));
		else if (rc == 0)
			log_info("reseal", "text=\"every value is under the newest keys\"");
		pthread_mutex_lock(&r->lock);
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

int reseal_new(struct db *d, struct vault *v, const struct reseal_use *uses, struct reseal **out)
{
	struct reseal *r = calloc(1, sizeof *r);
	if (!r)
		return ERR_NOMEM;
	r->db = d;
	r->vault = v;
	r->uses = uses;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->change, NULL);
	*out = r;
	return 0;
}

int reseal_start(struct reseal *r)
{
	json_t *keys = NULL;
	int rc = vault_keys_json(r->vault, &keys);
	if (rc < 0)
		return rc;
	/* One key alone sealed everything: nothing can be old. */
	r->wanted = json_array_size(json_object_get(keys, "column")) > 1;
	json_decref(keys);
	int eno = pthread_create(&r->thread, NULL, run, r);
	r->started = eno == 0;
	return eno ? err_from_errno(eno) : 0;
}

static void wake(struct reseal *r, bool stop)
{
	pthread_mutex_lock(&r->lock);
	r->wanted = true;
	if (stop)
		atomic_store(&r->stop, true);
	pthread_cond_broadcast(&r->change);
	pthread_mutex_unlock(&r->lock);
}

void reseal_free(struct reseal *r)
{
	if (!r)
		return;
	wake(r, true);
	if (r->started)
		pthread_join(r->thread, NULL);
	pthread_cond_destroy(&r->change);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static int rotate_record(struct db_tx *tx, void *arg)
{
	return audit_record(tx, arg, "keys.rotate", "vault", NULL);
}

/* No record, no action. */
int reseal_rotate(struct reseal *r, const char *who, struct err_note *note)
{
	char copy[64];
	snprintf(copy, sizeof copy, "%s", who);
	int rc = db_write(r->db, "", rotate_record, copy);
	if (rc == 0)
		rc = vault_rotate(r->vault, false, note);
	if (rc == 0)
		wake(r, false);
	return rc;
}

/* ---- for the page */

struct reporting {
	struct reseal *r;
	json_t *tables;
	char key_id[16];
};

static int report_read(struct db_tx *tx, void *arg)
{
	struct reporting *x = arg;
	const struct reseal_use *u;
	int rc = json_array_clear(x->tables);
	for (size_t i = 0; rc == 0 && (u = use_at(x->r, i)) != NULL; i++) {
		struct batch b = {.use = u};
		memcpy(b.p.key_id, x->key_id, sizeof b.p.key_id);
		rc = progress_read(tx, &b);
		if (rc == 0)
			rc = json_array_append_new(
				x->tables, json_pack("{s:s,s:I,s:I}", "name", u->name, "seen",
						   (json_int_t)b.p.seen, "done", (json_int_t)b.p.done));
	}
	return rc;
}

int reseal_report(struct reseal *r, json_t **out)
{
	struct reporting x = {r, json_array(), ""};
	json_t *keys = NULL;
	int64_t left = 0;
	int rc = x.tables ? key_id(r, x.key_id) : ERR_NOMEM;
	if (rc == 0)
		rc = db_read(r->db, "", report_read, &x);
	if (rc == 0)
		rc = reseal_left(r, &left);
	if (rc == 0)
		rc = vault_keys_json(r->vault, &keys);
	if (rc == 0 && !(*out = json_pack("{s:O,s:O,s:I}", "keys", keys, "tables", x.tables, "left",
				 (json_int_t)left)))
		rc = ERR_NOMEM;
	json_decref(keys);
	json_decref(x.tables);
	return rc;
}
