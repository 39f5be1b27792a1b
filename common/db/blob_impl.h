/* What the parts of the blob store share. */
#ifndef SW_DB_BLOB_IMPL_H
#define SW_DB_BLOB_IMPL_H
#include "common/db/blob.h"
#include <stdatomic.h>

struct blob_store {
	int dir;
	const struct suite *suite;
	struct vault *vault;
	atomic_bool synced[256]; /* folders that this process has seen on the disk */
};
#endif
