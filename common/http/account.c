#include "common/http/account.h"

#include "common/base/embed.h"
#include "common/crypto/password.h"
#include "common/http/account_impl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

EMBED(account_sql_0001, "common/http/sql/0001-account.sqlite.sql");
static const struct db_migration migrations[] = {{1, "account", account_sql_0001, NULL}};
const struct db_schema account_schema = {"account", migrations, 1};

DB_STMT(account_insert,
	"INSERT INTO account (tenant, id, user, role, name, id_number, password, created) VALUES "
	"(:tenant, :id, :user, :role, :name, :id_number, :password, :at)");
DB_STMT_CROSS(account_select,
	"SELECT tenant, id, user, role, password, name, id_number, disabled FROM account "
	"WHERE user = :user");

/* Random salt and random hash at password.h's cost: no password fits, and finding that out takes as long. */
static const char nobody[] =
	"$argon2id$v=19$m=65536,t=3,p=1$sNq8hW3dTzGm0Yx5Lk1vRw$uD0m4yqfJY3Gk8cVx1rZbT7nPwQe5aHsL2oMi9tXg6E";

static const struct account_role *role_find(const struct account_service *s, const char *role)
{
	for (const struct account_role *r = s->roles; r->role; r++)
		if (strcmp(r->role, role) == 0)
			return r;
	return NULL;
}

static int text_get(struct db_query *q, int col, char *to, size_t size)
{
	int n = snprintf(to, size, "%s", db_text(q, col));
	return n >= 0 && (size_t)n < size ? 0 : ERR_BUG;
}

int account_row_by_user(struct db_tx *tx, const char *user, struct account_row *out)
{
	struct db_query *q = db_query(tx, &account_select);
	struct account_row row = {0};
	db_bind_text(q, "user", user);
	int rc = db_step(q);
	if (rc == 1) {
		const struct {
			char *to;
			size_t size;
		} columns[] = {{row.tenant, sizeof row.tenant}, {row.id, sizeof row.id},
			{row.user, sizeof row.user}, {row.role, sizeof row.role},
			{row.password, sizeof row.password}, {row.name, sizeof row.name},
			{row.id_number, sizeof row.id_number}};
		rc = 0;
		for (int i = 0; rc == 0 && i < 7; i++)
			rc = text_get(q, i, columns[i].to, columns[i].size);
		row.disabled = db_int(q, 7) != 0;
		if (rc == 0)
			*out = row;
	} else if (rc == 0) {
		rc = ERR_NOTFOUND;
	}
	db_done(q);
	buf_wipe(&row, sizeof row);
	return rc;
}

static void account_free(struct http_account *a)
{
	if (!a)
		return;
	buf_wipe(a, sizeof *a);
	free(a);
}

static bool account_may(const struct http_account *a, const char *permission)
{
	for (size_t i = 0; i < a->npermissions; i++)
		if (strcmp(a->permissions[i], permission) == 0)
			return true;
	return false;
}

static int unseal(const struct account_service *s, const char *column, const char *id, const char *sealed,
	char *to, size_t size)
{
	struct buf plain;
	buf_init(&plain, size - 1);
	int rc = vault_unseal(s->vault, "account", column, id, sealed, &plain);
	if (rc == 0)
		snprintf(to, size, "%.*s", (int)plain.n, plain.n ? (const char *)plain.p : "");
	buf_fini(&plain);
	return rc;
}

