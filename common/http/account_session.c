#include "common/crypto/suite.h"
#include "common/db/db_rows.h"
#include "common/http/account_impl.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS INT64_C(60000)
#define IDLE_MS (30 * MINUTE_MS)
#define LIFE_MS (12 * 60 * MINUTE_MS)
#define SEEN_MAX 1024
const int64_t account_session_life_s = LIFE_MS / 1000;

DB_STMT(account_session_insert,
	"INSERT INTO session (digest, tenant, account, created_at, seen_at, address) VALUES "
	"(:digest, :tenant, :account, :now, :now, :address)");
DB_STMT(account_session_trim,
	"DELETE FROM session WHERE tenant = :tenant AND account = :account AND digest NOT IN (SELECT digest "
	"FROM session WHERE tenant = :tenant AND account = :account ORDER BY created_at DESC LIMIT 20)");
DB_STMT_CROSS(account_session_delete, "DELETE FROM session WHERE digest = :digest");
DB_STMT(account_session_drop_others,
	"DELETE FROM session WHERE tenant = :tenant AND account = :account AND digest <> :except");
DB_STMT(account_session_of,
	"SELECT digest, created_at, seen_at, address FROM session WHERE tenant = :tenant AND "
	"account = :account AND seen_at > :idle AND created_at > :born ORDER BY created_at DESC");
DB_STMT_CROSS(account_session_touch, "UPDATE session SET seen_at = :now WHERE digest = :digest");
DB_STMT_CROSS(account_session_expire, "DELETE FROM session WHERE seen_at <= :idle OR created_at <= :born");

/* The database holds only the digest: reading it opens no session. */
static int cookie_digest(const char *cookie, struct digest *out)
{
	struct digest raw;
	int rc = digest_parse(cookie, &raw);
	if (rc == 0)
		digest_of(suite_by_name("gm"), view_of(raw.b, sizeof raw.b), out);
	return rc;
}

int account_session_add(struct db_tx *tx, const char *account, const char *cookie, const char *address)
{
	struct digest d;
	int rc = cookie_digest(cookie, &d);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &account_session_insert);
	db_bind_digest(q, "digest", &d);
	db_bind_text(q, "account", account);
	db_bind_int(q, "now", time_now_ms());
	db_bind_text(q, "address", address);
	rc = db_exec(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &account_session_trim);
	db_bind_text(q, "account", account);
	return db_exec(q);
}

int account_session_drop(struct db_tx *tx, const char *cookie)
{
	struct digest d;
	if (cookie_digest(cookie, &d) < 0)
		return 0;
	struct db_query *q = db_query(tx, &account_session_delete);
	db_bind_digest(q, "digest", &d);
	return db_exec(q);
}

int account_session_drop_all(struct db_tx *tx, const char *account, const char *except)
{
	struct digest d = {{0}};
	if (except && cookie_digest(except, &d) < 0)
		return ERR_LOGIN;
	struct db_query *q = db_query(tx, &account_session_drop_others);
	db_bind_text(q, "account", account);
	db_bind_digest(q, "except", &d);
	return db_exec(q);
}

static void alive(struct db_query *q)
{
	int64_t now = time_now_ms();
	db_bind_int(q, "idle", now - IDLE_MS);
	db_bind_int(q, "born", now - LIFE_MS);
}

int account_session_list(struct db_tx *tx, const char *account, const char *cookie, json_t **out)
{
	struct digest mine;
	json_t *rows = json_array();
	if (!rows)
		return ERR_NOMEM;
	int rc = cookie_digest(cookie, &mine);
	struct db_query *q = db_query(tx, &account_session_of);
	db_bind_text(q, "account", account);
	alive(q);
	while (rc == 0 && (rc = db_step(q)) == 1) {
		char begun[TIME_TEXT], seen[TIME_TEXT];
		struct view d = db_blob(q, 0);
		time_text(db_int(q, 1), begun);
		time_text(db_int(q, 2), seen);
		rc = json_array_append_new(rows,
			json_pack("{s:s,s:s,s:s,s:b}", "begun", begun, "seen", seen, "address", db_text(q, 3),
				"this", d.n == sizeof mine.b && memcmp(d.p, mine.b, d.n) == 0));
	}
	return db_rows_end(q, rc, rows, out);
}

