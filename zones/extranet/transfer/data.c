#include "zones/extranet/transfer/data.h"

#include "common/log/log.h"
#include "common/service/book_dump.h"
#include "zones/extranet/domain/right.h"
#include "zones/extranet/store/entry.h"
#include "zones/extranet/transfer/progress.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 64
#define LINE_MAX_BYTES 65536

/* A row names another by the number of its line, from 1: the row's number in the book is kept for each line.
 */
struct import {
	struct registry *r;
	json_t *lines[BATCH];
	size_t n, first_line; /* of the batch */
	int64_t *rows;        /* by line − 1 */
	size_t room;
	struct err_note note;
};

static int refer(struct import *b, size_t i, json_t *row, const char *column)
{
	const json_t *v = json_object_get(row, column);
	int64_t line = json_integer_value(v);
	if (!json_is_integer(v))
		return 0;
	if (line < 1 || line >= (int64_t)(b->first_line + i))
		return err_set(&b->note, ERR_SCHEMA, "line %zu: %s: names no line before it",
			b->first_line + i, column);
	bool same_batch = line >= (int64_t)b->first_line;
	json_object_set_new(row, column,
		json_integer(same_batch ? -(line - (int64_t)b->first_line) - 1 : b->rows[line - 1]));
	return 0;
}

static int line_plan(struct import *b, size_t i, struct plan *p)
{
	const char *table = json_str(b->lines[i], "table");
	const struct book_table *t = book_table_find(table);
	json_t *row = json_deep_copy(json_object_get(b->lines[i], "row"));
	int rc = t && book_table_class(t) != BOOK_LOG && json_is_object(row)
			 ? 0
			 : err_set(&b->note, ERR_SCHEMA, "line %zu: table, row: unknown", b->first_line + i);
	static const char *const columns[] = {"qlbsm", "ssbsm", "zxbsm"};
	for (size_t k = 0; rc == 0 && k < 3; k++)
		rc = refer(b, i, row, columns[k]);
	if (rc == 0 && !json_object_get(row, "ssbsm"))
		json_object_set_new(row, "ssbsm", json_null());
	if (rc == 0)
		plan_insert(p, table, json_incref(row), ENTRY_NO_PAPER);
	json_decref(row);
	return rc;
}

/* The number a right brought along is known from now on. */
static int paper_keep(struct import *b, struct db_tx *tx, const json_t *written, const struct entry_order *o)
{
	const char *table = json_str(written, "table"), *column = right_paper_column(table);
	json_t *row = NULL;
	if (!column)
		return 0;
	int rc = json_parse(view_str(json_str(written, "row")), LINE_MAX_BYTES, &row, NULL);
	if (rc == 0 && *json_str(row, column))
		rc = paper_take_in(tx, &registry_office(b->r, tx)->paper, right_has_proof(table),
			json_str(row, column), json_str(row, "bdcdyh"), json_int(row, "bsm"), o->ywh,
			json_str(row, "djsj"));
	if (rc == ERR_EXISTS)
		err_set(&b->note, rc, "%s: this number stands twice", json_str(row, column));
	json_decref(row);
	return rc;
}

static int batch_write(struct import *b, struct db_tx *tx, const struct plan *p)
{
	struct entry_book office = entry_office(b->r, tx);
	struct entry_written w = {.rows = NULL};
	char ywh[NUMBER_CASE];
	int64_t n;
	size_t i;
	const json_t *row;
	struct err_note why = {0};
	int rc = book_series(tx, "import", "", 1, &n);
	snprintf(ywh, sizeof ywh, "import-%06lld", (long long)n);
	struct entry_order o = {p, ywh, "import", 0, 0, time_now_ms()};
	if (rc == 0)
		rc = entry_book_write(&office, tx, &o, &w, &why);
	if (rc < 0 && !b->note.err)
		err_set(&b->note, rc, "lines %zu to %zu: %.180s", b->first_line, b->first_line + b->n - 1,
			why.err ? why.text : err_text(rc));
	json_array_foreach(w.rows, i, row)
	{
		if (rc == 0 && i < b->n)
			rc = paper_keep(b, tx, row, &o);
		if (rc == 0 && i < b->n)
			b->rows[b->first_line - 1 + i] = atoll(json_str(row, "key"));
	}
	if (rc == 0)
		rc = progress_put_entry(b->r, tx, ywh, w.rows);
	if (rc == 0)
		rc = audit_record(tx, "import", "book.import", ywh, NULL);
	entry_book_fini(&w);
	return rc;
}

