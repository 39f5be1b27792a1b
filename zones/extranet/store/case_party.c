#include "zones/extranet/store/case.h"

#include "common/db/db_rows.h"
#include "common/message/format.h"
#include <stdio.h>
#include <string.h>

DB_STMT(party_insert, "INSERT INTO reg_party (tenant, case_id, n, role, name, name_mask, id_kind, id_number, "
		      "id_mask, id_index, share_num,"
		      " share_den, signed_at, person_certificate) VALUES (:tenant, :case_id, :n, :role, "
		      ":name, :name_mask, :id_kind, :id_number,"
		      " :id_mask, :id_index, :share_num, :share_den, :signed_at, :person_certificate)");
DB_STMT(party_select, "SELECT role, name, id_kind, id_number, share_num, share_den, signed_at, "
		      "person_certificate FROM reg_party"
		      " WHERE tenant = :tenant AND case_id = :case_id AND n = :n");
DB_STMT(material_insert,
	"INSERT INTO reg_material (tenant, case_id, n, code, name, media, size, digest, blob, blob_key)"
	" VALUES (:tenant, :case_id, :n, :code, :name, :media, :size, :digest, :blob, :blob_key)");
DB_STMT(material_select, "SELECT code, name, media, size, digest, blob, blob_key FROM reg_material"
			 " WHERE tenant = :tenant AND case_id = :case_id AND n = :n");
DB_STMT(material_list, "SELECT n, code, name, media, size, digest, round, until_round, added_at, note, "
		       "replaced_by FROM reg_material"
		       " WHERE tenant = :tenant AND case_id = :case_id ORDER BY n");

/* Sealed values are bound to their row: case and number of the party. */
static void party_row(const char *case_id, int n, char out[static 48])
{
	snprintf(out, 48, "%s/%d", case_id, n);
}

struct party_texts {
	struct buf name, name_mask, id, id_mask, id_index;
};

static int party_seal(struct vault *v, const char *row, const struct case_party *p, struct party_texts *t)
{
	int rc = vault_seal(v, "reg_party", "name", row, view_str(p->name), &t->name);
	if (rc == 0)
		rc = vault_seal(v, "reg_party", "id_number", row, view_str(p->id_number), &t->id);
	if (rc == 0)
		rc = vault_index(v, "id-number", p->id_number, &t->id_index);
	if (rc == 0)
		rc = mask_name(p->name, &t->name_mask);
	if (rc == 0)
		rc = mask_id(p->id_number, &t->id_mask);
	return rc;
}

int case_add_party(struct db_tx *tx, struct vault *v, const char *case_id, int n, const struct case_party *p)
{
	struct party_texts t;
	struct buf *all[] = {&t.name, &t.name_mask, &t.id, &t.id_mask, &t.id_index};
	char row[48];
	for (size_t i = 0; i < 5; i++)
		buf_init(all[i], 4096);
	party_row(case_id, n, row);
	int rc = party_seal(v, row, p, &t);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &party_insert);
		db_bind_text(q, "case_id", case_id);
		db_bind_int(q, "n", n);
		db_bind_text(q, "role", p->role);
		db_bind_textn(q, "name", buf_view(&t.name));
		db_bind_textn(q, "name_mask", buf_view(&t.name_mask));
		db_bind_text(q, "id_kind", p->id_kind);
		db_bind_textn(q, "id_number", buf_view(&t.id));
		db_bind_textn(q, "id_mask", buf_view(&t.id_mask));
		db_bind_textn(q, "id_index", buf_view(&t.id_index));
		db_bind_int(q, "share_num", p->share_num);
		db_bind_int(q, "share_den", p->share_den);
		db_bind_text(q, "signed_at", p->signed_at);
		db_bind_text(q, "person_certificate", p->person_certificate);
		rc = db_exec(q);
	}
	for (size_t i = 0; i < 5; i++)
		buf_fini(all[i]);
	return rc;
}

static int unseal_into(
	struct vault *v, const char *column, const char *row, const char *sealed, char *to, size_t size)
{
	struct buf plain;
	buf_init(&plain, size - 1);
	int rc = vault_unseal(v, "reg_party", column, row, sealed, &plain);
	if (rc == 0)
		snprintf(to, size, "%.*s", (int)plain.n, plain.n ? (const char *)plain.p : "");
	buf_fini(&plain);
	return rc;
}

