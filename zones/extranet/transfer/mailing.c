#include "zones/extranet/transfer/mailing.h"

#include "zones/extranet/store/delivery.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/stationery.h"
#include "zones/extranet/transfer/courier.h"
#include "zones/extranet/transfer/progress.h"
#include <string.h>

struct news {
	const char *way, *state, *carrier, *waybill, *station, *at; /* at NULL: now */
};

static int tell(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct news *n)
{
	char now[TIME_TEXT];
	time_text(time_now_ms(), now);
	return progress_put_portal(r, tx, c, "delivery.told",
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "application", c->id, "way", n->way, "state",
			n->state, "carrier", n->carrier, "waybill", n->waybill, "station", n->station, "at",
			n->at ? n->at : now),
		NULL);
}

int mailing_tell_choice(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *way)
{
	const struct news n = {way, "chosen", "", "", "", NULL};
	return tell(r, tx, c, &n);
}

int mailing_may_choose(struct registry *r, struct db_tx *tx, const struct case_row *c, struct err_note *note)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	bool under_way = false;
	REQUIRE(b);
	if (strcmp(b->certificate, "none") == 0)
		return err_set(note, ERR_STATE, "case %s: its business makes no certificate", c->number);
	if (c->state == CASE_WITHDRAWN || c->state == CASE_REFUSED || c->state == CASE_REJECTED)
		return err_set(note, ERR_STATE, "case %s: %s", c->number, case_state_code(c->state));
	int rc = mailing_under_way(tx, c->id, &under_way);
	return rc == 0 && under_way ? err_set(note, ERR_STATE, "case %s: a parcel is under way", c->number)
				    : rc;
}

