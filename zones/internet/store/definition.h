/* Published definitions as received: rows, never changed. */
#ifndef INTAKE_STORE_DEFINITION_H
#define INTAKE_STORE_DEFINITION_H
#include "common/base/json.h"
#include "common/db/db.h"

struct definition {
	const char *kind, *code; /* "business" with its code, or "fees" */
	int64_t version;
	const char *definition, *signature, *seal_certificate;
};
/* 0 also when the same text stands there; ERR_EXISTS: another one does under this version. */
SW_MUST_USE int definition_add(struct db_tx *tx, const struct definition *d);
/* Every one, by kind, code, version: each(arg, kind, definition); 0 goes on. */
SW_MUST_USE int definition_each(
	struct db_tx *tx, int (*each)(void *arg, const char *kind, const char *definition), void *arg);
#endif
