/* Accounts and sessions through the real server: who may sign in, how long a session lives, and that nothing
 * readable lies in the database.
 * */
#include "common/crypto/password.h"
#include "tests/unit/common/db/backend.h"
#include "tests/unit/common/http/people.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PASSWORD PEOPLE_PASSWORD

DB_STMT_CROSS(test_age, "UPDATE session SET seen_at = seen_at - :idle, created_at = created_at - :life");
DB_STMT_CROSS(test_sessions, "SELECT count(*) FROM session");
DB_STMT_CROSS(test_disable, "UPDATE account SET disabled = :value WHERE login = :user");
DB_STMT_CROSS(test_password, "UPDATE account SET password = '!' WHERE login = :user");
DB_STMT_CROSS(test_forgive, "DELETE FROM login_failure");
DB_STMT_CROSS(test_audit, "SELECT count(*) FROM audit_record WHERE action = :action");

static const struct account_role fewer_roles[] = {
	{"clerk", "员", "clerk", "case.read"}, {NULL, NULL, NULL, NULL}};

struct change {
	const struct db_stmt *s;
	const char *user;
	int64_t a, b;
};
static int change_tx(struct db_tx *tx, void *arg)
{
	const struct change *c = arg;
	struct db_query *q = db_query(tx, c->s);
	if (c->s == &test_age) {
		db_bind_int(q, "idle", c->a);
		db_bind_int(q, "life", c->b);
	} else if (c->s == &test_disable) {
		db_bind_text(q, "user", c->user);
		db_bind_int(q, "value", c->a);
	} else if (c->s == &test_password) {
		db_bind_text(q, "user", c->user);
	}
	return db_exec(q);
}
static void change(const struct db_stmt *s, const char *user, int64_t a, int64_t b)
{
	struct change c = {s, user, a, b};
	assert_int_equal(db_write(people.db, "", change_tx, &c), 0);
}

struct number {
	const struct db_stmt *s;
	const char *action;
	int64_t n;
};
static int number_tx(struct db_tx *tx, void *arg)
{
	struct number *n = arg;
	struct db_query *q = db_query(tx, n->s);
	if (n->action)
		db_bind_text(q, "action", n->action);
	return db_one_int(q, &n->n);
}
static int64_t number(const struct db_stmt *s, const char *action)
{
	struct number n = {s, action, -1};
	assert_int_equal(db_read(people.db, "", number_tx, &n), 0);
	return n.n;
}

static void sign_in(const char *user, const char *password, const char *fields)
{
	char body[400];
	snprintf(body, sizeof body, "{\"user\":\"%s\",\"password\":\"%s\"}", user, password);
	client_ask(http_port(people.server), "POST", "/api/session", fields, body, &people.answer);
}
static int who(const char *cookie)
{
	client_ask(http_port(people.server), "GET", "/api/session", cookie, NULL, &people.answer);
	return people.answer.status;
}

static void test_sign_in_and_out(void **state)
{
	(void)state;
	char cookie[96];
	sign_in("chen", PASSWORD, "");
	const char *set = client_field(&people.answer, "Set-Cookie");
	assert_non_null(strstr(set, "; HttpOnly"));
	assert_non_null(strstr(set, "; SameSite=Strict"));
	people_session("chen", cookie);
	assert_int_equal(who(cookie), 200);
	json_t *o = client_json(&people.answer);
	assert_string_equal(json_string_value(json_object_get(o, "name")), "王小丰");
	assert_string_equal(json_string_value(json_object_get(o, "tenant")), "320102");
	assert_int_equal(json_array_size(json_object_get(o, "permissions")), 2);
	assert_null(json_object_get(o, "id_number"));
	json_decref(o);
	client_ask(http_port(people.server), "DELETE", "/api/session", cookie, NULL, &people.answer);
	assert_int_equal(people.answer.status, 200);
	assert_non_null(strstr(client_field(&people.answer, "Set-Cookie"), "sid=; Path=/; Max-Age=0"));
	assert_int_equal(who(cookie), 401);
	client_expect(&people.answer, 401, "LOGIN");
}

/* A new sign-in ends the session it came with: a planted cookie is not carried on. */
static void test_signing_in_again_ends_the_old_session(void **state)
{
	(void)state;
	char cookie[96];
	people_session("chen", cookie);
	sign_in("chen", PASSWORD, cookie);
	assert_int_equal(people.answer.status, 200);
	assert_int_equal(who(cookie), 401);
}

