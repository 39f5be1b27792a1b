#include "zones/internet/store/batch.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

#define COLUMNS "id, owner, business, business_version, division, count, at"
DB_STMT(batch_insert_row,
	"INSERT INTO batch (tenant, id, owner, business, business_version, division, count, client_key, at) "
	"VALUES (:tenant, :id, :owner, :business, :version, :division, :count, :key, :at)");
DB_STMT(batch_select, "SELECT " COLUMNS " FROM batch WHERE tenant = :tenant AND id = :id AND owner = :owner");
DB_STMT(batch_select_key,
	"SELECT " COLUMNS " FROM batch WHERE tenant = :tenant AND owner = :owner AND client_key = :key");
/* One row for each state that its applications are in. */
DB_STMT(batch_select_list,
	"SELECT b.id, b.business, b.business_version, b.count, b.at, coalesce(a.state, ''), count(a.id) FROM "
	"(SELECT tenant, id, business, business_version, count, at FROM batch WHERE tenant = :tenant AND "
	"owner = :owner ORDER BY at DESC, id DESC LIMIT 200) b LEFT JOIN batch_row r ON r.tenant = b.tenant "
	"AND r.batch = b.id LEFT JOIN application a ON a.tenant = r.tenant AND a.id = r.application GROUP BY "
	"b.id, b.business, b.business_version, b.count, b.at, coalesce(a.state, '') ORDER BY b.at DESC, b.id "
	"DESC");
DB_STMT(batch_row_insert, "INSERT INTO batch_row (tenant, batch, n, application, unit_code) VALUES "
			  "(:tenant, :batch, :n, :application, :unit)");
DB_STMT(batch_row_set_unit,
	"UPDATE batch_row SET unit_code = :unit WHERE tenant = :tenant AND batch = :batch AND n = :n");
DB_STMT(batch_row_select, "SELECT n, application, part, leaf, path FROM batch_row WHERE tenant = :tenant AND "
			  "batch = :batch AND n = :n");
DB_STMT(batch_row_list,
	"SELECT r.n, r.application, r.unit_code, a.state, a.number, a.reason, r.part, (SELECT count(*) FROM "
	"application_party p WHERE p.tenant = r.tenant AND p.application = r.application AND p.signs = 1 AND "
	"p.signed_at IS NULL) FROM batch_row r JOIN application a ON a.tenant = r.tenant AND a.id = "
	"r.application WHERE r.tenant = :tenant AND r.batch = :batch ORDER BY r.n");
DB_STMT(batch_ready_rows,
	"SELECT r.application FROM batch_row r JOIN application a ON a.tenant = r.tenant AND a.id = "
	"r.application LEFT JOIN batch_text t ON t.tenant = r.tenant AND t.batch = r.batch AND t.part = "
	"r.part WHERE r.tenant = :tenant AND r.batch = :batch AND a.state = 'signing' AND coalesce("
	"t.signature, '') = '' ORDER BY r.n");
DB_STMT(batch_row_set_open,
	"UPDATE batch_row SET part = 0 WHERE tenant = :tenant AND batch = :batch AND application = "
	":application");
DB_STMT(batch_row_set_place,
	"UPDATE batch_row SET part = :part, leaf = :leaf, path = :path WHERE tenant = :tenant AND batch = "
	":batch AND application = :application");
DB_STMT(batch_text_open,
	"SELECT coalesce(max(part), 0), coalesce(max(CASE WHEN signature = '' THEN part END), 0) FROM "
	"batch_text WHERE tenant = :tenant AND batch = :batch");
DB_STMT(batch_text_upsert,
	"INSERT INTO batch_text (tenant, batch, part, text, at) VALUES (:tenant, :batch, :part, :text, :at) "
	"ON CONFLICT (tenant, batch, part) DO UPDATE SET text = :text, at = :at");
DB_STMT(batch_text_select,
	"SELECT part, text, signature FROM batch_text WHERE tenant = :tenant AND batch = :batch AND (:part = "
	"0 OR part = :part) ORDER BY part DESC LIMIT 1");
DB_STMT(batch_text_set, "UPDATE batch_text SET signature = :signature WHERE tenant = :tenant AND batch = "
			":batch AND part = :part AND signature = ''");

