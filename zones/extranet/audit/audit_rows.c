#include "zones/extranet/audit/audit_state.h"

#include "zones/extranet/store/book_columns.h"
#include "zones/extranet/store/entry_book.h"
#include <stdio.h>
#include <string.h>

#define COLUMNS_MAX 32
enum kind { TEXT, INT, MAYBE, MAYINT, SEALED, SINDEX };
struct column {
	const char *name;
	enum kind kind;
};
#define PICK(kind, name, zh, en, show) PICK_##kind(name)
#define PICK_TEXT(name) #name ", "
#define PICK_INT(name) #name ", "
#define PICK_MAYBE(name) #name ", "
#define PICK_MAYINT(name) #name ", "
#define PICK_SEALED(name) #name ", "
#define PICK_SINDEX(name) #name ", " #name "_index, "
#define COLUMN(kind, name, zh, en, show) {#name, kind},
#define WHOLE(U, M) BOOK_HEAD(M) BOOK_##U(M) BOOK_LIFE(M)
#define STATEMENT(t, U, zh, en, class)                                                                       \
	DB_STMT(audit_##t, "SELECT " WHOLE(U, PICK) "tenant FROM " #t " WHERE tenant = :tenant ORDER BY "    \
						    "bsm");
BOOK_TABLES(STATEMENT)
#define TABLE(t, U, zh, en, class) {#t, &audit_##t, {WHOLE(U, COLUMN){NULL, TEXT}}},
static const struct table {
	const char *name;
	const struct db_stmt *all;
	struct column columns[COLUMNS_MAX];
} tables[] = {BOOK_TABLES(TABLE)};

/* The row in clear; `index`: the stored blind index, if the table has one. NULL: a sealed value does not
 * open. */
static json_t *row_read(
	struct audit_state *s, const struct table *t, struct db_query *q, char *index, size_t size)
{
	json_t *row = json_object();
	char key[32];
	int at = 0;
	snprintf(key, sizeof key, "%012lld", (long long)db_int(q, 0));
	for (const struct column *c = t->columns; c->name && row; c++, at++) {
		struct buf plain;
		json_t *v = NULL;
		buf_init(&plain, 8192);
		if (c->kind == SEALED || c->kind == SINDEX) {
			if (vault_unseal(s->a->vault, t->name, c->name, key, db_text(q, at), &plain) == 0)
				v = json_stringn(plain.n ? (const char *)plain.p : "", plain.n);
		} else if (db_null(q, at)) {
			v = json_null();
		} else if (c->kind == INT || c->kind == MAYINT) {
			v = json_integer(db_int(q, at));
		} else {
			v = json_string(db_text(q, at));
		}
		buf_fini(&plain);
		if (c->kind == SINDEX)
			snprintf(index, size, "%s", db_text(q, ++at));
		if (!v) {
			json_decref(row);
			return NULL;
		}
		json_object_set_new(row, c->name, v);
	}
	return row;
}

/* Every identity number has its blind index: by it the holder is found. */
static bool index_right(struct audit_state *s, const struct table *t, const json_t *row, const char *stored)
{
	const struct column *c = t->columns;
	while (c->name && c->kind != SINDEX)
		c++;
	if (!c->name)
		return true;
	struct vault_lookup holder;
	return vault_find(s->a->vault, "id-number", json_str(row, "zjh"), &holder) == 0 &&
	       vault_index_is(&holder, stored);
}

/* As it was before it ended. */
static bool made_right(struct audit_state *s, const char *table, const json_t *row, const struct audit_row *r)
{
	const struct audit_entry *e = &s->log[r->made - 1];
	json_t *was = json_copy((json_t *)(uintptr_t)row);
	char hex[DIGEST_HEX];
	if (strcmp(json_str(row, "zzywh"), json_str(row, "ywh")) != 0) {
		json_object_set_new(was, "yxq_z", json_null());
		json_object_set_new(was, "zzywh", json_null());
	}
	bool right = strcmp(r->table, table) == 0 && strcmp(json_str(row, "ywh"), e->ywh) == 0 &&
		     entry_book_row_digest(s->a->suite, e->salt, '+', table, was, hex) == 0 &&
		     strcmp(hex, r->made_hex) == 0;
	json_decref(was);
	return right;
}

static bool end_right(struct audit_state *s, const char *table, const json_t *row, const struct audit_row *r)
{
	bool over = json_is_string(json_object_get(row, "yxq_z")),
	     at_once = strcmp(json_str(row, "zzywh"), json_str(row, "ywh")) == 0;
	char hex[DIGEST_HEX];
	if (!over || at_once)
		return r->ended == 0 && (!over || at_once);
	if (!r->ended)
		return false;
	const struct audit_entry *e = &s->log[r->ended - 1];
	return strcmp(json_str(row, "zzywh"), e->ywh) == 0 &&
	       entry_book_row_digest(s->a->suite, e->salt, '-', table, row, hex) == 0 &&
	       strcmp(hex, r->ended_hex) == 0;
}

static void row_judge(struct audit_state *s, const struct table *t, int64_t key, const json_t *row,
	const char *index, const char *unit)
{
	struct audit_row *r = audit_row_of(s, key);
	const char *what = NULL;
	if (!r) {
		if (s->log_damaged)
			return; /* a damaged entry vouches for nothing; its rows are not told for it */
		audit_find_row(s, "FOREIGN", t->name, key, "no entry of the log made this row");
		json_object_set_new(s->units, unit, json_true());
		return;
	}
	r->seen |= strcmp(r->table, t->name) == 0;
	if (!row)
		what = "a sealed value does not open";
	else if (!made_right(s, t->name, row, r))
		what = "not the row that its entry made";
	else if (!end_right(s, t->name, row, r) && !(s->log_damaged && !r->ended))
		what = "not ended as the log says";
	else if (!index_right(s, t, row, index))
		what = "the blind index is another number's";
	if (row) {
		const char *paper = json_str(row, "bdcqzh");
		snprintf(r->paper, sizeof r->paper, "%s", *paper ? paper : json_str(row, "bdcdjzmh"));
		snprintf(r->unit, sizeof r->unit, "%s", unit);
	}
	if (!what)
		return;
	r->damaged = true;
	audit_find_row(s, "ROW", t->name, key, what);
	json_object_set_new(s->units, unit, json_true());
}

static int table_audit(struct audit_state *s, const struct table *t)
{
	struct db_query *q = db_query(s->tx, t->all);
	int rc;
	while ((rc = db_step(q)) == 1) {
		char index[256] = "", unit[64];
		snprintf(unit, sizeof unit, "%s", db_text(q, 1));
		json_t *row = row_read(s, t, q, index, sizeof index);
		row_judge(s, t, db_int(q, 0), row, index, unit);
		s->a->rows++;
		json_decref(row);
	}
	db_done(q);
	return rc;
}

int audit_rows(struct audit_state *s)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < sizeof tables / sizeof tables[0]; i++)
		rc = table_audit(s, &tables[i]);
	for (size_t i = 0; rc == 0 && i < s->nrows; i++) {
		const struct audit_row *r = &s->rows[i];
		if (r->made && !r->seen) {
			audit_find_row(s, "MISSING", r->table, (int64_t)i + 1, "the row is not there");
			s->missing = true;
		} else if (!r->made && !s->log_damaged)
			audit_find_row(s, "GAP", "bsm", (int64_t)i + 1, "this number was given to no row");
	}
	return rc;
}
