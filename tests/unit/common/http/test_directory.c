/* People of the unified platform's directory: what its statement may say, and what each one does to accounts
 * and sessions.
 * */
#include "common/http/directory_list.h"
#include "tests/unit/common/db/backend.h"
#include "tests/unit/common/http/people.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ZHOU                                                                                                 \
	"{\"id\":\"P-1\",\"user\":\"zhou\",\"name\":\"周某\",\"roles\":\"clerk\",\"organisation\":\"\","   \
	"\"active\":true}"
#define WU                                                                                                   \
	"{\"id\":\"P-2\",\"user\":\"wu\",\"name\":\"吴某\",\"roles\":\"senior\",\"organisation\":\"\","    \
	"\"active\":true}"
#define WU_LEFT                                                                                              \
	"{\"id\":\"P-2\",\"user\":\"wu\",\"name\":\"\",\"roles\":\"\",\"organisation\":\"\",\"active\":"     \
	"false}"

DB_STMT_CROSS(test_person, "SELECT roles, disabled, departed, directory FROM account WHERE login = :user");
DB_STMT_CROSS(
	test_live, "SELECT count(*) FROM session s JOIN account a ON a.id = s.account WHERE a.login = :user");
DB_STMT_CROSS(test_session_add, "INSERT INTO session (digest, tenant, account, created_at, seen_at, address) "
				"SELECT :digest, tenant, id, "
				":now, :now, '' FROM account WHERE login = :user");

static void statement(char *out, size_t size, int64_t serial, bool complete, const char *people_text)
{
	snprintf(out, size,
		"{\"iss\":\"directory\",\"division\":\"" PEOPLE_TENANT
		"\",\"serial\":%lld,\"issued\":\"2026-11-24T00:00:00.000Z\",\"complete\":%s,\"people\":[%s]}",
		(long long)serial, complete ? "true" : "false", people_text);
}

static struct account_directory_counts counts;
static struct err_note note;

static int take(int64_t serial, bool complete, const char *people_text)
{
	char text[4000], hex[DIGEST_HEX];
	struct directory_list l;
	statement(text, sizeof text, serial, complete, people_text);
	note = (struct err_note){0};
	int rc = directory_list_read(view_str(text), &l, &note);
	if (rc < 0)
		return rc;
	digest_hex_of(suite_by_name("gm"), view_str(text), hex);
	rc = account_directory_take(people.service, &l, hex, &counts, &note);
	directory_list_fini(&l);
	return rc;
}

/* "roles disabled departed directory", or "" when there is no such person. */
struct person {
	const char *user;
	char text[128];
	int64_t sessions;
};
static int person_tx(struct db_tx *tx, void *arg)
{
	struct person *p = arg;
	struct db_query *q = db_query(tx, &test_person);
	db_bind_text(q, "user", p->user);
	int rc = db_step(q);
	p->text[0] = '\0';
	if (rc == 1)
		snprintf(p->text, sizeof p->text, "%s %d %d %s", db_text(q, 0), (int)db_int(q, 1),
			(int)db_int(q, 2), db_text(q, 3));
	db_done(q);
	q = db_query(tx, &test_live);
	db_bind_text(q, "user", p->user);
	return rc < 0 ? rc : db_one_int(q, &p->sessions);
}
static void person_is(const char *user, const char *want, int sessions)
{
	struct person p = {.user = user};
	assert_int_equal(db_read(people.db, "", person_tx, &p), 0);
	assert_string_equal(p.text, want);
	assert_int_equal(p.sessions, sessions);
}

static int session_tx(struct db_tx *tx, void *arg)
{
	struct digest d;
	random_bytes(&d, sizeof d);
	struct db_query *q = db_query(tx, &test_session_add);
	db_bind_digest(q, "digest", &d);
	db_bind_int(q, "now", time_now_ms());
	db_bind_text(q, "user", arg);
	return db_exec(q);
}
static void session(const char *user)
{
	assert_int_equal(db_write(people.db, "", session_tx, (void *)(uintptr_t)user), 0);
}

