#include "zones/internet/store/sms.h"

#include "common/base/id.h"
#include <stdio.h>
#include <string.h>

#define KEEP_MS (INT64_C(7) * 86400000)
#define WAIT_MAX_MS INT64_C(60000)

DB_STMT(sms_insert, "INSERT INTO sms_out (tenant, id, channel, template, phone, words, made_at, next_at, "
		    "expires_at) VALUES "
		    "(:tenant, :id, :channel, :template, :phone, :words, :now, :now, :expires)");
DB_STMT(sms_code_select, "SELECT code, made_at, tries FROM sms_code WHERE tenant = :tenant AND purpose = "
			 ":purpose AND phone_index = :phone_index");
DB_STMT(sms_code_put,
	"INSERT INTO sms_code (tenant, purpose, phone_index, code, made_at) VALUES (:tenant, :purpose, "
	":phone_index, :code, :now) ON CONFLICT (tenant, purpose, phone_index) DO UPDATE SET code = :code, "
	"made_at = :now, tries = 0");
DB_STMT(sms_code_tried, "UPDATE sms_code SET tries = tries + 1 WHERE tenant = :tenant AND purpose = :purpose "
			"AND phone_index = :phone_index");
DB_STMT(sms_code_delete,
	"DELETE FROM sms_code WHERE tenant = :tenant AND purpose = :purpose AND phone_index = "
	":phone_index");
DB_STMT_CROSS(sms_first,
	"SELECT tenant, id, template, phone, words, tries, expires_at FROM sms_out WHERE state = 'waiting' "
	"AND channel = :channel AND next_at <= :now ORDER BY next_at, id LIMIT 1");
DB_STMT_CROSS(
	sms_again, "UPDATE sms_out SET tries = tries + 1, next_at = :next WHERE tenant = :of AND id = :id");
DB_STMT_CROSS(sms_end, "UPDATE sms_out SET tries = tries + 1, state = :state, phone = '', words = '' WHERE "
		       "tenant = :of AND id = :id");
DB_STMT_CROSS(sms_code_old, "DELETE FROM sms_code WHERE made_at <= :before");
DB_STMT_CROSS(sms_old, "DELETE FROM sms_out WHERE state <> 'waiting' AND made_at <= :before");
DB_STMT(sms_count, "SELECT state, count(*) FROM sms_out WHERE tenant = :tenant GROUP BY state");

int sms_put(struct db_tx *tx, struct vault *v, const char *channel, const char *to, const char *template,
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
		struct db_query *q = db_query(tx, &sms_insert);
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

/* ---- codes */

struct keyed {
	struct buf phone, code; /* blind index of the number or address; keyed digest of code and number */
};

static int keyed_make(
	struct vault *v, const char *purpose, const char *phone, const char *code, struct keyed *out)
{
	char text[SMS_TO + 32];
	buf_init(&out->phone, 256);
	buf_init(&out->code, 256);
	snprintf(text, sizeof text, "%.8s/%.127s/%.7s", purpose, phone, code);
	int rc = vault_index(v, "phone", phone, &out->phone);
	if (rc == 0)
		rc = vault_index(v, "sms-code", text, &out->code);
	buf_wipe(text, sizeof text);
	return rc;
}

static void keyed_fini(struct keyed *k)
{
	buf_fini(&k->phone);
	buf_fini(&k->code);
}

static struct db_query *code_query(
	struct db_tx *tx, const struct db_stmt *s, const char *purpose, const struct keyed *k)
{
	struct db_query *q = db_query(tx, s);
	db_bind_text(q, "purpose", purpose);
	db_bind_textn(q, "phone_index", buf_view(&k->phone));
	return q;
}

void sms_code_random(char out[static SMS_CODE])
{
	uint32_t n;
	do
		random_bytes(&n, sizeof n);
	while (n >= UINT32_C(4294000000)); /* every code equally likely */
	snprintf(out, SMS_CODE, "%06u", n % 1000000);
}

int sms_code_make(struct db_tx *tx, struct vault *v, const char *purpose, const char *phone, const char *code)
{
	struct keyed k;
	int64_t now = time_now_ms();
	int rc = keyed_make(v, purpose, phone, code, &k);
	if (rc == 0) {
		struct db_query *q = code_query(tx, &sms_code_select, purpose, &k);
		rc = db_step(q);
		/* A code from the future is a clock set back: it must not keep the person waiting. */
		if (rc == 1 && db_int(q, 1) <= now && now - db_int(q, 1) < SMS_AGAIN_MS)
			rc = ERR_RATE;
		db_done(q);
	}
	if (rc >= 0) {
		struct db_query *q = code_query(tx, &sms_code_put, purpose, &k);
		db_bind_textn(q, "code", buf_view(&k.code));
		db_bind_int(q, "now", now);
		rc = db_exec(q);
	}
	keyed_fini(&k);
	return rc;
}

/* In a time that does not tell how much of it fits. */
static bool same(const char *a, const char *b)
{
	size_t n = strlen(a), differs = n ^ strlen(b);
	for (size_t i = 0; i < n && b[i]; i++)
		differs |= (unsigned char)(a[i] ^ b[i]);
	return !differs;
}

int sms_code_use(struct db_tx *tx, struct vault *v, const char *purpose, const char *phone, const char *code,
	bool *good)
{
	struct keyed k;
	bool fits = false, there = false;
	int64_t now = time_now_ms();
	int rc = keyed_make(v, purpose, phone, code, &k);
	if (rc == 0) {
		struct db_query *q = code_query(tx, &sms_code_select, purpose, &k);
		rc = db_step(q);
		there = rc == 1;
		fits = there && now - db_int(q, 1) <= SMS_CODE_MS && db_int(q, 2) < SMS_TRIES &&
		       same(db_text(q, 0), (const char *)k.code.p);
		db_done(q);
	}
	if (rc >= 0 && there)
		rc = db_exec(code_query(tx, fits ? &sms_code_delete : &sms_code_tried, purpose, &k));
	if (rc >= 0) {
		*good = fits;
		rc = 0;
	}
	keyed_fini(&k);
	return rc;
}

/* ---- on their way */

void sms_fini(struct sms *m)
{
	json_decref(m->words);
	buf_wipe(m, sizeof *m);
}

int sms_due(struct db_tx *tx, struct vault *v, const char *channel, struct sms *out)
{
	struct sms m = {.words = NULL};
	struct buf phone, words;
	struct db_query *q = db_query(tx, &sms_first);
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

int sms_went(struct db_tx *tx, const struct sms *m, int how)
{
	int64_t wait = INT64_C(1000) << (m->tries < 6 ? m->tries : 6);
	struct db_query *q = db_query(tx, how ? &sms_end : &sms_again);
	db_bind_text(q, "of", m->tenant);
	db_bind_text(q, "id", m->id);
	if (how)
		db_bind_text(q, "state", how > 0 ? "sent" : "given-up");
	else
		db_bind_int(q, "next", time_now_ms() + (wait < WAIT_MAX_MS ? wait : WAIT_MAX_MS));
	return db_exec(q);
}

int sms_expire(struct db_tx *tx)
{
	struct db_query *q = db_query(tx, &sms_code_old);
	db_bind_int(q, "before", time_now_ms() - SMS_CODE_MS);
	int rc = db_exec(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &sms_old);
	db_bind_int(q, "before", time_now_ms() - KEEP_MS);
	return db_exec(q);
}

int sms_counts(struct db_tx *tx, json_t **out)
{
	json_t *o = json_pack("{s:i,s:i,s:i}", "waiting", 0, "sent", 0, "given-up", 0);
	struct db_query *q = db_query(tx, &sms_count);
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
