#include "common/db/db_rows.h"

#include <stdio.h>

int db_rows(struct db_query *q, db_row *row, json_t **out)
{
	json_t *rows = json_array();
	int rc = rows ? 0 : ERR_NOMEM;
	while (rc >= 0 && (rc = db_step(q)) == 1)
		if (json_array_append_new(rows, row(q)))
			rc = ERR_NOMEM;
	return db_rows_end(q, rc, rows, out);
}

int db_rows_with(struct db_query *q, db_row_with *row, void *arg, json_t **out)
{
	json_t *rows = json_array(), *one = NULL;
	int rc = rows ? 0 : ERR_NOMEM;
	while (rc >= 0 && (rc = db_step(q)) == 1)
		if ((rc = row(q, arg, &one)) == 0 && json_array_append_new(rows, one))
			rc = ERR_NOMEM;
	return db_rows_end(q, rc, rows, out);
}

int db_rows_end(struct db_query *q, int rc, json_t *rows, json_t **out)
{
	db_done(q);
	if (rc >= 0 && !rows)
		rc = ERR_NOMEM;
	if (rc < 0)
		json_decref(rows);
	else
		*out = rows;
	return rc;
}

void db_blob_ref(struct db_query *q, int col, struct blob_ref *out)
{
	out->size = db_int(q, col);
	db_digest(q, col + 1, &out->digest);
	db_digest(q, col + 2, &out->name);
	snprintf(out->wrapped_key, sizeof out->wrapped_key, "%s", db_text(q, col + 3));
}
