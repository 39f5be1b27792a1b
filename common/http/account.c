#include "common/http/account.h"

#include "common/base/embed.h"
#include "common/crypto/password.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

EMBED(account_sql_0001, "common/http/sql/0001-account.sqlite.sql");
static const struct db_migration migrations[] = {{1, "account", account_sql_0001, NULL}};
const struct db_schema account_schema = {"account", migrations, 1};

#define IDLE_MS (30 * 60000)
#define ABSOLUTE_MS (12 * 3600000)
#define FAILURES_FREE 5
#define TOUCH_MS 60000

DB_STMT_CROSS(account_insert, "INSERT INTO account (id, user, role, office, name, id_number, id_index, "
			      "password, created) VALUES (:id, :user, :role,"
			      " :office, :name, :id_number, :id_index, :password, :at)");
DB_STMT_CROSS(account_by_user, "SELECT id, password FROM account WHERE user = :user");
DB_STMT_CROSS(account_by_session, "SELECT a.id, a.user, a.role, a.office, a.name, a.id_number, s.created_ms, "
				  "s.used_ms FROM session s JOIN account a"
				  " ON a.id = s.account WHERE s.digest = :digest");
DB_STMT_CROSS(session_insert,
	"INSERT INTO session (digest, account, created_ms, used_ms) VALUES (:digest, :account, :now, :now)");
DB_STMT_CROSS(session_touch, "UPDATE session SET used_ms = :now WHERE digest = :digest");
DB_STMT_CROSS(session_delete, "DELETE FROM session WHERE digest = :digest");
DB_STMT_CROSS(session_expire, "DELETE FROM session WHERE used_ms < :idle OR created_ms < :absolute");
DB_STMT_CROSS(failure_select,
	"SELECT failures, last_ms FROM login_failure WHERE user = :user AND address = :address");
DB_STMT_CROSS(failure_put,
	"INSERT INTO login_failure (user, address, failures, last_ms) VALUES (:user, :address, 1, :now)"
	" ON CONFLICT (user, address) DO UPDATE SET failures = failures + 1, last_ms = :now");
DB_STMT_CROSS(failure_clear, "DELETE FROM login_failure WHERE user = :user AND address = :address");

struct account_service {
	struct db *db;
	struct vault *vault;
	const struct account_role *roles;
	struct http_auth auth;
	pthread_mutex_t hashing; /* argon2id takes 64 MiB: one at a time */
	char decoy[160];         /* hash that unknown users are compared with, so that time tells nothing */
};

static int session_digest(const char *sid, struct digest *d)
{
	if (strlen(sid) != 64)
		return ERR_LOGIN;
	digest_of(suite_by_name("intl"), view_str(sid), d);
	return 0;
}

static const struct account_role *role_find(const struct account_service *s, const char *role)
{
	for (const struct account_role *r = s->roles; r->role; r++)
		if (strcmp(r->role, role) == 0)
			return r;
	return NULL;
}

static void permissions_fill(const struct account_service *s, struct http_account *a)
{
	const struct account_role *r = role_find(s, a->role);
	for (const char *p = r ? r->permissions : ""; *p && a->npermissions < 64;) {
		size_t n = strcspn(p, " ");
		snprintf(a->permissions[a->npermissions++], sizeof a->permissions[0], "%.*s", (int)n, p);
		p += n + (p[n] == ' ');
	}
}

static int unseal(struct account_service *s, const char *column, const char *id, const char *sealed, char *to,
	size_t size)
{
	struct buf plain;
	buf_init(&plain, size - 1);
	int rc = vault_unseal(s->vault, "account", column, id, sealed, &plain);
	if (rc == 0)
		snprintf(to, size, "%.*s", (int)plain.n, plain.n ? (const char *)plain.p : "");
	buf_fini(&plain);
	return rc;
}

struct lookup {
	struct account_service *s;
	struct digest digest;
	struct http_account *a;
	int64_t used_ms;
};

