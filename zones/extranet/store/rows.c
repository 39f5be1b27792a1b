#include "zones/extranet/store/rows.h"

int rows_read(struct db_query *q, rows_row *row, json_t **out)
{
	json_t *rows = json_array();
	int rc = rows ? 0 : ERR_NOMEM;
	while (rc >= 0 && (rc = db_step(q)) == 1)
		if (json_array_append_new(rows, row(q)))
			rc = ERR_NOMEM;
	db_done(q);
	if (rc < 0)
		json_decref(rows);
	else
		*out = rows;
	return rc;
}
