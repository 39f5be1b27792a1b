/* Rows of account. Names and identity numbers are sealed; they are opened for the person and where a page
 * needs them. */
#include "common/http/account_impl.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS_OF(a)                                                                                        \
	a "tenant, " a "id, " a "login, " a "organisation, " a "roles, " a "password, " a "name, " a         \
	  "id_number, " a "disabled, " a "directory, " a "departed"
#define COLUMNS COLUMNS_OF("")
DB_STMT_CROSS(account_by_login, "SELECT " COLUMNS " FROM account WHERE login = :login");
DB_STMT(account_by_id, "SELECT " COLUMNS " FROM account WHERE tenant = :tenant AND id = :id");
DB_STMT_CROSS(account_by_session,
	"SELECT " COLUMNS_OF(
		"a.") ", s.seen_at FROM session s JOIN account a ON a.tenant = s.tenant AND a.id = "
		      "s.account WHERE s.digest = :digest AND s.seen_at > :idle AND s.created_at > :born AND "
		      "a.disabled = "
		      "0");
DB_STMT(account_by_directory,
	"SELECT " COLUMNS
	" FROM account WHERE tenant = :tenant AND directory = :directory AND directory <> ''");
DB_STMT(account_by_number,
	"SELECT " COLUMNS " FROM account WHERE tenant = :tenant AND id_index IN (:now, :before) ORDER BY "
	"created, id LIMIT 1");
DB_STMT(account_insert_row, "INSERT INTO account (tenant, id, login, organisation, roles, name, id_number, "
			    "id_index, password, created)"
			    " VALUES (:tenant, :id, :login, :organisation, :roles, :name, :id_number, "
			    ":id_index, :password, :at)");

static void row_fill(struct db_query *q, struct account_row *out)
{
	snprintf(out->tenant, sizeof out->tenant, "%s", db_text(q, 0));
	snprintf(out->id, sizeof out->id, "%s", db_text(q, 1));
	snprintf(out->user, sizeof out->user, "%s", db_text(q, 2));
	snprintf(out->organisation, sizeof out->organisation, "%s", db_text(q, 3));
	snprintf(out->roles, sizeof out->roles, "%s", db_text(q, 4));
	snprintf(out->password, sizeof out->password, "%s", db_text(q, 5));
	snprintf(out->name, sizeof out->name, "%s", db_text(q, 6));
	snprintf(out->id_number, sizeof out->id_number, "%s", db_text(q, 7));
	out->disabled = db_int(q, 8) != 0;
	snprintf(out->directory, sizeof out->directory, "%s", db_text(q, 9));
	out->departed = db_int(q, 10) != 0;
}

static int row_take(struct db_query *q, struct account_row *out)
{
	int rc = db_step(q);
	if (rc == 1)
		row_fill(q, out);
	db_done(q);
	return db_found(rc);
}

int account_row_by_user(struct db_tx *tx, const char *user, struct account_row *out)
{
	struct db_query *q = db_query(tx, &account_by_login);
	db_bind_text(q, "login", user);
	return row_take(q, out);
}

int account_row_by_id(struct db_tx *tx, const char *id, struct account_row *out)
{
	struct db_query *q = db_query(tx, &account_by_id);
	db_bind_text(q, "id", id);
	return row_take(q, out);
}

int account_row_by_session(struct db_tx *tx, const struct digest *session, int64_t idle, int64_t born,
	struct account_row *out, int64_t *seen)
{
	struct db_query *q = db_query(tx, &account_by_session);
	db_bind_digest(q, "digest", session);
	db_bind_int(q, "idle", idle);
	db_bind_int(q, "born", born);
	int rc = db_step(q);
	if (rc == 1) {
		row_fill(q, out);
		*seen = db_int(q, 11);
	}
	db_done(q);
	return db_found(rc);
}

int account_row_by_directory(struct db_tx *tx, const char *directory, struct account_row *out)
{
	struct db_query *q = db_query(tx, &account_by_directory);
	db_bind_text(q, "directory", directory);
	return row_take(q, out);
}

int account_row_by_number(struct db_tx *tx, const struct vault_lookup *person, struct account_row *out)
{
	struct db_query *q = db_query(tx, &account_by_number);
	db_bind_text(q, "now", person->now);
	db_bind_text(q, "before", person->before);
	return row_take(q, out);
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

struct granting {
	const struct account_rights *rights;
	struct db_tx *tx;
	struct http_account *a;
};

/* A role that was removed meanwhile gives nothing. */
static int grant(void *arg, const char *role)
{
	struct granting *g = arg;
	int rc = account_role_grant(g->rights, g->tx, role, g->a);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int account_open(const struct account_service *s, struct db_tx *tx, const struct account_row *row,
	struct http_account **out)
{
	struct http_account *a = calloc(1, sizeof *a);
	if (!a)
		return ERR_NOMEM;
	snprintf(a->id, sizeof a->id, "%s", row->id);
	snprintf(a->user, sizeof a->user, "%s", row->user);
	snprintf(a->tenant, sizeof a->tenant, "%s", row->tenant);
	snprintf(a->organisation, sizeof a->organisation, "%s", row->organisation);
	snprintf(a->roles, sizeof a->roles, "%s", row->roles);
	int rc = unseal(s, "name", a->id, row->name, a->name, sizeof a->name);
	if (rc == 0)
		rc = unseal(s, "id_number", a->id, row->id_number, a->id_number, sizeof a->id_number);
	db_tx_set_tenant(tx, a->tenant);
	struct granting g = {s->rights, tx, a};
	if (rc == 0)
		rc = account_words(a->roles, grant, &g);
	if (rc < 0)
		s->auth.free(a);
	else
		*out = a;
	return rc;
}

int account_insert(struct account_service *s, struct db_tx *tx, const struct account_new *a, const char *hash,
	struct uuid *id)
{
	struct buf name, number, index;
	char at[TIME_TEXT];
	*id = uuid_new();
	time_text(time_now_ms(), at);
	buf_init(&name, 4096);
	buf_init(&number, 4096);
	buf_init(&index, 256);
	int rc = vault_seal(s->vault, "account", "name", id->s, view_str(a->name), &name);
	if (rc == 0)
		rc = vault_seal(s->vault, "account", "id_number", id->s, view_str(a->id_number), &number);
	if (rc == 0)
		rc = vault_index(s->vault, "id-number", a->id_number, &index);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &account_insert_row);
		db_bind_text(q, "id", id->s);
		db_bind_text(q, "login", a->user);
		db_bind_text(q, "organisation", a->organisation);
		db_bind_text(q, "roles", a->roles);
		db_bind_textn(q, "name", buf_view(&name));
		db_bind_textn(q, "id_number", buf_view(&number));
		db_bind_textn(q, "id_index", buf_view(&index));
		db_bind_text(q, "password", hash);
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	buf_fini(&name);
	buf_fini(&number);
	buf_fini(&index);
	return rc;
}
