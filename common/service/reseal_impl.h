/* What batches and the run over all tables share. */
#ifndef SW_SERVICE_RESEAL_IMPL_H
#define SW_SERVICE_RESEAL_IMPL_H
#include "common/os/worker.h"
#include "common/service/reseal.h"
#include <pthread.h>
#include <stdatomic.h>

#define RESEAL_BATCH 64
#define RESEAL_STAMP 24 /* ids of the data and the index key */

struct reseal_row {
	char a[64], b[160], c[64], id[200];
	char *value[RESEAL_COLUMNS];
};
struct reseal_progress {
	char stamp[RESEAL_STAMP], a[64], b[160], c[64]; /* the last row seen */
	int64_t seen, done;
};
struct reseal_batch {
	struct vault *vault;
	const struct reseal_use *use;
	struct reseal_progress from, to;
	struct reseal_row rows[RESEAL_BATCH];
	size_t n;
};
struct reseal {
	struct db *db;
	struct vault *vault;
	const struct reseal_use *uses;
	pthread_mutex_t lock;  /* of wanted, rotating, and of left when it is decided on */
	struct worker *worker; /* NULL: not started */
	bool wanted, rotating;
	atomic_llong left, done; /* rows; left -1: not counted yet */
	size_t at;               /* the table in turn */
	bool again;              /* from its beginning, whatever was done */
	struct reseal_batch batch;
};

const struct reseal_use *reseal_use_at(const struct reseal *r, size_t i); /* NULL behind the last */
/* Reads the rows behind from into the batch, and where they end into to. A db_fn; arg: the batch. */
SW_MUST_USE int reseal_batch_read(struct db_tx *tx, void *arg);
/* The same, seals anew what is under an old key, and notes how far it came. */
SW_MUST_USE int reseal_batch_write(struct db_tx *tx, void *arg);
void reseal_batch_clear(struct reseal_batch *b);
size_t reseal_batch_old(const struct reseal_batch *b); /* rows with a value under an old key */
/* How far the table was under this stamp; nothing is changed when it was under another. */
SW_MUST_USE int reseal_progress_read(struct db_tx *tx, const char *name, struct reseal_progress *p);
SW_MUST_USE int reseal_progress_write(struct db_tx *tx, const char *name, const struct reseal_progress *p);
#endif
