/* What the parts of the account service share. */
#ifndef SW_HTTP_ACCOUNT_IMPL_H
#define SW_HTTP_ACCOUNT_IMPL_H
#include "common/http/account.h"
#include "common/os/worker.h"
#include <pthread.h>

#define ACCOUNT_USER_MAX 63
#define ACCOUNT_PASSWORD_MIN 8
#define ACCOUNT_PASSWORD_MAX 256
#define ACCOUNT_ROLE_MAX 31
#define ACCOUNT_ROLES_MAX 127
#define ACCOUNT_ROLE_PERMISSIONS_MAX 2047

struct account_service {
	struct db *db;
	struct vault *vault;
	const struct account_rights *rights;
	struct http_auth auth;
	const char *decoy; /* password hash of nobody: unknown users take as long as known ones */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t change;
	int verifying,
		waiting[2];  /* passwords being verified, and those queuing for it; [1]: of known devices */
	struct digest *seen; /* sessions to be marked as used */
	size_t nseen;
	struct worker *keeper;
	bool keeps; /* of the keeper: a command that ends soon leaves the sessions alone */
};
static inline struct account_service *account_service_of(const struct http_request *r)
{
	return *(struct account_service **)http_arg(r);
}

/* ---- account_store.c: rows, still sealed */
struct account_row {
	char tenant[7], id[37], user[64], organisation[32], roles[ACCOUNT_ROLES_MAX + 1], password[256];
	char name[1024], id_number[512];
	char directory[65]; /* the number in the directory; "" an account of this service alone */
	bool disabled, departed;
};
/* ERR_NOTFOUND. */
SW_MUST_USE int account_row_by_user(struct db_tx *tx, const char *user, struct account_row *out);
/* Of a session used since `idle` and begun since `born`, of an account that is not disabled. *seen: when it
 * was last used. */
SW_MUST_USE int account_row_by_session(struct db_tx *tx, const struct digest *session, int64_t idle,
	int64_t born, struct account_row *out, int64_t *seen);
SW_MUST_USE int account_row_by_number(struct db_tx *tx, const struct vault_lookup *person,
	struct account_row *out); /* the first one of the tenant */
SW_MUST_USE int account_row_by_directory(
	struct db_tx *tx, const char *directory, struct account_row *out); /* of the tenant */
SW_MUST_USE int account_row_by_id(
	struct db_tx *tx, const char *id, struct account_row *out); /* of the tenant */
/* Opens what is sealed and fills in the permissions of its roles. */
SW_MUST_USE int account_open(const struct account_service *s, struct db_tx *tx, const struct account_row *row,
	struct http_account **out);
/* In a transaction; the account is checked already. */
SW_MUST_USE int account_insert(struct account_service *s, struct db_tx *tx, const struct account_new *a,
	const char *hash, struct uuid *id);

/* ---- account_people.c: "" or an organisation of the tenant. ERR_SCHEMA. */
SW_MUST_USE int account_organisation_check(struct db_tx *tx, const char *code, struct err_note *note);

/* ---- account_role.c: what a role permits */
const struct account_permission *account_permission_find(const struct account_rights *r, const char *code);
const struct account_permission *account_permission_at(const struct account_rights *r, size_t i);
const struct account_role *account_role_builtin(const struct account_rights *r, const char *code);
const struct account_role *account_role_at(const struct account_rights *r, size_t i);
/* Appends the permissions of the role to `a` (each once). ERR_NOTFOUND. */
SW_MUST_USE int account_role_grant(
	const struct account_rights *r, struct db_tx *tx, const char *role, struct http_account *a);
/* Permissions exist and belong to one duty. *duty (may be NULL): ACCOUNT_ANY when they bind to none. */
SW_MUST_USE int account_role_check(const struct account_rights *r, const char *permissions,
	enum account_duty *duty, struct err_note *note);
/* Every role exists, and together they hold one duty. */
SW_MUST_USE int account_roles_check(
	const struct account_rights *r, struct db_tx *tx, const char *roles, struct err_note *note);
/* Calls `each` with every word of a list separated by spaces. */
SW_MUST_USE int account_words(const char *list, int (*each)(void *arg, const char *word), void *arg);

