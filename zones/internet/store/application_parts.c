/* Parties, materials, progress and certificate of an application. */
#include "zones/internet/store/application.h"

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
DB_STMT(material_insert,
	"INSERT INTO application_material (tenant, application, id, code, name, media, size, digest, blob, "
	"blob_key, round)"
	" VALUES (:tenant, :application, :id, :code, :name, :media, :size, :digest, :blob, :blob_key, "
	":round)");
DB_STMT(material_went,
	"UPDATE application_material SET gone = :round WHERE tenant = :tenant AND application = "
	":application AND id = :id");
DB_STMT(material_moves,
	"SELECT code, digest, round = :round FROM application_material WHERE tenant = :tenant AND "
	"application "
	"= :application AND added_at = '' AND (gone = :round OR (round = :round AND gone IS NULL)) ORDER BY "
	"id");
DB_STMT(material_delete, "DELETE FROM application_material WHERE tenant = :tenant AND application = "
			 ":application AND id = :id");
DB_STMT(material_file,
	"SELECT size, digest, blob, blob_key, round FROM application_material WHERE tenant = :tenant AND "
	"application = :application AND id = :id AND gone IS NULL AND added_at = ''");
DB_STMT(material_nth,
	"SELECT id, code, name, media, size, digest, blob, blob_key, round FROM application_material"
	" WHERE tenant = :tenant AND application = :application AND gone IS NULL AND added_at = '' ORDER BY "
	"id "
	"LIMIT 1 OFFSET :n");
DB_STMT(progress_insert,
	"INSERT INTO application_progress (tenant, application, n, state, step_zh, step_en, "
	"at, office, note, deadline, items, legal, held, discs)"
	" SELECT :tenant, :application, (SELECT count(*) FROM application_progress WHERE "
	"tenant = :tenant AND application = :application),"
	" :state, :step_zh, :step_en, :at, :office, :note, :deadline, :items, :legal, :held, :discs");
DB_STMT(progress_rows, "SELECT state, step_zh, step_en, at, office, note, deadline, items, legal, held, "
		       "discs FROM application_progress"
		       " WHERE tenant = :tenant AND application = :application ORDER BY n");
DB_STMT(certificate_insert, "INSERT INTO application_certificate (tenant, application, number, text, "
			    "signature, seal_certificate, size, digest, blob, blob_key)"
			    " VALUES (:tenant, :application, :number, :text, :signature, :seal_certificate, "
			    ":size, :digest, :blob, :blob_key)");
DB_STMT(certificate_select, "SELECT number, text, signature, seal_certificate, size, digest, blob, blob_key "
			    "FROM application_certificate"
			    " WHERE tenant = :tenant AND application = :application");

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

static void blob_bind(struct db_query *q, const struct blob_ref *ref)
{
	db_bind_int(q, "size", ref->size);
	db_bind_digest(q, "digest", &ref->digest);
	db_bind_digest(q, "blob", &ref->name);
	db_bind_text(q, "blob_key", ref->wrapped_key);
}

int material_add(struct db_tx *tx, const char *application, const struct material *m)
{
	struct db_query *q = db_query(tx, &material_insert);
	db_bind_text(q, "application", application);
	db_bind_text(q, "id", m->id);
	db_bind_text(q, "code", m->code);
	db_bind_text(q, "name", m->name);
	db_bind_text(q, "media", m->media);
	db_bind_int(q, "round", m->round);
	blob_bind(q, &m->ref);
	return db_exec(q);
}

int material_remove(struct db_tx *tx, const char *application, const char *id, int64_t round,
	struct blob_ref *was, bool *drop)
{
	struct db_query *q = db_query(tx, &material_file);
	db_bind_text(q, "application", application);
	db_bind_text(q, "id", id);
	int rc = db_step(q);
	if (rc == 1) {
		db_blob_ref(q, 0, was);
		*drop = db_int(q, 4) == round;
	}
	db_done(q);
	if (rc <= 0)
		return db_found(rc);
	q = db_query(tx, *drop ? &material_delete : &material_went);
	db_bind_text(q, "application", application);
	db_bind_text(q, "id", id);
	if (!*drop)
		db_bind_int(q, "round", round);
	return db_exec(q);
}

DB_STMT(material_kind, "SELECT code FROM application_material WHERE tenant = :tenant AND application = "
		       ":application AND id = :id AND gone IS NULL");

int material_code(struct db_tx *tx, const char *application, const char *id, char code[static 48])
{
	struct db_query *q = db_query(tx, &material_kind);
	db_bind_text(q, "application", application);
	db_bind_text(q, "id", id);
	int rc = db_step(q);
	if (rc == 1)
		snprintf(code, 48, "%s", db_text(q, 0));
	db_done(q);
	return db_found(rc);
}

/* Puts a digest where its other side waits; a row of its own when none does. */
static void pair_add(json_t *rows, const char *code, const char *hex, bool came)
{
	const char *mine = came ? "new" : "old";
	json_t *one;
	size_t i;
	json_array_foreach(
		rows, i, one) if (strcmp(json_str(one, "code"), code) == 0 && !*json_str(one, mine))
	{
		json_object_set_new(one, mine, json_string(hex));
		return;
	}
	json_array_append_new(rows,
		json_pack("{s:s,s:s,s:s}", "code", code, "old", came ? "" : hex, "new", came ? hex : ""));
}

int material_replaced(struct db_tx *tx, const char *application, int64_t round, json_t **out)
{
	struct db_query *q = db_query(tx, &material_moves);
	db_bind_text(q, "application", application);
	db_bind_int(q, "round", round);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1) {
		struct digest d;
		char hex[DIGEST_HEX];
		db_digest(q, 1, &d);
		digest_hex(&d, hex);
		pair_add(rows, db_text(q, 0), hex, db_int(q, 2) != 0);
	}
	return db_rows_end(q, rc, rows, out);
}

