#include "zones/internet/transfer/outlet.h"

#include "common/log/log.h"
#include "common/os/worker.h"
#include "zones/internet/store/code.h"
#include <stdlib.h>

#define ROUND_MS 1000
#define EXPIRE_MS INT64_C(60000)

struct outlet {
	struct db *db;
	struct vault *vault;
	const char *channel;
	outlet_send *send;
	void *arg;
	struct worker *worker;
	int64_t expired_ms;
};

void outlet_wake(void *arg)
{
	struct outlet *o = arg;
	worker_wake(o->worker);
}

struct round {
	struct outlet *o;
	struct outgoing m;
	int how;
};

static int due_tx(struct db_tx *tx, void *arg)
{
	struct round *r = arg;
	return outgoing_due(tx, r->o->vault, r->o->channel, &r->m);
}

static int went_tx(struct db_tx *tx, void *arg)
{
	const struct round *r = arg;
	return outgoing_went(tx, &r->m, r->how);
}

/* *more: there may be another. */
static int one(struct outlet *o, bool *more)
{
	struct round r = {.o = o, .how = -1};
	int rc = db_read(o->db, "", due_tx, &r);
	*more = rc == 0;
	if (rc < 0)
		return rc == ERR_NOTFOUND ? 0 : rc;
	if (time_now_ms() < r.m.expires_at) {
		int sent = o->send(o->arg, &r.m);
		r.how = sent == 0 ? 1 : sent > 0 ? -1 : 0;
		if (sent < 0)
			log_warn(o->channel, "id=%s template=%s tries=%lld error=%s", r.m.id, r.m.template,
				(long long)r.m.tries + 1, err_name(sent));
	}
	rc = db_write(o->db, "", went_tx, &r);
	outgoing_fini(&r.m);
	return rc;
}

static int expire_tx(struct db_tx *tx, void *arg)
{
	(void)arg;
	int rc = code_expire(tx);
	return rc == 0 ? outgoing_expire(tx) : rc;
}

static int64_t round_go(void *arg)
{
	struct outlet *o = arg;
	int64_t now = time_mono_ms();
	bool more = true;
	int rc = 0;
	while (rc == 0 && more && !worker_stopping(o->worker))
		rc = one(o, &more);
	if (rc == 0 && !worker_stopping(o->worker) && now - o->expired_ms > EXPIRE_MS) {
		o->expired_ms = now;
		rc = db_write(o->db, "", expire_tx, NULL);
	}
	if (rc < 0)
		log_warn(o->channel, "error=%s", err_name(rc));
	return ROUND_MS;
}

int outlet_new(struct db *db, struct vault *vault, const char *channel, outlet_send *send, void *arg,
	struct outlet **out)
{
	struct outlet *o = calloc(1, sizeof *o);
	if (!o)
		return ERR_NOMEM;
	o->db = db;
	o->vault = vault;
	o->channel = channel;
	o->send = send;
	o->arg = arg;
	int rc = worker_new(round_go, o, 0, &o->worker);
	if (rc < 0)
		outlet_free(o);
	else
		*out = o;
	return rc;
}

int outlet_start(struct outlet *o)
{
	return worker_start(o->worker);
}

void outlet_free(struct outlet *o)
{
	if (!o)
		return;
	worker_free(o->worker);
	free(o);
}
