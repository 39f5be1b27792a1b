#include "zones/extranet/store/visit.h"

#include "common/base/id.h"
#include "common/db/db_rows.h"

DB_STMT(visit_put,
	"INSERT INTO reg_visit (tenant, case_id, bring, who, at) VALUES (:tenant, :case_id, :bring, :who, "
	":at) ON CONFLICT (tenant, case_id) DO UPDATE SET bring = excluded.bring, who = excluded.who, at = "
	"excluded.at");
DB_STMT(visit_select, "SELECT bring, at, who FROM reg_visit WHERE tenant = :tenant AND case_id = :case_id");
DB_STMT(visit_hour,
	"SELECT day, start, number, state FROM appointment WHERE tenant = :tenant AND case_id = :case_id "
	"ORDER BY CASE state WHEN 'booked' THEN 0 ELSE 1 END, changed_at DESC LIMIT 1");
DB_STMT(visit_open, "SELECT count(*) FROM reg_visit v JOIN reg_case c ON c.tenant = v.tenant AND c.id = "
		    "v.case_id WHERE v.tenant "
		    "= :tenant AND v.case_id = :case_id AND c.portal = :portal AND c.state NOT IN "
		    "('rejected','withdrawn','refused',"
		    "'delivered','archived') AND NOT EXISTS (SELECT 1 FROM appointment a WHERE a.tenant = "
		    "v.tenant AND a.case_id = "
		    "v.case_id AND a.state = 'booked') AND (EXISTS (SELECT 1 FROM reg_party p WHERE p.tenant "
		    "= v.tenant AND "
		    "p.case_id = v.case_id AND p.id_index IN (:now, :before)) OR EXISTS (SELECT 1 FROM "
		    "reg_mandate m WHERE m.tenant "
		    "= v.tenant AND m.case_id = v.case_id))");

int visit_ask(struct db_tx *tx, const char *case_id, const char *bring, const char *who)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &visit_put);
	db_bind_text(q, "case_id", case_id);
	db_bind_text(q, "bring", bring);
	db_bind_text(q, "who", who);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

static int hour_get(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &visit_hour);
	db_bind_text(q, "case_id", case_id);
	int rc = db_step(q);
	if (rc >= 0)
		*out = rc == 1 ? json_pack("{s:s,s:s,s:s,s:s}", "day", db_text(q, 0), "start", db_text(q, 1),
					 "number", db_text(q, 2), "state", db_text(q, 3))
			       : json_null();
	db_done(q);
	return rc < 0 ? rc : *out ? 0 : ERR_NOMEM;
}

int visit_get(struct db_tx *tx, const char *case_id, json_t **out)
{
	json_t *hour = NULL, *asked = NULL;
	struct db_query *q = db_query(tx, &visit_select);
	db_bind_text(q, "case_id", case_id);
	int rc = db_step(q);
	if (rc >= 0 && !(asked = rc == 1 ? json_pack("{s:s,s:s,s:s}", "bring", db_text(q, 0), "at",
						   db_text(q, 1), "by", db_text(q, 2))
					 : json_null()))
		rc = ERR_NOMEM;
	db_done(q);
	if (rc == 1) {
		rc = hour_get(tx, case_id, &hour);
		if (rc == 0 && json_object_set_new(asked, "appointment", hour))
			rc = ERR_NOMEM;
	}
	if (rc == 0)
		*out = asked;
	else
		json_decref(asked);
	return rc;
}

int visit_may_book(struct db_tx *tx, const char *case_id, const char *portal,
	const struct vault_lookup *person, bool *may)
{
	int64_t n = 0;
	struct db_query *q = db_query(tx, &visit_open);
	db_bind_text(q, "case_id", case_id);
	db_bind_text(q, "portal", portal);
	db_bind_text(q, "now", person->now);
	db_bind_text(q, "before", person->before);
	int rc = db_one_int(q, &n);
	*may = n > 0;
	return rc;
}
