#include "zones/extranet/transfer/in_force.h"

#include "common/log/log.h"
#include "common/os/fault.h"
#include "zones/extranet/store/rules.h"
#include "zones/extranet/transfer/publish.h"
#include <stdatomic.h>
#include <stdlib.h>

/* A run covers what was wanted before it began: a decision of meanwhile stays due. */
struct due {
	const char *division; /* whose rules; NULL: the businesses of all */
	atomic_uint wanted, held;
};
struct in_force {
	struct registry *r;
	size_t n;
	struct due due[];
};

static bool open_still(struct due *d)
{
	return atomic_load(&d->held) != atomic_load(&d->wanted);
}

static void hold(struct due *d, unsigned upto)
{
	unsigned held = atomic_load(&d->held);
	while ((int)(upto - held) > 0 && !atomic_compare_exchange_weak(&d->held, &held, upto))
		continue;
}

static int business_run(struct registry *r, struct err_note *note)
{
	int rc = flows_reload(r, note);
	return rc == 0 ? publish_definitions(r, note) : rc;
}

static int rule_run(struct registry *r, const char *division, struct err_note *note)
{
	return fault_fail("rules.reload") ? ERR_IO : rules_reload(r, division, note);
}

static bool run(struct in_force *f, struct due *d)
{
	struct err_note note = {0};
	unsigned upto = atomic_load(&d->wanted);
	int rc = d->division ? rule_run(f->r, d->division, &note) : business_run(f->r, &note);
	if (rc < 0)
		log_error("in-force", "what=%s office=%s error=%s text=\"%s\"",
			d->division ? "rules" : "businesses", d->division ? d->division : "all", err_name(rc),
			note.err ? note.text : "not taken in yet");
	else
		hold(d, upto);
	return rc == 0;
}

static bool after(struct in_force *f, struct due *d)
{
	atomic_fetch_add(&d->wanted, 1);
	return run(f, d);
}

bool in_force_business(struct in_force *f)
{
	return after(f, &f->due[0]);
}

bool in_force_rule(struct in_force *f, const char *division)
{
	size_t i = 1;
	while (i < f->n && strcmp(f->due[i].division, division) != 0)
		i++;
	REQUIRE(i < f->n); /* who decides is of an office here */
	return after(f, &f->due[i]);
}

void in_force_again(struct in_force *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (open_still(&f->due[i]) && run(f, &f->due[i]))
			log_info("in-force", "what=%s office=%s text=\"taken in now\"",
				i ? "rules" : "businesses", i ? f->due[i].division : "all");
}

int in_force_new(struct registry *r, struct in_force **out)
{
	const struct service *s = r->service;
	size_t n = 1;
	while (s->tenants[n - 1])
		n++;
	struct in_force *f = calloc(1, sizeof *f + n * sizeof f->due[0]);
	if (!f)
		return ERR_NOMEM;
	f->r = r;
	f->n = n;
	for (size_t i = 1; i < n; i++)
		f->due[i].division = s->tenants[i - 1];
	*out = f;
	return 0;
}

void in_force_free(struct in_force *f)
{
	free(f);
}
