/* Administration of people. An administrator of a tenant manages its people; the platform's own (tenant
 * ACCOUNT_PLATFORM) make administrators of tenants and see no tenant's data. Nobody changes the own account's
 * rights. */
#include "common/crypto/password.h"
#include "common/http/account_impl.h"
#include "common/http/directory_list.h"

#include <stdio.h>
#include <string.h>

DB_STMT(people_page, "SELECT id, login, organisation, roles, name, disabled, created, directory, departed "
		     "FROM account WHERE tenant = :tenant "
		     "AND login > :after ORDER BY login LIMIT 200");
DB_STMT(person_update,
	"UPDATE account SET roles = :roles, organisation = :organisation, disabled = :disabled, password ="
	" CASE WHEN :password = '' THEN password ELSE :password END WHERE tenant = :tenant AND id = :id");
DB_STMT(organisation_known,
	"SELECT count(*) FROM organisation WHERE tenant = :tenant AND code = :code AND disabled = 0");

/* ---- list */

struct listing {
	struct account_service *s;
	const char *after;
	json_t *rows;
};

static int person_json(struct account_service *s, struct db_query *q, json_t **out)
{
	struct buf name;
	buf_init(&name, 1024);
	int rc = vault_unseal(s->vault, "account", "name", db_text(q, 0), db_text(q, 4), &name);
	if (rc == 0) {
		*out = json_pack("{s:s,s:s,s:s,s:s,s:s#,s:b,s:s,s:b,s:b}", "id", db_text(q, 0), "user",
			db_text(q, 1), "organisation", db_text(q, 2), "roles", db_text(q, 3), "name",
			name.n ? (const char *)name.p : "", (int)name.n, "disabled", db_int(q, 5) != 0,
			"created", db_text(q, 6), "directory", *db_text(q, 7) != '\0', "departed",
			db_int(q, 8) != 0);
		rc = *out ? 0 : ERR_NOMEM;
	}
	buf_fini(&name);
	return rc;
}

static int people_tx(struct db_tx *tx, void *arg)
{
	struct listing *l = arg;
	struct db_query *q = db_query(tx, &people_page);
	int rc;
	db_bind_text(q, "after", l->after);
	while ((rc = db_step(q)) == 1) {
		json_t *one = NULL;
		rc = person_json(l->s, q, &one);
		if (rc < 0)
			break;
		json_array_append_new(l->rows, one);
	}
	db_done(q);
	return rc;
}

int account_people(struct http_request *r)
{
	const char *after = http_query(r, "after");
	struct listing l = {account_service_of(r), after ? after : "", json_array()};
	int rc = l.rows ? account_read(r, people_tx, &l) : ERR_NOMEM;
	if (rc < 0) {
		json_decref(l.rows);
		return rc;
	}
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", l.rows));
}

/* ---- add */

struct adding {
	struct account_service *s;
	const struct account_new *a;
	const char *who;
	const struct http_request *r; /* who asks; NULL: the command line */
	struct buf hash;
	struct uuid id;
	struct err_note *note;
};

int account_organisation_check(struct db_tx *tx, const char *code, struct err_note *note)
{
	int64_t known = 0;
	if (!*code)
		return 0;
	struct db_query *q = db_query(tx, &organisation_known);
	db_bind_text(q, "code", code);
	int rc = db_one_int(q, &known);
	return rc == 0 && !known ? err_set(note, ERR_SCHEMA, "organisation: %.31s is unknown", code) : rc;
}

static int add_tx(struct db_tx *tx, void *arg)
{
	struct adding *x = arg;
	int rc = x->r ? account_session_guard(x->s, tx, x->r) : 0;
	db_tx_set_tenant(tx, x->a->tenant);
	if (rc == 0)
		rc = account_roles_check(x->s->rights, tx, x->a->roles, x->note);
	if (rc == 0)
		rc = account_organisation_check(tx, x->a->organisation, x->note);
	if (rc == 0)
		rc = account_insert(x->s, tx, x->a, (const char *)x->hash.p, &x->id);
	if (rc == ERR_EXISTS)
		err_set(x->note, rc, "user %s exists", x->a->user);
	json_t *detail = json_pack("{s:s,s:s}", "roles", x->a->roles, "tenant", x->a->tenant);
	if (rc == 0)
		rc = audit_record(tx, x->who, "account.add", x->a->user, detail);
	json_decref(detail);
	return rc;
}

