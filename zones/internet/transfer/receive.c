#include "zones/internet/transfer/receive.h"

#include "zones/internet/domain/template.h"
#include "zones/internet/portal.h"
#include "zones/internet/store/added.h"
#include "zones/internet/store/application.h"
#include "zones/internet/store/certificate.h"
#include "zones/internet/store/delivery.h"
#include "zones/internet/store/fee.h"
#include "zones/internet/store/issued.h"
#include "zones/internet/store/payment.h"
#include "zones/internet/store/progress.h"
#include "zones/internet/store/withdrawal.h"
#include "zones/internet/transfer/news.h"
#include "zones/internet/transfer/seal.h"
#include "zones/internet/transfer/submit.h"
#include <stdio.h>
#include <string.h>

int receive_application_of(struct portal *p, struct db_tx *tx, const struct message *m, struct application *a,
	struct err_note *note)
{
	char division[7] = "";
	int rc = application_get(tx, json_str(m->body, "application"), a);
	if (rc == ERR_NOTFOUND)
		return err_set(note, ERR_REFUSED, "body.application: not of this portal");
	if (rc == 0)
		rc = submit_division(p, tx, a->id, division);
	if (rc == 0 && strcmp(division, m->tenant) != 0)
		rc = err_set(
			note, ERR_REFUSED, "body.application: the office of %s is responsible", division);
	return rc;
}

int receive_progress(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct portal *p = portal_of(arg);
	struct application a;
	const char *state = json_str(m->body, "state");
	(void)attachments;
	int rc = receive_application_of(portal_of(arg), tx, m, &a, note);
	if (rc == 0)
		rc = progress_add(tx, a.id, m->body);
	if (rc < 0)
		return rc;
	char before[sizeof a.state];
	memcpy(before, a.state, sizeof before);
	bool correction = strcmp(state, "correction") == 0;
	bool asked = correction && json_array_size(json_object_get(m->body, "items")) > 0;
	/* A correction told again, without items, does not undo what was answered meanwhile. */
	if (correction && !asked)
		return 0;
	if (asked && (rc = application_correct(tx, p->service->vault, &a)) < 0)
		return rc;
	rc = application_set_state(tx, &a, state, json_str(m->body, "number"), asked ? "" : NULL);
	const bool visit = json_is_true(json_object_get(m->body, "visit"));
	const char *template = visit ? "window" : template_of_state(state);
	int64_t sent;
	/* Told again: only the news itself is sent. */
	bool news = strcmp(before, state) != 0 || asked || visit;
	return rc == 0 && template && news ? news_tell(p, tx, &a, template, &sent) : rc;
}

/* An answer that was refused leaves the case as the registry told last; what was entered is all there. */
static int answer_refused(struct db_tx *tx, struct application *a, const char *reason)
{
	char state[16];
	int rc = progress_state(tx, a->id, state);
	return rc == 0 ? application_set_state(tx, a, state, NULL, reason) : rc;
}

int receive_certificate(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments,
	void *arg, struct err_note *note)
{
	struct portal *p = portal_of(arg);
	struct application a;
	struct certificate c = {0};
	int rc = receive_application_of(portal_of(arg), tx, m, &a, note);
	/* What is not sealed by the registry is refused, not shown. */
	if (rc == 0)
		rc = seal_check(p->seal, json_str(m->body, "certificate"), json_str(m->body, "signature"),
			json_str(m->body, "seal_certificate"), note);
	if (rc < 0)
		return rc;
	snprintf(c.number, sizeof c.number, "%s", json_str(m->body, "certificate_no"));
	snprintf(c.signature, sizeof c.signature, "%s", json_str(m->body, "signature"));
	snprintf(c.seal_certificate, sizeof c.seal_certificate, "%s", json_str(m->body, "seal_certificate"));
	c.ref = attachments[0];
	return certificate_add(tx, p->service->vault, a.id, &c, json_str(m->body, "certificate"));
}

/* The sealed statement speaks of this document and of these two files. */
static int statement_fits(const struct message *m, struct err_note *note)
{
	json_t *s = NULL;
	int rc = json_parse(view_str(json_str(m->body, "statement")), 8192, &s, note);
	if (rc == 0 && (strcmp(json_str(s, "number"), json_str(m->body, "number")) != 0 ||
			       strcmp(json_str(s, "kind"), json_str(m->body, "kind")) != 0))
		rc = err_set(note, ERR_REFUSED, "body.statement: of another document");
	for (size_t i = 0; rc == 0 && i < ISSUED_FORMATS; i++) {
		char hex[DIGEST_HEX];
		digest_hex(&m->attachments[i].digest, hex);
		if (strcmp(json_str(s, issued_formats[i]), hex) != 0)
			rc = err_set(note, ERR_DIGEST, "attachments[%zu]: not the file that was sealed", i);
	}
	json_decref(s);
	return rc;
}

int receive_document(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct application a;
	int rc = receive_application_of(portal_of(arg), tx, m, &a, note);
	if (rc == 0 && m->nattachments != ISSUED_FORMATS)
		rc = err_set(note, ERR_SCHEMA, "attachments: PDF and OFD are expected");
	if (rc == 0)
		rc = seal_check(portal_of(arg)->seal, json_str(m->body, "statement"),
			json_str(m->body, "signature"), json_str(m->body, "seal_certificate"), note);
	if (rc == 0)
		rc = statement_fits(m, note);
	return rc == 0 ? issued_add(tx, a.id, m->body, attachments) : rc;
}

int receive_fee(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct application a;
	(void)attachments;
	int rc = receive_application_of(portal_of(arg), tx, m, &a, note);
	return rc == 0 ? fee_order_put(tx, a.id, m->body) : rc;
}

/* Which application: the refused message's key of kind "case" stands in the refusal. */
int receive_refusal(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct application a;
	char reason[300];
	(void)attachments;
	(void)arg;
	(void)note;
	static const struct {
		const char *type;
		int (*tell)(struct db_tx *tx, const char *message, const char *reason);
	} told[] = {{"fee.paid", payment_receipt_refused}, {"material.added", added_refused},
		{"application.withdrawn", withdrawal_refused}, {"delivery.chosen", delivery_refused}};
	snprintf(reason, sizeof reason, "%s: %s", json_str(m->body, "reason"), json_str(m->body, "where"));
	for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
		if (strcmp(json_str(m->body, "type"), told[i].type) == 0) {
			int rc = told[i].tell(tx, json_str(m->body, "message"), reason);
			if (rc < 0 && rc != ERR_NOTFOUND)
				return rc;
		}
	for (size_t i = 0; i < m->nkeys; i++) {
		if (strcmp(m->keys[i].kind, "case") != 0 || application_get(tx, m->keys[i].id, &a) < 0)
			continue;
		if (strcmp(json_str(m->body, "type"), "application.submitted") != 0)
			continue;
		int rc = a.round ? answer_refused(tx, &a, reason)
				 : application_set_state(tx, &a, "refused", NULL, reason);
		if (rc < 0)
			return rc;
	}
	return audit_record(tx, "system", "message.refused", json_str(m->body, "message"), NULL);
}
