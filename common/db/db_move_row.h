/* Rows on their way from SQLite to PostgreSQL; inside db_move.c only. */
#ifndef SW_DB_DB_MOVE_ROW_H
#define SW_DB_DB_MOVE_ROW_H
#include "common/db/db_move.h"
#include <libpq-fe.h>
#include <sqlite3.h>

#define MOVE_COLUMNS_MAX 64
struct move_column {
	char name[64];
	Oid type;
	int key; /* place in the primary key, 0 none */
	bool identity;
};
struct move_table {
	char name[64];
	struct move_column columns[MOVE_COLUMNS_MAX];
	size_t ncolumns;
};

/* Whether values of the type can be moved. */
bool move_row_type(Oid type);
/* Every row by COPY; counts and digests what was read. */
SW_MUST_USE int move_row_copy(
	sqlite3 *from, PGconn *to, const struct move_table *t, struct db_moved *out, struct err_note *note);
/* Counts and digests what is there. */
SW_MUST_USE int move_row_digest(
	PGconn *to, const struct move_table *t, struct db_moved *out, struct err_note *note);
#endif
