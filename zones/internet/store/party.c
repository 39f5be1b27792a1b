#include "zones/internet/store/party.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

DB_STMT(party_insert,
	"INSERT INTO application_party (tenant, application, n, role, id_index, signs, principal_index)"
	" VALUES (:tenant, :application, :n, :role, :id_index, :signs, :principal)");
DB_STMT(party_select,
	"SELECT n FROM application_party WHERE tenant = :tenant AND application = :application "
	"AND id_index IN (:now, :before) ORDER BY signs = 0 OR signed_at IS NOT NULL, n LIMIT 1");
DB_STMT(party_select_signing,
	"SELECT n FROM application_party WHERE tenant = :tenant AND application = :application AND id_index "
	"IN (:now, :before) AND signs = 1 ORDER BY n");
DB_STMT(party_select_principal,
	"SELECT count(*) FROM application_party WHERE tenant = :tenant AND application = :application AND "
	"principal_index <> '' AND principal_index IN (:now, :before)");
DB_STMT(party_update,
	"UPDATE application_party SET signature = :signature, signed_at = :at"
	" WHERE tenant = :tenant AND application = :application AND n = :n AND signed_at IS NULL");
DB_STMT(party_open, "SELECT count(*) FROM application_party WHERE tenant = :tenant AND application = "
		    ":application AND signs = 1 AND signed_at IS NULL");
DB_STMT(party_signature, "SELECT signature FROM application_party WHERE tenant = :tenant AND application = "
			 ":application AND n = :n");
DB_STMT(party_rows, "SELECT n, role, signs, signed_at, signature FROM application_party"
		    " WHERE tenant = :tenant AND application = :application ORDER BY n");

int party_add(struct db_tx *tx, const char *application, int n, const char *role, const char *id_index,
	bool signs, const char *principal_index)
{
	struct db_query *q = db_query(tx, &party_insert);
	db_bind_text(q, "application", application);
	db_bind_int(q, "n", n);
	db_bind_text(q, "role", role);
	db_bind_text(q, "id_index", id_index);
	db_bind_int(q, "signs", signs);
	db_bind_text(q, "principal", principal_index);
	return db_exec(q);
}

static struct db_query *person_query(struct db_tx *tx, const struct db_stmt *statement,
	const char *application, const struct vault_lookup *person)
{
	struct db_query *q = db_query(tx, statement);
	db_bind_text(q, "application", application);
	db_bind_text(q, "now", person->now);
	db_bind_text(q, "before", person->before);
	return q;
}

int party_signs_for(struct db_tx *tx, const char *application, const struct vault_lookup *person,
	int out[static PARTIES_MAX], size_t *n)
{
	struct db_query *q = person_query(tx, &party_select_signing, application, person);
	size_t k = 0;
	int rc;
	while ((rc = db_step(q)) == 1) {
		REQUIRE(k < PARTIES_MAX);
		out[k++] = (int)db_int(q, 0);
	}
	db_done(q);
	if (rc == 0)
		*n = k;
	return rc;
}

int party_principal(
	struct db_tx *tx, const char *application, const struct vault_lookup *person, int64_t *found)
{
	return db_one_int(person_query(tx, &party_select_principal, application, person), found);
}

int party_find(struct db_tx *tx, const char *application, const struct vault_lookup *person, int *n)
{
	int64_t found;
	int rc = db_one_int(person_query(tx, &party_select, application, person), &found);
	if (rc == 0)
		*n = (int)found;
	return rc;
}

static void party_row(const char *application, int n, char out[static 48])
{
	snprintf(out, 48, "%s/%d", application, n);
}

int party_sign(struct db_tx *tx, struct vault *v, const char *application, int n, const char *signature_json)
{
	struct buf sealed;
	char at[TIME_TEXT], row[48];
	time_text(time_now_ms(), at);
	party_row(application, n, row);
	buf_init(&sealed, 1 << 20);
	int rc = vault_seal(v, "application_party", "signature", row, view_str(signature_json), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &party_update);
		db_bind_textn(q, "signature", buf_view(&sealed));
		db_bind_text(q, "at", at);
		db_bind_text(q, "application", application);
		db_bind_int(q, "n", n);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc == 0 && db_changes(tx) != 1 ? ERR_EXISTS : rc;
}

int party_has_signed(struct db_tx *tx, struct vault *v, const char *application, int n,
	const char *signature_json, int64_t *same)
{
	struct buf text;
	char row[48];
	struct db_query *q = db_query(tx, &party_signature);
	party_row(application, n, row);
	db_bind_text(q, "application", application);
	db_bind_int(q, "n", n);
	buf_init(&text, 1 << 20);
	*same = 0;
	int rc = db_step(q);
	if (rc == 1 && !db_null(q, 0)) {
		rc = vault_unseal(v, "application_party", "signature", row, db_text(q, 0), &text);
		*same = rc == 0 && strcmp((const char *)text.p, signature_json) == 0;
	}
	db_done(q);
	buf_fini(&text);
	return rc < 0 ? rc : 0;
}

int party_unsigned(struct db_tx *tx, const char *application, int64_t *out)
{
	struct db_query *q = db_query(tx, &party_open);
	db_bind_text(q, "application", application);
	return db_one_int(q, out);
}

int party_list(struct db_tx *tx, const char *application, json_t **out)
{
	struct db_query *q = db_query(tx, &party_rows);
	db_bind_text(q, "application", application);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1)
		json_array_append_new(
			rows, json_pack("{s:I,s:s,s:b,s:s}", "n", (json_int_t)db_int(q, 0), "role",
				      db_text(q, 1), "signs", db_int(q, 2) != 0, "signed_at", db_text(q, 3)));
	return db_rows_end(q, rc, rows, out);
}

static int signature_read(struct db_query *q, struct vault *v, const char *application, json_t *rows)
{
	struct buf text;
	json_t *s = NULL;
	char row[48];
	party_row(application, (int)db_int(q, 0), row);
	buf_init(&text, 1 << 20);
	int rc = vault_unseal(v, "application_party", "signature", row, db_text(q, 4), &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 1 << 20, &s, NULL);
	if (rc == 0) {
		json_object_set_new(s, "party", json_integer(db_int(q, 0)));
		json_array_append(rows, s);
	}
	json_decref(s);
	buf_fini(&text);
	return rc;
}

int party_signatures(struct db_tx *tx, struct vault *v, const char *application, json_t **out)
{
	struct db_query *q = db_query(tx, &party_rows);
	db_bind_text(q, "application", application);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1)
		if (!db_null(q, 4) && (rc = signature_read(q, v, application, rows)) < 0)
			break;
	return db_rows_end(q, rc, rows, out);
}
DB_STMT(party_delete, "DELETE FROM application_party WHERE tenant = :tenant AND application = :id");

int party_drop_all(struct db_tx *tx, const char *application)
{
	struct db_query *q = db_query(tx, &party_delete);
	db_bind_text(q, "id", application);
	return db_exec(q);
}
