#include "zones/extranet/domain/entry_lapse.h"

#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/right.h"
#include <string.h>

static bool is_active(const json_t *seizure)
{
	return strcmp(json_str(seizure, "cflx"), "1") == 0 || strcmp(json_str(seizure, "cflx"), "3") == 0;
}

void entry_lapse_last_day(const char *table, const json_t *row, char out[static 11])
{
	char day[DAY_TEXT];
	out[0] = '\0';
	if (strcmp(table, "cfdj") == 0 && is_active(row))
		day_add(json_str(row, "cfjssj"), 0, out);
	else if (strcmp(table, "ygdj") == 0 && json_str(row, "kdjrq")[0])
		day_add(json_str(row, "kdjrq"), LAPSE_PRENOTICE_DAYS, out);
	else if (strcmp(table, "yydj") == 0 && !json_str(row, "ssfy")[0]) {
		day_of_instant(json_str(row, "djsj"), day);
		day_add(day, LAPSE_OBJECTION_DAYS, out);
	}
}

/* Its turn: the queued row ends and goes on as one in force, for the time the court ordered. */
static void promote(struct plan *p, const json_t *row, const char *day)
{
	char until[DAY_TEXT], limit[DAY_TEXT];
	int64_t from = 0, to = 0;
	json_t *next = plan_row_after(row);
	if (!next || day_number(json_str(row, "cfqssj"), &from) < 0 ||
		day_number(json_str(row, "cfjssj"), &to) < 0)
		p->failed = ERR_BUG;
	day_add(day, to - from, until);
	day_add_years(day, 3, limit);
	json_object_set_new(next, "cflx", json_string(strcmp(json_str(row, "cflx"), "4") == 0 ? "3" : "1"));
	json_object_set_new(next, "cfqssj", json_string(day));
	json_object_set_new(next, "cfjssj", json_string(strcmp(until, limit) < 0 ? until : limit));
	plan_end(p, "cfdj", row);
	plan_insert(p, "cfdj", next, ENTRY_NO_PAPER);
}

void entry_lapse_promote(struct plan *p, const json_t *rows, int64_t except, const char *day)
{
	const json_t *row, *first = NULL;
	size_t i;
	json_array_foreach(json_object_get(rows, "cfdj"), i, row)
	{
		if (json_int(row, "bsm") == except)
			continue;
		if (is_active(row))
			return;
		if (!first || json_int(row, "bsm") < json_int(first, "bsm"))
			first = row;
	}
	if (first)
		promote(p, first, day);
}

static void lapse(struct plan *p, const json_t *rows, const char *table, const json_t *row, const char *last)
{
	static const char *const grounds[] = {"查封期限届满未续封,自动失效", "预告登记期限届满,自动失效",
		"异议登记满十五日未提交起诉材料,自动失效"};
	const char *ground = grounds[strcmp(table, "cfdj") == 0 ? 0 : strcmp(table, "ygdj") == 0 ? 1 : 2];
	json_t *holders = right_holders(rows, json_int(row, "bsm"));
	size_t i;
	const json_t *h;
	char next[DAY_TEXT];
	json_array_foreach(holders, i, h) plan_end(p, "qlr", h);
	json_decref(holders);
	plan_cancel(p, table, row, ground, "", "");
	plan_set_ground(p, ground);
	day_add(last, 1, next);
	if (strcmp(table, "cfdj") == 0)
		entry_lapse_promote(p, rows, json_int(row, "bsm"), next);
}

int entry_lapse_plan(const json_t *rows, const char *unit, const char *today, struct plan *out)
{
	static const char *const tables[] = {"cfdj", "ygdj", "yydj"};
	const char *table = NULL;
	const json_t *row, *due = NULL;
	char last[DAY_TEXT] = "", day[DAY_TEXT];
	for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
		size_t i;
		json_array_foreach(json_object_get(rows, tables[t]), i, row)
		{
			entry_lapse_last_day(tables[t], row, day);
			if (!day[0] || strcmp(day, today) >= 0 || (due && strcmp(day, last) >= 0))
				continue;
			due = row;
			table = tables[t];
			memcpy(last, day, sizeof last);
		}
	}
	if (!due)
		return 0;
	int rc = plan_init(out, unit);
	if (rc < 0)
		return rc;
	lapse(out, rows, table, due, last);
	if (out->failed) {
		rc = out->failed;
		plan_fini(out);
		return rc;
	}
	return 1;
}

int entry_lapse_settle(json_t *rows, const char *unit, const char *today)
{
	struct plan p;
	int rc;
	for (int64_t base = 0; (rc = entry_lapse_plan(rows, unit, today, &p)) == 1; base += 1000) {
		rc = plan_apply(&p, base, rows);
		plan_fini(&p);
		if (rc < 0)
			break;
	}
	return rc;
}
