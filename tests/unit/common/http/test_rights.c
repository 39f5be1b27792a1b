/* Who may do and see what, through the real server: masks, looks, duties, tenants, administration.
 * */
#include "tests/unit/common/db/backend.h"
#include "tests/unit/common/http/people.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define OTHER "320104"

static const char *party_name(const json_t *o)
{
	return json_str(json_array_get(json_object_get(o, "parties"), 0), "name");
}

static void test_masks(void **state)
{
	(void)state;
	char clerk[96];
	people_session("chen", clerk);
	json_t *o = people_get("/api/party", clerk, 200);
	assert_string_equal(party_name(o), "***");
	assert_string_equal(json_str(json_array_get(json_object_get(o, "parties"), 0), "role"), "seller");
	assert_string_equal(json_str(json_object_get(o, "material"), "name"), "contract.pdf");
	/* An identity number is masked wherever it stands, whatever the handler thought of. */
	assert_string_equal(json_string_value(json_array_get(json_object_get(o, "deep"), 0)), "***");
	json_decref(o);
	assert_null(strstr(people.answer.text, "320102199001010011"));
}

static void test_looks_need_permission_and_reason(void **state)
{
	(void)state;
	char clerk[96], senior[96], watch[96];
	people_session("chen", clerk);
	people_ask("GET", "/api/party?reveal=checking%20the%20name", clerk, NULL);
	client_expect(&people.answer, 403, "DENIED");
	assert_int_equal(people_add("senior", "senior", PEOPLE_TENANT), 0);
	assert_int_equal(people_add("watch", "watch", PEOPLE_TENANT), 0);
	assert_int_equal(people_add("watch-other", "watch", OTHER), 0);
	people_session("senior", senior);
	people_ask("GET", "/api/party?reveal=no", senior, NULL);
	client_expect(&people.answer, 422, "SCHEMA");
	json_t *o = people_get("/api/party?reveal=checking%20the%20name", senior, 200);
	assert_string_equal(party_name(o), "王小丰");
	json_decref(o);
	/* The next reply is masked again. */
	o = people_get("/api/party", senior, 200);
	assert_string_equal(party_name(o), "***");
	json_decref(o);

	people_session("watch", watch);
	o = people_get("/api/looks?subject=case%207", watch, 200);
	const json_t *rows = json_object_get(o, "rows");
	assert_int_equal(json_array_size(rows), 1);
	assert_string_equal(json_str(json_array_get(rows, 0), "user"), "senior");
	assert_string_equal(json_str(json_array_get(rows, 0), "reason"), "checking the name");
	json_decref(o);
	people_session("watch-other", watch);
	o = people_get("/api/looks", watch, 200);
	assert_int_equal(json_array_size(json_object_get(o, "rows")), 0);
	json_decref(o);
}

static void test_duties_are_apart(void **state)
{
	(void)state;
	struct err_note note = {0};
	enum account_duty duty;
	assert_int_equal(
		account_role_check(&people.rights, "case.read account.read", NULL, &note), ERR_REFUSED);
	assert_int_equal(account_role_check(&people.rights, "case.read look.read", NULL, &note), ERR_REFUSED);
	assert_int_equal(account_role_check(&people.rights, "case.read rights.read", &duty, &note), 0);
	assert_int_equal(duty, ACCOUNT_BUSINESS);
	assert_int_equal(account_role_check(&people.rights, "case.fly", NULL, &note), ERR_SCHEMA);
	assert_int_equal(
		account_role_check(&people.rights, "case.read  rights.read", NULL, &note), ERR_SCHEMA);
	assert_int_equal(people_add("two-hats", "admin clerk", PEOPLE_TENANT), ERR_REFUSED);
	assert_int_equal(people_add("two-roles", "clerk senior", PEOPLE_TENANT), 0);
}

static char *id_of(const char *user, const char *cookie, char out[static 37])
{
	json_t *o = people_get("/api/accounts", cookie, 200), *row;
	size_t i;
	out[0] = '\0';
	json_array_foreach(json_object_get(o, "rows"), i, row) if (strcmp(json_str(row, "user"), user) == 0)
		snprintf(out, 37, "%s", json_str(row, "id"));
	json_decref(o);
	return out;
}

