/* 首次登记: the unit comes into the book with its first right. */
#include "zones/extranet/domain/entry_work.h"

#include <stdio.h>
#include <string.h>

static bool has(const json_t *rows, const char *table)
{
	return json_array_size(json_object_get(rows, table)) > 0;
}

static int64_t area_or(int64_t a, int64_t b)
{
	return a > 0 ? a : b;
}

/* The parcel, once; `area`: when the review measured none. */
static void parcel_make(struct entry_work *w, int64_t area)
{
	char parcel[20], unit[29];
	snprintf(parcel, sizeof parcel, "%.19s", w->unit);
	snprintf(unit, sizeof unit, "%sW00000000", parcel);
	plan_insert(w->plan, "zdjbxx",
		json_pack("{s:s,s:s,s:s#,s:s,s:I,s:s,s:s,s:n}", "bdcdyh", unit, "zddm", parcel, "zdtzm",
			parcel + 12, 2, "zl", work_field(w, "location"), "zdmj",
			(json_int_t)area_or(w->in->cadastral_area_cm2, area), "yt", work_field(w, "use"),
			"qlxz", work_field(w, "right_nature"), "ssbsm"),
		ENTRY_NO_PAPER);
}

static void sea_make(struct entry_work *w)
{
	char parcel[20];
	snprintf(parcel, sizeof parcel, "%.19s", w->unit);
	plan_insert(w->plan, "zhjbxx",
		json_pack("{s:s,s:s,s:s,s:I,s:s,s:s,s:n}", "bdcdyh", w->unit, "zhdm", parcel, "zl",
			work_field(w, "location"), "zhmj",
			(json_int_t)area_or(w->in->cadastral_area_cm2, work_int(w, "area_cm2")), "yhlx",
			work_field(w, "use"), "yhfs", work_field(w, "sea_use"), "ssbsm"),
		ENTRY_NO_PAPER);
}

static void building_make(struct entry_work *w, const char *house)
{
	plan_insert(w->plan, "zrz",
		json_pack("{s:s,s:s#,s:s#,s:s,s:I,s:s,s:s,s:n}", "bdcdyh", house, "zrzh", house, 24, "zddm",
			house, 19, "zl", work_field(w, "location"), "zcs", (json_int_t)work_int(w, "floors"),
			"fwjg", work_field(w, "structure"), "jgrq", work_field(w, "finished_on"), "ssbsm"),
		ENTRY_NO_PAPER);
}

static void common_parts_make(struct entry_work *w, const char *house)
{
	char type[8];
	snprintf(type, sizeof type, "%d", w->in->b->right_type);
	plan_insert(w->plan, "fdcq3",
		json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:n}", "bdcdyh", house, "qllx", type, "djlx", "100",
			"jgzwmc", "业主共有部分", "jgzwmj", (json_int_t)work_int(w, "common_parts_cm2"),
			"dbr", PLAN_WHO, "djsj", PLAN_AT, "ssbsm"),
		ENTRY_NO_PAPER);
}

static int house_make(struct entry_work *w)
{
	const json_t *land = json_object_get(w->in->rows, "land"),
		     *building = json_object_get(w->in->rows, "building");
	char house[29];
	snprintf(house, sizeof house, "%.24s0000", w->unit);
	if (w->unit[19] != 'F')
		return work_block(w, "UNITS", w->unit);
	if (!has(land, "zdjbxx"))
		parcel_make(w, work_int(w, "parcel_area_cm2"));
	if (!has(building, "zrz") && !has(w->in->rows, "zrz"))
		building_make(w, house);
	if (work_int(w, "common_parts_cm2") > 0 && !has(building, "fdcq3") && !has(w->in->rows, "fdcq3"))
		common_parts_make(w, house);
	plan_insert(w->plan, "h",
		json_pack("{s:s,s:s#,s:s#,s:s,s:s,s:s,s:I,s:s,s:n}", "bdcdyh", w->unit, "zddm", w->unit, 19,
			"zrzh", w->unit, 24, "zl", work_field(w, "location"), "shbw", work_field(w, "room"),
			"szc", work_field(w, "floor"), "jzmj", (json_int_t)work_int(w, "area_cm2"), "ghyt",
			work_field(w, "use"), "ssbsm"),
		ENTRY_NO_PAPER);
	return 0;
}

