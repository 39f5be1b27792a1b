/* Search of the register: by certificate number, holder (exact, by blind index) and words of a location. Unit
 * codes are looked up directly (register.c). */
#include "common/message/format.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/store/location.h"
#include "zones/extranet/store/paper.h"
#include <stdlib.h>
#include <string.h>

#define PAGE 50

/* Two runs of the index, merged: each is read in its order. */
DB_STMT(holder_units,
	"SELECT bsm, bdcdyh, qltb FROM qlr WHERE tenant = :tenant AND zjh_index = :now AND bsm > :after AND "
	"yxq_z IS NULL UNION ALL SELECT bsm, bdcdyh, qltb FROM qlr WHERE tenant = :tenant AND zjh_index = "
	":before AND bsm > :after AND yxq_z IS NULL ORDER BY bsm LIMIT 50");
DB_STMT(unit_words,
	"SELECT zl FROM h WHERE tenant = :tenant AND bdcdyh = :unit AND yxq_z IS NULL"
	" UNION ALL SELECT zl FROM zdjbxx WHERE tenant = :tenant AND bdcdyh = :unit AND yxq_z IS NULL"
	" UNION ALL SELECT zl FROM zhjbxx WHERE tenant = :tenant AND bdcdyh = :unit AND yxq_z IS NULL"
	" UNION ALL SELECT zl FROM lq WHERE tenant = :tenant AND bdcdyh = :unit AND yxq_z IS NULL");

struct search {
	struct service *s;
	const char *words, *number, *holder, *name, *after;
	json_t *rows;
	char next[LOCATION_CURSOR];
	struct err_note note;
};

static int row_add(struct search *q, struct db_tx *tx, const char *unit, const char *table)
{
	struct db_query *l = db_query(tx, &unit_words);
	db_bind_text(l, "unit", unit);
	int rc = db_step(l);
	if (rc >= 0 && json_array_append_new(q->rows, json_pack("{s:s,s:s,s:s}", "unit", unit, "location",
							      rc == 1 ? db_text(l, 0) : "", "table", table)))
		rc = ERR_NOMEM;
	db_done(l);
	return rc < 0 ? rc : 0;
}

static int by_number(struct search *q, struct db_tx *tx)
{
	json_t *paper = NULL;
	int rc = paper_find(tx, q->number, &paper);
	if (rc == 0)
		rc = *json_str(paper, "unit")
			     ? row_add(q, tx, json_str(paper, "unit"), json_str(paper, "kind"))
			     : 0;
	json_decref(paper);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int by_words(struct search *q, struct db_tx *tx)
{
	json_t *units = NULL, *unit;
	size_t i;
	int rc = location_search(tx, q->words, q->after, PAGE, &units, q->next, &q->note);
	json_array_foreach(units, i, unit) if (rc == 0) rc = row_add(q, tx, json_string_value(unit), "");
	json_decref(units);
	return rc;
}

/* Rows of the index first: the names are compared in clear. */
static int by_holder(struct search *q, struct db_tx *tx)
{
	struct vault_lookup holder;
	json_t *found = json_array(), *one;
	size_t i;
	int rc = vault_find(q->s->vault, "id-number", q->holder, &holder);
	if (rc == 0) {
		struct db_query *h = db_query(tx, &holder_units);
		db_bind_text(h, "now", holder.now);
		db_bind_text(h, "before", holder.before);
		db_bind_int(h, "after", atoll(q->after));
		while ((rc = db_step(h)) == 1)
			json_array_append_new(
				found, json_pack("{s:I,s:s,s:s}", "bsm", (json_int_t)db_int(h, 0), "unit",
					       db_text(h, 1), "table", db_text(h, 2)));
		db_done(h);
	}
	json_array_foreach(found, i, one)
	{
		json_t *row = NULL;
		if (rc == 0)
			rc = book_get(tx, q->s->vault, book_table_find("qlr"), json_int(one, "bsm"), &row);
		if (rc == 0 && (!*q->name || strcmp(json_str(row, "qlrmc"), q->name) == 0))
			rc = row_add(q, tx, json_str(one, "unit"), json_str(one, "table"));
		json_decref(row);
	}
	if (rc == 0 && json_array_size(found) == PAGE)
		snprintf(q->next, sizeof q->next, "%lld",
			(long long)json_int(json_array_get(found, PAGE - 1), "bsm"));
	json_decref(found);
	return rc;
}

static int search_read(struct db_tx *tx, void *arg)
{
	struct search *q = arg;
	json_decref(q->rows);
	q->rows = json_array();
	q->next[0] = '\0';
	if (*q->number)
		return by_number(q, tx);
	return *q->holder ? by_holder(q, tx) : by_words(q, tx);
}

/* In the body, so that no number of a person stands in an address or a log of addresses. */
int api_register_search(struct http_request *r)
{
	static const char *const keys[] = {"words", "number", "holder", "name", "reason", "after", NULL};
	const json_t *b = http_body(r);
	struct search q = {.s = http_arg(r),
		.words = json_str(b, "words"),
		.number = json_str(b, "number"),
		.holder = json_str(b, "holder"),
		.name = json_str(b, "name"),
		.after = json_str(b, "after")};
	struct err_note note = {0};
	int asked = (*q.words != 0) + (*q.number != 0) + (*q.holder != 0);
	int rc = json_only_keys(b, keys, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	if (asked != 1)
		return http_fail(r, ERR_SCHEMA, "one of words, number, holder is needed");
	/* Who asks for a person says why; the look is recorded before it is answered. */
	if (*q.holder && (rc = account_reveal(r, "register.search", json_str(b, "reason"))) < 0)
		return rc;
	rc = account_read(r, search_read, &q);
	if (rc < 0) {
		json_decref(q.rows);
		return q.note.err == rc ? http_fail_note(r, &q.note) : rc;
	}
	return http_reply_json(r, 200, json_pack("{s:o,s:s}", "rows", q.rows, "next", q.next));
}
