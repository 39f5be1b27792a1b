/* One case of the load: started, stepped, migrated; and the versions it runs by. */
#include "common/base/id.h"
#include "tests/workflow/flow_load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- versions */
static void path_make(struct load_version *w, int v)
{
	static const char *const base[] = {"accept", "tax", "review", "second", "enter"};
	char extra[24], review[24];
	snprintf(extra, sizeof extra, "extra-%d", v);
	snprintf(review, sizeof review, v % 3 == 0 ? "review-%d" : "review", v);
	w->npath = 0;
	for (int i = 0; i < 5; i++) {
		snprintf(w->path[w->npath++], 24, "%s", strcmp(base[i], "review") == 0 ? review : base[i]);
		/* Every version but the first has a task of its own, in another place. */
		if (v > 1 && i == v % 3 && i < 3)
			snprintf(w->path[w->npath++], 24, "%s", extra);
	}
}

static int xml_make(const struct load_version *w, struct buf *out)
{
	int rc = buf_add_str(out,
		"<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"><process id=\"load\">"
		"<startEvent id=\"start\"/><endEvent id=\"end\"/><exclusiveGateway id=\"which\" "
		"default=\"no\"/>"
		"<exclusiveGateway id=\"merge\"/>");
	const char *from = "start";
	for (size_t i = 0; rc == 0 && i < w->npath; i++) {
		const char *id = w->path[i];
		bool second = strcmp(id, "second") == 0;
		rc = buf_addf(out, "<userTask id=\"%s\"/>", id);
		if (rc == 0 && second)
			rc = buf_addf(out,
				"<sequenceFlow id=\"to-which\" sourceRef=\"%s\" targetRef=\"which\"/>"
				"<sequenceFlow id=\"yes\" sourceRef=\"which\" targetRef=\"second\">"
				"<conditionExpression language=\"jq\">.vars.n %% 2 == "
				"0</conditionExpression></sequenceFlow>"
				"<sequenceFlow id=\"no\" sourceRef=\"which\" targetRef=\"merge\"/>"
				"<sequenceFlow id=\"done\" sourceRef=\"second\" targetRef=\"merge\"/>",
				from);
		else if (rc == 0)
			rc = buf_addf(out, "<sequenceFlow id=\"to-%s\" sourceRef=\"%s\" targetRef=\"%s\"/>",
				id, from, id);
		from = second ? "merge" : id;
	}
	return rc == 0 ? buf_addf(out,
				 "<sequenceFlow id=\"last\" sourceRef=\"%s\" targetRef=\"end\"/></process>"
				 "</definitions>",
				 from)
		       : rc;
}

struct publishing {
	int v;
	const char *xml;
};

static int publish(struct db_tx *tx, void *arg)
{
	const struct publishing *p = arg;
	return flow_store_publish(tx, LOAD_BUSINESS, p->v, p->xml, "x", "2026-11-24", "load");
}

int load_version_make(struct load *l, int v, struct err_note *note)
{
	struct load_version *w = &l->versions[v];
	struct buf xml;
	buf_init(&xml, 65536);
	path_make(w, v);
	int rc = xml_make(w, &xml);
	if (rc == 0)
		rc = flow_def_load(buf_view(&xml), l->box, &w->def, note);
	struct publishing p = {v, (const char *)xml.p};
	if (rc == 0)
		rc = db_write(l->db, LOAD_TENANT, publish, &p);
	if (rc == 0)
		atomic_store(&l->newest, v);
	buf_fini(&xml);
	return rc;
}

static const struct bpmn *drawing(void *arg, const char *business, int64_t version)
{
	const struct load *l = arg;
	(void)business;
	return version >= 1 && version <= atomic_load(&((struct load *)(uintptr_t)l)->newest)
		       ? l->versions[version].def->b
		       : NULL;
}

/* ---- one case */
struct one {
	struct load *l;
	const char *id, *event;
	struct flow_case c;
	struct flow_state after;
	struct flow_effects fx;
	struct err_note *note;
	int to;
	int64_t now_ms;
};

