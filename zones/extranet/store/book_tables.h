/* Inside zones/extranet/store: a table of the book with its columns and statements, made from book_columns.h.
 */
#ifndef REG_STORE_BOOK_TABLES_H
#define REG_STORE_BOOK_TABLES_H
#include "zones/extranet/store/book.h"

enum book_kind { BOOK_TEXT, BOOK_INT, BOOK_MAYBE, BOOK_MAYINT, BOOK_SEALED, BOOK_SINDEX };
struct book_column {
	const char *name, *zh, *en, *show;
	enum book_kind kind;
};
#define BOOK_NOW "9999" /* behind every instant */
#define BOOK_COLUMNS_MAX 32
struct book_table {
	const char *name, *zh, *en;
	enum book_class class;
	const char *key;                              /* bsm; xh of djlog */
	struct book_column columns[BOOK_COLUMNS_MAX]; /* in the order of every SELECT; ended by name NULL */
	const struct db_stmt *insert, *end, *get, *all, *of_unit;
};
/* The two halves of book_of_unit, so that many tables are asked before the first is read; the second releases
 * the query. */
struct db_query *book_ask_unit(
	struct db_tx *tx, const struct book_table *t, const char *unit, const char *at);
SW_MUST_USE int book_take_unit(struct db_query *q, struct vault *v, const struct book_table *t, json_t **out);
#endif
