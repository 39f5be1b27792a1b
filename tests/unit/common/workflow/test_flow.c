/* The engine: one process after another, step by step, and thousands of random walks. */
#include "common/workflow/flow.h"

#include "common/os/file.h"
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FILES "tests/workflow/bpmn/"
#define DAY INT64_C(86400000)

/* One case on the table. */
struct table {
	struct bpmn *b;
	struct flow_state s;
	struct flow_env env;
	struct flow_effects fx;
	struct err_note note;
	const char *answer; /* JSON that the next expression gives */
	uint64_t random;
	int evals;
};

static uint32_t next(struct table *t)
{
	t->random ^= t->random << 13;
	t->random ^= t->random >> 7;
	t->random ^= t->random << 17;
	return (uint32_t)(t->random >> 20);
}

static int eval(void *arg, size_t program, const json_t *value, json_t **out, struct err_note *note)
{
	struct table *t = arg;
	assert_true(program < t->b->nprograms);
	assert_true(json_is_object(json_object_get(value, "vars")) &&
		    json_is_object(json_object_get(value, "case")));
	t->evals++;
	if (!t->answer) {
		*out = t->b->programs[program].condition ? json_boolean(next(t) & 1) : json_object();
		return 0;
	}
	return json_parse(view_str(t->answer), 4096, out, note);
}

/* A week of seven working days: what a calendar says is not this test's matter. */
static int64_t working(void *arg, int64_t from, int64_t days)
{
	(void)arg;
	return from + days * DAY;
}

static int64_t worked(void *arg, int64_t from, int64_t to)
{
	(void)arg;
	return (to - from) / DAY;
}

static int64_t term(void *arg, const char *name)
{
	(void)arg;
	return strcmp(name, "notice") == 0 ? 20 : -1;
}

static void table_open(struct table *t, const char *name)
{
	struct buf text;
	char path[256];
	memset(t, 0, sizeof *t);
	snprintf(path, sizeof path, FILES "%s", name);
	buf_init(&text, 1 << 20);
	assert_int_equal(file_read(AT_FDCWD, path, 1 << 20, &text), 0);
	assert_int_equal(bpmn_read(buf_view(&text), &t->b, &t->note), 0);
	buf_fini(&text);
	assert_int_equal(flow_state_init(&t->s), 0);
	t->env = (struct flow_env){
		.now_ms = 1000, .arg = t, .eval = eval, .working = working, .worked = worked, .term = term};
	t->random = 88172645463325252u;
}

static void table_close(struct table *t)
{
	flow_state_fini(&t->s);
	bpmn_free(t->b);
}

static int step(struct table *t, const struct flow_event *e)
{
	struct flow_state s;
	int rc = flow_step(t->b, &t->s, e, &t->env, &s, &t->fx, &t->note);
	if (rc < 0)
		return rc;
	assert_true(s.status == FLOW_CANCELLED || flow_legal(t->b, &s));
	flow_state_fini(&t->s);
	t->s = s;
	return 0;
}

#define START(t) assert_int_equal(step(t, &(struct flow_event){.kind = FLOW_START}), 0)
static int complete(struct table *t, const char *node, const char *who)
{
	return step(t, &(struct flow_event){.kind = FLOW_COMPLETE, .node = node, .who = who});
}
static int tell(struct table *t, const char *name)
{
	return step(t, &(struct flow_event){.kind = FLOW_MESSAGE, .name = name, .who = "x"});
}
static bool at(const struct table *t, const char *node)
{
	return flow_token_at(&t->s, bpmn_node_find(t->b, node)) != NULL;
}
static int64_t token_of(const struct table *t, const char *node)
{
	const struct flow_token *k = flow_token_at(&t->s, bpmn_node_find(t->b, node));
	assert_non_null(k);
	return k->id;
}
static int fire(struct table *t, const char *holder, const char *timer)
{
	return step(t, &(struct flow_event){.kind = FLOW_TIMER, .token = token_of(t, holder), .node = timer});
}
static int serve(struct table *t, const char *node, const char *error)
{
	return step(t, &(struct flow_event){.kind = error ? FLOW_SERVICE_FAILED : FLOW_SERVICE_DONE,
			       .token = token_of(t, node),
			       .name = error});
}

