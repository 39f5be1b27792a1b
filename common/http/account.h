/* Users, organisations, roles, permissions and sessions of one zone's service (guide 五(一)1). Sessions: 32
 * random bytes in the cookie, their digest in the database; idle 30 min, absolute 12 h. Tables:
 * account_schema.
 *
 * Rights are enforced here and in http.c, never in a handler: a route names its permission, what a handler
 * does in the database is bound to the signed-in person's tenant (account_read, account_write), and replies
 * show personal data masked unless account_reveal allowed and recorded the look. */
#ifndef SW_HTTP_ACCOUNT_H
#define SW_HTTP_ACCOUNT_H
#include "common/audit/audit.h"
#include "common/crypto/vault.h"
#include "common/http/http.h"

extern const struct db_schema account_schema;

#define ACCOUNT_PLATFORM "000000" /* tenant of the platform's own people: it holds no cases */
#define ACCOUNT_PERMISSIONS_MAX 64
struct http_account {
	char id[37], user[64], tenant[7], organisation[32];
	char roles[128];    /* codes separated by spaces */
	char name[96];      /* shown to the person itself and to staff; sealed in the database */
	char id_number[24]; /* applicants: resident id; sealed in the database; "" for staff */
	char permissions[ACCOUNT_PERMISSIONS_MAX][32];
	size_t npermissions;
};

/* Duties that nobody may hold together (三员分立, GB/T 22239-2019 8.1.7): who administers does no business,
 * who watches does neither. ACCOUNT_ANY goes with each. */
enum account_duty { ACCOUNT_ANY, ACCOUNT_BUSINESS, ACCOUNT_SYSTEM, ACCOUNT_SECURITY };
enum account_kind { ACCOUNT_PAGE, ACCOUNT_ACTION, ACCOUNT_FIELD };
struct account_permission {
	const char *code, *zh, *en;
	enum account_kind kind;
	enum account_duty duty;
};
/* Roles fixed by the zone: permissions separated by spaces. */
struct account_role {
	const char *role, *zh, *en, *permissions;
};
/* A zone's tables; both end with a NULL code. What administration needs is added by the service itself: the
 * permissions account_permissions and the role "admin". */
struct account_rights {
	const struct account_permission *permissions;
	const struct account_role *roles;
	const char *tenant;              /* of whoever asks without a session on a public route; NULL none */
	const char *const *tenants;      /* served here, ends with NULL; NULL: any */
	const struct http_route *routes; /* for the page of effective rights */
	size_t nroutes;
	/* The account whose holder a mobile number is, in the transaction's tenant: ERR_NOTFOUND. NULL:
	 * nobody has one here. */
	int (*by_phone)(struct db_tx *tx, struct vault *v, const char *phone, char account[static 37]);
};
extern const struct account_permission account_permissions[];

struct account_service;
SW_MUST_USE int account_service_new(
	struct db *d, struct vault *v, const struct account_rights *rights, struct account_service **out);
void account_service_free(struct account_service *s);
const struct http_auth *account_auth(struct account_service *s);

/* Routes of every service: sessions, people, roles, organisations, effective rights, looks. They need
 * http_arg() to begin with `struct account_service *`. */
extern const struct http_route account_routes[];
extern const size_t account_nroutes;

/* `user add`: password read by the caller from a file or standard input. ERR_EXISTS,
 * ERR_SCHEMA. */
struct account_new {
	const char *user, *roles, *tenant, *organisation, *name, *id_number, *password;
};
SW_MUST_USE int account_add(
	struct account_service *s, const struct account_new *a, const char *who, struct err_note *note);

/* Signs in, on a public route, a person whom another service has authenticated: the account of this identity
 * number in the tenant of whoever asks without a session; a first visit makes it with `role`. Sets the
 * session's cookie; nothing is replied. level: how the person was authenticated, for the record. ERR_LOGIN:
 * the account is disabled. */
SW_MUST_USE int account_sign_in_person(
	struct http_request *r, const char *name, const char *id_number, const char *role, const char *level);

/* ---- People who make their account themselves, with a mobile number that another service has proved. The
 * number is their user name; whose it is the zone knows (account_rights.by_phone). They have no identity
 * number until it is proved: nobody can lie in wait under the number of another. */
struct account_self {
	const char *phone, *name, *password, *role;
};
/* In the transaction of the new account; may run more than once. */
typedef int account_also(struct db_tx *tx, const char *account, void *arg);
/* On a public route, in the tenant of whoever asks without a session: makes the account and signs in; nothing
 * is replied. ERR_EXISTS: the number has one; ERR_SCHEMA; ERR_BUSY: too many passwords at once. */
SW_MUST_USE int account_register(struct http_request *r, const struct account_self *a, account_also *also,
	void *arg, struct err_note *note);
/* The same route: a new password; every session of the account ends. ERR_NOTFOUND. */
SW_MUST_USE int account_reset(
	struct http_request *r, const char *phone, const char *password, struct err_note *note);
/* In a transaction: who the person is has been proved. Sets identity number and role. ERR_EXISTS: another
 * account has this number; ERR_STATE: this one has a number; ERR_NOTFOUND. */
SW_MUST_USE int account_prove(struct account_service *s, struct db_tx *tx, const char *id,
	const char *id_number, const char *role, const char *who);
/* Whether the permission is among those of a signed-in person. */
bool account_may(const struct http_account *a, const char *permission);
/* The name of an account of the tenant. ERR_NOTFOUND. */
SW_MUST_USE int account_name(
	struct account_service *s, struct db_tx *tx, const char *id, char out[static 96]);

/* ---- People that the directory of the unified platform keeps (directory_list.h). The statement is the
 * division's next, or the one that was taken last, which changes nothing; all of it takes effect, or nothing.
 * digest: of its text. ERR_ROLLBACK: an older one; ERR_FORK: another one of that serial; ERR_SCHEMA,
 * ERR_DENIED, ERR_EXISTS, ERR_CONFLICT: a person whose place the note names; ERR_REFUSED: a complete list
 * that lacks more than half. */
struct directory_list;
struct account_directory_counts {
	int64_t added, changed, departed;
};
SW_MUST_USE int account_directory_take(struct account_service *s, const struct directory_list *l,
	const char *digest, struct account_directory_counts *out, struct err_note *note);

/* Runs fn in the tenant of the person who asks: the only way of a handler to the database. ERR_LOGIN on a
 * public route without session. */
SW_MUST_USE int account_read(struct http_request *r, db_fn *fn, void *arg);
SW_MUST_USE int account_write(struct http_request *r, db_fn *fn, void *arg);
/* account_write for an act that somebody answers for: in the same transaction the session and the right to
 * this route still stand, however long the request took till then. ERR_LOGIN, ERR_DENIED. */
SW_MUST_USE int account_act(struct http_request *r, db_fn *fn, void *arg);

/* Shows this reply's personal data in full: needs the permission "person.reveal" and a reason of 4 to 200
 * bytes. The look (who, role, organisation, when, why) is committed before this returns; subject: what is
 * looked at, no personal data. ERR_DENIED, ERR_SCHEMA. */
SW_MUST_USE int account_reveal(struct http_request *r, const char *subject, const char *reason);
/* The same where the look depends on something: fn finds it out in the transaction of the record, and may
 * fill in the subject; when it fails, nothing is shown and nothing recorded. */
SW_MUST_USE int account_reveal_if(
	struct http_request *r, const char *subject, const char *reason, db_fn *fn, void *arg);
#endif
