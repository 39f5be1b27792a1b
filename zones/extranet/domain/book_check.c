#include "zones/extranet/domain/book_check.h"

#include "zones/extranet/domain/right.h"
#include <string.h>

static const char *const held[] = {"dyaq", "dyiq", "jzq", "ygdj", "yydj"};
#define NHELD (sizeof held / sizeof held[0])

static int holders_check(const json_t *rows, const char *table, const json_t *right, struct err_note *note)
{
	json_t *holders = right_holders(rows, json_int(right, "bsm"));
	int64_t den = json_int(json_array_get(holders, 0), "qlbl_fm"), sum = 0;
	size_t i;
	const json_t *h;
	int rc = json_array_size(holders) ? 0 : err_set(note, ERR_BUG, "%s: a right without a holder", table);
	json_array_foreach(holders, i, h)
	{
		sum += json_int(h, "qlbl_fz");
		if (rc == 0 && (json_int(h, "qlbl_fm") != den || strcmp(json_str(h, "qltb"), table) != 0))
			rc = err_set(note, ERR_BUG, "%s: holders of another right or denominator", table);
	}
	if (rc == 0 && sum != den)
		rc = err_set(
			note, ERR_BUG, "%s: shares sum to %lld/%lld", table, (long long)sum, (long long)den);
	json_decref(holders);
	return rc;
}

static int rights_check(
	const json_t *rows, const char *table, size_t *n, size_t *nholders, struct err_note *note)
{
	size_t i;
	const json_t *right;
	int rc = 0;
	json_array_foreach(json_object_get(rows, table), i, right)
	{
		json_t *holders = right_holders(rows, json_int(right, "bsm"));
		++*n;
		*nholders += json_array_size(holders);
		json_decref(holders);
		if (rc == 0)
			rc = holders_check(rows, table, right, note);
	}
	return rc;
}

static int queue_check(const json_t *rows, struct err_note *note)
{
	size_t i, active = 0, waiting = 0;
	const json_t *row;
	json_array_foreach(json_object_get(rows, "cfdj"), i, row)
	{
		const char *kind = json_str(row, "cflx");
		active += strcmp(kind, "1") == 0 || strcmp(kind, "3") == 0;
		waiting += strcmp(kind, "2") == 0 || strcmp(kind, "4") == 0;
	}
	if (active > 1 || (waiting && !active))
		return err_set(note, ERR_BUG, "cfdj: %zu seizures in force, %zu waiting", active, waiting);
	return 0;
}

static int ranks_check(const json_t *rows, struct err_note *note)
{
	const json_t *list = json_object_get(rows, "dyaq"), *a, *b;
	size_t i, k;
	json_array_foreach(list, i, a)
	{
		json_array_foreach(list, k, b)
		{
			if (k < i && json_int(a, "dysw") == json_int(b, "dysw"))
				return err_set(note, ERR_BUG, "dyaq: two mortgages of one rank");
		}
	}
	return 0;
}

int book_check_unit(const json_t *rows, struct err_note *note)
{
	size_t owners = 0, others = 0, holders = 0;
	int rc = 0;
	for (size_t i = 0; rc == 0 && right_owner_at(i); i++)
		rc = rights_check(rows, right_owner_at(i)->table, &owners, &holders, note);
	for (size_t i = 0; rc == 0 && i < NHELD; i++)
		rc = rights_check(rows, held[i], &others, &holders, note);
	if (rc == 0 && owners > 1)
		rc = err_set(note, ERR_BUG, "%zu ownership or use rights in force", owners);
	if (rc == 0 && holders != json_array_size(json_object_get(rows, "qlr")))
		rc = err_set(note, ERR_BUG, "qlr: a holder without a right");
	if (rc == 0)
		rc = queue_check(rows, note);
	return rc == 0 ? ranks_check(rows, note) : rc;
}
