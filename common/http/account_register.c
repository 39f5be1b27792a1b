#include "common/crypto/password.h"
#include "common/http/account_impl.h"

#include <stdio.h>
#include <string.h>

#define PHONE_DIGITS 11

DB_STMT(account_set_password, "UPDATE account SET password = :password WHERE tenant = :tenant AND id = :id");
DB_STMT(account_set_number, "UPDATE account SET id_number = :id_number, id_index = :id_index, roles = :role "
			    "WHERE tenant = :tenant AND id = "
			    ":id");

static bool is_phone(const char *user)
{
	return user[0] == '1' && strspn(user, "0123456789") == PHONE_DIGITS && !user[PHONE_DIGITS];
}

int account_row_by_name(
	struct account_service *s, struct db_tx *tx, const char *name, struct account_row *out)
{
	char id[37];
	if (!is_phone(name) || !s->rights->by_phone || !s->rights->tenant)
		return account_row_by_user(tx, name, out);
	db_tx_set_tenant(tx, s->rights->tenant);
	int rc = s->rights->by_phone(tx, s->vault, name, id);
	return rc == 0 ? account_row_by_id(tx, id, out) : rc;
}

static int hash_make(struct account_service *s, const char *password, struct buf *hash, struct err_note *note)
{
	size_t n = strlen(password);
	if (n < ACCOUNT_PASSWORD_MIN || n > ACCOUNT_PASSWORD_MAX)
		return err_set(note, ERR_SCHEMA, "password: %d to %d characters", ACCOUNT_PASSWORD_MIN,
			ACCOUNT_PASSWORD_MAX);
	int rc = account_slow_enter(s, false);
	if (rc < 0)
		return rc;
	rc = password_hash(password, hash);
	account_slow_leave(s);
	return rc;
}

struct registering {
	struct account_service *s;
	const struct account_self *a;
	account_also *also;
	void *arg;
	const char *address, *old;
	struct buf hash;
	struct uuid id;
	char login[ACCOUNT_USER_MAX + 1], cookie[ACCOUNT_COOKIE];
};

/* The browser in which the number was proved is one that the account knows. */
static int marked(struct http_request *r, struct account_service *s, const char *id, const char *hash)
{
	struct account_row row = {0};
	snprintf(row.id, sizeof row.id, "%s", id);
	snprintf(row.password, sizeof row.password, "%s", hash);
	int rc = account_device_mark(s, r, &row);
	buf_wipe(&row, sizeof row);
	return rc;
}

static int register_tx(struct db_tx *tx, void *arg)
{
	struct registering *g = arg;
	const struct account_new new = {
		g->login, g->a->role, db_tx_tenant(tx), "", g->a->name, "", g->a->password};
	int rc = account_insert(g->s, tx, &new, (const char *)g->hash.p, &g->id);
	if (rc == 0)
		rc = g->also(tx, g->id.s, g->arg);
	if (rc == 0 && g->old)
		rc = account_session_drop(tx, g->old);
	if (rc == 0)
		rc = account_session_add(tx, g->id.s, g->cookie, g->address);
	return rc == 0 ? audit_record(tx, g->login, "account.registered", g->id.s, NULL) : rc;
}

int account_register(struct http_request *r, const struct account_self *a, account_also *also, void *arg,
	struct err_note *note)
{
	struct registering g = {.s = account_service_of(r),
		.a = a,
		.also = also,
		.arg = arg,
		.address = http_address(r),
		.old = http_session(r)};
	struct digest raw;
	if (!*a->name)
		return err_set(note, ERR_SCHEMA, "name: empty");
	if (!is_phone(a->phone))
		return err_set(note, ERR_SCHEMA, "phone: eleven digits of a mobile number");
	random_bytes(&raw, sizeof raw);
	digest_hex(&raw, g.cookie);
	buf_wipe(&raw, sizeof raw);
	buf_init(&g.hash, 256);
	snprintf(g.login, sizeof g.login, "m-%s", uuid_new().s);
	int rc = hash_make(g.s, a->password, &g.hash, note);
	if (rc == 0)
		rc = db_write(g.s->db, g.s->rights->tenant, register_tx, &g);
	if (rc == 0)
		rc = http_set_cookie(r, HTTP_SESSION_COOKIE, g.cookie, account_session_life_s);
	if (rc == 0)
		rc = marked(r, g.s, g.id.s, (const char *)g.hash.p);
	buf_fini(&g.hash);
	buf_wipe(&g, sizeof g);
	return rc;
}

