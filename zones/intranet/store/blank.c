#include "zones/intranet/store/blank.h"

#include "common/db/db_rows.h"
DB_STMT(blank_upsert, "INSERT INTO blank_told (tenant, serial, label, mark, state) VALUES (:tenant, :serial, "
		      ":label, :mark, :state) ON CONFLICT (tenant, serial) DO UPDATE SET state = :state");
DB_STMT(blank_select_open,
	"SELECT serial, label, mark, state FROM blank_told WHERE tenant = :tenant AND taken "
	"<> state ORDER BY serial LIMIT 200");
DB_STMT(blank_set_taken, "UPDATE blank_told SET taken = :state WHERE tenant = :tenant AND serial = :serial "
			 "AND state = :state");

int blank_tell(struct db_tx *tx, const json_t *body)
{
	static const char *const keys[] = {"serial", "label", "mark", "state"};
	struct db_query *q = db_query(tx, &blank_upsert);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		db_bind_text(q, keys[i], json_str(body, keys[i]));
	return db_exec(q);
}

int blank_open(struct db_tx *tx, json_t **out)
{
	struct db_query *q = db_query(tx, &blank_select_open);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1)
		json_array_append_new(
			rows, json_pack("{s:s,s:s,s:s,s:s}", "serial", db_text(q, 0), "label", db_text(q, 1),
				      "mark", db_text(q, 2), "state", db_text(q, 3)));
	return db_rows_end(q, rc, rows, out);
}

int blank_take(struct db_tx *tx, const char *serial, const char *state)
{
	struct db_query *q = db_query(tx, &blank_set_taken);
	db_bind_text(q, "serial", serial);
	db_bind_text(q, "state", state);
	return db_exec(q);
}