static int row_read(struct db_query *q, struct batch *out)
{
	int rc = db_step(q);
	if (rc == 1) {
		memset(out, 0, sizeof *out);
		snprintf(out->id, sizeof out->id, "%s", db_text(q, 0));
		snprintf(out->owner, sizeof out->owner, "%s", db_text(q, 1));
		snprintf(out->business, sizeof out->business, "%s", db_text(q, 2));
		out->business_version = db_int(q, 3);
		snprintf(out->division, sizeof out->division, "%s", db_text(q, 4));
		out->count = db_int(q, 5);
		snprintf(out->at, sizeof out->at, "%s", db_text(q, 6));
	}
	db_done(q);
	return db_found(rc);
}

int batch_insert(struct db_tx *tx, const struct batch *b, const char *key)
{
	struct db_query *q = db_query(tx, &batch_insert_row);
	db_bind_text(q, "id", b->id);
	db_bind_text(q, "owner", b->owner);
	db_bind_text(q, "business", b->business);
	db_bind_int(q, "version", b->business_version);
	db_bind_text(q, "division", b->division);
	db_bind_int(q, "count", b->count);
	db_bind_text(q, "key", key);
	db_bind_text(q, "at", b->at);
	return db_exec(q);
}

int batch_get(struct db_tx *tx, const char *id, const char *owner, struct batch *out)
{
	struct db_query *q = db_query(tx, &batch_select);
	db_bind_text(q, "id", id);
	db_bind_text(q, "owner", owner);
	return row_read(q, out);
}

int batch_by_key(struct db_tx *tx, const char *owner, const char *key, struct batch *out)
{
	struct db_query *q = db_query(tx, &batch_select_key);
	db_bind_text(q, "owner", owner);
	db_bind_text(q, "key", key);
	return row_read(q, out);
}

int batch_list(struct db_tx *tx, const char *owner, json_t **out)
{
	struct db_query *q = db_query(tx, &batch_select_list);
	db_bind_text(q, "owner", owner);
	json_t *rows = json_array(), *last = NULL;
	int rc;
	while ((rc = db_step(q)) == 1) {
		if (!last || strcmp(json_str(last, "id"), db_text(q, 0)) != 0) {
			last = json_pack("{s:s,s:s,s:I,s:I,s:s,s:{}}", "id", db_text(q, 0), "business",
				db_text(q, 1), "business_version", (json_int_t)db_int(q, 2), "count",
				(json_int_t)db_int(q, 3), "at", db_text(q, 4), "states");
			json_array_append_new(rows, last);
		}
		if (*db_text(q, 5))
			json_object_set_new(
				json_object_get(last, "states"), db_text(q, 5), json_integer(db_int(q, 6)));
	}
	return db_rows_end(q, rc, rows, out);
}

int batch_row_add(
	struct db_tx *tx, const char *batch, int64_t n, const char *application, const char *unit_code)
{
	struct db_query *q = db_query(tx, &batch_row_insert);
	db_bind_text(q, "batch", batch);
	db_bind_int(q, "n", n);
	db_bind_text(q, "application", application);
	db_bind_text(q, "unit", unit_code);
	return db_exec(q);
}

int batch_row_unit(struct db_tx *tx, const char *batch, int64_t n, const char *unit_code)
{
	struct db_query *q = db_query(tx, &batch_row_set_unit);
	db_bind_text(q, "batch", batch);
	db_bind_int(q, "n", n);
	db_bind_text(q, "unit", unit_code);
	return db_exec(q);
}

int batch_row_get(struct db_tx *tx, const char *batch, int64_t n, struct batch_row *out)
{
	struct db_query *q = db_query(tx, &batch_row_select);
	db_bind_text(q, "batch", batch);
	db_bind_int(q, "n", n);
	int rc = db_step(q);
	if (rc == 1) {
		memset(out, 0, sizeof *out);
		out->n = db_int(q, 0);
		snprintf(out->application, sizeof out->application, "%s", db_text(q, 1));
		out->part = db_int(q, 2);
		out->leaf = db_int(q, 3);
		snprintf(out->path, sizeof out->path, "%s", db_text(q, 4));
	}
	db_done(q);
	return db_found(rc);
}

int batch_rows(struct db_tx *tx, const char *batch, json_t **out)
{
	struct db_query *q = db_query(tx, &batch_row_list);
	db_bind_text(q, "batch", batch);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1)
		json_array_append_new(
			rows, json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:I,s:I}", "n", (json_int_t)db_int(q, 0),
				      "application", db_text(q, 1), "unit_code", db_text(q, 2), "state",
				      db_text(q, 3), "number", db_text(q, 4), "reason", db_text(q, 5), "part",
				      (json_int_t)db_int(q, 6), "waiting", (json_int_t)db_int(q, 7)));
	return db_rows_end(q, rc, rows, out);
}