static void test_roles(void **state)
{
	(void)state;
	char clerk[96], guest[96];
	people_session("chen", clerk);
	people_session("guest", guest);
	client_ask(http_port(people.server), "POST", "/api/accept", clerk, "{}", &people.answer);
	assert_int_equal(people.answer.status, 200);
	client_ask(http_port(people.server), "POST", "/api/accept", guest, "{}", &people.answer);
	client_expect(&people.answer, 403, "DENIED");
	client_ask(http_port(people.server), "POST", "/api/accept", "", "{}", &people.answer);
	client_expect(&people.answer, 401, "LOGIN");
	/* What the zone takes from a role is gone with the next request. */
	people.rights.roles = fewer_roles;
	client_ask(http_port(people.server), "POST", "/api/accept", clerk, "{}", &people.answer);
	client_expect(&people.answer, 403, "DENIED");
	people.rights.roles = people_roles;
	client_ask(http_port(people.server), "POST", "/api/accept", clerk, "{}", &people.answer);
	assert_int_equal(people.answer.status, 200);
}

static void test_nothing_readable_in_the_database(void **state)
{
	(void)state;
	char cookie[96], secrets[400], value[65];
	people_session("chen", cookie);
	snprintf(value, sizeof value, "%.64s", cookie + strlen("Cookie: sid="));
	snprintf(secrets, sizeof secrets, "%s|王小丰|320102199001010011|%s", value, PASSWORD);
	assert_false(backend_holds("main", secrets));
	assert_true(backend_holds("main", "argon2id"));
}

static void test_session_ends(void **state)
{
	(void)state;
	char cookie[96];
	const int64_t minute = 60000;
	people_session("chen", cookie);
	change(&test_age, NULL, 29 * minute, 29 * minute);
	assert_int_equal(who(cookie), 200);
	change(&test_age, NULL, 2 * minute, 2 * minute);
	assert_int_equal(who(cookie), 401);
	people_session("chen", cookie);
	change(&test_age, NULL, 0, 12 * 60 * minute - minute);
	assert_int_equal(who(cookie), 200);
	change(&test_age, NULL, 0, 2 * minute);
	assert_int_equal(who(cookie), 401);
}

static void test_disabled_account(void **state)
{
	(void)state;
	char cookie[96];
	people_session("chen", cookie);
	change(&test_disable, "chen", 1, 0);
	assert_int_equal(who(cookie), 401);
	sign_in("chen", PASSWORD, "");
	client_expect(&people.answer, 401, "LOGIN");
	change(&test_disable, "chen", 0, 0);
	assert_int_equal(who(cookie), 200);
}

static int many_tx(struct db_tx *tx, void *arg)
{
	struct account_row row;
	int rc = account_row_by_user(tx, arg, &row);
	for (int i = 0; rc == 0 && i < 30; i++) {
		struct digest raw;
		char value[ACCOUNT_COOKIE];
		random_bytes(&raw, sizeof raw);
		digest_hex(&raw, value);
		rc = account_session_add(tx, row.id, value, "192.0.2.1");
	}
	return rc;
}
static void test_twenty_sessions_at_most(void **state)
{
	(void)state;
	char guest[] = "guest";
	change(&test_age, NULL, 0, 0);
	int64_t others = number(&test_sessions, NULL);
	assert_int_equal(db_write(people.db, "320102", many_tx, guest), 0);
	assert_true(number(&test_sessions, NULL) <= others + 20);
	assert_int_equal(db_write(people.db, "320102", many_tx, guest), 0);
	assert_true(number(&test_sessions, NULL) <= others + 20);
}

/* Wrong password, unknown user, disabled user: the same words, so that nobody learns who has an account. */
static void test_refusals_look_alike(void **state)
{
	(void)state;
	char known[400], unknown[400];
	int64_t refused = number(&test_audit, "session.refused");
	sign_in("chen", "not the password", "");
	client_expect(&people.answer, 401, "LOGIN");
	snprintf(known, sizeof known, "%s", people.answer.body);
	assert_null(client_field(&people.answer, "Set-Cookie"));
	sign_in("nobody-here", "not the password", "");
	client_expect(&people.answer, 401, "LOGIN");
	snprintf(unknown, sizeof unknown, "%s", people.answer.body);
	assert_string_equal(known, unknown);
	assert_int_equal(number(&test_audit, "session.refused"), refused + 1);
	change(&test_forgive, NULL, 0, 0);
}

static void test_decoy_costs_the_same(void **state)
{
	(void)state;
	struct buf fresh;
	buf_init(&fresh, 256);
	assert_int_equal(password_hash("x", &fresh), 0);
	assert_int_equal(strlen((char *)fresh.p), strlen(people.service->decoy));
	assert_memory_equal(fresh.p, people.service->decoy, strlen("$argon2id$v=19$m=65536,t=3,p=1$"));
	assert_int_equal(password_check(people.service->decoy, "x"), ERR_LOGIN);
	buf_fini(&fresh);
}

