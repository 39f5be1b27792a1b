/* flow-load: many cases in one database, run by several threads. Inside tests/workflow only. */
#ifndef SW_TEST_FLOW_LOAD_H
#define SW_TEST_FLOW_LOAD_H
#include "common/workflow/flow_def.h"
#include "common/workflow/flow_store.h"
#include <pthread.h>
#include <stdatomic.h>

#define LOAD_BUSINESS "load"
#define LOAD_TENANT "110101"
#define LOAD_VERSIONS_MAX 64
#define LOAD_PATH_MAX 12

/* A generated version: user tasks in order; "second" is taken only by cases whose variable n is even. */
struct load_version {
	char path[LOAD_PATH_MAX][24];
	size_t npath;
	struct flow_def *def;
};
struct load {
	struct db *db;
	struct jqbox *box;
	struct load_version versions[LOAD_VERSIONS_MAX]; /* from 1 */
	atomic_int newest, busy;                         /* busy: threads at work */
	atomic_long steps, conflicts, refused;
	long die_after; /* steps; 0 never */
	atomic_bool failed;
};
/* Makes version v and publishes it (again after a restart: the same content). */
SW_MUST_USE int load_version_make(struct load *l, int v, struct err_note *note);
/* One step of a case, whatever it waits for; *ended is set when it is at its end. */
SW_MUST_USE int load_step(struct load *l, const char *id, bool *ended, struct err_note *note);
SW_MUST_USE int load_start(struct load *l, const char *id, int version, int n, struct err_note *note);
/* Explicit migration to the newest version, and back when nothing was done since. ERR_REFUSED, ERR_STATE,
 * ERR_CONFLICT: left alone. */
SW_MUST_USE int load_migrate(struct load *l, const char *id, int to, struct err_note *note);
SW_MUST_USE int load_revert(struct load *l, const char *id, struct err_note *note);
/* Reads every case's log against the paths of its versions. Prints what is wrong; the number of it. */
SW_MUST_USE int load_verify(struct load *l, int cases, long *steps, long *migrated, long *reverted);
#endif