static int lookup_run(struct db_tx *tx, void *arg)
{
	struct lookup *l = arg;
	struct db_query *q = db_query(tx, &account_by_session);
	int64_t now = time_now_ms();
	db_bind_digest(q, "digest", &l->digest);
	int rc = db_step(q);
	if (rc == 0 || (rc == 1 && (now - db_int(q, 7) > IDLE_MS || now - db_int(q, 6) > ABSOLUTE_MS)))
		rc = ERR_LOGIN;
	if (rc == 1) {
		struct http_account *a = l->a;
		snprintf(a->id, sizeof a->id, "%s", db_text(q, 0));
		snprintf(a->user, sizeof a->user, "%s", db_text(q, 1));
		snprintf(a->role, sizeof a->role, "%s", db_text(q, 2));
		snprintf(a->tenant, sizeof a->tenant, "%s", db_text(q, 3));
		l->used_ms = db_int(q, 7);
		rc = unseal(l->s, "name", a->id, db_text(q, 4), a->name, sizeof a->name);
		if (rc == 0)
			rc = unseal(
				l->s, "id_number", a->id, db_text(q, 5), a->id_number, sizeof a->id_number);
	}
	db_done(q);
	return rc;
}

static int touch_run(struct db_tx *tx, void *arg)
{
	struct lookup *l = arg;
	struct db_query *q = db_query(tx, &session_touch);
	db_bind_digest(q, "digest", &l->digest);
	db_bind_int(q, "now", time_now_ms());
	return db_exec(q);
}

static void account_free(struct http_account *a)
{
	if (!a)
		return;
	buf_wipe(a, sizeof *a);
	free(a);
}

static int account_find(void *arg, const char *session, struct http_account **out)
{
	struct lookup l = {.s = arg};
	int rc = session_digest(session, &l.digest);
	if (rc < 0)
		return rc;
	l.a = calloc(1, sizeof *l.a);
	rc = l.a ? db_read(l.s->db, "", lookup_run, &l) : ERR_NOMEM;
	if (rc == 0 && time_now_ms() - l.used_ms > TOUCH_MS)
		rc = db_write(l.s->db, "", touch_run, &l);
	if (rc < 0) {
		account_free(l.a);
		return rc;
	}
	permissions_fill(l.s, l.a);
	*out = l.a;
	return 0;
}

static bool account_may(const struct http_account *a, const char *permission)
{
	for (size_t i = 0; i < a->npermissions; i++)
		if (strcmp(a->permissions[i], permission) == 0)
			return true;
	return false;
}

int account_service_new(
	struct db *d, struct vault *v, const struct account_role *roles, struct account_service **out)
{
	struct account_service *s = calloc(1, sizeof *s);
	if (!s)
		return ERR_NOMEM;
	s->db = d;
	s->vault = v;
	s->roles = roles;
	s->auth = (struct http_auth){s, account_find, account_may, account_free};
	pthread_mutex_init(&s->hashing, NULL);
	*out = s;
	return 0;
}

void account_service_free(struct account_service *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->hashing);
	free(s);
}

const struct http_auth *account_auth(struct account_service *s)
{
	return &s->auth;
}

struct adding {
	struct account_service *s;
	const char *user, *role, *tenant, *name, *id_number;
	struct buf hash;
};

static int add_run(struct db_tx *tx, void *arg)
{
	struct adding *a = arg;
	struct buf name, number, index;
	struct uuid id = uuid_new();
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	buf_init(&name, 4096);
	buf_init(&number, 4096);
	buf_init(&index, 256);
	int rc = vault_seal(a->s->vault, "account", "name", id.s, view_str(a->name), &name);
	if (rc == 0)
		rc = vault_seal(a->s->vault, "account", "id_number", id.s, view_str(a->id_number), &number);
	if (rc == 0)
		rc = vault_index(a->s->vault, "id-number", a->id_number, &index);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &account_insert);
		db_bind_text(q, "id", id.s);
		db_bind_text(q, "user", a->user);
		db_bind_text(q, "role", a->role);
		db_bind_text(q, "office", a->tenant);
		db_bind_textn(q, "name", buf_view(&name));
		db_bind_textn(q, "id_number", buf_view(&number));
		db_bind_textn(q, "id_index", buf_view(&index));
		db_bind_textn(q, "password", buf_view(&a->hash));
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	if (rc == 0)
		rc = audit_record(tx, "system", "account.add", a->user, NULL);
	buf_fini(&name);
	buf_fini(&number);
	buf_fini(&index);
	return rc;
}

