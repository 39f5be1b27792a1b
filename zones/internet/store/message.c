#include "zones/internet/store/message.h"

#include "common/base/id.h"
#include "common/db/db_rows.h"
#include <stdio.h>

#define TEXT_MAX 4096

DB_STMT(message_insert,
	"INSERT INTO application_message (tenant, id, application, template, text, at, told_by, sms) VALUES "
	"(:tenant, :id, :application, :template, :text, :at, :who, :sms)");
/* The party may be known by the index before a rotation. */
#define READABLE                                                                                             \
	"(a.owner = :account OR (a.form IS NOT NULL AND EXISTS (SELECT 1 FROM application_party p WHERE "    \
	"p.tenant = a.tenant AND p.application = a.id AND p.id_index IN (:now, :before))))"
DB_STMT(message_rows,
	"SELECT m.id, m.application, a.number, a.business, a.business_version, m.template, m.text, m.at, "
	"s.at FROM application_message m JOIN application a ON a.tenant = m.tenant AND a.id = m.application "
	"LEFT JOIN message_seen s ON s.tenant = m.tenant AND s.message = m.id AND s.account = :account "
	"WHERE m.tenant = :tenant AND m.application IN (SELECT a.id FROM application a WHERE a.tenant = "
	":tenant AND a.owner = :account UNION SELECT p.application FROM application_party p WHERE p.tenant = "
	":tenant AND p.id_index IN (:now, :before)) AND " READABLE
	" ORDER BY m.at DESC, m.id DESC LIMIT 100");
DB_STMT(message_mine,
	"SELECT count(*) FROM application_message m JOIN application a ON a.tenant = m.tenant AND a.id = "
	"m.application WHERE m.tenant = :tenant AND m.id = :id AND " READABLE);
DB_STMT(message_see, "INSERT INTO message_seen (tenant, message, account, at) VALUES (:tenant, :id, "
		     ":account, :at) ON CONFLICT DO NOTHING");
DB_STMT(message_phones,
	"SELECT p.account FROM person p WHERE p.tenant = :tenant AND p.account IN (SELECT a.owner FROM "
	"application a WHERE a.tenant = :tenant AND a.id = :application UNION SELECT c.id FROM account c "
	"JOIN application_party q ON q.tenant = c.tenant AND q.id_index = c.id_index WHERE c.tenant = "
	":tenant AND q.application = :application AND c.disabled = 0) AND NOT EXISTS (SELECT 1 FROM "
	"person_off o WHERE o.tenant = p.tenant AND o.account = p.account AND o.channel = 'sms') ORDER BY "
	"p.account "
	"LIMIT 50");
DB_STMT(message_recent, "SELECT coalesce(sum(sms), 0) FROM application_message WHERE tenant = :tenant AND "
			"application = :application AND at > :since");

int message_put(struct db_tx *tx, struct vault *v, const struct message_new *m, char id[static 37])
{
	struct uuid made = uuid_new();
	struct buf sealed;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	buf_init(&sealed, TEXT_MAX);
	int rc = *m->text ? vault_seal(v, "application_message", "text", made.s, view_str(m->text), &sealed)
			  : 0;
	if (rc == 0) {
		struct db_query *q = db_query(tx, &message_insert);
		db_bind_text(q, "id", made.s);
		db_bind_text(q, "application", m->application);
		db_bind_text(q, "template", m->template);
		db_bind_textn(q, "text", buf_view(&sealed));
		db_bind_text(q, "at", at);
		db_bind_text(q, "who", m->by);
		db_bind_int(q, "sms", m->sms);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	if (rc == 0)
		snprintf(id, 37, "%s", made.s);
	return rc;
}

static void reader_bind(struct db_query *q, const struct message_reader *who)
{
	db_bind_text(q, "account", who->account);
	db_bind_text(q, "now", who->person.now);
	db_bind_text(q, "before", who->person.before);
}

static int row_json(struct db_query *q, void *vault, json_t **one)
{
	struct buf text;
	buf_init(&text, TEXT_MAX);
	int rc = *db_text(q, 6) ? vault_unseal(vault, "application_message", "text", db_text(q, 0),
					  db_text(q, 6), &text)
				: 0;
	if (rc == 0)
		*one = json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s#,s:s,s:b}", "id", db_text(q, 0), "application",
			db_text(q, 1), "number", db_text(q, 2), "business", db_text(q, 3), "business_version",
			(json_int_t)db_int(q, 4), "template", db_text(q, 5), "text",
			text.n ? (const char *)text.p : "", (int)text.n, "at", db_text(q, 7), "seen",
			!db_null(q, 8));
	buf_fini(&text);
	return rc;
}

int message_own(struct db_tx *tx, struct vault *v, const struct message_reader *who, json_t **out)
{
	struct db_query *q = db_query(tx, &message_rows);
	reader_bind(q, who);
	return db_rows_with(q, row_json, v, out);
}

int message_seen(struct db_tx *tx, const struct message_reader *who, const char *id)
{
	int64_t mine = 0;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &message_mine);
	reader_bind(q, who);
	db_bind_text(q, "id", id);
	int rc = db_one_int(q, &mine);
	if (rc < 0 || !mine)
		return rc < 0 ? rc : ERR_NOTFOUND;
	q = db_query(tx, &message_see);
	db_bind_text(q, "id", id);
	db_bind_text(q, "account", who->account);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

static json_t *first_text(struct db_query *q)
{
	return json_string(db_text(q, 0));
}

int message_reached(struct db_tx *tx, const char *application, json_t **out)
{
	struct db_query *q = db_query(tx, &message_phones);
	db_bind_text(q, "application", application);
	return db_rows(q, first_text, out);
}

int message_count(struct db_tx *tx, const char *application, const char *since, int64_t *out)
{
	struct db_query *q = db_query(tx, &message_recent);
	db_bind_text(q, "application", application);
	db_bind_text(q, "since", since);
	return db_one_int(q, out);
}
