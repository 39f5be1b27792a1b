#include "common/http/account_impl.h"

#include "common/crypto/suite.h"
#include <string.h>

#define FREE_FAILURES 5
#define WAIT_MAX_MS INT64_C(900000)
#define FORGET_MS INT64_C(86400000)

DB_STMT_CROSS(account_throttle_select, "SELECT failures, last_at FROM login_failure WHERE key = :key");
DB_STMT_CROSS(account_throttle_put,
	"INSERT INTO login_failure (key, failures, last_at) VALUES (:key, 1, :now) ON "
	"CONFLICT (key) DO UPDATE "
	"SET failures = CASE WHEN login_failure.failures < 1000 THEN login_failure.failures + 1 ELSE 1000 "
	"END, last_at = :now");
DB_STMT_CROSS(account_throttle_delete, "DELETE FROM login_failure WHERE key = :key");
DB_STMT_CROSS(account_throttle_old, "DELETE FROM login_failure WHERE last_at <= :before");

static void key_of(const char *user, const char *address, struct digest *out)
{
	digest_of2(suite_by_name("gm"), view_of(user, strlen(user) + 1), view_str(address), out);
}

struct attempt {
	struct digest key;
	int64_t wait_ms;
};

static int64_t wait_after(int64_t failures)
{
	if (failures < FREE_FAILURES)
		return 0;
	int64_t ms = INT64_C(1000) << (failures - FREE_FAILURES < 20 ? failures - FREE_FAILURES : 20);
	return ms < WAIT_MAX_MS ? ms : WAIT_MAX_MS;
}

static int attempt_tx(struct db_tx *tx, void *arg)
{
	struct attempt *a = arg;
	int64_t now = time_now_ms();
	struct db_query *q = db_query(tx, &account_throttle_select);
	db_bind_digest(q, "key", &a->key);
	int rc = db_step(q);
	/* A last failure in the future is a clock set back: it must not shut the person out. */
	int64_t last = rc == 1 ? db_int(q, 1) : 0;
	a->wait_ms = rc == 1 && last <= now ? last + wait_after(db_int(q, 0)) - now : 0;
	db_done(q);
	if (rc < 0)
		return rc;
	if (a->wait_ms > 0)
		return ERR_BUSY;
	q = db_query(tx, &account_throttle_put);
	db_bind_digest(q, "key", &a->key);
	db_bind_int(q, "now", now);
	return db_exec(q);
}

int account_throttle_pass(struct account_service *s, const char *user, const char *address, int64_t *wait_s)
{
	struct attempt a = {0};
	key_of(user, address, &a.key);
	int rc = db_write(s->db, "", attempt_tx, &a);
	*wait_s = rc == ERR_BUSY ? (a.wait_ms + 999) / 1000 : 0;
	return rc;
}

int account_throttle_clear(struct db_tx *tx, const char *user, const char *address)
{
	struct digest key;
	key_of(user, address, &key);
	struct db_query *q = db_query(tx, &account_throttle_delete);
	db_bind_digest(q, "key", &key);
	return db_exec(q);
}

int account_throttle_expire(struct db_tx *tx)
{
	struct db_query *q = db_query(tx, &account_throttle_old);
	db_bind_int(q, "before", time_now_ms() - FORGET_MS);
	return db_exec(q);
}