static int record(struct db_tx *tx, const char *who, const char *what, const char *id, const json_t *serials)
{
	json_t *detail = json_pack("{s:O}", "serials", serials);
	int rc = detail ? audit_record(tx, who, what, id, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

/* Who receives it, and what goes into the parcel. */
static int order_check(struct registry *r, struct db_tx *tx, const struct case_row *c, struct delivery *to,
	json_t **serials, struct err_note *note)
{
	int rc = delivery_get(tx, r->service->vault, c->id, to);
	if (rc == ERR_NOTFOUND || (rc == 0 && strcmp(to->way, "post") != 0))
		return err_set(note, ERR_STATE, "case %s: post was not chosen", c->number);
	if (rc == ERR_STATE)
		return err_set(note, rc, "case %s: who receives it was removed; it is to be entered anew",
			c->number);
	if (rc == 0)
		rc = mailing_blanks(tx, c->number, serials);
	if (rc == 0 && (json_array_size(*serials) == 0 || json_array_size(*serials) > MAILING_BLANKS_MAX))
		rc = err_set(note, ERR_STATE, "case %s: 1 to %d of its certificates are to be printed",
			c->number, MAILING_BLANKS_MAX);
	return rc;
}

int mailing_order(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *who,
	struct err_note *note)
{
	static const struct news n = {"post", "ordered", "", "", "", NULL};
	struct delivery to;
	struct uuid id;
	json_t *serials = NULL;
	if (!r->courier)
		return err_set(note, ERR_STATE, "no carrier is configured");
	int rc = order_check(r, tx, c, &to, &serials, note);
	if (rc == 0 && (rc = mailing_add(tx, r->service->vault, c->id, serials, &to, who, &id)) == ERR_EXISTS)
		rc = err_set(note, ERR_STATE, "case %s: a parcel is under way", c->number);
	if (rc == 0)
		rc = record(tx, who, "mailing.order", id.s, serials);
	if (rc == 0)
		rc = tell(r, tx, c, &n);
	json_decref(serials);
	buf_wipe(&to, sizeof to);
	return rc == 0 ? db_after_commit(tx, courier_wake, r->courier) : rc;
}

/* The blanks in it follow. */
static int blanks_move(struct db_tx *tx, const struct mailing *m, enum mailing_state to, const char *text,
	const char *who, struct err_note *note)
{
	const char *state = to == MAILING_DELIVERED ? "handed"
			    : to == MAILING_KEPT    ? "printed"
			    : to == MAILING_SPOILED ? "spoiled"
						    : NULL;
	size_t i;
	const json_t *serial;
	int rc = 0;
	json_array_foreach(m->serials, i, serial)
	{
		const char *s = json_string_value(serial);
		if (rc == 0 && to == MAILING_POSTED)
			rc = stationery_post(tx, s, text, who, note);
		else if (rc == 0 && state)
			rc = stationery_posted(tx, s, state, text, who, note);
	}
	return rc;
}

static int settled(struct registry *r, struct db_tx *tx, const struct mailing *m, enum mailing_state to)
{
	static const char *const acts[MAILING_STATES] = {[MAILING_POSTED] = "mailing.post",
		[MAILING_KEPT] = "mailing.keep",
		[MAILING_SPOILED] = "mailing.spoil",
		[MAILING_CANCELLED] = "mailing.cancel"};
	struct case_row c;
	const struct news n = {"post", mailing_code(to), m->carrier, m->waybill, "", NULL};
	int rc = case_get(tx, m->case_id, &c);
	if (rc == 0)
		rc = record(tx, m->who, acts[to], m->id, m->serials);
	if (rc == 0)
		rc = tell(r, tx, &c, &n);
	return rc == 0 ? db_after_commit(tx, courier_wake, r->courier) : rc;
}

int mailing_do(struct registry *r, struct db_tx *tx, const char *id, enum mailing_act act, const char *text,
	const char *who, struct err_note *note)
{
	struct mailing m = {.serials = NULL};
	enum mailing_state to = MAILING_ORDERED;
	int rc = mailing_get(tx, r->service->vault, id, &m);
	if (rc == 0)
		rc = mailing_next(m.state, act, &to, note);
	if (rc == 0 && act == MAILING_DO_POST && strcmp(text, m.waybill) != 0)
		rc = err_set(note, ERR_CONFLICT, "waybill: this parcel has another one");
	if (rc == 0)
		rc = blanks_move(tx, &m, to, text, who, note);
	if (rc == 0)
		rc = mailing_set(tx, &m, to, act == MAILING_DO_POST ? "" : text);
	if (rc == 0) {
		snprintf(m.who, sizeof m.who, "%s", who);
		rc = settled(r, tx, &m, to);
	}
	mailing_fini(&m);
	return rc;
}

int mailing_taken(struct registry *r, struct db_tx *tx, const struct mailing *m, const char *waybill,
	const char *carrier)
{
	struct case_row c;
	const struct news n = {"post", "ready", carrier, waybill, "", NULL};
	int rc = mailing_ready(tx, m, waybill, carrier);
	/* It was cancelled meanwhile: nobody uses the waybill. */
	if (rc < 0 || db_changes(tx) == 0)
		return rc;
	rc = case_get(tx, m->case_id, &c);
	if (rc == 0)
		rc = record(tx, "system", "mailing.ready", m->id, m->serials);
	return rc == 0 ? tell(r, tx, &c, &n) : rc;
}

int mailing_station(
	struct registry *r, struct db_tx *tx, const struct mailing *m, const struct mailing_event *e)
{
	struct case_row c;
	char text[MAILING_CARRIER + MAILING_WAYBILL + 4];
	struct err_note note = {0};
	const struct news n = {"post", e->code, m->carrier, m->waybill, e->station, e->at};
	snprintf(text, sizeof text, "%s %s", m->carrier, m->waybill);
	int rc = mailing_event_add(tx, m, e);
	if (rc == 0)
		rc = blanks_move(tx, m, e->state, text, "system", &note);
	if (rc == 0)
		rc = case_get(tx, m->case_id, &c);
	if (rc == 0 && e->state != MAILING_MOVING) {
		char what[32];
		snprintf(what, sizeof what, "mailing.%s", e->code);
		rc = record(tx, "system", what, m->id, m->serials);
	}
	return rc == 0 ? tell(r, tx, &c, &n) : rc;
}
