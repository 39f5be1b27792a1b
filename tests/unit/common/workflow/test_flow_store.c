/* Running processes in the database, on both of them: what is written is what is read, two who step at once
 * do not both win, the past, migration and back. */
#include "common/workflow/flow_store.h"

#include "common/os/file.h"
#include "tests/unit/common/db/backend.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY INT64_C(86400000)

static struct db *d;
static struct bpmn *drawings[4]; /* versions 1 … */
static int serial;

static int setup(void **state)
{
	static const char *const files[] = {
		NULL, "run-compensation.bpmn", "run-reminder-beside.bpmn", "run-parallel.bpmn"};
	const struct db_schema *schemas[] = {&flow_schema};
	struct err_note note = {0};
	(void)state;
	for (int i = 1; i < 4; i++) {
		char path[128];
		struct buf text;
		snprintf(path, sizeof path, "tests/workflow/bpmn/%s", files[i]);
		buf_init(&text, 1 << 20);
		assert_int_equal(file_read(AT_FDCWD, path, 1 << 20, &text), 0);
		assert_int_equal(bpmn_read(buf_view(&text), &drawings[i], &note), 0);
		buf_fini(&text);
	}
	int rc =
		db_open(&(struct db_options){.path = backend_path("flow"), .schemas = schemas, .nschemas = 1},
			&d, &note);
	if (rc < 0)
		fprintf(stderr, "%s\n", note.text);
	return rc;
}

static int teardown(void **state)
{
	(void)state;
	db_close(d);
	for (int i = 1; i < 4; i++)
		bpmn_free(drawings[i]);
	return 0;
}

static const struct bpmn *drawing(void *arg, const char *business, int64_t version)
{
	(void)arg;
	(void)business;
	return version >= 1 && version <= 3 ? drawings[version] : NULL;
}

static int64_t working(void *arg, int64_t from, int64_t days)
{
	(void)arg;
	return from + days * DAY;
}

struct job {
	char id[32];
	int64_t version;
	struct flow_case c;
	struct flow_event e;
	const char *event;
	bool stale; /* writes what was read before another step */
	json_t *out;
	int64_t n, now;
	const json_t *map;
	struct err_note note;
};

static void job_new(struct job *j, int version)
{
	memset(j, 0, sizeof *j);
	snprintf(j->id, sizeof j->id, "case-%d", ++serial);
	j->version = version;
	j->now = 1000;
}

static int start_run(struct db_tx *tx, void *arg)
{
	struct job *j = arg;
	struct flow_state empty;
	struct flow_effects fx;
	const struct flow_env env = {.now_ms = j->now, .working = working};
	const struct flow_event e = {.kind = FLOW_START};
	struct flow_case c = {.version = j->version, .b = drawings[j->version]};
	snprintf(c.id, sizeof c.id, "%s", j->id);
	snprintf(c.business, sizeof c.business, "claim");
	int rc = flow_state_init(&empty);
	if (rc == 0)
		rc = flow_step(c.b, &empty, &e, &env, &c.state, &fx, &j->note);
	if (rc == 0)
		rc = flow_store_new(tx, &c,
			&(struct flow_entry){.event = "start", .who = "li", .at_ms = j->now, .fx = &fx});
	flow_state_fini(&empty);
	flow_case_fini(&c);
	return rc;
}

static int read_run(struct db_tx *tx, void *arg)
{
	struct job *j = arg;
	return flow_store_get(tx, j->id, drawing, NULL, &j->c, &j->note);
}

