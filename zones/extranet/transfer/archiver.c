#include "zones/extranet/transfer/archiver.h"

#include "common/os/worker.h"
#include "zones/extranet/store/archive.h"
#include "zones/extranet/transfer/archive_pack.h"
#include <stdlib.h>

struct archiver {
	struct registry *r;
	struct worker *worker;
	int failures;
};

static int waiting_read(struct db_tx *tx, void *arg)
{
	return archive_waiting(tx, arg);
}

/* 0 when nothing waits any more. */
static int run(struct archiver *a, const struct office *o)
{
	json_t *ids = NULL, *id;
	size_t i, packed = 0;
	int rc = db_read(a->r->service->db, o->division, waiting_read, &ids);
	json_array_foreach(ids, i, id)
	{
		int one = worker_stopping(a->worker) ? ERR_STOPPING
						     : archive_pack(a->r, o, json_string_value(id));
		packed += one == 0;
		rc = one < 0 ? one : rc;
	}
	/* As many as one look gives: there may be more. */
	bool more = rc == 0 && packed == 20;
	json_decref(ids);
	return more ? run(a, o) : rc;
}

static int64_t work(void *arg)
{
	struct archiver *a = arg;
	const struct office *o;
	int rc = 0;
	for (size_t i = 0; (o = offices_at(a->r->offices, i)); i++) {
		int one = run(a, o);
		rc = one < 0 ? one : rc;
	}
	a->failures = rc == 0 ? 0 : rc == ERR_BUSY ? 1 : a->failures < 6 ? a->failures + 1 : 6;
	return (a->failures ? 1 << (a->failures - 1) : 3600) * INT64_C(1000);
}

int archiver_start(struct registry *r, struct archiver **out)
{
	struct archiver *a = calloc(1, sizeof *a);
	if (!a)
		return ERR_NOMEM;
	a->r = r;
	int rc = worker_new(work, a, 10, &a->worker);
	if (rc == 0)
		rc = worker_start(a->worker);
	if (rc < 0)
		archiver_stop(a);
	else
		*out = a;
	return rc;
}

void archiver_wake(struct archiver *a)
{
	worker_wake(a->worker);
}

void archiver_stop(struct archiver *a)
{
	if (!a)
		return;
	worker_free(a->worker);
	free(a);
}
