#include "zones/extranet/store/flows.h"

#include "common/log/log.h"
#include "common/workflow/flow_def.h"
#include "common/workflow/flow_store.h"
#include "zones/extranet/domain/process.h"
#include "zones/extranet/store/reminder.h"
#include "zones/extranet/store/terms.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define VERSIONS_MAX 1024
#define CLOCK_SECONDS 20
#define REMIND_MS INT64_C(3600000)

struct version {
	struct business *business;
	struct flow_def *def;
	char at[TIME_TEXT]; /* published */
};
struct flows {
	struct registry *r;
	struct jqbox *box;
	struct version v[VERSIONS_MAX];
	size_t n;
	struct err_note note;
	pthread_t thread;
	bool running, stop;
	pthread_mutex_t lock;
	pthread_cond_t wake;
};

static const struct version *version_find(const struct flows *f, const char *code, int64_t version)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].business->version == version && strcmp(f->v[i].business->code, code) == 0)
			return &f->v[i];
	return NULL;
}

const struct business *flows_business(const struct flows *f, const char *code, int64_t version)
{
	const struct version *v = version_find(f, code, version);
	return v ? v->business : NULL;
}

const struct business *flows_at(const struct flows *f, size_t i)
{
	return i < f->n ? f->v[i].business : NULL;
}

const char *flows_replaced(const struct flows *f, const char *code, int64_t version)
{
	const struct version *next = NULL;
	for (size_t i = 0; i < f->n; i++) {
		const struct version *v = &f->v[i];
		if (strcmp(v->business->code, code) == 0 && v->business->version > version &&
			(!next || v->business->version < next->business->version))
			next = v;
	}
	return next ? next->at : NULL;
}

struct jqbox *flows_box(const struct flows *f)
{
	return f->box;
}

static const struct bpmn *drawing(void *arg, const char *business, int64_t version)
{
	const struct version *v = version_find(arg, business, version);
	return v ? v->def->b : NULL;
}

/* ---- publishing and loading */
static int one_publish(struct flows *f, struct db_tx *tx, const struct business *b)
{
	char at[TIME_TEXT], hex[DIGEST_HEX];
	struct buf text;
	struct digest d;
	time_text(time_now_ms(), at);
	buf_init(&text, 4 << 20);
	int rc = json_canon(b->texts, &text);
	if (rc == 0) {
		digest_of(f->r->service->suite, buf_view(&text), &d);
		digest_hex(&d, hex);
		rc = flow_store_publish(
			tx, b->code, b->version, (const char *)text.p, hex, at, "configuration");
	}
	if (rc == ERR_EXISTS)
		rc = err_set(&f->note, ERR_CONFIG,
			"business %s: version %lld was published with another content: give it a new number",
			b->code, (long long)b->version);
	buf_fini(&text);
	return rc;
}

static int publish(struct db_tx *tx, void *arg)
{
	struct flows *f = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && business_at(f->r->businesses, i); i++)
		rc = one_publish(f, tx, business_at(f->r->businesses, i));
	return rc;
}

/* All offices go by the same versions, also by those from before one was added. */
static int follow(struct db_tx *tx, void *arg)
{
	struct flows *f = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < f->n; i++)
		rc = one_publish(f, tx, f->v[i].business);
	return rc;
}

static int version_load(void *arg, const char *business, int64_t version, const char *content, const char *at)
{
	struct flows *f = arg;
	struct version v = {NULL, NULL, ""};
	json_t *texts = NULL;
	struct err_note why = {0};
	if (f->n == VERSIONS_MAX)
		return ERR_LIMIT;
	snprintf(v.at, sizeof v.at, "%s", at);
	int rc = json_parse(view_str(content), 4 << 20, &texts, &why);
	if (rc == 0)
		rc = business_parse(texts, &v.business, &why);
	if (rc == 0)
		rc = flow_def_load(view_str(json_str(texts, "process.bpmn")), f->box, &v.def, &why);
	if (rc == 0)
		rc = process_fits(v.business, v.def->b, &why);
	json_decref(texts);
	if (rc < 0) {
		business_one_free(v.business);
		flow_def_free(v.def);
		return err_set(&f->note, ERR_CONFIG, "business %.40s %lld: %.180s", business,
			(long long)version, why.err ? why.text : err_text(rc));
	}
	f->v[f->n++] = v;
	return 0;
}

