#include "zones/internet/store/mail.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

DB_STMT(mail_select,
	"SELECT address, pending FROM person_mail WHERE tenant = :tenant AND account = :account");
DB_STMT(mail_upsert_pending,
	"INSERT INTO person_mail (tenant, account, address, pending, confirmed_at) VALUES (:tenant, "
	":account, "
	"'', :pending, '') ON CONFLICT (tenant, account) DO UPDATE SET pending = excluded.pending");
DB_STMT(mail_update_confirmed, "UPDATE person_mail SET address = :address, pending = '', confirmed_at = :at "
			       "WHERE tenant = :tenant AND account = :account");
DB_STMT(mail_delete, "DELETE FROM person_mail WHERE tenant = :tenant AND account = :account");
DB_STMT(mail_off_count, "SELECT count(*) FROM person_off WHERE tenant = :tenant AND account = :account AND "
			"channel = :channel");
DB_STMT(mail_off_insert, "INSERT INTO person_off (tenant, account, channel, at) VALUES (:tenant, :account, "
			 ":channel, :at) ON CONFLICT DO NOTHING");
DB_STMT(mail_off_delete,
	"DELETE FROM person_off WHERE tenant = :tenant AND account = :account AND channel = :channel");
DB_STMT(mail_accounts,
	"SELECT p.account FROM person_mail p WHERE p.tenant = :tenant AND p.address <> '' AND p.account IN "
	"(SELECT a.owner FROM application a WHERE a.tenant = :tenant AND a.id = :application UNION SELECT "
	"c.id FROM account c JOIN application_party q ON q.tenant = c.tenant AND q.id_index = c.id_index "
	"WHERE c.tenant = :tenant AND q.application = :application AND c.disabled = 0) AND NOT EXISTS "
	"(SELECT "
	"1 FROM person_off o WHERE o.tenant = p.tenant AND o.account = p.account AND o.channel = 'mail') "
	"ORDER BY p.account LIMIT 50");

static int unseal(struct vault *v, const char *column, const char *account, const char *sealed,
	char out[static MAIL_ADDRESS])
{
	struct buf text;
	out[0] = '\0';
	if (!*sealed)
		return 0;
	buf_init(&text, MAIL_ADDRESS - 1);
	int rc = vault_unseal(v, "person_mail", column, account, sealed, &text);
	if (rc == 0)
		snprintf(out, MAIL_ADDRESS, "%s", text.n ? (const char *)text.p : "");
	buf_fini(&text);
	return rc;
}

int mail_get(struct db_tx *tx, struct vault *v, const char *account, struct mail_address *out)
{
	struct db_query *q = db_query(tx, &mail_select);
	memset(out, 0, sizeof *out);
	db_bind_text(q, "account", account);
	int rc = db_step(q);
	if (rc == 1) {
		rc = unseal(v, "address", account, db_text(q, 0), out->address);
		if (rc == 0)
			rc = unseal(v, "pending", account, db_text(q, 1), out->pending);
	}
	db_done(q);
	return rc;
}

int mail_ask(struct db_tx *tx, struct vault *v, const char *account, const char *address)
{
	struct buf sealed;
	buf_init(&sealed, 1024);
	int rc = vault_seal(v, "person_mail", "pending", account, view_str(address), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &mail_upsert_pending);
		db_bind_text(q, "account", account);
		db_bind_textn(q, "pending", buf_view(&sealed));
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

int mail_confirm(struct db_tx *tx, struct vault *v, const char *account)
{
	struct mail_address m;
	struct buf sealed;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	buf_init(&sealed, 1024);
	int rc = mail_get(tx, v, account, &m);
	if (rc == 0 && !m.pending[0])
		rc = ERR_STATE;
	if (rc == 0)
		rc = vault_seal(v, "person_mail", "address", account, view_str(m.pending), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &mail_update_confirmed);
		db_bind_text(q, "account", account);
		db_bind_textn(q, "address", buf_view(&sealed));
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	buf_wipe(&m, sizeof m);
	return rc;
}

int mail_remove(struct db_tx *tx, const char *account)
{
	struct db_query *q = db_query(tx, &mail_delete);
	db_bind_text(q, "account", account);
	return db_exec(q);
}

int mail_channel_on(struct db_tx *tx, const char *account, const char *channel, bool *on)
{
	int64_t n = 0;
	struct db_query *q = db_query(tx, &mail_off_count);
	db_bind_text(q, "account", account);
	db_bind_text(q, "channel", channel);
	int rc = db_one_int(q, &n);
	*on = n == 0;
	return rc;
}

int mail_channel_set(struct db_tx *tx, const char *account, const char *channel, bool on)
{
	char at[TIME_TEXT];
	struct db_query *q = db_query(tx, on ? &mail_off_delete : &mail_off_insert);
	db_bind_text(q, "account", account);
	db_bind_text(q, "channel", channel);
	if (!on) {
		time_text(time_now_ms(), at);
		db_bind_text(q, "at", at);
	}
	return db_exec(q);
}

static json_t *account_row(struct db_query *q)
{
	return json_string(db_text(q, 0));
}

int mail_reached(struct db_tx *tx, const char *application, json_t **out)
{
	struct db_query *q = db_query(tx, &mail_accounts);
	db_bind_text(q, "application", application);
	return db_rows(q, account_row, out);
}
