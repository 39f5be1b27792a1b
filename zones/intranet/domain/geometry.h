/* Geometry of parcels by GEOS: reading what was submitted, GeoPackage blobs, the checks of 权籍审核.
 * Coordinates in metres, CGCS2000 3-degree zone 39 (EPSG 4527). */
#ifndef CAD_DOMAIN_GEOMETRY_H
#define CAD_DOMAIN_GEOMETRY_H
#include "common/base/json.h"
#include <stdbool.h>

#define GEOMETRY_SRS 4527
struct geometry;
struct geometry_box {
	double minx, miny, maxx, maxy;
};
/* One outline of a file, with its property parcel_code: 19 characters + NUL. */
struct geometry_parcel {
	struct geometry *shape;
	char code[20];
};
#define GEOMETRY_PARCELS_MAX 20
/* GeoJSON FeatureCollection of Polygons, at most 8 MiB, one to GEOMETRY_PARCELS_MAX. ERR_SYNTAX, ERR_SCHEMA,
 * ERR_LIMIT. Free with geometry_parcels_free. */
SW_MUST_USE int geometry_from_geojson(struct view text,
	struct geometry_parcel out[static GEOMETRY_PARCELS_MAX], size_t *n, struct err_note *note);
void geometry_parcels_free(struct geometry_parcel *v, size_t n);
/* GeoPackage geometry blob (clause 2.1.3). */
SW_MUST_USE int geometry_from_gpkg(struct view blob, struct geometry **out);
SW_MUST_USE int geometry_to_gpkg(const struct geometry *g, struct buf *out);
/* {"type":"Polygon","coordinates":[…]} for the pages. New reference. */
SW_MUST_USE int geometry_to_json(const struct geometry *g, json_t **out);
void geometry_free(struct geometry *g);

int64_t geometry_area_cm2(const struct geometry *g);
struct geometry_box geometry_box(const struct geometry *g);
/* Not valid: reason and place appended to why, returns false. */
bool geometry_valid(const struct geometry *g, char why[static 128]);
bool geometry_inside(const struct geometry *g, const struct geometry *division);
/* Shared area in cm²; touching borders share none. `a` is valid; a broken `b` of old data is looked at as
 * mended, and what cannot be compared even so counts as shared wholly: the reviewer is told. */
int64_t geometry_overlap_cm2(const struct geometry *a, const struct geometry *b);
/* Area in cm² that only one of two sets of outlines covers: 0 when both are the same ground. -1: it cannot be
 * reckoned (an outline is not valid). */
int64_t geometry_difference_cm2(
	const struct geometry *const *a, size_t na, const struct geometry *const *b, size_t nb);
/* 4π·area ÷ perimeter²: 1 for a circle, near 0 for a sliver. */
double geometry_compactness(const struct geometry *g);
#endif
