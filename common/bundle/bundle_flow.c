#include "common/bundle/bundle_flow.h"
#include "common/bundle/bundle_memory.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#define SLOTS 8
#define START 4 /* chunks that are done without helpers */
#define HELPERS_MAX BUNDLE_FLOW_STEPS

struct bundle_flow {
	struct bundle_flow_plan plan;
	struct bundle_chunk slots[SLOTS];
	struct bundle_memory first, rest; /* of the first slot, and of the others */
	bool filled;                      /* the others were used */
	pthread_mutex_t lock;
	pthread_cond_t moved;
	int64_t put, done[BUNDLE_FLOW_STEPS]; /* chunks */
	bool busy[BUNDLE_FLOW_STEPS];
	int64_t offset; /* bytes put */
	int err;
	bool held; /* the producer fills slot put % SLOTS */
	bool stop, tried;
	size_t waiting; /* threads */
	pthread_t helpers[HELPERS_MAX];
	size_t nhelpers;
};

size_t bundle_flow_processors(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
	return n > 0 ? (size_t)n : 1;
}

int bundle_flow_new(const struct bundle_flow_plan *p, struct bundle_flow **out)
{
	struct bundle_flow *f = calloc(1, sizeof *f);
	REQUIRE(p->nsteps >= 1 && p->nsteps <= BUNDLE_FLOW_STEPS);
	if (!f)
		return ERR_NOMEM;
	f->plan = *p;
	REQUIRE(pthread_mutex_init(&f->lock, NULL) == 0 && pthread_cond_init(&f->moved, NULL) == 0);
	*out = f;
	return 0;
}

static void stop_helpers(struct bundle_flow *f)
{
	REQUIRE(pthread_mutex_lock(&f->lock) == 0);
	f->stop = true;
	REQUIRE(pthread_cond_broadcast(&f->moved) == 0);
	REQUIRE(pthread_mutex_unlock(&f->lock) == 0);
	for (size_t i = 0; i < f->nhelpers; i++)
		REQUIRE(pthread_join(f->helpers[i], NULL) == 0);
	f->nhelpers = 0;
	f->stop = false;
}

void bundle_flow_free(struct bundle_flow *f)
{
	if (!f)
		return;
	stop_helpers(f);
	for (size_t i = 0; i < SLOTS; i++) {
		struct bundle_chunk *c = &f->slots[i];
		/* One chunk only: no more is wiped than was written. */
		if (c->in && !f->plan.open_in)
			buf_wipe(c->in, f->filled ? f->plan.cap_in : c->n);
		if (c->in)
			buf_wipe(c->out, f->filled ? f->plan.cap_out : c->nout);
		free(c->extra);
	}
	bundle_memory_free(&f->first, 0);
	bundle_memory_free(&f->rest, 0);
	(void)pthread_cond_destroy(&f->moved);
	(void)pthread_mutex_destroy(&f->lock);
	free(f);
}

static int64_t ready(const struct bundle_flow *f, size_t step)
{
	int after = f->plan.steps[step].after;
	return after < 0 ? f->put : f->done[after];
}

static int64_t finished(const struct bundle_flow *f)
{
	int64_t least = f->put;
	for (size_t i = 0; i < f->plan.nsteps; i++)
		least = f->done[i] < least ? f->done[i] : least;
	return least;
}

/* Lock held. A broadcast with nobody to hear it costs nothing here. */
static void tell(struct bundle_flow *f)
{
	if (f->waiting)
		REQUIRE(pthread_cond_broadcast(&f->moved) == 0);
}

static void hear(struct bundle_flow *f)
{
	f->waiting++;
	REQUIRE(pthread_cond_wait(&f->moved, &f->lock) == 0);
	f->waiting--;
}

/* The last step that has work for one more thread, or -1. */
static int next_step(const struct bundle_flow *f)
{
	int i = (int)f->plan.nsteps - 1;
	while (i >= 0 && (f->busy[i] || f->done[i] >= ready(f, (size_t)i)))
		i--;
	return i;
}

/* One chunk through one step: what is begun is brought to its end. Lock held, given up
 * meanwhile. After an error chunks only pass. False: nothing to do now. */