static int batch_store(struct db_tx *tx, void *arg)
{
	struct import *b = arg;
	struct plan p;
	int rc = plan_init(&p, "");
	for (size_t i = 0; rc == 0 && i < b->n; i++)
		rc = line_plan(b, i, &p);
	if (rc == 0)
		rc = batch_write(b, tx, &p);
	plan_fini(&p);
	return rc;
}

static int room_make(struct import *b)
{
	size_t want = b->first_line - 1 + b->n;
	if (want > b->room) {
		size_t room = b->room ? b->room * 2 : 4096;
		int64_t *more = realloc(b->rows, room * sizeof *more);
		if (!more)
			return ERR_NOMEM;
		b->rows = more;
		b->room = room;
	}
	return 0;
}

static int batch_flush(struct import *b)
{
	int rc = b->n ? room_make(b) : 0;
	if (rc == 0 && b->n)
		rc = db_write(b->r->service->db, b->r->service->tenant, batch_store, b);
	for (size_t i = 0; i < b->n; i++)
		json_decref(b->lines[i]);
	b->first_line += b->n;
	b->n = 0;
	return rc;
}

/* Numbers below the highest ones taken in, which nobody has: void, so that the series have no gaps. */
static int numbers_fill(struct db_tx *tx, void *arg)
{
	const struct import *b = arg;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	return paper_fill(tx, &registry_office(b->r, tx)->paper, "import", at);
}

static int import_file(struct import *b, FILE *f)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	int rc = 0;
	while (rc == 0 && (n = getline(&line, &size, f)) > 0) {
		struct err_note why = {0};
		rc = json_parse(view_of(line, (size_t)n), LINE_MAX_BYTES, &b->lines[b->n], &why);
		if (rc < 0)
			err_set(&b->note, rc, "line %zu: %.200s", b->first_line + b->n, why.text);
		else if (++b->n == BATCH)
			rc = batch_flush(b);
	}
	if (rc == 0)
		rc = batch_flush(b);
	if (rc == 0)
		rc = db_write(b->r->service->db, b->r->service->tenant, numbers_fill, b);
	if (line)
		buf_wipe(line, size);
	free(line);
	return rc;
}

int data_import(struct service *s, int argc, char **argv)
{
	struct registry r = {.service = s, .config = s->config};
	struct import b = {.r = &r, .first_line = 1};
	if (argc != 1) {
		fprintf(stderr, "USAGE: import FILE\n");
		return 2;
	}
	FILE *f = fopen(argv[0], "re");
	if (!f) {
		fprintf(stderr, "NOTFOUND: %s\n", argv[0]);
		return 1;
	}
	int rc = offices_load(s, r.config->office_files, &r.offices, &b.note);
	if (rc == 0)
		rc = import_file(&b, f);
	fclose(f);
	free(b.rows);
	offices_free(r.offices);
	if (rc < 0) {
		if (!b.note.err)
			err_set(&b.note, rc, "%s", err_text(rc));
		return log_refusal(&b.note);
	}
	printf("%zu rows\n", b.first_line - 1);
	return 0;
}

struct dump {
	struct service *s;
	const char *table;
};

static int dump_row(void *arg, int64_t key, json_t *row)
{
	const struct dump *d = arg;
	struct buf text;
	char name[BOOK_KEY_TEXT];
	book_key_text(key, name);
	buf_init(&text, 1 << 20);
	int rc = json_canon(row, &text);
	if (rc == 0)
		book_dump_row(d->s, d->table, name, buf_view(&text));
	buf_fini(&text);
	return rc;
}

static int dump_all(struct db_tx *tx, void *arg)
{
	struct dump d = {.s = arg};
	int rc = 0;
	for (size_t i = 0; rc == 0 && book_table_at(i); i++) {
		d.table = book_table_name(book_table_at(i));
		rc = book_each(tx, d.s->vault, book_table_at(i), dump_row, &d);
	}
	return rc;
}

int data_dump(struct service *s, int argc, char **argv)
{
	(void)argv;
	return book_dump_command(s, argc, dump_all);
}
