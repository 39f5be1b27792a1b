/* Effective rights: for every role what it may call, see in full and open, answered by the same function that
 * guards the requests. */
#include "common/http/account_impl.h"

#include <stdlib.h>
#include <string.h>

DB_STMT(role_codes, "SELECT code, zh, en FROM role WHERE tenant = :tenant ORDER BY code");

struct showing {
	const struct account_service *s;
	json_t *roles;
};

static const char *const kinds[] = {"page", "action", "field"};
static const char *const duties[] = {"any", "business", "system", "security"};

static json_t *permissions_json(const struct account_rights *r)
{
	json_t *list = json_array();
	const struct account_permission *p;
	for (size_t i = 0; (p = account_permission_at(r, i)) != NULL; i++)
		json_array_append_new(
			list, json_pack("{s:s,s:s,s:s,s:s,s:s}", "code", p->code, "zh", p->zh, "en", p->en,
				      "kind", kinds[p->kind], "duty", duties[p->duty]));
	return list;
}

static bool may_call(const struct account_service *s, const struct http_account *a, const char *permission)
{
	return strcmp(permission, "public") == 0 || strcmp(permission, "self") == 0 ||
	       s->auth.may(a, permission);
}

static int role_add(
	struct showing *x, struct db_tx *tx, const char *code, const char *zh, const char *en, bool fixed)
{
	const struct account_rights *r = x->s->rights;
	struct http_account *a = calloc(1, sizeof *a);
	if (!a)
		return ERR_NOMEM;
	json_t *calls = json_array(), *holds = json_array();
	int rc = account_role_grant(r, tx, code, a);
	for (size_t i = 0; i < r->nroutes + account_nroutes && rc == 0; i++) {
		const struct http_route *t = i < r->nroutes ? &r->routes[i] : &account_routes[i - r->nroutes];
		if (may_call(x->s, a, t->permission))
			json_array_append_new(calls, json_sprintf("%s %s", t->method, t->path));
	}
	for (size_t i = 0; i < a->npermissions; i++)
		json_array_append_new(holds, json_string(a->permissions[i]));
	if (rc == 0)
		rc = json_array_append_new(
			x->roles, json_pack("{s:s,s:s,s:s,s:b,s:O,s:O}", "code", code, "zh", zh, "en", en,
					  "fixed", fixed, "permissions", holds, "calls", calls));
	json_decref(calls);
	json_decref(holds);
	x->s->auth.free(a);
	return rc;
}

static int show_tx(struct db_tx *tx, void *arg)
{
	struct showing *x = arg;
	const struct account_role *fixed;
	int rc = json_array_clear(x->roles);
	for (size_t i = 0; rc == 0 && (fixed = account_role_at(x->s->rights, i)) != NULL; i++)
		rc = role_add(x, tx, fixed->role, fixed->zh, fixed->en, true);
	struct db_query *q = db_query(tx, &role_codes);
	while (rc == 0 && (rc = db_step(q)) == 1)
		rc = role_add(x, tx, db_text(q, 0), db_text(q, 1), db_text(q, 2), false);
	db_done(q);
	return rc;
}

static int roles_read(struct http_request *r, json_t **out)
{
	struct showing x = {account_service_of(r), json_array()};
	int rc = x.roles ? account_read(r, show_tx, &x) : ERR_NOMEM;
	if (rc < 0)
		json_decref(x.roles);
	else
		*out = x.roles;
	return rc;
}

int account_rights_show(struct http_request *r)
{
	const struct account_service *s = account_service_of(r);
	json_t *roles = NULL;
	int rc = roles_read(r, &roles);
	return rc < 0 ? rc
		      : http_reply_json(r, 200,
				json_pack("{s:o,s:o}", "permissions", permissions_json(s->rights), "roles",
					roles));
}

int account_roles_list(struct http_request *r)
{
	json_t *roles = NULL;
	int rc = roles_read(r, &roles);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", roles));
}
