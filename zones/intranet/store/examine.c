#include "zones/intranet/store/examine.h"

#include "common/crypto/envelope.h"
#include "zones/intranet/domain/check.h"
#include "zones/intranet/store/parcel.h"
#include <stdio.h>
#include <string.h>

#define GRAPHICS_MAX (64 << 20)

void examine_fini(struct examination *e)
{
	geometry_free(e->parcel);
	json_decref(e->checks);
	json_decref(e->neighbours);
}

static int collect(void *cookie, struct view v)
{
	return buf_add_view(cookie, v);
}

/* The envelope as it lies in the blob store, opened in memory only. */
static int graphics_open(struct cadastre *c, const struct task *t, struct buf *out)
{
	struct envelope_reader *r = NULL;
	struct buf sealed;
	buf_init(&sealed, GRAPHICS_MAX);
	int rc = blob_load(c->service->blobs, &t->graphics, GRAPHICS_MAX, &sealed);
	if (rc == 0)
		rc = envelope_reader_new(c->graphics, NULL, collect, out, &r);
	if (rc == 0)
		rc = envelope_read(r, buf_view(&sealed));
	if (rc == 0)
		rc = envelope_read_finish(r);
	envelope_reader_free(r);
	buf_fini(&sealed);
	return rc;
}

struct near {
	const struct geometry *parcel;
	json_t *list;
	bool valid;
	int64_t sum;
	char with[64];
};

static int near_add(void *arg, const char *code, const struct geometry *g)
{
	struct near *n = arg;
	json_t *shape = NULL;
	int64_t shared = n->valid ? geometry_overlap_cm2(n->parcel, g) : 0;
	int rc = geometry_to_json(g, &shape);
	if (rc < 0)
		return rc;
	n->sum += shared;
	if (shared > 0 && strlen(n->with) + 24 < sizeof n->with)
		snprintf(n->with + strlen(n->with), sizeof n->with - strlen(n->with), "%s%s",
			n->with[0] ? ", " : "", code);
	return json_array_append_new(n->list, json_pack("{s:s,s:o,s:I}", "code", code, "geometry", shape,
						      "overlap_cm2", (json_int_t)shared))
		       ? ERR_NOMEM
		       : 0;
}

static int unreadable(struct examination *e, const char *why)
{
	json_array_append_new(
		e->checks, json_pack("{s:s,s:s,s:s,s:b,s:s}", "name", "readable", "zh", "文件可读", "en",
				   "file readable", "passed", 0, "reason", why));
	return 0;
}

static int parcel_examine(
	struct cadastre *c, struct db_tx *tx, const struct task *t, const char *code, struct examination *e)
{
	struct geometry *division = NULL;
	char why[128];
	struct near n = {.parcel = e->parcel, .list = e->neighbours, .valid = geometry_valid(e->parcel, why)};
	struct geometry_box box = geometry_box(e->parcel);
	/* Neighbours within 100 m are drawn; only true overlaps count. */
	box = (struct geometry_box){box.minx - 100, box.miny - 100, box.maxx + 100, box.maxy + 100};
	bool taken = false;
	int rc = parcel_division(tx, &division);
	if (rc == 0 || rc == ERR_NOTFOUND)
		rc = parcel_near(tx, box, near_add, &n);
	if (rc == 0)
		rc = parcel_exists(tx, t->parcel_code, &taken);
	if (rc == 0) {
		struct check_input in = {.parcel = e->parcel,
			.division = division,
			.code_in_file = code,
			.code_of_case = t->parcel_code,
			.code_taken = taken,
			.claimed_cm2 = t->claimed_cm2,
			.tolerance_permille = c->config->area_tolerance_permille,
			.overlap_cm2 = n.sum,
			.overlap_with = n.with};
		e->passed = check_run(&in, e->checks);
	}
	geometry_free(division);
	return rc;
}

int examine_task(struct cadastre *c, struct db_tx *tx, const struct task *t, struct examination *out)
{
	struct examination e = {.checks = json_array(), .neighbours = json_array()};
	struct err_note note = {0};
	struct buf plain;
	char code[20];
	buf_init(&plain, GRAPHICS_MAX);
	int rc = graphics_open(c, t, &plain);
	if (rc == 0) {
		int read = geometry_from_geojson(buf_view(&plain), &e.parcel, code, &note);
		rc = read < 0 ? (err_fault(read) == ERR_FAULT_PEER ? unreadable(&e, note.text) : read)
			      : parcel_examine(c, tx, t, code, &e);
	} else if (err_fault(rc) == ERR_FAULT_PEER) {
		rc = unreadable(&e, err_text(rc));
	}
	buf_fini(&plain);
	if (rc < 0)
		examine_fini(&e);
	else
		*out = e;
	return rc;
}
