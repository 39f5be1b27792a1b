/* The book of a side: no step that the table does not allow, blanks, policy, refusals that stay. */
#include "burner/ledger/blank.h"
#include "burner/ledger/custody.h"
#include "burner/ledger/policy.h"
#include "burner/ledger/revoked.h"
#include "burner/ledger/spent.h"
#include "tests/unit/burner/world.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char root[] = "/tmp/test-ledger.XXXXXX";
static struct ledger *l;

static int setup(void **state)
{
	struct err_note note = {0};
	(void)state;
	return mkdtemp(root) && ledger_open(root, -1, &l, &note) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	char command[64];
	(void)state;
	ledger_close(l);
	snprintf(command, sizeof command, "rm -rf %s", root);
	return system(command);
}

/* Everything that may happen, side by side; all else may not. */
static const char *const MAY[2][16][2] = {
	{{"staged", "staged"}, {"staged", "approved"}, {"approved", "approved"}, {"approved", "burnt"},
		{"burnt", "burnt"}, {"burnt", "verified"}, {"verified", "verified"}, {"verified", "burnt"},
		{"burnt", "handed-over"}, {"verified", "handed-over"}, {"staged", "void"},
		{"approved", "void"}, {"burnt", "void"}, {"verified", "void"}, {"void", "destroyed"},
		{"handed-over", "destroyed"}},
	{{"received", "importing"}, {"importing", "imported"}, {"imported", "archived"},
		{"received", "destroyed"}, {"imported", "destroyed"}, {"archived", "destroyed"}},
};

static bool allowed(bool arrived, const char *from, const char *to)
{
	for (size_t i = 0; i < 16 && MAY[arrived][i][0]; i++)
		if (strcmp(MAY[arrived][i][0], from) == 0 && strcmp(MAY[arrived][i][1], to) == 0)
			return true;
	return false;
}

static json_t *record_in(const char *state)
{
	struct disc d = {.id = "D-20261124-0001",
		.created = "2026-11-24T03:42:00.123Z",
		.suite = suite_by_name("gm"),
		.set_n = 1,
		.set_of = 1};
	struct digest zero = {{0}};
	return record_new(&d, &zero, state, "he", "test", 1);
}

static void test_steps(void **state)
{
	size_t legal = 0;
	(void)state;
	for (int arrived = 0; arrived < 2; arrived++)
		for (size_t from = 0; from < CUSTODY_STATES; from++)
			for (size_t to = 0; to < CUSTODY_STATES; to++) {
				const char *a = custody_states[from], *b = custody_states[to];
				struct err_note note = {0};
				json_t *r = record_in(a);
				size_t before = json_array_size(json_object_get(r, "steps"));
				bool may = allowed(arrived, a, b);
				int rc = record_step(r, arrived, b, "lin", "text", &note);
				legal += rc == 0;
				if (rc != (may ? 0 : ERR_STATE))
					fail_msg("%s -> %s: %s", a, b, err_name(rc));
				assert_string_equal(json_str(r, "state"), may ? b : a);
				assert_int_equal(json_array_size(json_object_get(r, "steps")), before + may);
				assert_int_equal(record_was(r, b), may || from == to);
				json_decref(r);
			}
	assert_int_equal(legal, 22);
	assert_false(custody_may(false, "", "staged"));
	assert_false(custody_may(false, "staged", "nothing"));
}

/* Another process has it: who does not want to wait is told. */
static void test_busy(void **state)
{
	struct err_note note = {0};
	struct ledger *other = NULL;
	(void)state;
	assert_int_equal(ledger_open(root, 0, &other, &note), ERR_BUSY);
	assert_int_equal(ledger_open(root, 30, &other, &note), ERR_BUSY);
	assert_int_equal(ledger_look(root, &other, &note), 0);
	ledger_close(other);
}