static int password_make(const char *password, struct buf *hash, struct err_note *note)
{
	size_t n = strlen(password);
	if (n < ACCOUNT_PASSWORD_MIN || n > ACCOUNT_PASSWORD_MAX)
		return err_set(note, ERR_SCHEMA, "password: %d to %d characters", ACCOUNT_PASSWORD_MIN,
			ACCOUNT_PASSWORD_MAX);
	return password_hash(password, hash);
}

static int add(struct adding *x)
{
	const char *user = x->a->user;
	if (!directory_list_user(user))
		return err_set(x->note, ERR_SCHEMA, "user: 2 to %d of a-z, 0-9, dot, dash, underscore",
			ACCOUNT_USER_MAX);
	size_t n = strspn(x->a->tenant, "0123456789");
	if (n != 6 || x->a->tenant[n])
		return err_set(x->note, ERR_SCHEMA,
			"tenant: six digits of a division, or " ACCOUNT_PLATFORM " for the platform");
	if (!account_tenant_served(x->s->rights, x->a->tenant))
		return err_set(
			x->note, ERR_SCHEMA, "tenant: %s is not served here (divisions)", x->a->tenant);
	if (!*x->a->name)
		return err_set(x->note, ERR_SCHEMA, "name: empty");
	if (strlen(x->a->organisation) > 31)
		return err_set(x->note, ERR_SCHEMA, "organisation: at most 31 characters");
	buf_init(&x->hash, 256);
	int rc = password_make(x->a->password, &x->hash, x->note);
	if (rc == 0)
		rc = db_write(x->s->db, x->a->tenant, add_tx, x);
	buf_fini(&x->hash);
	return rc;
}

int account_add(
	struct account_service *s, const struct account_new *a, const char *who, struct err_note *note)
{
	struct adding x = {.s = s, .a = a, .who = who, .note = note};
	return add(&x);
}

static int text(const json_t *o, const char *key, size_t max, const char **out, struct err_note *note)
{
	*out = "";
	return json_object_get(o, key) ? json_get_str(o, key, max, out, note) : 0;
}

int account_person_add(struct http_request *r)
{
	static const char *const keys[] = {
		"user", "name", "roles", "organisation", "password", "tenant", NULL};
	const struct http_account *me = http_user(r);
	const json_t *b = http_body(r);
	struct err_note note = {0};
	struct account_new a = {.id_number = "", .tenant = me->tenant};
	struct adding x = {.s = account_service_of(r), .a = &a, .who = me->user, .r = r, .note = &note};
	bool platform = strcmp(me->tenant, ACCOUNT_PLATFORM) == 0;
	int rc = json_only_keys(b, keys, &note);
	if (rc == 0)
		rc = json_get_str(b, "user", ACCOUNT_USER_MAX, &a.user, &note);
	if (rc == 0)
		rc = json_get_str(b, "name", 95, &a.name, &note);
	if (rc == 0)
		rc = json_get_str(b, "roles", ACCOUNT_ROLES_MAX, &a.roles, &note);
	if (rc == 0)
		rc = text(b, "organisation", 31, &a.organisation, &note);
	if (rc == 0)
		rc = json_get_str(b, "password", ACCOUNT_PASSWORD_MAX, &a.password, &note);
	if (rc == 0 && platform)
		rc = json_get_str(b, "tenant", 6, &a.tenant, &note);
	else if (rc == 0 && json_object_get(b, "tenant"))
		rc = err_set(&note, ERR_DENIED, "tenant: only the platform's administrator names one");
	if (rc == 0 && platform && strcmp(a.roles, "admin") != 0)
		rc = err_set(
			&note, ERR_DENIED, "roles: the platform's administrator makes administrators only");
	if (rc == 0)
		rc = add(&x);
	if (rc < 0)
		return note.err ? http_fail_note(r, &note) : rc;
	return http_reply_json(r, 201, json_pack("{s:s}", "id", x.id.s));
}