static int one_read(struct db_tx *tx, void *arg)
{
	struct one *o = arg;
	return flow_store_get(tx, o->id, drawing, o->l, &o->c, o->note);
}

static int one_put(struct db_tx *tx, void *arg)
{
	struct one *o = arg;
	const struct flow_entry e = {.event = o->event,
		.node = o->fx.node < 0 ? "" : o->c.b->nodes[o->fx.node].id,
		.who = "load",
		.at_ms = o->now_ms,
		.fx = &o->fx};
	return o->c.rev == 0 ? flow_store_new(tx, &o->c, &e)
			     : flow_store_put(tx, &o->c, o->c.b, o->c.version, &o->after, &e);
}

static void counted(struct load *l)
{
	long n = atomic_fetch_add(&l->steps, 1) + 1;
	if (l->die_after && n >= l->die_after)
		_exit(137);
}

static struct flow_env env_of(struct load *l, int64_t version)
{
	return (struct flow_env){
		.now_ms = time_now_ms(), .arg = l->versions[version].def, .eval = flow_def_eval};
}

int load_step(struct load *l, const char *id, bool *ended, struct err_note *note)
{
	struct one o = {.l = l, .id = id, .event = "complete", .note = note, .now_ms = time_now_ms()};
	int rc = db_read(l->db, LOAD_TENANT, one_read, &o);
	*ended = rc == 0 && o.c.state.status == FLOW_DONE;
	if (rc == 0 && !*ended) {
		const struct flow_event e = {.kind = FLOW_COMPLETE,
			.node = o.c.b->nodes[o.c.state.tokens[0].node].id,
			.who = "load"};
		const struct flow_env env = env_of(l, o.c.version);
		rc = flow_step(o.c.b, &o.c.state, &e, &env, &o.after, &o.fx, note);
		if (rc == 0) {
			rc = db_write(l->db, LOAD_TENANT, one_put, &o);
			*ended = rc == 0 && o.after.status == FLOW_DONE;
			flow_state_fini(&o.after);
		}
		if (rc == 0)
			counted(l);
	}
	flow_case_fini(&o.c);
	return rc;
}

int load_start(struct load *l, const char *id, int version, int n, struct err_note *note)
{
	struct one o = {.l = l, .event = "start", .note = note, .now_ms = time_now_ms()};
	struct flow_state empty;
	json_t *vars = json_pack("{s:i}", "n", n);
	const struct flow_event e = {.kind = FLOW_START, .result = vars};
	const struct flow_env env = env_of(l, version);
	snprintf(o.c.id, sizeof o.c.id, "%s", id);
	snprintf(o.c.business, sizeof o.c.business, LOAD_BUSINESS);
	o.c.version = version;
	o.c.b = l->versions[version].def->b;
	int rc = flow_state_init(&empty);
	if (rc == 0)
		rc = flow_step(o.c.b, &empty, &e, &env, &o.c.state, &o.fx, note);
	if (rc == 0) {
		rc = db_write(l->db, LOAD_TENANT, one_put, &o);
		flow_case_fini(&o.c);
	}
	flow_state_fini(&empty);
	json_decref(vars);
	if (rc == 0)
		counted(l);
	return rc;
}

/* ---- migration */
static int migrate_run(struct db_tx *tx, void *arg)
{
	struct one *o = arg;
	char from[24], to[24];
	int rc = flow_store_get(tx, o->id, drawing, o->l, &o->c, o->note);
	if (rc < 0)
		return rc;
	/* The renamed task of one version is that of the other. */
	snprintf(from, sizeof from, o->c.version % 3 == 0 ? "review-%d" : "review", (int)o->c.version);
	snprintf(to, sizeof to, o->to % 3 == 0 ? "review-%d" : "review", o->to);
	json_t *map = json_pack("{s:s}", from, to);
	const struct flow_env env = env_of(o->l, o->to);
	rc = o->c.version == o->to ? ERR_STATE
				   : flow_store_migrate(tx, &o->c, o->l->versions[o->to].def->b, o->to, map,
					     &env, "officer", "new version", o->note);
	json_decref(map);
	flow_case_fini(&o->c);
	memset(&o->c, 0, sizeof o->c);
	return rc;
}

