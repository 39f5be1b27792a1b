/* Rows of this zone that name stored files (common/service/fixity.h). Every table with a column `blob` stands
 * here. */
#ifndef CAD_STORE_FILES_H
#define CAD_STORE_FILES_H
#include "common/service/fixity.h"

extern const struct fixity_use cad_files[];
#endif
