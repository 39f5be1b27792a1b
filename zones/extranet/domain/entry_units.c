/* 分割、合并: one unit becomes several, several become one; the holders stay. */
#include "zones/extranet/domain/entry_work.h"

#include "zones/extranet/domain/person.h"
#include "zones/extranet/domain/unit_lines.h"
#include <string.h>

/* 0 and n parts, each a code of this division that stands once. UNITS. */
static int parts_read(struct entry_work *w, struct unit_line *out, size_t *n)
{
	if (!unit_lines_read(work_field(w, "units"), out, n) || *n == 0)
		return work_block(w, "UNITS", "");
	for (size_t i = 0; i < *n; i++) {
		if (strncmp(out[i].code, w->unit, 6) != 0)
			return work_block(w, "UNITS", "");
		for (size_t k = 0; k < i; k++)
			if (strcmp(out[k].code, out[i].code) == 0)
				return work_block(w, "UNITS", out[i].code);
	}
	return 0;
}

static bool has_any(const json_t *rows, const char *const *tables)
{
	for (; *tables; tables++)
		if (json_array_size(json_object_get(rows, *tables)))
			return true;
	return false;
}

/* The row that says what the unit is, and its area column. */
static const json_t *unit_row(const json_t *rows, const char **table, const char **area)
{
	static const char *const tables[][2] = {{"h", "jzmj"}, {"zdjbxx", "zdmj"}, {"zhjbxx", "zhmj"}};
	for (size_t i = 0; i < 3; i++) {
		const json_t *row = json_array_get(json_object_get(rows, tables[i][0]), 0);
		*table = tables[i][0];
		*area = tables[i][1];
		if (row)
			return row;
	}
	return NULL;
}

/* What the unit becomes under a new code. */
static json_t *unit_after(const json_t *row, const char *table, const struct unit_line *part)
{
	json_t *next = plan_row_after(row);
	json_object_set_new(next, "bdcdyh", json_string(part->code));
	if (strcmp(table, "zhjbxx") == 0)
		json_object_set_new(next, "zhdm", json_stringn(part->code, 19));
	else
		json_object_set_new(next, "zddm", json_stringn(part->code, 19));
	if (strcmp(table, "h") == 0) {
		json_object_set_new(next, "zrzh", json_stringn(part->code, 24));
		if (part->room[0])
			json_object_set_new(next, "shbw", json_string(part->room));
	} else if (strcmp(table, "zdjbxx") == 0) {
		json_object_set_new(next, "zdtzm", json_stringn(part->code + 12, 2));
	}
	return next;
}

/* A right of `rows` goes on for another unit with its holders. */
static int right_copy(struct entry_work *w, const json_t *rows, const char *table, const json_t *right,
	const char *unit, int64_t area, enum entry_paper paper)
{
	const struct right_owner *owner = right_owner_find(table);
	struct work_holders h = {.n = 0};
	json_t *next = plan_row_after(right), *holders = right_holders(rows, json_int(right, "bsm"));
	size_t i;
	const json_t *one;
	int rc = 0;
	json_object_set_new(next, "bdcdyh", json_string(unit));
	json_object_set_new(next, "djlx", json_string("300"));
	json_object_set_new(next, "djyy", json_string(work_ground(w)));
	if (owner && owner->area)
		json_object_set_new(next, owner->area, json_integer(area));
	h.joint = strcmp(json_str(json_array_get(holders, 0), "gyfs"), "1") == 0;
	json_array_foreach(holders, i, one) if (rc == 0) rc = work_add_holder(w, &h, one);
	int64_t at = plan_insert(w->plan, table, next, paper);
	if (rc == 0)
		rc = work_write_holders(w, &h, table, unit, at);
	json_decref(holders);
	return rc;
}

static int part_make(struct entry_work *w, const struct unit_line *part, const json_t *unit,
	const char *table, const char *area)
{
	json_t *next = unit_after(unit, table, part);
	const json_t *mortgage;
	size_t i;
	json_object_set_new(next, area, json_integer(part->area));
	plan_insert(w->plan, table, next, ENTRY_NO_PAPER);
	plan_add_unit(w->plan, part->code);
	int rc = right_copy(w, w->in->rows, w->owner->table, w->right, part->code, part->area, ENTRY_TITLE);
	/* A mortgage is indivisible: it goes on for every part. */
	json_array_foreach(json_object_get(w->in->rows, "dyaq"), i, mortgage)
	{
		if (rc == 0)
			rc = right_copy(w, w->in->rows, "dyaq", mortgage, part->code, 0, ENTRY_PROOF);
	}
	return rc;
}

