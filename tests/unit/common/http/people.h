/* A service with people, roles and a real server, for the tests of accounts and rights. */
#ifndef SW_TEST_HTTP_PEOPLE_H
#define SW_TEST_HTTP_PEOPLE_H
#include "common/http/account_impl.h"
#include "tests/unit/common/http/client.h"

#define PEOPLE_PASSWORD "correct horse"
#define PEOPLE_TENANT "320102"
struct people {
	char dir[64], path[200];
	struct db *db;
	struct vault *vault;
	struct account_rights rights;
	struct account_service *service; /* the routes' http_arg() is its address */
	struct http_server *server;
	struct client_answer answer;
};
extern struct people people;
extern const struct account_role people_roles[]; /* clerk, senior (sees in full), watch, guest */

/* For cmocka: a server with the account routes, POST /api/accept and GET /api/party; `chen` (clerk) and
 * `guest`. */
int people_setup(void **state);
int people_teardown(void **state);
/* account_add with the usual name and password. */
int people_add(const char *user, const char *roles, const char *tenant);
/* "Cookie: sid=…\r\n" of a new session. */
void people_session(const char *user, char out[static 96]);
void people_ask(const char *method, const char *path, const char *fields, const char *body);
/* The answer's body after asking; fails the test on another status. The caller frees. */
json_t *people_get(const char *path, const char *fields, int status);
#endif
