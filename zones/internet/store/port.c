#include "zones/internet/store/port.h"

#include "common/db/db_rows.h"
#include <string.h>

DB_STMT(port_select, "SELECT at, reason FROM batch_port WHERE tenant = :tenant AND owner = :owner");
DB_STMT(port_has_batch, "SELECT count(*) FROM batch WHERE tenant = :tenant AND owner = :owner");
DB_STMT(port_insert,
	"INSERT INTO batch_port (tenant, owner, at, by_login, reason) VALUES (:tenant, :owner, :at, "
	":login, :reason)");
DB_STMT(port_delete, "DELETE FROM batch_port WHERE tenant = :tenant AND owner = :owner");
/* One row for each state that an account's rows are in. */
DB_STMT(port_select_all,
	"SELECT b.owner, c.login, c.organisation, max(b.at), coalesce(p.at, ''), coalesce(p.reason, ''), "
	"coalesce(a.state, ''), count(a.id) FROM batch b JOIN account c ON c.tenant = b.tenant AND c.id = "
	"b.owner LEFT JOIN batch_port p ON p.tenant = b.tenant AND p.owner = b.owner LEFT JOIN batch_row r "
	"ON "
	"r.tenant = b.tenant AND r.batch = b.id LEFT JOIN application a ON a.tenant = r.tenant AND a.id = "
	"r.application WHERE b.tenant = :tenant GROUP BY b.owner, c.login, c.organisation, coalesce(p.at, "
	"''), "
	"coalesce(p.reason, ''), coalesce(a.state, '') ORDER BY c.login, b.owner");

int port_check(struct db_tx *tx, const char *owner, struct err_note *note)
{
	struct db_query *q = db_query(tx, &port_select);
	db_bind_text(q, "owner", owner);
	int rc = db_step(q);
	if (rc == 1)
		rc = err_set(note, ERR_REFUSED,
			"集中申请端口已关闭 the port for batches is closed since %.10s: %.160s",
			db_text(q, 0), db_text(q, 1));
	db_done(q);
	return rc;
}

int port_close(struct db_tx *tx, const char *owner, const char *login, const char *reason)
{
	char at[TIME_TEXT];
	int64_t n = 0;
	struct db_query *q = db_query(tx, &port_has_batch);
	db_bind_text(q, "owner", owner);
	int rc = db_one_int(q, &n);
	if (rc < 0 || n == 0)
		return rc < 0 ? rc : ERR_NOTFOUND;
	time_text(time_now_ms(), at);
	q = db_query(tx, &port_insert);
	db_bind_text(q, "owner", owner);
	db_bind_text(q, "at", at);
	db_bind_text(q, "login", login);
	db_bind_text(q, "reason", reason);
	return db_exec(q);
}

int port_open(struct db_tx *tx, const char *owner)
{
	struct db_query *q = db_query(tx, &port_delete);
	db_bind_text(q, "owner", owner);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) == 0 ? ERR_NOTFOUND : rc;
}

static json_t *port_of(json_t *rows, struct db_query *q)
{
	json_t *last = json_array_get(rows, json_array_size(rows) - 1);
	if (last && strcmp(json_str(last, "owner"), db_text(q, 0)) == 0)
		return last;
	last = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:{}}", "owner", db_text(q, 0), "user", db_text(q, 1),
		"organisation", db_text(q, 2), "last", db_text(q, 3), "closed", db_text(q, 4), "reason",
		db_text(q, 5), "states");
	return json_array_append_new(rows, last) == 0 ? last : NULL;
}

int port_list(struct db_tx *tx, json_t **out)
{
	json_t *rows = json_array();
	struct db_query *q = db_query(tx, &port_select_all);
	int rc;
	while ((rc = db_step(q)) == 1) {
		json_t *one = port_of(rows, q);
		bool newer = one && strcmp(json_str(one, "last"), db_text(q, 3)) < 0;
		if (!one || (newer && json_object_set_new(one, "last", json_string(db_text(q, 3))) < 0) ||
			(db_int(q, 7) && json_object_set_new(json_object_get(one, "states"), db_text(q, 6),
						 json_integer(db_int(q, 7))) < 0)) {
			rc = ERR_NOMEM;
			break;
		}
	}
	return db_rows_end(q, rc, rows, out);
}
