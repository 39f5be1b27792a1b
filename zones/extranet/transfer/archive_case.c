#include "zones/extranet/transfer/archive_case.h"

#include "zones/extranet/store/archive.h"
#include "zones/extranet/store/charge.h"
#include "zones/extranet/store/decision.h"
#include "zones/extranet/store/document.h"
#include "zones/extranet/store/entry_evidence.h"
#include "zones/extranet/store/face.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/mandate.h"
#include "zones/extranet/store/mark.h"
#include "zones/extranet/store/party_signature.h"
#include "zones/extranet/store/resubmission.h"
#include "zones/extranet/store/rules.h"
#include "zones/extranet/store/terms.h"

#define FORM_MAX (4 << 20)

/* What was read, or why it was not, into the case's file; *v is taken over. */
static int put(struct archive_case *a, const char *key, int rc, json_t **v)
{
	if (rc == 0 && json_object_set_new(a->file, key, *v))
		rc = ERR_NOMEM;
	*v = NULL;
	return rc;
}

static int parties_read(struct archive_case *a, struct db_tx *tx)
{
	json_t *list = json_array();
	struct case_party one;
	int rc = list ? 0 : ERR_NOMEM;
	for (int n = 0; rc == 0; n++) {
		rc = case_get_party(tx, a->r->service->vault, a->id, n, &one);
		if (rc == 0)
			json_array_append_new(
				list, json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:s,s:s}", "role", one.role, "name",
					      one.name, "id_kind", one.id_kind, "id_number", one.id_number,
					      "share_num", (json_int_t)one.share_num, "share_den",
					      (json_int_t)one.share_den, "signed_at", one.signed_at,
					      "certificate", one.person_certificate));
	}
	buf_wipe(&one, sizeof one);
	return put(a, "parties", rc == ERR_NOTFOUND ? 0 : rc, &list);
}

/* What was done and found, by whom. */
static int work_read(struct archive_case *a, struct db_tx *tx)
{
	json_t *v = NULL;
	int rc = case_steps(tx, a->id, &v);
	rc = put(a, "steps", rc, &v);
	if (rc == 0)
		rc = rules_verdicts(tx, a->id, &v);
	rc = put(a, "checks", rc, &v);
	if (rc == 0)
		rc = flows_json(a->r, tx, &a->c, &v);
	rc = put(a, "flow", rc, &v);
	if (rc == 0)
		rc = terms_json(a->r, tx, &a->c, &v);
	rc = put(a, "terms", rc, &v);
	if (rc == 0)
		rc = resubmission_list(tx, a->id, &v);
	rc = put(a, "corrections", rc, &v);
	if (rc == 0)
		rc = mark_list(tx, a->r->service->vault, a->id, &v);
	rc = put(a, "marks", rc, &v);
	if (rc == 0)
		rc = case_cadastral(tx, a->id, &v);
	return put(a, "cadastral", rc, &v);
}

static int money_read(struct archive_case *a, struct db_tx *tx)
{
	json_t *v = NULL;
	int rc = charge_json(tx, a->id, &v);
	rc = put(a, "fee", rc, &v);
	if (rc == 0)
		rc = case_tax(tx, a->id, &v);
	rc = put(a, "tax", rc, &v);
	if (rc == 0)
		rc = case_tax_voids(tx, a->id, &v);
	return put(a, "tax_voids", rc, &v);
}

/* The forms that answers to corrections took the place of: what the parties signed before is over them. */
static int forms_read(struct archive_case *a, struct db_tx *tx)
{
	const json_t *one;
	size_t i;
	int rc = (a->forms = json_array()) ? 0 : ERR_NOMEM;
	json_array_foreach(json_object_get(a->file, "corrections"), i, one)
	{
		struct buf text;
		int64_t round = json_int(one, "round");
		if (rc < 0)
			break;
		buf_init(&text, FORM_MAX);
		rc = resubmission_form(tx, a->r->service->vault, a->id, round, &text);
		if (rc == 0)
			rc = json_array_append_new(
				     a->forms, json_pack("{s:I,s:s#}", "round", (json_int_t)round, "text",
						       (const char *)text.p, (int)text.n))
				     ? ERR_NOMEM
				     : 0;
		rc = rc == ERR_NOTFOUND ? 0 : rc;
		buf_fini(&text);
	}
	return rc == 0 ? case_get_form(tx, a->r->service->vault, a->id, &a->form) : rc;
}

