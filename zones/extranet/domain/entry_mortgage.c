/* 抵押权登记: first (general, maximum-amount, buildings under construction), change, transfer, cancellation.
 */
#include "zones/extranet/domain/entry_work.h"

#include <string.h>

static bool is_max(const struct entry_work *w)
{
	return strcmp(w->in->kind->variant, "max") == 0;
}

static bool on_construction(const struct entry_work *w)
{
	return strcmp(w->in->kind->variant, "construction") == 0;
}

/* The mortgagors are those who may dispose of the unit — or, of their own share, each owner by shares. */
static int mortgagors_check(struct entry_work *w)
{
	const char *role = w->in->b->ended_role;
	bool share = strcmp(work_field(w, "scope"), "share") == 0;
	if (on_construction(w)) {
		const json_t *land = json_object_get(w->in->rows, "land");
		const struct right_owner *owner;
		const json_t *row = right_owner_row(land, &owner);
		if (w->right)
			return work_block(w, "RIGHT-EXISTS", w->unit);
		if (!row)
			return work_block(w, "NO-RIGHT", w->unit);
		json_t *holders = right_holders(land, json_int(row, "bsm"));
		int rc = work_need_disposers(w, role, holders);
		json_decref(holders);
		return rc;
	}
	int rc = work_need_right(w);
	if (rc < 0)
		return rc;
	if (!share)
		return work_need_disposers(w, role, w->holders);
	if (strcmp(json_str(json_array_get(w->holders, 0), "gyfs"), "1") == 0)
		return work_block(w, "JOINT-SHARE", w->unit);
	return work_need_among(w, role, w->holders);
}

static int64_t next_rank(const struct entry_work *w)
{
	int64_t rank = 0;
	size_t i;
	const json_t *row;
	json_array_foreach(json_object_get(w->in->rows, "dyaq"), i, row)
	{
		if (json_int(row, "dysw") > rank)
			rank = json_int(row, "dysw");
	}
	return rank + 1;
}

static int restricted(struct entry_work *w, const char **out)
{
	const char *said = work_field(w, "transfer_restricted");
	*out = strcmp(said, "yes") == 0 ? "1" : "0";
	return strcmp(said, "yes") == 0 || strcmp(said, "no") == 0
		       ? 0
		       : work_block(w, "FIELD", "transfer_restricted");
}

static json_t *mortgage_row(const struct entry_work *w, const char *mortgagors, const char *noted)
{
	json_t *row = work_right(w, w->unit, "dyaq", w->in->b->right_type);
	json_object_set_new(row, "ywr", json_string(mortgagors));
	json_object_set_new(row, "scsj", json_string(PLAN_AT));
	json_object_set_new(row, "dyfs", json_string(is_max(w) ? "2" : "1"));
	json_object_set_new(row, "dybdclx",
		json_string(on_construction(w) ? "4"
			    : w->owner         ? w->owner->object
					       : "7"));
	json_object_set_new(row, "dysw", json_integer(next_rank(w)));
	json_object_set_new(row, "bdbzzqse", json_integer(work_int(w, "secured_cents")));
	json_object_set_new(row, "zwlxqssj", json_string(work_field(w, "term_from")));
	json_object_set_new(row, "zwlxjssj", json_string(work_field(w, "term_to")));
	json_object_set_new(row, "dbfw", json_string(work_field(w, "guarantee_scope")));
	json_object_set_new(row, "jzzr", json_string(noted));
	return row;
}

int entry_mortgage_plan(struct entry_work *w)
{
	struct work_holders h = {.n = 0};
	const char *noted = "0";
	struct buf names;
	int rc = mortgagors_check(w);
	if (rc == 0)
		rc = work_need_dates(w, work_field(w, "term_from"), work_field(w, "term_to"));
	if (rc == 0 && work_int(w, "secured_cents") <= 0)
		rc = work_block(w, "FIELD", "secured_cents");
	if (rc == 0)
		rc = restricted(w, &noted);
	if (rc == 0)
		rc = work_add_parties(w, &h, w->in->b->holder_role, (struct share){1, 1});
	if (rc < 0)
		return rc;
	buf_init(&names, 4096);
	rc = work_names(w, w->in->b->ended_role, &names);
	if (rc == 0)
		rc = work_write_holders(w, &h, "dyaq", w->unit,
			plan_insert(
				w->plan, "dyaq", mortgage_row(w, (const char *)names.p, noted), ENTRY_PROOF));
	if (rc == 0 && !on_construction(w))
		work_fulfil(w, "3", "4");
	buf_fini(&names);
	return rc;
}

