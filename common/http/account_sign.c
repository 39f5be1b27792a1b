/* Signing in and out. Verifying a password is slow by design: it runs outside any transaction, few at a time.
 */
#include "common/crypto/password.h"
#include "common/http/account_impl.h"
#include "common/log/log.h"
#include <string.h>

#define VERIFY_MAX 2
#define VERIFY_QUEUE 8

int account_slow_enter(struct account_service *s, bool known)
{
	int rc = 0;
	pthread_mutex_lock(&s->lock);
	if (s->waiting[known] >= VERIFY_QUEUE)
		rc = ERR_BUSY;
	s->waiting[known]++;
	while (rc == 0 && (s->verifying >= VERIFY_MAX || (!known && s->waiting[1] > 0)))
		pthread_cond_wait(&s->change, &s->lock);
	s->waiting[known]--;
	if (rc == 0)
		s->verifying++;
	pthread_cond_broadcast(&s->change);
	pthread_mutex_unlock(&s->lock);
	return rc;
}

void account_slow_leave(struct account_service *s)
{
	pthread_mutex_lock(&s->lock);
	s->verifying--;
	pthread_cond_broadcast(&s->change);
	pthread_mutex_unlock(&s->lock);
}

struct signing {
	struct account_service *s;
	const char *user, *address, *old;
	struct account_row row;
	bool known, device; /* there is such an account that may sign in; it knows this browser */
	struct account_attempt attempt;
	char cookie[ACCOUNT_COOKIE];
};

static int row_tx(struct db_tx *tx, void *arg)
{
	struct signing *g = arg;
	return account_row_by_name(g->s, tx, g->user, &g->row);
}

/* While the password was verified the account may have been disabled, or given another one. */
static int still_fits(struct db_tx *tx, const struct signing *g)
{
	struct account_row now;
	int rc = account_row_by_id(tx, g->row.id, &now);
	if (rc == 0 && (now.disabled || strcmp(now.password, g->row.password) != 0))
		rc = ERR_LOGIN;
	buf_wipe(&now, sizeof now);
	return rc;
}

static int accept_tx(struct db_tx *tx, void *arg)
{
	struct signing *g = arg;
	int rc = still_fits(tx, g);
	if (rc == 0 && g->old)
		rc = account_session_drop(tx, g->old);
	if (rc == 0)
		rc = account_session_add(tx, g->row.id, g->cookie, g->address);
	if (rc == 0)
		rc = account_throttle_back(tx, &g->attempt, true);
	return rc == 0 ? audit_record(tx, g->row.user, "session.sign-in", g->row.id, NULL) : rc;
}

static int refuse_tx(struct db_tx *tx, void *arg)
{
	struct signing *g = arg;
	return audit_record(tx, g->row.user, "session.refused", g->row.id, NULL);
}

static int back_tx(struct db_tx *tx, void *arg)
{
	const struct signing *g = arg;
	return account_throttle_back(tx, &g->attempt, false);
}

/* Whose name it is, and whether this browser is one of theirs; then what guesses have to wait for. */
static int attempt_begin(struct http_request *r, struct account_service *s, struct signing *g)
{
	char nonce[ACCOUNT_DEVICE];
	int64_t wait = 0;
	int rc = db_read(s->db, "", row_tx, g);
	if (rc < 0 && rc != ERR_NOTFOUND)
		return rc;
	g->known = rc == 0 && !g->row.disabled;
	g->device = g->known && account_device_find(s, http_cookie(r, ACCOUNT_DEVICE_COOKIE), &g->row, nonce);
	account_throttle_begin(&g->attempt, g->user, g->address, g->device ? nonce : NULL);
	rc = account_throttle_pass(s, &g->attempt, &wait);
	return rc == ERR_BUSY ? http_fail(r, rc, "too many failed attempts; try again in %lld seconds",
					(long long)wait)
			      : rc;
}

/* Unknown users, disabled ones and wrong passwords take the same time and get the same answer. */
static int password_verify(struct account_service *s, const struct signing *g, const char *password)
{
	int rc = account_slow_enter(s, g->device);
	if (rc < 0)
		return rc;
	rc = password_check(g->known ? g->row.password : s->decoy, password);
	account_slow_leave(s);
	return rc == 0 && !g->known ? ERR_LOGIN : rc;
}

static int sign_in_finish(struct http_request *r, struct account_service *s, struct signing *g)
{
	struct digest raw;
	random_bytes(&raw, sizeof raw);
	digest_hex(&raw, g->cookie);
	buf_wipe(&raw, sizeof raw);
	int rc = db_write(s->db, g->row.tenant, accept_tx, g);
	if (rc == 0)
		rc = http_reply_json(r, 200, json_pack("{s:s}", "user", g->row.user));
	if (rc == 0)
		rc = http_set_cookie(r, HTTP_SESSION_COOKIE, g->cookie, account_session_life_s);
	return rc == 0 ? account_device_mark(s, r, &g->row) : rc;
}

