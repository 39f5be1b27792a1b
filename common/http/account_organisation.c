/* Organisations and the roles that a tenant's administrator makes. */
#include "common/http/account_impl.h"

#include <string.h>

DB_STMT(role_put,
	"INSERT INTO role (tenant, code, zh, en, permissions) VALUES (:tenant, :code, :zh, :en, "
	":permissions) "
	"ON CONFLICT (tenant, code) DO UPDATE SET zh = excluded.zh, en = excluded.en, permissions = "
	"excluded.permissions");
DB_STMT(role_delete, "DELETE FROM role WHERE tenant = :tenant AND code = :code");
DB_STMT(role_holders, "SELECT id, roles FROM account WHERE tenant = :tenant");
DB_STMT(organisation_page,
	"SELECT code, name, kind, disabled FROM organisation WHERE tenant = :tenant ORDER BY code");
DB_STMT(organisation_put,
	"INSERT INTO organisation (tenant, code, name, kind, disabled) VALUES (:tenant, :code, :name, "
	":kind, :disabled) ON CONFLICT (tenant, code) DO UPDATE SET name = excluded.name, kind = "
	"excluded.kind, disabled = excluded.disabled");

static bool code_good(const char *code)
{
	size_t n = strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return n >= 2 && n <= ACCOUNT_ROLE_MAX && !code[n];
}

struct putting {
	struct account_service *s;
	const struct http_account *me;
	const char *code, *a, *b, *c;
	bool disabled;
	struct err_note note;
};

static int answer(struct http_request *r, int rc, const struct err_note *note)
{
	if (rc < 0)
		return note->err ? http_fail_note(r, note) : rc;
	return http_reply_json(r, 200, json_object());
}

/* ---- roles */

struct word {
	const char *code;
	bool found;
};

static int word_is(void *arg, const char *word)
{
	struct word *w = arg;
	w->found = w->found || strcmp(w->code, word) == 0;
	return 0;
}

/* Every holder of the role must still hold one duty; with `none`, nobody may hold it at all. */
static int holders_check(struct putting *p, struct db_tx *tx, bool none)
{
	struct db_query *q = db_query(tx, &role_holders);
	int rc;
	while ((rc = db_step(q)) == 1) {
		struct word w = {p->code, false};
		rc = account_words(db_text(q, 1), word_is, &w);
		if (rc == 0 && w.found)
			rc = none ? err_set(&p->note, ERR_STATE, "%s: somebody holds this role", p->code)
				  : account_roles_check(p->s->rights, tx, db_text(q, 1), &p->note);
		if (rc < 0)
			break;
	}
	db_done(q);
	return rc;
}

static int role_put_tx(struct db_tx *tx, void *arg)
{
	struct putting *p = arg;
	struct db_query *q = db_query(tx, &role_put);
	db_bind_text(q, "code", p->code);
	db_bind_text(q, "zh", p->a);
	db_bind_text(q, "en", p->b);
	db_bind_text(q, "permissions", p->c);
	int rc = db_exec(q);
	if (rc == 0)
		rc = holders_check(p, tx, false);
	json_t *detail = json_pack("{s:s}", "permissions", p->c);
	if (rc == 0)
		rc = audit_record(tx, p->me->user, "role.put", p->code, detail);
	json_decref(detail);
	return rc;
}

int account_role_put(struct http_request *r)
{
	static const char *const keys[] = {"zh", "en", "permissions", NULL};
	struct putting p = {.s = account_service_of(r), .me = http_user(r), .code = http_param(r, "code")};
	const json_t *b = http_body(r);
	int rc = json_only_keys(b, keys, &p.note);
	if (rc == 0)
		rc = json_get_str(b, "zh", 60, &p.a, &p.note);
	if (rc == 0)
		rc = json_get_str(b, "en", 60, &p.b, &p.note);
	if (rc == 0)
		rc = json_get_str(b, "permissions", ACCOUNT_ROLE_PERMISSIONS_MAX, &p.c, &p.note);
	if (rc == 0 && !code_good(p.code))
		rc = err_set(&p.note, ERR_SCHEMA, "code: 2 to %d of a-z, 0-9, dash", ACCOUNT_ROLE_MAX);
	if (rc == 0 && account_role_builtin(p.s->rights, p.code))
		rc = err_set(&p.note, ERR_STATE, "%s: this role is fixed", p.code);
	if (rc == 0)
		rc = account_role_check(p.s->rights, p.c, NULL, &p.note);
	if (rc == 0)
		rc = account_act(r, role_put_tx, &p);
	return answer(r, rc, &p.note);
}

static int role_delete_tx(struct db_tx *tx, void *arg)
{
	struct putting *p = arg;
	int rc = holders_check(p, tx, true);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &role_delete);
	db_bind_text(q, "code", p->code);
	rc = db_exec(q);
	if (rc == 0 && db_changes(tx) == 0)
		rc = ERR_NOTFOUND;
	return rc == 0 ? audit_record(tx, p->me->user, "role.delete", p->code, NULL) : rc;
}

int account_role_delete(struct http_request *r)
{
	struct putting p = {.s = account_service_of(r), .me = http_user(r), .code = http_param(r, "code")};
	return answer(r, account_act(r, role_delete_tx, &p), &p.note);
}

/* ---- organisations */

static int organisations_tx(struct db_tx *tx, void *arg)
{
	json_t *rows = arg;
	struct db_query *q = db_query(tx, &organisation_page);
	int rc;
	while ((rc = db_step(q)) == 1)
		json_array_append_new(
			rows, json_pack("{s:s,s:s,s:s,s:b}", "code", db_text(q, 0), "name", db_text(q, 1),
				      "kind", db_text(q, 2), "disabled", db_int(q, 3) != 0));
	db_done(q);
	return rc;
}

int account_organisations(struct http_request *r)
{
	json_t *rows = json_array();
	int rc = rows ? account_read(r, organisations_tx, rows) : ERR_NOMEM;
	if (rc < 0) {
		json_decref(rows);
		return rc;
	}
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", rows));
}

static int organisation_put_tx(struct db_tx *tx, void *arg)
{
	struct putting *p = arg;
	struct db_query *q = db_query(tx, &organisation_put);
	db_bind_text(q, "code", p->code);
	db_bind_text(q, "name", p->a);
	db_bind_text(q, "kind", p->b);
	db_bind_int(q, "disabled", p->disabled);
	int rc = db_exec(q);
	if (rc == ERR_CONFLICT)
		rc = err_set(
			&p->note, ERR_SCHEMA, "kind: office, department, bank, developer, agent or other");
	return rc == 0 ? audit_record(tx, p->me->user, "organisation.put", p->code, NULL) : rc;
}

int account_organisation_put(struct http_request *r)
{
	static const char *const keys[] = {"name", "kind", "disabled", NULL};
	const json_t *b = http_body(r);
	struct putting p = {.s = account_service_of(r),
		.me = http_user(r),
		.code = http_param(r, "code"),
		.disabled = json_is_true(json_object_get(b, "disabled"))};
	int rc = json_only_keys(b, keys, &p.note);
	if (rc == 0)
		rc = json_get_str(b, "name", 120, &p.a, &p.note);
	if (rc == 0)
		rc = json_get_str(b, "kind", 20, &p.b, &p.note);
	if (rc == 0 && !code_good(p.code))
		rc = err_set(&p.note, ERR_SCHEMA, "code: 2 to %d of a-z, 0-9, dash", ACCOUNT_ROLE_MAX);
	if (rc == 0)
		rc = account_act(r, organisation_put_tx, &p);
	return answer(r, rc, &p.note);
}
