#include "zones/intranet/store/examine.h"

#include "common/crypto/envelope.h"
#include "zones/intranet/domain/check.h"
#include "zones/intranet/store/parcel.h"
#include <stdio.h>
#include <string.h>

#define GRAPHICS_MAX (64 << 20)

void examine_fini(struct examination *e)
{
	geometry_parcels_free(e->parcels, e->n);
	e->n = 0;
	json_decref(e->checks);
	json_decref(e->neighbours);
}

int64_t examine_area_cm2(const struct examination *e)
{
	int64_t sum = 0;
	for (size_t i = 0; i < e->n; i++)
		sum += geometry_area_cm2(e->parcels[i].shape);
	return sum;
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

/* What lies around the submitted outlines. Of those that end, or stay as they are, the ground is compared;
 * with all others none may be shared. */
struct near {
	const struct examination *e;
	struct check_parcel *checked;
	const json_t *own;  /* codes */
	const json_t *done; /* the case's parcels [{"code"}] once they are drawn; NULL before */
	json_t *list;
	bool valid[GEOMETRY_PARCELS_MAX];
	char with[GEOMETRY_PARCELS_MAX][64];
};

static bool has_code(const json_t *codes, const char *code)
{
	size_t i;
	const json_t *one;
	json_array_foreach(codes, i, one) if (strcmp(json_string_value(one), code) == 0) return true;
	return false;
}

static void overlap_add(struct near *n, size_t i, const char *code, int64_t shared)
{
	char *with = n->with[i];
	n->checked[i].overlap_cm2 += shared;
	n->checked[i].overlap_with = with;
	if (shared > 0 && strlen(with) + 24 < sizeof n->with[i])
		snprintf(with + strlen(with), sizeof n->with[i] - strlen(with), "%s%s", *with ? ", " : "",
			code);
}

static int near_add(void *arg, const char *code, const struct geometry *g)
{
	struct near *n = arg;
	bool own = has_code(n->own, code);
	json_t *shape = NULL;
	int64_t sum = 0;
	/* No neighbour of itself. */
	if (json_find(n->done, "code", code))
		return 0;
	for (size_t i = 0; !own && i < n->e->n; i++) {
		int64_t shared = n->valid[i] ? geometry_overlap_cm2(n->e->parcels[i].shape, g) : 0;
		overlap_add(n, i, code, shared);
		sum += shared;
	}
	int rc = geometry_to_json(g, &shape);
	if (rc < 0)
		return rc;
	return json_array_append_new(n->list, json_pack("{s:s,s:o,s:I,s:b}", "code", code, "geometry", shape,
						      "overlap_cm2", (json_int_t)sum, "own", own))
		       ? ERR_NOMEM
		       : 0;
}

/* The outlines of one file among themselves. */
static void others_add(struct near *n)
{
	for (size_t i = 0; i < n->e->n; i++)
		for (size_t k = 0; k < n->e->n; k++)
			if (k != i && n->valid[i] && n->valid[k])
				overlap_add(n, i, n->e->parcels[k].code,
					geometry_overlap_cm2(n->e->parcels[i].shape, n->e->parcels[k].shape));
}

/* Neighbours within 100 m are drawn; only true overlaps count. */
static struct geometry_box box_around(const struct examination *e)
{
	struct geometry_box all = geometry_box(e->parcels[0].shape);
	for (size_t i = 1; i < e->n; i++) {
		struct geometry_box b = geometry_box(e->parcels[i].shape);
		all.minx = b.minx < all.minx ? b.minx : all.minx;
		all.miny = b.miny < all.miny ? b.miny : all.miny;
		all.maxx = b.maxx > all.maxx ? b.maxx : all.maxx;
		all.maxy = b.maxy > all.maxy ? b.maxy : all.maxy;
	}
	return (struct geometry_box){all.minx - 100, all.miny - 100, all.maxx + 100, all.maxy + 100};
}

static int unreadable(struct examination *e, const char *why)
{
	json_array_append_new(
		e->checks, json_pack("{s:s,s:s,s:s,s:b,s:s}", "name", "readable", "zh", "文件可读", "en",
				   "file readable", "passed", 0, "reason", why));
	return 0;
}

/* What the case asks for. */
struct asked {
	enum check_change change;
	bool done;             /* it was carried out: the cadastre shows what the case asked for */
	json_t *parcels, *own; /* own: codes of the parcels whose ground it is */
	char codes[256];
};

static int asked_read(const struct task *t, struct asked *a)
{
	size_t i;
	const json_t *p;
	a->change = strcmp(t->change, "keep") == 0      ? CHECK_KEEP
		    : strcmp(t->change, "replace") == 0 ? CHECK_REPLACE
							: CHECK_NEW;
	a->done = strcmp(t->state, "passed") == 0;
	int rc = json_parse(view_str(t->parcels), sizeof t->parcels, &a->parcels, NULL);
	if (rc == 0)
		rc = json_parse(view_str(t->ends), sizeof t->ends, &a->own, NULL);
	json_array_foreach(a->parcels, i, p)
	{
		size_t n = strlen(a->codes);
		snprintf(a->codes + n, sizeof a->codes - n, "%s%s", n ? ", " : "", json_str(p, "code"));
		if (rc == 0 && a->change == CHECK_KEEP)
			rc = json_array_append_new(a->own, json_string(json_str(p, "code"))) ? ERR_NOMEM : 0;
	}
	return rc;
}

static void asked_fini(struct asked *a)
{
	json_decref(a->parcels);
	json_decref(a->own);
}

/* Each outline beside the parcel that the case names by its code. */
static int parcels_match(
	struct db_tx *tx, const struct asked *a, const struct examination *e, struct check_parcel *out)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < e->n; i++) {
		out[i] = (struct check_parcel){
			.shape = e->parcels[i].shape, .code = e->parcels[i].code, .overlap_with = ""};
		const json_t *p = json_find(a->parcels, "code", out[i].code);
		if (p) {
			out[i].wanted = true;
			out[i].claimed_cm2 = json_int(p, "area_cm2");
		}
		rc = parcel_exists(tx, out[i].code, &out[i].taken);
		if (a->done && a->change != CHECK_KEEP)
			out[i].taken = false;
	}
	return rc;
}

