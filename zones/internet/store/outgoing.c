#include "zones/internet/store/outgoing.h"

#include "common/base/id.h"
#include <stdio.h>
#include <string.h>

#define KEEP_MS (INT64_C(7) * 86400000)
#define WAIT_MAX_MS INT64_C(60000)

DB_STMT(outgoing_insert,
	"INSERT INTO sms_out (tenant, id, channel, template, phone, words, made_at, next_at, "
	"expires_at) VALUES "
	"(:tenant, :id, :channel, :template, :phone, :words, :now, :now, :expires)");
DB_STMT_CROSS(outgoing_first,
	"SELECT tenant, id, template, phone, words, tries, expires_at FROM sms_out WHERE state = 'waiting' "
	"AND channel = :channel AND next_at <= :now ORDER BY next_at, id LIMIT 1");
DB_STMT_CROSS(outgoing_again,
	"UPDATE sms_out SET tries = tries + 1, next_at = :next WHERE tenant = :of AND id = :id");
DB_STMT_CROSS(outgoing_end,
	"UPDATE sms_out SET tries = tries + 1, state = :state, phone = '', words = '' WHERE "
	"tenant = :of AND id = :id");
DB_STMT_CROSS(outgoing_old, "DELETE FROM sms_out WHERE state <> 'waiting' AND made_at <= :before");
DB_STMT(outgoing_count, "SELECT state, count(*) FROM sms_out WHERE tenant = :tenant GROUP BY state");

int outgoing_put(struct db_tx *tx, struct vault *v, const char *channel, const char *to, const char *template,
	const json_t *words, int64_t life_ms)
{
	struct buf text, sealed_phone, sealed_words;
	struct uuid id = uuid_new();
	buf_init(&text, 4096);
	buf_init(&sealed_phone, 1024);
	buf_init(&sealed_words, 16384);
	int rc = json_canon(words, &text);
	if (rc == 0)
		rc = vault_seal(v, "sms_out", "phone", id.s, view_str(to), &sealed_phone);
	if (rc == 0)
		rc = vault_seal(v, "sms_out", "words", id.s, buf_view(&text), &sealed_words);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &outgoing_insert);
		db_bind_text(q, "id", id.s);
		db_bind_text(q, "channel", channel);
		db_bind_text(q, "template", template);
		db_bind_textn(q, "phone", buf_view(&sealed_phone));
		db_bind_textn(q, "words", buf_view(&sealed_words));
		db_bind_int(q, "now", time_now_ms());
		db_bind_int(q, "expires", time_now_ms() + life_ms);
		rc = db_exec(q);
	}
	buf_fini(&text);
	buf_fini(&sealed_phone);
	buf_fini(&sealed_words);
	return rc;
}

void outgoing_fini(struct outgoing *m)
{
	json_decref(m->words);
	buf_wipe(m, sizeof *m);
}

int outgoing_due(struct db_tx *tx, struct vault *v, const char *channel, struct outgoing *out)
{
	struct outgoing m = {.words = NULL};
	struct buf phone, words;
	struct db_query *q = db_query(tx, &outgoing_first);
	buf_init(&phone, sizeof m.to - 1);
	buf_init(&words, 4096);
	db_bind_text(q, "channel", channel);
	db_bind_int(q, "now", time_now_ms());
	int rc = db_found(db_step(q));
	if (rc == 0) {
		snprintf(m.tenant, sizeof m.tenant, "%s", db_text(q, 0));
		snprintf(m.id, sizeof m.id, "%s", db_text(q, 1));
		snprintf(m.template, sizeof m.template, "%s", db_text(q, 2));
		m.tries = db_int(q, 5);
		m.expires_at = db_int(q, 6);
		rc = vault_unseal(v, "sms_out", "phone", m.id, db_text(q, 3), &phone);
		if (rc == 0)
			rc = vault_unseal(v, "sms_out", "words", m.id, db_text(q, 4), &words);
	}
	db_done(q);
	if (rc == 0)
		rc = json_parse(buf_view(&words), 4096, &m.words, NULL);
	if (rc == 0) {
		snprintf(m.to, sizeof m.to, "%s", phone.n ? (const char *)phone.p : "");
		*out = m;
	}
	buf_fini(&phone);
	buf_fini(&words);
	return rc;
}

int outgoing_went(struct db_tx *tx, const struct outgoing *m, int how)
{
	int64_t wait = INT64_C(1000) << (m->tries < 6 ? m->tries : 6);
	struct db_query *q = db_query(tx, how ? &outgoing_end : &outgoing_again);
	db_bind_text(q, "of", m->tenant);
	db_bind_text(q, "id", m->id);
	if (how)
		db_bind_text(q, "state", how > 0 ? "sent" : "given-up");
	else
		db_bind_int(q, "next", time_now_ms() + (wait < WAIT_MAX_MS ? wait : WAIT_MAX_MS));
	return db_exec(q);
}

int outgoing_expire(struct db_tx *tx)
{
	struct db_query *q = db_query(tx, &outgoing_old);
	db_bind_int(q, "before", time_now_ms() - KEEP_MS);
	return db_exec(q);
}

int outgoing_counts(struct db_tx *tx, json_t **out)
{
	json_t *o = json_pack("{s:i,s:i,s:i}", "waiting", 0, "sent", 0, "given-up", 0);
	struct db_query *q = db_query(tx, &outgoing_count);
	int rc = o ? 0 : ERR_NOMEM;
	while (rc == 0 && (rc = db_step(q)) == 1)
		rc = json_object_set_new(o, db_text(q, 0), json_integer(db_int(q, 1)));
	db_done(q);
	if (rc < 0)
		json_decref(o);
	else
		*out = o;
	return rc;
}
