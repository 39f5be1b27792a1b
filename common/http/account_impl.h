/* What the parts of the account service share. */
#ifndef SW_HTTP_ACCOUNT_IMPL_H
#define SW_HTTP_ACCOUNT_IMPL_H
#include "common/http/account.h"
#include <pthread.h>

#define ACCOUNT_USER_MAX 63
#define ACCOUNT_PASSWORD_MIN 8
#define ACCOUNT_PASSWORD_MAX 256

struct account_service {
	struct db *db;
	struct vault *vault;
	const struct account_role *roles;
	struct http_auth auth;
	const char *decoy; /* password hash of nobody: unknown users take as long as known ones */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t change;
	int verifying, waiting; /* passwords being verified, and those queuing for it */
	struct digest *seen;    /* sessions to be marked as used */
	size_t nseen;
	bool stop, keeper_started;
	pthread_t keeper;
};

/* A row of account, still sealed. */
struct account_row {
	char tenant[7], id[37], user[64], role[32], password[256];
	char name[1024], id_number[512];
	bool disabled;
};
/* ERR_NOTFOUND. */
SW_MUST_USE int account_row_by_user(struct db_tx *tx, const char *user, struct account_row *out);
/* Opens what is sealed; ERR_LOGIN when the zone knows no such role (any more). */
SW_MUST_USE int account_open(
	const struct account_service *s, const struct account_row *row, struct http_account **out);

/* Sessions: a thread marks used ones once a minute and removes what has run out. */
SW_MUST_USE int account_session_start(struct account_service *s);
void account_session_stop(struct account_service *s);
/* In the transaction: a new session; cookie is 64 hex digits. The oldest beyond 20 of the account end. */
#define ACCOUNT_COOKIE 65
SW_MUST_USE int account_session_add(struct db_tx *tx, const char *account, const char *cookie);
SW_MUST_USE int account_session_drop(struct db_tx *tx, const char *cookie);
SW_MUST_USE int account_session_find(void *arg, const char *cookie, struct http_account **out);
extern const int64_t account_session_life_s;

/* Failed sign-ins of one user name from one address: five are free, then each waits twice as long as the one
 * before, at most 15 minutes; other addresses of the same user are not touched. pass: counts the attempt as
 * failed beforehand, so that parallel guesses count too; ERR_BUSY with *wait_s when it is too early. */
SW_MUST_USE int account_throttle_pass(
	struct account_service *s, const char *user, const char *address, int64_t *wait_s);
/* In the transaction of the successful sign-in. */
SW_MUST_USE int account_throttle_clear(struct db_tx *tx, const char *user, const char *address);
SW_MUST_USE int account_throttle_expire(struct db_tx *tx);
#endif
