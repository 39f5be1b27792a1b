/* Graphics as handed in: what is read can be written as a GeoPackage blob and read again with the same area.
 */
#include "zones/intranet/domain/geometry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct geometry *g = NULL, *again = NULL;
	struct err_note note = {0};
	struct buf blob;
	char code[20], why[128];
	int rc = geometry_from_geojson(view_of(data, size), &g, code, &note);
	if (rc == 0) {
		buf_init(&blob, 64 << 20);
		(void)geometry_valid(g, why);
		REQUIRE(geometry_to_gpkg(g, &blob) == 0 && geometry_from_gpkg(buf_view(&blob), &again) == 0);
		REQUIRE(geometry_area_cm2(g) == geometry_area_cm2(again));
		buf_fini(&blob);
		geometry_free(again);
	} else {
		REQUIRE(rc == note.err || rc == ERR_NOMEM);
	}
	geometry_free(g);
	if (geometry_from_gpkg(view_of(data, size), &g) == 0)
		geometry_free(g);
	return 0;
}
