#include "zones/extranet/store/mailing.h"

#include "common/db/db_rows.h"
#include "zones/extranet/store/delivery.h"
#include <stdio.h>
#include <string.h>

DB_STMT(mailing_printed, "SELECT b.serial FROM reg_blank b JOIN zsbh z ON z.tenant = b.tenant AND z.number = "
			 "b.paper WHERE b.tenant = "
			 ":tenant AND b.state = 'printed' AND z.ywh = :number ORDER BY b.kind, b.serial");
DB_STMT(mailing_insert, "INSERT INTO reg_mailing (tenant, id, case_id, serials, state, receiver, carrier, "
			"waybill, events, who, at, "
			"note, tries, next_at, error) VALUES (:tenant, :id, :case_id, :serials, 'ordered', "
			":receiver, '', '', 0, :who, "
			":at, '', 0, 0, '')");
#define MAILING_COLUMNS                                                                                      \
	"m.id, m.case_id, m.state, m.carrier, m.waybill, m.serials, m.events, m.tries, m.receiver, m.who"
DB_STMT(mailing_select,
	"SELECT " MAILING_COLUMNS " FROM reg_mailing m WHERE m.tenant = :tenant AND m.id = :id");
DB_STMT(mailing_first,
	"SELECT " MAILING_COLUMNS " FROM reg_mailing m WHERE m.tenant = :tenant AND m.state IN "
	"('ordered','posted','moving') AND m.next_at <= :now ORDER BY m.next_at, m.id LIMIT 1");
DB_STMT(mailing_open, "SELECT count(*) FROM reg_mailing WHERE tenant = :tenant AND case_id = :case_id AND "
		      "state IN " MAILING_OPEN);
DB_STMT(mailing_update,
	"UPDATE reg_mailing SET state = :state, at = :at, note = :note, next_at = 0, error = '' WHERE "
	"tenant = :tenant AND id = :id");
DB_STMT(mailing_update_ready, "UPDATE reg_mailing SET state = 'ready', at = :at, carrier = :carrier, waybill "
			      "= :waybill, error = '' WHERE "
			      "tenant = :tenant AND id = :id AND state = 'ordered'");
DB_STMT(mailing_event_insert, "INSERT INTO reg_mailing_event (tenant, mailing, n, code, station, at) VALUES "
			      "(:tenant, :id, :n, :code, "
			      ":station, :at)");
DB_STMT(mailing_update_event,
	"UPDATE reg_mailing SET state = :state, at = :at, events = :n WHERE tenant = :tenant AND "
	"id = :id");
DB_STMT(mailing_update_asked,
	"UPDATE reg_mailing SET tries = :tries, next_at = :next, error = :error WHERE tenant = "
	":tenant AND id = :id");

void mailing_fini(struct mailing *m)
{
	json_decref(m->serials);
	buf_wipe(m, sizeof *m);
}

static json_t *serial_row(struct db_query *q)
{
	return json_string(db_text(q, 0));
}

int mailing_blanks(struct db_tx *tx, const char *case_number, json_t **out)
{
	struct db_query *q = db_query(tx, &mailing_printed);
	db_bind_text(q, "number", case_number);
	return db_rows(q, serial_row, out);
}

static struct db_query *query_at(struct db_tx *tx, const struct db_stmt *s, const char *id)
{
	char at[TIME_TEXT];
	struct db_query *q = db_query(tx, s);
	time_text(time_now_ms(), at);
	db_bind_text(q, "at", at);
	db_bind_text(q, "id", id);
	return q;
}

int mailing_add(struct db_tx *tx, struct vault *v, const char *case_id, const json_t *serials,
	const struct delivery *to, const char *who, struct uuid *id)
{
	struct buf sealed, list;
	struct uuid new = uuid_new();
	buf_init(&sealed, 8192);
	buf_init(&list, 4096);
	int rc = delivery_seal(v, "reg_mailing", new.s, to, &sealed);
	if (rc == 0)
		rc = json_canon(serials, &list);
	if (rc == 0) {
		struct db_query *q = query_at(tx, &mailing_insert, new.s);
		db_bind_text(q, "case_id", case_id);
		db_bind_textn(q, "serials", buf_view(&list));
		db_bind_textn(q, "receiver", buf_view(&sealed));
		db_bind_text(q, "who", who);
		rc = db_exec(q);
	}
	if (rc == 0)
		*id = new;
	buf_fini(&sealed);
	buf_fini(&list);
	return rc;
}

