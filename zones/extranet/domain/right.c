#include "zones/extranet/domain/right.h"

#include <string.h>

static const struct right_owner owners[] = {
	{"fdcq2", "tdsyqssj", "tdsyjssj", NULL, "jg", "2"},
	{"fdcq1", "tdsyqssj", "tdsyjssj", "jzmj", NULL, "2"},
	{"jsydsyq", "syqqssj", "syqjssj", "syqmj", "qdjg", "1"},
	{"tdsyq", NULL, NULL, "mj", NULL, "1"},
	{"nydsyq", "cbqssj", "cbjssj", "cbmj", NULL, "1"},
	{"lq", "ldsyqssj", "ldsyjssj", "syqmj", NULL, "3"},
	{"hysyq", "syqqssj", "syqjssj", "syqmj", NULL, "5"},
};
#define NOWNERS (sizeof owners / sizeof owners[0])

const struct right_owner *right_owner_find(const char *table)
{
	for (size_t i = 0; i < NOWNERS; i++)
		if (strcmp(owners[i].table, table) == 0)
			return &owners[i];
	return NULL;
}

const struct right_owner *right_owner_at(size_t i)
{
	return i < NOWNERS ? &owners[i] : NULL;
}

const struct right_owner *right_owner_of_type(int right_type)
{
	static const char *const tables[19] = {[1] = "tdsyq",
		"tdsyq",
		"jsydsyq",
		"fdcq2",
		"jsydsyq",
		"fdcq2",
		"jsydsyq",
		"fdcq2",
		"nydsyq",
		"lq",
		"lq",
		"lq",
		"nydsyq",
		"nydsyq",
		"hysyq",
		"hysyq",
		"hysyq",
		"hysyq"};
	return right_type >= 1 && right_type <= 18 ? right_owner_find(tables[right_type]) : NULL;
}

const json_t *right_owner_row(const json_t *rows, const struct right_owner **owner)
{
	for (size_t i = 0; i < NOWNERS; i++) {
		const json_t *row = json_array_get(json_object_get(rows, owners[i].table), 0);
		if (row) {
			*owner = &owners[i];
			return row;
		}
	}
	return NULL;
}

bool right_has_proof(const char *table)
{
	static const char *const proofs[] = {"dyaq", "dyiq", "jzq", "ygdj", "yydj"};
	for (size_t i = 0; i < sizeof proofs / sizeof proofs[0]; i++)
		if (strcmp(proofs[i], table) == 0)
			return true;
	return false;
}

const char *right_paper_column(const char *table)
{
	return right_has_proof(table) ? "bdcdjzmh" : right_owner_find(table) ? "bdcqzh" : NULL;
}

json_t *right_holders(const json_t *rows, int64_t bsm)
{
	json_t *out = json_array();
	size_t i;
	json_t *h;
	json_array_foreach(json_object_get(rows, "qlr"), i, h)
	{
		if (json_int(h, "qlbsm") == bsm)
			json_array_append(out, h);
	}
	return out;
}
