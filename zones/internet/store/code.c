#include "zones/internet/store/code.h"

#include <stdio.h>
#include <string.h>

DB_STMT(code_select, "SELECT code, made_at, tries FROM sms_code WHERE tenant = :tenant AND purpose = "
		     ":purpose AND phone_index = :phone_index");
DB_STMT(code_put,
	"INSERT INTO sms_code (tenant, purpose, phone_index, code, made_at) VALUES (:tenant, :purpose, "
	":phone_index, :code, :now) ON CONFLICT (tenant, purpose, phone_index) DO UPDATE SET code = :code, "
	"made_at = :now, tries = 0");
DB_STMT(code_tried, "UPDATE sms_code SET tries = tries + 1 WHERE tenant = :tenant AND purpose = :purpose "
		    "AND phone_index = :phone_index");
DB_STMT(code_delete, "DELETE FROM sms_code WHERE tenant = :tenant AND purpose = :purpose AND phone_index = "
		     ":phone_index");
DB_STMT_CROSS(code_old, "DELETE FROM sms_code WHERE made_at <= :before");

#define TEXT_MAX 160 /* purpose, number or address, code */

struct keyed {
	struct buf to, code; /* blind index of the number or address; keyed digest of code and number */
};

static int keyed_make(
	struct vault *v, const char *purpose, const char *to, const char *code, struct keyed *out)
{
	char text[TEXT_MAX];
	buf_init(&out->to, 256);
	buf_init(&out->code, 256);
	snprintf(text, sizeof text, "%.8s/%.127s/%.7s", purpose, to, code);
	int rc = vault_index(v, "phone", to, &out->to);
	if (rc == 0)
		rc = vault_index(v, "sms-code", text, &out->code);
	buf_wipe(text, sizeof text);
	return rc;
}

static void keyed_fini(struct keyed *k)
{
	buf_fini(&k->to);
	buf_fini(&k->code);
}

static struct db_query *code_query(
	struct db_tx *tx, const struct db_stmt *s, const char *purpose, const struct keyed *k)
{
	struct db_query *q = db_query(tx, s);
	db_bind_text(q, "purpose", purpose);
	db_bind_textn(q, "phone_index", buf_view(&k->to));
	return q;
}

void code_random(char out[static CODE_TEXT])
{
	uint32_t n;
	do
		random_bytes(&n, sizeof n);
	while (n >= UINT32_C(4294000000)); /* every code equally likely */
	snprintf(out, CODE_TEXT, "%06u", n % 1000000);
}

int code_make(struct db_tx *tx, struct vault *v, const char *purpose, const char *to, const char *code)
{
	struct keyed k;
	int64_t now = time_now_ms();
	int rc = keyed_make(v, purpose, to, code, &k);
	if (rc == 0) {
		struct db_query *q = code_query(tx, &code_select, purpose, &k);
		rc = db_step(q);
		/* A code from the future is a clock set back: it must not keep the person waiting. */
		if (rc == 1 && db_int(q, 1) <= now && now - db_int(q, 1) < CODE_AGAIN_MS)
			rc = ERR_RATE;
		db_done(q);
	}
	if (rc >= 0) {
		struct db_query *q = code_query(tx, &code_put, purpose, &k);
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

int code_use(
	struct db_tx *tx, struct vault *v, const char *purpose, const char *to, const char *code, bool *good)
{
	struct keyed k;
	bool fits = false, there = false;
	int64_t now = time_now_ms();
	int rc = keyed_make(v, purpose, to, code, &k);
	if (rc == 0) {
		struct db_query *q = code_query(tx, &code_select, purpose, &k);
		rc = db_step(q);
		there = rc == 1;
		fits = there && now - db_int(q, 1) <= CODE_MS && db_int(q, 2) < CODE_TRIES &&
		       same(db_text(q, 0), (const char *)k.code.p);
		db_done(q);
	}
	if (rc >= 0 && there)
		rc = db_exec(code_query(tx, fits ? &code_delete : &code_tried, purpose, &k));
	if (rc >= 0) {
		*good = fits;
		rc = 0;
	}
	keyed_fini(&k);
	return rc;
}

int code_expire(struct db_tx *tx)
{
	struct db_query *q = db_query(tx, &code_old);
	db_bind_int(q, "before", time_now_ms() - CODE_MS);
	return db_exec(q);
}
