#include "zones/internet/transfer/submit.h"

#include "zones/internet/domain/form.h"
#include "zones/internet/store/answers.h"
#include "zones/internet/store/face.h"
#include "zones/internet/store/mandate.h"
#include "zones/internet/store/material.h"
#include "zones/internet/store/party.h"
#include "zones/internet/store/withdrawal.h"
#include "zones/internet/transfer/receipt.h"

#include <stdio.h>
#include <stdlib.h>

int submit_materials(struct db_tx *tx, const char *application, bool full, json_t **out)
{
	json_t *list = json_array();
	struct material m;
	int rc;
	for (int64_t n = 0; (rc = material_at(tx, application, n, &m)) == 0; n++) {
		char hex[DIGEST_HEX];
		digest_hex(&m.ref.digest, hex);
		json_t *one = json_pack("{s:s,s:s,s:s,s:I}", "code", m.code, "name", m.name, "digest", hex,
			"size", (json_int_t)m.ref.size);
		if (full) {
			json_object_set_new(one, "id", json_string(m.id));
			json_object_set_new(one, "media", json_string(m.media));
		}
		json_array_append_new(list, one);
	}
	if (rc != ERR_NOTFOUND) {
		json_decref(list);
		return rc;
	}
	*out = list;
	return 0;
}

int submit_division(struct portal *p, struct db_tx *tx, const char *application, char out[static 7])
{
	json_t *draft = NULL;
	int rc = application_draft(tx, p->service->vault, application, &draft);
	if (rc == 0)
		snprintf(out, 7, "%s", form_division(draft, p->service->tenants));
	json_decref(draft);
	return rc;
}

struct submission {
	struct material materials[MESSAGE_ATTACHMENTS_MAX];
	struct exchange_draft draft;
};

/* An answer to a correction brings what is new; the registry has the rest. */
static int attach(struct submission *s, struct db_tx *tx, const struct application *a, struct err_note *note)
{
	int rc = 0;
	for (size_t at = 0, n = 0; rc == 0; at++) {
		if (n == MESSAGE_ATTACHMENTS_MAX)
			return err_set(note, ERR_LIMIT, "materials: more than %d", MESSAGE_ATTACHMENTS_MAX);
		rc = material_at(tx, a->id, (int64_t)at, &s->materials[n]);
		if (rc < 0)
			break;
		if (s->materials[n].round != a->round)
			continue;
		s->draft.attachments[n].name = s->materials[n].name;
		s->draft.attachments[n].media = s->materials[n].media;
		s->draft.attachments[n].ref = s->materials[n].ref;
		s->draft.nattachments = ++n;
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int form_load(struct portal *p, struct db_tx *tx, const char *id, json_t **out)
{
	struct buf text;
	buf_init(&text, 1 << 20);
	int rc = application_form(tx, p->service->vault, id, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 1 << 20, out, NULL);
	buf_fini(&text);
	return rc;
}

/* The form is canonical: its digest is that of the text that was signed. */
static int proofs_join(
	struct portal *p, struct db_tx *tx, const char *id, const json_t *form, json_t *signatures)
{
	struct buf text;
	char hex[DIGEST_HEX];
	buf_init(&text, 1 << 20);
	int rc = json_canon(form, &text);
	digest_hex_of(p->service->suite, buf_view(&text), hex);
	buf_fini(&text);
	if (rc == 0)
		rc = face_join(tx, p->service->vault, id, hex, signatures);
	if (rc == 0)
		rc = answers_join(tx, p->service->vault, id, hex, signatures);
	return rc == 0 ? mandate_join(tx, p->service->vault, id, hex, signatures) : rc;
}

int submit_application(struct portal *p, struct db_tx *tx, struct application *a, struct err_note *note)
{
	json_t *form = NULL, *signatures = NULL, *body = NULL;
	struct submission *s = calloc(1, sizeof *s);
	int rc = s ? form_load(p, tx, a->id, &form) : ERR_NOMEM;
	if (rc == 0)
		rc = party_signatures(tx, p->service->vault, a->id, &signatures);
	if (rc == 0)
		rc = proofs_join(p, tx, a->id, form, signatures);
	if (rc == 0)
		rc = attach(s, tx, a, note);
	if (rc == 0 && !(body = json_pack("{s:O,s:O}", "form", form, "signatures", signatures)))
		rc = ERR_NOMEM;
	if (rc == 0) {
		s->draft.type = "application.submitted";
		s->draft.dest = "extranet";
		s->draft.tenant = json_str(form, "division");
		s->draft.body = body;
		s->draft.keys[0].kind = "case";
		s->draft.keys[0].id = a->id;
		s->draft.nkeys = 1;
		rc = exchange_put(p->service->exchange, tx, &s->draft, NULL, note);
	}
	if (rc == 0)
		rc = receipt_make(p, tx, a, form, signatures);
	if (rc == 0)
		rc = application_set_state(tx, a, "submitted", NULL, NULL);
	json_decref(form);
	json_decref(signatures);
	json_decref(body);
	free(s);
	return rc;
}

int submit_withdrawal(struct portal *p, struct db_tx *tx, const struct application *a, const char *digest,
	struct err_note *note)
{
	char division[7];
	struct uuid id;
	json_t *signatures = NULL, *body = NULL;
	int rc = submit_division(p, tx, a->id, division);
	if (rc == 0)
		rc = withdrawal_signatures(tx, p->service->vault, a->id, &signatures);
	if (rc == 0)
		rc = mandate_join(tx, p->service->vault, a->id, digest, signatures);
	if (rc == 0 && !(body = json_pack("{s:s,s:O}", "application", a->id, "signatures", signatures)))
		rc = ERR_NOMEM;
	json_decref(signatures);
	if (rc < 0)
		return rc;
	struct exchange_draft d = {.type = "application.withdrawn",
		.dest = "extranet",
		.tenant = division,
		.body = body,
		.nkeys = 1};
	d.keys[0].kind = "case";
	d.keys[0].id = a->id;
	rc = exchange_put(p->service->exchange, tx, &d, &id, note);
	json_decref(body);
	return rc == 0 ? withdrawal_sent(tx, a->id, id.s) : rc;
}
