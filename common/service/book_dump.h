/* `dump` of a book, by which the books of two zones are compared row by row: a line "TABLE KEY HEX" for each
 * row, HEX the digest of its canonical JSON by the service's suite. */
#ifndef SW_SERVICE_BOOK_DUMP_H
#define SW_SERVICE_BOOK_DUMP_H
#include "common/service/service.h"

/* One row's line; row: its canonical JSON. */
void book_dump_row(const struct service *s, const char *table, const char *key, struct view row);
/* The command: `each` has every row of the transaction's office written by book_dump_row; its arg is the
 * struct service. Exit code. */
int book_dump_command(struct service *s, int argc, db_fn *each);
#endif
