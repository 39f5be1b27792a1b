/* A stored file in the columns size, digest, blob, blob_key. */
#ifndef INTAKE_STORE_BLOB_ROW_H
#define INTAKE_STORE_BLOB_ROW_H
#include "common/db/blob.h"
#include "common/db/db.h"

static inline void blob_row_bind(struct db_query *q, const struct blob_ref *ref)
{
	db_bind_int(q, "size", ref->size);
	db_bind_digest(q, "digest", &ref->digest);
	db_bind_digest(q, "blob", &ref->name);
	db_bind_text(q, "blob_key", ref->wrapped_key);
}
#endif