static int load(struct db_tx *tx, void *arg)
{
	return flow_store_published(tx, version_load, arg);
}

int flows_open(struct registry *r, struct flows **out, struct err_note *note)
{
	struct flows *f = calloc(1, sizeof *f);
	struct service *s = r->service;
	if (!f)
		return ERR_NOMEM;
	f->r = r;
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->wake, NULL);
	int rc = jqbox_start(&(struct jqbox_options){.workers = 2}, &f->box, note);
	if (rc == 0)
		rc = db_write(s->db, s->tenant, publish, f);
	if (rc == 0)
		rc = db_read(s->db, s->tenant, load, f);
	for (size_t i = 1; rc == 0 && s->tenants[i]; i++)
		rc = db_write(s->db, s->tenants[i], follow, f);
	if (rc < 0) {
		if (f->note.err)
			*note = f->note;
		flows_close(f);
		return rc;
	}
	*out = f;
	return 0;
}

void flows_close(struct flows *f)
{
	if (!f)
		return;
	if (f->running) {
		pthread_mutex_lock(&f->lock);
		f->stop = true;
		pthread_cond_signal(&f->wake);
		pthread_mutex_unlock(&f->lock);
		pthread_join(f->thread, NULL);
	}
	for (size_t i = 0; i < f->n; i++) {
		business_one_free(f->v[i].business);
		flow_def_free(f->v[i].def);
	}
	jqbox_stop(f->box);
	pthread_mutex_destroy(&f->lock);
	pthread_cond_destroy(&f->wake);
	free(f);
}