int load_migrate(struct load *l, const char *id, int to, struct err_note *note)
{
	struct one o = {.l = l, .id = id, .to = to, .note = note};
	int rc = db_write(l->db, LOAD_TENANT, migrate_run, &o);
	if (rc == 0)
		counted(l);
	return rc;
}

static int revert_run(struct db_tx *tx, void *arg)
{
	struct one *o = arg;
	int rc = flow_store_get(tx, o->id, drawing, o->l, &o->c, o->note);
	if (rc == 0)
		rc = flow_store_revert(
			tx, &o->c, drawing, o->l, time_now_ms(), "officer", "a mistake", o->note);
	flow_case_fini(&o->c);
	memset(&o->c, 0, sizeof o->c);
	return rc;
}

int load_revert(struct load *l, const char *id, struct err_note *note)
{
	struct one o = {.l = l, .id = id, .note = note};
	return db_write(l->db, LOAD_TENANT, revert_run, &o);
}

/* ---- what the logs say */
struct reading {
	struct load *l;
	int cases, wrong;
	long steps, migrated, reverted;
};

static int place_of(const struct load_version *w, const char *task)
{
	for (size_t i = 0; i < w->npath; i++)
		if (strcmp(w->path[i], task) == 0)
			return (int)i;
	return -1;
}

/* The same task in another version, or where its name has gone. */
static int moved(const struct load *l, int64_t from, int64_t to, int place)
{
	const char *task = l->versions[from].path[place];
	char other[24];
	if (strncmp(task, "review", 6) == 0) {
		snprintf(other, sizeof other, to % 3 == 0 ? "review-%d" : "review", (int)to);
		task = other;
	}
	return place_of(&l->versions[to], task);
}

static bool log_right(const struct reading *r, const json_t *log, int n, struct reading *count)
{
	size_t i;
	const json_t *row;
	int place = 0;
	int64_t version = 0, before = 0;
	json_array_foreach(log, i, row)
	{
		const char *event = json_str(row, "event");
		int64_t v = json_int(row, "version");
		count->steps++;
		if (json_int(row, "n") != (int64_t)i + 1 || v < 1 || v > LOAD_VERSIONS_MAX)
			return false;
		if (strcmp(event, "start") == 0) {
			version = v;
		} else if (strcmp(event, "migrate") == 0 || strcmp(event, "revert") == 0) {
			bool back = strcmp(event, "revert") == 0;
			if (v == version || (back && v != before))
				return false;
			place = moved(r->l, version, v, place);
			before = version;
			version = v;
			count->migrated += !back;
			count->reverted += back;
		} else if (v != version || place < 0 ||
			   strcmp(r->l->versions[version].path[place], json_str(row, "node")) != 0) {
			return false;
		} else {
			place++;
		}
		if (place >= 0 && (size_t)place < r->l->versions[version].npath && n % 2 == 1 &&
			strcmp(r->l->versions[version].path[place], "second") == 0)
			place++;
	}
	return version && (size_t)place == r->l->versions[version].npath;
}

static int verify(struct db_tx *tx, void *arg)
{
	struct reading *r = arg;
	for (int i = 0; i < r->cases; i++) {
		char id[24];
		json_t *log = NULL;
		snprintf(id, sizeof id, "case-%05d", i);
		int rc = flow_store_log(tx, id, &log);
		if (rc < 0)
			return rc;
		if (!log_right(r, log, i, r)) {
			r->wrong++;
			fprintf(stderr, "%s moved wrongly\n", id);
			json_dumpf(log, stderr, JSON_COMPACT);
			fputc('\n', stderr);
		}
		json_decref(log);
	}
	return 0;
}

int load_verify(struct load *l, int cases, long *steps, long *migrated, long *reverted)
{
	struct reading r = {.l = l, .cases = cases};
	int rc = db_read(l->db, LOAD_TENANT, verify, &r);
	*steps = r.steps;
	*migrated = r.migrated;
	*reverted = r.reverted;
	return rc < 0 ? rc : r.wrong;
}
