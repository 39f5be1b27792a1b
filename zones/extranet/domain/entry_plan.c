#include "zones/extranet/domain/entry_work.h"

#include <stdio.h>
#include <string.h>

static entry_planner *const planners[ENTRY_ACT_COUNT] = {
	[ENTRY_FIRST] = entry_first_plan,
	[ENTRY_TRANSFER] = entry_transfer_plan,
	[ENTRY_CHANGE_HOLDER] = entry_change_holder_plan,
	[ENTRY_CHANGE_UNIT] = entry_change_unit_plan,
	[ENTRY_SPLIT] = entry_split_plan,
	[ENTRY_MERGE] = entry_merge_plan,
	[ENTRY_CANCEL] = entry_cancel_plan,
	[ENTRY_CORRECT] = entry_correct_plan,
	[ENTRY_OBJECTION] = entry_objection_plan,
	[ENTRY_OBJECTION_SUIT] = entry_objection_suit_plan,
	[ENTRY_OBJECTION_CANCEL] = entry_objection_cancel_plan,
	[ENTRY_PRENOTICE] = entry_prenotice_plan,
	[ENTRY_PRENOTICE_CANCEL] = entry_prenotice_cancel_plan,
	[ENTRY_MORTGAGE] = entry_mortgage_plan,
	[ENTRY_MORTGAGE_CHANGE] = entry_mortgage_change_plan,
	[ENTRY_MORTGAGE_TRANSFER] = entry_mortgage_transfer_plan,
	[ENTRY_MORTGAGE_CANCEL] = entry_mortgage_cancel_plan,
	[ENTRY_SEIZURE] = entry_seizure_plan,
	[ENTRY_SEIZURE_RENEW] = entry_seizure_renew_plan,
	[ENTRY_SEIZURE_RELEASE] = entry_seizure_release_plan,
	[ENTRY_EASEMENT] = entry_easement_plan,
	[ENTRY_EASEMENT_CANCEL] = entry_burden_cancel_plan,
	[ENTRY_RESIDENCE] = entry_residence_plan,
	[ENTRY_RESIDENCE_CANCEL] = entry_burden_cancel_plan,
	[ENTRY_REISSUE] = entry_reissue_plan,
};

static int first_blocking(const json_t *findings, struct err_note *note)
{
	size_t i;
	const json_t *f;
	json_array_foreach(findings, i, f)
	{
		if (json_is_true(json_object_get(f, "blocks")))
			return err_set(note, ERR_BLOCKED, "%s: %s; %s %.100s", json_str(f, "code"),
				json_str(f, "zh"), json_str(f, "en"), json_str(f, "what"));
	}
	return 0;
}

int entry_plan_make(const struct entry_input *in, struct plan *out, json_t *findings, struct err_note *note)
{
	struct plan plan;
	struct entry_work w = {.in = in,
		.plan = &plan,
		.findings = findings,
		.unit = json_str(in->form, "unit_code"),
		.fields = json_object_get(in->form, "fields"),
		.parties = json_object_get(in->form, "parties")};
	struct block_case c = {in->b, in->kind, in->form, in->rows, in->tax_paid};
	int rc = plan_init(&plan, w.unit);
	if (rc < 0)
		return rc;
	w.right = right_owner_row(in->rows, &w.owner);
	w.holders = w.right ? right_holders(in->rows, json_int(w.right, "bsm")) : json_array();
	block_check(&c, findings);
	plan_set_ground(&plan, work_ground(&w));
	rc = planners[in->kind->act](&w);
	if (rc == 0)
		rc = plan.failed;
	if (rc == 0 || rc == ERR_BLOCKED)
		rc = first_blocking(findings, note);
	json_decref(w.holders);
	if (rc < 0)
		plan_fini(&plan);
	else
		*out = plan;
	return rc;
}

/* "CODE|ROOM|AREA" a line. */
json_t *entry_plan_units(const json_t *form)
{
	const char *text = json_str(json_object_get(form, "fields"), "units");
	json_t *list = json_array();
	while (*text) {
		size_t line = strcspn(text, "\n;"), code = strcspn(text, "|\n;");
		if (line > 0)
			json_array_append_new(list, json_stringn(text, code < line ? code : line));
		text += line + (text[line] != '\0');
	}
	return list;
}