/* The ground of what is drawn now, beside that of the file. */
static int ground_compare(
	struct db_tx *tx, const struct asked *a, const struct examination *e, struct check_input *in)
{
	struct geometry *drawn[GEOMETRY_PARCELS_MAX] = {0};
	const struct geometry *new[GEOMETRY_PARCELS_MAX], *old[GEOMETRY_PARCELS_MAX];
	size_t i;
	const json_t *code;
	int rc = json_array_size(a->own) > GEOMETRY_PARCELS_MAX ? ERR_LIMIT : 0;
	json_array_foreach(a->own, i, code)
	{
		if (rc == 0 && (rc = parcel_get(tx, json_string_value(code), &drawn[in->drawn])) == 0)
			in->drawn++;
		rc = rc == ERR_NOTFOUND ? 0 : rc;
	}
	for (i = 0; i < e->n; i++)
		new[i] = e->parcels[i].shape;
	for (i = 0; i < in->drawn; i++)
		old[i] = drawn[i];
	/* Of some of them only: what the others are is not known here. */
	if (rc == 0 && in->drawn)
		in->difference_cm2 = in->drawn == json_array_size(a->own)
					     ? geometry_difference_cm2(new, e->n, old, in->drawn)
					     : -1;
	for (i = 0; i < in->drawn; i++)
		geometry_free(drawn[i]);
	return rc;
}

static int parcels_examine(struct cadastre *c, struct db_tx *tx, const struct asked *a, struct examination *e)
{
	struct check_parcel checked[GEOMETRY_PARCELS_MAX];
	struct geometry *division = NULL;
	struct near n = {.e = e,
		.checked = checked,
		.own = a->own,
		.done = a->done ? a->parcels : NULL,
		.list = e->neighbours};
	char why[128];
	for (size_t i = 0; i < e->n; i++)
		n.valid[i] = geometry_valid(e->parcels[i].shape, why);
	struct check_input in = {.change = a->change,
		.parcels = checked,
		.n = e->n,
		.wanted = json_array_size(a->parcels),
		.of_case = a->codes,
		.tolerance_permille = c->config->area_tolerance_permille};
	int rc = parcels_match(tx, a, e, checked);
	if (rc == 0)
		rc = parcel_division(tx, &division);
	if (rc == 0 || rc == ERR_NOTFOUND)
		rc = parcel_near(tx, box_around(e), near_add, &n);
	if (rc == 0)
		rc = ground_compare(tx, a, e, &in);
	if (rc == 0) {
		others_add(&n);
		in.division = division;
		e->passed = check_run(&in, e->checks);
	}
	geometry_free(division);
	return rc;
}

int examine_task(struct cadastre *c, struct db_tx *tx, const struct task *t, struct examination *out)
{
	struct examination e = {.checks = json_array(), .neighbours = json_array()};
	struct asked a = {.parcels = NULL};
	struct err_note note = {0};
	struct buf plain;
	buf_init(&plain, GRAPHICS_MAX);
	int rc = asked_read(t, &a);
	if (rc == 0)
		rc = graphics_open(c, t, &plain);
	if (rc == 0) {
		int read = geometry_from_geojson(buf_view(&plain), e.parcels, &e.n, &note);
		rc = read < 0 ? (err_fault(read) == ERR_FAULT_PEER ? unreadable(&e, note.text) : read)
			      : parcels_examine(c, tx, &a, &e);
	} else if (err_fault(rc) == ERR_FAULT_PEER) {
		rc = unreadable(&e, err_text(rc));
	}
	asked_fini(&a);
	buf_fini(&plain);
	if (rc < 0)
		examine_fini(&e);
	else
		*out = e;
	return rc;
}

/* One that stays is drawn when it was not yet; those that end are past before others take their ground. */
int examine_carry_out(struct db_tx *tx, const struct task *t, const struct examination *e)
{
	struct asked a = {.parcels = NULL};
	size_t i;
	const json_t *code;
	int rc = asked_read(t, &a);
	if (a.change == CHECK_REPLACE)
		json_array_foreach(a.own, i, code) if (rc == 0)
		{
			rc = parcel_end(tx, json_string_value(code), t->case_number);
			rc = rc == ERR_NOTFOUND ? 0 : rc;
		}
	for (i = 0; rc == 0 && i < e->n; i++) {
		bool drawn = false;
		if (a.change == CHECK_KEEP)
			rc = parcel_exists(tx, e->parcels[i].code, &drawn);
		if (rc == 0 && !drawn)
			rc = parcel_insert(tx, e->parcels[i].code, e->parcels[i].shape, t->case_number);
	}
	asked_fini(&a);
	return rc;
}