int case_get_party(struct db_tx *tx, struct vault *v, const char *case_id, int n, struct case_party *out)
{
	struct db_query *q = db_query(tx, &party_select);
	char row[48];
	party_row(case_id, n, row);
	db_bind_text(q, "case_id", case_id);
	db_bind_int(q, "n", n);
	int rc = db_step(q);
	if (rc == 1) {
		memset(out, 0, sizeof *out);
		snprintf(out->role, sizeof out->role, "%s", db_text(q, 0));
		snprintf(out->id_kind, sizeof out->id_kind, "%s", db_text(q, 2));
		out->share_num = db_int(q, 4);
		out->share_den = db_int(q, 5);
		snprintf(out->signed_at, sizeof out->signed_at, "%s", db_text(q, 6));
		snprintf(out->person_certificate, sizeof out->person_certificate, "%s", db_text(q, 7));
		rc = unseal_into(v, "name", row, db_text(q, 1), out->name, sizeof out->name);
		if (rc == 0)
			rc = unseal_into(
				v, "id_number", row, db_text(q, 3), out->id_number, sizeof out->id_number);
	} else if (rc == 0) {
		rc = ERR_NOTFOUND;
	}
	db_done(q);
	return rc;
}

int case_add_material(struct db_tx *tx, const char *case_id, int n, const struct case_material *m)
{
	struct db_query *q = db_query(tx, &material_insert);
	db_bind_text(q, "case_id", case_id);
	db_bind_int(q, "n", n);
	db_bind_text(q, "code", m->code);
	db_bind_text(q, "name", m->name);
	db_bind_text(q, "media", m->media);
	db_bind_int(q, "size", m->ref.size);
	db_bind_digest(q, "digest", &m->ref.digest);
	db_bind_digest(q, "blob", &m->ref.name);
	db_bind_text(q, "blob_key", m->ref.wrapped_key);
	return db_exec(q);
}

DB_STMT(material_next,
	"SELECT coalesce(max(n), -1) + 1 FROM reg_material WHERE tenant = :tenant AND case_id = "
	":case_id");
DB_STMT(material_late,
	"UPDATE reg_material SET added_at = :at, note = :note WHERE tenant = :tenant AND case_id "
	"= :case_id AND n = :n");
DB_STMT(material_late_replace,
	"UPDATE reg_material SET replaced_by = :n WHERE tenant = :tenant AND case_id = :case_id AND digest = "
	":digest AND added_at <> '' AND replaced_by IS NULL");

int case_add_late(struct db_tx *tx, const char *case_id, const struct case_material *m, const char *note,
	const struct digest *replaces)
{
	int64_t n = 0;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &material_next);
	db_bind_text(q, "case_id", case_id);
	int rc = db_one_int(q, &n);
	if (rc == 0 && replaces) {
		q = db_query(tx, &material_late_replace);
		db_bind_int(q, "n", n);
		db_bind_text(q, "case_id", case_id);
		db_bind_digest(q, "digest", replaces);
		rc = db_exec(q);
		if (rc == 0 && db_changes(tx) != 1)
			rc = ERR_NOTFOUND;
	}
	if (rc == 0)
		rc = case_add_material(tx, case_id, (int)n, m);
	if (rc < 0)
		return rc;
	q = db_query(tx, &material_late);
	db_bind_text(q, "at", at);
	db_bind_text(q, "note", note);
	db_bind_text(q, "case_id", case_id);
	db_bind_int(q, "n", n);
	return db_exec(q);
}

int case_get_material(struct db_tx *tx, const char *case_id, int n, struct case_material *out)
{
	struct db_query *q = db_query(tx, &material_select);
	db_bind_text(q, "case_id", case_id);
	db_bind_int(q, "n", n);
	int rc = db_step(q);
	if (rc == 1) {
		memset(out, 0, sizeof *out);
		snprintf(out->code, sizeof out->code, "%s", db_text(q, 0));
		snprintf(out->name, sizeof out->name, "%s", db_text(q, 1));
		snprintf(out->media, sizeof out->media, "%s", db_text(q, 2));
		db_blob_ref(q, 3, &out->ref);
	}
	db_done(q);
	return db_found(rc);
}

int case_materials(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &material_list);
	db_bind_text(q, "case_id", case_id);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1) {
		struct digest d;
		char hex[DIGEST_HEX];
		db_digest(q, 5, &d);
		digest_hex(&d, hex);
		json_array_append_new(
			rows, json_pack("{s:I,s:s,s:s,s:s,s:I,s:s,s:I,s:b,s:s,s:s}", "index",
				      (json_int_t)db_int(q, 0), "code", db_text(q, 1), "name", db_text(q, 2),
				      "media", db_text(q, 3), "size", (json_int_t)db_int(q, 4), "digest", hex,
				      "round", (json_int_t)db_int(q, 6), "replaced",
				      !db_null(q, 7) || !db_null(q, 10), "added", db_text(q, 8), "note",
				      db_text(q, 9)));
	}
	return db_rows_end(q, rc, rows, out);
}
