#include "zones/internet/store/withdrawal.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

#define SIGNATURE_MAX (1 << 20)

DB_STMT(withdrawal_select, "SELECT state, text, reason, at FROM withdrawal WHERE tenant = :tenant AND "
			   "application = :application");
DB_STMT(withdrawal_upsert,
	"INSERT INTO withdrawal (tenant, application, text, state, at) VALUES (:tenant, :application, :text, "
	"'signing', :at) ON CONFLICT (tenant, application) DO UPDATE SET text = :text, state = 'signing', "
	"message = '', reason = '', at = :at");
DB_STMT(withdrawal_clear,
	"DELETE FROM withdrawal_signature WHERE tenant = :tenant AND application = :application");
DB_STMT(withdrawal_update_drop,
	"UPDATE withdrawal SET state = 'dropped', at = :at WHERE tenant = :tenant AND "
	"application = :application AND state = 'signing'");
DB_STMT(withdrawal_update_sent, "UPDATE withdrawal SET state = 'sent', message = :message, at = :at WHERE "
				"tenant = :tenant AND application = :application AND state = 'signing'");
DB_STMT(withdrawal_update_refused,
	"UPDATE withdrawal SET state = 'refused', reason = :reason, at = :at WHERE tenant = :tenant AND "
	"message = :message AND message <> ''");
DB_STMT(withdrawal_insert_signature,
	"INSERT INTO withdrawal_signature (tenant, application, n, signature, at) VALUES (:tenant, "
	":application, :n, :signature, :at)");
DB_STMT(withdrawal_select_signature, "SELECT signature FROM withdrawal_signature WHERE tenant = :tenant AND "
				     "application = :application AND n = :n");
DB_STMT(withdrawal_open,
	"SELECT count(*) FROM application_party p WHERE p.tenant = :tenant AND p.application = :application "
	"AND p.signs = 1 AND NOT EXISTS (SELECT 1 FROM withdrawal_signature s WHERE s.tenant = p.tenant AND "
	"s.application = p.application AND s.n = p.n)");
DB_STMT(withdrawal_select_marks,
	"SELECT p.n, p.role, p.signs, coalesce(s.at, '') FROM application_party p LEFT JOIN "
	"withdrawal_signature s ON s.tenant = p.tenant AND s.application = p.application AND s.n = p.n WHERE "
	"p.tenant = :tenant AND p.application = :application ORDER BY p.n");
DB_STMT(withdrawal_select_signatures, "SELECT n, signature FROM withdrawal_signature WHERE tenant = :tenant "
				      "AND application = :application ORDER BY n");

static struct db_query *query_at(struct db_tx *tx, const struct db_stmt *s, const char *application)
{
	char at[TIME_TEXT];
	struct db_query *q = db_query(tx, s);
	time_text(time_now_ms(), at);
	db_bind_text(q, "at", at);
	if (application)
		db_bind_text(q, "application", application);
	return q;
}

int withdrawal_get(struct db_tx *tx, const char *application, struct withdrawal *out)
{
	struct db_query *q = db_query(tx, &withdrawal_select);
	db_bind_text(q, "application", application);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(out->state, sizeof out->state, "%s", db_text(q, 0));
		snprintf(out->text, sizeof out->text, "%s", db_text(q, 1));
		snprintf(out->reason, sizeof out->reason, "%s", db_text(q, 2));
		snprintf(out->at, sizeof out->at, "%s", db_text(q, 3));
	}
	db_done(q);
	return db_found(rc);
}

int withdrawal_waits(struct db_tx *tx, const char *application, bool *waits)
{
	struct withdrawal w;
	int rc = withdrawal_get(tx, application, &w);
	*waits = rc == 0 && strcmp(w.state, "signing") == 0;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int withdrawal_begin(struct db_tx *tx, const char *application, const char *text)
{
	struct db_query *q = query_at(tx, &withdrawal_upsert, application);
	db_bind_text(q, "text", text);
	int rc = db_exec(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &withdrawal_clear);
	db_bind_text(q, "application", application);
	return db_exec(q);
}

int withdrawal_drop(struct db_tx *tx, const char *application)
{
	int rc = db_exec(query_at(tx, &withdrawal_update_drop, application));
	return rc == 0 && db_changes(tx) != 1 ? ERR_STATE : rc;
}

int withdrawal_sent(struct db_tx *tx, const char *application, const char *message)
{
	struct db_query *q = query_at(tx, &withdrawal_update_sent, application);
	db_bind_text(q, "message", message);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) != 1 ? ERR_STATE : rc;
}

