/* 地役权, 居住权. */
#include "zones/extranet/domain/entry_work.h"

#include "common/message/format.h"
#include <string.h>

static int burden_make(struct entry_work *w, const char *table, json_t *own)
{
	struct work_holders h = {.n = 0};
	struct buf names;
	buf_init(&names, 4096);
	int rc = work_names(w, w->in->b->ended_role, &names);
	if (rc == 0)
		rc = work_add_parties(w, &h, w->in->b->holder_role, (struct share){1, 1});
	if (rc == 0) {
		json_t *row = work_right(w, w->unit, table, w->in->b->right_type);
		json_object_set_new(row, "ywr", json_string((const char *)names.p));
		json_object_update(row, own);
		rc = work_write_holders(w, &h, table, w->unit, plan_insert(w->plan, table, row, ENTRY_PROOF));
	}
	buf_fini(&names);
	json_decref(own);
	return rc;
}

int entry_easement_plan(struct entry_work *w)
{
	const char *dominant = work_field(w, "dominant_unit"), *from = work_field(w, "term_from"),
		   *to = work_field(w, "term_to");
	int rc = work_need_right(w);
	if (rc == 0)
		rc = work_need_disposers(w, w->in->b->ended_role, w->holders);
	if (rc == 0 && (!format_unit_code(dominant) || strcmp(dominant, w->unit) == 0))
		rc = work_block(w, "UNITS", dominant);
	if (rc == 0)
		rc = work_need_dates(w, from, to);
	return rc < 0 ? rc
		      : burden_make(w, "dyiq",
				json_pack("{s:s,s:s,s:s,s:s}", "xydbdcdyh", dominant, "dyqnr",
					work_field(w, "content"), "qlqssj", from, "qljssj", to));
}

int entry_residence_plan(struct entry_work *w)
{
	const char *from = work_field(w, "term_from"), *to = work_field(w, "term_to");
	int rc = work_need_right(w);
	if (rc == 0)
		rc = work_need_disposers(w, w->in->b->ended_role, w->holders);
	if (rc == 0 && (*from || *to))
		rc = work_need_dates(w, from, to);
	return rc < 0 ? rc
		      : burden_make(w, "jzq",
				json_pack("{s:s,s:s,s:s}", "jzfw", work_field(w, "content"), "qlqssj", from,
					"qljssj", to));
}

int entry_burden_cancel_plan(struct entry_work *w)
{
	const char *table = w->in->kind->act == ENTRY_EASEMENT_CANCEL ? "dyiq" : "jzq";
	const json_t *row = NULL;
	int rc = work_by_proof(w, table, "proof_no", &row);
	if (rc == 0 &&
		!block_same_persons(w->in->form, w->in->b->holder_role, w->in->rows, json_int(row, "bsm")))
		rc = work_block(w, "NOT-HOLDER", "");
	if (rc == 0)
		work_end(w, table, row, work_ground(w));
	return rc;
}
