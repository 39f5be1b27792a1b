/* Permissions and roles: the zone's own tables, and roles that administrators made. */
#include "common/http/account_impl.h"

#include <string.h>

const struct account_permission account_permissions[] = {
	{"account.read", "查看人员、角色与机构", "see people, roles and organisations", ACCOUNT_PAGE,
		ACCOUNT_SYSTEM},
	{"account.write", "管理人员、角色与机构", "manage people, roles and organisations", ACCOUNT_ACTION,
		ACCOUNT_SYSTEM},
	{"rights.read", "查看有效权限", "see effective rights", ACCOUNT_PAGE, ACCOUNT_ANY},
	{"look.read", "查看敏感信息查阅记录", "see who looked at personal data", ACCOUNT_PAGE,
		ACCOUNT_SECURITY},
	{"key.read", "查看数据密钥", "see the data keys", ACCOUNT_PAGE, ACCOUNT_SECURITY},
	{"link.decide", "链路处置", "decide what holds up a link", ACCOUNT_ACTION, ACCOUNT_SECURITY},
	{"key.rotate", "更换数据密钥", "rotate the data keys", ACCOUNT_ACTION, ACCOUNT_SECURITY},
	{"fixity.read", "查看文件完好性检查", "see the sweeps over stored files", ACCOUNT_PAGE,
		ACCOUNT_SECURITY},
	{NULL, NULL, NULL, ACCOUNT_PAGE, ACCOUNT_ANY},
};
static const struct account_role administrator = {
	"admin", "系统管理员", "administrator", "account.read account.write rights.read"};

DB_STMT(role_by_code, "SELECT permissions FROM role WHERE tenant = :tenant AND code = :code");

const struct account_permission *account_permission_at(const struct account_rights *r, size_t i)
{
	size_t own = 0;
	while (account_permissions[own].code)
		own++;
	if (i < own)
		return &account_permissions[i];
	const struct account_permission *p = r->permissions;
	for (i -= own; p && p->code && i > 0; i--)
		p++;
	return p && p->code ? p : NULL;
}

const struct account_permission *account_permission_find(const struct account_rights *r, const char *code)
{
	const struct account_permission *p;
	for (size_t i = 0; (p = account_permission_at(r, i)) != NULL; i++)
		if (strcmp(p->code, code) == 0)
			return p;
	return NULL;
}

const struct account_role *account_role_at(const struct account_rights *r, size_t i)
{
	if (i == 0)
		return &administrator;
	const struct account_role *x = r->roles;
	for (i--; x && x->role && i > 0; i--)
		x++;
	return x && x->role ? x : NULL;
}

const struct account_role *account_role_builtin(const struct account_rights *r, const char *code)
{
	const struct account_role *x;
	for (size_t i = 0; (x = account_role_at(r, i)) != NULL; i++)
		if (strcmp(x->role, code) == 0)
			return x;
	return NULL;
}

int account_words(const char *list, int (*each)(void *arg, const char *word), void *arg)
{
	char word[64];
	while (*list) {
		size_t n = strcspn(list, " ");
		if (n == 0 || n >= sizeof word)
			return ERR_SCHEMA;
		memcpy(word, list, n);
		word[n] = '\0';
		int rc = each(arg, word);
		if (rc < 0)
			return rc;
		list += n + (list[n] == ' ');
	}
	return 0;
}

static int grant_one(void *arg, const char *permission)
{
	struct http_account *a = arg;
	for (size_t i = 0; i < a->npermissions; i++)
		if (strcmp(a->permissions[i], permission) == 0)
			return 0;
	if (a->npermissions == ACCOUNT_PERMISSIONS_MAX)
		return ERR_LIMIT;
	snprintf(a->permissions[a->npermissions++], sizeof a->permissions[0], "%s", permission);
	return 0;
}

/* Of the transaction's tenant. */
static int role_permissions(const struct account_rights *r, struct db_tx *tx, const char *role,
	char out[static ACCOUNT_ROLE_PERMISSIONS_MAX + 1])
{
	const struct account_role *fixed = account_role_builtin(r, role);
	if (fixed) {
		snprintf(out, ACCOUNT_ROLE_PERMISSIONS_MAX + 1, "%s", fixed->permissions);
		return 0;
	}
	struct db_query *q = db_query(tx, &role_by_code);
	db_bind_text(q, "code", role);
	int rc = db_step(q);
	if (rc == 1)
		snprintf(out, ACCOUNT_ROLE_PERMISSIONS_MAX + 1, "%s", db_text(q, 0));
	db_done(q);
	return db_found(rc);
}

int account_role_grant(
	const struct account_rights *r, struct db_tx *tx, const char *role, struct http_account *a)
{
	char permissions[ACCOUNT_ROLE_PERMISSIONS_MAX + 1];
	int rc = role_permissions(r, tx, role, permissions);
	return rc < 0 ? rc : account_words(permissions, grant_one, a);
}

struct checking {
	const struct account_rights *rights;
	struct db_tx *tx;
	enum account_duty duty;
	struct err_note *note;
};

static int permission_check(void *arg, const char *code)
{
	struct checking *c = arg;
	const struct account_permission *p = account_permission_find(c->rights, code);
	if (!p)
		return err_set(c->note, ERR_SCHEMA, "permissions: %s is unknown", code);
	if (p->duty == ACCOUNT_ANY)
		return 0;
	if (c->duty != ACCOUNT_ANY && c->duty != p->duty)
		return err_set(c->note, ERR_REFUSED,
			"%s: administration, business and security may not be held together", code);
	c->duty = p->duty;
	return 0;
}

int account_role_check(const struct account_rights *r, const char *permissions, enum account_duty *duty,
	struct err_note *note)
{
	struct checking c = {.rights = r, .note = note};
	int rc = account_words(permissions, permission_check, &c);
	if (rc == ERR_SCHEMA && !note->err)
		err_set(note, rc, "permissions: one space between codes");
	if (rc == 0 && duty)
		*duty = c.duty;
	return rc;
}

static int held_check(void *arg, const char *role)
{
	struct checking *c = arg;
	char permissions[ACCOUNT_ROLE_PERMISSIONS_MAX + 1];
	int rc = role_permissions(c->rights, c->tx, role, permissions);
	if (rc == ERR_NOTFOUND)
		return err_set(c->note, ERR_SCHEMA, "roles: %s is unknown in this zone", role);
	return rc != 0 ? rc : account_words(permissions, permission_check, c);
}

int account_roles_check(
	const struct account_rights *r, struct db_tx *tx, const char *roles, struct err_note *note)
{
	struct checking c = {.rights = r, .tx = tx, .note = note};
	if (!*roles || strlen(roles) > ACCOUNT_ROLES_MAX)
		return err_set(
			note, ERR_SCHEMA, "roles: at least one, at most %d characters", ACCOUNT_ROLES_MAX);
	int rc = account_words(roles, held_check, &c);
	return rc == ERR_SCHEMA && !note->err ? err_set(note, rc, "roles: one space between codes") : rc;
}