int account_sign_in(struct http_request *r)
{
	static const char *const keys[] = {"user", "password", NULL};
	struct account_service *s = account_service_of(r);
	struct signing g = {.s = s, .address = http_address(r), .old = http_session(r)};
	const char *password = NULL;
	struct err_note note = {0};
	int rc = json_only_keys(http_body(r), keys, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "user", ACCOUNT_USER_MAX, &g.user, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "password", ACCOUNT_PASSWORD_MAX, &password, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	rc = attempt_begin(r, s, &g);
	if (rc < 0) {
		buf_wipe(&g, sizeof g);
		return rc;
	}
	rc = password_verify(s, &g, password);
	int noted = 0;
	if (rc == 0)
		rc = sign_in_finish(r, s, &g);
	else if (rc != ERR_LOGIN)
		noted = db_write(s->db, "", back_tx, &g);
	else if (g.row.id[0])
		noted = db_write(s->db, g.row.tenant, refuse_tx, &g);
	if (noted < 0)
		log_warn("session-refused", "account=%s error=%s", g.row.id, err_name(noted));
	buf_wipe(&g, sizeof g);
	return rc == ERR_LOGIN ? http_fail(r, ERR_LOGIN, "unknown user or wrong password") : rc;
}

/* ---- authenticated elsewhere */
struct arriving {
	struct account_service *s;
	const char *name, *id_number, *role, *level;
	struct vault_lookup person;
	struct signing g;
};

/* "!" is the hash of no password: such an account is entered by its provider alone. */
static int arrive_new(struct db_tx *tx, struct arriving *a)
{
	struct uuid id = uuid_new();
	char user[ACCOUNT_USER_MAX + 1];
	snprintf(user, sizeof user, "id-%s", id.s);
	const struct account_new new = {user, a->role, db_tx_tenant(tx), "", a->name, a->id_number, ""};
	int rc = account_insert(a->s, tx, &new, "!", &id);
	if (rc == 0)
		rc = audit_record(tx, user, "account.arrived", id.s, NULL);
	return rc == 0 ? account_row_by_id(tx, id.s, &a->g.row) : rc;
}

static int arrive_tx(struct db_tx *tx, void *arg)
{
	struct arriving *a = arg;
	int rc = account_row_by_number(tx, &a->person, &a->g.row);
	if (rc == ERR_NOTFOUND)
		rc = arrive_new(tx, a);
	if (rc == 0 && a->g.row.disabled)
		rc = ERR_LOGIN;
	if (rc == 0 && a->g.old)
		rc = account_session_drop(tx, a->g.old);
	if (rc == 0)
		rc = account_session_add(tx, a->g.row.id, a->g.cookie, a->g.address);
	json_t *detail = json_pack("{s:s}", "level", a->level);
	if (rc == 0)
		rc = audit_record(tx, a->g.row.user, "session.sign-in", a->g.row.id, detail);
	json_decref(detail);
	return rc;
}

int account_sign_in_person(
	struct http_request *r, const char *name, const char *id_number, const char *role, const char *level)
{
	struct arriving a = {.s = account_service_of(r),
		.name = name,
		.id_number = id_number,
		.role = role,
		.level = level,
		.g = {.address = http_address(r), .old = http_session(r)}};
	struct digest raw;
	random_bytes(&raw, sizeof raw);
	digest_hex(&raw, a.g.cookie);
	buf_wipe(&raw, sizeof raw);
	int rc = vault_find(a.s->vault, "id-number", id_number, &a.person);
	if (rc == 0)
		rc = db_write(a.s->db, a.s->rights->tenant, arrive_tx, &a);
	if (rc == 0)
		rc = http_set_cookie(r, HTTP_SESSION_COOKIE, a.g.cookie, account_session_life_s);
	buf_wipe(&a.g, sizeof a.g);
	return rc;
}

static int sign_out_tx(struct db_tx *tx, void *arg)
{
	const struct http_request *r = arg;
	int rc = account_session_drop(tx, http_session(r));
	const struct http_account *a = http_user(r);
	return rc == 0 ? audit_record(tx, a->user, "session.sign-out", a->id, NULL) : rc;
}

int account_sign_out(struct http_request *r)
{
	int rc = db_write(account_service_of(r)->db, http_user(r)->tenant, sign_out_tx, r);
	if (rc < 0)
		return rc;
	http_reply_json(r, 200, json_object());
	return http_set_cookie(r, HTTP_SESSION_COOKIE, "", 0);
}

struct sessions {
	struct http_request *r;
	json_t *rows;
};

static int sessions_tx(struct db_tx *tx, void *arg)
{
	struct sessions *x = arg;
	return account_session_list(tx, http_user(x->r)->id, http_session(x->r), &x->rows);
}

int account_sessions(struct http_request *r)
{
	struct sessions x = {r, NULL};
	int rc = account_read(r, sessions_tx, &x);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", x.rows));
}

static int sessions_end_tx(struct db_tx *tx, void *arg)
{
	const struct http_request *r = arg;
	const struct http_account *a = http_user(r);
	int rc = account_session_drop_all(tx, a->id, http_session(r));
	return rc == 0 ? audit_record(tx, a->user, "session.end-others", a->id, NULL) : rc;
}

int account_sessions_end(struct http_request *r)
{
	int rc = account_write(r, sessions_end_tx, r);
	return rc < 0 ? rc : http_reply_json(r, 200, json_object());
}
