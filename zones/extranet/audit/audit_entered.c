#include "zones/extranet/audit/audit_state.h"

#include <string.h>

/* What the audit records say was entered. They are moved to a log whose signed checkpoints other zones hold:
 * whoever takes the newest entries back whole, or chains the book anew, would have to change those, too. */
DB_STMT(audit_entered_records,
	"SELECT action, subject, detail FROM audit_record WHERE tenant = :tenant AND action IN "
	"('book.enter', 'book.import') ORDER BY n");
/* Of an entry over several units the record names the first row and the chain behind the last. */
DB_STMT(audit_entered_log,
	"SELECT lz FROM djlog WHERE tenant = :tenant AND ywh = :ywh AND xh >= :xh ORDER BY xh DESC LIMIT 1");
DB_STMT(audit_entered_rows, "SELECT count(*) FROM djlog WHERE tenant = :tenant AND ywh = :ywh");

static int import_judge(struct audit_state *s, const char *ywh)
{
	int64_t n = 0;
	struct db_query *q = db_query(s->tx, &audit_entered_rows);
	db_bind_text(q, "ywh", ywh);
	int rc = db_one_int(q, &n);
	if (rc == 0 && n == 0)
		audit_find(s, "MISSING", "djlog", ywh, "its audit record says that it was taken in");
	return rc;
}

static int entry_judge(struct audit_state *s, const char *ywh, const char *detail)
{
	json_t *said = NULL;
	const char *what = NULL;
	if (json_parse(view_str(detail), 1 << 16, &said, NULL) < 0) {
		audit_find(s, "RECORD", "audit_record", ywh, "what it says of the entry is no JSON");
		return 0;
	}
	struct db_query *q = db_query(s->tx, &audit_entered_log);
	db_bind_int(q, "xh", json_int(said, "log"));
	db_bind_text(q, "ywh", ywh);
	int rc = db_step(q);
	if (rc == 0)
		what = "its audit record says that it was entered";
	else if (rc == 1 && strcmp(db_text(q, 0), json_str(said, "chain")) != 0)
		what = "not the chain that its audit record names";
	db_done(q);
	if (what)
		audit_find_row(s, rc == 0 ? "MISSING" : "CHAIN", "djlog", json_int(said, "log"), what);
	json_decref(said);
	return rc < 0 ? rc : 0;
}

int audit_entered(struct audit_state *s)
{
	struct db_query *q = db_query(s->tx, &audit_entered_records);
	int rc = 0, row;
	/* A log that is damaged was told already. */
	while ((row = db_step(q)) == 1 && rc == 0 && !s->log_damaged)
		rc = strcmp(db_text(q, 0), "book.import") == 0 ? import_judge(s, db_text(q, 1))
							       : entry_judge(s, db_text(q, 1), db_text(q, 2));
	db_done(q);
	return row < 0 ? row : rc;
}