static void test_records(void **state)
{
	struct err_note note = {0};
	json_t *r = NULL;
	(void)state;
	static const char *const bad[] = {"", "D-1", "../../x", "D-20261124-0001/..", "D-20261124-00001"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(ledger_read(l, LEDGER_IN, bad[i], &r, &note), ERR_SCHEMA);
	assert_int_equal(ledger_read(l, LEDGER_IN, "D-20261124-0009", &r, &note), ERR_NOTFOUND);
	json_t *w = record_in("received");
	assert_int_equal(ledger_write(l, LEDGER_IN, "D-20261124-0001", w, &note), 0);
	assert_int_equal(ledger_read(l, LEDGER_IN, "D-20261124-0001", &r, &note), 0);
	assert_true(json_equal(w, r));
	json_decref(r);
	json_decref(w);
	/* A record that was tampered with is not taken for another one. */
	int in = ledger_dir(l, LEDGER_IN);
	world_put(in, "D-20261124-0002.json", view_str("{\"disc\":"));
	assert_int_equal(ledger_read(l, LEDGER_IN, "D-20261124-0002", &r, &note), ERR_SYNTAX);
	json_t *list = NULL;
	assert_int_equal(ledger_list(l, &list, &note), ERR_SYNTAX);
	assert_int_equal(unlinkat(in, "D-20261124-0002.json", 0), 0);
	world_put(in, "D-20261124-0002.json.bak", view_str("x"));
	assert_int_equal(ledger_list(l, &list, &note), 0);
	assert_int_equal(json_array_size(json_object_get(list, "rows")), 1);
	json_decref(list);
}

static json_t *in_row(const char *disc, const char *digest, const char *prev, const char *void_digest)
{
	json_t *voids = json_array();
	if (void_digest)
		json_array_append_new(
			voids, json_pack("{s:s,s:s}", "disc", "D-20261124-0099", "identity", void_digest));
	return json_pack("{s:s,s:s,s:s,s:s,s:i,s:o,s:[]}", "disc", disc, "state", "imported", "digest",
		digest, "prev", prev, "n", 1, "void", voids, "steps");
}

/* The chain: absent until it comes, or until a later disc calls it void. */
static void test_missing(void **state)
{
#define ID(c) "00000000000000000000000000000000000000000000000000000000000000" c
	static const struct {
		const char *name, *disc, *digest, *prev, *dead;
		size_t missing;
	} steps[] = {{"the first", "D-20261124-0011", ID("01"), ID("00"), NULL, 0},
		{"its successor", "D-20261124-0012", ID("02"), ID("01"), NULL, 0},
		{"one is left out", "D-20261124-0014", ID("04"), ID("03"), NULL, 1},
		{"two", "D-20261124-0016", ID("06"), ID("05"), NULL, 2},
		{"one comes late", "D-20261124-0013", ID("03"), ID("02"), NULL, 1},
		{"one is void", "D-20261124-0017", ID("07"), ID("06"), ID("05"), 0}};
	(void)state;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct err_note note = {0};
		json_t *list = NULL,
		       *r = in_row(steps[i].disc, steps[i].digest, steps[i].prev, steps[i].dead);
		assert_int_equal(ledger_write(l, LEDGER_IN, steps[i].disc, r, &note), 0);
		assert_int_equal(ledger_list(l, &list, &note), 0);
		size_t n = json_array_size(json_object_get(list, "missing"));
		if (n != steps[i].missing)
			fail_msg("%s: %zu missing", steps[i].name, n);
		json_decref(list);
		json_decref(r);
	}
}

static json_t *set_row(const char *disc, const char *first, int n, int of, const char *dead)
{
	json_t *r = in_row(disc, disc, "", NULL);
	json_object_set_new(r, "set", json_pack("{s:s,s:i,s:i}", "first", first, "n", n, "of", of));
	if (dead)
		json_array_append_new(
			json_object_get(r, "void"), json_pack("{s:s,s:s}", "disc", dead, "identity", "x"));
	return r;
}

