#include "zones/intranet/domain/geometry.h"

#define GEOS_USE_ONLY_R_API
#include <geos_c.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GEOJSON_MAX (8 << 20)
#define POINTS_MAX 20000
#define CM2_MAX INT64_C(9000000000000000) /* 900,000 km² */

struct geometry {
	GEOSContextHandle_t geos;
	GEOSGeometry *g;
};

static struct geometry *geometry_new(void)
{
	struct geometry *g = calloc(1, sizeof *g);
	if (g && !(g->geos = GEOS_init_r())) {
		free(g);
		return NULL;
	}
	return g;
}

void geometry_free(struct geometry *g)
{
	if (!g)
		return;
	if (g->g)
		GEOSGeom_destroy_r(g->geos, g->g);
	GEOS_finish_r(g->geos);
	free(g);
}

/* A polygon, not empty, not too large. */
static int shape_check(const struct geometry *g, struct err_note *note)
{
	if (!g->g)
		return err_set(note, ERR_SYNTAX, "geometry: cannot be read");
	if (GEOSGeomTypeId_r(g->geos, g->g) != GEOS_POLYGON || GEOSisEmpty_r(g->geos, g->g))
		return err_set(note, ERR_SCHEMA, "geometry: not one polygon");
	if (GEOSGetNumCoordinates_r(g->geos, g->g) > POINTS_MAX)
		return err_set(note, ERR_LIMIT, "geometry: more than %d points", POINTS_MAX);
	return 0;
}

static bool is_point(const json_t *p)
{
	bool good = json_is_array(p) && (json_array_size(p) == 2 || json_array_size(p) == 3);
	for (size_t i = 0; good && i < json_array_size(p); i++)
		good = json_is_number(json_array_get(p, i));
	return good;
}

/* {"type":"Polygon","coordinates":[[[x,y],…],…]} and nothing else: GEOS's reader trusts that points have
 * numbers. */
static bool is_polygon(const json_t *shape)
{
	const json_t *rings = json_object_get(shape, "coordinates"), *ring, *point;
	const char *type = json_string_value(json_object_get(shape, "type"));
	size_t i, k;
	if (!type || strcmp(type, "Polygon") != 0 || !json_is_array(rings) || json_array_size(rings) == 0)
		return false;
	json_array_foreach(rings, i, ring)
	{
		if (!json_is_array(ring) || json_array_size(ring) < 4)
			return false;
		json_array_foreach(ring, k, point) if (!is_point(point)) return false;
	}
	return true;
}

static int feature_read(const json_t *f, size_t i, struct geometry_parcel *out, struct err_note *note)
{
	const char *code =
		json_string_value(json_object_get(json_object_get(f, "properties"), "parcel_code"));
	if (!code || strlen(code) != 19)
		return err_set(note, ERR_SCHEMA,
			"features[%zu].properties.parcel_code: 19 characters are expected", i);
	if (!is_polygon(json_object_get(f, "geometry")))
		return err_set(note, ERR_SCHEMA,
			"features[%zu].geometry: a Polygon of rings of at least four points is expected", i);
	struct geometry *g = geometry_new();
	if (!g)
		return ERR_NOMEM;
	char *text = json_dumps(json_object_get(f, "geometry"), JSON_COMPACT | JSON_REAL_PRECISION(17));
	GEOSGeoJSONReader *reader = GEOSGeoJSONReader_create_r(g->geos);
	if (text && reader)
		g->g = GEOSGeoJSONReader_readGeometry_r(g->geos, reader, text);
	if (reader)
		GEOSGeoJSONReader_destroy_r(g->geos, reader);
	free(text);
	int rc = shape_check(g, note);
	if (rc < 0) {
		geometry_free(g);
		return rc;
	}
	out->shape = g;
	memcpy(out->code, code, sizeof out->code);
	return 0;
}

void geometry_parcels_free(struct geometry_parcel *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		geometry_free(v[i].shape);
}

int geometry_from_geojson(struct view text, struct geometry_parcel out[static GEOMETRY_PARCELS_MAX],
	size_t *n, struct err_note *note)
{
	json_error_t e;
	size_t read = 0;
	if (text.n > GEOJSON_MAX)
		return err_set(note, ERR_LIMIT, "%zu bytes, at most %d", text.n, GEOJSON_MAX);
	/* Coordinates are reals, so the strict reader of messages does not fit; jansson bounds the depth
	 * itself. */
	json_t *root = json_read(text, JSON_REJECT_DUPLICATES, &e);
	if (!root)
		return err_set(note, json_error_code(&e) == json_error_out_of_memory ? ERR_NOMEM : ERR_SYNTAX,
			"line %d: %.160s", e.line, e.text);
	const json_t *features = json_object_get(root, "features");
	size_t given = json_array_size(features);
	int rc = given >= 1 && given <= GEOMETRY_PARCELS_MAX
			 ? 0
			 : err_set(note, ERR_SCHEMA, "features: 1 to %d are expected", GEOMETRY_PARCELS_MAX);
	for (; rc == 0 && read < given; read += rc == 0)
		rc = feature_read(json_array_get(features, read), read, &out[read], note);
	json_decref(root);
	if (rc < 0)
		geometry_parcels_free(out, read);
	else
		*n = given;
	return rc;
}

/* Header without envelope: "GP", version 0, flags 1 (little endian), srs id; with one, its size follows from
 * the flags. */
