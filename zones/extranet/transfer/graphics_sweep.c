#include "zones/extranet/transfer/graphics_sweep.h"

#include "common/log/log.h"
#include "zones/extranet/store/case.h"
#include <stdio.h>
#include <string.h>

static int held_read(struct db_tx *tx, void *arg)
{
	return case_graphics_answered(tx, arg);
}

static int removed_mark(struct db_tx *tx, void *arg)
{
	const char *id = arg;
	struct case_row c;
	int rc = case_get(tx, id, &c);
	if (rc == 0)
		rc = case_graphics_removed(tx, id);
	return rc == 0 ? audit_record(tx, "system", "graphics.removed", c.number, NULL) : rc;
}

static int file_remove(struct registry *r, const char *hex)
{
	struct digest name;
	int rc = digest_parse(hex, &name);
	if (rc == 0)
		rc = blob_remove(r->service->blobs, &name);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static void office_sweep(struct registry *r, const struct office *o)
{
	struct service *s = r->service;
	json_t *rows = NULL, *row;
	size_t i;
	int rc = db_read(s->db, o->division, held_read, &rows);
	/* All files of a case lie before the mark, as the rows are sorted by case. */
	json_array_foreach(rows, i, row)
	{
		const char *id = json_str(row, "case");
		const json_t *next = json_array_get(rows, i + 1);
		if (rc == 0)
			rc = file_remove(r, json_str(row, "blob"));
		char copy[64];
		snprintf(copy, sizeof copy, "%s", id);
		if (rc == 0 && (!next || strcmp(json_str(next, "case"), id) != 0))
			rc = db_write(s->db, o->division, removed_mark, copy);
	}
	json_decref(rows);
	if (rc < 0)
		log_error("graphics-sweep", "error=%s", err_name(rc));
}

void graphics_sweep(struct registry *r)
{
	const struct office *o;
	for (size_t i = 0; (o = offices_at(r->offices, i)); i++)
		office_sweep(r, o);
}
