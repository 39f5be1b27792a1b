#include "common/http/account_impl.h"

#include "common/base/embed.h"
#include "common/log/log.h"
#include <stdlib.h>
#include <string.h>

EMBED(account_sql_0001, "common/http/sql/0001-account.sqlite.sql");
EMBED(account_pg_0001, "common/http/sql/0001-account.pg.sql");
EMBED(account_sql_0002, "common/http/sql/0002-directory.sqlite.sql");
EMBED(account_pg_0002, "common/http/sql/0002-directory.pg.sql");
static const struct db_migration migrations[] = {{1, "account", account_sql_0001, account_pg_0001},
	{2, "directory", account_sql_0002, account_pg_0002}};
const struct db_schema account_schema = {"account", migrations, 2};

/* Random salt and random hash at password.h's cost: no password fits, and finding that out takes as long. */
static const char nobody[] =
	"$argon2id$v=19$m=65536,t=3,p=1$sNq8hW3dTzGm0Yx5Lk1vRw$uD0m4yqfJY3Gk8cVx1rZbT7nPwQe5aHsL2oMi9tXg6E";

const struct http_route account_routes[] = {
	{"POST", "/api/session", "public", account_sign_in, 0, NULL, "sign in {user, password}"},
	{"DELETE", "/api/session", "self", account_sign_out, 0, NULL, "sign out"},
	{"GET", "/api/session", "self", account_who, 0, NULL, "who is signed in"},
	{"GET", "/api/sessions", "self", account_sessions, 0, NULL, "own sessions"},
	{"DELETE", "/api/sessions", "self", account_sessions_end, 0, NULL, "end every other session of mine"},
	{"GET", "/api/accounts", "account.read", account_people, 0, NULL,
		"people of the tenant; ?after=USER"},
	{"POST", "/api/accounts", "account.write", account_person_add, 0, NULL,
		"add a person {user, name, roles, organisation, password}; the platform names the tenant"},
	{"PUT", "/api/accounts/:id", "account.write", account_person_change, 0, NULL,
		"change {roles, organisation, disabled, password}; ends the person's sessions"},
	{"GET", "/api/roles", "account.read", account_roles_list, 0, NULL, "roles of the tenant"},
	{"PUT", "/api/roles/:code", "account.write", account_role_put, 0, NULL,
		"make or change a role of the tenant {zh, en, permissions}"},
	{"DELETE", "/api/roles/:code", "account.write", account_role_delete, 0, NULL,
		"remove a role that nobody holds"},
	{"GET", "/api/organisations", "account.read", account_organisations, 0, NULL,
		"organisations of the tenant"},
	{"PUT", "/api/organisations/:code", "account.write", account_organisation_put, 0, NULL,
		"make or change an organisation {name, kind, disabled}"},
	{"GET", "/api/rights", "rights.read", account_rights_show, 0, NULL,
		"effective rights: what each role may call and see"},
	{"GET", "/api/looks", "look.read", account_looks, 0, NULL,
		"who looked at what in full, and why; ?subject="},
};
const size_t account_nroutes = sizeof account_routes / sizeof account_routes[0];

bool account_may(const struct http_account *a, const char *permission)
{
	for (size_t i = 0; i < a->npermissions; i++)
		if (strcmp(a->permissions[i], permission) == 0)
			return true;
	return false;
}

static void account_free(struct http_account *a)
{
	if (!a)
		return;
	buf_wipe(a, sizeof *a);
	free(a);
}

/* A wrong table of a zone is found at its first start. */
static int rights_check(const struct account_rights *r)
{
	struct err_note note = {0};
	for (size_t i = 0; account_role_at(r, i); i++)
		if (account_role_check(r, account_role_at(r, i)->permissions, NULL, &note) < 0) {
			log_error("rights", "role=%s text=\"%s\"", account_role_at(r, i)->role, note.text);
			return ERR_BUG;
		}
	for (size_t i = 0; i < r->nroutes; i++) {
		const char *p = r->routes[i].permission;
		if (strcmp(p, "public") != 0 && strcmp(p, "self") != 0 && !account_permission_find(r, p)) {
			log_error("rights", "route=\"%s %s\" permission=%s text=\"not in the zone's table\"",
				r->routes[i].method, r->routes[i].path, p);
			return ERR_BUG;
		}
	}
	return 0;
}

int account_service_new(
	struct db *d, struct vault *v, const struct account_rights *rights, struct account_service **out)
{
	struct account_service *s = calloc(1, sizeof *s);
	if (!s)
		return ERR_NOMEM;
	s->db = d;
	s->vault = v;
	s->rights = rights;
	s->auth = (struct http_auth){s, account_session_find, account_may, account_free};
	s->decoy = nobody;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->change, NULL);
	int rc = rights_check(rights);
	if (rc == 0)
		rc = account_session_start(s);
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

bool account_tenant_served(const struct account_rights *rights, const char *tenant)
{
	bool served = !rights->tenants || strcmp(tenant, ACCOUNT_PLATFORM) == 0;
	for (size_t i = 0; !served && rights->tenants[i]; i++)
		served = strcmp(rights->tenants[i], tenant) == 0;
	return served;
}

/* An account outlives its office in the configuration: then it is denied everything. */
static int tenant_of(const struct http_request *r, const char **out)
{
	const struct http_account *a = http_user(r);
	const struct account_rights *rights = account_service_of(r)->rights;
	*out = a ? a->tenant : rights->tenant;
	return !*out ? ERR_LOGIN : account_tenant_served(rights, *out) ? 0 : ERR_DENIED;
}

int account_read(struct http_request *r, db_fn *fn, void *arg)
{
	const char *tenant = NULL;
	int rc = tenant_of(r, &tenant);
	return rc == 0 ? db_read(account_service_of(r)->db, tenant, fn, arg) : rc;
}

int account_write(struct http_request *r, db_fn *fn, void *arg)
{
	const char *tenant = NULL;
	int rc = tenant_of(r, &tenant);
	return rc == 0 ? db_write(account_service_of(r)->db, tenant, fn, arg) : rc;
}

struct acting {
	struct http_request *r;
	db_fn *fn;
	void *arg;
};

static int act_tx(struct db_tx *tx, void *arg)
{
	const struct acting *a = arg;
	int rc = account_session_guard(account_service_of(a->r), tx, a->r);
	return rc == 0 ? a->fn(tx, a->arg) : rc;
}

int account_act(struct http_request *r, db_fn *fn, void *arg)
{
	struct acting a = {r, fn, arg};
	return account_write(r, act_tx, &a);
}

int account_who(struct http_request *r)
{
	const struct http_account *a = http_user(r);
	json_t *permissions = json_array();
	for (size_t i = 0; i < a->npermissions; i++)
		json_array_append_new(permissions, json_string(a->permissions[i]));
	return http_reply_json(r, 200,
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:o}", "user", a->user, "name", a->name, "roles", a->roles,
			"tenant", a->tenant, "organisation", a->organisation, "permissions", permissions));
}