static void test_forms(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int rc;
		const char *where;
	} cases[] = {
		{"[]", ERR_SCHEMA, "no object"},
		{"{\"iss\":\"directory\"}", ERR_SCHEMA, "division"},
		{"{\"iss\":\"face\",\"division\":\"110101\",\"serial\":1,\"issued\":\"2026-11-24T00:00:00."
		 "000Z\","
		 "\"complete\":true,\"people\":[]}",
			ERR_SCHEMA, "iss"},
		{"{\"iss\":\"directory\",\"division\":\"11010a\",\"serial\":1,\"issued\":\"2026-11-24T00:00:"
		 "00.000Z\","
		 "\"complete\":true,\"people\":[]}",
			ERR_SCHEMA, "division"},
		{"{\"iss\":\"directory\",\"division\":\"110101\",\"serial\":0,\"issued\":\"2026-11-24T00:00:"
		 "00.000Z\","
		 "\"complete\":true,\"people\":[]}",
			ERR_SCHEMA, "serial"},
		{"{\"iss\":\"directory\",\"division\":\"110101\",\"serial\":1,\"issued\":\"2026-11-24T00:00:"
		 "00.000Z\","
		 "\"complete\":true,\"people\":[]}",
			ERR_SCHEMA, "people"},
		{"{\"iss\":\"directory\",\"division\":\"110101\",\"serial\":1,\"issued\":\"2026-11-24T00:00:"
		 "00.000Z\","
		 "\"complete\":true,\"people\":[],\"more\":1}",
			ERR_SCHEMA, "more"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct directory_list l;
		note = (struct err_note){0};
		assert_int_equal(directory_list_read(view_str(cases[i].text), &l, &note), cases[i].rc);
		assert_non_null(strstr(note.text, cases[i].where));
	}
	assert_int_equal(take(1, true, ZHOU "," ZHOU), ERR_SCHEMA);
	assert_non_null(strstr(note.text, "people[1].id"));
	assert_int_equal(take(1, true,
				 ZHOU ",{\"id\":\"P-9\",\"user\":\"X\",\"name\":\"a\",\"roles\":\"\","
				      "\"organisation\":\"\",\"active\":true}"),
		ERR_SCHEMA);
	assert_non_null(strstr(note.text, "people[1].user"));
}

static void test_come_change_leave_return(void **state)
{
	(void)state;
	assert_int_equal(take(1, true, ZHOU "," WU), 0);
	assert_int_equal(counts.added, 2);
	person_is("zhou", "clerk 0 0 P-1", 0);
	session("zhou");
	session("wu");
	/* The same again does nothing; an older one, or another of this number, is refused. */
	assert_int_equal(take(1, true, ZHOU "," WU), 0);
	assert_int_equal(counts.added + counts.changed + counts.departed, 0);
	assert_int_equal(take(1, true, ZHOU), ERR_FORK);
	/* A person left: out at once, nobody else is. */
	assert_int_equal(take(3, false, WU_LEFT), 0);
	assert_int_equal(counts.departed, 1);
	person_is("wu", "senior 1 1 P-2", 0);
	person_is("zhou", "clerk 0 0 P-1", 1);
	assert_int_equal(take(2, true, ZHOU "," WU), ERR_ROLLBACK);
	person_is("wu", "senior 1 1 P-2", 0);
	/* Another role ends the session, too. */
	assert_int_equal(take(4, false,
				 "{\"id\":\"P-1\",\"user\":\"zhou\",\"name\":\"周某\",\"roles\":\"senior\","
				 "\"organisation\":\"\",\"active\":true}"),
		0);
	person_is("zhou", "senior 0 0 P-1", 0);
	assert_int_equal(take(5, false, WU), 0);
	person_is("wu", "senior 0 0 P-2", 0);
	/* Whom a complete list does not name has left. */
	session("wu");
	assert_int_equal(take(6, true, ZHOU), 0);
	assert_int_equal(counts.departed, 1);
	person_is("wu", "senior 1 1 P-2", 0);
	/* Those kept here alone are none of its business. */
	person_is("guest", "guest 0 0 ", 0);
}

