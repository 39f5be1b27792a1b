/* 撤回: the portal's word takes nothing back, nor does one of several applicants. */
#include "common/message/withdrawal.h"
#include "zones/extranet/domain/withdrawal.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/party_signature.h"
#include "zones/extranet/transfer/mandated.h"
#include "zones/extranet/transfer/progress.h"
#include "zones/extranet/transfer/receive.h"
#include <string.h>

struct withdrawing {
	struct registry *r;
	const struct message *m;
	struct case_row c;
	struct case_form form;
	struct buf text;
	struct withdrawal_signer signers[WITHDRAWAL_SIGNERS_MAX];
	size_t n;
};

/* Kept beside what was signed before, with the text: an outsider checks it in the archive. */
static int signature_keep(struct withdrawing *w, struct db_tx *tx, const struct withdrawal_signer *s)
{
	json_t *kept = json_copy((json_t *)(uintptr_t)s->signature);
	int rc = kept && json_object_set_new(
				 kept, "withdrawal", json_stringn((const char *)w->text.p, w->text.n)) == 0
			 ? party_signature_add(
				   tx, w->r->service->vault, w->c.id, (int)s->party, s->nonce.s, kept)
			 : ERR_NOMEM;
	json_decref(kept);
	return rc;
}

static int signer_take(
	struct withdrawing *w, struct db_tx *tx, const struct withdrawal_signer *s, struct err_note *note)
{
	const struct mandated m = {.case_id = w->c.id,
		.business = w->c.business,
		.unit_code = w->c.unit_code,
		.party = json_array_get(json_object_get(w->form.json, "parties"), s->party),
		.signature = s->signature,
		.n = s->party,
		.text = buf_view(&w->text),
		.at = w->m->created};
	int rc = mandated_check(w->r, tx, &m, note);
	if (rc < 0 || s->again)
		return rc;
	rc = case_take_nonce(tx, s->nonce.s, w->c.id);
	if (rc == ERR_EXISTS)
		return err_set(
			note, ERR_REFUSED, "body.signatures: token of party %zu was used before", s->party);
	return rc == 0 ? signature_keep(w, tx, s) : rc;
}

static int all_signed(
	struct withdrawing *w, struct db_tx *tx, const struct business *b, struct err_note *note)
{
	struct registry *r = w->r;
	int rc = case_form_read(tx, r->service->vault, r->service->suite, &w->c, &w->form, note);
	if (rc == 0)
		rc = withdrawal_text(w->c.id, w->form.digest, &w->text);
	const struct withdrawal_case c = {r->identity, b, w->form.json, buf_view(&w->text), w->m->created};
	if (rc == 0)
		rc = withdrawal_check(&c, json_object_get(w->m->body, "signatures"), w->signers, &w->n, note);
	for (size_t i = 0; rc == 0 && i < w->n; i++)
		rc = signer_take(w, tx, &w->signers[i], note);
	return rc;
}

static int take_back(struct withdrawing *w, struct db_tx *tx, enum case_state to, struct err_note *note)
{
	json_t *detail = json_pack("{s:I}", "signed", (json_int_t)w->n);
	int rc = detail ? flows_status(w->r, tx, &w->c, FLOW_CANCEL, "portal", note) : ERR_NOMEM;
	if (rc == 0)
		rc = case_move(tx, &w->c, -1, to, "portal", "全体申请人电子签名撤回");
	if (rc == 0)
		rc = progress_put(w->r, tx, &w->c, "", NULL);
	if (rc == 0)
		rc = audit_record(tx, "portal", "case.withdrawn", w->c.number, detail);
	json_decref(detail);
	return rc;
}

static int judge(struct withdrawing *w, struct db_tx *tx, struct err_note *note)
{
	const struct business *b;
	enum case_state to;
	int rc = receive_case_of_portal(tx, w->m, &w->c, note);
	if (rc < 0)
		return rc;
	/* What was decided in between stays decided. */
	if (case_state_next(w->c.state, CASE_DO_WITHDRAW, (struct case_needs){false, false},
		    (struct case_has){false, false, false}, &to, NULL) < 0)
		return err_set(note, ERR_REFUSED, "case %s: not possible while it is %s (%s)", w->c.number,
			case_state_code(w->c.state), case_state_zh(w->c.state));
	b = flows_business(w->r->flows, w->c.business, w->c.business_version);
	REQUIRE(b);
	rc = all_signed(w, tx, b, note);
	return rc == 0 ? take_back(w, tx, to, note) : rc;
}

int receive_withdrawal(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments,
	void *arg, struct err_note *note)
{
	struct withdrawing w = {.r = registry_of(arg), .m = m};
	(void)attachments;
	buf_init(&w.text, WITHDRAWAL_TEXT + 1);
	int rc = judge(&w, tx, note);
	case_form_fini(&w.form);
	buf_fini(&w.text);
	return rc;
}
