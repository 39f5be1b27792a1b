/* Rows of this zone that name stored files, for the sweep that reads them all. */
#include "zones/intranet/store/files.h"

DB_STMT_CROSS(graphics_files, "SELECT tenant, id, '', case_number, size, digest, blob, '' FROM task WHERE "
			      "(tenant, id) > (:a, :b) AND :c = '' ORDER BY tenant, id LIMIT :max");
const struct fixity_use cad_files[] = {
	{"graphics", &graphics_files, false},
	{NULL, NULL, false},
};