static void test_choice(void **state)
{
	struct table t;
	(void)state;
	for (int yes = 0; yes < 2; yes++) {
		table_open(&t, "run-camunda7-claim.bpmn");
		t.answer = yes ? "true" : "false";
		START(&t);
		assert_true(at(&t, "Activity_0qx8m1c"));
		assert_int_equal(complete(&t, "Activity_1pay", "a"), ERR_STATE);
		assert_int_equal(complete(&t, "nonsense", "a"), ERR_STATE);
		assert_int_equal(complete(&t, "Activity_0qx8m1c", "a"), 0);
		assert_int_equal(t.fx.ndone, 1);
		assert_int_equal(at(&t, "Activity_1pay"), yes);
		assert_int_equal(t.s.status, yes ? FLOW_RUNNING : FLOW_DONE);
		if (yes)
			assert_int_equal(serve(&t, "Activity_1pay", NULL), 0);
		assert_int_equal(t.s.status, FLOW_DONE);
		assert_int_equal(complete(&t, "Activity_0qx8m1c", "a"), ERR_STATE);
		table_close(&t);
	}
}

/* A step that fails changes nothing. */
static void test_bad_answers(void **state)
{
	static const char *const answers[] = {"1", "null", "\"true\"", "{}", "not json"};
	struct table t;
	(void)state;
	table_open(&t, "run-camunda7-claim.bpmn");
	START(&t);
	for (size_t i = 0; i < 5; i++) {
		t.answer = answers[i];
		assert_int_equal(complete(&t, "Activity_0qx8m1c", "a"), ERR_REFUSED);
		assert_non_null(strstr(t.note.text, "Gateway_09lkw2p: Flow_0yes"));
		assert_true(at(&t, "Activity_0qx8m1c"));
		assert_int_equal(t.s.ntokens, 1);
		assert_int_equal(json_object_size(t.s.by), 0);
	}
	table_close(&t);
}

static void test_parallel(void **state)
{
	struct table t;
	(void)state;
	table_open(&t, "run-nested-parallel.bpmn");
	START(&t);
	assert_int_equal(t.s.ntokens, 3);
	assert_int_equal(complete(&t, "C", "a"), 0);
	assert_int_equal(complete(&t, "A", "a"), 0);
	assert_int_equal(complete(&t, "A", "a"), ERR_STATE);
	assert_int_equal(t.s.ntokens, 3);
	assert_int_equal(complete(&t, "B", "a"), 0);
	assert_int_equal(t.s.status, FLOW_DONE);
	table_close(&t);
}

static void test_terminate(void **state)
{
	struct table t;
	(void)state;
	table_open(&t, "run-terminate.bpmn");
	START(&t);
	assert_int_equal(complete(&t, "A", "a"), 0);
	assert_int_equal(t.s.status, FLOW_DONE);
	assert_int_equal(t.s.ntokens, 0);
	table_close(&t);
}

static void test_service_errors(void **state)
{
	struct table t;
	(void)state;
	table_open(&t, "run-camunda7-external-errors.bpmn");
	START(&t);
	assert_int_equal(serve(&t, "Task_call", "OTHER"), ERR_REFUSED);
	assert_true(at(&t, "Task_call"));
	assert_int_equal(serve(&t, "Task_call", "REFUSED"), 0);
	assert_true(at(&t, "Task_fix"));
	assert_int_equal(t.s.nwaits, 0);
	assert_int_equal(complete(&t, "Task_fix", "a"), 0);
	assert_int_equal(fire(&t, "Task_call", "Boundary_late"), ERR_STATE);
	t.env.now_ms += 3600000;
	assert_int_equal(fire(&t, "Task_call", "Boundary_late"), 0);
	assert_true(at(&t, "Task_fix") && !at(&t, "Task_call"));
	table_close(&t);
}

static void test_beside(void **state)
{
	struct table t;
	(void)state;
	table_open(&t, "run-reminder-beside.bpmn");
	START(&t);
	t.env.now_ms += 84 * 3600000;
	assert_int_equal(fire(&t, "A", "Remind"), 0);
	assert_true(at(&t, "A") && at(&t, "Warn"));
	assert_int_equal(fire(&t, "A", "Remind"), ERR_STATE);
	assert_int_equal(complete(&t, "A", "a"), 0);
	assert_int_equal(t.s.status, FLOW_RUNNING);
	assert_int_equal(serve(&t, "Warn", NULL), 0);
	assert_int_equal(t.s.status, FLOW_DONE);
	table_close(&t);
}