static void test_bad_requests(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		int status;
		const char *error;
	} bad[] = {{"{\"user\":\"chen\"}", 422, "SCHEMA"},
		{"{\"user\":\"chen\",\"password\":\"x\",\"role\":\"clerk\"}", 422, "SCHEMA"},
		{"{\"user\":7,\"password\":\"x\"}", 422, "SCHEMA"}, {"{\"user\":\"chen\"", 400, "SYNTAX"},
		{"[]", 422, "SCHEMA"}};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		client_ask(http_port(people.server), "POST", "/api/session", "", bad[i].body, &people.answer);
		client_expect(&people.answer, bad[i].status, bad[i].error);
	}
	static const char *const cookies[] = {"Cookie: sid=\r\n", "Cookie: sid=zz\r\n",
		"Cookie: sid=0123456789012345678901234567890123456789012345678901234567890123\r\n",
		"Cookie: sid=' OR 1=1 --\r\n"};
	for (size_t i = 0; i < sizeof cookies / sizeof cookies[0]; i++)
		assert_int_equal(who(cookies[i]), 401);
}

/* The password is right, and was looked up; before it is verified something else happens to the account. */
static struct client_answer late;
static void *late_sign_in(void *body)
{
	client_ask(http_port(people.server), "POST", "/api/session", "", body, &late);
	return NULL;
}
static void queue_await(int waiting)
{
	struct account_service *s = people.service;
	for (int n = -1; n < waiting; usleep(1000)) {
		pthread_mutex_lock(&s->lock);
		n = s->waiting[0] + s->waiting[1];
		pthread_mutex_unlock(&s->lock);
	}
}
static void test_changed_while_signing_in(void **state)
{
	static const struct {
		const struct db_stmt *s;
		int64_t disabled;
		int status;
	} cases[] = {{&test_disable, 0, 200}, {&test_disable, 1, 401}, {&test_password, 0, 401}};
	char body[200];
	(void)state;
	assert_int_equal(people_add("late", "clerk", PEOPLE_TENANT), 0);
	snprintf(body, sizeof body, "{\"user\":\"late\",\"password\":\"%s\"}", PASSWORD);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pthread_t t;
		change(&test_disable, "late", 0, 0);
		int64_t sessions = number(&test_sessions, NULL), in = number(&test_audit, "session.sign-in");
		/* Both places where passwords are verified are taken. */
		assert_int_equal(account_slow_enter(people.service, true), 0);
		assert_int_equal(account_slow_enter(people.service, true), 0);
		assert_int_equal(pthread_create(&t, NULL, late_sign_in, body), 0);
		queue_await(1);
		change(cases[i].s, "late", cases[i].disabled, 0);
		account_slow_leave(people.service);
		account_slow_leave(people.service);
		assert_int_equal(pthread_join(t, NULL), 0);
		assert_int_equal(late.status, cases[i].status);
		int64_t more = cases[i].status == 200;
		assert_int_equal(number(&test_sessions, NULL), sessions + more);
		assert_int_equal(number(&test_audit, "session.sign-in"), in + more);
		change(&test_forgive, NULL, 0, 0);
	}
}

static int add_person(const char *user, const char *roles, const char *tenant, const char *name,
	const char *id_number, const char *password, struct err_note *note)
{
	struct account_new a = {user, roles, tenant, "", name, id_number, password};
	return account_add(people.service, &a, "system", note);
}
static void test_adding(void **state)
{
	(void)state;
	struct err_note note = {0};
	const char *number_text = "320102199001010011";
	assert_int_equal(people_add("chen", "clerk", PEOPLE_TENANT), ERR_EXISTS);
	assert_int_equal(
		add_person("Chen", "clerk", "320102", "王", number_text, PASSWORD, &note), ERR_SCHEMA);
	assert_int_equal(add_person("li", "king", "320102", "李", number_text, PASSWORD, &note), ERR_SCHEMA);
	assert_int_equal(
		add_person("li", "clerk", "Nanjing", "李", number_text, PASSWORD, &note), ERR_SCHEMA);
	assert_int_equal(add_person("li", "clerk", "320102", "", number_text, PASSWORD, &note), ERR_SCHEMA);
	assert_int_equal(add_person("li", "clerk", "320102", "李", number_text, "short", &note), ERR_SCHEMA);
	assert_int_equal(add_person("li", "clerk", "320102", "李", "", PASSWORD, &note), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_sign_in_and_out),
		cmocka_unit_test(test_signing_in_again_ends_the_old_session), cmocka_unit_test(test_roles),
		cmocka_unit_test(test_nothing_readable_in_the_database), cmocka_unit_test(test_session_ends),
		cmocka_unit_test(test_disabled_account), cmocka_unit_test(test_twenty_sessions_at_most),
		cmocka_unit_test(test_refusals_look_alike), cmocka_unit_test(test_decoy_costs_the_same),
		cmocka_unit_test(test_bad_requests), cmocka_unit_test(test_changed_while_signing_in),
		cmocka_unit_test(test_adding)};
	return backend_run(tests, people_setup, people_teardown);
}
