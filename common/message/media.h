/* Media type by content, never by name. */
#ifndef SW_MESSAGE_MEDIA_H
#define SW_MESSAGE_MEDIA_H
#include "common/base/buf.h"
#include <stdbool.h>

/* Looks at the whole content (archives are opened, nested to depth 4, entries 10,000, ratio bounded). Returns
 * a static media type: "application/pdf", "image/jpeg", "image/png", "application/ofd",
 * "application/x-sanwang-envelope", "application/json", "text/plain", "application/zip",
 * "application/octet-stream" … *spatial (may be NULL) is set to a static format name when it is, or holds at
 * any depth, spatial data (shapefile, GeoPackage or any SQLite/SpatiaLite, GeoJSON, TopoJSON, KML/KMZ, GML,
 * GeoTIFF, DXF, DWG, MapInfo TAB/MIF, E00, FileGDB, GPX, LAS, JPEG 2000 GML, GeoPDF …), else NULL. */
const char *media_type(struct view content, const char **spatial);
/* The portal's rule: 0 for PDF, JPEG, PNG, OFD without spatial content and without what media_inner.h
 * refuses; ERR_SPATIAL naming the format; ERR_MEDIA naming the type or what is wrong with it; ERR_BOMB. */
SW_MUST_USE int media_check_material(struct view content, const char **type, struct err_note *note);
/* A file's name as people gave it, for people: no path, no control characters, at most 150 bytes. ERR_SCHEMA.
 */
SW_MUST_USE int media_name_check(const char *name, struct err_note *note);
#endif
