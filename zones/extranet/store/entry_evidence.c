#include "zones/extranet/store/entry_evidence.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX (1 << 22)
#define ENTRIES_MAX 200

DB_STMT(evidence_entries, "SELECT xh FROM djlog WHERE tenant = :tenant AND ywh = :ywh ORDER BY +xh");
DB_STMT(evidence_before, "SELECT lz FROM djlog WHERE tenant = :tenant AND xh = :xh");

struct evidence {
	struct vault *v;
	const struct suite *s;
	struct db_tx *tx;
};

static int text_add(json_t *to, const char *head, const json_t *row)
{
	struct buf text;
	buf_init(&text, TEXT_MAX);
	int rc = buf_add_str(&text, head);
	if (rc == 0)
		rc = json_canon(row, &text);
	if (rc == 0 && json_object_set_new(to, "text", json_stringn((const char *)text.p, text.n)))
		rc = ERR_NOMEM;
	buf_fini(&text);
	return rc;
}

/* A row as it was inserted: what ended it came later, but for one that its own case ended. */
static json_t *row_then(json_t *row, char op)
{
	json_t *was = json_copy(row);
	if (op == '+' && strcmp(json_str(row, "zzywh"), json_str(row, "ywh")) != 0) {
		json_object_set_new(was, "yxq_z", json_null());
		json_object_set_new(was, "zzywh", json_null());
	}
	return was;
}

/* one: ["+","fdcq2",17,"digest"] of the log row. */
static int row_add(const struct evidence *e, const json_t *one, const char *salt, json_t *to)
{
	const char *op = json_string_value(json_array_get(one, 0)),
		   *name = json_string_value(json_array_get(one, 1)),
		   *digest = json_string_value(json_array_get(one, 3));
	int64_t key = json_integer_value(json_array_get(one, 2));
	const struct book_table *t = name ? book_table_find(name) : NULL;
	json_t *row = NULL, *was = NULL, *o = NULL;
	char hex[DIGEST_HEX], head[128];
	if (!op || !t || !digest)
		return ERR_DIGEST;
	int rc = book_get(e->tx, e->v, t, key, &row);
	if (rc == 0)
		rc = (was = row_then(row, *op)) ? 0 : ERR_NOMEM;
	if (rc == 0)
		rc = entry_book_row_digest(e->s, salt, *op, name, was, hex);
	if (rc == 0 && strcmp(hex, digest) != 0)
		rc = ERR_DIGEST;
	if (rc == 0) {
		snprintf(head, sizeof head, "%s\n%s\n%s\n", salt, op, name);
		o = json_pack("{s:s,s:s,s:I,s:s,s:O}", "op", op, "table", name, "key", (json_int_t)key,
			"digest", digest, "row", was);
		rc = o ? text_add(o, head, was) : ERR_NOMEM;
	}
	if (rc == 0)
		rc = json_array_append(to, o) ? ERR_NOMEM : 0;
	json_decref(o);
	json_decref(was);
	json_decref(row);
	return rc == ERR_NOTFOUND ? ERR_DIGEST : rc;
}

static int rows_add(const struct evidence *e, const json_t *log, json_t *to)
{
	json_t *list = NULL, *rows = json_array();
	const json_t *one;
	size_t i;
	int rc = json_parse(view_str(json_str(log, "mx")), 1 << 20, &list, NULL);
	json_array_foreach(list, i, one) if (rc == 0) rc = row_add(e, one, json_str(log, "yz"), rows);
	if (json_object_set_new(to, "rows", rows) && rc == 0)
		rc = ERR_NOMEM;
	json_decref(list);
	return rc;
}

static int before_read(const struct evidence *e, int64_t xh, char out[static DIGEST_HEX + 1])
{
	struct db_query *q = db_query(e->tx, &evidence_before);
	db_bind_int(q, "xh", xh - 1);
	int rc = db_step(q);
	snprintf(out, DIGEST_HEX + 1, "%s\n", rc == 1 ? db_text(q, 0) : "");
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int entry_add(const struct evidence *e, int64_t xh, json_t *to)
{
	json_t *log = NULL, *o = NULL;
	char before[DIGEST_HEX + 1], chain[DIGEST_HEX], hex[DIGEST_HEX];
	int rc = book_get(e->tx, e->v, book_table_find("djlog"), xh, &log);
	if (rc == 0)
		rc = before_read(e, xh, before);
	if (rc < 0)
		return rc;
	snprintf(chain, sizeof chain, "%s", json_str(log, "lz"));
	json_object_del(log, "lz");
	o = json_pack("{s:I,s:s,s:s,s:s,s:s}", "n", (json_int_t)xh, "unit", json_str(log, "bdcdyh"), "at",
		json_str(log, "djsj"), "by", json_str(log, "dbr"), "chain", chain);
	rc = o ? text_add(o, before, log) : ERR_NOMEM;
	if (rc == 0) {
		digest_hex_of(e->s, view_str(json_str(o, "text")), hex);
		rc = strcmp(hex, chain) == 0 ? rows_add(e, log, o) : ERR_DIGEST;
	}
	if (rc == 0)
		rc = json_array_append(to, o) ? ERR_NOMEM : 0;
	json_decref(o);
	json_decref(log);
	return rc;
}

int entry_evidence(struct vault *v, const struct suite *s, struct db_tx *tx, const char *ywh, json_t **out)
{
	const struct evidence e = {v, s, tx};
	int64_t xh[ENTRIES_MAX];
	size_t n = 0;
	int rc;
	struct db_query *q = db_query(tx, &evidence_entries);
	db_bind_text(q, "ywh", ywh);
	while ((rc = db_step(q)) == 1 && n < ENTRIES_MAX)
		xh[n++] = db_int(q, 0);
	db_done(q);
	if (rc != 0)
		return rc < 0 ? rc : ERR_LIMIT;
	json_t *rows = json_array();
	rc = rows ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = entry_add(&e, xh[i], rows);
	if (rc == 0)
		*out = rows;
	else
		json_decref(rows);
	return rc;
}
