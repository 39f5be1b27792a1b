/* 领证方式 chosen at a portal: signed by a holder of the certificate, so that a portal in other hands sends
 * nobody's certificate elsewhere. */
#include "common/workflow/agent.h"
#include "zones/extranet/domain/consent.h"
#include "zones/extranet/store/delivery.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/transfer/mailing.h"
#include "zones/extranet/transfer/receive.h"
#include <string.h>

struct choosing {
	struct registry *r;
	const struct message *m;
	struct case_row c;
	struct case_form form;
	struct delivery d;
};

/* The party whose right the certificate is of, itself or by its guardian. Whoever acts by a power of attorney
 * chooses at the window, where the power is seen. */
static int signer(struct choosing *w, const json_t **out, struct err_note *note)
{
	const struct business *b = flows_business(w->r->flows, w->c.business, w->c.business_version);
	const json_t *party = json_array_get(
		json_object_get(w->form.json, "parties"), (size_t)json_int(w->m->body, "party"));
	REQUIRE(b);
	if (!party || strcmp(json_str(party, "role"), b->holder_role) != 0)
		return err_set(note, ERR_REFUSED, "body.party: not a holder of the certificate");
	if (agent_is(party, AGENT_POWER))
		return err_set(note, ERR_REFUSED,
			"body.party: acts by a power of attorney; it chooses at the window");
	*out = agent_signer(party);
	return 0;
}

static int signature_check(struct choosing *w, struct db_tx *tx, struct err_note *note)
{
	const json_t *by = NULL;
	const struct consent_signature sig = consent_signature_of(w->m->body);
	struct uuid nonce;
	struct digest cert;
	int rc = case_form_read(tx, w->r->service->vault, w->r->service->suite, &w->c, &w->form, note);
	if (rc == 0)
		rc = signer(w, &by, note);
	if (rc < 0)
		return rc;
	const struct consent_person person = {
		json_str(by, "name"), json_str(by, "id_kind"), json_str(by, "id_number")};
	rc = consent_check(w->r->identity, view_str(json_str(w->m->body, "text")), &sig, &person,
		w->m->created, &nonce, &cert, note);
	if (rc == 0)
		rc = consent_fresh(w->m->created, time_now_ms(), note);
	if (rc == 0 && (rc = case_take_nonce(tx, nonce.s, w->c.id)) == ERR_EXISTS)
		rc = err_set(note, ERR_REFUSED, "body.token: was used before");
	return rc;
}

static int judge(struct choosing *w, struct db_tx *tx, struct err_note *note)
{
	int rc = receive_case_of_portal(tx, w->m, &w->c, note);
	if (rc < 0)
		return rc;
	rc = delivery_read(view_str(json_str(w->m->body, "text")), w->c.id, &w->d, note);
	if (rc == 0 && strcmp(w->d.way, "post") == 0 && !w->r->courier)
		return err_set(note, ERR_REFUSED, "body.text.way: this office sends nothing by post");
	if (rc == 0)
		rc = signature_check(w, tx, note);
	if (rc == 0 && (rc = mailing_may_choose(w->r, tx, &w->c, note)) == ERR_STATE)
		rc = note->err = ERR_REFUSED;
	return rc;
}

static int take(struct choosing *w, struct db_tx *tx)
{
	json_t *detail = json_pack("{s:s}", "way", w->d.way);
	int rc = detail ? delivery_put(tx, w->r->service->vault, w->c.id, &w->d, "portal") : ERR_NOMEM;
	if (rc == 0)
		rc = audit_record(tx, "portal", "delivery.chosen", w->c.number, detail);
	json_decref(detail);
	return rc == 0 ? mailing_tell_choice(w->r, tx, &w->c, w->d.way) : rc;
}

int receive_delivery(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct choosing w = {.r = registry_of(arg), .m = m};
	(void)attachments;
	int rc = judge(&w, tx, note);
	if (rc == 0)
		rc = take(&w, tx);
	case_form_fini(&w.form);
	buf_wipe(&w.d, sizeof w.d);
	return rc;
}
