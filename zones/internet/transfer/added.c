#include "zones/internet/transfer/added.h"

#include "zones/internet/transfer/submit.h"

static int put(struct portal *p, struct db_tx *tx, const char *application, const struct added *a,
	const char *replaces, struct uuid *id, struct err_note *note)
{
	json_t *body = json_pack("{s:s,s:s,s:s,s:s}", "application", application, "document", a->m.id, "code",
		a->m.code, "note", a->note);
	if (!body)
		return ERR_NOMEM;
	if (*replaces)
		json_object_set_new(body, "replaces", json_string(replaces));
	char division[7];
	int rc = submit_division(p, tx, application, division);
	if (rc < 0) {
		json_decref(body);
		return rc;
	}
	/* A number of its own: a document that is refused holds up nothing else of the case. */
	struct exchange_draft d = {.type = "material.added",
		.dest = "extranet",
		.tenant = division,
		.body = body,
		.nkeys = 1,
		.nattachments = 1};
	d.keys[0].kind = "added";
	d.keys[0].id = application;
	d.attachments[0].name = a->m.name;
	d.attachments[0].media = a->m.media;
	d.attachments[0].ref = a->m.ref;
	rc = exchange_put(p->service->exchange, tx, &d, id, note);
	json_decref(body);
	return rc;
}

int added_send(
	struct portal *p, struct db_tx *tx, const char *application, struct added *a, struct err_note *note)
{
	struct digest old;
	struct uuid id;
	char hex[DIGEST_HEX] = "";
	int rc = *a->replaces ? added_digest(tx, application, a->replaces, &old) : 0;
	if (rc == 0 && *a->replaces)
		digest_hex(&old, hex);
	if (rc == 0)
		rc = put(p, tx, application, a, hex, &id, note);
	if (rc < 0)
		return rc;
	a->message = id.s;
	rc = added_put(tx, application, a);
	a->message = "";
	return rc;
}

int receive_taken(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	(void)attachments;
	(void)arg;
	(void)note;
	return added_taken(tx, json_str(m->body, "application"), json_str(m->body, "document"));
}