static void test_messages(void **state)
{
	struct table t;
	(void)state;
	table_open(&t, "run-camunda8-letter.bpmn");
	START(&t);
	assert_int_equal(tell(&t, "unheard of"), ERR_STATE);
	/* Before anybody waits for it. */
	assert_int_equal(tell(&t, "answer"), 0);
	assert_int_equal(json_array_size(t.s.mail), 1);
	assert_int_equal(complete(&t, "Activity_user", "a"), 0);
	assert_int_equal(serve(&t, "Activity_job", NULL), 0);
	assert_int_equal(t.s.status, FLOW_DONE);
	table_close(&t);
	table_open(&t, "run-camunda8-letter.bpmn");
	START(&t);
	for (int i = 0; i < FLOW_MAIL_MAX; i++)
		assert_int_equal(tell(&t, "answer"), 0);
	assert_int_equal(tell(&t, "answer"), ERR_LIMIT);
	table_close(&t);
	table_open(&t, "run-throw-and-message-end.bpmn");
	START(&t);
	assert_int_equal(complete(&t, "A", "a"), 0);
	assert_int_equal(t.fx.nmessages, 2);
	assert_string_equal(t.fx.messages[0], "told");
	assert_int_equal(t.s.status, FLOW_DONE);
	table_close(&t);
}

static void test_script_and_term(void **state)
{
	struct table t;
	(void)state;
	table_open(&t, "run-script-and-working-days.bpmn");
	t.answer = "{\"large\":true}";
	START(&t);
	assert_true(json_is_true(json_object_get(t.s.vars, "large")));
	/* The term has a length of its own, not the one drawn. */
	t.env.now_ms += 19 * DAY;
	assert_int_equal(fire(&t, "Wait", "Wait"), ERR_STATE);
	t.env.now_ms += DAY;
	assert_int_equal(fire(&t, "Wait", "Wait"), 0);
	assert_int_equal(complete(&t, "A", "li"), 0);
	assert_int_equal(complete(&t, "B", "li"), ERR_APPROVAL);
	assert_int_equal(complete(&t, "B", "wang"), 0);
	assert_int_equal(t.s.status, FLOW_DONE);
	table_close(&t);
}

static void test_suspension(void **state)
{
	struct table t;
	(void)state;
	table_open(&t, "run-script-and-working-days.bpmn");
	t.answer = "{}";
	START(&t);
	t.env.now_ms += 5 * DAY;
	assert_int_equal(step(&t, &(struct flow_event){.kind = FLOW_RESUME}), ERR_STATE);
	assert_int_equal(step(&t, &(struct flow_event){.kind = FLOW_SUSPEND}), 0);
	assert_int_equal(step(&t, &(struct flow_event){.kind = FLOW_SUSPEND}), ERR_STATE);
	assert_int_equal(t.s.waits[0].due_ms, 0);
	t.env.now_ms += 300 * DAY;
	assert_int_equal(fire(&t, "Wait", "Wait"), ERR_STATE);
	assert_int_equal(step(&t, &(struct flow_event){.kind = FLOW_RESUME}), 0);
	assert_int_equal(t.s.waits[0].due_ms, t.env.now_ms + 15 * DAY);
	assert_int_equal(step(&t, &(struct flow_event){.kind = FLOW_CANCEL}), 0);
	assert_int_equal(t.s.status, FLOW_CANCELLED);
	assert_int_equal(t.s.ntokens + t.s.nwaits, 0);
	assert_int_equal(step(&t, &(struct flow_event){.kind = FLOW_RESUME}), ERR_STATE);
	table_close(&t);
}

/* What comes while a process is suspended moves it on, with its timers stopped. */
static void test_suspended_message(void **state)
{
	struct table t;
	(void)state;
	table_open(&t, "run-camunda7-external-errors.bpmn");
	START(&t);
	assert_int_equal(step(&t, &(struct flow_event){.kind = FLOW_SUSPEND}), 0);
	assert_int_equal(serve(&t, "Task_call", "REFUSED"), 0);
	assert_int_equal(complete(&t, "Task_fix", "a"), ERR_STATE);
	assert_int_equal(step(&t, &(struct flow_event){.kind = FLOW_RESUME}), 0);
	assert_int_equal(complete(&t, "Task_fix", "a"), 0);
	table_close(&t);
}

