/* A data set moves from a SQLite file into a PostgreSQL database made by the same migrations, row by row, and
 * is compared. */
#ifndef SW_DB_DB_MOVE_H
#define SW_DB_DB_MOVE_H
#include "common/db/db.h"

/* Whether the file is a SQLite database. */
bool db_move_is_source(const char *file);

struct db_moved {
	const char *table;
	int64_t rows;
	struct digest digest; /* of all rows in key order, equal on both sides */
};
/* All or nothing, in one transaction; `each` is told of every table after it was compared. The source is
 * locked against writers meanwhile and stays as it is; its program must have been stopped. The target must be
 * new. ERR_STATE: the target is SQLite itself; ERR_EXISTS: it holds data; ERR_FORMAT: migrations, tables or
 * columns differ; ERR_DIGEST: what came out is not what went in. */
SW_MUST_USE int db_move(struct db *d, const char *file, void (*each)(void *arg, const struct db_moved *m),
	void *arg, struct err_note *note);
#endif