/* More debt before later mortgagees: they must agree (民法典第409条). */
static int later_ones_agree(struct entry_work *w, const json_t *mortgage)
{
	size_t i;
	const json_t *row;
	json_array_foreach(json_object_get(w->in->rows, "dyaq"), i, row)
	{
		if (json_int(row, "dysw") <= json_int(mortgage, "dysw"))
			continue;
		json_t *holders = right_holders(w->in->rows, json_int(row, "bsm"));
		size_t k;
		const json_t *one;
		bool all = true;
		json_array_foreach(holders, k, one) all &= block_signs(w->in->b, w->in->form, one);
		json_decref(holders);
		if (!all)
			return work_block(w, "OTHER-MORTGAGEES", json_str(row, "bdcdjzmh"));
	}
	return 0;
}

static json_t *mortgage_changes(const struct entry_work *w, const json_t *row)
{
	static const char *const map[][2] = {{"secured_cents", "bdbzzqse"}, {"term_from", "zwlxqssj"},
		{"term_to", "zwlxjssj"}, {"guarantee_scope", "dbfw"}};
	json_t *out = json_object();
	const char *said = work_field(w, "transfer_restricted");
	for (size_t i = 0; i < sizeof map / sizeof map[0]; i++) {
		const json_t *v = json_object_get(w->fields, map[i][0]);
		if (v && !json_equal(v, json_object_get(row, map[i][1])))
			json_object_set(out, map[i][1], (json_t *)(uintptr_t)v);
	}
	if (*said && strcmp(strcmp(said, "yes") == 0 ? "1" : "0", json_str(row, "jzzr")) != 0)
		json_object_set_new(out, "jzzr", json_string(strcmp(said, "yes") == 0 ? "1" : "0"));
	return out;
}

static const char *changed(const json_t *changes, const json_t *row, const char *column)
{
	return json_object_get(changes, column) ? json_str(changes, column) : json_str(row, column);
}

int entry_mortgage_change_plan(struct entry_work *w)
{
	const json_t *row = NULL;
	const char *noted;
	int rc = work_by_proof(w, "dyaq", "proof_no", &row);
	if (rc == 0 &&
		!block_same_persons(w->in->form, w->in->b->holder_role, w->in->rows, json_int(row, "bsm")))
		rc = work_block(w, "NOT-HOLDER", "");
	if (rc == 0 && w->right)
		rc = work_need_disposers(w, w->in->b->ended_role, w->holders);
	if (rc == 0 && *work_field(w, "transfer_restricted"))
		rc = restricted(w, &noted);
	if (rc < 0)
		return rc;
	json_t *changes = mortgage_changes(w, row);
	int64_t more = json_int(changes, "bdbzzqse");
	if (json_object_size(changes) == 0)
		rc = work_block(w, "SAME", "");
	if (rc == 0 && json_object_get(changes, "bdbzzqse") && more <= 0)
		rc = work_block(w, "FIELD", "secured_cents");
	if (rc == 0)
		rc = work_need_dates(w, changed(changes, row, "zwlxqssj"), changed(changes, row, "zwlxjssj"));
	if (rc == 0 && more > json_int(row, "bdbzzqse"))
		rc = later_ones_agree(w, row);
	if (rc < 0) {
		json_decref(changes);
		return rc;
	}
	return work_renew_row(w, "dyaq", row, changes, NULL, ENTRY_PROOF);
}

int entry_mortgage_transfer_plan(struct entry_work *w)
{
	struct work_holders h = {.n = 0};
	const json_t *row = NULL;
	int rc = work_by_proof(w, "dyaq", "proof_no", &row);
	if (rc == 0 &&
		!block_same_persons(w->in->form, w->in->b->ended_role, w->in->rows, json_int(row, "bsm")))
		rc = work_block(w, "NOT-HOLDER", "");
	if (rc == 0 && strcmp(json_str(row, "dyfs"), "2") == 0 && strcmp(work_field(w, "agreed"), "yes") != 0)
		rc = work_block(w, "MAX-NOT-FIXED", "");
	if (rc == 0)
		rc = work_add_parties(w, &h, w->in->b->holder_role, (struct share){1, 1});
	return rc < 0 ? rc : work_renew_row(w, "dyaq", row, NULL, &h, ENTRY_PROOF);
}

int entry_mortgage_cancel_plan(struct entry_work *w)
{
	const json_t *row = NULL;
	int rc = work_by_proof(w, "dyaq", "proof_no", &row);
	if (rc == 0 &&
		!block_same_persons(w->in->form, w->in->b->holder_role, w->in->rows, json_int(row, "bsm")))
		rc = work_block(w, "NOT-HOLDER", "");
	if (rc == 0)
		work_end(w, "dyaq", row, work_ground(w));
	return rc;
}
