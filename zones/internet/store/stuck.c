#include "zones/internet/store/stuck.h"

#include "common/base/id.h"
#include "common/db/db_rows.h"

#define ROW "a.id, a.number, a.business, a.business_version, "
/* Instants are texts of equal length: they sort. */
DB_STMT(stuck_rows,
	"SELECT * FROM ("
	"SELECT 'unanswered' AS why, " ROW
	"a.updated_at AS since FROM application a WHERE a.tenant = :tenant "
	"AND a.state = 'submitted' AND a.updated_at < :office AND coalesce((SELECT p.state FROM "
	"application_progress p WHERE p.tenant = a.tenant AND p.application = a.id ORDER BY p.n DESC LIMIT "
	"1), "
	"'') <> 'submitted' "
	"UNION ALL SELECT 'document', " ROW "m.added_at FROM application_material m JOIN application a ON "
	"a.tenant = m.tenant AND a.id = m.application WHERE m.tenant = :tenant AND m.added_at <> '' AND "
	"m.added_at < :office AND m.outcome = '' "
	"UNION ALL SELECT 'payment', " ROW "o.opened_at FROM payment o JOIN application a ON a.tenant = "
	"o.tenant AND a.id = o.application WHERE o.tenant = :tenant AND o.state = 'open' AND o.opened_at < "
	":office "
	"UNION ALL SELECT 'payment-refused', " ROW "r.at FROM payment_receipt r JOIN application a ON "
	"a.tenant = r.tenant AND a.id = r.application WHERE r.tenant = :tenant AND r.reason <> '' "
	"UNION ALL SELECT CASE a.state WHEN 'signing' THEN 'unsigned' ELSE 'correction' END, " ROW
	"a.updated_at FROM application a WHERE a.tenant = :tenant AND a.state IN ('signing','correction') "
	"AND "
	"a.updated_at < :people "
	"UNION ALL SELECT 'unpaid', " ROW
	"a.updated_at FROM application_fee f JOIN application a ON a.tenant = "
	"f.tenant AND a.id = f.application WHERE f.tenant = :tenant AND f.state = 'due' AND a.updated_at < "
	":people"
	") x ORDER BY since, why LIMIT 200");
DB_STMT(stuck_states, "SELECT state, count(*) FROM application WHERE tenant = :tenant AND state NOT IN "
		      "('archived','rejected',"
		      "'refused','withdrawn') GROUP BY state ORDER BY state");

static json_t *row_json(struct db_query *q)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:I,s:s}", "why", db_text(q, 0), "application", db_text(q, 1),
		"number", db_text(q, 2), "business", db_text(q, 3), "business_version",
		(json_int_t)db_int(q, 4), "since", db_text(q, 5));
}

int stuck_list(struct db_tx *tx, const struct stuck_after *after, int64_t now_ms, json_t **out)
{
	char office[TIME_TEXT], people[TIME_TEXT];
	struct db_query *q = db_query(tx, &stuck_rows);
	time_text(now_ms - after->office_ms, office);
	time_text(now_ms - after->people_ms, people);
	db_bind_text(q, "office", office);
	db_bind_text(q, "people", people);
	return db_rows(q, row_json, out);
}

int stuck_counts(struct db_tx *tx, json_t **out)
{
	json_t *counts = json_object();
	struct db_query *q = db_query(tx, &stuck_states);
	int rc;
	while ((rc = db_step(q)) == 1)
		json_object_set_new(counts, db_text(q, 0), json_integer((json_int_t)db_int(q, 1)));
	return db_rows_end(q, rc, counts, out);
}