int account_open(const struct account_service *s, const struct account_row *row, struct http_account **out)
{
	const struct account_role *role = role_find(s, row->role);
	if (!role)
		return ERR_LOGIN;
	struct http_account *a = calloc(1, sizeof *a);
	if (!a)
		return ERR_NOMEM;
	memcpy(a->id, row->id, sizeof a->id);
	memcpy(a->user, row->user, sizeof a->user);
	memcpy(a->role, row->role, sizeof a->role);
	memcpy(a->tenant, row->tenant, sizeof a->tenant);
	for (const char *p = role->permissions; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");
		REQUIRE(a->npermissions < 64 && n < sizeof a->permissions[0]);
		memcpy(a->permissions[a->npermissions++], p, n);
		p += n;
	}
	int rc = unseal(s, "name", row->id, row->name, a->name, sizeof a->name);
	if (rc == 0)
		rc = unseal(s, "id_number", row->id, row->id_number, a->id_number, sizeof a->id_number);
	if (rc < 0) {
		account_free(a);
		return rc;
	}
	*out = a;
	return 0;
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
	s->decoy = nobody;
	s->auth = (struct http_auth){s, account_session_find, account_may, account_free};
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->change, NULL);
	int rc = account_session_start(s);
	if (rc < 0) {
		account_service_free(s);
		return rc;
	}
	*out = s;
	return 0;
}

void account_service_free(struct account_service *s)
{
	if (!s)
		return;
	account_session_stop(s);
	pthread_cond_destroy(&s->change);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

const struct http_auth *account_auth(struct account_service *s)
{
	return &s->auth;
}

struct adding {
	struct account_service *s;
	const char *user, *role, *name, *id_number;
	struct buf hash;
};

static int add_tx(struct db_tx *tx, void *arg)
{
	struct adding *a = arg;
	struct buf name, number;
	struct uuid id = uuid_new();
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	buf_init(&name, sizeof((struct account_row *)0)->name - 1);
	buf_init(&number, sizeof((struct account_row *)0)->id_number - 1);
	int rc = vault_seal(a->s->vault, "account", "name", id.s, view_str(a->name), &name);
	if (rc == 0)
		rc = vault_seal(a->s->vault, "account", "id_number", id.s, view_str(a->id_number), &number);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &account_insert);
		db_bind_text(q, "id", id.s);
		db_bind_text(q, "user", a->user);
		db_bind_text(q, "role", a->role);
		db_bind_textn(q, "name", buf_view(&name));
		db_bind_textn(q, "id_number", buf_view(&number));
		db_bind_textn(q, "password", buf_view(&a->hash));
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	if (rc == 0)
		rc = audit_record(tx, "system", "account.add", id.s, NULL);
	buf_fini(&name);
	buf_fini(&number);
	return rc;
}

int account_add(struct account_service *s, const char *user, const char *role, const char *tenant,
	const char *name, const char *id_number, const char *password, struct err_note *note)
{
	struct adding a = {s, user, role, name, id_number, {0}};
	size_t n = strspn(user, "abcdefghijklmnopqrstuvwxyz0123456789._-"), secret = strlen(password);
	if (n < 2 || n > ACCOUNT_USER_MAX || user[n])
		return err_set(note, ERR_SCHEMA, "user: 2 to %d of a-z, 0-9, dot, dash, underscore",
			ACCOUNT_USER_MAX);
	if (!role_find(s, role))
		return err_set(note, ERR_SCHEMA, "role: unknown in this zone");
	if (strlen(tenant) != 6 || strspn(tenant, "0123456789") != 6)
		return err_set(note, ERR_SCHEMA, "division: six digits");
	if (!*name || strlen(name) >= sizeof((struct http_account *)0)->name ||
		strlen(id_number) >= sizeof((struct http_account *)0)->id_number)
		return err_set(note, ERR_SCHEMA, "name or id_number: missing or too long");
	if (secret < ACCOUNT_PASSWORD_MIN || secret > ACCOUNT_PASSWORD_MAX)
		return err_set(note, ERR_SCHEMA, "password: %d to %d bytes", ACCOUNT_PASSWORD_MIN,
			ACCOUNT_PASSWORD_MAX);
	buf_init(&a.hash, sizeof((struct account_row *)0)->password - 1);
	int rc = password_hash(password, &a.hash);
	if (rc == 0)
		rc = db_write(s->db, tenant, add_tx, &a);
	buf_fini(&a.hash);
	return rc == ERR_EXISTS ? err_set(note, rc, "user %s exists", user) : rc;
}
