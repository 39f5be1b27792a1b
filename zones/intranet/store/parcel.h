/* Parcels, buildings and the division's border: GeoPackage feature tables with an R*Tree. */
#ifndef CAD_STORE_PARCEL_H
#define CAD_STORE_PARCEL_H
#include "common/db/db.h"
#include "zones/intranet/domain/geometry.h"

extern const struct db_schema cadastre_schema;

SW_MUST_USE int parcel_insert(
	struct db_tx *tx, const char *code, const struct geometry *g, const char *source);
/* Is drawn or was: a code is never used again. */
SW_MUST_USE int parcel_exists(struct db_tx *tx, const char *code, bool *out);
/* As it is drawn now; ERR_NOTFOUND. */
SW_MUST_USE int parcel_get(struct db_tx *tx, const char *code, struct geometry **out);
/* Others take its place: it is past from now on. by: case number. ERR_NOTFOUND: it is not drawn. */
SW_MUST_USE int parcel_end(struct db_tx *tx, const char *code, const char *by);
/* Calls `each` for every parcel whose box meets the box. Non-zero from each ends it and is returned. */
typedef int parcel_each(void *arg, const char *code, const struct geometry *g);
SW_MUST_USE int parcel_near(struct db_tx *tx, struct geometry_box box, parcel_each *each, void *arg);
SW_MUST_USE int parcel_add_building(
	struct db_tx *tx, const char *code, const struct geometry *g, int64_t floors);
SW_MUST_USE int parcel_set_division(struct db_tx *tx, const struct geometry *g);
/* ERR_NOTFOUND. */
SW_MUST_USE int parcel_division(struct db_tx *tx, struct geometry **out);
#endif
