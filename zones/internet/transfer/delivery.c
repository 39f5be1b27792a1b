#include "zones/internet/transfer/delivery.h"

#include "zones/internet/store/delivery.h"
#include "zones/internet/transfer/receive.h"
#include "zones/internet/transfer/submit.h"

int delivery_send(struct portal *p, struct db_tx *tx, const struct application *a, int party,
	const char *text, const json_t *consent, struct err_note *note)
{
	struct delivery d;
	struct uuid id;
	char division[7];
	int rc = delivery_read(view_str(text), a->id, &d, note);
	if (rc == 0)
		rc = submit_division(p, tx, a->id, division);
	json_t *body = rc == 0 ? json_copy((json_t *)(uintptr_t)consent) : NULL;
	if (rc == 0 && (!body || json_object_set_new(body, "application", json_string(a->id)) ||
			       json_object_set_new(body, "party", json_integer(party)) ||
			       json_object_set_new(body, "text", json_string(text))))
		rc = ERR_NOMEM;
	if (rc == 0) {
		struct exchange_draft m = {.type = "delivery.chosen",
			.dest = "extranet",
			.tenant = division,
			.body = body,
			.nkeys = 1};
		m.keys[0].kind = "case";
		m.keys[0].id = a->id;
		rc = exchange_put(p->service->exchange, tx, &m, &id, note);
	}
	if (rc == 0)
		rc = delivery_sent(tx, a->id, &d, id.s);
	json_decref(body);
	buf_wipe(&d, sizeof d);
	return rc;
}

int receive_delivery(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct application a;
	(void)attachments;
	int rc = receive_application_of(portal_of(arg), tx, m, &a, note);
	return rc == 0 ? delivery_told(tx, a.id, m->body) : rc;
}
