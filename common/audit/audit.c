#include "common/audit/audit.h"

#include "common/base/embed.h"
#include <stdio.h>

EMBED(audit_sql_0001, "common/audit/sql/0001-audit.sqlite.sql");
EMBED(audit_pg_0001, "common/audit/sql/0001-audit.pg.sql");
EMBED(audit_sql_0002, "common/audit/sql/0002-place.sqlite.sql");
EMBED(audit_pg_0002, "common/audit/sql/0002-place.pg.sql");
EMBED(audit_sql_0003, "common/audit/sql/0003-anchor.sqlite.sql");
EMBED(audit_pg_0003, "common/audit/sql/0003-anchor.pg.sql");
static const struct db_migration migrations[] = {{1, "audit", audit_sql_0001, audit_pg_0001},
	{2, "place", audit_sql_0002, audit_pg_0002}, {3, "anchor", audit_sql_0003, audit_pg_0003}};
const struct db_schema audit_schema = {"audit", migrations, 3};

DB_STMT_CROSS(audit_insert, "INSERT INTO audit_record (n, tenant, at, who, action, subject, detail) VALUES "
			    "((SELECT coalesce(max(n), 0) + 1 FROM audit_record), :owner, :at, :who, "
			    ":action, :subject, :detail)");
DB_STMT_CROSS(audit_room, "SELECT max_pending + moved - (SELECT coalesce(max(n), 0) FROM audit_record) FROM "
			  "audit_place WHERE one = 1");

/* By a clock that was set back the last ones are not the newest. */
DB_STMT_CROSS(audit_late, "SELECT max(at) FROM (SELECT at FROM audit_record ORDER BY n DESC LIMIT 1000) late "
			  "HAVING count(*) > 0");

int audit_newest(struct db_tx *tx, char at[static TIME_TEXT])
{
	struct db_query *q = db_query(tx, &audit_late);
	int rc = db_found(db_step(q));
	if (rc == 0)
		snprintf(at, TIME_TEXT, "%s", db_text(q, 0));
	db_done(q);
	return rc;
}

/* Nothing is known of a log before the daemon's first start (init, accounts, import). */
static int room_check(struct db_tx *tx)
{
	int64_t room = 0;
	int rc = db_one_int(db_query(tx, &audit_room), &room);
	return rc == ERR_NOTFOUND ? 0 : rc == 0 && room <= 0 ? ERR_AUDIT : rc;
}

int audit_record(
	struct db_tx *tx, const char *who, const char *action, const char *subject, const json_t *detail)
{
	char at[TIME_TEXT];
	struct buf text;
	time_text(time_now_ms(), at);
	buf_init(&text, 32768);
	int rc = room_check(tx);
	if (rc == 0 && detail)
		rc = json_canon(detail, &text);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &audit_insert);
		db_bind_text(q, "owner", db_tx_tenant(tx));
		db_bind_text(q, "at", at);
		db_bind_text(q, "who", who);
		db_bind_text(q, "action", action);
		db_bind_text(q, "subject", subject);
		db_bind_text(q, "detail", detail ? (const char *)text.p : NULL);
		rc = db_exec(q);
	}
	buf_fini(&text);
	return rc;
}
