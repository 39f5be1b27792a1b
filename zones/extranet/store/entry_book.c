#include "zones/extranet/store/entry_book_impl.h"

#include "zones/extranet/domain/right.h"
#include "zones/extranet/store/location.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 150 /* a row of the log names them all and travels whole */

DB_STMT(log_last, "SELECT xh, djsj, lz FROM djlog WHERE tenant = :tenant ORDER BY xh DESC LIMIT 1");

int entry_book_newest(struct db_tx *tx, char at[static TIME_TEXT])
{
	struct db_query *q = db_query(tx, &log_last);
	int rc = db_found(db_step(q));
	if (rc == 0)
		snprintf(at, TIME_TEXT, "%s", db_text(q, 1));
	db_done(q);
	return rc;
}

/* Where the log stands; the instant never goes back behind it. */
static int begin(struct entry_book_writing *w)
{
	struct db_query *q = db_query(w->tx, &log_last);
	int rc = db_step(q);
	time_text(w->o->now_ms, w->out->at);
	if (rc == 1) {
		w->last_log = db_int(q, 0);
		if (strcmp(db_text(q, 1), w->out->at) > 0)
			snprintf(w->out->at, sizeof w->out->at, "%s", db_text(q, 1));
		snprintf(w->before, sizeof w->before, "%s", db_text(q, 2));
	}
	db_done(q);
	day_of_instant(w->out->at, w->day);
	size_t inserts = json_array_size(w->o->plan->inserts);
	if (rc < 0 || inserts == 0)
		return rc < 0 ? rc : 0;
	return book_series(w->tx, "bsm", "", (int64_t)inserts, &w->first_row);
}

static size_t log_of(const struct entry_book_writing *w, const char *unit)
{
	size_t i;
	const json_t *u;
	json_array_foreach(w->o->plan->units, i, u)
	{
		if (strcmp(json_string_value(u), unit) == 0)
			return i;
	}
	return 0; /* land and buildings stand with the case's own unit */
}

int entry_book_publish(struct entry_book_writing *w, char op, const struct book_table *t, int64_t key)
{
	struct buf text;
	char name[BOOK_KEY_TEXT];
	struct entry_book_line *l = &w->lines[w->n];
	int rc = book_get(w->tx, w->b->vault, t, key, &l->row);
	if (rc < 0)
		return rc;
	*l = (struct entry_book_line){op, t, key, l->row, log_of(w, json_str(l->row, "bdcdyh"))};
	w->n++;
	book_key_text(key, name);
	buf_init(&text, 1 << 20);
	rc = json_canon(l->row, &text);
	if (rc == 0 &&
		json_array_append_new(w->out->rows, json_pack("{s:s,s:s,s:s}", "table", book_table_name(t),
							    "key", name, "row", (const char *)text.p)))
		rc = ERR_NOMEM;
	buf_fini(&text);
	return rc;
}