/* ---- account_session.c: a thread marks used sessions once a minute and removes what has run out */
SW_MUST_USE int account_session_start(struct account_service *s);
void account_session_stop(struct account_service *s);
/* In the transaction: a new session; cookie is 64 hex digits. The oldest beyond 20 of the account end. */
#define ACCOUNT_COOKIE 65
SW_MUST_USE int account_session_add(
	struct db_tx *tx, const char *account, const char *cookie, const char *address);
SW_MUST_USE int account_session_drop(struct db_tx *tx, const char *cookie);
/* Is it the platform, or an office that is configured here? */
bool account_tenant_served(const struct account_rights *rights, const char *tenant);
/* Ends every session of an account of the tenant, but not `except` (a cookie, NULL none). */
SW_MUST_USE int account_session_drop_all(struct db_tx *tx, const char *account, const char *except);
SW_MUST_USE int account_session_list(struct db_tx *tx, const char *account, const char *cookie, json_t **out);
SW_MUST_USE int account_session_find(void *arg, const char *cookie, struct http_account **out);
/* In a transaction: the session of the request stands, and its person may ask what it asks. ERR_LOGIN,
 * ERR_DENIED. */
SW_MUST_USE int account_session_guard(
	struct account_service *s, struct db_tx *tx, const struct http_request *r);
extern const int64_t account_session_life_s;

/* ---- account_sign.c: hashing and verifying a password is slow by design: few at a time, and few that wait
 * for it (ERR_BUSY). Known devices wait in a line of their own that goes first: who floods the other one does
 * not keep them out. */
SW_MUST_USE int account_slow_enter(struct account_service *s, bool known);
void account_slow_leave(struct account_service *s);

/* ---- account_register.c: the row of a user name, which may be a mobile number. ERR_NOTFOUND. */
SW_MUST_USE int account_row_by_name(
	struct account_service *s, struct db_tx *tx, const char *name, struct account_row *out);

/* ---- account_throttle.c: failed sign-ins are counted and slow the next one (DESIGN.md): by the browser's
 * own mark where the account knows it, else by user and network, by user, and by network together. */
#define ACCOUNT_COUNTS 3
struct throttle_rule;
struct account_count {
	const struct throttle_rule *rule;
	struct digest key;
	int64_t failures, last_at, put; /* as it was, and what this attempt made of it */
};
struct account_attempt {
	struct account_count counts[ACCOUNT_COUNTS];
	size_t n;
	int64_t at, wait_ms;
};
/* device: what account_device_find found; NULL: a browser that the account does not know. */
void account_throttle_begin(
	struct account_attempt *t, const char *user, const char *address, const char *device);
/* Counts the attempt as failed beforehand, so that parallel guesses count too; ERR_BUSY with *wait_s when it
 * is too early: nothing is counted then. */
SW_MUST_USE int account_throttle_pass(struct account_service *s, struct account_attempt *t, int64_t *wait_s);
/* In a transaction: the attempt was no failure. success: the password fitted, which clears what counts this
 * user alone; otherwise it was not looked at. */
SW_MUST_USE int account_throttle_back(struct db_tx *tx, const struct account_attempt *t, bool success);
/* In the transaction of a new password that was set by another proof than the old one. */
SW_MUST_USE int account_throttle_forgive(struct db_tx *tx, const char *user);
SW_MUST_USE int account_throttle_expire(struct db_tx *tx);

/* ---- account_device.c: browsers that an account knows, by a cookie which proves that somebody signed in to
 * it here within half a year. It opens nothing: it only tells the owner from who guesses. */
#define ACCOUNT_DEVICE 33
#define ACCOUNT_DEVICE_COOKIE "device"
/* cookie: as sent, may be NULL. nonce: which browser. */
bool account_device_find(struct account_service *s, const char *cookie, const struct account_row *row,
	char nonce[static ACCOUNT_DEVICE]);
/* Sets the cookie with the reply; other people's marks in it stay. */
SW_MUST_USE int account_device_mark(
	struct account_service *s, struct http_request *r, const struct account_row *row);

http_handler account_sign_in, account_sign_out, account_who, account_sessions, account_sessions_end;
http_handler account_people, account_person_add, account_person_change;
http_handler account_roles_list, account_role_put, account_role_delete;
http_handler account_organisations, account_organisation_put;
http_handler account_rights_show, account_looks;
#endif
