/* 异议登记, 预告登记. */
#include "zones/extranet/domain/entry_work.h"

#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/person.h"
#include <string.h>

int entry_objection_plan(struct entry_work *w)
{
	struct work_holders h = {.n = 0};
	size_t i, k;
	const json_t *p, *one;
	int rc = work_need_right(w);
	json_array_foreach(w->parties, i, p)
	{
		json_array_foreach(w->holders, k, one)
		{
			if (rc == 0 && strcmp(json_str(p, "role"), w->in->b->holder_role) == 0 &&
				person_holds(p, one))
				rc = work_block(w, "OWN", "");
		}
	}
	if (rc == 0)
		rc = work_add_parties(w, &h, w->in->b->holder_role, (struct share){1, 1});
	if (rc < 0)
		return rc;
	json_t *row = work_right(w, w->unit, "yydj", w->in->b->right_type);
	json_object_set_new(row, "yysx", json_string(work_field(w, "matter")));
	json_object_set_new(row, "ssfy", json_string(""));
	json_object_set_new(row, "ah", json_string(""));
	return work_write_holders(w, &h, "yydj", w->unit, plan_insert(w->plan, "yydj", row, ENTRY_PROOF));
}

/* Within the 15 days, or the objection has lapsed already and is not found. The number stays. */
int entry_objection_suit_plan(struct entry_work *w)
{
	const json_t *row = NULL;
	int rc = work_by_proof(w, "yydj", "proof_no", &row);
	if (rc == 0 && json_str(row, "ssfy")[0])
		rc = work_block(w, "SUIT", json_str(row, "ah"));
	return rc < 0 ? rc
		      : work_renew_row(w, "yydj", row,
				json_pack("{s:s,s:s}", "ssfy", work_field(w, "court"), "ah",
					work_field(w, "document_no")),
				NULL, ENTRY_NO_PAPER);
}

int entry_objection_cancel_plan(struct entry_work *w)
{
	const json_t *row = NULL;
	int rc = work_by_proof(w, "yydj", "proof_no", &row);
	if (rc == 0)
		rc = work_need_signers(w, json_int(row, "bsm"));
	if (rc == 0)
		work_end(w, "yydj", row, work_ground(w));
	return rc;
}

/* Whose right is promised away: the owner's; before a building is registered that of the land's user; a
 * mortgage on a presale is the buyer's to give, who holds the pre-notice. */
static int obligors_check(struct entry_work *w, const char *kind)
{
	const char *role = w->in->b->ended_role;
	const json_t *land = json_object_get(w->in->rows, "land"), *row;
	const struct right_owner *owner;
	size_t i;
	int rc;
	if (strcmp(kind, "3") == 0) {
		json_array_foreach(json_object_get(w->in->rows, "ygdj"), i, row)
		{
			if (strcmp(json_str(row, "ygdjzl"), "1") == 0 &&
				block_same_persons(w->in->form, role, w->in->rows, json_int(row, "bsm")))
				return 0;
		}
		return work_block(w, "NOT-HOLDER", w->unit);
	}
	if (w->right || strcmp(kind, "1") != 0) {
		rc = work_need_right(w);
		return rc < 0 ? rc : work_need_disposers(w, role, w->holders);
	}
	row = right_owner_row(land, &owner);
	if (!row)
		return work_block(w, "NO-RIGHT", w->unit);
	json_t *holders = right_holders(land, json_int(row, "bsm"));
	rc = work_need_disposers(w, role, holders);
	json_decref(holders);
	return rc;
}

int entry_prenotice_plan(struct entry_work *w)
{
	const char *kind = w->in->kind->variant, *from = work_field(w, "term_from"),
		   *able = work_field(w, "registrable_on");
	bool mortgage = strcmp(kind, "3") >= 0;
	struct work_holders h = {.n = 0, .joint = strcmp(work_field(w, "co_ownership"), "1") == 0};
	struct buf names;
	int64_t n;
	int rc = obligors_check(w, kind);
	if (rc == 0 && mortgage)
		rc = work_need_dates(w, from, work_field(w, "term_to"));
	if (rc == 0 && mortgage && work_int(w, "secured_cents") <= 0)
		rc = work_block(w, "FIELD", "secured_cents");
	if (rc == 0 && *able && day_number(able, &n) < 0)
		rc = work_block(w, "DATES", able);
	if (rc == 0)
		rc = work_add_parties(w, &h, w->in->b->holder_role, (struct share){1, 1});
	if (rc < 0)
		return rc;
	buf_init(&names, 4096);
	rc = work_names(w, w->in->b->ended_role, &names);
	if (rc == 0) {
		json_t *row = work_right(w, w->unit, "ygdj", w->in->b->right_type);
		json_object_set_new(row, "ywr", json_string((const char *)names.p));
		json_object_set_new(row, "ygdjzl", json_string(kind));
		json_object_set_new(
			row, "qdjg", json_integer(work_int(w, mortgage ? "secured_cents" : "price_cents")));
		json_object_set_new(row, "qlqssj", json_string(mortgage ? from : ""));
		json_object_set_new(row, "qljssj", json_string(mortgage ? work_field(w, "term_to") : ""));
		json_object_set_new(row, "kdjrq", json_string(able));
		rc = work_write_holders(
			w, &h, "ygdj", w->unit, plan_insert(w->plan, "ygdj", row, ENTRY_PROOF));
	}
	buf_fini(&names);
	return rc;
}

int entry_prenotice_cancel_plan(struct entry_work *w)
{
	const json_t *row = NULL;
	int rc = work_by_proof(w, "ygdj", "proof_no", &row);
	if (rc == 0)
		rc = work_need_signers(w, json_int(row, "bsm"));
	if (rc == 0)
		work_end(w, "ygdj", row, work_ground(w));
	return rc;
}
