#include "common/service/fixity_impl.h"

#include "common/base/embed.h"
#include "common/log/log.h"
#include <stdlib.h>

EMBED(fixity_sql_0001, "common/service/sql/0001-fixity.sqlite.sql");
EMBED(fixity_pg_0001, "common/service/sql/0001-fixity.pg.sql");
static const struct db_migration migrations[] = {{1, "fixity", fixity_sql_0001, fixity_pg_0001}};
const struct db_schema fixity_schema = {"fixity", migrations, 1};

DB_STMT_CROSS(sweep_page, "SELECT id, begun, ended, files, bytes, damaged, orphans FROM fixity_sweep ORDER "
			  "BY id DESC LIMIT 30");
DB_STMT_CROSS(finding_page,
	"SELECT owner, what, subject, file, problem FROM fixity_finding WHERE sweep = :sweep ORDER BY n "
	"LIMIT 500");

#define DAY_MS INT64_C(86400000)
#define HOUR_MS INT64_C(3600000)
#define CST_MS (8 * HOUR_MS)

int fixity_new(struct db *d, struct blob_store *b, const struct fixity_use *uses, struct fixity **out)
{
	struct fixity *f = calloc(1, sizeof *f);
	if (!f)
		return ERR_NOMEM;
	f->db = d;
	f->blobs = b;
	f->uses = uses;
	*out = f;
	return 0;
}

int64_t fixity_damaged(struct fixity *f)
{
	return atomic_load(&f->damaged);
}

/* ---- every night */

static int64_t next_ms(int minute)
{
	int64_t now = time_now_ms(), day = (now + CST_MS) % DAY_MS, at = (int64_t)minute * 60000;
	return now + at - day + (at > day ? 0 : DAY_MS);
}

/* The clock may be set meanwhile: it is looked at every hour. */
static int64_t nightly(void *arg)
{
	struct fixity *f = arg;
	int64_t left = f->due_ms - time_now_ms();
	if (left > 0 && left <= DAY_MS)
		return left < HOUR_MS ? left : HOUR_MS;
	if (left <= 0) {
		struct fixity_result r = {0};
		int rc = fixity_sweep(f, &r);
		if (rc < 0)
			log_error("fixity", "error=%s text=\"the sweep did not end\"", err_name(rc));
		else
			log_info("fixity", "files=%lld damaged=%lld orphans=%lld", (long long)r.files,
				(long long)r.damaged, (long long)r.orphans);
	}
	f->due_ms = next_ms(f->minute);
	return 0;
}

static int newest_read(struct db_tx *tx, void *arg)
{
	struct fixity *f = arg;
	struct db_query *q = db_query(tx, &sweep_page);
	int rc = db_step(q);
	if (rc == 1)
		atomic_store(&f->damaged, db_int(q, 5));
	db_done(q);
	return rc < 0 ? rc : 0;
}

int fixity_start(struct fixity *f, int minute)
{
	f->minute = minute;
	f->due_ms = next_ms(minute);
	int rc = db_read(f->db, "", newest_read, f);
	if (rc == 0)
		rc = worker_new(nightly, f, 0, &f->nightly);
	return rc == 0 ? worker_start(f->nightly) : rc;
}

void fixity_free(struct fixity *f)
{
	if (!f)
		return;
	worker_free(f->nightly);
	free(f);
}

/* ---- for the officer's page */

static int findings_read(struct db_tx *tx, const char *sweep, json_t *into)
{
	struct db_query *q = db_query(tx, &finding_page);
	int rc;
	db_bind_text(q, "sweep", sweep);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(into,
			json_pack("{s:s,s:s,s:s,s:s,s:s}", "owner", db_text(q, 0), "what", db_text(q, 1),
				"subject", db_text(q, 2), "file", db_text(q, 3), "problem", db_text(q, 4)));
	db_done(q);
	return rc;
}

static int report_read(struct db_tx *tx, void *arg)
{
	json_t *rows = arg;
	struct db_query *q = db_query(tx, &sweep_page);
	int rc = json_array_clear(rows);
	while (rc == 0 && (rc = db_step(q)) == 1) {
		json_t *findings = json_array();
		rc = db_int(q, 5) ? findings_read(tx, db_text(q, 0), findings) : 0;
		json_array_append_new(
			rows, json_pack("{s:s,s:s,s:I,s:I,s:I,s:I,s:o}", "begun", db_text(q, 1), "ended",
				      db_text(q, 2), "files", (json_int_t)db_int(q, 3), "bytes",
				      (json_int_t)db_int(q, 4), "damaged", (json_int_t)db_int(q, 5),
				      "orphans", (json_int_t)db_int(q, 6), "findings", findings));
	}
	db_done(q);
	return rc;
}

int fixity_report(struct fixity *f, json_t **out)
{
	json_t *rows = json_array();
	int rc = rows ? db_read(f->db, "", report_read, rows) : ERR_NOMEM;
	if (rc == 0 && !(*out = json_pack("{s:O}", "rows", rows)))
		rc = ERR_NOMEM;
	json_decref(rows);
	return rc;
}