/* In any order: what is absent of a set is told until it comes or is void. */
static void test_sets(void **state)
{
	static const struct {
		const char *name, *disc, *first;
		int n, of;
		const char *dead, *absent;
	} steps[] = {{"a disc alone", "D-20261125-0001", "D-20261125-0001", 1, 1, NULL, ""},
		{"the third of four", "D-20261125-0004", "D-20261125-0002", 3, 4, NULL,
			"D-20261125-0002 D-20261125-0003 D-20261125-0005 "},
		{"the first", "D-20261125-0002", "D-20261125-0002", 1, 4, NULL,
			"D-20261125-0003 D-20261125-0005 "},
		{"the last", "D-20261125-0005", "D-20261125-0002", 4, 4, NULL, "D-20261125-0003 "},
		{"one is void", "D-20261126-0001", "D-20261126-0001", 1, 1, "D-20261125-0003", ""}};
	(void)state;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct err_note note = {0};
		char absent[200] = "";
		json_t *list = NULL, *v,
		       *r = set_row(steps[i].disc, steps[i].first, steps[i].n, steps[i].of, steps[i].dead);
		size_t k;
		assert_int_equal(ledger_write(l, LEDGER_IN, steps[i].disc, r, &note), 0);
		assert_int_equal(ledger_list(l, &list, &note), 0);
		const json_t *set = json_array_get(json_object_get(list, "sets"), 0);
		json_array_foreach(json_object_get(set, "absent"), k, v)
		{
			strcat(strcat(absent, json_string_value(v)), " ");
		}
		if (strcmp(absent, steps[i].absent) != 0)
			fail_msg("%s: absent %s", steps[i].name, absent);
		json_decref(list);
		json_decref(r);
	}
}

/* Discs begin to exist together: what a crash left is finished by the next one who opens the ledger. */
static void test_commit(void **state)
{
	struct err_note note = {0};
	const char ids[3][DISC_ID] = {"D-20261127-0001", "D-20261127-0002", "D-20261127-0003"};
	char names[1024];
	(void)state;
	int tmp = ledger_dir(l, LEDGER_TMP), out = ledger_dir(l, LEDGER_OUT);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(mkdirat(tmp, ids[i], 0750), 0);
		int dir = openat(tmp, ids[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		world_put(dir, "record.json", view_str("{}"));
		close(dir);
	}
	/* As if it was killed behind the second of three. */
	assert_int_equal(renameat(tmp, ids[0], out, ids[0]), 0);
	world_put(tmp, "commit.json", view_str("{\"discs\":[\"D-20261127-0001\",\"D-20261127-0002\"]}"));
	assert_int_equal(ledger_commit_resume(l, &note), 0);
	assert_string_equal(world_ls(out, names), "D-20261127-0001 D-20261127-0002 ");
	assert_string_equal(world_ls(tmp, names), "D-20261127-0003 ");
	assert_int_equal(ledger_commit_resume(l, &note), 0);
	assert_int_equal(ledger_commit(l, ids + 2, 1, &note), 0);
	assert_string_equal(world_ls(tmp, names), "");
	world_put(tmp, "commit.json", view_str("{\"discs\":[\"../x\"]}"));
	assert_int_equal(ledger_commit_resume(l, &note), ERR_SCHEMA);
	assert_int_equal(unlinkat(tmp, "commit.json", 0), 0);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(names, sizeof names, "%s/record.json", ids[i]);
		assert_int_equal(unlinkat(out, names, 0), 0);
		assert_int_equal(unlinkat(out, ids[i], AT_REMOVEDIR), 0);
	}
}

/* ---- persons who do not count any more */
static const char *revoked_text(char out[static 400])
{
	struct revoked r;
	struct err_note note = {0};
	assert_int_equal(revoked_read(l, &r, &note), 0);
	out[0] = '\0';
	for (size_t i = 0, at = 0; i < r.n; i++)
		at += (size_t)snprintf(out + at, 400 - at, "%.4s:%s ", r.v[i].key, r.v[i].last);
	revoked_fini(&r);
	return out;
}

