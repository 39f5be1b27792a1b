/* Numbered migrations of the portal's database. */
#ifndef INTAKE_STORE_INTAKE_SCHEMA_H
#define INTAKE_STORE_INTAKE_SCHEMA_H
#include "common/db/db.h"

extern const struct db_schema intake_schema;
#endif
