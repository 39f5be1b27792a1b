/* Parcels for pages, and their end. */
#include "common/db/db_rows.h"
#include "zones/extranet/store/delivery.h"
#include "zones/extranet/store/mailing.h"

DB_STMT(mailing_rows, "SELECT id, state, carrier, waybill, serials, who, at, note, error, receiver FROM "
		      "reg_mailing WHERE tenant = "
		      ":tenant AND case_id = :case_id ORDER BY id");
DB_STMT(mailing_events, "SELECT n, code, station, at FROM reg_mailing_event WHERE tenant = :tenant AND "
			"mailing = :id ORDER BY n");
DB_STMT(mailing_waiting,
	"SELECT c.id, c.number, m.state, m.id, m.waybill, m.carrier, m.at, m.error FROM reg_mailing m JOIN "
	"reg_case c "
	"ON c.tenant = m.tenant AND c.id = m.case_id WHERE m.tenant = :tenant AND m.state IN "
	"('ordered','ready','returned','lost') UNION ALL SELECT c.id, c.number, 'wanted', '', '', '', "
	"d.chosen_at, '' "
	"FROM reg_delivery d JOIN reg_case c ON c.tenant = d.tenant AND c.id = d.case_id WHERE d.tenant = "
	":tenant AND "
	"d.way = 'post' AND d.receiver <> '' AND EXISTS (SELECT 1 FROM zsbh z JOIN reg_blank b ON b.tenant = "
	"z.tenant "
	"AND b.paper = z.number AND b.state = 'printed' WHERE z.tenant = c.tenant AND z.ywh = c.number) AND "
	"NOT EXISTS "
	"(SELECT 1 FROM reg_mailing m WHERE m.tenant = d.tenant AND m.case_id = d.case_id AND m.state "
	"IN " MAILING_OPEN ") ORDER BY 7, 1 LIMIT 100");
DB_STMT(mailing_clear, "UPDATE reg_mailing SET receiver = '' WHERE tenant = :tenant AND receiver <> '' AND "
		       "at < :before AND state IN " MAILING_ENDED);

static json_t *event_row(struct db_query *q)
{
	return json_pack("{s:I,s:s,s:s,s:s}", "n", (json_int_t)db_int(q, 0), "code", db_text(q, 1), "station",
		db_text(q, 2), "at", db_text(q, 3));
}

struct listing {
	struct db_tx *tx;
	struct vault *v;
};

static int events_of(struct db_tx *tx, const char *id, json_t **out)
{
	struct db_query *q = db_query(tx, &mailing_events);
	db_bind_text(q, "id", id);
	return db_rows(q, event_row, out);
}

static int mailing_row(struct db_query *q, void *arg, json_t **one)
{
	struct listing *l = arg;
	struct delivery to = {.way = "post"};
	json_t *serials = NULL, *masked = NULL;
	int rc = delivery_unseal(l->v, "reg_mailing", db_text(q, 0), db_text(q, 9), &to);
	if (rc == 0 || rc == ERR_STATE)
		rc = delivery_masked(&to, &masked);
	if (rc == 0)
		rc = json_parse(view_str(db_text(q, 4)), 4096, &serials, NULL);
	if (rc == 0 && !(*one = json_pack("{s:s,s:s,s:s,s:s,s:O,s:s,s:s,s:s,s:s,s:O}", "id", db_text(q, 0),
				 "state", db_text(q, 1), "carrier", db_text(q, 2), "waybill", db_text(q, 3),
				 "serials", serials, "by", db_text(q, 5), "at", db_text(q, 6), "note",
				 db_text(q, 7), "error", db_text(q, 8), "to", masked)))
		rc = ERR_NOMEM;
	json_decref(serials);
	json_decref(masked);
	buf_wipe(&to, sizeof to);
	return rc;
}

int mailing_of_case(struct db_tx *tx, struct vault *v, const char *case_id, json_t **out)
{
	struct listing l = {tx, v};
	json_t *rows = NULL, *one;
	size_t i;
	struct db_query *q = db_query(tx, &mailing_rows);
	db_bind_text(q, "case_id", case_id);
	int rc = db_rows_with(q, mailing_row, &l, &rows);
	json_array_foreach(rows, i, one)
	{
		json_t *events = NULL;
		if (rc == 0)
			rc = events_of(tx, json_str(one, "id"), &events);
		if (rc == 0 && json_object_set_new(one, "events", events))
			rc = ERR_NOMEM;
	}
	if (rc < 0)
		json_decref(rows);
	else
		*out = rows;
	return rc;
}

static json_t *task_row(struct db_query *q)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "case", db_text(q, 0), "number", db_text(q, 1),
		"state", db_text(q, 2), "id", db_text(q, 3), "waybill", db_text(q, 4), "carrier",
		db_text(q, 5), "at", db_text(q, 6), "error", db_text(q, 7));
}

int mailing_tasks(struct db_tx *tx, json_t **out)
{
	return db_rows(db_query(tx, &mailing_waiting), task_row, out);
}

int mailing_forget(struct db_tx *tx, const char *before)
{
	struct db_query *q = db_query(tx, &mailing_clear);
	db_bind_text(q, "before", before);
	return db_exec(q);
}