static bool run_one(struct bundle_flow *f)
{
	int i = next_step(f);
	if (i < 0)
		return false;
	struct bundle_chunk *c = &f->slots[f->done[i] % SLOTS];
	int err = f->err;
	f->busy[i] = true;
	REQUIRE(pthread_mutex_unlock(&f->lock) == 0);
	if (!err)
		err = f->plan.steps[i].run(f->plan.cookie, c);
	REQUIRE(pthread_mutex_lock(&f->lock) == 0);
	f->busy[i] = false;
	if (err && !f->err)
		f->err = err;
	f->done[i]++;
	tell(f);
	return true;
}

static void *help(void *arg)
{
	struct bundle_flow *f = arg;
	REQUIRE(pthread_mutex_lock(&f->lock) == 0);
	for (;;) {
		if (run_one(f))
			continue;
		if (f->stop)
			break;
		hear(f);
	}
	REQUIRE(pthread_mutex_unlock(&f->lock) == 0);
	return NULL;
}

/* Signals are the program's, not these threads'. Without helpers the producer does it all. */
static void start_helpers(struct bundle_flow *f)
{
	sigset_t all, before;
	size_t want = bundle_flow_processors() - 1;
	f->tried = true;
	(void)sigfillset(&all);
	REQUIRE(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	while (f->nhelpers < want && f->nhelpers < HELPERS_MAX &&
		pthread_create(&f->helpers[f->nhelpers], NULL, help, f) == 0)
		f->nhelpers++;
	REQUIRE(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
}

/* The first chunk is alone in most bundles. */
static int allocate(struct bundle_flow *f, size_t i)
{
	struct bundle_chunk *c = &f->slots[i];
	size_t one = f->plan.cap_in + f->plan.cap_out;
	if (c->in)
		return 0;
	int err = 0;
	if (i == 0 && !f->first.p)
		err = bundle_memory_new(f->plan.pool, one, &f->first);
	if (i > 0 && !f->rest.p)
		err = bundle_memory_new(f->plan.pool, (SLOTS - 1) * one, &f->rest);
	if (err)
		return err;
	if (!c->extra && f->plan.cap_extra)
		c->extra = calloc(1, f->plan.cap_extra);
	if (!c->extra && f->plan.cap_extra)
		return ERR_NOMEM;
	c->in = i == 0 ? f->first.p : f->rest.p + (i - 1) * one;
	c->out = c->in + f->plan.cap_in;
	f->filled = f->filled || i > 0;
	return 0;
}

int bundle_flow_chunk(struct bundle_flow *f, struct bundle_chunk **out)
{
	struct bundle_chunk *c = &f->slots[f->put % SLOTS];
	int err = 0;
	if (!f->held) {
		REQUIRE(pthread_mutex_lock(&f->lock) == 0);
		while (f->put - finished(f) == SLOTS)
			if (!run_one(f))
				hear(f);
		err = f->err;
		REQUIRE(pthread_mutex_unlock(&f->lock) == 0);
		if (!err)
			err = allocate(f, (size_t)(f->put % SLOTS));
		if (err)
			return err;
		f->held = true;
		c->n = c->nout = 0;
		c->offset = f->offset;
	}
	*out = c;
	return 0;
}

int bundle_flow_put(struct bundle_flow *f)
{
	int err = 0;
	REQUIRE(f->held);
	f->held = false;
	REQUIRE(pthread_mutex_lock(&f->lock) == 0);
	f->offset += (int64_t)f->slots[f->put % SLOTS].n;
	f->put++;
	bool start = f->put > START && !f->tried;
	tell(f);
	REQUIRE(pthread_mutex_unlock(&f->lock) == 0);
	if (start && f->plan.starting)
		err = f->plan.starting(f->plan.cookie);
	if (start && !err)
		start_helpers(f);
	return err;
}

int bundle_flow_drain(struct bundle_flow *f)
{
	REQUIRE(pthread_mutex_lock(&f->lock) == 0);
	while (finished(f) < f->put)
		if (!run_one(f))
			hear(f);
	int err = f->err;
	REQUIRE(pthread_mutex_unlock(&f->lock) == 0);
	return err;
}
