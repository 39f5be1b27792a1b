#include "zones/internet/store/delivery.h"

#include "common/db/db_rows.h"
#include "common/message/format.h"
#include <string.h>

DB_STMT(delivery_upsert_sent,
	"INSERT INTO delivery (tenant, application, way, asked, state, name, phone, address, message, "
	"reason, at) VALUES "
	"(:tenant, :application, '', :asked, 'sent', :name, :phone, :address, :message, '', :at) ON CONFLICT "
	"(tenant, "
	"application) DO UPDATE SET asked = excluded.asked, state = 'sent', name = excluded.name, phone = "
	"excluded.phone, address = excluded.address, message = excluded.message, reason = '', at = "
	"excluded.at");
DB_STMT(delivery_update_refused,
	"UPDATE delivery SET state = 'refused', reason = :reason, at = :at WHERE tenant = "
	":tenant AND message = :message AND message <> ''");
/* What the window entered is of another receiver. */
DB_STMT(delivery_upsert_told, "INSERT INTO delivery (tenant, application, way, asked, state, name, phone, "
			      "address, message, reason, at) VALUES "
			      "(:tenant, :application, :way, '', '', '', '', '', '', '', :at) ON CONFLICT "
			      "(tenant, application) DO UPDATE SET "
			      "way = excluded.way, at = excluded.at, name = CASE WHEN delivery.state = "
			      "'sent' THEN delivery.name ELSE '' END, "
			      "phone = CASE WHEN delivery.state = 'sent' THEN delivery.phone ELSE '' END, "
			      "address = CASE WHEN delivery.state "
			      "= 'sent' THEN delivery.address ELSE '' END, state = CASE WHEN delivery.state "
			      "= 'sent' THEN 'taken' ELSE '' "
			      "END");
DB_STMT(delivery_insert_event, "INSERT INTO delivery_event (tenant, application, n, state, way, carrier, "
			       "waybill, station, at) SELECT :tenant, "
			       ":application, (SELECT count(*) FROM delivery_event WHERE tenant = :tenant "
			       "AND application = :application), "
			       ":state, :way, :carrier, :waybill, :station, :at");
DB_STMT(delivery_select,
	"SELECT way, asked, state, name, phone, address, reason, at FROM delivery WHERE tenant = "
	":tenant AND application = :application");
DB_STMT(delivery_select_events,
	"SELECT state, way, carrier, waybill, station, at FROM delivery_event WHERE tenant = "
	":tenant AND application = :application ORDER BY n");

static struct db_query *query_at(struct db_tx *tx, const struct db_stmt *s)
{
	char at[TIME_TEXT];
	struct db_query *q = db_query(tx, s);
	time_text(time_now_ms(), at);
	db_bind_text(q, "at", at);
	return q;
}

struct masks {
	struct buf name, phone, address;
};

static int masks_make(const struct delivery *d, struct masks *m)
{
	buf_init(&m->name, 256);
	buf_init(&m->phone, 64);
	buf_init(&m->address, 64);
	int rc = mask_name(d->name, &m->name);
	if (rc == 0)
		rc = mask_phone(d->phone, &m->phone);
	return rc == 0 ? mask_address(d->address, &m->address) : rc;
}

int delivery_sent(struct db_tx *tx, const char *application, const struct delivery *d, const char *message)
{
	struct masks m;
	int rc = masks_make(d, &m);
	if (rc == 0) {
		struct db_query *q = query_at(tx, &delivery_upsert_sent);
		db_bind_text(q, "application", application);
		db_bind_text(q, "asked", d->way);
		db_bind_textn(q, "name", buf_view(&m.name));
		db_bind_textn(q, "phone", buf_view(&m.phone));
		db_bind_textn(q, "address", buf_view(&m.address));
		db_bind_text(q, "message", message);
		rc = db_exec(q);
	}
	buf_fini(&m.name);
	buf_fini(&m.phone);
	buf_fini(&m.address);
	return rc;
}

int delivery_refused(struct db_tx *tx, const char *message, const char *reason)
{
	struct db_query *q = query_at(tx, &delivery_update_refused);
	db_bind_text(q, "message", message);
	db_bind_text(q, "reason", reason);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) != 1 ? ERR_NOTFOUND : rc;
}

static int event_add(struct db_tx *tx, const char *application, const json_t *body)
{
	static const char *const texts[] = {"state", "way", "carrier", "waybill", "station", "at"};
	struct db_query *q = db_query(tx, &delivery_insert_event);
	db_bind_text(q, "application", application);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		db_bind_text(q, texts[i], json_str(body, texts[i]));
	return db_exec(q);
}

int delivery_told(struct db_tx *tx, const char *application, const json_t *body)
{
	int rc = event_add(tx, application, body);
	if (rc < 0 || strcmp(json_str(body, "state"), "chosen") != 0)
		return rc;
	struct db_query *q = query_at(tx, &delivery_upsert_told);
	db_bind_text(q, "application", application);
	db_bind_text(q, "way", json_str(body, "way"));
	return db_exec(q);
}

static json_t *event_row(struct db_query *q)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "state", db_text(q, 0), "way", db_text(q, 1), "carrier",
		db_text(q, 2), "waybill", db_text(q, 3), "station", db_text(q, 4), "at", db_text(q, 5));
}

int delivery_json(struct db_tx *tx, const char *application, json_t **out)
{
	json_t *o = NULL, *events = NULL;
	struct db_query *q = db_query(tx, &delivery_select);
	db_bind_text(q, "application", application);
	int rc = db_found(db_step(q));
	if (rc == 0 && !(o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "way", db_text(q, 0), "asked",
				 db_text(q, 1), "state", db_text(q, 2), "name", db_text(q, 3), "phone",
				 db_text(q, 4), "address", db_text(q, 5), "reason", db_text(q, 6), "at",
				 db_text(q, 7))))
		rc = ERR_NOMEM;
	db_done(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &delivery_select_events);
	db_bind_text(q, "application", application);
	rc = db_rows(q, event_row, &events);
	if (rc == 0 && json_object_set_new(o, "events", events))
		rc = ERR_NOMEM;
	if (rc == 0)
		*out = o;
	else
		json_decref(o);
	return rc;
}