static int step_run(struct db_tx *tx, void *arg)
{
	struct job *j = arg;
	struct flow_case fresh = {0};
	struct flow_state after;
	struct flow_effects fx;
	struct flow_past *past = NULL;
	json_t *keep = NULL;
	const struct flow_env env = {.now_ms = j->now, .working = working};
	int rc = j->stale ? 0 : flow_store_get(tx, j->id, drawing, NULL, &fresh, &j->note);
	struct flow_case *c = j->stale ? &j->c : &fresh;
	struct flow_event e = j->e;
	if (rc == 0 && e.kind == FLOW_BACK)
		rc = flow_store_past(tx, j->id, &past, &e.npast, &keep);
	e.past = past;
	if (rc == 0 && (e.kind == FLOW_SERVICE_DONE || e.kind == FLOW_TIMER))
		e.token = c->state.tokens[0].id;
	if (rc == 0)
		rc = flow_step(c->b, &c->state, &e, &env, &after, &fx, &j->note);
	if (rc == 0) {
		rc = flow_store_put(tx, c, c->b, c->version, &after,
			&(struct flow_entry){.event = j->event,
				.node = fx.node < 0 ? "" : c->b->nodes[fx.node].id,
				.who = "li",
				.at_ms = j->now,
				.fx = &fx,
				.back_to = e.kind == FLOW_BACK ? e.to : 0});
		flow_state_fini(&after);
	}
	free(past);
	json_decref(keep);
	flow_case_fini(&fresh);
	return rc;
}

static int step(struct job *j, const char *event, struct flow_event e)
{
	j->event = event;
	j->e = e;
	return db_write(d, "110101", step_run, j);
}

static int complete(struct job *j, const char *node)
{
	return step(j, "complete", (struct flow_event){.kind = FLOW_COMPLETE, .node = node, .who = "li"});
}

static void expect_at(struct job *j, const char *node, size_t tokens)
{
	assert_int_equal(db_read(d, "110101", read_run, j), 0);
	assert_int_equal(j->c.state.ntokens, tokens);
	assert_non_null(flow_token_at(&j->c.state, bpmn_node_find(j->c.b, node)));
	flow_case_fini(&j->c);
}

static void test_written_is_read(void **state)
{
	struct job j;
	(void)state;
	job_new(&j, 2);
	assert_int_equal(db_write(d, "110101", start_run, &j), 0);
	assert_int_equal(db_write(d, "110101", start_run, &j), ERR_EXISTS);
	assert_int_equal(db_read(d, "110101", read_run, &j), 0);
	assert_int_equal(j.c.rev, 1);
	assert_int_equal(j.c.state.nwaits, 1);
	assert_int_equal(j.c.state.waits[0].due_ms, 1000 + 84 * 3600000);
	flow_case_fini(&j.c);
	assert_int_equal(db_read(d, "110102", read_run, &j), ERR_NOTFOUND);
	j.version = 9;
	assert_int_equal(complete(&j, "A"), 0);
	assert_int_equal(db_read(d, "110101", read_run, &j), 0);
	assert_int_equal(j.c.state.status, FLOW_DONE);
	flow_case_fini(&j.c);
}

/* Both have read the same state: one writes, the other is told. */
static void test_two_at_once(void **state)
{
	struct job j;
	(void)state;
	job_new(&j, 3);
	assert_int_equal(db_write(d, "110101", start_run, &j), 0);
	assert_int_equal(db_read(d, "110101", read_run, &j), 0);
	assert_int_equal(complete(&j, "A"), 0);
	j.stale = true;
	assert_int_equal(complete(&j, "B"), ERR_CONFLICT);
	j.stale = false;
	flow_case_fini(&j.c);
	expect_at(&j, "B", 2);
	assert_int_equal(complete(&j, "B"), 0);
}

static int log_run(struct db_tx *tx, void *arg)
{
	struct job *j = arg;
	return flow_store_log(tx, j->id, &j->out);
}