struct finding {
	const struct account_service *s;
	struct digest d;
	struct http_account *a;
	int64_t seen;
};

static int find_tx(struct db_tx *tx, void *arg)
{
	struct finding *f = arg;
	struct account_row row;
	int64_t now = time_now_ms();
	int rc = account_row_by_session(tx, &f->d, now - IDLE_MS, now - LIFE_MS, &row, &f->seen);
	if (rc < 0)
		return rc == ERR_NOTFOUND ? ERR_LOGIN : rc;
	db_tx_set_tenant(tx, row.tenant);
	rc = account_open(f->s, tx, &row, &f->a);
	buf_wipe(&row, sizeof row);
	return rc;
}

/* Finding never waits for a writer: the keeper marks the session later. A full list only means that a busy
 * session is marked a minute later. */
static void seen_note(struct account_service *s, const struct digest *d)
{
	pthread_mutex_lock(&s->lock);
	bool known = s->nseen == SEEN_MAX;
	for (size_t i = 0; i < s->nseen && !known; i++)
		known = digest_eq(&s->seen[i], d);
	if (!known)
		s->seen[s->nseen++] = *d;
	pthread_mutex_unlock(&s->lock);
}

int account_session_find(void *arg, const char *cookie, struct http_account **out)
{
	struct account_service *s = arg;
	struct finding f = {.s = s};
	if (cookie_digest(cookie, &f.d) < 0)
		return ERR_LOGIN;
	int rc = db_read(s->db, "", find_tx, &f);
	if (rc < 0)
		return rc;
	if (time_now_ms() - f.seen > MINUTE_MS)
		seen_note(s, &f.d);
	*out = f.a;
	return 0;
}

struct keeping {
	struct digest *d;
	size_t n;
};

static int keep_tx(struct db_tx *tx, void *arg)
{
	struct keeping *k = arg;
	int64_t now = time_now_ms();
	int rc = 0;
	for (size_t i = 0; i < k->n && rc == 0; i++) {
		struct db_query *q = db_query(tx, &account_session_touch);
		db_bind_int(q, "now", now);
		db_bind_digest(q, "digest", &k->d[i]);
		rc = db_exec(q);
	}
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &account_session_expire);
	db_bind_int(q, "idle", now - IDLE_MS);
	db_bind_int(q, "born", now - LIFE_MS);
	rc = db_exec(q);
	return rc == 0 ? account_throttle_expire(tx) : rc;
}

static int64_t keep(void *arg)
{
	struct account_service *s = arg;
	struct digest *d = s->keeps ? calloc(SEEN_MAX, sizeof *d) : NULL;
	s->keeps = true;
	if (!d)
		return MINUTE_MS;
	pthread_mutex_lock(&s->lock);
	struct keeping k = {s->seen, s->nseen};
	s->seen = d;
	s->nseen = 0;
	pthread_mutex_unlock(&s->lock);
	int rc = db_write(s->db, "", keep_tx, &k);
	if (rc < 0)
		log_warn("session-keeper", "error=%s", err_name(rc));
	free(k.d);
	return MINUTE_MS;
}

int account_session_guard(struct account_service *s, struct db_tx *tx, const struct http_request *r)
{
	struct finding f = {.s = s};
	const char *cookie = http_session(r), *permission = http_permission(r);
	if (!cookie || cookie_digest(cookie, &f.d) < 0)
		return ERR_LOGIN;
	int rc = find_tx(tx, &f);
	if (rc < 0)
		return rc;
	bool may = strcmp(permission, "self") == 0 || strcmp(permission, "public") == 0 ||
		   s->auth.may(f.a, permission);
	s->auth.free(f.a);
	return may ? 0 : ERR_DENIED;
}

int account_session_start(struct account_service *s)
{
	s->seen = calloc(SEEN_MAX, sizeof *s->seen);
	if (!s->seen)
		return ERR_NOMEM;
	int rc = worker_new(keep, s, 0, &s->keeper);
	return rc == 0 ? worker_start(s->keeper) : rc;
}

void account_session_stop(struct account_service *s)
{
	worker_free(s->keeper);
	free(s->seen);
}