static void test_back(void **state)
{
	struct table t;
	json_t *marking, *done = json_pack("[s]", "Decide"), *first = json_pack("[s]", "Reserve"),
			 *none = json_array();
	(void)state;
	table_open(&t, "run-compensation.bpmn");
	START(&t);
	json_t *before_reserve = flow_marking(t.b, &t.s);
	assert_int_equal(serve(&t, "Reserve", NULL), 0);
	marking = flow_marking(t.b, &t.s);
	assert_int_equal(complete(&t, "Decide", "a"), 0);
	assert_true(at(&t, "Close"));
	struct flow_past past[] = {
		{1, "", none, none}, {2, "", before_reserve, first}, {3, "Decide", marking, done}};
	struct flow_event back = {.kind = FLOW_BACK, .past = past, .npast = 3, .to = 9};
	assert_int_equal(step(&t, &back), ERR_STATE);
	back.to = 2; /* no user task */
	assert_int_equal(step(&t, &back), ERR_STATE);
	back.to = 3;
	assert_int_equal(step(&t, &back), 0);
	assert_true(at(&t, "Decide") && !at(&t, "Close"));
	assert_true(json_is_null(t.s.undo));
	/* Further back than the reservation: it is released first. */
	past[1].node = "Decide";
	past[1].marking = marking;
	back.to = 2;
	assert_int_equal(step(&t, &back), 0);
	assert_true(at(&t, "Release") && t.s.ntokens == 1);
	assert_int_equal(step(&t, &back), ERR_STATE);
	assert_int_equal(serve(&t, "Release", NULL), 0);
	assert_true(at(&t, "Decide") && json_is_null(t.s.undo));
	assert_int_equal(complete(&t, "Decide", "a"), 0);
	assert_int_equal(complete(&t, "Close", "a"), 0);
	assert_int_equal(t.s.status, FLOW_DONE);
	json_decref(marking);
	json_decref(before_reserve);
	json_decref(done);
	json_decref(first);
	json_decref(none);
	table_close(&t);
}

static void test_vars_limit(void **state)
{
	struct table t;
	char *big = malloc(FLOW_VARS_MAX + 1);
	(void)state;
	assert_non_null(big);
	memset(big, 'x', FLOW_VARS_MAX);
	big[FLOW_VARS_MAX] = '\0';
	json_t *result = json_pack("{s:s}", "note", big);
	table_open(&t, "run-parallel.bpmn");
	START(&t);
	assert_int_equal(step(&t,
				 &(struct flow_event){
					 .kind = FLOW_COMPLETE, .node = "A", .who = "a", .result = result}),
		ERR_LIMIT);
	assert_true(at(&t, "A"));
	json_decref(result);
	free(big);
	table_close(&t);
}

static void test_json(void **state)
{
	struct table t;
	struct flow_state back;
	json_t *v = NULL, *again = NULL;
	(void)state;
	table_open(&t, "run-reminder-beside.bpmn");
	START(&t);
	assert_int_equal(flow_state_json(t.b, &t.s, &v), 0);
	assert_int_equal(flow_state_parse(t.b, v, &back, &t.note), 0);
	assert_int_equal(flow_state_json(t.b, &back, &again), 0);
	assert_true(json_equal(v, again));
	flow_state_fini(&back);
	json_decref(again);
	json_object_set_new(json_array_get(json_object_get(v, "tokens"), 0), "node", json_string("Warn"));
	assert_int_equal(flow_state_parse(t.b, v, &back, &t.note), ERR_SCHEMA);
	json_decref(v);
	table_close(&t);
}

static void test_migration(void **state)
{
	struct table t, n;
	struct flow_state s;
	json_t *map = json_pack("{s:s}", "Activity_1", "A");
	(void)state;
	table_open(&t, "run-bpmnjs-two-users.bpmn");
	table_open(&n, "run-parallel.bpmn");
	START(&t);
	/* Nothing of that name, then a place the other process is never in alone. */
	assert_int_equal(flow_migrate(t.b, n.b, NULL, &t.s, &t.env, &s, &t.note), ERR_REFUSED);
	assert_int_equal(flow_migrate(t.b, n.b, map, &t.s, &t.env, &s, &t.note), ERR_REFUSED);
	assert_non_null(strstr(t.note.text, "never"));
	table_close(&n);
	table_open(&n, "run-reminder-beside.bpmn");
	assert_int_equal(flow_migrate(t.b, n.b, map, &t.s, &t.env, &s, &t.note), 0);
	assert_int_equal(s.nwaits, 1);
	assert_int_equal(n.b->nodes[s.tokens[0].node].kind, BPMN_USER);
	flow_state_fini(&s);
	/* A timer keeps what it was set to. */
	struct table m;
	table_open(&m, "run-reminder-beside.bpmn");
	START(&n);
	n.env.now_ms += DAY;
	int64_t due = n.s.waits[0].due_ms;
	assert_int_equal(flow_migrate(n.b, m.b, NULL, &n.s, &n.env, &s, &n.note), 0);
	assert_int_equal(s.waits[0].due_ms, due);
	flow_state_fini(&s);
	json_decref(map);
	table_close(&m);
	table_close(&n);
	table_close(&t);
}

