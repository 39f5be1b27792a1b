#include "zones/internet/store/material.h"

#include "common/db/db_rows.h"
#include "zones/internet/store/blob_row.h"
#include <stdio.h>
#include <string.h>

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
DB_STMT(material_of_drafts, "SELECT coalesce(sum(m.size), 0) FROM application a JOIN application_material m "
			    "ON m.tenant = a.tenant AND "
			    "m.application = a.id WHERE a.tenant = :tenant AND a.owner = :owner AND a.state "
			    "IN ('draft','signing') AND "
			    "a.batch = ''");

int material_drafts(struct db_tx *tx, const char *owner, int64_t *bytes)
{
	struct db_query *q = db_query(tx, &material_of_drafts);
	db_bind_text(q, "owner", owner);
	return db_one_int(q, bytes);
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
	blob_row_bind(q, &m->ref);
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
