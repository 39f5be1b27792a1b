#include "zones/extranet/domain/plan.h"

#include <string.h>

int plan_init(struct plan *p, const char *unit)
{
	*p = (struct plan){json_array(), json_array(), json_array(), NULL, 0};
	if (!p->inserts || !p->ends || !p->units || json_array_append_new(p->units, json_string(unit))) {
		plan_fini(p);
		return ERR_NOMEM;
	}
	return 0;
}

void plan_fini(struct plan *p)
{
	json_decref(p->inserts);
	json_decref(p->ends);
	json_decref(p->units);
	json_decref(p->ground);
	*p = (struct plan){0};
}

int64_t plan_insert(struct plan *p, const char *table, json_t *row, enum entry_paper paper)
{
	json_t *one =
		row ? json_pack("{s:s,s:o,s:i}", "table", table, "row", row, "paper", (int)paper) : NULL;
	if (json_array_append_new(p->inserts, one))
		p->failed = ERR_NOMEM;
	return -(int64_t)json_array_size(p->inserts);
}

void plan_end(struct plan *p, const char *table, const json_t *row)
{
	if (json_array_append_new(
		    p->ends, json_pack("{s:s,s:I}", "table", table, "bsm", (json_int_t)json_int(row, "bsm"))))
		p->failed = ERR_NOMEM;
}

void plan_cancel(struct plan *p, const char *table, const json_t *row, const char *ground,
	const char *authority, const char *document)
{
	plan_end(p, table, row);
	plan_insert(p, "zxdj",
		json_pack("{s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:n}", "bdcdyh", json_str(row, "bdcdyh"), "zxtb",
			table, "zxbsm", (json_int_t)json_int(row, "bsm"), "djyy", ground, "jg", authority,
			"wh", document, "dbr", PLAN_WHO, "djsj", PLAN_AT, "ssbsm"),
		ENTRY_NO_PAPER);
}

void plan_add_unit(struct plan *p, const char *unit)
{
	if (json_array_append_new(p->units, json_string(unit)))
		p->failed = ERR_NOMEM;
}

void plan_set_ground(struct plan *p, const char *ground)
{
	json_decref(p->ground);
	p->ground = json_string(ground);
}

json_t *plan_row_after(const json_t *old)
{
	static const char *const life[] = {"bsm", "ywh", "zzywh", "yxq_q", "yxq_z"};
	json_t *row = json_copy((json_t *)(uintptr_t)old);
	if (!row)
		return NULL;
	for (size_t i = 0; i < sizeof life / sizeof life[0]; i++)
		json_object_del(row, life[i]);
	if (json_object_get(row, "dbr")) {
		json_object_set_new(row, "dbr", json_string(PLAN_WHO));
		json_object_set_new(row, "djsj", json_string(PLAN_AT));
	}
	json_object_set_new(row, "ssbsm", json_integer(json_int(old, "bsm")));
	return row;
}

static void row_remove(json_t *rows, const json_t *end)
{
	json_t *list = json_object_get(rows, json_str(end, "table")), *row;
	size_t i;
	json_array_foreach(list, i, row)
	{
		if (json_int(row, "bsm") == json_int(end, "bsm")) {
			json_array_remove(list, i);
			return;
		}
	}
}

static int row_add(json_t *rows, const json_t *insert, int64_t number, int64_t base)
{
	const char *table = json_str(insert, "table");
	json_t *list = json_object_get(rows, table), *row = json_copy(json_object_get(insert, "row"));
	if (!list) {
		list = json_array();
		if (json_object_set_new(rows, table, list)) {
			json_decref(row);
			return ERR_NOMEM;
		}
	}
	if (!row)
		return ERR_NOMEM;
	json_object_set_new(row, "bsm", json_integer(number - base));
	if (json_int(row, "qlbsm") < 0)
		json_object_set_new(row, "qlbsm", json_integer(json_int(row, "qlbsm") - base));
	return json_array_append_new(list, row) ? ERR_NOMEM : 0;
}

int plan_apply(const struct plan *p, int64_t base, json_t *rows)
{
	size_t i;
	const json_t *one;
	int rc = 0;
	json_array_foreach(p->ends, i, one) row_remove(rows, one);
	json_array_foreach(p->inserts, i, one)
	{
		if (rc == 0)
			rc = row_add(rows, one, -(int64_t)i - 1, base);
	}
	return rc;
}