int material_at(struct db_tx *tx, const char *application, int64_t n, struct material *out)
{
	struct db_query *q = db_query(tx, &material_nth);
	db_bind_text(q, "application", application);
	db_bind_int(q, "n", n);
	int rc = db_step(q);
	if (rc == 1) {
		memset(out, 0, sizeof *out);
		snprintf(out->id, sizeof out->id, "%s", db_text(q, 0));
		snprintf(out->code, sizeof out->code, "%s", db_text(q, 1));
		snprintf(out->name, sizeof out->name, "%s", db_text(q, 2));
		snprintf(out->media, sizeof out->media, "%s", db_text(q, 3));
		db_blob_ref(q, 4, &out->ref);
		out->round = db_int(q, 8);
	}
	db_done(q);
	return db_found(rc);
}

int progress_add(struct db_tx *tx, const char *application, const json_t *body)
{
	struct buf items, discs;
	buf_init(&items, 65536);
	buf_init(&discs, 4096);
	const json_t *list = json_object_get(body, "items"), *leaving = json_object_get(body, "discs");
	int rc = list ? json_canon(list, &items) : buf_add_str(&items, "[]");
	if (rc == 0)
		rc = leaving ? json_canon(leaving, &discs) : buf_add_str(&discs, "[]");
	if (rc == 0) {
		struct db_query *q = db_query(tx, &progress_insert);
		db_bind_text(q, "application", application);
		static const char *const texts[] = {
			"state", "step_zh", "step_en", "at", "office", "note", "deadline", "legal"};
		for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
			db_bind_text(q, texts[i], json_str(body, texts[i]));
		db_bind_textn(q, "items", buf_view(&items));
		db_bind_int(q, "held", json_is_true(json_object_get(body, "held")));
		db_bind_textn(q, "discs", buf_view(&discs));
		rc = db_exec(q);
	}
	buf_fini(&items);
	buf_fini(&discs);
	return rc;
}

int progress_list(struct db_tx *tx, const char *application, json_t **out)
{
	struct db_query *q = db_query(tx, &progress_rows);
	db_bind_text(q, "application", application);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1) {
		json_t *items = NULL, *discs = NULL;
		if ((rc = json_parse(view_str(db_text(q, 7)), 65536, &items, NULL)) == 0)
			rc = json_parse(view_str(db_text(q, 10)), 4096, &discs, NULL);
		if (rc == 0)
			json_array_append_new(rows,
				json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:O,s:s,s:b,s:O}", "state",
					db_text(q, 0), "step_zh", db_text(q, 1), "step_en", db_text(q, 2),
					"at", db_text(q, 3), "office", db_text(q, 4), "note", db_text(q, 5),
					"deadline", db_text(q, 6), "items", items, "legal", db_text(q, 8),
					"held", db_int(q, 9) != 0, "discs", discs));
		json_decref(items);
		json_decref(discs);
		if (rc < 0)
			break;
	}
	return db_rows_end(q, rc, rows, out);
}

DB_STMT(progress_newest_correction,
	"SELECT items, note FROM application_progress WHERE tenant = :tenant AND application = :application"
	" AND state = 'correction' AND items <> '[]' ORDER BY n DESC LIMIT 1");
DB_STMT(progress_newest, "SELECT state FROM application_progress WHERE tenant = :tenant AND application = "
			 ":application ORDER BY n DESC LIMIT 1");

int progress_correction(struct db_tx *tx, const char *application, json_t **items, char note[static 601])
{
	struct db_query *q = db_query(tx, &progress_newest_correction);
	db_bind_text(q, "application", application);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(note, 601, "%s", db_text(q, 1));
		rc = json_parse(view_str(db_text(q, 0)), 65536, items, NULL);
	} else if (rc == 0) {
		rc = ERR_NOTFOUND;
	}
	db_done(q);
	return rc;
}

int progress_state(struct db_tx *tx, const char *application, char state[static 16])
{
	struct db_query *q = db_query(tx, &progress_newest);
	db_bind_text(q, "application", application);
	int rc = db_step(q);
	snprintf(state, 16, "%s", rc == 1 ? db_text(q, 0) : "");
	db_done(q);
	return rc < 0 ? rc : 0;
}

int certificate_add(struct db_tx *tx, struct vault *v, const char *application, const struct certificate *c,
	const char *text)
{
	struct buf sealed;
	buf_init(&sealed, 1 << 20);
	int rc = vault_seal(v, "application_certificate", "text", application, view_str(text), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &certificate_insert);
		db_bind_text(q, "application", application);
		db_bind_text(q, "number", c->number);
		db_bind_textn(q, "text", buf_view(&sealed));
		db_bind_text(q, "signature", c->signature);
		db_bind_text(q, "seal_certificate", c->seal_certificate);
		blob_bind(q, &c->ref);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

int certificate_get(
	struct db_tx *tx, struct vault *v, const char *application, struct certificate *out, struct buf *text)
{
	struct db_query *q = db_query(tx, &certificate_select);
	db_bind_text(q, "application", application);
	int rc = db_step(q);
	if (rc == 1) {
		memset(out, 0, sizeof *out);
		snprintf(out->number, sizeof out->number, "%s", db_text(q, 0));
		rc = vault_unseal(v, "application_certificate", "text", application, db_text(q, 1), text);
		snprintf(out->signature, sizeof out->signature, "%s", db_text(q, 2));
		snprintf(out->seal_certificate, sizeof out->seal_certificate, "%s", db_text(q, 3));
		db_blob_ref(q, 4, &out->ref);
	} else if (rc == 0) {
		rc = ERR_NOTFOUND;
	}
	db_done(q);
	return rc;
}
