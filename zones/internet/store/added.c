#include "zones/internet/store/added.h"

#include "common/db/db_rows.h"

DB_STMT(added_insert,
	"INSERT INTO application_material (tenant, application, id, code, name, media, size, digest, blob, "
	"blob_key, round, added_at, note, message) VALUES (:tenant, :application, :id, :code, :name, :media, "
	":size, :digest, :blob, :blob_key, :round, :at, :note, :message)");
DB_STMT(added_replace,
	"UPDATE application_material SET replaced_by = :by WHERE tenant = :tenant AND application = "
	":application AND id = :id AND added_at <> '' AND replaced_by = ''");
DB_STMT(added_digest_select, "SELECT digest FROM application_material WHERE tenant = :tenant AND application "
			     "= :application AND id "
			     "= :id AND added_at <> '' AND replaced_by = ''");
DB_STMT(added_number, "SELECT count(*) FROM application_material WHERE tenant = :tenant AND application = "
		      ":application AND added_at <> ''");
DB_STMT(added_take,
	"UPDATE application_material SET outcome = 'taken' WHERE tenant = :tenant AND application "
	"= :application AND id = :id AND added_at <> ''");
DB_STMT(added_refuse,
	"UPDATE application_material SET outcome = 'refused', reason = :reason WHERE tenant = :tenant AND "
	"message = :message AND added_at <> ''");
DB_STMT(added_rows,
	"SELECT id, code, name, media, size, digest, added_at, note, outcome, reason, replaced_by FROM "
	"application_material WHERE tenant = :tenant AND application = :application AND added_at <> '' ORDER "
	"BY added_at, id");

int added_put(struct db_tx *tx, const char *application, const struct added *a)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q;
	if (*a->replaces) {
		q = db_query(tx, &added_replace);
		db_bind_text(q, "by", a->m.id);
		db_bind_text(q, "application", application);
		db_bind_text(q, "id", a->replaces);
		int rc = db_exec(q);
		if (rc < 0 || db_changes(tx) != 1)
			return rc < 0 ? rc : ERR_NOTFOUND;
	}
	q = db_query(tx, &added_insert);
	db_bind_text(q, "application", application);
	db_bind_text(q, "id", a->m.id);
	db_bind_text(q, "code", a->m.code);
	db_bind_text(q, "name", a->m.name);
	db_bind_text(q, "media", a->m.media);
	db_bind_int(q, "size", a->m.ref.size);
	db_bind_digest(q, "digest", &a->m.ref.digest);
	db_bind_digest(q, "blob", &a->m.ref.name);
	db_bind_text(q, "blob_key", a->m.ref.wrapped_key);
	db_bind_int(q, "round", a->m.round);
	db_bind_text(q, "at", at);
	db_bind_text(q, "note", a->note);
	db_bind_text(q, "message", a->message);
	return db_exec(q);
}

int added_digest(struct db_tx *tx, const char *application, const char *id, struct digest *out)
{
	struct db_query *q = db_query(tx, &added_digest_select);
	db_bind_text(q, "application", application);
	db_bind_text(q, "id", id);
	int rc = db_step(q);
	if (rc == 1)
		db_digest(q, 0, out);
	db_done(q);
	return db_found(rc);
}

int added_count(struct db_tx *tx, const char *application, int64_t *out)
{
	struct db_query *q = db_query(tx, &added_number);
	db_bind_text(q, "application", application);
	return db_one_int(q, out);
}

int added_taken(struct db_tx *tx, const char *application, const char *id)
{
	struct db_query *q = db_query(tx, &added_take);
	db_bind_text(q, "application", application);
	db_bind_text(q, "id", id);
	return db_exec(q);
}

int added_refused(struct db_tx *tx, const char *message, const char *reason)
{
	struct db_query *q = db_query(tx, &added_refuse);
	db_bind_text(q, "reason", reason);
	db_bind_text(q, "message", message);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) == 0 ? ERR_NOTFOUND : rc;
}

static json_t *added_row(struct db_query *q)
{
	struct digest d;
	char hex[DIGEST_HEX];
	db_digest(q, 5, &d);
	digest_hex(&d, hex);
	return json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:b}", "id", db_text(q, 0), "code",
		db_text(q, 1), "name", db_text(q, 2), "media", db_text(q, 3), "size",
		(json_int_t)db_int(q, 4), "digest", hex, "at", db_text(q, 6), "note", db_text(q, 7),
		"outcome", db_text(q, 8), "reason", db_text(q, 9), "replaced", db_text(q, 10)[0] != '\0');
}

int added_list(struct db_tx *tx, const char *application, json_t **out)
{
	struct db_query *q = db_query(tx, &added_rows);
	db_bind_text(q, "application", application);
	return db_rows(q, added_row, out);
}