int account_add(struct account_service *s, const char *user, const char *role, const char *tenant,
	const char *name, const char *id_number, const char *password, struct err_note *note)
{
	struct adding a = {s, user, role, tenant, name, id_number, {0}};
	size_t n = strspn(user, "abcdefghijklmnopqrstuvwxyz0123456789._-");
	if (n < 2 || n > 63 || user[n])
		return err_set(note, ERR_SCHEMA, "user: 2 to 63 of a-z, 0-9, dot, dash, underscore");
	if (!role_find(s, role))
		return err_set(note, ERR_SCHEMA, "role: unknown in this zone");
	if (strlen(password) < 8)
		return err_set(note, ERR_SCHEMA, "password: at least 8 characters");
	buf_init(&a.hash, 256);
	int rc = password_hash(password, &a.hash);
	if (rc == 0)
		rc = db_write(s->db, "", add_run, &a);
	buf_fini(&a.hash);
	return rc == ERR_EXISTS ? err_set(note, rc, "user %s exists", user) : rc;
}

/* ---- signing in */

struct sign_in {
	struct account_service *s;
	const char *user, *address;
	char id[37], password[160];
	int64_t failures, last_ms;
	struct digest digest;
	bool good;
};

static int sign_in_read(struct db_tx *tx, void *arg)
{
	struct sign_in *i = arg;
	struct db_query *q = db_query(tx, &account_by_user);
	db_bind_text(q, "user", i->user);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(i->id, sizeof i->id, "%s", db_text(q, 0));
		snprintf(i->password, sizeof i->password, "%s", db_text(q, 1));
	}
	db_done(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &failure_select);
	db_bind_text(q, "user", i->user);
	db_bind_text(q, "address", i->address);
	rc = db_step(q);
	i->failures = rc == 1 ? db_int(q, 0) : 0;
	i->last_ms = rc == 1 ? db_int(q, 1) : 0;
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int sign_in_write(struct db_tx *tx, void *arg)
{
	struct sign_in *i = arg;
	int64_t now = time_now_ms();
	struct db_query *q = db_query(tx, i->good ? &failure_clear : &failure_put);
	db_bind_text(q, "user", i->user);
	db_bind_text(q, "address", i->address);
	if (!i->good)
		db_bind_int(q, "now", now);
	int rc = db_exec(q);
	if (rc < 0 || !i->good)
		return rc == 0 ? audit_record(tx, "system", "session.refused", i->id[0] ? i->user : "unknown",
					 NULL)
			       : rc;
	q = db_query(tx, &session_expire);
	db_bind_int(q, "idle", now - IDLE_MS);
	db_bind_int(q, "absolute", now - ABSOLUTE_MS);
	rc = db_exec(q);
	if (rc == 0) {
		q = db_query(tx, &session_insert);
		db_bind_digest(q, "digest", &i->digest);
		db_bind_text(q, "account", i->id);
		db_bind_int(q, "now", now);
		rc = db_exec(q);
	}
	return rc == 0 ? audit_record(tx, i->user, "session.begin", i->user, NULL) : rc;
}