static void test_revoked(void **state)
{
	static const struct {
		const char *name, *key, *last;
		int want;
		const char *all;
	} c[] = {{"a key", "bbbb456789abcdef", "D-20261124-0007", 0, "bbbb:D-20261124-0007 "},
		{"again", "bbbb456789abcdef", "D-20261124-0007", ERR_EXISTS, "bbbb:D-20261124-0007 "},
		{"later", "bbbb456789abcdef", "D-20261124-0009", ERR_EXISTS, "bbbb:D-20261124-0007 "},
		{"earlier", "bbbb456789abcdef", "D-20261124-0003", 0, "bbbb:D-20261124-0003 "},
		{"another, from the first", "aaaa456789abcdef", "", 0, "aaaa: bbbb:D-20261124-0003 "},
		{"nothing is taken back", "aaaa456789abcdef", "D-20261124-0001", ERR_EXISTS,
			"aaaa: bbbb:D-20261124-0003 "},
		{"no key", "he", "", ERR_SCHEMA, "aaaa: bbbb:D-20261124-0003 "},
		{"no disc", "cccc456789abcdef", "today", ERR_SCHEMA, "aaaa: bbbb:D-20261124-0003 "}};
	char all[400];
	json_t *out = NULL;
	struct err_note note = {0};
	(void)state;
	assert_string_equal(revoked_text(all), "");
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		int rc = revoked_add(l, c[i].key, c[i].last, "left", "tao", &out, &note);
		if (rc != c[i].want)
			fail_msg("%s: %s", c[i].name, err_name(rc));
		if (rc == 0)
			json_decref(out);
		assert_string_equal(revoked_text(all), c[i].all);
	}
	/* What a disc tells is taken over, never loosened. */
	struct disc_revoked told[] = {{"aaaa456789abcdef", "D-20261124-0005"},
		{"bbbb456789abcdef", "D-20261124-0001"}, {"dddd456789abcdef", "D-20261124-0008"}};
	const struct disc d = {.id = "D-20261124-0010", .revoked = told, .nrevoked = 3};
	for (int i = 0; i < 2; i++) {
		assert_int_equal(revoked_take(l, &d, "yu", &note), 0);
		assert_string_equal(revoked_text(all), "aaaa: bbbb:D-20261124-0001 dddd:D-20261124-0008 ");
	}
	world_put(ledger_root(l), "trust/revoked.json", view_str("{\"revoked\":[{\"key\":\"x\"}]}"));
	struct revoked r;
	assert_int_equal(revoked_read(l, &r, &note), ERR_SCHEMA);
	assert_int_equal(unlinkat(ledger_root(l), "trust/revoked.json", 0), 0);
}

/* What the other side tells of blanks; what it cannot know of stays. */
static void test_spent(void **state)
{
	static const struct {
		const char *serial, *was, *disc, *want;
	} cases[] = {{"SP-1", "blank", "", "scrap"}, {"SP-2", "blank", "D-20261124-0001", "void"},
		{"SP-3", "used", "", "used"}, {"SP-4", "used", "D-20261124-0001", "used"},
		{"SP-5", "scrap", "D-20261124-0001", "scrap"}};
	enum { N = sizeof cases / sizeof *cases };
	struct disc_blank told[N + 1] = {{.serial = "SP-9"}};
	struct disc d = {.id = "D-20261124-0009", .blanks = told, .nblanks = N + 1};
	struct err_note note = {0};
	(void)state;
	for (size_t i = 0; i < N; i++) {
		json_t *out = NULL, *r = NULL;
		(void)snprintf(told[i + 1].serial, sizeof told->serial, "%s", cases[i].serial);
		(void)snprintf(told[i + 1].disc, sizeof told->disc, "%s", cases[i].disc);
		assert_int_equal(blank_add(l, cases[i].serial, "x", DISC_INTERNAL, "he", &out, &note), 0);
		json_decref(out);
		if (strcmp(cases[i].was, "used") == 0) {
			assert_int_equal(blank_free(l, cases[i].serial, "D-20261124-0005", &r, &note), 0);
			assert_int_equal(blank_use(l, r, "D-20261124-0005", "he", &note), 0);
			json_decref(r);
		} else if (strcmp(cases[i].was, "scrap") == 0) {
			assert_int_equal(blank_scrap(l, cases[i].serial, "x", "he", &out, &note), 0);
			json_decref(out);
		}
	}
	/* Again is no error and no second step. */
	for (int twice = 0; twice < 2; twice++)
		assert_int_equal(spent_take(l, &d, "yu", &note), 0);
	json_t *list = NULL, *blank;
	size_t i;
	assert_int_equal(blank_list(l, &list, &note), 0);
	json_array_foreach(list, i, blank)
	{
		size_t k = (size_t)atoi(json_str(blank, "serial") + 3) - 1;
		if (strncmp(json_str(blank, "serial"), "SP-", 3) != 0)
			continue;
		assert_in_range(k, 0, N - 1);
		assert_string_equal(json_str(blank, "state"), cases[k].want);
		/* One step for what was told, none where nothing changed. */
		assert_int_equal(json_array_size(json_object_get(blank, "steps")), 2);
		/* What was told from there is not told back. */
		if (k < 2)
			assert_string_equal(json_str(blank, "told"), cases[k].want);
		char name[16];
		(void)snprintf(name, sizeof name, "SP-%zu.json", k + 1);
		assert_int_equal(unlinkat(ledger_dir(l, LEDGER_BLANKS), name, 0), 0);
	}
	json_decref(list);
}