int batch_ready(struct db_tx *tx, const char *batch, json_t **out)
{
	struct db_query *q = db_query(tx, &batch_ready_rows);
	db_bind_text(q, "batch", batch);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1)
		json_array_append_new(rows, json_string(db_text(q, 0)));
	return db_rows_end(q, rc, rows, out);
}

int batch_row_place(struct db_tx *tx, const char *batch, const char *application, int64_t part, int64_t leaf,
	const char *path)
{
	struct db_query *q = db_query(tx, &batch_row_set_place);
	db_bind_text(q, "batch", batch);
	db_bind_text(q, "application", application);
	db_bind_int(q, "part", part);
	db_bind_int(q, "leaf", leaf);
	db_bind_text(q, "path", path);
	return db_exec(q);
}

int batch_row_open(struct db_tx *tx, const struct application *a)
{
	if (!*a->batch)
		return 0;
	struct db_query *q = db_query(tx, &batch_row_set_open);
	db_bind_text(q, "batch", a->batch);
	db_bind_text(q, "application", a->id);
	return db_exec(q);
}

int batch_text_put(struct db_tx *tx, const char *batch, const char *text, int64_t *part)
{
	char at[TIME_TEXT];
	int64_t n = 0;
	struct db_query *q = db_query(tx, &batch_text_open);
	db_bind_text(q, "batch", batch);
	int rc = db_step(q);
	if (rc == 1)
		n = db_int(q, 1) ? db_int(q, 1) : db_int(q, 0) + 1;
	db_done(q);
	if (rc < 0)
		return rc;
	time_text(time_now_ms(), at);
	q = db_query(tx, &batch_text_upsert);
	db_bind_text(q, "batch", batch);
	db_bind_int(q, "part", n);
	db_bind_text(q, "text", text);
	db_bind_text(q, "at", at);
	rc = db_exec(q);
	if (rc == 0)
		*part = n;
	return rc;
}

static struct db_query *text_query(struct db_tx *tx, const char *batch, int64_t part)
{
	struct db_query *q = db_query(tx, &batch_text_select);
	db_bind_text(q, "batch", batch);
	db_bind_int(q, "part", part);
	return q;
}

int batch_text_get(struct db_tx *tx, const char *batch, int64_t *part, struct buf *text, bool *is_signed)
{
	struct db_query *q = text_query(tx, batch, *part);
	int rc = db_step(q);
	if (rc == 1) {
		*part = db_int(q, 0);
		*is_signed = *db_text(q, 2) != '\0';
		if (buf_add_str(text, db_text(q, 1)) < 0)
			rc = ERR_NOMEM;
	}
	db_done(q);
	return db_found(rc);
}

static void text_row(const char *batch, int64_t part, char out[static 64])
{
	snprintf(out, 64, "%s/%lld", batch, (long long)part);
}

int batch_text_sign(struct db_tx *tx, struct vault *v, const char *batch, int64_t part, const char *signature)
{
	struct buf sealed;
	char row[64];
	text_row(batch, part, row);
	buf_init(&sealed, 1 << 20);
	int rc = vault_seal(v, "batch_text", "signature", row, view_str(signature), &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &batch_text_set);
		db_bind_text(q, "batch", batch);
		db_bind_int(q, "part", part);
		db_bind_textn(q, "signature", buf_view(&sealed));
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc == 0 && db_changes(tx) != 1 ? ERR_EXISTS : rc;
}

int batch_text_signature(struct db_tx *tx, struct vault *v, const char *batch, int64_t part, json_t **out)
{
	struct buf plain;
	char row[64];
	struct db_query *q = text_query(tx, batch, part);
	text_row(batch, part, row);
	buf_init(&plain, 1 << 20);
	int rc = db_step(q);
	if (rc == 1 && !*db_text(q, 2))
		rc = 0;
	if (rc == 1)
		rc = vault_unseal(v, "batch_text", "signature", row, db_text(q, 2), &plain);
	else if (rc == 0)
		rc = ERR_NOTFOUND;
	db_done(q);
	if (rc == 0)
		rc = json_parse(buf_view(&plain), 1 << 20, out, NULL);
	buf_fini(&plain);
	return rc;
}