static void test_back(void **state)
{
	struct job j;
	(void)state;
	job_new(&j, 1);
	assert_int_equal(db_write(d, "110101", start_run, &j), 0);
	assert_int_equal(step(&j, "service", (struct flow_event){.kind = FLOW_SERVICE_DONE}), 0);
	assert_int_equal(complete(&j, "Decide"), 0);
	expect_at(&j, "Close", 1);
	assert_int_equal(step(&j, "back", (struct flow_event){.kind = FLOW_BACK, .to = 2}), ERR_STATE);
	assert_int_equal(step(&j, "back", (struct flow_event){.kind = FLOW_BACK, .to = 3}), 0);
	expect_at(&j, "Decide", 1);
	/* Step 3 does not stand any more. */
	assert_int_equal(step(&j, "back", (struct flow_event){.kind = FLOW_BACK, .to = 3}), ERR_STATE);
	assert_int_equal(complete(&j, "Decide"), 0);
	assert_int_equal(step(&j, "back", (struct flow_event){.kind = FLOW_BACK, .to = 5}), 0);
	assert_int_equal(complete(&j, "Decide"), 0);
	assert_int_equal(complete(&j, "Close"), 0);
	assert_int_equal(db_read(d, "110101", log_run, &j), 0);
	static const char *const events[] = {
		"start", "service", "complete", "back", "complete", "back", "complete", "complete"};
	assert_int_equal(json_array_size(j.out), 8);
	for (size_t i = 0; i < 8; i++) {
		assert_string_equal(json_str(json_array_get(j.out, i), "event"), events[i]);
		assert_int_equal(json_int(json_array_get(j.out, i), "n"), i + 1);
	}
	assert_int_equal(json_int(json_array_get(j.out, 3), "back_to"), 3);
	json_decref(j.out);
}

static int due_run(struct db_tx *tx, void *arg)
{
	struct job *j = arg;
	int rc = flow_store_next_due(tx, &j->n);
	return rc == 0 ? flow_store_due(tx, j->now, 10, &j->out) : rc;
}

static int work_run(struct db_tx *tx, void *arg)
{
	struct job *j = arg;
	return flow_store_work(tx, "remind", 10, &j->out);
}

static void test_timers_and_work(void **state)
{
	struct job j;
	(void)state;
	job_new(&j, 2);
	assert_int_equal(db_write(d, "110103", start_run, &j), 0);
	assert_int_equal(db_read(d, "110103", due_run, &j), 0);
	assert_int_equal(json_array_size(j.out), 0);
	json_decref(j.out);
	int64_t due = 1000 + 84 * 3600000;
	assert_int_equal(j.n, due);
	j.now = due;
	assert_int_equal(db_read(d, "110103", due_run, &j), 0);
	assert_int_equal(json_array_size(j.out), 1);
	assert_string_equal(json_str(json_array_get(j.out, 0), "node"), "Remind");
	json_decref(j.out);
	j.event = "timer";
	j.e = (struct flow_event){.kind = FLOW_TIMER, .node = "Remind"};
	assert_int_equal(db_write(d, "110103", step_run, &j), 0);
	assert_int_equal(db_read(d, "110103", work_run, &j), 0);
	assert_int_equal(json_array_size(j.out), 1);
	assert_string_equal(json_str(json_array_get(j.out, 0), "instance"), j.id);
	json_decref(j.out);
	assert_int_equal(db_read(d, "110103", due_run, &j), 0);
	assert_int_equal(json_array_size(j.out), 0);
	assert_int_equal(j.n, 0);
	json_decref(j.out);
}

static int migrate_run(struct db_tx *tx, void *arg)
{
	struct job *j = arg;
	const struct flow_env env = {.now_ms = j->now, .working = working};
	int rc = flow_store_get(tx, j->id, drawing, NULL, &j->c, &j->note);
	if (rc == 0)
		rc = flow_store_migrate(tx, &j->c, drawings[2], 2, j->map, &env, "officer", "why", &j->note);
	flow_case_fini(&j->c);
	return rc;
}

static int revert_run(struct db_tx *tx, void *arg)
{
	struct job *j = arg;
	int rc = flow_store_get(tx, j->id, drawing, NULL, &j->c, &j->note);
	if (rc == 0)
		rc = flow_store_revert(tx, &j->c, drawing, NULL, j->now, "officer", "why", &j->note);
	flow_case_fini(&j->c);
	return rc;
}

