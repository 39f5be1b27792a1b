/* The plan of a unit's entry, made of the records that were read of it. */
#include "zones/extranet/transfer/import_plan.h"

#include "zones/extranet/domain/book_check.h"
#include "zones/extranet/domain/share.h"
#include <stdio.h>
#include <string.h>

#define HOLDERS_MAX 100

static bool is_holder(const json_t *one)
{
	return strcmp(json_str(one, "table"), "qlr") == 0;
}

static int right_name(struct import_plan *b, const json_t *one, int64_t number)
{
	const char *id = json_str(one, "id");
	if (!*id)
		return 0;
	if (json_object_get(b->rights, id))
		return err_set(&b->note, ERR_EXISTS, "two rows of this unit have one id");
	json_object_set_new(b->tables, id, json_string(json_str(one, "table")));
	return json_object_set_new(b->rights, id, json_integer(number)) ? ERR_NOMEM : 0;
}

/* What is no holder comes first; within a record a holder without a name for its right is of the row before
 * it. */
static int rights_put(struct import_plan *b)
{
	size_t i, k;
	json_t *record, *one;
	json_array_foreach(b->records, i, record)
	{
		int64_t last = 0;
		const char *table = "";
		b->at = record;
		json_array_foreach(json_object_get(record, "rows"), k, one)
		{
			json_t *row = json_object_get(one, "row");
			if (is_holder(one)) {
				json_object_set_new(one, "right", json_integer(last));
				json_object_set_new(one, "right_table", json_string(table));
				continue;
			}
			json_object_set_new(row, "ssbsm", json_null());
			last = plan_insert(
				&b->plan, json_str(one, "table"), json_incref(row), ENTRY_NO_PAPER);
			table = json_str(one, "table");
			int rc = b->plan.failed ? b->plan.failed : right_name(b, one, last);
			if (rc < 0)
				return rc;
		}
	}
	return 0;
}

static int holder_put(struct import_plan *b, json_t *one)
{
	json_t *row = json_object_get(one, "row");
	const char *of = json_str(one, "of"), *table = json_str(one, "right_table");
	int64_t right = json_int(one, "right");
	if (*of) {
		right = json_int(b->rights, of);
		table = json_str(b->tables, of);
	}
	if (!right) {
		b->column = json_str(one, "of_column");
		return err_set(&b->note, ERR_NOTFOUND, "names no right of this unit");
	}
	json_object_set_new(row, "qltb", json_string(table));
	json_object_set_new(row, "qlbsm", json_integer(right));
	json_object_set_new(row, "ssbsm", json_null());
	return 0;
}

/* Holders of one right get their order and one denominator. */
static int holders_level(struct import_plan *b, json_t *holders)
{
	struct share s[HOLDERS_MAX];
	int64_t nums[HOLDERS_MAX] = {0}, den = 1;
	size_t i, n = json_array_size(holders);
	json_t *h;
	int rc = n <= HOLDERS_MAX
			 ? 0
			 : err_set(&b->note, ERR_LIMIT, "more than %d holders of one right", HOLDERS_MAX);
	json_array_foreach(holders, i, h)
	{
		if (rc == 0 && (rc = share_make(json_int(h, "qlbl_fz"), json_int(h, "qlbl_fm"), &s[i])) < 0)
			err_set(&b->note, rc, "a share that is no fraction");
	}
	if (rc == 0 && (rc = share_common(s, n, nums, &den)) < 0)
		err_set(&b->note, rc, "shares without a common denominator");
	json_array_foreach(holders, i, h)
	{
		if (rc < 0)
			break;
		json_object_set_new(h, "sxh", json_integer((json_int_t)i + 1));
		json_object_set_new(h, "qlbl_fz", json_integer(nums[i]));
		json_object_set_new(h, "qlbl_fm", json_integer(den));
	}
	return rc;
}

static int holders_put(struct import_plan *b)
{
	size_t i, k;
	json_t *record, *one, *by_right = json_object(), *holders;
	const char *key;
	int rc = by_right ? 0 : ERR_NOMEM;
	json_array_foreach(b->records, i, record)
	{
		json_array_foreach(json_object_get(record, "rows"), k, one)
		{
			char right[24];
			if (rc < 0 || !is_holder(one))
				continue;
			b->at = record;
			rc = holder_put(b, one);
			snprintf(right, sizeof right, "%lld",
				(long long)json_int(json_object_get(one, "row"), "qlbsm"));
			if (rc == 0 && !json_object_get(by_right, right))
				json_object_set_new(by_right, right, json_array());
			if (rc == 0)
				json_array_append(
					json_object_get(by_right, right), json_object_get(one, "row"));
		}
	}
	json_object_foreach(by_right, key, holders)
	{
		if (rc == 0)
			rc = holders_level(b, holders);
		json_array_foreach(holders, k, one)
		{
			if (rc == 0)
				plan_insert(&b->plan, "qlr", json_incref(one), ENTRY_NO_PAPER);
		}
	}
	json_decref(by_right);
	return rc == 0 ? b->plan.failed : rc;
}

/* The unit as it is in force after the plan: what was over before it came is history. */
static int unit_check(struct import_plan *b, struct db_tx *tx)
{
	json_t *rows = NULL, *one;
	size_t i;
	int rc = book_unit(tx, b->i->r->service->vault, b->unit, NULL, &rows);
	json_array_foreach(b->plan.inserts, i, one)
	{
		const char *table = json_str(one, "table");
		json_t *row = json_object_get(one, "row");
		if (rc < 0 || json_is_string(json_object_get(row, "yxq_z")))
			continue;
		json_t *now = json_copy(row);
		json_object_set_new(now, "bsm", json_integer(-(json_int_t)i - 1));
		if (!json_object_get(rows, table))
			json_object_set_new(rows, table, json_array());
		json_array_append_new(json_object_get(rows, table), now);
	}
	if (rc == 0 && (rc = book_check_unit(rows, &b->note)) < 0)
		b->at = NULL; /* of all its records */
	json_decref(rows);
	return rc;
}

/* A row that came along over ends after it began. */
static int spans_check(struct import_plan *b)
{
	size_t i;
	const json_t *one;
	json_array_foreach(b->plan.inserts, i, one)
	{
		const json_t *row = json_object_get(one, "row");
		if (*json_str(row, "yxq_z") && strcmp(json_str(row, "yxq_q"), json_str(row, "yxq_z")) >= 0) {
			b->at = NULL;
			return err_set(&b->note, ERR_RANGE, "%s: its validity ends before it begins",
				json_str(one, "table"));
		}
	}
	return 0;
}

int import_plan_make(struct import_plan *b, struct db_tx *tx)
{
	int rc = plan_init(&b->plan, b->unit);
	b->rights = json_object();
	b->tables = json_object();
	if (rc == 0) {
		plan_set_ground(&b->plan, import_map_origin(b->i->map));
		rc = rights_put(b);
	}
	if (rc == 0)
		rc = holders_put(b);
	if (rc == 0)
		rc = spans_check(b);
	return rc == 0 ? unit_check(b, tx) : rc;
}

void import_plan_fini(struct import_plan *b)
{
	plan_fini(&b->plan);
	json_decref(b->rights);
	json_decref(b->tables);
	json_decref(b->records);
	b->rights = b->tables = b->records = NULL;
}
