#include "common/http/account_impl.h"

#include "common/crypto/suite.h"
#include "common/log/log.h"
#include <string.h>

#define FORGET_MS INT64_C(86400000)
#define MINUTE_MS INT64_C(60000)

/* free: failures without a wait; then each wait is twice the one before, from a second to wait_max_ms.
 * drain_ms: after so long without a failure one is forgotten; 0 never. What is counted is
 * common/http/DESIGN.md's. */
static const struct throttle_rule {
	const char *kind;
	int64_t free, wait_max_ms, drain_ms;
	bool success_clears; /* or takes back its own failure alone */
} rules[] = {
	{"device", 5, 15 * MINUTE_MS, 0, true},
	{"pair", 5, 15 * MINUTE_MS, 0, true},
	{"user", 20, 5 * MINUTE_MS, 5 * MINUTE_MS, false},
	{"network", 50, MINUTE_MS, MINUTE_MS, false},
};
enum { DEVICE, PAIR, USER, NETWORK };

DB_STMT_CROSS(account_throttle_select, "SELECT failures, last_at FROM login_failure WHERE key = :key");
DB_STMT_CROSS(account_throttle_put,
	"INSERT INTO login_failure (key, failures, last_at) VALUES (:key, :failures, :now) ON "
	"CONFLICT (key) DO UPDATE SET failures = :failures, last_at = :now");
DB_STMT_CROSS(account_throttle_return,
	"UPDATE login_failure SET failures = CASE WHEN failures = :put AND last_at = :now THEN :failures "
	"ELSE failures - 1 END, last_at = CASE WHEN failures = :put AND last_at = :now THEN :last_at "
	"ELSE last_at END WHERE key = :key AND failures > 0");
DB_STMT_CROSS(account_throttle_delete, "DELETE FROM login_failure WHERE key = :key");
DB_STMT_CROSS(account_throttle_old, "DELETE FROM login_failure WHERE last_at <= :before");

static void key_of(int rule, const char *a, const char *b, struct digest *out)
{
	char text[ACCOUNT_USER_MAX + 16];
	snprintf(text, sizeof text, "%s %s", rules[rule].kind, a);
	digest_of2(suite_by_name("gm"), view_of(text, strlen(text) + 1), view_str(b), out);
}

static void count(struct account_attempt *t, int rule, const char *a, const char *b)
{
	struct account_count *c = &t->counts[t->n++];
	*c = (struct account_count){.rule = &rules[rule]};
	key_of(rule, a, b, &c->key);
}

void account_throttle_begin(
	struct account_attempt *t, const char *user, const char *address, const char *device)
{
	char network[HTTP_NETWORK];
	*t = (struct account_attempt){0};
	if (device) {
		count(t, DEVICE, user, device);
		return;
	}
	http_network_of(address, network);
	count(t, PAIR, user, network);
	count(t, USER, user, "");
	count(t, NETWORK, "", network);
}

static int64_t wait_after(const struct throttle_rule *r, int64_t failures)
{
	if (failures < r->free)
		return 0;
	int64_t ms = INT64_C(1000) << (failures - r->free < 20 ? failures - r->free : 20);
	return ms < r->wait_max_ms ? ms : r->wait_max_ms;
}

/* What is counted now, and how long it makes wait. A last failure in the future is a clock set back: it must
 * not shut the person out. */
static int count_read(struct db_tx *tx, struct account_count *c, int64_t now, int64_t *level, int64_t *wait)
{
	struct db_query *q = db_query(tx, &account_throttle_select);
	db_bind_digest(q, "key", &c->key);
	int rc = db_step(q);
	c->failures = rc == 1 ? db_int(q, 0) : 0;
	c->last_at = rc == 1 ? db_int(q, 1) : 0;
	db_done(q);
	int64_t past = c->last_at <= now ? now - c->last_at : 0;
	*wait = c->last_at <= now ? wait_after(c->rule, c->failures) - past : 0;
	int64_t drained = c->rule->drain_ms ? past / c->rule->drain_ms : 0;
	*level = c->failures > drained ? c->failures - drained : 0;
	return rc < 0 ? rc : 0;
}

static int attempt_tx(struct db_tx *tx, void *arg)
{
	struct account_attempt *t = arg;
	int64_t now = time_now_ms(), level[ACCOUNT_COUNTS];
	t->wait_ms = 0;
	t->at = now;
	for (size_t i = 0; i < t->n; i++) {
		int64_t wait = 0;
		int rc = count_read(tx, &t->counts[i], now, &level[i], &wait);
		if (rc < 0)
			return rc;
		t->wait_ms = wait > t->wait_ms ? wait : t->wait_ms;
	}
	if (t->wait_ms > 0)
		return ERR_BUSY;
	for (size_t i = 0; i < t->n; i++) {
		struct account_count *c = &t->counts[i];
		c->put = level[i] < 1000 ? level[i] + 1 : 1000;
		struct db_query *q = db_query(tx, &account_throttle_put);
		db_bind_digest(q, "key", &c->key);
		db_bind_int(q, "failures", c->put);
		db_bind_int(q, "now", now);
		int rc = db_exec(q);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int account_throttle_pass(struct account_service *s, struct account_attempt *t, int64_t *wait_s)
{
	int rc = db_write(s->db, "", attempt_tx, t);
	*wait_s = rc == ERR_BUSY ? (t->wait_ms + 999) / 1000 : 0;
	for (size_t i = 0; rc == 0 && i < t->n; i++)
		if (t->counts[i].put == t->counts[i].rule->free)
			log_warn("sign-in-slowed", "by=%s failures=%lld", t->counts[i].rule->kind,
				(long long)t->counts[i].put);
	return rc;
}

static int count_clear(struct db_tx *tx, const struct digest *key)
{
	struct db_query *q = db_query(tx, &account_throttle_delete);
	db_bind_digest(q, "key", key);
	return db_exec(q);
}

static int count_back(struct db_tx *tx, const struct account_count *c, int64_t at)
{
	struct db_query *q = db_query(tx, &account_throttle_return);
	db_bind_digest(q, "key", &c->key);
	db_bind_int(q, "put", c->put);
	db_bind_int(q, "now", at);
	db_bind_int(q, "failures", c->failures);
	db_bind_int(q, "last_at", c->last_at);
	return db_exec(q);
}

int account_throttle_back(struct db_tx *tx, const struct account_attempt *t, bool success)
{
	int rc = 0;
	for (size_t i = 0; i < t->n && rc == 0; i++)
		rc = success && t->counts[i].rule->success_clears ? count_clear(tx, &t->counts[i].key)
								  : count_back(tx, &t->counts[i], t->at);
	return rc;
}

int account_throttle_forgive(struct db_tx *tx, const char *user)
{
	struct digest key;
	key_of(USER, user, "", &key);
	return count_clear(tx, &key);
}

int account_throttle_expire(struct db_tx *tx)
{
	struct db_query *q = db_query(tx, &account_throttle_old);
	db_bind_int(q, "before", time_now_ms() - FORGET_MS);
	return db_exec(q);
}
