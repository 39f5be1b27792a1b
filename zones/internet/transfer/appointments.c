#include "zones/internet/transfer/appointments.h"

#include <string.h>

int receive_appointment_hours(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments,
	void *arg, struct err_note *note)
{
	(void)attachments;
	(void)arg;
	/* Each office has its own calendar: one does not write over another's. */
	int rc = appointment_hours_set(
		tx, m->tenant, json_str(m->body, "day"), json_object_get(m->body, "hours"));
	return rc == ERR_CONFLICT ? err_set(note, ERR_REFUSED, "body.hours: an hour stands there twice") : rc;
}

/* A code beside a state that is no refusal: the wish to cancel came too late, the appointment stands. */
int receive_appointment_decision(struct db_tx *tx, const struct message *m,
	const struct blob_ref *attachments, void *arg, struct err_note *note)
{
	const json_t *b = m->body;
	(void)attachments;
	(void)arg;
	int rc = appointment_set(tx, m->tenant, json_str(b, "appointment"), json_str(b, "state"),
		json_str(b, "number"), json_str(b, "reason"));
	return rc == ERR_NOTFOUND ? err_set(note, ERR_REFUSED, "body.appointment: not of this portal") : rc;
}

/* To the office. */
static int send(struct portal *p, struct db_tx *tx, const char *type, const struct appointment *a,
	json_t *body, struct err_note *note)
{
	struct exchange_draft d = {.type = type,
		.dest = "extranet",
		.tenant = a->division,
		.keys = {{"appointment", a->id}},
		.nkeys = 1,
		.body = body};
	int rc = body ? exchange_put(p->service->exchange, tx, &d, NULL, note) : ERR_NOMEM;
	json_decref(body);
	return rc;
}

int appointments_ask(struct portal *p, struct db_tx *tx, const struct appointment *a, const char *name,
	const char *id_number, struct err_note *note)
{
	json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "appointment", a->id, "day", a->day, "start",
		a->start, "business", a->business, "name", name, "id_number", id_number);
	if (body && *a->application &&
		json_object_set_new(body, "application", json_string(a->application))) {
		json_decref(body);
		body = NULL;
	}
	return send(p, tx, "appointment.requested", a, body, note);
}

int appointments_cancel(
	struct portal *p, struct db_tx *tx, const struct appointment *a, struct err_note *note)
{
	return send(p, tx, "appointment.cancelled", a, json_pack("{s:s}", "appointment", a->id), note);
}