/* Of very many the newest are told, in the order of their numbers; what the other side knows is not. */
static void test_spent_many(void **state)
{
	json_t *blanks = json_array(), *list;
	struct disc d = {.n = 0};
	(void)state;
	for (int i = 0; i < DISC_BLANKS_MAX + 2; i++) {
		char serial[16], at[16];
		(void)snprintf(serial, sizeof serial, "N-%04d", 9000 - i);
		(void)snprintf(at, sizeof at, "%06d", i);
		json_array_append_new(
			blanks, json_pack("{s:s,s:s,s:s,s:s,s:[{s:s}]}", "serial", serial, "state", "scrap",
					"disc", "", "told", i == 5 ? "scrap" : "", "steps", "at", at));
	}
	list = json_pack("{s:o,s:[]}", "blanks", blanks, "rows");
	assert_int_equal(spent_collect(list, &d), 0);
	assert_int_equal(d.nblanks, DISC_BLANKS_MAX);
	for (size_t i = 1; i < d.nblanks; i++)
		assert_true(strcmp(d.blanks[i - 1].serial, d.blanks[i].serial) < 0);
	/* The oldest of 513 that count is left out, and the one that is known. */
	assert_string_equal(d.blanks[d.nblanks - 1].serial, "N-8999");
	for (size_t i = 0; i < d.nblanks; i++)
		assert_string_not_equal(d.blanks[i].serial, "N-8995");
	disc_fini(&d);
	json_decref(list);
}