int withdrawal_refused(struct db_tx *tx, const char *message, const char *reason)
{
	struct db_query *q = query_at(tx, &withdrawal_update_refused, NULL);
	db_bind_text(q, "message", message);
	db_bind_text(q, "reason", reason);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) != 1 ? ERR_NOTFOUND : rc;
}

static void signature_row(const char *application, int n, char out[static 48])
{
	snprintf(out, 48, "%s/%d", application, n);
}

int withdrawal_sign(
	struct db_tx *tx, struct vault *v, const char *application, int n, const char *signature_json)
{
	struct buf sealed;
	char row[48];
	signature_row(application, n, row);
	buf_init(&sealed, SIGNATURE_MAX);
	int rc = vault_seal(v, "withdrawal_signature", "signature", row, view_str(signature_json), &sealed);
	if (rc == 0) {
		struct db_query *q = query_at(tx, &withdrawal_insert_signature, application);
		db_bind_int(q, "n", n);
		db_bind_textn(q, "signature", buf_view(&sealed));
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

static int unseal(struct vault *v, const char *application, int n, const char *sealed, struct buf *out)
{
	char row[48];
	signature_row(application, n, row);
	return vault_unseal(v, "withdrawal_signature", "signature", row, sealed, out);
}

int withdrawal_has_signed(struct db_tx *tx, struct vault *v, const char *application, int n,
	const char *signature_json, bool *same)
{
	struct buf text;
	struct db_query *q = db_query(tx, &withdrawal_select_signature);
	db_bind_text(q, "application", application);
	db_bind_int(q, "n", n);
	buf_init(&text, SIGNATURE_MAX);
	*same = false;
	int rc = db_step(q);
	if (rc == 1) {
		rc = unseal(v, application, n, db_text(q, 0), &text);
		*same = rc == 0 && strcmp((const char *)text.p, signature_json) == 0;
	}
	db_done(q);
	buf_fini(&text);
	return rc < 0 ? rc : 0;
}

int withdrawal_unsigned(struct db_tx *tx, const char *application, int64_t *out)
{
	struct db_query *q = db_query(tx, &withdrawal_open);
	db_bind_text(q, "application", application);
	return db_one_int(q, out);
}

static json_t *mark_json(struct db_query *q)
{
	return json_pack("{s:I,s:s,s:b,s:s}", "n", (json_int_t)db_int(q, 0), "role", db_text(q, 1), "signs",
		db_int(q, 2) != 0, "signed_at", db_text(q, 3));
}

int withdrawal_marks(struct db_tx *tx, const char *application, json_t **out)
{
	struct db_query *q = db_query(tx, &withdrawal_select_marks);
	db_bind_text(q, "application", application);
	return db_rows(q, mark_json, out);
}

static int signature_read(struct db_query *q, struct vault *v, const char *application, json_t *rows)
{
	struct buf text;
	json_t *s = NULL;
	buf_init(&text, SIGNATURE_MAX);
	int rc = unseal(v, application, (int)db_int(q, 0), db_text(q, 1), &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), SIGNATURE_MAX, &s, NULL);
	if (rc == 0 && (json_object_set_new(s, "party", json_integer(db_int(q, 0))) < 0 ||
			       json_array_append(rows, s) < 0))
		rc = ERR_NOMEM;
	json_decref(s);
	buf_fini(&text);
	return rc;
}

int withdrawal_signatures(struct db_tx *tx, struct vault *v, const char *application, json_t **out)
{
	struct db_query *q = db_query(tx, &withdrawal_select_signatures);
	db_bind_text(q, "application", application);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1)
		if ((rc = signature_read(q, v, application, rows)) < 0)
			break;
	return db_rows_end(q, rc, rows, out);
}
