#include "common/audit/audit_rows.h"

#include "common/base/json.h"
#include "common/log/log.h"
#include <stdlib.h>
#include <string.h>

DB_STMT_CROSS(audit_next, "SELECT n, tenant, at, who, action, subject, detail FROM audit_record WHERE n > :n "
			  "ORDER BY n LIMIT 256");
DB_STMT_CROSS(audit_newest, "SELECT coalesce(max(n), 0) FROM audit_record");

static int line_make(struct db_query *q, struct buf *out, int64_t *prune)
{
	json_t *detail = NULL;
	int rc = db_null(q, 6) ? 0 : json_parse(view_str(db_text(q, 6)), 32768, &detail, NULL);
	if (rc < 0)
		return rc;
	if (strcmp(db_text(q, 4), "log.prune") == 0)
		*prune = json_int(detail, "through");
	json_t *o = json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:o}", "n", (json_int_t)db_int(q, 0), "tenant",
		db_text(q, 1), "at", db_text(q, 2), "by", db_text(q, 3), "action", db_text(q, 4), "subject",
		db_text(q, 5), "detail", detail ? detail : json_null());
	rc = o ? json_canon(o, out) : ERR_NOMEM;
	json_decref(o);
	return rc;
}

static int rows_read(struct db_tx *tx, void *arg)
{
	struct audit_rows *b = arg;
	struct db_query *q = db_query(tx, &audit_next);
	int rc;
	db_bind_int(q, "n", b->after);
	while ((rc = db_step(q)) == 1) {
		/* The rows have no holes: a missing number is a removed record. */
		if (db_int(q, 0) != b->after + (int64_t)b->n + 1) {
			log_error("audit-diverged", "record=%lld is missing",
				(long long)(b->after + (int64_t)b->n + 1));
			rc = ERR_DIGEST;
			break;
		}
		buf_init(&b->lines[b->n], 65535);
		rc = line_make(q, &b->lines[b->n++], &b->prune);
		if (rc < 0)
			break;
	}
	db_done(q);
	return rc;
}

void audit_rows_free(struct audit_rows *b)
{
	for (size_t i = 0; b && i < b->n; i++)
		buf_fini(&b->lines[i]);
	free(b);
}

int audit_rows_load(struct db *d, int64_t after, struct audit_rows **out)
{
	struct audit_rows *b = calloc(1, sizeof *b);
	if (!b)
		return ERR_NOMEM;
	b->after = after;
	int rc = db_read(d, "", rows_read, b);
	if (rc < 0)
		audit_rows_free(b);
	else
		*out = b;
	return rc;
}

static int newest_read(struct db_tx *tx, void *arg)
{
	return db_one_int(db_query(tx, &audit_newest), arg);
}

int audit_rows_newest(struct db *d, int64_t *out)
{
	return db_read(d, "", newest_read, out);
}
