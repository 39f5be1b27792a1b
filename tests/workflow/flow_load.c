/* flow-load change|bench DATABASE CASES JQBOX [DIE_AFTER]
 * change: cases are opened and driven to their end by several threads while new versions are published and
 * some cases are migrated and taken back; afterwards every case's log is held against the paths of its
 * versions. With DIE_AFTER the program ends in the middle of that step; called again it goes on from the
 * database. bench: steps per second, each durable before it counts. */
#include "tests/workflow/flow_load.h"

#include "common/base/id.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VERSIONS 12
#define THREADS 48

struct worker {
	struct load *l;
	pthread_t thread;
	int first, step, cases;
	bool change;
	struct err_note note;
	int rc;
};

static void case_id(int i, char out[static 24])
{
	snprintf(out, 24, "case-%05d", i);
}

/* Which cases an officer moves: one in ten to the newest version, half of these back at once. */
static int officer(struct worker *w, const char *id, int i)
{
	struct err_note note = {0};
	int newest = atomic_load(&w->l->newest);
	if (!w->change || i % 10 != 3 || newest < 2)
		return 0;
	int rc = load_migrate(w->l, id, newest, &note);
	if (rc == 0 && i % 20 == 3)
		rc = load_revert(w->l, id, &note);
	if (rc == ERR_REFUSED || rc == ERR_STATE) {
		atomic_fetch_add(&w->l->refused, 1);
		return 0;
	}
	if (rc < 0)
		w->note = note;
	return rc;
}

/* All its cases are open at once; each gets one step in turn until all are ended. */
static int work(struct worker *w)
{
	bool more = true;
	char id[24];
	for (int i = w->first; i < w->cases; i += w->step) {
		case_id(i, id);
		int rc = load_start(w->l, id, atomic_load(&w->l->newest), i, &w->note);
		if (rc < 0 && rc != ERR_EXISTS)
			return rc;
	}
	while (more) {
		more = false;
		for (int i = w->first; i < w->cases && !atomic_load(&w->l->failed); i += w->step) {
			bool ended = false;
			case_id(i, id);
			int rc = officer(w, id, i);
			if (rc == 0)
				rc = load_step(w->l, id, &ended, &w->note);
			if (rc < 0)
				return rc;
			more |= !ended;
		}
	}
	return 0;
}

static void *work_run(void *arg)
{
	struct worker *w = arg;
	w->rc = work(w);
	if (w->rc < 0)
		atomic_store(&w->l->failed, true);
	atomic_fetch_sub(&w->l->busy, 1);
	return NULL;
}

/* New versions as the work goes on. */
static int versions_publish(struct load *l, int cases, struct err_note *note)
{
	for (int v = atomic_load(&l->newest) + 1; v <= VERSIONS; v++) {
		while (atomic_load(&l->steps) < (long)cases * (v - 1) * 5 / VERSIONS &&
			atomic_load(&l->busy) > 0)
			if (usleep(2000))
				break;
		int rc = load_version_make(l, v, note);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int known(void *arg, const struct flow_published *p)
{
	int *newest = arg;
	*newest = p->version > *newest ? (int)p->version : *newest;
	return 0;
}

static int known_read(struct db_tx *tx, void *arg)
{
	return flow_store_published(tx, known, arg);
}

static int run(struct load *l, int cases, bool change, struct err_note *note)
{
	static struct worker workers[THREADS];
	int64_t began = time_mono_ms();
	int rc = 0;
	atomic_store(&l->busy, THREADS);
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){
			.l = l, .first = i, .step = THREADS, .cases = cases, .change = change};
		REQUIRE(pthread_create(&workers[i].thread, NULL, work_run, &workers[i]) == 0);
	}
	if (change)
		rc = versions_publish(l, cases, note);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		if (workers[i].rc < 0 && rc == 0) {
			rc = workers[i].rc;
			*note = workers[i].note;
		}
	}
	int64_t took = time_mono_ms() - began;
	printf("steps %ld\nms %lld\nrate %lld\n", atomic_load(&l->steps), (long long)took,
		(long long)(atomic_load(&l->steps) * 1000 / (took ? took : 1)));
	return rc;
}

int main(int argc, char **argv)
{
	static struct load l;
	const struct db_schema *schemas[] = {&flow_schema};
	struct err_note note = {0};
	int newest = 0, wrong = 0;
	if (argc < 5 || argc > 6) {
		fprintf(stderr, "usage: flow-load change|bench DATABASE CASES JQBOX [DIE_AFTER]\n");
		return 2;
	}
	log_init("flow-load");
	bool change = strcmp(argv[1], "change") == 0;
	int cases = atoi(argv[3]);
	l.die_after = argc == 6 ? atol(argv[5]) : 0;
	int rc = jqbox_start(&(struct jqbox_options){.program = argv[4], .time_ms = 20000}, &l.box, &note);
	if (rc == 0)
		rc = db_open(&(struct db_options){.path = argv[2], .schemas = schemas, .nschemas = 1}, &l.db,
			&note);
	if (rc == 0)
		rc = db_read(l.db, LOAD_TENANT, known_read, &newest);
	for (int v = 1; rc == 0 && v <= (newest ? newest : 1); v++)
		rc = load_version_make(&l, v, &note);
	if (rc == 0)
		rc = run(&l, cases, change, &note);
	if (rc == 0) {
		long steps = 0, migrated = 0, reverted = 0;
		wrong = load_verify(&l, cases, &steps, &migrated, &reverted);
		printf("logged %ld\nmigrated %ld\nreverted %ld\nrefused %ld\nwrong %d\n", steps, migrated,
			reverted, atomic_load(&l.refused), wrong);
	}
	db_close(l.db);
	jqbox_stop(l.box);
	for (int v = 1; v < LOAD_VERSIONS_MAX; v++)
		flow_def_free(l.versions[v].def);
	if (rc < 0)
		return log_refusal(note.err ? &note : &(struct err_note){.err = rc});
	return wrong ? 1 : 0;
}
