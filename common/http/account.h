/* Users, roles, permissions, sessions of one zone's service. Sessions: 32 random bytes in the cookie, their
 * digest in the database; idle 30 min, absolute 12 h. Tables (account_schema): account, session,
 * login_failure. */
#ifndef SW_HTTP_ACCOUNT_H
#define SW_HTTP_ACCOUNT_H
#include "common/audit/audit.h"
#include "common/crypto/vault.h"
#include "common/http/http.h"

extern const struct db_schema account_schema;

struct http_account {
	char id[37], user[64], role[32], tenant[7];
	char name[96];      /* shown to the person itself and to staff; sealed in the database */
	char id_number[24]; /* applicants: resident id; sealed in the database; "" for staff */
	char permissions[64][32];
	size_t npermissions;
};
/* Roles are fixed by the zone: a table ending with role NULL; permissions separated by spaces. */
struct account_role {
	const char *role, *zh, *en, *permissions;
};

struct account_service;
SW_MUST_USE int account_service_new(
	struct db *d, struct vault *v, const struct account_role *roles, struct account_service **out);
void account_service_free(struct account_service *s);
const struct http_auth *account_auth(struct account_service *s);
/* Routes to put into the zone's table: POST /api/session {user,password} (public; rate limited per user and
 * address, constant-time for unknown users), DELETE /api/session, GET /api/session. They need http_arg() to
 * begin with `struct account_service *`. */
http_handler account_sign_in, account_sign_out, account_who;
/* `user add`: password read by the caller from a file or standard input. ERR_EXISTS. */
SW_MUST_USE int account_add(struct account_service *s, const char *user, const char *role, const char *tenant,
	const char *name, const char *id_number, const char *password, struct err_note *note);
#endif