static void test_refusals_leave_everything(void **state)
{
	(void)state;
	assert_int_equal(people_add("boss", "admin", PEOPLE_TENANT), 0);
	assert_int_equal(people_add("far", "clerk", "320104"), 0);
	static const struct {
		const char *who;
		int rc;
	} cases[] = {
		{"{\"id\":\"P-5\",\"user\":\"qi\",\"name\":\"齐\",\"roles\":\"admin\",\"organisation\":\"\","
		 "\"active\":true}",
			ERR_DENIED},
		{"{\"id\":\"P-5\",\"user\":\"boss\",\"name\":\"齐\",\"roles\":\"clerk\",\"organisation\":"
		 "\"\",\"active\":true}",
			ERR_DENIED},
		{"{\"id\":\"P-5\",\"user\":\"far\",\"name\":\"齐\",\"roles\":\"clerk\",\"organisation\":\"\","
		 "\"active\":true}",
			ERR_EXISTS},
		{"{\"id\":\"P-5\",\"user\":\"zhou\",\"name\":\"齐\",\"roles\":\"clerk\",\"organisation\":"
		 "\"\",\"active\":true}",
			ERR_EXISTS},
		{"{\"id\":\"P-1\",\"user\":\"zhou2\",\"name\":\"齐\",\"roles\":\"clerk\",\"organisation\":"
		 "\"\",\"active\":true}",
			ERR_CONFLICT},
		{"{\"id\":\"P-5\",\"user\":\"qi\",\"name\":\"齐\",\"roles\":\"clerk "
		 "watch\",\"organisation\":\"\",\"active\":true}",
			ERR_REFUSED},
		{"{\"id\":\"P-5\",\"user\":\"qi\",\"name\":\"齐\",\"roles\":\"none\",\"organisation\":\"\","
		 "\"active\":true}",
			ERR_SCHEMA},
		{"{\"id\":\"P-5\",\"user\":\"qi\",\"name\":\"齐\",\"roles\":\"clerk\",\"organisation\":"
		 "\"no\",\"active\":true}",
			ERR_SCHEMA},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char both[600];
		snprintf(both, sizeof both,
			"{\"id\":\"P-4\",\"user\":\"sun\",\"name\":\"孙\",\"roles\":\"clerk\","
			"\"organisation\":\"\",\"active\":"
			"true},%s",
			cases[i].who);
		assert_int_equal(take(10, false, both), cases[i].rc);
		assert_non_null(strstr(note.text, "people[1]."));
		person_is("sun", "", 0); /* the one before it neither */
	}
	person_is("boss", "admin 0 0 ", 0);
	/* The name of an account that was kept here becomes the directory's person, and a lock put on here
	 * stays. */
	assert_int_equal(take(10, false,
				 "{\"id\":\"P-6\",\"user\":\"chen\",\"name\":\"王小丰\",\"roles\":\"senior\","
				 "\"organisation\":\"\",\"active\":true}"),
		0);
	person_is("chen", "senior 0 0 P-6", 0);
}

static void test_a_broken_list_empties_no_office(void **state)
{
	(void)state;
	char many[3000] = "";
	for (int i = 0; i < 10; i++)
		snprintf(many + strlen(many), sizeof many - strlen(many),
			"%s{\"id\":\"M-%d\",\"user\":\"many%d\",\"name\":\"多\",\"roles\":\"clerk\","
			"\"organisation\":\"\","
			"\"active\":true}",
			i ? "," : "", i, i);
	assert_int_equal(take(20, false, many), 0);
	assert_int_equal(counts.added, 10);
	assert_int_equal(take(21, true, ZHOU), ERR_REFUSED);
	person_is("many9", "clerk 0 0 M-9", 0);
}

/* What the directory says is not undone by hand. */
static void test_by_hand(void **state)
{
	(void)state;
	char boss[96], path[80], id[37] = "";
	people_session("boss", boss);
	json_t *o = people_get("/api/accounts", boss, 200);
	const json_t *wu = json_find(json_object_get(o, "rows"), "user", "wu"),
		     *zhou = json_find(json_object_get(o, "rows"), "user", "zhou");
	assert_true(json_is_true(json_object_get(wu, "directory")));
	assert_true(json_is_true(json_object_get(wu, "departed")));
	snprintf(id, sizeof id, "%s", json_str(zhou, "id"));
	snprintf(path, sizeof path, "/api/accounts/%s", json_str(wu, "id"));
	people_ask("PUT", path, boss, "{\"roles\":\"senior\",\"disabled\":false}");
	client_expect(&people.answer, 409, "STATE");
	snprintf(path, sizeof path, "/api/accounts/%s", id);
	people_ask("PUT", path, boss, "{\"roles\":\"senior\"}");
	client_expect(&people.answer, 409, "STATE");
	people_ask(
		"PUT", path, boss, "{\"roles\":\"clerk\",\"disabled\":true,\"password\":\"first password\"}");
	assert_int_equal(people.answer.status, 200);
	json_decref(o);
	person_is("zhou", "clerk 1 0 P-1", 0);
	/* The lock put on here stays when the directory tells of another name. */
	assert_int_equal(take(30, false,
				 "{\"id\":\"P-1\",\"user\":\"zhou\",\"name\":\"周某某\",\"roles\":\"clerk\","
				 "\"organisation\":\"\",\"active\":true}"),
		0);
	person_is("zhou", "clerk 1 0 P-1", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_come_change_leave_return),
		cmocka_unit_test(test_refusals_leave_everything),
		cmocka_unit_test(test_a_broken_list_empties_no_office),
		cmocka_unit_test(test_by_hand),
	};
	return backend_run(tests, people_setup, people_teardown);
}