/* ---- change */

struct changing {
	struct account_service *s;
	const struct http_account *me;
	const char *id, *roles, *organisation, *password;
	bool disabled;
	struct buf hash;
	struct err_note note;
};

/* What the directory says of a person is changed there; a lock and a password are given here. */
static int directory_check(struct changing *c, const struct account_row *row)
{
	if (row->departed && !c->disabled)
		return err_set(&c->note, ERR_STATE, "disabled: the directory says that this person left");
	if (row->directory[0] &&
		(strcmp(c->roles, row->roles) != 0 || strcmp(c->organisation, row->organisation) != 0))
		return err_set(&c->note, ERR_STATE, "roles: role and organisation come from the directory");
	return 0;
}

static int change_tx(struct db_tx *tx, void *arg)
{
	struct changing *c = arg;
	struct account_row row;
	int rc = account_row_by_id(tx, c->id, &row);
	buf_wipe(row.password, sizeof row.password);
	if (rc == 0)
		rc = directory_check(c, &row);
	if (rc == 0)
		rc = account_roles_check(c->s->rights, tx, c->roles, &c->note);
	if (rc == 0)
		rc = account_organisation_check(tx, c->organisation, &c->note);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &person_update);
	db_bind_text(q, "roles", c->roles);
	db_bind_text(q, "organisation", c->organisation);
	db_bind_int(q, "disabled", c->disabled);
	db_bind_text(q, "password", c->hash.n ? (const char *)c->hash.p : "");
	db_bind_text(q, "id", c->id);
	rc = db_exec(q);
	if (rc == 0)
		rc = account_session_drop_all(tx, c->id, NULL);
	if (rc == 0 && c->hash.n)
		rc = account_throttle_forgive(tx, row.user);
	json_t *detail = json_pack("{s:s,s:s,s:b,s:b}", "from", row.roles, "to", c->roles, "disabled",
		c->disabled, "password", c->hash.n != 0);
	if (rc == 0)
		rc = audit_record(tx, c->me->user, "account.change", row.user, detail);
	json_decref(detail);
	return rc;
}

int account_person_change(struct http_request *r)
{
	static const char *const keys[] = {"roles", "organisation", "disabled", "password", NULL};
	const json_t *b = http_body(r), *disabled = json_object_get(b, "disabled");
	struct changing c = {.s = account_service_of(r),
		.me = http_user(r),
		.id = http_param(r, "id"),
		.disabled = json_is_true(disabled)};
	int rc = json_only_keys(b, keys, &c.note);
	if (rc == 0)
		rc = json_get_str(b, "roles", ACCOUNT_ROLES_MAX, &c.roles, &c.note);
	if (rc == 0)
		rc = text(b, "organisation", 31, &c.organisation, &c.note);
	if (rc == 0)
		rc = text(b, "password", ACCOUNT_PASSWORD_MAX, &c.password, &c.note);
	if (rc == 0 && disabled && !json_is_boolean(disabled))
		rc = err_set(&c.note, ERR_SCHEMA, "disabled: true or false");
	if (rc == 0 && strcmp(c.id, c.me->id) == 0)
		rc = err_set(&c.note, ERR_DENIED, "nobody changes the own rights");
	buf_init(&c.hash, 256);
	if (rc == 0 && *c.password)
		rc = password_make(c.password, &c.hash, &c.note);
	if (rc == 0)
		rc = account_act(r, change_tx, &c);
	buf_fini(&c.hash);
	if (rc < 0)
		return c.note.err ? http_fail_note(r, &c.note) : rc;
	return http_reply_json(r, 200, json_object());
}