static void test_administration(void **state)
{
	(void)state;
	char root[96], boss[96], lin[96], path[96], id[37];
	assert_int_equal(people_add("root", "admin", ACCOUNT_PLATFORM), 0);
	people_session("root", root);
	/* The platform makes administrators of divisions, nothing else. */
	people_ask("POST", "/api/accounts", root,
		"{\"user\":\"x1\",\"name\":\"某\",\"roles\":\"clerk\",\"password\":\"long "
		"enough\",\"tenant\":\"320104\"}");
	client_expect(&people.answer, 403, "DENIED");
	people_ask("POST", "/api/accounts", root,
		"{\"user\":\"boss\",\"name\":\"某\",\"roles\":\"admin\",\"password\":\"" PEOPLE_PASSWORD
		"\",\"tenant\":\"320104\"}");
	assert_int_equal(people.answer.status, 201);
	assert_string_equal(id_of("chen", root, id), "");

	people_session("boss", boss);
	assert_string_equal(id_of("chen", boss, id), ""); /* of another tenant */
	people_ask("PUT", "/api/roles/helper", boss,
		"{\"zh\":\"助手\",\"en\":\"helper\",\"permissions\":\"case.read\"}");
	assert_int_equal(people.answer.status, 200);
	people_ask("PUT", "/api/organisations/hall-1", boss, "{\"name\":\"一号大厅\",\"kind\":\"office\"}");
	assert_int_equal(people.answer.status, 200);
	people_ask("PUT", "/api/organisations/hall-2", boss, "{\"name\":\"二号大厅\",\"kind\":\"castle\"}");
	client_expect(&people.answer, 422, "SCHEMA");
	people_ask("POST", "/api/accounts", boss,
		"{\"user\":\"lin\",\"name\":\"林\",\"roles\":\"helper\",\"organisation\":\"hall-1\","
		"\"password\":\"" PEOPLE_PASSWORD "\"}");
	assert_int_equal(people.answer.status, 201);
	people_ask("POST", "/api/accounts", boss,
		"{\"user\":\"lin2\",\"name\":\"林\",\"roles\":\"helper\",\"organisation\":\"hall-9\","
		"\"password\":\"long enough\"}");
	client_expect(&people.answer, 422, "SCHEMA");
	people_session("lin", lin);
	json_decref(people_get("/api/party", lin, 200));
	/* A role that is held is not removed; what is taken from it is gone at once. */
	people_ask("DELETE", "/api/roles/helper", boss, NULL);
	client_expect(&people.answer, 409, "STATE");
	people_ask("PUT", "/api/roles/helper", boss,
		"{\"zh\":\"助手\",\"en\":\"helper\",\"permissions\":\"rights.read\"}");
	assert_int_equal(people.answer.status, 200);
	people_ask("GET", "/api/party", lin, NULL);
	client_expect(&people.answer, 403, "DENIED");
	people_ask("PUT", "/api/roles/clerk", boss, "{\"zh\":\"员\",\"en\":\"c\",\"permissions\":\"\"}");
	client_expect(&people.answer, 409, "STATE");

	snprintf(path, sizeof path, "/api/accounts/%s", id_of("lin", boss, id));
	people_ask("PUT", path, boss, "{\"roles\":\"helper\",\"disabled\":true}");
	assert_int_equal(people.answer.status, 200);
	people_ask("GET", "/api/session", lin, NULL);
	client_expect(&people.answer, 401, "LOGIN");
	/* Nobody changes the own rights, nor anybody of another tenant. */
	snprintf(path, sizeof path, "/api/accounts/%s", id_of("boss", boss, id));
	people_ask("PUT", path, boss, "{\"roles\":\"clerk\"}");
	client_expect(&people.answer, 403, "DENIED");
	people_ask("PUT", path, root, "{\"roles\":\"admin\",\"disabled\":true}");
	client_expect(&people.answer, 404, "NOTFOUND");
}

static void test_effective_rights(void **state)
{
	(void)state;
	char watch[96];
	size_t i, k;
	json_t *role, *call;
	assert_int_equal(people_add("auditor", "admin", PEOPLE_TENANT), 0);
	people_session("auditor", watch);
	json_t *o = people_get("/api/rights", watch, 200);
	int seen = 0;
	json_array_foreach(json_object_get(o, "roles"), i, role)
	{
		bool accepts = false;
		json_array_foreach(json_object_get(role, "calls"), k, call) accepts =
			accepts || strcmp(json_string_value(call), "POST /api/accept") == 0;
		assert_int_equal(accepts, strcmp(json_str(role, "code"), "clerk") == 0);
		seen++;
	}
	assert_int_equal(seen, 5); /* admin, clerk, senior, watch, guest */
	json_decref(o);
}

static void test_own_sessions(void **state)
{
	(void)state;
	char here[96], there[96];
	people_session("guest", here);
	people_session("guest", there);
	json_t *o = people_get("/api/sessions", here, 200), *row;
	size_t i, mine = 0;
	json_array_foreach(json_object_get(o, "rows"), i, row) mine +=
		json_is_true(json_object_get(row, "this"));
	assert_int_equal(mine, 1);
	assert_true(json_array_size(json_object_get(o, "rows")) >= 2);
	json_decref(o);
	people_ask("DELETE", "/api/sessions", here, NULL);
	assert_int_equal(people.answer.status, 200);
	people_ask("GET", "/api/session", there, NULL);
	client_expect(&people.answer, 401, "LOGIN");
	o = people_get("/api/sessions", here, 200);
	assert_int_equal(json_array_size(json_object_get(o, "rows")), 1);
	json_decref(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_masks),
		cmocka_unit_test(test_looks_need_permission_and_reason),
		cmocka_unit_test(test_duties_are_apart), cmocka_unit_test(test_administration),
		cmocka_unit_test(test_effective_rights), cmocka_unit_test(test_own_sessions)};
	return backend_run(tests, people_setup, people_teardown);
}
