/* Inside entry_book*.c: an entry while it is written. */
#ifndef REG_STORE_ENTRY_BOOK_IMPL_H
#define REG_STORE_ENTRY_BOOK_IMPL_H
#include "zones/extranet/domain/day.h"
#include "zones/extranet/store/entry_book.h"

/* What was written to one row, for the log. */
struct entry_book_line {
	char op;
	const struct book_table *table;
	int64_t key;
	json_t *row; /* read back */
	size_t unit; /* index of the log row it belongs to */
};
struct entry_book_writing {
	const struct entry_book *b;
	struct db_tx *tx;
	const struct entry_order *o;
	struct entry_written *out;
	struct err_note *note;
	char day[DAY_TEXT], before[DIGEST_HEX];
	int64_t first_row, last_log;
	struct entry_book_line *lines;
	size_t n;
};
/* Reads the row back and keeps it for copy and log. */
SW_MUST_USE int entry_book_publish(
	struct entry_book_writing *w, char op, const struct book_table *t, int64_t key);
/* entry_book_log.c. The entry is closed for a unit: nothing is added or ended in its name behind this row. */
SW_MUST_USE int entry_book_log_close(struct entry_book_writing *w, size_t unit);
#endif