struct resetting {
	struct account_service *s;
	const char *phone;
	struct buf hash;
	char id[37];
};

static int reset_tx(struct db_tx *tx, void *arg)
{
	struct resetting *g = arg;
	struct account_row row;
	int rc = account_row_by_name(g->s, tx, g->phone, &row);
	buf_wipe(row.password, sizeof row.password);
	if (rc == 0 && row.disabled)
		rc = ERR_NOTFOUND;
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &account_set_password);
	db_bind_text(q, "password", (const char *)g->hash.p);
	db_bind_text(q, "id", row.id);
	rc = db_exec(q);
	if (rc == 0)
		rc = account_session_drop_all(tx, row.id, NULL);
	if (rc == 0)
		rc = account_throttle_forgive(tx, g->phone);
	snprintf(g->id, sizeof g->id, "%s", row.id);
	return rc == 0 ? audit_record(tx, row.user, "account.password-reset", row.id, NULL) : rc;
}

int account_reset(struct http_request *r, const char *phone, const char *password, struct err_note *note)
{
	struct account_service *s = account_service_of(r);
	struct resetting g = {.s = s, .phone = phone};
	buf_init(&g.hash, 256);
	int rc = is_phone(phone) ? hash_make(s, password, &g.hash, note) : ERR_NOTFOUND;
	if (rc == 0)
		rc = db_write(s->db, s->rights->tenant, reset_tx, &g);
	if (rc == 0)
		rc = marked(r, s, g.id, (const char *)g.hash.p);
	buf_fini(&g.hash);
	return rc;
}

int account_prove(struct account_service *s, struct db_tx *tx, const char *id, const char *id_number,
	const char *role, const char *who)
{
	struct account_row row, other;
	struct vault_lookup person;
	struct buf number, index;
	buf_init(&number, 4096);
	buf_init(&index, 256);
	int rc = account_row_by_id(tx, id, &row);
	buf_wipe(row.password, sizeof row.password);
	if (rc == 0)
		rc = vault_unseal(s->vault, "account", "id_number", id, row.id_number, &number);
	if (rc == 0 && number.n)
		rc = ERR_STATE;
	buf_reset(&number);
	if (rc == 0)
		rc = vault_index(s->vault, "id-number", id_number, &index);
	if (rc == 0)
		rc = vault_find(s->vault, "id-number", id_number, &person);
	if (rc == 0) {
		rc = account_row_by_number(tx, &person, &other);
		buf_wipe(&other, sizeof other);
		rc = rc == 0 ? ERR_EXISTS : rc == ERR_NOTFOUND ? 0 : rc;
	}
	if (rc == 0)
		rc = vault_seal(s->vault, "account", "id_number", id, view_str(id_number), &number);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &account_set_number);
		db_bind_textn(q, "id_number", buf_view(&number));
		db_bind_textn(q, "id_index", buf_view(&index));
		db_bind_text(q, "role", role);
		db_bind_text(q, "id", id);
		rc = db_exec(q);
	}
	json_t *detail = json_pack("{s:s}", "role", role);
	if (rc == 0)
		rc = audit_record(tx, who, "account.proved", id, detail);
	json_decref(detail);
	buf_fini(&number);
	buf_fini(&index);
	return rc;
}

int account_name(struct account_service *s, struct db_tx *tx, const char *id, char out[static 96])
{
	struct account_row row;
	struct buf name;
	buf_init(&name, 95);
	int rc = account_row_by_id(tx, id, &row);
	buf_wipe(row.password, sizeof row.password);
	if (rc == 0)
		rc = vault_unseal(s->vault, "account", "name", id, row.name, &name);
	if (rc == 0)
		snprintf(out, 96, "%s", name.n ? (const char *)name.p : "");
	buf_fini(&name);
	return rc;
}