static int papers_read(struct archive_case *a, struct db_tx *tx)
{
	struct vault *v = a->r->service->vault;
	int rc = case_materials(tx, a->id, &a->materials);
	if (rc == 0)
		rc = document_list(tx, a->id, &a->documents);
	if (rc == 0)
		rc = decision_list(tx, a->id, true, &a->decisions);
	if (rc == 0)
		rc = party_signature_list(tx, v, a->id, &a->signatures);
	if (rc == 0)
		rc = face_list(tx, v, a->id, &a->faces);
	return rc == 0 ? mandate_list(tx, v, a->id, &a->mandates) : rc;
}

static int book_read(struct archive_case *a, struct db_tx *tx)
{
	struct vault *v = a->r->service->vault;
	int rc = book_unit(tx, v, a->c.unit_code, a->c.received_at, &a->before);
	if (rc == 0)
		rc = book_unit(tx, v, a->c.unit_code, NULL, &a->after);
	return rc == 0 ? entry_evidence(v, a->r->service->suite, tx, a->c.number, &a->entries) : rc;
}

static int all_read(struct db_tx *tx, void *arg)
{
	struct archive_case *a = arg;
	struct registry *r = a->r;
	const struct office *o = a->office;
	const char *id = a->id;
	archive_case_fini(a);
	*a = (struct archive_case){.r = r, .office = o, .id = id};
	buf_init(&a->form, FORM_MAX);
	int rc = case_get(tx, id, &a->c);
	if (rc == 0)
		rc = case_json(&a->c, &a->file);
	if (rc == 0)
		rc = parties_read(a, tx);
	if (rc == 0)
		rc = work_read(a, tx);
	if (rc == 0)
		rc = money_read(a, tx);
	if (rc == 0)
		rc = forms_read(a, tx);
	if (rc == 0)
		rc = papers_read(a, tx);
	if (rc == 0)
		rc = book_read(a, tx);
	return rc == 0 ? archive_records(tx, a->c.number, &a->records) : rc;
}

int archive_case_read(struct archive_case *a, struct registry *r, const struct office *o, const char *id)
{
	*a = (struct archive_case){.r = r, .office = o, .id = id};
	buf_init(&a->form, FORM_MAX);
	int rc = db_read(r->service->db, o->division, all_read, a);
	if (rc < 0)
		return rc;
	const struct business *b = flows_business(r->flows, a->c.business, a->c.business_version);
	if (json_object_set_new(a->file, "office", json_string(o->name)) ||
		json_object_set_new(a->file, "business_zh", json_string(b ? b->zh : "")) ||
		json_object_set_new(a->file, "business_en", json_string(b ? b->en : "")) ||
		json_object_set(a->file, "decisions", a->decisions))
		return ERR_NOMEM;
	return 0;
}

void archive_case_fini(struct archive_case *a)
{
	json_t **const all[] = {&a->file, &a->materials, &a->documents, &a->decisions, &a->signatures,
		&a->faces, &a->mandates, &a->entries, &a->before, &a->after, &a->forms};
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		json_decref(*all[i]);
		*all[i] = NULL;
	}
	buf_fini(&a->form);
}

int archive_case_ready(const struct archive_case *a)
{
	size_t i;
	const json_t *d;
	json_array_foreach(
		a->documents, i, d) if (!json_is_true(json_object_get(d, "sealed"))) return ERR_BUSY;
	return 0;
}

const char *archive_case_closed(const struct archive_case *a)
{
	const json_t *steps = json_object_get(a->file, "steps");
	return json_str(json_array_get(steps, json_array_size(steps) - 1), "at");
}
