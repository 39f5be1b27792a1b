/* The first step: records are read, made and kept. */
#include "zones/extranet/transfer/import_impl.h"

#include <stdio.h>
#include <string.h>

#define BATCH 500

struct record {
	int64_t n, line; /* number in its source, from 1 */
	struct import_made made;
	struct err_note note;
	bool refused;
};
struct reading {
	struct import_run *i;
	const struct import_source *s;
	struct record batch[BATCH];
	size_t n;
	int64_t last, count; /* read before; met now */
	json_t *features;
};

static int last_read(struct db_tx *tx, void *arg)
{
	struct reading *r = arg;
	return import_last(tx, r->i->name, import_source_name(r->s), &r->last);
}

static int batch_store(struct db_tx *tx, void *arg)
{
	struct reading *r = arg;
	int rc = 0;
	for (size_t k = 0; rc == 0 && k < r->n; k++) {
		const struct record *b = &r->batch[k];
		const struct import_record row = {r->i->name, import_source_name(r->s), b->n, b->line,
			b->made.unit, b->made.rows, b->made.column, b->refused ? b->note.text : ""};
		rc = import_add(tx, r->i->r->service->vault, &row);
	}
	return rc;
}

static int flush(struct reading *r)
{
	int rc = 0;
	if (r->n) {
		rc = import_graphics_write(r->i, import_source_name(r->s), r->batch[0].n, r->features);
		if (rc == 0)
			rc = db_write(r->i->r->service->db, r->i->r->service->tenant, batch_store, r);
		if (rc < 0 && !r->i->note.err)
			err_set(&r->i->note, rc, "%s line %lld and on: %s", import_source_name(r->s),
				(long long)r->batch[0].line, err_text(rc));
	}
	for (size_t k = 0; k < r->n; k++)
		import_made_fini(&r->batch[k].made);
	r->n = 0;
	json_array_clear(r->features);
	return rc;
}

/* As `cadastred import` reads them: a parcel by its code, a building by its own. */
static int feature_add(struct reading *r, const struct import_made *m)
{
	bool land = strcmp(m->unit + 19, "W00000000") == 0;
	json_t *one =
		land ? json_pack("{s:s,s:s#,s:O}", "kind", "parcel", "code", m->unit, 19, "ring", m->ring)
		     : json_pack("{s:s,s:s#,s:I,s:O}", "kind", "building", "code", m->unit, 24, "floors",
			       (json_int_t)json_int(
				       json_object_get(json_array_get(m->rows, 0), "row"), "zcs"),
			       "ring", m->ring);
	return json_array_append_new(r->features, one) ? ERR_NOMEM : 0;
}

/* One unit of this office or a refusal. */
static int record_make(struct reading *r, const json_t *record, struct record *b)
{
	int rc = import_source_make(r->s, record, &b->made, &b->note);
	if (rc == 0 && (rc = office_owns_unit(
				r->i->r->offices, r->i->r->service->tenant, b->made.unit, &b->note)) < 0)
		import_made_fini(&b->made);
	if (rc == 0 && b->made.ring)
		return feature_add(r, &b->made);
	b->refused = rc < 0;
	return rc == ERR_NOMEM ? rc : 0;
}

static int records_read(struct reading *r, struct import_reader *reader)
{
	int rc;
	do {
		json_t *record = NULL;
		size_t line = 0;
		struct record *b = &r->batch[r->n];
		*b = (struct record){.line = 0};
		rc = import_reader_next(reader, &record, &line, &b->note);
		if (rc < 0 && (import_reader_broken(reader) || rc == ERR_NOMEM))
			return err_set(&r->i->note, rc, "%s line %zu: %s", import_source_file(r->s), line,
				b->note.err ? b->note.text : err_text(rc));
		b->line = (int64_t)line;
		b->n = r->count += rc != 0;
		if (rc != 0 && b->n > r->last) {
			int made = rc == 1 ? record_make(r, record, b) : 0;
			b->refused |= rc < 0;
			r->n++;
			if (made < 0) {
				json_decref(record);
				return made;
			}
		}
		json_decref(record);
		if (r->n == BATCH && flush(r) < 0)
			return r->i->note.err;
	} while (rc != 0);
	return flush(r);
}

static int source_read(struct import_run *i, const struct import_source *s)
{
	static struct reading r; /* large; the command has one thread */
	char path[4400];
	struct import_file *f = NULL;
	struct import_reader *reader = NULL;
	r = (struct reading){.i = i, .s = s, .features = json_array()};
	snprintf(path, sizeof path, "%s/%s", i->folder, import_source_file(s));
	int rc = db_read(i->r->service->db, i->r->service->tenant, last_read, &r);
	if (rc == 0)
		rc = import_file_open(path, import_source_gb18030(s), &f, &i->note);
	if (rc == 0)
		rc = import_reader_new(import_source_form(s), import_file_more, f, &reader);
	if (rc == 0)
		rc = records_read(&r, reader);
	for (size_t k = 0; k < r.n; k++)
		import_made_fini(&r.batch[k].made);
	import_reader_free(reader);
	import_file_close(f);
	json_decref(r.features);
	return rc;
}

int import_step_read(struct import_run *i)
{
	int rc = 0;
	for (size_t k = 0; rc == 0 && import_map_source(i->map, k); k++)
		rc = source_read(i, import_map_source(i->map, k));
	return rc;
}
