/* What a query gives as a list for pages. */
#ifndef REG_STORE_ROWS_H
#define REG_STORE_ROWS_H
#include "common/base/json.h"
#include "common/db/db.h"

/* Steps to the end and releases the query; `row` makes a new value of the row it stands at, NULL without
 * memory. *out: array, new reference. */
typedef json_t *rows_row(struct db_query *q);
SW_MUST_USE int rows_read(struct db_query *q, rows_row *row, json_t **out);
#endif