static void test_blanks(void **state)
{
	struct err_note note = {0};
	struct disc d = {.id = "D-20261124-0001", .mark = DISC_INTERNAL};
	json_t *r = NULL, *out = NULL;
	(void)state;
	static const char *const bad[] = {
		"", ".x", "-x", "a/b", "a b", "盘", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddx"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(blank_add(l, bad[i], "1", DISC_INTERNAL, "he", &out, &note), ERR_SCHEMA);
	assert_int_equal(blank_fits(l, "MED0001", &d, &r, &note), ERR_NOTFOUND);
	assert_int_equal(blank_add(l, "MED0001", "柜 3-1", DISC_INTERNAL, "he", &out, &note), 0);
	json_decref(out);
	assert_int_equal(blank_add(l, "MED0001", "another", DISC_INTERNAL, "he", &out, &note), ERR_EXISTS);
	/* A disc's mark is at most its blank's. */
	const struct {
		enum disc_mark mark;
		int want;
	} marks[] = {{DISC_PUBLIC, 0}, {DISC_INTERNAL, 0}, {DISC_WORK_SECRET, ERR_REFUSED},
		{DISC_SECRET, ERR_REFUSED}, {DISC_CONFIDENTIAL, ERR_REFUSED}};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		d.mark = marks[i].mark;
		int rc = blank_fits(l, "MED0001", &d, &r, &note);
		assert_int_equal(rc, marks[i].want);
		if (rc == 0)
			json_decref(r);
	}
	d.mark = DISC_INTERNAL;
	assert_int_equal(blank_fits(l, "MED0001", &d, &r, &note), 0);
	assert_int_equal(blank_use(l, r, d.id, "he", &note), 0);
	json_decref(r);
	/* Again for the same disc, never for another; used is not scrap. */
	assert_int_equal(blank_fits(l, "MED0001", &d, &r, &note), 0);
	json_decref(r);
	(void)snprintf(d.id, sizeof d.id, "D-20261124-0002");
	assert_int_equal(blank_fits(l, "MED0001", &d, &r, &note), ERR_STATE);
	assert_int_equal(blank_scrap(l, "MED0001", "scratched", "he", &out, &note), ERR_STATE);
	assert_int_equal(blank_add(l, "MED0002", "2", DISC_SECRET, "he", &out, &note), 0);
	json_decref(out);
	assert_int_equal(blank_scrap(l, "MED0002", "scratched", "he", &out, &note), 0);
	json_decref(out);
	assert_int_equal(blank_scrap(l, "MED0002", "again", "he", &out, &note), ERR_STATE);
	assert_int_equal(blank_fits(l, "MED0002", &d, &r, &note), ERR_STATE);
	/* What the other side knows of it. */
	assert_int_equal(blank_told(l, "MED0002", "blank", &out, &note), ERR_STATE);
	assert_int_equal(blank_told(l, "MED0002", "scrap", &out, &note), 0);
	assert_string_equal(json_str(out, "told"), "scrap");
	json_decref(out);
	/* Erased it is blank again; scrap stays scrap. */
	assert_int_equal(blank_erasable(l, "MED0002", &r, &note), ERR_STATE);
	assert_int_equal(blank_list(l, &out, &note), 0);
	assert_int_equal(json_array_size(out), 2);
	assert_string_equal(json_str(json_array_get(out, 0), "state"), "used");
	assert_string_equal(json_str(json_array_get(out, 1), "state"), "scrap");
	json_decref(out);
}

static void test_policy(void **state)
{
	struct err_note note = {0};
	struct policy p;
	json_t *out = NULL;
	const struct policy c[] = {{.blank = true}, {.seal = true, .receive = true, .drive = true},
		{.verify = true, .erase = true, .sticks = true},
		{.write = {{"/dev/sr0", "stick:/x"}, 2}, .read = {{"/dev/sr1"}, 1}}, {.version = 77}};
	(void)state;
	assert_int_equal(policy_read(l, &p, &note), 0);
	assert_int_equal(p.version, 0);
	assert_false(p.blank || p.seal || p.receive || p.verify || p.drive || p.erase || p.sticks);
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		struct policy want = c[i];
		want.version = (int64_t)i + 1;
		assert_int_equal(policy_set(l, &c[i], "tao", &out, &note), 0);
		json_t *again = policy_json(&want);
		assert_true(json_equal(out, again));
		json_decref(again);
		json_decref(out);
		assert_int_equal(policy_read(l, &p, &note), 0);
		again = policy_json(&p);
		json_t *wanted = policy_json(&want);
		assert_true(json_equal(again, wanted));
		json_decref(again);
		json_decref(wanted);
	}
	/* One that writes does not read. */
	const struct policy both = {.write = {{"/dev/sr0"}, 1}, .read = {{"/dev/sr0"}, 1}};
	assert_int_equal(policy_set(l, &both, "tao", &out, &note), ERR_SCHEMA);
	/* A policy that cannot be read demands everything: nothing goes on. */
	static const char *const bad[] = {"", "{}",
		"{\"allows\":[],\"demands\":[\"x\"],\"drives\":{\"read\":[],\"write\":[]},\"version\":9}",
		"{\"allows\":[\"blank\"],\"demands\":[],\"drives\":{\"read\":[],\"write\":[]},\"version\":9}",
		"{\"allows\":[],\"demands\":[],\"drives\":{\"read\":[1],\"write\":[]},\"version\":9}",
		"{\"allows\":[],\"demands\":[],\"drives\":{\"read\":[]},\"version\":9}",
		"{\"allows\":[],\"demands\":[],\"version\":9}",
		"{\"allows\":[],\"demands\":[],\"drives\":{\"read\":[],\"write\":[]},\"version\":0}"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		world_put(ledger_root(l), "policy.json", view_str(bad[i]));
		if (policy_read(l, &p, &note) == 0)
			fail_msg("policy %zu is taken", i);
	}
	assert_int_equal(unlinkat(ledger_root(l), "policy.json", 0), 0);
}