int entry_split_plan(struct entry_work *w)
{
	static const char *const others[] = {"dyiq", "jzq", "ygdj", "yydj", "cfdj", NULL};
	struct unit_line parts[UNIT_LINES_MAX];
	const char *table, *area;
	size_t n = 0, i;
	int64_t sum = 0;
	const json_t *mortgage, *unit = unit_row(w->in->rows, &table, &area);
	int rc = work_need_right(w);
	if (rc == 0)
		rc = work_need_disposers(w, w->in->b->holder_role, w->holders);
	if (rc == 0)
		rc = unit ? 0 : work_block(w, "NO-RIGHT", w->unit);
	if (rc == 0)
		rc = parts_read(w, parts, &n);
	if (rc < 0 || !unit)
		return rc;
	for (i = 0; i < n; i++) {
		const json_t *rows = json_object_get(w->in->others, parts[i].code);
		const char *t, *a;
		const struct right_owner *owner;
		/* What is built stays on its parcel. */
		bool moved = strcmp(table, "h") == 0 && strncmp(parts[i].code, w->unit, 19) != 0;
		if (!rows || unit_row(rows, &t, &a) || right_owner_row(rows, &owner) || n < 2 ||
			parts[i].area == 0 || moved)
			return work_block(w, "UNITS", parts[i].code);
		sum += parts[i].area;
	}
	if (has_any(w->in->rows, others))
		return work_block(w, "ENCUMBERED", w->unit);
	if (sum != json_int(unit, area))
		return work_block(w, "AREA", w->unit);
	plan_end(w->plan, table, unit);
	work_end(w, w->owner->table, w->right, NULL);
	json_array_foreach(json_object_get(w->in->rows, "dyaq"), i, mortgage)
		work_end(w, "dyaq", mortgage, NULL);
	for (i = 0; rc == 0 && i < n; i++)
		rc = part_make(w, &parts[i], unit, table, area);
	return rc;
}

static bool same_holder(const json_t *a, const json_t *b)
{
	return person_same_holders(a, b) && strcmp(json_str(a, "gyfs"), json_str(b, "gyfs")) == 0 &&
	       json_int(a, "qlbl_fz") * json_int(b, "qlbl_fm") ==
		       json_int(b, "qlbl_fz") * json_int(a, "qlbl_fm");
}

/* The same persons with the same shares in the same way. */
static bool same_holders(const json_t *a_rows, const json_t *a, const json_t *b_rows, const json_t *b)
{
	json_t *x = right_holders(a_rows, json_int(a, "bsm")), *y = right_holders(b_rows, json_int(b, "bsm"));
	size_t i, k, same = 0;
	const json_t *p, *q;
	json_array_foreach(x, i, p)
	{
		json_array_foreach(y, k, q) same += same_holder(p, q);
	}
	bool equal = same == json_array_size(x) && same == json_array_size(y);
	json_decref(x);
	json_decref(y);
	return equal;
}

struct merging {
	const json_t *rows, *unit, *right; /* of the first part */
	const char *table, *area;
	const struct right_owner *owner;
	int64_t sum;
};

/* One part ends; it must be like the first and free of everything else. */
static int part_end(struct entry_work *w, struct merging *m, const char *code)
{
	static const char *const others[] = {"dyaq", "dyiq", "jzq", "ygdj", "yydj", "cfdj", NULL};
	const json_t *rows = json_object_get(w->in->others, code);
	const char *table, *area;
	const struct right_owner *owner = NULL;
	const json_t *unit = unit_row(rows, &table, &area), *right = right_owner_row(rows, &owner);
	if (!unit || !right)
		return work_block(w, "NO-RIGHT", code);
	if (has_any(rows, others))
		return work_block(w, "ENCUMBERED", code);
	if (!m->rows) {
		json_t *holders = right_holders(rows, json_int(right, "bsm"));
		int rc = work_need_disposers(w, w->in->b->holder_role, holders);
		json_decref(holders);
		if (rc < 0)
			return rc;
		*m = (struct merging){rows, unit, right, table, area, owner, 0};
	} else if (owner != m->owner || strcmp(table, m->table) != 0 ||
		   strcmp(json_str(right, "qllx"), json_str(m->right, "qllx")) != 0 ||
		   !same_holders(m->rows, m->right, rows, right)) {
		return work_block(w, "OWNERS-DIFFER", code);
	}
	m->sum += json_int(unit, area);
	plan_add_unit(w->plan, code);
	plan_end(w->plan, table, unit);
	work_end_in(w, rows, owner->table, right, NULL);
	return 0;
}

int entry_merge_plan(struct entry_work *w)
{
	struct unit_line parts[UNIT_LINES_MAX], whole = {.area = work_int(w, "area_cm2")};
	struct merging m = {.rows = NULL};
	const char *t, *a;
	size_t n;
	int rc = parts_read(w, parts, &n);
	if (rc == 0 && (n < 2 || w->right || unit_row(w->in->rows, &t, &a)))
		rc = work_block(w, "UNITS", w->unit);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = strcmp(parts[i].code, w->unit) == 0 ? work_block(w, "UNITS", w->unit)
							 : part_end(w, &m, parts[i].code);
	if (rc == 0 && m.sum != whole.area)
		rc = work_block(w, "AREA", w->unit);
	if (rc < 0 || !m.unit)
		return rc;
	strcpy(whole.code, w->unit);
	json_t *next = unit_after(m.unit, m.table, &whole);
	json_object_set_new(next, m.area, json_integer(whole.area));
	if (*work_field(w, "location"))
		json_object_set_new(next, "zl", json_string(work_field(w, "location")));
	if (*work_field(w, "room") && strcmp(m.table, "h") == 0)
		json_object_set_new(next, "shbw", json_string(work_field(w, "room")));
	plan_insert(w->plan, m.table, next, ENTRY_NO_PAPER);
	return right_copy(w, m.rows, m.owner->table, m.right, w->unit, whole.area, ENTRY_TITLE);
}