/* What a table has beside the columns of every right. */
static void right_own_columns(const struct entry_work *w, const struct right_owner *owner, json_t *row)
{
	if (owner->from) {
		json_object_set_new(row, owner->from, json_string(work_field(w, "term_from")));
		json_object_set_new(row, owner->to, json_string(work_field(w, "term_to")));
	}
	if (owner->area)
		json_object_set_new(row, owner->area,
			json_integer(area_or(w->in->cadastral_area_cm2, work_int(w, "area_cm2"))));
	if (owner->price)
		json_object_set_new(row, owner->price, json_integer(work_int(w, "price_cents")));
	if (strcmp(owner->table, "lq") == 0) {
		json_object_set_new(row, "zl", json_string(work_field(w, "location")));
		json_object_set_new(row, "zysz", json_string(work_field(w, "species")));
		json_object_set_new(row, "lz", json_string(work_field(w, "forest_kind")));
		json_object_set_new(row, "qy", json_string(work_field(w, "origin")));
	}
}

/* Now the foretold registration is possible: the 90 days of the pre-notices begin. */
static void prenotices_start(struct entry_work *w)
{
	size_t i;
	const json_t *row;
	json_array_foreach(json_object_get(w->in->rows, "ygdj"), i, row)
	{
		const char *kind = json_str(row, "ygdjzl");
		struct work_holders same = {.n = 0};
		json_t *holders, *next;
		size_t k;
		const json_t *h;
		if ((strcmp(kind, "1") != 0 && strcmp(kind, "3") != 0) || json_str(row, "kdjrq")[0])
			continue;
		holders = right_holders(w->in->rows, json_int(row, "bsm"));
		same.joint = strcmp(json_str(json_array_get(holders, 0), "gyfs"), "1") == 0;
		json_array_foreach(holders, k, h)
		{
			if (work_add_holder(w, &same, h) < 0)
				w->plan->failed = ERR_BUG;
		}
		json_decref(holders);
		next = plan_row_after(row);
		json_object_set_new(next, "kdjrq", json_string(w->in->today));
		work_end(w, "ygdj", row, NULL);
		if (work_write_holders(w, &same, "ygdj", w->unit,
			    plan_insert(w->plan, "ygdj", next, ENTRY_NO_PAPER)) < 0)
			w->plan->failed = ERR_BUG;
	}
}

int entry_first_plan(struct entry_work *w)
{
	const struct right_owner *owner = right_owner_of_type(w->in->b->right_type);
	struct work_holders h = {.n = 0, .joint = strcmp(work_field(w, "co_ownership"), "1") == 0};
	int rc = 0;
	if (!owner)
		return work_block(w, "FIELD", "right_type");
	if (w->right)
		return work_block(w, "RIGHT-EXISTS", w->unit);
	if (work_int(w, "area_cm2") <= 0)
		return work_block(w, "FIELD", "area_cm2");
	if (strcmp(owner->table, "fdcq2") == 0)
		rc = house_make(w);
	else if (strcmp(owner->table, "hysyq") == 0 && !has(w->in->rows, "zhjbxx"))
		sea_make(w);
	else if (strcmp(owner->table, "hysyq") != 0 && !has(w->in->rows, "zdjbxx") &&
		 !has(json_object_get(w->in->rows, "land"), "zdjbxx"))
		parcel_make(w, work_int(w, "area_cm2"));
	if (rc == 0)
		rc = work_add_parties(w, &h, w->in->b->holder_role, (struct share){1, 1});
	if (rc < 0)
		return rc;
	json_t *row = work_right(w, w->unit, owner->table, w->in->b->right_type);
	right_own_columns(w, owner, row);
	rc = work_write_holders(
		w, &h, owner->table, w->unit, plan_insert(w->plan, owner->table, row, ENTRY_TITLE));
	if (rc == 0)
		prenotices_start(w);
	return rc;
}
