/* What a sweep and its nightly round share. */
#ifndef SW_SERVICE_FIXITY_IMPL_H
#define SW_SERVICE_FIXITY_IMPL_H
#include "common/os/worker.h"
#include "common/service/fixity.h"
#include <stdatomic.h>

struct fixity {
	struct db *db;
	struct blob_store *blobs;
	const struct fixity_use *uses;
	_Atomic int64_t damaged;
	struct worker *nightly; /* NULL: not started */
	int minute;
	int64_t due_ms; /* of the next sweep; the worker's */
};
static inline bool fixity_stopping(const struct fixity *f)
{
	return f->nightly && worker_stopping(f->nightly);
}
#endif
