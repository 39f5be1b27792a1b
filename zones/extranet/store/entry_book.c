#include "zones/extranet/store/entry_book.h"

#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/entry_lapse.h"
#include "zones/extranet/domain/right.h"
#include "zones/extranet/store/access.h"
#include "zones/extranet/store/location.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 150 /* a row of the log names them all and travels whole */
#define SALT_BYTES 16

DB_STMT(log_last, "SELECT xh, djsj, lz FROM djlog WHERE tenant = :tenant ORDER BY xh DESC LIMIT 1");

/* What was written to one row, for the log. */
struct line {
	char op;
	const struct book_table *table;
	int64_t key;
	json_t *row; /* read back */
	size_t unit; /* index of the log row it belongs to */
	const char *number;
};
struct writing {
	const struct entry_book *b;
	struct db_tx *tx;
	const struct entry_order *o;
	struct entry_written *out;
	struct err_note *note;
	char day[DAY_TEXT], before[DIGEST_HEX];
	int64_t first_row, last_log;
	struct line *lines;
	size_t n;
};

/* Where the log stands; the instant never goes back behind it. */
static int begin(struct writing *w)
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

static size_t log_of(const struct writing *w, const char *unit)
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

/* Reads the row back and keeps it for copy and log. */
static int publish(struct writing *w, char op, const struct book_table *t, int64_t key)
{
	struct buf text;
	char name[BOOK_KEY_TEXT];
	struct line *l = &w->lines[w->n];
	int rc = book_get(w->tx, w->b->vault, t, key, &l->row);
	if (rc < 0)
		return rc;
	*l = (struct line){op, t, key, l->row, log_of(w, json_str(l->row, "bdcdyh")), ""};
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

static int rows_end(struct writing *w)
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
			rc = publish(w, '-', t, key);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Row numbers of the plan become those of the book. */
static void number_set(const struct writing *w, json_t *row, const char *column)
{
	int64_t n = json_int(row, column);
	if (n < 0)
		json_object_set_new(row, column, json_integer(w->first_row - n - 1));
}

static void row_complete(const struct writing *w, json_t *row, int64_t key)
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
static int paper_give(struct writing *w, const char *table, json_t *row, int64_t key, enum entry_paper paper)
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

static int row_insert(struct writing *w, const json_t *one, int64_t key)
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
		rc = publish(w, '+', t, key);
	if (rc == 0 && !json_equal(row, w->lines[w->n - 1].row))
		rc = err_set(w->note, ERR_BUG, "row %lld of %s: read back otherwise than written",
			(long long)key, table);
	json_decref(row);
	return rc;
}

static int rows_insert(struct writing *w)
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

/* mx: [["+","fdcq2",17,"digest"] …] of one log row; its first paper and the number of papers. */
static int list_make(struct writing *w, size_t unit, const char *salt, json_t *list, const char **number,
	int *titles, int *proofs)
{
	*number = "";
	*titles = *proofs = 0;
	for (size_t i = 0; i < w->n; i++) {
		struct line *l = &w->lines[i];
		const char *table = book_table_name(l->table), *column = right_paper_column(table);
		char hex[DIGEST_HEX], op[2] = {l->op, '\0'};
		if (l->unit != unit)
			continue;
		int rc = entry_book_row_digest(w->b->suite, salt, l->op, table, l->row, hex);
		if (rc < 0)
			return rc;
		json_array_append_new(list, json_pack("[s,s,I,s]", op, table, (json_int_t)l->key, hex));
		const json_t *plan = json_array_get(
			w->o->plan->inserts, (size_t)(l->op == '+' ? l->key - w->first_row : 0));
		if (l->op != '+' || !column || json_int(plan, "paper") == ENTRY_NO_PAPER)
			continue;
		*titles += !right_has_proof(table);
		*proofs += right_has_proof(table);
		if (!**number)
			*number = json_str(l->row, column);
	}
	return 0;
}

/* The kind of right that the entry is about. What is done to a right of an owner may be done to those of
 * several kinds, so that its own row tells, made before ended; of any other the business tells. */
static void right_type(const struct writing *w, size_t unit, char out[static 8])
{
	const char *of = "";
	char op = '\0';
	bool owner = right_owner_of_type(w->o->right_type);
	for (size_t i = 0; owner && op != '+' && i < w->n; i++) {
		const struct line *l = &w->lines[i];
		if (l->unit != unit || !right_owner_find(book_table_name(l->table)) || op == l->op)
			continue;
		of = json_str(l->row, "qllx");
		op = l->op;
	}
	if (*of)
		snprintf(out, 8, "%s", of);
	else
		snprintf(out, 8, "%d", w->o->right_type);
}

static json_t *log_row(struct writing *w, size_t unit, const char *salt, const char *mx, size_t rows,
	const char *number, int titles, int proofs)
{
	char type[8], right[8], digest[DIGEST_HEX];
	snprintf(type, sizeof type, "%03d", w->o->registration_type);
	right_type(w, unit, right);
	entry_book_list_digest(w->b->suite, mx, digest);
	return json_pack("{s:I,s:O,s:s,s:s,s:s,s:s,s:s,s:i,s:i,s:s,s:s,s:I,s:s,s:s,s:s,s:s}", "xh",
		(json_int_t)(w->last_log + 1), "bdcdyh", json_array_get(w->o->plan->units, unit), "ywh",
		w->o->ywh, "djlx", type, "qllx", right, "djyy",
		json_is_string(w->o->plan->ground) ? json_string_value(w->o->plan->ground) : "", "bdcqzh",
		number, "zss", titles, "zms", proofs, "dbr", w->o->who, "djsj", w->out->at, "hs",
		(json_int_t)rows, "mx", mx, "yz", salt, "zy", digest, "lz", "");
}