/* ---- random walks: whatever happens, in any order, every process ends and is always in a walked state */
static int random_event(struct table *t)
{
	const struct flow_token *k = &t->s.tokens[next(t) % t->s.ntokens];
	uint32_t what = next(t) % 10;
	if (t->s.status == FLOW_SUSPENDED)
		return step(t, &(struct flow_event){.kind = FLOW_RESUME});
	if (what == 0)
		return step(t, &(struct flow_event){.kind = FLOW_SUSPEND});
	if (what < 4 && t->s.nwaits) {
		const struct flow_wait *w = &t->s.waits[next(t) % t->s.nwaits];
		const struct bpmn_node *n = &t->b->nodes[w->node];
		if (n->event == BPMN_TIMER) {
			if (w->due_ms > t->env.now_ms)
				t->env.now_ms = w->due_ms;
			return step(t,
				&(struct flow_event){.kind = FLOW_TIMER, .token = w->token, .node = n->id});
		}
		if (n->event == BPMN_ERROR)
			return step(
				t, &(struct flow_event){
					   .kind = FLOW_SERVICE_FAILED, .token = w->token, .name = n->ref});
		return tell(t, n->ref);
	}
	if (k->node < 0)
		return ERR_STATE;
	const struct bpmn_node *n = &t->b->nodes[k->node];
	char who[8];
	snprintf(who, sizeof who, "p%u", next(t) % 3);
	if (n->kind == BPMN_USER)
		return complete(t, n->id, who);
	if (n->kind == BPMN_SERVICE)
		return step(t, &(struct flow_event){.kind = FLOW_SERVICE_DONE, .token = k->id});
	if (n->event == BPMN_MESSAGE)
		return tell(t, n->ref);
	t->env.now_ms += 40 * 365 * DAY;
	return step(t, &(struct flow_event){.kind = FLOW_TIMER, .token = k->id, .node = n->id});
}

static void walk(const char *name, uint64_t seed)
{
	struct table t;
	int steps = 0;
	table_open(&t, name);
	t.random = seed * 2654435761u + 88172645463325252u;
	START(&t);
	while (t.s.status != FLOW_DONE) {
		int rc = random_event(&t);
		if (rc != 0 && rc != ERR_STATE && rc != ERR_APPROVAL && rc != ERR_LIMIT)
			fail_msg("%s seed %llu: %s", name, (unsigned long long)seed, t.note.text);
		if (++steps > 20000)
			fail_msg("%s seed %llu does not end", name, (unsigned long long)seed);
	}
	assert_int_equal(t.s.ntokens + t.s.nwaits, 0);
	table_close(&t);
}

static void test_random_walks(void **state)
{
	struct dirent *e;
	DIR *d = opendir(FILES);
	int files = 0;
	(void)state;
	assert_non_null(d);
	while ((e = readdir(d)))
		if (strncmp(e->d_name, "run-", 4) == 0) {
			files++;
			for (uint64_t seed = 1; seed <= 40; seed++)
				walk(e->d_name, seed);
		}
	closedir(d);
	assert_true(files >= 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_choice), cmocka_unit_test(test_bad_answers),
		cmocka_unit_test(test_parallel), cmocka_unit_test(test_terminate),
		cmocka_unit_test(test_service_errors), cmocka_unit_test(test_beside),
		cmocka_unit_test(test_messages), cmocka_unit_test(test_script_and_term),
		cmocka_unit_test(test_suspension), cmocka_unit_test(test_suspended_message),
		cmocka_unit_test(test_back), cmocka_unit_test(test_vars_limit), cmocka_unit_test(test_json),
		cmocka_unit_test(test_migration), cmocka_unit_test(test_random_walks)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
