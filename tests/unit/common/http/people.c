#include "tests/unit/common/http/people.h"
#include "tests/unit/common/db/backend.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct account_permission permissions[] = {
	{"case.read", "看", "read", ACCOUNT_PAGE, ACCOUNT_BUSINESS},
	{"case.accept", "受理", "accept", ACCOUNT_ACTION, ACCOUNT_BUSINESS},
	{"person.reveal", "全文", "in full", ACCOUNT_FIELD, ACCOUNT_BUSINESS},
	{NULL, NULL, NULL, ACCOUNT_PAGE, ACCOUNT_ANY}};
const struct account_role people_roles[] = {{"clerk", "员", "clerk", "case.read case.accept"},
	{"senior", "长", "senior", "case.read person.reveal"}, {"watch", "安", "watch", "look.read"},
	{"guest", "客", "guest", ""}, {NULL, NULL, NULL, NULL}};

struct people people;

static int mask_all(const char *plain, struct buf *out)
{
	(void)plain;
	return buf_add_str(out, "***");
}
static bool is_secret(const char *text)
{
	return strcmp(text, "320102199001010011") == 0;
}
static const struct http_mask mask_keys[] = {{"parties", "name", mask_all}};
static const struct http_masks masks = {mask_keys, 1, is_secret, mask_all};

static int handle_accept(struct http_request *r)
{
	return http_reply_json(r, 200, json_pack("{s:s}", "by", http_user(r)->user));
}

static int handle_party(struct http_request *r)
{
	const char *why = http_query(r, "reveal");
	int rc = why ? account_reveal(r, "case 7", why) : 0;
	return rc < 0 ? rc
		      : http_reply_json(r, 200,
				json_pack("{s:[{s:s,s:s}],s:{s:s},s:[s]}", "parties", "name", "王小丰",
					"role", "seller", "material", "name", "contract.pdf", "deep",
					"320102199001010011"));
}
static const struct http_route own[] = {
	{"POST", "/api/accept", "case.accept", handle_accept, 0, NULL, "accept"},
	{"GET", "/api/party", "case.read", handle_party, 0, NULL, "a party"},
};
#define OWN (sizeof own / sizeof own[0])

static int server_start(void)
{
	struct http_route *routes = calloc(account_nroutes + OWN, sizeof *routes);
	if (!routes)
		return -1;
	memcpy(routes, account_routes, account_nroutes * sizeof *routes);
	memcpy(routes + account_nroutes, own, sizeof own);
	struct http_options h = {.listen = "127.0.0.1:0",
		.routes = routes,
		.nroutes = account_nroutes + OWN,
		.auth = account_auth(people.service),
		.masks = &masks,
		.workers = 4,
		.arg = &people.service};
	int rc = http_start(&h, &people.server, NULL);
	free(routes);
	return rc;
}

int people_setup(void **state)
{
	(void)state;
	static const struct db_schema *const schemas[] = {&account_schema, &audit_schema};
	char master[96], file[96];
	strcpy(people.dir, "/tmp/test-people.XXXXXX");
	if (!mkdtemp(people.dir))
		return -1;
	snprintf(people.path, sizeof people.path, "%s", backend_path("main"));
	snprintf(master, sizeof master, "%s/master", people.dir);
	snprintf(file, sizeof file, "%s/vault", people.dir);
	people.rights = (struct account_rights){permissions, people_roles, NULL, NULL, own, OWN, NULL};
	struct db_options o = {.path = people.path, .schemas = schemas, .nschemas = 2, .readers = 2};
	if (vault_init(suite_by_name("gm"), master, file, NULL) < 0 ||
		vault_open(master, file, &people.vault, NULL) < 0 || db_open(&o, &people.db, NULL) < 0 ||
		account_service_new(people.db, people.vault, &people.rights, &people.service) < 0 ||
		server_start() < 0)
		return -1;
	return people_add("chen", "clerk", PEOPLE_TENANT) < 0 ||
			       people_add("guest", "guest", PEOPLE_TENANT) < 0
		       ? -1
		       : 0;
}

int people_teardown(void **state)
{
	char command[96];
	(void)state;
	http_stop(people.server);
	account_service_free(people.service);
	db_close(people.db);
	vault_free(people.vault);
	snprintf(command, sizeof command, "rm -rf %s", people.dir);
	return system(command);
}

int people_add(const char *user, const char *roles, const char *tenant)
{
	struct err_note note = {0};
	struct account_new a = {user, roles, tenant, "", "王小丰", "320102199001010011", PEOPLE_PASSWORD};
	return account_add(people.service, &a, "system", &note);
}

void people_ask(const char *method, const char *path, const char *fields, const char *body)
{
	client_ask(http_port(people.server), method, path, fields, body, &people.answer);
}

void people_session(const char *user, char out[static 96])
{
	char body[200];
	snprintf(body, sizeof body, "{\"user\":\"%s\",\"password\":\"%s\"}", user, PEOPLE_PASSWORD);
	people_ask("POST", "/api/session", "", body);
	assert_int_equal(people.answer.status, 200);
	const char *set = client_field(&people.answer, "Set-Cookie");
	assert_non_null(set);
	snprintf(out, 96, "Cookie: %.*s\r\n", (int)strcspn(set, ";"), set);
	assert_int_equal(strlen(out), strlen("Cookie: sid=\r\n") + 64);
}

json_t *people_get(const char *path, const char *fields, int status)
{
	people_ask("GET", path, fields, NULL);
	assert_int_equal(people.answer.status, status);
	return client_json(&people.answer);
}