/* What the entry did to the unit, and what the unit came from, for the message to the national platform. */
static int message_put(struct writing *w, size_t unit, const json_t *log)
{
	struct access_entry e = {w->b->vault, w->b->suite, w->b->name ? w->b->name : "", log, NULL, "", ""};
	json_t *rows = json_array();
	int rc = rows ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < w->n; i++) {
		const struct line *l = &w->lines[i];
		const char *table = book_table_name(l->table), *of = json_str(l->row, "bdcdyh"),
			   *column = right_paper_column(table);
		char op[2] = {l->op, '\0'};
		if (book_table_class(l->table) == BOOK_LOG)
			continue;
		/* Of a division or a merger: the unit that ended. */
		if (l->op == '-' && book_table_class(l->table) == BOOK_UNIT && !*e.before_unit &&
			strcmp(of, json_str(log, "bdcdyh")) != 0)
			e.before_unit = of;
		if (l->unit != unit)
			continue;
		if (l->op == '-' && column && !*e.before_paper)
			e.before_paper = json_str(l->row, column);
		if (json_array_append_new(
			    rows, json_pack("{s:s,s:s,s:O}", "op", op, "table", table, "row", l->row)))
			rc = ERR_NOMEM;
	}
	e.rows = rows;
	if (rc == 0)
		rc = access_put(w->tx, &e);
	json_decref(rows);
	return rc;
}

/* The entry is closed for a unit: nothing is added or ended in its name behind this row. */
static int log_close(struct writing *w, size_t unit)
{
	const struct book_table *log = book_table_find("djlog");
	uint8_t random[SALT_BYTES];
	struct buf salt, mx;
	json_t *list = json_array(), *row = NULL;
	const char *number = "";
	int titles, proofs;
	buf_init(&salt, 64);
	buf_init(&mx, 1 << 20);
	random_bytes(random, sizeof random);
	int rc = hex_add(&salt, view_of(random, sizeof random));
	if (rc == 0)
		rc = list_make(w, unit, (const char *)salt.p, list, &number, &titles, &proofs);
	if (rc == 0)
		rc = json_canon(list, &mx);
	if (rc == 0)
		row = log_row(w, unit, (const char *)salt.p, (const char *)mx.p, json_array_size(list),
			number, titles, proofs);
	if (rc == 0)
		rc = entry_book_chain(w->b->suite, w->before, row, w->out->chain);
	if (rc == 0)
		json_object_set_new(row, "lz", json_string(w->out->chain));
	if (rc == 0 && unit == 0) {
		snprintf(w->out->number, sizeof w->out->number, "%s", number);
		w->out->log = w->last_log + 1;
	}
	if (rc == 0)
		rc = book_insert(w->tx, w->b->vault, log, row, w->note);
	if (rc == 0)
		rc = publish(w, '+', log, w->last_log + 1);
	if (rc == 0 && !json_equal(row, w->lines[w->n - 1].row))
		rc = err_set(w->note, ERR_BUG, "log row %lld: read back otherwise than written",
			(long long)w->last_log + 1);
	if (rc == 0)
		rc = message_put(w, unit, row);
	snprintf(w->before, sizeof w->before, "%s", w->out->chain);
	w->last_log++;
	json_decref(list);
	json_decref(row);
	buf_fini(&salt);
	buf_fini(&mx);
	return rc;
}

int entry_book_write(const struct entry_book *b, struct db_tx *tx, const struct entry_order *o,
	struct entry_written *out, struct err_note *note)
{
	struct writing w = {.b = b, .tx = tx, .o = o, .out = out, .note = note};
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
		rc = log_close(&w, i);
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

/* Number of an entry that nobody asked for: division, date, L, running number of the day. */
static int lapse_number(struct db_tx *tx, const char *day, char out[static NUMBER_CASE])
{
	int64_t n;
	int rc = book_series(tx, "lapse", day, 1, &n);
	if (rc == 0)
		snprintf(out, NUMBER_CASE, "%.6s%.4s%.2s%.2sL%04lld", db_tx_tenant(tx), day, day + 5, day + 8,
			(long long)n);
	return rc;
}

static int lapse_write(const struct entry_book *b, struct db_tx *tx, const struct plan *p, const char *day,
	int64_t now_ms, json_t *written, struct err_note *note)
{
	char ywh[NUMBER_CASE];
	struct entry_written w = {.rows = NULL};
	bool seizure =
		strcmp(json_str(json_array_get(p->ends, json_array_size(p->ends) - 1), "table"), "cfdj") == 0;
	int rc = lapse_number(tx, day, ywh);
	struct entry_order o = {.plan = p,
		.ywh = ywh,
		.who = "system",
		.registration_type = seizure ? 800 : 400,
		.right_type = 99,
		.now_ms = now_ms};
	if (rc == 0)
		rc = entry_book_write(b, tx, &o, &w, note);
	if (rc == 0 && json_array_extend(written, w.rows))
		rc = ERR_NOMEM;
	entry_book_fini(&w);
	return rc;
}

int entry_book_settle(const struct entry_book *b, struct db_tx *tx, const char *unit, int64_t now_ms,
	json_t **rows, json_t *written, struct err_note *note)
{
	char day[DAY_TEXT];
	int rc;
	time_date_cst(now_ms, day);
	for (;;) {
		struct plan p;
		json_t *now = NULL;
		rc = entry_lapse_plan(*rows, unit, day, &p);
		if (rc <= 0)
			return rc;
		rc = lapse_write(b, tx, &p, day, now_ms, written, note);
		plan_fini(&p);
		if (rc == 0)
			rc = book_unit(tx, b->vault, unit, NULL, &now);
		if (rc < 0)
			return rc;
		json_decref(*rows);
		*rows = now;
	}
}
