/* Graphics as handed in: what is read can be written as a GeoPackage blob and read again with the same area.
 */
#include "zones/intranet/domain/geometry.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct geometry_parcel v[GEOMETRY_PARCELS_MAX];
	const struct geometry *shapes[GEOMETRY_PARCELS_MAX];
	struct geometry *g = NULL;
	struct err_note note = {0};
	size_t n = 0;
	int rc = geometry_from_geojson(view_of(data, size), v, &n, &note);
	REQUIRE(rc == 0 ? n >= 1 && n <= GEOMETRY_PARCELS_MAX : rc == note.err || rc == ERR_NOMEM);
	for (size_t i = 0; i < n; i++) {
		struct geometry *again = NULL;
		struct buf blob;
		char why[128];
		buf_init(&blob, 64 << 20);
		(void)geometry_valid(v[i].shape, why);
		REQUIRE(strlen(v[i].code) == 19);
		REQUIRE(geometry_to_gpkg(v[i].shape, &blob) == 0 &&
			geometry_from_gpkg(buf_view(&blob), &again) == 0);
		REQUIRE(geometry_area_cm2(v[i].shape) == geometry_area_cm2(again));
		buf_fini(&blob);
		geometry_free(again);
		shapes[i] = v[i].shape;
	}
	(void)geometry_difference_cm2(shapes, n, shapes, n);
	geometry_parcels_free(v, n);
	if (geometry_from_gpkg(view_of(data, size), &g) == 0)
		geometry_free(g);
	return 0;
}
