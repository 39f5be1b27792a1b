#include "zones/extranet/store/book_tables.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

/* One statement: who draws at the same time waits for it or is run again. */
DB_STMT(series_take,
	"INSERT INTO reg_series (tenant, kind, period, next) VALUES (:tenant, :kind, :period, :next) ON "
	"CONFLICT (tenant, kind, period) DO UPDATE SET next = reg_series.next + :n RETURNING next - :n");

int book_series(struct db_tx *tx, const char *kind, const char *period, int64_t n, int64_t *first)
{
	struct db_query *q = db_query(tx, &series_take);
	db_bind_text(q, "kind", kind);
	db_bind_text(q, "period", period);
	db_bind_int(q, "next", 1 + n);
	db_bind_int(q, "n", n);
	return db_one_int(q, first);
}

int64_t book_key(const struct book_table *t, const json_t *row)
{
	return json_int(row, t->key);
}

void book_key_text(int64_t key, char out[static BOOK_KEY_TEXT])
{
	snprintf(out, BOOK_KEY_TEXT, "%012lld", (long long)key);
}

/* Sealed values are bound to their table, column and row. */
static int bind_sealed(struct db_query *q, struct vault *v, const struct book_table *t,
	const struct book_column *c, const char *key, const char *plain)
{
	struct buf sealed, index;
	char name[32];
	buf_init(&sealed, 8192);
	buf_init(&index, 256);
	int rc = vault_seal(v, t->name, c->name, key, view_str(plain), &sealed);
	if (rc == 0)
		db_bind_textn(q, c->name, buf_view(&sealed));
	if (rc == 0 && c->kind == BOOK_SINDEX)
		rc = vault_index(v, "id-number", plain, &index);
	if (rc == 0 && c->kind == BOOK_SINDEX) {
		snprintf(name, sizeof name, "%s_index", c->name);
		db_bind_textn(q, name, buf_view(&index));
	}
	buf_fini(&sealed);
	buf_fini(&index);
	return rc;
}

static bool fits(enum book_kind kind, const json_t *v)
{
	switch (kind) {
	case BOOK_INT:
		return json_is_integer(v);
	case BOOK_MAYINT:
		return !v || json_is_null(v) || json_is_integer(v);
	case BOOK_MAYBE:
		return !v || json_is_null(v) || json_is_string(v);
	case BOOK_TEXT:
	case BOOK_SEALED:
	case BOOK_SINDEX:
		break;
	}
	return json_is_string(v);
}

static int bind_column(struct db_query *q, struct vault *v, const struct book_table *t,
	const struct book_column *c, const char *key, const json_t *value, struct err_note *note)
{
	if (!fits(c->kind, value))
		return err_set(note, ERR_SCHEMA, "%s.%s: missing or of another type", t->name, c->name);
	if (c->kind == BOOK_SEALED || c->kind == BOOK_SINDEX)
		return bind_sealed(q, v, t, c, key, json_string_value(value));
	if (json_is_integer(value))
		db_bind_int(q, c->name, json_integer_value(value));
	else
		db_bind_text(q, c->name, json_string_value(value));
	return 0;
}

int book_insert(struct db_tx *tx, struct vault *v, const struct book_table *t, const json_t *row,
	struct err_note *note)
{
	struct db_query *q = db_query(tx, t->insert);
	char key[BOOK_KEY_TEXT];
	int rc = 0;
	book_key_text(book_key(t, row), key);
	for (const struct book_column *c = t->columns; rc == 0 && c->name; c++)
		rc = bind_column(q, v, t, c, key, json_object_get(row, c->name), note);
	if (rc < 0) {
		db_done(q);
		return rc;
	}
	return db_exec(q);
}

int book_end(struct db_tx *tx, const struct book_table *t, int64_t key, const char *at, const char *ywh)
{
	REQUIRE(t->end);
	struct db_query *q = db_query(tx, t->end);
	db_bind_int(q, "key", key);
	db_bind_text(q, "at", at);
	db_bind_text(q, "ywh", ywh);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) != 1 ? ERR_CONFLICT : rc;
}

static json_t *unsealed(struct db_query *q, struct vault *v, const struct book_table *t,
	const struct book_column *c, int at, const char *key, int *rc)
{
	struct buf plain;
	json_t *out = NULL;
	buf_init(&plain, 8192);
	*rc = vault_unseal(v, t->name, c->name, key, db_text(q, at), &plain);
	if (*rc == 0)
		out = json_stringn(plain.n ? (const char *)plain.p : "", plain.n);
	buf_fini(&plain);
	return out;
}

/* The row the query stands on; its columns come in the table's order. */
static int row_read(struct db_query *q, struct vault *v, const struct book_table *t, json_t **out)
{
	json_t *row = json_object();
	char key[BOOK_KEY_TEXT];
	int rc = row ? 0 : ERR_NOMEM, i = 0;
	book_key_text(db_int(q, 0), key);
	for (const struct book_column *c = t->columns; rc == 0 && c->name; c++, i++) {
		json_t *value;
		if (c->kind == BOOK_SEALED || c->kind == BOOK_SINDEX)
			value = unsealed(q, v, t, c, i, key, &rc);
		else if (db_null(q, i))
			value = json_null();
		else if (c->kind == BOOK_INT || c->kind == BOOK_MAYINT)
			value = json_integer(db_int(q, i));
		else
			value = json_string(db_text(q, i));
		if (json_object_set_new(row, c->name, value) && rc == 0)
			rc = ERR_NOMEM;
	}
	if (rc < 0)
		json_decref(row);
	else
		*out = row;
	return rc;
}

int book_get(struct db_tx *tx, struct vault *v, const struct book_table *t, int64_t key, json_t **out)
{
	struct db_query *q = db_query(tx, t->get);
	db_bind_int(q, "key", key);
	int rc = db_step(q);
	if (rc == 1)
		rc = row_read(q, v, t, out);
	else if (rc == 0)
		rc = ERR_NOTFOUND;
	db_done(q);
	return rc;
}

int book_each(struct db_tx *tx, struct vault *v, const struct book_table *t,
	int (*each)(void *arg, int64_t key, json_t *row), void *arg)
{
	struct db_query *q = db_query(tx, t->all);
	int rc;
	while ((rc = db_step(q)) == 1) {
		json_t *row = NULL;
		rc = row_read(q, v, t, &row);
		if (rc == 0)
			rc = each(arg, book_key(t, row), row);
		json_decref(row);
		if (rc != 0)
			break;
	}
	db_done(q);
	return rc;
}

struct db_query *book_ask_unit(struct db_tx *tx, const struct book_table *t, const char *unit, const char *at)
{
	struct db_query *q = db_query(tx, t->of_unit);
	db_bind_text(q, "unit", unit);
	db_bind_text(q, "at", at ? at : BOOK_NOW);
	db_ask(q);
	return q;
}

int book_take_unit(struct db_query *q, struct vault *v, const struct book_table *t, json_t **out)
{
	json_t *rows = json_array();
	int rc = ERR_NOMEM;
	while (rows && (rc = db_step(q)) == 1) {
		json_t *row = NULL;
		rc = row_read(q, v, t, &row);
		if (rc < 0 || json_array_append_new(rows, row)) {
			rc = rc < 0 ? rc : ERR_NOMEM;
			break;
		}
	}
	return db_rows_end(q, rc, rows, out);
}

int book_of_unit(struct db_tx *tx, struct vault *v, const struct book_table *t, const char *unit,
	const char *at, json_t **out)
{
	return book_take_unit(book_ask_unit(tx, t, unit, at), v, t, out);
}
