/* The rows of the log that close an entry, each with its message to the national platform. */
#include "zones/extranet/store/entry_book_impl.h"

#include "zones/extranet/domain/right.h"
#include "zones/extranet/store/access.h"
#include <stdio.h>
#include <string.h>

#define SALT_BYTES 16

/* mx: [["+","fdcq2",17,"digest"] …] of one log row; its first paper and the number of papers. */
static int list_make(struct entry_book_writing *w, size_t unit, const char *salt, json_t *list,
	const char **number, int *titles, int *proofs)
{
	*number = "";
	*titles = *proofs = 0;
	for (size_t i = 0; i < w->n; i++) {
		struct entry_book_line *l = &w->lines[i];
		const char *table = book_table_name(l->table), *column = right_paper_column(table);
		char hex[DIGEST_HEX], op[2] = {l->op, '\0'};
		if (l->unit != unit)
			continue;
		/* The rows were published in this order. */
		struct view text = view_str(json_str(json_array_get(w->out->rows, i), "row"));
		int rc = entry_book_text_digest(w->b->suite, salt, l->op, table, text, hex);
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
static void right_type(const struct entry_book_writing *w, size_t unit, char out[static 8])
{
	const char *of = "";
	char op = '\0';
	bool owner = right_owner_of_type(w->o->right_type);
	for (size_t i = 0; owner && op != '+' && i < w->n; i++) {
		const struct entry_book_line *l = &w->lines[i];
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

static json_t *log_row(struct entry_book_writing *w, size_t unit, const char *salt, const char *mx,
	size_t rows, const char *number, int titles, int proofs)
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
static int message_put(struct entry_book_writing *w, size_t unit, const json_t *log)
{
	struct access_entry e = {w->b->vault, w->b->suite, w->b->name ? w->b->name : "", log, NULL, "", ""};
	json_t *rows = json_array();
	int rc = rows ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < w->n; i++) {
		const struct entry_book_line *l = &w->lines[i];
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

int entry_book_log_close(struct entry_book_writing *w, size_t unit)
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
		rc = entry_book_publish(w, '+', log, w->last_log + 1);
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
