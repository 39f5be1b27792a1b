/* 变更登记 of holders and of what the unit is; reissue of certificates; cancellation of the ownership. */
#include "zones/extranet/domain/entry_work.h"

#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/person.h"
#include <string.h>

int entry_change_holder_plan(struct entry_work *w)
{
	const json_t *old = person_by_number(w->holders, work_field(w, "old_id_number")), *party = NULL, *p,
		     *row;
	struct work_holders h = {.n = 0};
	size_t i;
	int rc = work_need_right(w);
	if (rc < 0)
		return rc;
	json_array_foreach(w->parties, i, p)
	{
		if (strcmp(json_str(p, "role"), w->in->b->holder_role) == 0)
			party = party ? party : p;
	}
	if (!party || work_count(w, w->in->b->holder_role) != 1)
		return work_block(w, "FIELD", "parties");
	if (!old)
		return work_block(w, "NOT-HOLDER", w->unit);
	if (strcmp(json_str(old, "qlrmc"), json_str(party, "name")) == 0 && person_holds(party, old))
		return work_block(w, "SAME", "");
	h.joint = strcmp(json_str(json_array_get(w->holders, 0), "gyfs"), "1") == 0;
	json_array_foreach(w->holders, i, row)
	{
		size_t was = h.n;
		rc = work_add_holder(w, &h, row);
		if (rc < 0)
			return rc;
		if (row != old)
			continue;
		h.v[was].name = json_str(party, "name");
		h.v[was].id_kind = json_str(party, "id_kind");
		h.v[was].id_number = json_str(party, "id_number");
	}
	rc = work_need_once(w, &h);
	return rc < 0 ? rc : work_renew(w, &h, NULL);
}

/* Which column of a table a form field changes. */
static const struct {
	const char *table, *field, *column;
} columns[] = {
	{"h", "location", "zl"},
	{"h", "use", "ghyt"},
	{"h", "area_cm2", "jzmj"},
	{"h", "room", "shbw"},
	{"h", "floor", "szc"},
	{"zdjbxx", "location", "zl"},
	{"zdjbxx", "use", "yt"},
	{"zdjbxx", "area_cm2", "zdmj"},
	{"zdjbxx", "right_nature", "qlxz"},
	{"zhjbxx", "location", "zl"},
	{"zhjbxx", "use", "yhlx"},
	{"zhjbxx", "area_cm2", "zhmj"},
	{"zhjbxx", "sea_use", "yhfs"},
	{"lq", "location", "zl"},
	{"lq", "species", "zysz"},
	{"lq", "forest_kind", "lz"},
};

/* Columns of a row that the form sets otherwise: new object, empty when nothing changes. */
static json_t *changes_of(const struct entry_work *w, const char *table, const json_t *row)
{
	json_t *out = json_object();
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
		const json_t *v = json_object_get(w->fields, columns[i].field);
		if (strcmp(columns[i].table, table) == 0 && v &&
			!json_equal(v, json_object_get(row, columns[i].column)))
			json_object_set(out, columns[i].column, (json_t *)(uintptr_t)v);
	}
	return out;
}

static json_t *right_changes(const struct entry_work *w)
{
	json_t *out = changes_of(w, w->owner->table, w->right);
	const json_t *area = json_object_get(w->fields, "area_cm2"),
		     *until = json_object_get(w->fields, "term_to");
	if (w->owner->area && area && !json_equal(area, json_object_get(w->right, w->owner->area)))
		json_object_set(out, w->owner->area, (json_t *)(uintptr_t)area);
	if (w->owner->to && until && !json_equal(until, json_object_get(w->right, w->owner->to)))
		json_object_set(out, w->owner->to, (json_t *)(uintptr_t)until);
	return out;
}

static bool unit_changes(struct entry_work *w)
{
	static const char *const tables[] = {"h", "zdjbxx", "zhjbxx"};
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		const json_t *row = json_array_get(json_object_get(w->in->rows, tables[i]), 0);
		if (!row)
			continue;
		json_t *changes = changes_of(w, tables[i], row);
		bool any = json_object_size(changes) > 0;
		if (any) {
			json_t *next = plan_row_after(row);
			json_object_update(next, changes);
			plan_end(w->plan, tables[i], row);
			plan_insert(w->plan, tables[i], next, ENTRY_NO_PAPER);
		}
		json_decref(changes);
		return any;
	}
	return false;
}

int entry_change_unit_plan(struct entry_work *w)
{
	int64_t n;
	int rc = work_need_right(w);
	if (rc == 0)
		rc = work_need_among(w, w->in->b->holder_role, w->holders);
	if (rc < 0)
		return rc;
	if (json_object_get(w->fields, "area_cm2") && work_int(w, "area_cm2") <= 0)
		return work_block(w, "FIELD", "area_cm2");
	if (*work_field(w, "term_to") && day_number(work_field(w, "term_to"), &n) < 0)
		return work_block(w, "DATES", "");
	json_t *changes = right_changes(w);
	bool any = unit_changes(w);
	if (!any && json_object_size(changes) == 0) {
		json_decref(changes);
		return work_block(w, "SAME", w->unit);
	}
	return work_renew(w, NULL, changes);
}

int entry_reissue_plan(struct entry_work *w)
{
	const char *number = work_field(w, "certificate_no");
	static const char *const proofs[] = {"dyaq", "dyiq", "jzq", "ygdj", "yydj"};
	if (w->right && strcmp(json_str(w->right, "bdcqzh"), number) == 0) {
		int rc = work_need_among(w, w->in->b->holder_role, w->holders);
		return rc < 0 ? rc : work_renew(w, NULL, NULL);
	}
	for (size_t t = 0; t < sizeof proofs / sizeof proofs[0]; t++) {
		size_t i;
		const json_t *row;
		json_array_foreach(json_object_get(w->in->rows, proofs[t]), i, row)
		{
			if (strcmp(json_str(row, "bdcdjzmh"), number) != 0)
				continue;
			json_t *holders = right_holders(w->in->rows, json_int(row, "bsm"));
			int rc = work_need_among(w, w->in->b->holder_role, holders);
			json_decref(holders);
			return rc < 0 ? rc : work_renew_row(w, proofs[t], row, NULL, NULL, ENTRY_PROOF);
		}
	}
	return work_block(w, "PROOF", number);
}

/* The ownership ends, and with it what its holders agreed to give up (block.h asked them). */
int entry_cancel_plan(struct entry_work *w)
{
	static const char *const burdens[] = {"dyaq", "dyiq", "jzq", "ygdj", "yydj"};
	static const char *const units[] = {"h", "zdjbxx", "zhjbxx"};
	size_t i;
	const json_t *row;
	int rc = work_need_right(w);
	if (rc == 0)
		rc = work_need_disposers(w, w->in->b->holder_role, w->holders);
	if (rc < 0)
		return rc;
	work_end(w, w->owner->table, w->right, work_ground(w));
	for (size_t t = 0; t < sizeof burdens / sizeof burdens[0]; t++)
		json_array_foreach(json_object_get(w->in->rows, burdens[t]), i, row)
			work_end(w, burdens[t], row, "所有权、使用权注销");
	if (strcmp(work_field(w, "extinct"), "yes") == 0)
		for (size_t t = 0; t < sizeof units / sizeof units[0]; t++)
			json_array_foreach(json_object_get(w->in->rows, units[t]), i, row)
				plan_cancel(w->plan, units[t], row, "不动产灭失", "", "");
	return 0;
}
