#include "zones/extranet/store/upload.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

DB_STMT(upload_insert,
	"INSERT INTO reg_upload (tenant, id, name, media, size, digest, blob, blob_key, who, at) "
	"VALUES (:tenant, :id, :name, :media, :size, :digest, :blob, :blob_key, :who, :at)");
DB_STMT(upload_count, "SELECT count(*) FROM reg_upload WHERE tenant = :tenant AND who = :who");
DB_STMT(upload_select,
	"SELECT name, media, size, digest, blob, blob_key FROM reg_upload WHERE tenant = :tenant "
	"AND id = :id AND who = :who");
DB_STMT(upload_delete, "DELETE FROM reg_upload WHERE tenant = :tenant AND id = :id");
DB_STMT(upload_old,
	"SELECT id, blob FROM reg_upload WHERE tenant = :tenant AND at < :before ORDER BY at LIMIT 100");

int upload_put(struct db_tx *tx, const char *id, const struct case_material *m, const char *who)
{
	char at[TIME_TEXT];
	int64_t n = 0;
	struct db_query *q = db_query(tx, &upload_count);
	db_bind_text(q, "who", who);
	int rc = db_one_int(q, &n);
	if (rc < 0)
		return rc;
	if (n >= UPLOADS_OPEN_MAX)
		return ERR_LIMIT;
	time_text(time_now_ms(), at);
	q = db_query(tx, &upload_insert);
	db_bind_text(q, "id", id);
	db_bind_text(q, "name", m->name);
	db_bind_text(q, "media", m->media);
	db_bind_int(q, "size", m->ref.size);
	db_bind_digest(q, "digest", &m->ref.digest);
	db_bind_digest(q, "blob", &m->ref.name);
	db_bind_text(q, "blob_key", m->ref.wrapped_key);
	db_bind_text(q, "who", who);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

static int gone(struct db_tx *tx, const char *id)
{
	struct db_query *q = db_query(tx, &upload_delete);
	db_bind_text(q, "id", id);
	return db_exec(q);
}

int upload_take(struct db_tx *tx, const char *id, const char *who, struct case_material *out)
{
	struct case_material m = {.code = ""};
	struct db_query *q = db_query(tx, &upload_select);
	db_bind_text(q, "id", id);
	db_bind_text(q, "who", who);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(m.name, sizeof m.name, "%s", db_text(q, 0));
		snprintf(m.media, sizeof m.media, "%s", db_text(q, 1));
		db_blob_ref(q, 2, &m.ref);
	}
	db_done(q);
	if (rc != 1)
		return db_found(rc);
	rc = gone(tx, id);
	if (rc == 0)
		*out = m;
	return rc;
}

int upload_expire(struct db_tx *tx, const char *before, json_t *blobs)
{
	json_t *ids = json_array(), *id;
	size_t i;
	int rc = ids ? 0 : ERR_NOMEM;
	struct db_query *q = db_query(tx, &upload_old);
	db_bind_text(q, "before", before);
	while (rc == 0 && (rc = db_step(q)) == 1) {
		struct digest name;
		char hex[DIGEST_HEX];
		db_digest(q, 1, &name);
		digest_hex(&name, hex);
		json_array_append_new(ids, json_string(db_text(q, 0)));
		json_array_append_new(blobs, json_string(hex));
		rc = 0;
	}
	db_done(q);
	json_array_foreach(ids, i, id) if (rc == 0) rc = gone(tx, json_string_value(id));
	json_decref(ids);
	return rc;
}