static int rows_end(struct entry_book_writing *w)
{
	size_t i;
	const json_t *one;
	json_array_foreach(w->o->plan->ends, i, one)
	{
		const struct book_table *t = book_table_find(json_str(one, "table"));
		int64_t key = json_int(one, "bsm");
		REQUIRE(t);
		int rc = book_end(w->tx, t, key, w->out->at, w->o->ywh);
		if (rc == ERR_CONFLICT)
			return err_set(w->note, rc, "row %lld of %s is not in force any more", (long long)key,
				json_str(one, "table"));
		if (rc == 0)
			rc = entry_book_publish(w, '-', t, key);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Row numbers of the plan become those of the book. */
static void number_set(const struct entry_book_writing *w, json_t *row, const char *column)
{
	int64_t n = json_int(row, column);
	if (n < 0)
		json_object_set_new(row, column, json_integer(w->first_row - n - 1));
}

static void row_complete(const struct entry_book_writing *w, json_t *row, int64_t key)
{
	const char *column;
	json_t *value;
	void *next;
	json_object_foreach_safe(row, next, column, value)
	{
		if (!json_is_string(value))
			continue;
		if (strcmp(json_string_value(value), PLAN_AT) == 0)
			json_object_set_new(row, column, json_string(w->out->at));
		else if (strcmp(json_string_value(value), PLAN_WHO) == 0)
			json_object_set_new(row, column, json_string(w->o->who));
	}
	json_object_set_new(row, "bsm", json_integer(key));
	number_set(w, row, "qlbsm");
	number_set(w, row, "ssbsm");
	number_set(w, row, "zxbsm");
	json_object_set_new(row, "ywh", json_string(w->o->ywh));
	if (!json_object_get(row, "yxq_q"))
		json_object_set_new(row, "yxq_q", json_string(w->out->at));
	/* History that is taken in was over before it came. */
	bool over = json_is_string(json_object_get(row, "yxq_z"));
	if (!over)
		json_object_set_new(row, "yxq_z", json_null());
	json_object_set_new(row, "zzywh", over ? json_string(w->o->ywh) : json_null());
}

/* The paper of a right: a number of its own when the plan says so, else the one it brought along. */
static int paper_give(
	struct entry_book_writing *w, const char *table, json_t *row, int64_t key, enum entry_paper paper)
{
	char number[NUMBER_CERTIFICATE];
	bool proof = paper == ENTRY_PROOF;
	if (paper == ENTRY_NO_PAPER)
		return 0;
	const char *column = right_paper_column(table);
	REQUIRE(column && right_has_proof(table) == proof);
	int rc = paper_draw(w->tx, &w->b->office, proof, w->day, json_str(row, "bdcdyh"), key, w->o->ywh,
		w->out->at, number);
	if (rc == 0)
		json_object_set_new(row, column, json_string(number));
	return rc;
}

static int row_insert(struct entry_book_writing *w, const json_t *one, int64_t key)
{
	const char *table = json_str(one, "table");
	const struct book_table *t = book_table_find(table);
	json_t *row = json_copy(json_object_get(one, "row"));
	REQUIRE(t);
	if (!row)
		return ERR_NOMEM;
	row_complete(w, row, key);
	int rc = paper_give(w, table, row, key, (enum entry_paper)json_int(one, "paper"));
	if (rc == 0)
		rc = book_insert(w->tx, w->b->vault, t, row, w->note);
	if (rc == 0)
		rc = location_index(w->tx, table, row);
	if (rc == 0)
		rc = entry_book_publish(w, '+', t, key);
	if (rc == 0 && !json_equal(row, w->lines[w->n - 1].row))
		rc = err_set(w->note, ERR_BUG, "row %lld of %s: read back otherwise than written",
			(long long)key, table);
	json_decref(row);
	return rc;
}

static int rows_insert(struct entry_book_writing *w)
{
	size_t i;
	const json_t *one;
	json_array_foreach(w->o->plan->inserts, i, one)
	{
		int rc = row_insert(w, one, w->first_row + (int64_t)i);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int entry_book_write(const struct entry_book *b, struct db_tx *tx, const struct entry_order *o,
	struct entry_written *out, struct err_note *note)
{
	struct entry_book_writing w = {.b = b, .tx = tx, .o = o, .out = out, .note = note};
	size_t units = json_array_size(o->plan->units),
	       rows = json_array_size(o->plan->inserts) + json_array_size(o->plan->ends);
	*out = (struct entry_written){.rows = json_array()};
	if (rows == 0 || rows > ROWS_MAX)
		return err_set(note, ERR_LIMIT, "an entry of %zu rows", rows);
	w.lines = calloc(rows + units, sizeof *w.lines);
	int rc = w.lines && out->rows ? begin(&w) : ERR_NOMEM;
	if (rc == 0)
		rc = rows_end(&w);
	if (rc == 0)
		rc = rows_insert(&w);
	size_t written = w.n;
	for (size_t i = 0; rc == 0 && i < units; i++) {
		rc = entry_book_log_close(&w, i);
		/* The rows of the log are no rows of the entry. */
		w.n = rc == 0 ? written : w.n;
		json_decref(rc == 0 ? w.lines[written].row : NULL);
	}
	for (size_t i = 0; i < w.n; i++)
		json_decref(w.lines[i].row);
	free(w.lines);
	if (rc < 0)
		entry_book_fini(out);
	return rc;
}

void entry_book_fini(struct entry_written *w)
{
	json_decref(w->rows);
	w->rows = NULL;
}
