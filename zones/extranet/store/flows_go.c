/* What the engine asks of the registry, a step of a case, and its move to another version of its business. */
#include "zones/extranet/store/flows_impl.h"

#include "zones/extranet/store/terms.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct asked {
	const struct flows_version *v;
	struct term_calendar calendar;
};

static int eval(void *arg, size_t program, const json_t *value, json_t **out, struct err_note *note)
{
	const struct asked *a = arg;
	return flow_def_eval(a->v->def, program, value, out, note);
}

/* The end, in China, of the `days`th working day after, by the calendar as it is edited now. */
static int64_t working(void *arg, int64_t from_ms, int64_t days)
{
	const struct asked *a = arg;
	char from[11], last[11], text[TIME_TEXT];
	int64_t ms = from_ms;
	time_date_cst(from_ms, from);
	if (term_add(&a->calendar, from, (int)days, last) < 0)
		return INT64_MAX;
	snprintf(text, sizeof text, "%sT16:00:00.000Z", last);
	return time_parse(text, &ms) == 0 ? ms : INT64_MAX;
}

static int64_t worked(void *arg, int64_t from_ms, int64_t to_ms)
{
	int64_t n = 0;
	while (n < 1000 && working(arg, from_ms, n + 1) <= to_ms)
		n++;
	return n;
}

static int64_t term(void *arg, const char *name)
{
	const struct asked *a = arg;
	return strcmp(name, "notice") == 0 && a->v->business->notice_days ? a->v->business->notice_days : -1;
}

/* What conditions may know of a case: nothing personal. */
static json_t *facts_of(struct registry *r, struct db_tx *tx, const struct case_row *c)
{
	struct case_form own = {.json = NULL};
	const struct case_form *form;
	json_t *fields = json_object(), *v;
	const char *key;
	if (case_form_of(tx, r->service->vault, r->service->suite, c, &own, &form) == 0)
		json_object_foreach(json_object_get(form->json, "fields"), key,
			v) if (json_is_integer(v) || json_is_boolean(v)) json_object_set(fields, key, v);
	case_form_fini(&own);
	return json_pack("{s:o,s:s,s:b,s:b}", "fields", fields, "business", c->business, "has_tax",
		c->has_tax, "has_cadastral", c->has_cadastral);
}

static const struct bpmn *drawing(void *arg, const char *business, int64_t version)
{
	const struct flows_version *v = flows_version(arg, business, version);
	return v ? v->def->b : NULL;
}

int flows_get(struct flows_going *g, const char *id)
{
	return flow_store_get(g->tx, id, drawing, g->r->flows, &g->c, g->note);
}

/* With the calendar as it is edited now: free(*days). */
static int env_make(struct flows_going *g, struct asked *a, struct term_day **days, struct flow_env *env)
{
	int rc = terms_days(g->r, g->tx, days, &a->calendar.n);
	if (rc < 0)
		return rc;
	a->calendar.days = *days;
	*env = (struct flow_env){.now_ms = time_now_ms(),
		.arg = a,
		.eval = eval,
		.working = working,
		.worked = worked,
		.term = term};
	return 0;
}

int flows_go(struct flows_going *g, const struct flow_event *e)
{
	struct asked a = {flows_version(g->r->flows, g->c.business, g->c.version), {NULL, 0}};
	struct term_day *days = NULL;
	struct flow_env env;
	struct flow_state after;
	struct flow_effects fx;
	REQUIRE(a.v);
	int rc = env_make(g, &a, &days, &env);
	if (rc < 0)
		return rc;
	json_t *facts = g->row ? facts_of(g->r, g->tx, g->row) : NULL;
	env.facts = facts;
	rc = flow_step(g->c.b, &g->c.state, e, &env, &after, &fx, g->note);
	json_decref(facts);
	free(days);
	if (rc < 0)
		return rc;
	const struct flow_entry entry = {.event = g->event,
		.node = fx.node < 0 ? "" : g->c.b->nodes[fx.node].id,
		.who = g->who,
		.at_ms = env.now_ms,
		.back_to = e->kind == FLOW_BACK ? e->to : 0,
		.fx = &fx};
	if (g->c.rev == 0) {
		flow_state_fini(&g->c.state);
		g->c.state = after;
		return flow_store_new(g->tx, &g->c, &entry);
	}
	rc = flow_store_put(g->tx, &g->c, g->c.b, g->c.version, &after, &entry);
	flow_state_fini(&after);
	return rc;
}

int flows_migrate(struct registry *r, struct db_tx *tx, const struct case_row *c, int64_t version,
	const json_t *map, const char *who, const char *reason, struct err_note *note)
{
	struct flows_going g = {.r = r, .tx = tx, .note = note};
	struct asked a = {flows_version(r->flows, c->business, version), {NULL, 0}};
	struct term_day *days = NULL;
	struct flow_env env;
	if (!a.v)
		return err_set(note, ERR_NOTFOUND, "business %s: version %lld was never published here",
			c->business, (long long)version);
	int rc = flows_get(&g, c->id);
	if (rc == 0 && g.c.version == version)
		rc = err_set(note, ERR_STATE, "the case goes by version %lld already", (long long)version);
	if (rc == 0)
		rc = env_make(&g, &a, &days, &env);
	if (rc == 0)
		rc = flow_store_migrate(tx, &g.c, a.v->def->b, version, map, &env, who, reason, note);
	free(days);
	flow_case_fini(&g.c);
	return rc;
}

int flows_revert(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *who,
	const char *reason, struct err_note *note)
{
	struct flows_going g = {.r = r, .tx = tx, .note = note};
	int rc = flows_get(&g, c->id);
	if (rc == 0)
		rc = flow_store_revert(tx, &g.c, drawing, r->flows, time_now_ms(), who, reason, note);
	flow_case_fini(&g.c);
	return rc;
}