/* A row of MAILING_COLUMNS. */
static int fill(struct db_query *q, struct vault *v, struct mailing *m)
{
	memset(m, 0, sizeof *m);
	snprintf(m->id, sizeof m->id, "%s", db_text(q, 0));
	snprintf(m->case_id, sizeof m->case_id, "%s", db_text(q, 1));
	snprintf(m->carrier, sizeof m->carrier, "%s", db_text(q, 3));
	snprintf(m->waybill, sizeof m->waybill, "%s", db_text(q, 4));
	snprintf(m->who, sizeof m->who, "%s", db_text(q, 9));
	m->events = db_int(q, 6);
	m->tries = db_int(q, 7);
	int rc = mailing_of(db_text(q, 2), &m->state);
	if (rc == 0)
		rc = delivery_unseal(v, "reg_mailing", m->id, db_text(q, 8), &m->to);
	snprintf(m->to.way, sizeof m->to.way, "post");
	if (rc == 0 || rc == ERR_STATE)
		rc = json_parse(view_str(db_text(q, 5)), 4096, &m->serials, NULL);
	return rc;
}

static int one(struct db_query *q, struct vault *v, struct mailing *out)
{
	int rc = db_found(db_step(q));
	if (rc == 0)
		rc = fill(q, v, out);
	db_done(q);
	return rc;
}

int mailing_get(struct db_tx *tx, struct vault *v, const char *id, struct mailing *out)
{
	struct db_query *q = db_query(tx, &mailing_select);
	db_bind_text(q, "id", id);
	return one(q, v, out);
}

int mailing_due(struct db_tx *tx, struct vault *v, struct mailing *out)
{
	struct db_query *q = db_query(tx, &mailing_first);
	db_bind_int(q, "now", time_now_ms());
	return one(q, v, out);
}

int mailing_under_way(struct db_tx *tx, const char *case_id, bool *yes)
{
	int64_t n = 0;
	struct db_query *q = db_query(tx, &mailing_open);
	db_bind_text(q, "case_id", case_id);
	int rc = db_one_int(q, &n);
	*yes = n > 0;
	return rc;
}

int mailing_set(struct db_tx *tx, const struct mailing *m, enum mailing_state to, const char *note)
{
	struct db_query *q = query_at(tx, &mailing_update, m->id);
	db_bind_text(q, "state", mailing_code(to));
	db_bind_text(q, "note", note);
	return db_exec(q);
}

int mailing_ready(struct db_tx *tx, const struct mailing *m, const char *waybill, const char *carrier)
{
	struct db_query *q = query_at(tx, &mailing_update_ready, m->id);
	db_bind_text(q, "waybill", waybill);
	db_bind_text(q, "carrier", carrier);
	return db_exec(q);
}

int mailing_event_add(struct db_tx *tx, const struct mailing *m, const struct mailing_event *e)
{
	struct db_query *q = db_query(tx, &mailing_event_insert);
	db_bind_text(q, "id", m->id);
	db_bind_int(q, "n", e->n);
	db_bind_text(q, "code", e->code);
	db_bind_text(q, "station", e->station);
	db_bind_text(q, "at", e->at);
	int rc = db_exec(q);
	if (rc < 0)
		return rc;
	q = query_at(tx, &mailing_update_event, m->id);
	db_bind_text(q, "state", mailing_code(e->state));
	db_bind_int(q, "n", e->n);
	return db_exec(q);
}

int mailing_asked(struct db_tx *tx, const struct mailing *m, int rc, int64_t again_ms)
{
	struct db_query *q = db_query(tx, &mailing_update_asked);
	db_bind_text(q, "id", m->id);
	db_bind_int(q, "tries", rc < 0 ? m->tries + 1 : 0);
	db_bind_int(q, "next", time_now_ms() + again_ms);
	db_bind_text(q, "error", rc < 0 ? err_name(rc) : "");
	return db_exec(q);
}
