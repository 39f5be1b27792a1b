/* Rows of this zone that name stored files (common/service/fixity.h). Every table with a column `blob` stands
 * here. */
#ifndef INTAKE_STORE_FILES_H
#define INTAKE_STORE_FILES_H
#include "common/service/fixity.h"

extern const struct fixity_use intake_files[];
#endif