static void test_policy_drives(void **state)
{
	static const struct {
		const char *name, *drive;
		struct policy p;
		bool write;
		int want;
	} c[] = {{"no rule", "/dev/sr0", {.version = 1}, true, 0},
		{"no rule, a file", NULL, {.version = 1}, false, 0},
		{"a drive is demanded", NULL, {.drive = true}, true, ERR_REFUSED},
		{"and read by one", NULL, {.drive = true}, false, ERR_REFUSED},
		{"any", "/dev/sr0", {.drive = true}, false, 0},
		{"named", "/dev/sr0", {.write = {{"/dev/sr0"}, 1}}, true, 0},
		{"another", "/dev/sr1", {.write = {{"/dev/sr0"}, 1}}, true, ERR_REFUSED},
		{"the writer reads", "/dev/sr0", {.write = {{"/dev/sr0"}, 1}}, false, ERR_REFUSED},
		{"the reader writes", "/dev/sr1", {.read = {{"/dev/sr1"}, 1}}, true, ERR_REFUSED},
		{"the second one", "/dev/sr3", {.read = {{"/dev/sr1", "/dev/sr3"}, 2}}, false, 0}};
	(void)state;
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		struct err_note note = {0};
		int rc = policy_drive(&c[i].p, c[i].drive, c[i].write, &note);
		if (rc != c[i].want)
			fail_msg("%s: %s", c[i].name, err_name(rc));
	}
}

static void test_refusals(void **state)
{
	struct err_note note = {0}, why = {0};
	json_t *out = NULL;
	(void)state;
	for (int i = 0; i < 203; i++) {
		why.err = ERR_MEMBER;
		(void)snprintf(why.text, sizeof why.text, "disc %d: \xff\x01 a foreign file", i);
		assert_int_equal(ledger_refuse(l, "import", "x.iso", "he", &why, &note), 0);
	}
	assert_int_equal(ledger_refused(l, &out, &note), 0);
	assert_int_equal(json_array_size(out), 200);
	const json_t *first = json_array_get(out, 0);
	assert_string_equal(json_str(first, "text"), "disc 202: ?? a foreign file");
	assert_string_equal(json_str(first, "code"), "MEMBER");
	assert_string_equal(json_str(first, "act"), "import");
	assert_string_equal(json_str(json_array_get(out, 199), "text"), "disc 3: ?? a foreign file");
	json_decref(out);
	/* Waiting is told once, a refusal each time. */
	for (int i = 0; i < 3; i++) {
		(void)err_set(&why, ERR_STATE, "nobody has received it");
		assert_int_equal(ledger_refuse(l, "import", "y.iso", "he", &why, &note), 0);
	}
	assert_int_equal(ledger_refused(l, &out, &note), 0);
	assert_string_equal(json_str(json_array_get(out, 0), "code"), "STATE");
	assert_string_equal(json_str(json_array_get(out, 1), "text"), "disc 202: ?? a foreign file");
	json_decref(out);
	(void)err_set(&why, ERR_FOREIGN, "房产.iso");
	assert_int_equal(ledger_refuse(l, "import", "x.iso", "he", &why, &note), 0);
	assert_int_equal(ledger_refused(l, &out, &note), 0);
	assert_string_equal(json_str(json_array_get(out, 0), "text"), "房产.iso");
	json_decref(out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_steps),
		cmocka_unit_test(test_records), cmocka_unit_test(test_busy), cmocka_unit_test(test_missing),
		cmocka_unit_test(test_sets), cmocka_unit_test(test_commit), cmocka_unit_test(test_revoked),
		cmocka_unit_test(test_spent), cmocka_unit_test(test_spent_many),
		cmocka_unit_test(test_blanks), cmocka_unit_test(test_policy),
		cmocka_unit_test(test_policy_drives), cmocka_unit_test(test_refusals)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