static int password_judge(struct sign_in *i, const char *password)
{
	struct account_service *s = i->s;
	pthread_mutex_lock(&s->hashing);
	if (!s->decoy[0]) {
		struct buf b;
		buf_init(&b, sizeof s->decoy - 1);
		if (password_hash("no such user here", &b) == 0)
			snprintf(s->decoy, sizeof s->decoy, "%s", (const char *)b.p);
		buf_fini(&b);
	}
	int rc = password_check(i->id[0] ? i->password : s->decoy, password);
	pthread_mutex_unlock(&s->hashing);
	i->good = rc == 0 && i->id[0];
	return rc == 0 || rc == ERR_LOGIN ? 0 : rc;
}

static struct account_service *service_of(struct http_request *r)
{
	struct account_service *const *first = http_arg(r);
	return *first;
}

int account_sign_in(struct http_request *r)
{
	struct sign_in i = {.s = service_of(r), .address = "local"};
	const char *password = NULL;
	struct err_note note = {0};
	struct buf sid;
	uint8_t secret[32];
	if (json_get_str(http_body(r), "user", 63, &i.user, &note) < 0 ||
		json_get_str(http_body(r), "password", 255, &password, &note) < 0)
		return http_fail_note(r, &note);
	int rc = db_read(i.s->db, "", sign_in_read, &i);
	/* After five failures each further try waits: 1 s, 2 s … at most a minute. */
	int64_t wait = i.failures < FAILURES_FREE
			       ? 0
			       : INT64_C(1000)
					 << (i.failures - FAILURES_FREE > 6 ? 6 : i.failures - FAILURES_FREE);
	if (rc == 0 && time_now_ms() - i.last_ms < wait)
		return http_fail(r, ERR_BUSY, "too many failures; try again in a minute");
	if (rc == 0)
		rc = password_judge(&i, password);
	buf_init(&sid, 65);
	random_bytes(secret, sizeof secret);
	if (rc == 0)
		rc = hex_add(&sid, view_of(secret, sizeof secret));
	if (rc == 0)
		rc = session_digest((const char *)sid.p, &i.digest);
	if (rc == 0)
		rc = db_write(i.s->db, "", sign_in_write, &i);
	if (rc == 0 && !i.good)
		rc = http_fail(r, ERR_LOGIN, "user or password is wrong");
	if (rc == 0)
		rc = http_reply_json(r, 200, json_pack("{s:s}", "user", i.user));
	if (rc == 0)
		rc = http_set_cookie(r, (const char *)sid.p, ABSOLUTE_MS / 1000);
	buf_wipe(secret, sizeof secret);
	buf_fini(&sid);
	return rc;
}

struct sign_out {
	const char *user;
	struct digest digest;
};

static int sign_out_run(struct db_tx *tx, void *arg)
{
	struct sign_out *o = arg;
	struct db_query *q = db_query(tx, &session_delete);
	db_bind_digest(q, "digest", &o->digest);
	int rc = db_exec(q);
	return rc == 0 ? audit_record(tx, o->user, "session.end", o->user, NULL) : rc;
}

int account_sign_out(struct http_request *r)
{
	struct sign_out o = {.user = http_user(r)->user};
	const char *cookie = http_header(r, "Cookie"), *sid = cookie ? strstr(cookie, "sid=") : NULL;
	char value[65];
	int rc = ERR_LOGIN;
	if (sid) {
		snprintf(value, sizeof value, "%s", sid + 4);
		rc = session_digest(value, &o.digest);
	}
	if (rc == 0)
		rc = db_write(service_of(r)->db, "", sign_out_run, &o);
	if (rc == 0)
		rc = http_reply_json(r, 200, json_pack("{s:b}", "ended", 1));
	return rc == 0 ? http_set_cookie(r, "", 0) : rc;
}

int account_who(struct http_request *r)
{
	const struct http_account *a = http_user(r);
	json_t *permissions = json_array();
	for (size_t i = 0; i < a->npermissions; i++)
		json_array_append_new(permissions, json_string(a->permissions[i]));
	return http_reply_json(r, 200,
		json_pack("{s:s,s:s,s:s,s:s,s:o}", "user", a->user, "name", a->name, "role", a->role,
			"tenant", a->tenant, "permissions", permissions));
}
