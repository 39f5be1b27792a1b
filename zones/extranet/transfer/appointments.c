#include "zones/extranet/transfer/appointments.h"

#include "common/message/format.h"
#include <stdio.h>
#include <string.h>

struct word {
	const char *type, *dest, *kind, *id;
};

/* body is stolen. */
static int send(struct registry *r, struct db_tx *tx, const struct word *w, json_t *body)
{
	struct err_note note = {0};
	struct exchange_draft d = {.type = w->type,
		.dest = w->dest,
		.tenant = db_tx_tenant(tx),
		.keys = {{w->kind, w->id}},
		.nkeys = 1,
		.body = body};
	int rc = body ? exchange_put(r->service->exchange, tx, &d, NULL, &note) : ERR_NOMEM;
	json_decref(body);
	return rc;
}

int appointments_put_hours(struct registry *r, struct db_tx *tx, const char *day)
{
	json_t *hours = NULL;
	const char *portal;
	int rc = appointment_hours(tx, day, &hours);
	for (size_t i = 0; rc == 0 && (portal = registry_portal_at(r, i)); i++) {
		const struct word w = {"appointment.hours", portal, "hours", day};
		rc = send(r, tx, &w, json_pack("{s:s,s:O}", "day", day, "hours", hours));
	}
	json_decref(hours);
	return rc;
}

int appointments_put(struct registry *r, struct db_tx *tx, const struct appointment_row *row,
	const char *code, const char *reason)
{
	const struct word w = {"appointment.decided", row->zone, "appointment", row->id};
	return send(r, tx, &w,
		json_pack("{s:s,s:s,s:s,s:s,s:s}", "appointment", row->id, "state", row->state, "number",
			row->number, "code", code, "reason", reason));
}

/* What the catalogue cannot say of a request. */
static int check(const json_t *b, struct err_note *note)
{
	if (!format_date(json_str(b, "day")) || !appointment_time(json_str(b, "start")))
		return err_set(note, ERR_REFUSED, "body.start: no such hour");
	return 0;
}

int receive_appointment(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments,
	void *arg, struct err_note *note)
{
	struct registry *r = registry_of(arg);
	struct appointment_row row = {.state = "refused"};
	enum appointment_answer answer = APPOINTMENT_YES;
	const struct appointment_wish w = {.id = json_str(m->body, "appointment"),
		.day = json_str(m->body, "day"),
		.start = json_str(m->body, "start"),
		.business = json_str(m->body, "business"),
		.name = json_str(m->body, "name"),
		.id_number = json_str(m->body, "id_number"),
		.who = "portal",
		.portal = m->origin,
		.case_id = json_str(m->body, "application")};
	(void)attachments;
	int rc = check(m->body, note);
	if (rc == 0)
		rc = appointment_book(tx, r->service->vault, &w, &answer, &row);
	if (rc == ERR_CONFLICT)
		return err_set(note, ERR_REFUSED, "body.appointment: another person's");
	if (rc < 0)
		return rc;
	bool yes = answer == APPOINTMENT_YES;
	snprintf(row.id, sizeof row.id, "%s", w.id);
	snprintf(row.zone, sizeof row.zone, "%s", m->origin);
	rc = appointments_put(
		r, tx, &row, yes ? "" : appointment_code(answer), yes ? "" : appointment_zh(answer));
	if (rc == 0 && yes)
		rc = appointments_put_hours(r, tx, w.day);
	return rc == 0 ? audit_record(tx, "portal", yes ? "appointment.booked" : "appointment.refused",
				 yes ? row.number : appointment_code(answer), NULL)
		       : rc;
}

int receive_appointment_cancel(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments,
	void *arg, struct err_note *note)
{
	struct registry *r = registry_of(arg);
	struct appointment_row row;
	const char *id = json_str(m->body, "appointment");
	(void)attachments;
	int rc = appointment_end(tx, id, "cancelled", "portal", &row);
	if (rc == ERR_NOTFOUND)
		return err_set(note, ERR_REFUSED, "body.appointment: no such appointment");
	if (rc < 0 && rc != ERR_STATE)
		return rc;
	/* Too late: the portal learns the state it stands in, and no hour becomes free. */
	bool late = rc == ERR_STATE;
	rc = appointments_put(r, tx, &row, late ? "STATE" : "", late ? "预约时段已开始，不能取消" : "");
	if (rc == 0 && !late)
		rc = appointments_put_hours(r, tx, row.day);
	return rc == 0 ? audit_record(tx, "portal",
				 late ? "appointment.cancel-refused" : "appointment.cancel", row.number, NULL)
		       : rc;
}
