/* Rows as JSON and as references to stored files: what every store reads in the same way. */
#ifndef SW_DB_DB_ROWS_H
#define SW_DB_DB_ROWS_H
#include "common/base/json.h"
#include "common/db/blob.h"
#include "common/db/db.h"

/* Steps to the end and releases the query; `row` makes a new value of the row it stands at, NULL without
 * memory. *out: array, new reference. ERR_NOMEM or the failure of a step. */
typedef json_t *db_row(struct db_query *q);
SW_MUST_USE int db_rows(struct db_query *q, db_row *row, json_t **out);
/* The same with rows that may fail: `row` hands over a new value in *one, or its error ends the list. */
typedef int db_row_with(struct db_query *q, void *arg, json_t **one);
SW_MUST_USE int db_rows_with(struct db_query *q, db_row_with *row, void *arg, json_t **out);
/* The end of a loop of the caller's own: releases the query, hands `rows` over, or drops them when rc, the
 * outcome of the loop, is a failure. rc, or ERR_NOMEM when rows is NULL. */
SW_MUST_USE int db_rows_end(struct db_query *q, int rc, json_t *rows, json_t **out);
/* Four columns from `col` on: size, digest, blob, blob_key. */
void db_blob_ref(struct db_query *q, int col, struct blob_ref *out);
#endif
