/* Between the files of flows: the published versions, and one step of a case's process. */
#ifndef REG_STORE_FLOWS_IMPL_H
#define REG_STORE_FLOWS_IMPL_H
#include "common/os/worker.h"
#include "common/workflow/flow_def.h"
#include "common/workflow/flow_store.h"
#include "zones/extranet/store/flows.h"
#include <pthread.h>
#include <stdatomic.h>

#define FLOWS_VERSIONS_MAX 1024   /* as many as a portal takes */
#define FLOWS_CONFIGURED_ROOM 160 /* kept for versions that are configured */

struct flows_version {
	struct business *business;
	struct flow_def *def;
	char at[TIME_TEXT], by[64]; /* published */
	bool offered;               /* configured now, or designed */
};
struct flows {
	struct registry *r;
	struct jqbox *box;
	struct flows_version v[FLOWS_VERSIONS_MAX]; /* grows only: what was seen stays where it is */
	_Atomic size_t n;
	pthread_mutex_t lock; /* of who adds */
	struct worker *clock; /* NULL: not started */
	int64_t remind_ms;    /* of the clock: the next look for reminders */
};
/* NULL when it was never published here. */
const struct flows_version *flows_version(const struct flows *f, const char *code, int64_t version);

/* A case's process in the transaction of an act. Release with flow_case_fini(&g->c), also after a failure. */
struct flows_going {
	struct registry *r;
	struct db_tx *tx;
	const struct case_row *row; /* NULL: a timer */
	const char *event, *who;
	struct flow_case c;
	struct err_note *note;
};
/* Reads where it stands. */
SW_MUST_USE int flows_get(struct flows_going *g, const char *id);
/* One step, with the calendar as it is edited now; a process that is new begins by it. */
SW_MUST_USE int flows_go(struct flows_going *g, const struct flow_event *e);
/* Acts that may be gone back to, the last one done last: ["review", …]. */
SW_MUST_USE int flows_back_json(struct db_tx *tx, const struct flow_case *c, json_t **out);
#endif
