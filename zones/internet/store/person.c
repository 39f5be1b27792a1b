#include "zones/internet/store/person.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

DB_STMT(person_insert, "INSERT INTO person (tenant, account, phone, phone_index, level, at) VALUES (:tenant, "
		       ":account, :phone, :phone_index, 'phone', :at)");
#define COLUMNS "account, phone, level, at, proved_at"
DB_STMT(person_select, "SELECT " COLUMNS " FROM person WHERE tenant = :tenant AND account = :account");
DB_STMT(person_select_phone,
	"SELECT " COLUMNS " FROM person WHERE tenant = :tenant AND phone_index IN (:now, :before)");
DB_STMT(person_prove, "UPDATE person SET level = :level, proved_at = :at, proved_by = :who WHERE tenant = "
		      ":tenant AND account = :account AND level = 'phone'");
DB_STMT(notice_version,
	"SELECT coalesce(max(version), 0) FROM article WHERE tenant = :tenant AND slug = :slug AND state = "
	"'published'");
DB_STMT(notice_open,
	"SELECT count(*) FROM article a WHERE a.tenant = :tenant AND a.slug = :slug AND a.state = "
	"'published' "
	"AND NOT EXISTS (SELECT 1 FROM notice_acceptance n WHERE n.tenant = a.tenant AND n.account = "
	":account AND n.version = a.version)");
DB_STMT(notice_accept, "INSERT INTO notice_acceptance (tenant, account, version, at) VALUES (:tenant, "
		       ":account, :version, :at) ON CONFLICT DO NOTHING");
DB_STMT(notice_accepted, "SELECT version, at FROM notice_acceptance WHERE tenant = :tenant AND account = "
			 ":account ORDER BY version DESC LIMIT 100");

int person_add(struct db_tx *tx, struct vault *v, const char *account, const char *phone)
{
	struct buf sealed, index;
	char at[TIME_TEXT];
	buf_init(&sealed, 1024);
	buf_init(&index, 256);
	time_text(time_now_ms(), at);
	int rc = vault_seal(v, "person", "phone", account, view_str(phone), &sealed);
	if (rc == 0)
		rc = vault_index(v, "phone", phone, &index);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &person_insert);
		db_bind_text(q, "account", account);
		db_bind_textn(q, "phone", buf_view(&sealed));
		db_bind_textn(q, "phone_index", buf_view(&index));
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	buf_fini(&index);
	return rc;
}

static int person_take(struct db_query *q, struct vault *v, struct person *out)
{
	struct person p = {.account = ""};
	struct buf phone;
	buf_init(&phone, sizeof p.phone - 1);
	int rc = db_found(db_step(q));
	if (rc == 0) {
		snprintf(p.account, sizeof p.account, "%s", db_text(q, 0));
		snprintf(p.level, sizeof p.level, "%s", db_text(q, 2));
		snprintf(p.at, sizeof p.at, "%s", db_text(q, 3));
		snprintf(p.proved_at, sizeof p.proved_at, "%s", db_text(q, 4));
		rc = vault_unseal(v, "person", "phone", p.account, db_text(q, 1), &phone);
	}
	if (rc == 0) {
		snprintf(p.phone, sizeof p.phone, "%s", phone.n ? (const char *)phone.p : "");
		*out = p;
	}
	db_done(q);
	buf_fini(&phone);
	return rc;
}

int person_get(struct db_tx *tx, struct vault *v, const char *account, struct person *out)
{
	struct db_query *q = db_query(tx, &person_select);
	db_bind_text(q, "account", account);
	return person_take(q, v, out);
}

int person_by_phone(struct db_tx *tx, struct vault *v, const char *phone, struct person *out)
{
	struct vault_lookup l;
	int rc = vault_find(v, "phone", phone, &l);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &person_select_phone);
	db_bind_text(q, "now", l.now);
	db_bind_text(q, "before", l.before);
	return person_take(q, v, out);
}

int person_account(struct db_tx *tx, struct vault *v, const char *phone, char account[static 37])
{
	struct person p;
	int rc = person_by_phone(tx, v, phone, &p);
	if (rc == 0)
		memcpy(account, p.account, sizeof p.account);
	return rc;
}

int person_proved(struct db_tx *tx, const char *account, const char *level, const char *who)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &person_prove);
	db_bind_text(q, "account", account);
	db_bind_text(q, "level", level);
	db_bind_text(q, "at", at);
	db_bind_text(q, "who", who);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) == 0 ? ERR_STATE : rc;
}

int person_notice(struct db_tx *tx, int64_t *version)
{
	struct db_query *q = db_query(tx, &notice_version);
	db_bind_text(q, "slug", PERSON_NOTICE);
	return db_one_int(q, version);
}

int person_notice_open(struct db_tx *tx, const char *account, bool *open)
{
	int64_t n = 0;
	struct db_query *q = db_query(tx, &notice_open);
	db_bind_text(q, "slug", PERSON_NOTICE);
	db_bind_text(q, "account", account);
	int rc = db_one_int(q, &n);
	if (rc == 0)
		*open = n > 0;
	return rc;
}

int person_notice_accept(struct db_tx *tx, const char *account, int64_t version)
{
	int64_t now = 0;
	char at[TIME_TEXT];
	int rc = person_notice(tx, &now);
	if (rc == 0 && now != version)
		rc = ERR_CONFLICT;
	if (rc < 0 || !version)
		return rc;
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &notice_accept);
	db_bind_text(q, "account", account);
	db_bind_int(q, "version", version);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

static json_t *accepted_row(struct db_query *q)
{
	return json_pack("{s:I,s:s}", "version", (json_int_t)db_int(q, 0), "at", db_text(q, 1));
}

int person_notices(struct db_tx *tx, const char *account, json_t **out)
{
	struct db_query *q = db_query(tx, &notice_accepted);
	db_bind_text(q, "account", account);
	return db_rows(q, accepted_row, out);
}
