/* What the parts of the blob store share. */
#ifndef SW_DB_BLOB_IMPL_H
#define SW_DB_BLOB_IMPL_H
#include "common/db/blob.h"

struct blob_store {
	int dir;
	const struct suite *suite;
	struct vault *vault;
};
#endif
