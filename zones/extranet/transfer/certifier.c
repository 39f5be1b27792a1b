#include "zones/extranet/transfer/certifier.h"

#include "common/log/log.h"
#include "common/os/worker.h"
#include "zones/extranet/store/entry.h"
#include "zones/extranet/transfer/archiver.h"
#include "zones/extranet/transfer/certificate.h"
#include "zones/extranet/transfer/intake.h"
#include "zones/extranet/transfer/sealer.h"
#include <stdlib.h>

#define LAPSE_UNITS 50 /* of one transaction */

struct certifier {
	struct registry *r;
	struct worker *worker;
	int failures;
};

static int entered_list(struct db_tx *tx, void *arg)
{
	return case_in_state(tx, CASE_ENTRY, arg);
}

static int entered_make(struct registry *r, const struct office *o)
{
	json_t *ids = NULL, *id;
	size_t i;
	int rc = db_read(r->service->db, o->division, entered_list, &ids);
	json_array_foreach(ids, i, id)
	{
		int one = certificate_make(r, o, json_string_value(id));
		if (one < 0) {
			log_error("certificate", "application=%s error=%s", json_string_value(id),
				err_name(one));
			rc = one;
		}
	}
	json_decref(ids);
	return rc;
}

struct lapses {
	struct registry *r;
	int n;
};

static int lapses_store(struct db_tx *tx, void *arg)
{
	struct lapses *l = arg;
	struct err_note note = {0};
	int rc = entry_settle_due(l->r, tx, LAPSE_UNITS, &l->n, &note);
	if (rc < 0)
		log_error("lapse", "error=%s text=\"%s\"", err_name(rc), note.text);
	return rc;
}

/* What ends by itself is written down, some units at a time; rules settle it in memory meanwhile. */
static int lapses_make(struct registry *r, const struct office *o)
{
	struct lapses l = {r, LAPSE_UNITS};
	int rc = 0;
	while (rc == 0 && l.n == LAPSE_UNITS)
		rc = db_write(r->service->db, o->division, lapses_store, &l);
	return rc;
}

static int64_t certifier_run(void *arg)
{
	struct certifier *c = arg;
	const struct office *o;
	bool more = false, any = false;
	int rc = 0;
	for (size_t i = 0; (o = offices_at(c->r->offices, i)); i++) {
		int made = entered_make(c->r, o), lapsed = lapses_make(c->r, o),
		    sealed = sealer_run(c->r, o, &more, &any);
		intake_sweep(c->r, o);
		rc = made < 0 ? made : lapsed < 0 ? lapsed : sealed < 0 ? sealed : rc;
	}
	/* A closed case is packed when its papers are sealed. */
	if (any && !more && c->r->archiver)
		archiver_wake(c->r->archiver);
	c->failures = rc < 0 ? (c->failures < 6 ? c->failures + 1 : 6) : 0;
	return more ? 0 : (c->failures ? 1 << c->failures : 3600) * INT64_C(1000);
}

int certifier_start(struct registry *r, struct certifier **out)
{
	struct certifier *c = calloc(1, sizeof *c);
	if (!c)
		return ERR_NOMEM;
	c->r = r;
	/* Nobody waits at a desk for a drawing: entries and look-ups go first. */
	int rc = worker_new(certifier_run, c, 5, &c->worker);
	if (rc == 0)
		rc = worker_start(c->worker);
	if (rc < 0)
		certifier_stop(c);
	else
		*out = c;
	return rc;
}

void certifier_wake(struct certifier *c)
{
	worker_wake(c->worker);
}

void certifier_stop(struct certifier *c)
{
	if (!c)
		return;
	worker_free(c->worker);
	free(c);
}