static void test_migration_and_back(void **state)
{
	struct job j;
	json_t *map = json_pack("{s:s}", "Decide", "A"), *before = NULL, *after = NULL;
	(void)state;
	job_new(&j, 1);
	j.map = map;
	assert_int_equal(db_write(d, "110101", start_run, &j), 0);
	assert_int_equal(db_write(d, "110101", revert_run, &j), ERR_STATE);
	/* At the service task it has no place in the other version. */
	assert_int_equal(db_write(d, "110101", migrate_run, &j), ERR_REFUSED);
	assert_int_equal(step(&j, "service", (struct flow_event){.kind = FLOW_SERVICE_DONE}), 0);
	assert_int_equal(db_read(d, "110101", read_run, &j), 0);
	assert_int_equal(flow_state_json(j.c.b, &j.c.state, &before), 0);
	flow_case_fini(&j.c);
	assert_int_equal(db_write(d, "110101", migrate_run, &j), 0);
	expect_at(&j, "A", 1);
	assert_int_equal(db_write(d, "110101", revert_run, &j), 0);
	assert_int_equal(db_write(d, "110101", revert_run, &j), ERR_STATE);
	assert_int_equal(db_read(d, "110101", read_run, &j), 0);
	assert_int_equal(j.c.version, 1);
	assert_int_equal(flow_state_json(j.c.b, &j.c.state, &after), 0);
	assert_true(json_equal(before, after));
	flow_case_fini(&j.c);
	/* Not behind a step, and no way back over a migration. */
	assert_int_equal(db_write(d, "110101", migrate_run, &j), 0);
	assert_int_equal(step(&j, "back", (struct flow_event){.kind = FLOW_BACK, .to = 2}), ERR_STATE);
	assert_int_equal(complete(&j, "A"), 0);
	assert_int_equal(db_write(d, "110101", revert_run, &j), ERR_STATE);
	json_decref(before);
	json_decref(after);
	json_decref(map);
}

static int publish_run(struct db_tx *tx, void *arg)
{
	const char *digest = arg;
	return flow_store_publish(tx, "claim", 1, "{}", digest, "2026-11-24", "li");
}

static void test_published_once(void **state)
{
	(void)state;
	assert_int_equal(db_write(d, "110101", publish_run, (void *)(uintptr_t) "one"), 0);
	assert_int_equal(db_write(d, "110101", publish_run, (void *)(uintptr_t) "one"), 0);
	assert_int_equal(db_write(d, "110101", publish_run, (void *)(uintptr_t) "two"), ERR_EXISTS);
}

/* Somebody with a hand in the database: the case is refused, not run. */
static void test_tampered(void **state)
{
	struct job j;
	char command[256];
	(void)state;
	job_new(&j, 3);
	assert_int_equal(db_write(d, "110101", start_run, &j), 0);
	snprintf(command, sizeof command,
		backend_is_pg()
			? "psql -qtA -d \"$DB\" -c \"UPDATE flow_token SET node = 'B' WHERE instance = '%s'\""
			: "sqlite3 \"$DB\" \"UPDATE flow_token SET node = 'B' WHERE instance = '%s'\"",
		j.id);
	assert_int_equal(backend_shell("flow", command), 0);
	assert_int_equal(db_read(d, "110101", read_run, &j), ERR_DB);
	assert_non_null(strstr(j.note.text, "no state of its process"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_written_is_read),
		cmocka_unit_test(test_two_at_once), cmocka_unit_test(test_back),
		cmocka_unit_test(test_timers_and_work), cmocka_unit_test(test_migration_and_back),
		cmocka_unit_test(test_published_once), cmocka_unit_test(test_tampered)};
	return backend_run(tests, setup, teardown);
}