/* ---- what the engine asks */
struct asked {
	const struct version *v;
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

/* ---- steps */
struct going {
	struct registry *r;
	struct db_tx *tx;
	const struct case_row *row; /* NULL: a timer */
	const char *event, *who;
	struct flow_case c;
	struct err_note *note;
};

static int get(struct going *g, const char *id)
{
	return flow_store_get(g->tx, id, drawing, g->r->flows, &g->c, g->note);
}

/* With the calendar as it is edited now: free(*days). */
static int env_make(struct going *g, struct asked *a, struct term_day **days, struct flow_env *env)
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

static int go(struct going *g, const struct flow_event *e)
{
	struct asked a = {version_find(g->r->flows, g->c.business, g->c.version), {NULL, 0}};
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

int flows_begin(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *who,
	struct err_note *note)
{
	const struct version *v = version_find(r->flows, c->business, c->business_version);
	struct going g = {.r = r, .tx = tx, .row = NULL, .event = "start", .who = who, .note = note};
	if (!v)
		return err_set(note, ERR_REFUSED, "business %s: version %lld is not known here", c->business,
			(long long)c->business_version);
	snprintf(g.c.id, sizeof g.c.id, "%s", c->id);
	snprintf(g.c.business, sizeof g.c.business, "%s", c->business);
	g.c.version = c->business_version;
	g.c.b = v->def->b;
	int rc = flow_state_init(&g.c.state);
	if (rc == 0)
		rc = go(&g, &(struct flow_event){.kind = FLOW_START});
	flow_case_fini(&g.c);
	return rc;
}

static const struct bpmn_node *open_task(const struct flow_case *c, const char *act)
{
	for (size_t i = 0; i < c->state.ntokens; i++) {
		int node = c->state.tokens[i].node;
		if (node >= 0 && c->b->nodes[node].kind == BPMN_USER &&
			strcmp(c->b->nodes[node].ref, act) == 0)
			return &c->b->nodes[node];
	}
	return NULL;
}

int flows_is_open(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *act, bool *open)
{
	struct going g = {.r = r, .tx = tx};
	int rc = get(&g, c->id);
	if (rc == 0)
		*open = open_task(&g.c, act) != NULL;
	flow_case_fini(&g.c);
	return rc;
}

int flows_is_serving(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *topic, bool *open)
{
	struct going g = {.r = r, .tx = tx};
	int rc = get(&g, c->id);
	*open = false;
	for (size_t i = 0; rc == 0 && i < g.c.state.ntokens; i++) {
		int node = g.c.state.tokens[i].node;
		*open |= node >= 0 && g.c.b->nodes[node].kind == BPMN_SERVICE &&
			 strcmp(g.c.b->nodes[node].ref, topic) == 0;
	}
	flow_case_fini(&g.c);
	return rc;
}

int flows_is_waiting(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *message, bool *open)
{
	struct going g = {.r = r, .tx = tx};
	int rc = get(&g, c->id);
	*open = false;
	for (size_t i = 0; rc == 0 && i < g.c.state.ntokens; i++) {
		int node = g.c.state.tokens[i].node;
		*open |= node >= 0 && g.c.b->nodes[node].event == BPMN_MESSAGE && g.c.b->nodes[node].ref &&
			 strcmp(g.c.b->nodes[node].ref, message) == 0;
	}
	flow_case_fini(&g.c);
	return rc;
}

int flows_act(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *act,
	const char *who, struct err_note *note)
{
	struct going g = {.r = r, .tx = tx, .row = c, .event = "complete", .who = who, .note = note};
	int rc = get(&g, c->id);
	const struct bpmn_node *n = rc == 0 ? open_task(&g.c, act) : NULL;
	if (rc == 0 && !n)
		rc = err_set(note, ERR_STATE, "the process of this case does not wait for \"%s\" now", act);
	if (rc == 0)
		rc = go(&g, &(struct flow_event){.kind = FLOW_COMPLETE, .node = n->id, .who = who});
	flow_case_fini(&g.c);
	return rc;
}

/* The act that was done in a step; "": none. */
static const char *act_of(const struct flow_case *c, const struct flow_past *p)
{
	int node = p->node[0] ? bpmn_node_find(c->b, p->node) : -1;
	return node >= 0 && c->b->nodes[node].kind == BPMN_USER ? c->b->nodes[node].ref : "";
}

/* What is done anew when somebody erred. An acceptance is not: what was accepted is refused or withdrawn.
 * What went to the intranet cannot be taken back, and an entry is a fact of the book. */
static bool done_anew(const char *act)
{
	return strcmp(act, "tax") == 0 || strcmp(act, "review") == 0 || strcmp(act, "approve") == 0 ||
	       strcmp(act, "check") == 0;
}

/* The step in which that act was last done, "" for the last one that can be done anew; 0. */
static int64_t last_done(const struct flow_case *c, const char *act, const struct flow_past *past, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		const char *done = act_of(c, &past[i]);
		if (*done && !done_anew(done))
			return 0;
		if (*done && (!*act || strcmp(done, act) == 0))
			return past[i].n;
	}
	return 0;
}

int flows_back(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *act,
	const char *who, struct flows_undone *undone, struct err_note *note)
{
	struct going g = {.r = r, .tx = tx, .row = c, .event = "back", .who = who, .note = note};
	struct flow_event e = {.kind = FLOW_BACK, .who = who};
	struct flow_past *past = NULL;
	json_t *keep = NULL;
	int rc = get(&g, c->id);
	if (rc == 0)
		rc = flow_store_past(tx, c->id, &past, &e.npast, &keep);
	if (rc == 0) {
		e.past = past;
		e.to = last_done(&g.c, act, past, e.npast);
		rc = e.to ? go(&g, &e)
			  : err_set(note, ERR_STATE,
				    "no step of this case is done anew%s%s: acceptance, graphics and entry "
				    "stay",
				    *act ? " by " : "", act);
	}
	for (size_t i = 0; rc == 0 && i < e.npast; i++) {
		const char *done = past[i].n >= e.to ? act_of(&g.c, &past[i]) : "";
		undone->review |= strcmp(done, "review") == 0;
		undone->tax |= strcmp(done, "tax") == 0;
	}
	flow_case_fini(&g.c);
	json_decref(keep);
	free(past);
	return rc;
}

int flows_tell(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *message,
	struct err_note *note)
{
	struct going g = {.r = r, .tx = tx, .row = c, .event = "message", .who = "system", .note = note};
	int rc = get(&g, c->id);
	if (rc == 0)
		rc = go(&g, &(struct flow_event){.kind = FLOW_MESSAGE, .name = message, .who = "system"});
	flow_case_fini(&g.c);
	return rc;
}

int flows_served(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *topic,
	struct err_note *note)
{
	struct going g = {.r = r, .tx = tx, .row = c, .event = "service", .who = "system", .note = note};
	int rc = get(&g, c->id);
	for (size_t i = 0; rc == 0 && i < g.c.state.ntokens; i++) {
		const struct flow_token *t = &g.c.state.tokens[i];
		if (t->node < 0 || g.c.b->nodes[t->node].kind != BPMN_SERVICE ||
			strcmp(g.c.b->nodes[t->node].ref, topic) != 0)
			continue;
		rc = go(&g, &(struct flow_event){.kind = FLOW_SERVICE_DONE, .token = t->id});
		break;
	}
	flow_case_fini(&g.c);
	return rc;
}

int flows_status(struct registry *r, struct db_tx *tx, const struct case_row *c, enum flow_kind kind,
	const char *who, struct err_note *note)
{
	const char *event = kind == FLOW_SUSPEND ? "suspend" : kind == FLOW_RESUME ? "resume" : "cancel";
	struct going g = {.r = r, .tx = tx, .row = c, .event = event, .who = who, .note = note};
	int rc = get(&g, c->id);
	if (rc == 0)
		rc = go(&g, &(struct flow_event){.kind = kind});
	flow_case_fini(&g.c);
	return rc;
}

int flows_migrate(struct registry *r, struct db_tx *tx, const struct case_row *c, int64_t version,
	const json_t *map, const char *who, const char *reason, struct err_note *note)
{
	struct going g = {.r = r, .tx = tx, .note = note};
	struct asked a = {version_find(r->flows, c->business, version), {NULL, 0}};
	struct term_day *days = NULL;
	struct flow_env env;
	if (!a.v)
		return err_set(note, ERR_NOTFOUND, "business %s: version %lld was never published here",
			c->business, (long long)version);
	int rc = get(&g, c->id);
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
	struct going g = {.r = r, .tx = tx, .note = note};
	int rc = get(&g, c->id);
	if (rc == 0)
		rc = flow_store_revert(tx, &g.c, drawing, r->flows, time_now_ms(), who, reason, note);
	flow_case_fini(&g.c);
	return rc;
}

/* Acts that may be gone back to. */
static int back_json(struct db_tx *tx, const struct flow_case *c, json_t **out)
{
	struct flow_past *past = NULL;
	json_t *keep = NULL, *list = json_array();
	size_t n = 0;
	int rc = flow_store_past(tx, c->id, &past, &n, &keep);
	for (size_t i = n; rc == 0 && i-- > 0;) {
		const char *act = act_of(c, &past[i]);
		if (*act && !done_anew(act))
			break;
		if (*act)
			json_array_insert_new(list, 0, json_string(act));
	}
	json_decref(keep);
	free(past);
	*out = list;
	return rc;
}

int flows_json(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t **out)
{
	static const char *const statuses[] = {"running", "suspended", "done", "cancelled"};
	struct going g = {.r = r, .tx = tx};
	json_t *open = json_array(), *log = NULL, *back = NULL;
	int rc = get(&g, c->id);
	if (rc == 0)
		rc = flow_store_log(tx, c->id, &log);
	if (rc == 0)
		rc = back_json(tx, &g.c, &back);
	for (size_t i = 0; rc == 0 && i < g.c.state.ntokens; i++) {
		const struct bpmn_node *n =
			g.c.state.tokens[i].node < 0 ? NULL : &g.c.b->nodes[g.c.state.tokens[i].node];
		if (n)
			json_array_append_new(
				open, json_pack("{s:s,s:s,s:s,s:s,s:s}", "act", n->ref ? n->ref : "", "node",
					      n->id, "name", n->name, "kind", bpmn_kind_name(n->kind), "role",
					      n->role ? n->role : ""));
	}
	if (rc == 0)
		*out = json_pack("{s:s,s:I,s:s,s:O,s:O,s:O}", "process", g.c.b->id, "version",
			(json_int_t)g.c.version, "status", statuses[g.c.state.status], "open", open, "back",
			back, "log", log);
	flow_case_fini(&g.c);
	json_decref(open);
	json_decref(back);
	json_decref(log);
	return rc;
}

/* ---- the clock */
static int due_list(struct db_tx *tx, void *arg)
{
	return flow_store_due(tx, time_now_ms(), 50, arg);
}

struct firing {
	struct registry *r;
	const json_t *due;
};

static int fire(struct db_tx *tx, void *arg)
{
	const struct firing *x = arg;
	struct err_note note = {0};
	struct going g = {.r = x->r, .tx = tx, .event = "timer", .who = "system", .note = &note};
	int rc = get(&g, json_str(x->due, "instance"));
	if (rc == 0)
		rc = go(&g, &(struct flow_event){.kind = FLOW_TIMER,
				    .token = json_int(x->due, "token"),
				    .node = json_str(x->due, "node")});
	flow_case_fini(&g.c);
	return rc;
}

static void fire_due(struct flows *f, const char *tenant)
{
	struct service *s = f->r->service;
	json_t *list = NULL, *one;
	size_t i;
	if (db_read(s->db, tenant, due_list, &list) < 0)
		return;
	json_array_foreach(list, i, one)
	{
		struct firing x = {f->r, one};
		int rc = db_write(s->db, tenant, fire, &x);
		if (rc < 0)
			log_error("timer", "case=%s node=%s error=%s", json_str(one, "instance"),
				json_str(one, "node"), err_name(rc));
	}
	json_decref(list);
}

/* At the start, then once an hour, and again at once while there are more. */
static void remind(struct flows *f, int64_t *next_ms)
{
	const struct office *o;
	if (time_now_ms() < *next_ms)
		return;
	for (size_t i = 0; (o = offices_at(f->r->offices, i)); i++) {
		int n = 0, rc = 0;
		do
			rc = reminder_run(f->r, o, &n);
		while (rc == 0 && n > 0 && !f->stop);
		if (rc < 0)
			log_error("reminders", "office=%s error=%s", o->division, err_name(rc));
	}
	*next_ms = time_now_ms() + REMIND_MS;
}

static void *clock_run(void *arg)
{
	struct flows *f = arg;
	int64_t remind_ms = 0;
	for (bool stop = false; !stop;) {
		struct timespec until;
		for (size_t i = 0; f->r->service->tenants[i]; i++)
			fire_due(f, f->r->service->tenants[i]);
		remind(f, &remind_ms);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += CLOCK_SECONDS;
		pthread_mutex_lock(&f->lock);
		if (!f->stop)
			pthread_cond_timedwait(&f->wake, &f->lock, &until);
		stop = f->stop;
		pthread_mutex_unlock(&f->lock);
	}
	return NULL;
}

int flows_start_clock(struct flows *f)
{
	if (pthread_create(&f->thread, NULL, clock_run, f))
		return ERR_IO;
	f->running = true;
	return 0;
}
