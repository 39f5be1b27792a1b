/* What the book says: the person's own property, and the state and restrictions of a unit. */
#include "zones/extranet/domain/entry_lapse.h"
#include "zones/extranet/domain/facts.h"
#include "zones/extranet/domain/person.h"
#include "zones/extranet/domain/right.h"
#include "zones/extranet/store/book.h"
#include "zones/extranet/store/inquiry.h"
#include "zones/extranet/store/location.h"
#include "zones/extranet/store/paper.h"
#include "zones/extranet/transfer/answer.h"
#include <string.h>

#define PLACES 10

static bool has(const json_t *list, const char *text)
{
	size_t i;
	const json_t *one;
	json_array_foreach(list, i, one) if (strcmp(json_string_value(one), text) == 0) return true;
	return false;
}

static void add_once(json_t *list, const char *text)
{
	if (*text && !has(list, text))
		json_array_append_new(list, json_string(text));
}

int answer_book_unit(struct answer *a, struct db_tx *tx, const char *unit, json_t **rows)
{
	char today[11];
	time_date_cst(time_now_ms(), today);
	int rc = book_unit(tx, a->r->service->vault, unit, NULL, rows);
	return rc == 0 ? entry_lapse_settle(*rows, unit, today) : rc;
}

static const json_t *row_find(const json_t *rows, const char *table, int64_t bsm)
{
	size_t i;
	const json_t *one;
	json_array_foreach(json_object_get(rows, table), i, one) if (json_int(one, "bsm") == bsm) return one;
	return NULL;
}

/* One right of the person. */
static int held_add(struct answer *a, struct db_tx *tx, const json_t *q, json_t *out)
{
	const char *unit = json_str(q, "unit"), *table = json_str(q, "table");
	json_t *rows = NULL;
	int rc = answer_book_unit(a, tx, unit, &rows);
	size_t i;
	const json_t *mine = NULL, *one;
	if (rc == 0)
		json_array_foreach(json_object_get(rows, "qlr"), i,
			one) if (json_int(one, "bsm") == json_int(q, "row")) mine = one;
	const json_t *right = mine ? row_find(rows, table, json_int(mine, "qlbsm")) : NULL;
	const char *column = right_paper_column(table);
	if (rc == 0 && right &&
		person_same(json_str(mine, "zjzl"), json_str(mine, "zjh"), a->id_kind, a->id_number)) {
		struct facts_unit u = facts_unit(rows);
		json_array_append_new(out,
			json_pack("{s:s,s:s,s:s,s:I,s:s,s:b,s:s,s:s,s:I,s:I,s:s,s:s,s:o}", "unit_code", unit,
				"location", u.location, "use", u.use, "area_cm2", (json_int_t)u.area_cm2,
				"table", table, "owner", right_owner_find(table) != NULL, "right_type",
				json_str(right, "qllx"), "number", column ? json_str(right, column) : "",
				"share_num", (json_int_t)json_int(mine, "qlbl_fz"), "share_den",
				(json_int_t)json_int(mine, "qlbl_fm"), "registered", json_str(right, "djsj"),
				"case", json_str(right, "ywh"), "limits", query_limits(rows)));
		add_once(a->units, unit);
	}
	json_decref(rows);
	return rc;
}

int answer_book_held(struct answer *a, struct db_tx *tx, json_t **out)
{
	json_t *held = NULL, *rows = json_array();
	const json_t *one;
	size_t i;
	int rc = inquiry_held(tx, &a->person, &held);
	json_array_foreach(held, i, one) if (rc == 0) rc = held_add(a, tx, one, rows);
	json_decref(held);
	if (rc == 0)
		*out = rows;
	else
		json_decref(rows);
	return rc;
}

int answer_book_own(struct answer *a, struct db_tx *tx)
{
	json_t *rows = NULL, *looks = NULL, *cases = json_array(), *mine = NULL;
	const json_t *one;
	size_t i;
	int rc = answer_book_held(a, tx, &rows);
	json_array_foreach(rows, i, one) add_once(cases, json_str(one, "case"));
	if (rc == 0)
		rc = inquiry_cases(tx, &a->person, a->id_kind, a->id_number, &mine);
	json_array_foreach(mine, i, one) add_once(cases, json_string_value(one));
	if (rc == 0)
		rc = inquiry_looks(tx, &a->person, a->units, cases, &looks);
	if (rc == 0) {
		json_object_set(a->out, "rows", rows);
		json_object_set(a->out, "looks", looks);
	}
	json_decref(rows);
	json_decref(looks);
	json_decref(cases);
	json_decref(mine);
	return rc;
}

/* Natural state and restrictions, nobody's name. */
static int state_add(struct answer *a, struct db_tx *tx, const char *unit, json_t *out)
{
	json_t *rows = NULL;
	const struct right_owner *owner = NULL;
	int rc = answer_book_unit(a, tx, unit, &rows);
	struct facts_unit u = rc == 0 ? facts_unit(rows) : (struct facts_unit){"", "", "", 0};
	const json_t *right = rc == 0 ? right_owner_row(rows, &owner) : NULL;
	if (rc == 0 && (right || *u.location)) {
		json_array_append_new(
			out, json_pack("{s:s,s:s,s:s,s:I,s:s,s:b,s:o}", "unit_code", unit, "location",
				     u.location, "use", u.use, "area_cm2", (json_int_t)u.area_cm2,
				     "right_type", right ? json_str(right, "qllx") : "", "registered",
				     right != NULL, "limits", query_limits(rows)));
		add_once(a->units, unit);
	}
	json_decref(rows);
	return rc;
}

static int units_of(struct answer *a, struct db_tx *tx, json_t **out, struct err_note *note)
{
	char next[LOCATION_CURSOR];
	json_t *paper = NULL;
	if (a->q.kind == QUERY_LOCATION)
		return location_search(tx, a->q.about, "", PLACES, out, next, note);
	if (a->q.kind == QUERY_UNIT) {
		*out = json_pack("[s]", a->q.about);
		return *out ? 0 : ERR_NOMEM;
	}
	int rc = paper_find(tx, a->q.about, &paper);
	*out = json_array();
	if (rc == 0)
		add_once(*out, json_str(paper, "unit"));
	json_decref(paper);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int answer_book_state(struct answer *a, struct db_tx *tx, struct err_note *note)
{
	json_t *units = NULL, *rows = json_array();
	const json_t *one;
	size_t i;
	int rc = units_of(a, tx, &units, note);
	json_array_foreach(units, i, one) if (rc == 0) rc = state_add(a, tx, json_string_value(one), rows);
	json_object_set_new(a->out, "rows", rows);
	json_decref(units);
	return rc;
}