int geometry_from_gpkg(struct view blob, struct geometry **out)
{
	static const size_t envelopes[8] = {0, 32, 48, 48, 64, 0, 0, 0};
	if (blob.n < 8 || memcmp(blob.p, "GP", 2) != 0)
		return ERR_FORMAT;
	size_t at = 8 + envelopes[blob.p[3] >> 1 & 7];
	if (blob.n <= at)
		return ERR_TRUNCATED;
	struct geometry *g = geometry_new();
	if (!g)
		return ERR_NOMEM;
	g->g = GEOSGeomFromWKB_buf_r(g->geos, blob.p + at, blob.n - at);
	int rc = shape_check(g, NULL);
	if (rc < 0)
		geometry_free(g);
	else
		*out = g;
	return rc;
}

int geometry_to_gpkg(const struct geometry *g, struct buf *out)
{
	uint8_t head[8] = {'G', 'P', 0, 1 | 1 << 1, GEOMETRY_SRS & 255, GEOMETRY_SRS >> 8 & 255, 0, 0};
	struct geometry_box b = geometry_box(g);
	const double envelope[4] = {b.minx, b.maxx, b.miny, b.maxy};
	size_t n = 0;
	unsigned char *wkb = GEOSGeomToWKB_buf_r(g->geos, g->g, &n);
	int rc = wkb ? buf_add(out, head, sizeof head) : ERR_NOMEM;
	if (rc == 0)
		rc = buf_add(out, envelope, sizeof envelope);
	if (rc == 0)
		rc = buf_add(out, wkb, n);
	if (wkb)
		GEOSFree_r(g->geos, wkb);
	return rc;
}

int geometry_to_json(const struct geometry *g, json_t **out)
{
	GEOSGeoJSONWriter *w = GEOSGeoJSONWriter_create_r(g->geos);
	char *text = w ? GEOSGeoJSONWriter_writeGeometry_r(g->geos, w, g->g, -1) : NULL;
	json_t *v = text ? json_loads(text, 0, NULL) : NULL;
	if (text)
		GEOSFree_r(g->geos, text);
	if (w)
		GEOSGeoJSONWriter_destroy_r(g->geos, w);
	if (!v)
		return ERR_NOMEM;
	*out = v;
	return 0;
}

/* Square metres as cm². No parcel is so large as the bound, by which whoever reckons with it does not
 * overflow. */
static int64_t cm2(double area)
{
	return area < CM2_MAX / 10000.0 ? (int64_t)llround(area * 10000) : CM2_MAX;
}

int64_t geometry_area_cm2(const struct geometry *g)
{
	double a = 0;
	return GEOSArea_r(g->geos, g->g, &a) == 1 ? cm2(a) : 0;
}

struct geometry_box geometry_box(const struct geometry *g)
{
	struct geometry_box b = {0};
	GEOSGeom_getXMin_r(g->geos, g->g, &b.minx);
	GEOSGeom_getYMin_r(g->geos, g->g, &b.miny);
	GEOSGeom_getXMax_r(g->geos, g->g, &b.maxx);
	GEOSGeom_getYMax_r(g->geos, g->g, &b.maxy);
	return b;
}

bool geometry_valid(const struct geometry *g, char why[static 128])
{
	char *reason = GEOSisValidReason_r(g->geos, g->g);
	bool ok = reason && strcmp(reason, "Valid Geometry") == 0;
	snprintf(why, 128, "%s", reason ? reason : "cannot be judged");
	if (reason)
		GEOSFree_r(g->geos, reason);
	return ok;
}

bool geometry_inside(const struct geometry *g, const struct geometry *division)
{
	return GEOSCovers_r(g->geos, division->g, g->g) == 1;
}

int64_t geometry_overlap_cm2(const struct geometry *a, const struct geometry *b)
{
	double area = 0;
	GEOSGeometry *mended = GEOSisValid_r(a->geos, b->g) == 1 ? NULL : GEOSMakeValid_r(a->geos, b->g);
	GEOSGeometry *both = GEOSIntersection_r(a->geos, a->g, mended ? mended : b->g);
	bool known = both && GEOSArea_r(a->geos, both, &area) == 1;
	if (both)
		GEOSGeom_destroy_r(a->geos, both);
	if (mended)
		GEOSGeom_destroy_r(a->geos, mended);
	return known ? cm2(area) : geometry_area_cm2(a);
}

/* All of them as one shape; NULL when that cannot be made. */
static GEOSGeometry *together(GEOSContextHandle_t geos, const struct geometry *const *v, size_t n)
{
	GEOSGeometry *all = GEOSGeom_createEmptyPolygon_r(geos);
	for (size_t i = 0; all && i < n; i++) {
		GEOSGeometry *next = GEOSUnion_r(geos, all, v[i]->g);
		GEOSGeom_destroy_r(geos, all);
		all = next;
	}
	return all;
}

int64_t geometry_difference_cm2(
	const struct geometry *const *a, size_t na, const struct geometry *const *b, size_t nb)
{
	GEOSContextHandle_t geos = na ? a[0]->geos : nb ? b[0]->geos : NULL;
	double area = 0;
	if (!geos)
		return 0;
	GEOSGeometry *x = together(geos, a, na), *y = together(geos, b, nb);
	GEOSGeometry *d = x && y ? GEOSSymDifference_r(geos, x, y) : NULL;
	bool known = d && GEOSArea_r(geos, d, &area) == 1;
	if (x)
		GEOSGeom_destroy_r(geos, x);
	if (y)
		GEOSGeom_destroy_r(geos, y);
	if (d)
		GEOSGeom_destroy_r(geos, d);
	return known ? cm2(area) : -1;
}

double geometry_compactness(const struct geometry *g)
{
	double area = 0, length = 0;
	if (GEOSArea_r(g->geos, g->g, &area) != 1 || GEOSLength_r(g->geos, g->g, &length) != 1 || length <= 0)
		return 0;
	return 4 * M_PI * area / (length * length);
}
