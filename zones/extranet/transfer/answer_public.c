/* What anybody may ask who can name a paper or a case in full: who cannot learns nothing, not even that it is
 * there. */
#include "common/message/format.h"
#include "zones/extranet/domain/person.h"
#include "zones/extranet/store/case.h"
#include "zones/extranet/store/document.h"
#include "zones/extranet/store/inquiry.h"
#include "zones/extranet/store/paper.h"
#include "zones/extranet/store/proof_number.h"
#include "zones/extranet/store/public_notice.h"
#include "zones/extranet/transfer/answer.h"
#include <stdio.h>
#include <string.h>

static void state_set(struct answer *a, const char *state, const char *number, const char *at)
{
	json_object_set_new(a->out, "state", json_string(state));
	json_object_set_new(a->out, "number", json_string(number));
	json_object_set_new(a->out, "since", json_string(at));
}

/* The digest is that of the facts, as in the code on the paper, or of one of its files. */
static int document_fits(struct answer *a, struct db_tx *tx, const char *number, const char *hex,
	struct document_row *d, bool *fits)
{
	json_t *facts = NULL;
	struct buf text;
	struct digest asked;
	char by_file[DOCUMENT_NUMBER] = "", mine[DIGEST_HEX];
	*fits = false;
	if (digest_parse(hex, &asked) < 0)
		return 0;
	int rc = document_of_file(tx, &asked, by_file);
	if (rc == 0 && strcmp(number, "-") == 0 && !by_file[0])
		return 0;
	buf_init(&text, 262144);
	if (rc == 0)
		rc = document_get(
			tx, a->r->service->vault, strcmp(number, "-") == 0 ? by_file : number, d, &facts);
	if (rc == 0)
		rc = json_canon(facts, &text);
	if (rc == 0) {
		digest_hex_of(sign_key_suite(a->office->seal), buf_view(&text), mine);
		*fits = strcmp(mine, hex) == 0 || strcmp(by_file, d->number) == 0;
	}
	json_decref(facts);
	buf_fini(&text);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int answer_public_paper(struct answer *a, struct db_tx *tx)
{
	struct document_row d;
	bool fits = false, stands = false;
	char at[25] = "";
	int rc = inquiry_proof(tx, a->q.about, a->q.other, at);
	if (rc == 0) {
		state_set(a, "issued", a->q.about, at);
		return 0;
	}
	if (rc == ERR_NOTFOUND)
		rc = document_fits(a, tx, a->q.about, a->q.other, &d, &fits);
	if (rc < 0 || !fits) {
		state_set(a, "unknown", "", "");
		return rc;
	}
	if (strncmp(d.kind, "certificate", 11) != 0) {
		state_set(a, "issued", d.number, d.at);
		return 0;
	}
	rc = paper_stands(tx, a->r->service->vault, d.number, &stands);
	state_set(a, stands ? "valid" : "replaced", d.number, d.at);
	return rc;
}

int answer_public_number(struct answer *a, struct db_tx *tx)
{
	struct document_row d;
	bool stands = false, given = false;
	const char *state = "unknown";
	int rc = document_get(tx, a->r->service->vault, a->q.about, &d, NULL);
	if (rc == 0 && strncmp(d.kind, "certificate-", 12) == 0) {
		rc = paper_stands(tx, a->r->service->vault, d.number, &stands);
		state = stands ? "valid" : "replaced";
	} else if (rc == 0) {
		state = strncmp(d.kind, "notice-", 7) == 0 ? "issued" : "unknown";
	} else if (rc == ERR_NOTFOUND) {
		rc = proof_number_given(tx, a->q.about, &given);
		state = given ? "issued" : "unknown";
	}
	if (rc == 0)
		json_object_set_new(a->out, "state", json_string(state));
	return rc;
}

/* Whether somebody of the case is called so and has this number on a document that bears it as `kind` does.
 * Each may be NULL: any. */
static int party_is(struct answer *a, struct db_tx *tx, const char *case_id, const char *name,
	const char *kind, const char *id_number, bool *is)
{
	struct case_party p;
	int rc = 0;
	for (int n = 0; rc == 0 && (rc = case_get_party(tx, a->r->service->vault, case_id, n, &p)) == 0; n++)
		*is = *is || ((!name || strcmp(p.name, name) == 0) &&
				     (!id_number || person_same(p.id_kind, p.id_number,
							    kind ? kind : p.id_kind, id_number)));
	buf_wipe(&p, sizeof p);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int case_add(struct db_tx *tx, const struct case_row *c, json_t *rows)
{
	json_t *steps = NULL;
	int rc = case_steps(tx, c->id, &steps);
	size_t i;
	json_t *s;
	/* Who did it and what was written to the applicant is nobody else's. */
	json_array_foreach(steps, i, s)
	{
		json_object_del(s, "by");
		json_object_del(s, "note");
	}
	if (rc == 0)
		json_array_append_new(
			rows, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:O}", "number", c->number, "applicant",
				      c->applicant_mask, "state", case_state_code(c->state), "business",
				      c->business, "received", c->received_at, "deadline", c->deadline,
				      "steps", steps));
	json_decref(steps);
	return rc;
}

/* Name and identity number of one person, as a card tells both: the number alone, or with the name of another
 * party, shows nothing. */
static int by_card(struct answer *a, struct db_tx *tx, json_t *rows)
{
	json_t *ids = NULL;
	const json_t *id;
	size_t i;
	struct vault_lookup person;
	int rc = vault_find(a->r->service->vault, "id-number", a->q.other, &person);
	if (rc == 0)
		rc = inquiry_cases(tx, &person, "1", a->q.other, &ids);
	json_array_foreach(ids, i, id)
	{
		struct case_row c;
		bool is = false;
		if (rc == 0)
			rc = case_get(tx, json_string_value(id), &c);
		if (rc == 0)
			rc = party_is(a, tx, c.id, a->q.about, "1", a->q.other, &is);
		if (rc == 0 && is)
			rc = case_add(tx, &c, rows);
	}
	json_decref(ids);
	return rc;
}

int answer_public_case(struct answer *a, struct db_tx *tx)
{
	json_t *rows = json_array();
	struct case_row c;
	bool is = false;
	int rc = case_get(tx, a->q.about, &c);
	if (rc == 0) {
		rc = party_is(a, tx, c.id, a->q.other, NULL, NULL, &is);
		if (rc == 0 && !is)
			rc = party_is(a, tx, c.id, NULL, NULL, a->q.other, &is);
		if (rc == 0 && is)
			rc = case_add(tx, &c, rows);
	} else if (rc == ERR_NOTFOUND) {
		rc = format_resident_id(a->q.other) ? by_card(a, tx, rows) : 0;
	}
	json_object_set_new(a->out, "rows", rows);
	return rc;
}

int answer_public_notices(struct answer *a, struct db_tx *tx)
{
	json_t *rows = NULL;
	int rc = public_notice_list(a->r, tx, &rows);
	return rc == 0 && json_object_set_new(a->out, "rows", rows) ? ERR_NOMEM : rc;
}
