/* 更正登记: one column of one row in force, by a row that continues it; nothing is edited. */
#include "zones/extranet/domain/entry_work.h"

#include "zones/extranet/domain/day.h"
#include <stdlib.h>
#include <string.h>

/* What may be corrected; numbers, keys and times of the book itself may not. */
static const struct {
	const char *table, *columns;
} correctable[] = {
	{"zdjbxx", " zl zdmj yt qlxz "},
	{"zhjbxx", " zl zhmj yhlx yhfs "},
	{"zrz", " zl zcs fwjg jgrq "},
	{"h", " zl shbw szc jzmj ghyt "},
	{"jsydsyq", " syqmj syqqssj syqjssj qdjg fj "},
	{"fdcq2", " jg tdsyqssj tdsyjssj fj "},
	{"fdcq1", " zts jzmj ghyt tdsyqssj tdsyjssj fj "},
	{"nydsyq", " cbmj cbqssj cbjssj fj "},
	{"lq", " zl syqmj ldsyqssj ldsyjssj zysz lz qy fj "},
	{"hysyq", " syqmj syqqssj syqjssj fj "},
	{"tdsyq", " mj fj "},
	{"dyaq", " bdbzzqse zwlxqssj zwlxjssj dbfw fj "},
	{"dyiq", " dyqnr qlqssj qljssj fj "},
	{"jzq", " jzfw qlqssj qljssj fj "},
	{"ygdj", " qdjg qlqssj qljssj fj "},
	{"yydj", " yysx fj "},
	{"cfdj", " cfjg cfwh fj "},
	{"qlr", " qlrmc zjzl zjh "},
};

static bool may_correct(const char *table, const char *column)
{
	char word[40];
	if (strlen(column) > 30 || strchr(column, ' ') || !*column)
		return false;
	word[0] = ' ';
	strcpy(word + 1, column);
	strcat(word, " ");
	for (size_t i = 0; i < sizeof correctable / sizeof correctable[0]; i++)
		if (strcmp(correctable[i].table, table) == 0)
			return strstr(correctable[i].columns, word) != NULL;
	return false;
}

static const json_t *row_find(const json_t *rows, const char *table, int64_t bsm)
{
	size_t i;
	const json_t *row;
	json_array_foreach(json_object_get(rows, table), i, row)
	{
		if (json_int(row, "bsm") == bsm)
			return row;
	}
	return NULL;
}

/* Ex officio only while nobody has built on the error: 细则第81条. */
static bool built_on(const struct entry_work *w, const json_t *wrong)
{
	static const char *const later[] = {"dyaq", "ygdj", "cfdj", "dyiq", "jzq"};
	const char *since = json_str(wrong, "yxq_q");
	size_t i;
	const json_t *row;
	if (w->right && strcmp(json_str(w->right, "yxq_q"), since) > 0 &&
		strcmp(json_str(w->right, "djlx"), "200") == 0)
		return true;
	for (size_t t = 0; t < sizeof later / sizeof later[0]; t++)
		json_array_foreach(json_object_get(w->in->rows, later[t]), i, row)
		{
			if (strcmp(json_str(row, "yxq_q"), since) > 0)
				return true;
		}
	return false;
}

/* The new value in the type of the old one; NULL when it is none or the same. */
static json_t *value_of(const char *text, const json_t *old)
{
	char *end;
	if (!json_is_integer(old))
		return strcmp(text, json_string_value(old)) == 0 ? NULL : json_string(text);
	long long n = strtoll(text, &end, 10);
	return *end || !*text || n < 0 || n == json_integer_value(old) ? NULL : json_integer(n);
}

/* A holder's name or number: the right goes on with all its holders, one of them set right. */
static int holder_correct(struct entry_work *w, const json_t *row, const char *column, const char *value)
{
	const char *table = json_str(row, "qltb");
	const json_t *right = row_find(w->in->rows, table, json_int(row, "qlbsm")), *one;
	struct work_holders h = {.n = 0};
	size_t i;
	int rc = right ? 0 : work_block(w, "NO-RIGHT", w->unit);
	json_t *holders = right_holders(w->in->rows, json_int(row, "qlbsm"));
	h.joint = strcmp(json_str(row, "gyfs"), "1") == 0;
	json_array_foreach(holders, i, one)
	{
		size_t at = h.n;
		if (rc == 0)
			rc = work_add_holder(w, &h, one);
		if (rc < 0 || one != row)
			continue;
		if (strcmp(column, "qlrmc") == 0)
			h.v[at].name = value;
		else if (strcmp(column, "zjzl") == 0)
			h.v[at].id_kind = value;
		else
			h.v[at].id_number = value;
	}
	json_decref(holders);
	if (rc == 0)
		rc = work_need_once(w, &h);
	return rc < 0 ? rc
		      : work_renew_row(w, table, right, NULL, &h,
				right_has_proof(table) ? ENTRY_PROOF : ENTRY_TITLE);
}

static int row_correct(struct entry_work *w, const char *table, const json_t *row, json_t *changes)
{
	if (right_has_proof(table))
		return work_renew_row(w, table, row, changes, NULL, ENTRY_PROOF);
	if (right_owner_find(table))
		return work_renew(w, NULL, changes);
	json_t *next = plan_row_after(row);
	json_object_update(next, changes);
	json_decref(changes);
	plan_end(w->plan, table, row);
	plan_insert(w->plan, table, next, ENTRY_NO_PAPER);
	/* The certificate repeats what the unit is. */
	bool unit = strcmp(table, "h") == 0 || strcmp(table, "zdjbxx") == 0 || strcmp(table, "zhjbxx") == 0;
	return unit && w->right ? work_renew(w, NULL, NULL) : 0;
}

int entry_correct_plan(struct entry_work *w)
{
	const char *table = work_field(w, "table"), *column = work_field(w, "column");
	const char *value = work_field(w, "value");
	const json_t *number = json_object_get(w->fields, "row");
	int64_t bsm = json_is_integer(number) ? json_integer_value(number) : atoll(work_field(w, "row"));
	if (!may_correct(table, column))
		return work_block(w, "COLUMN", column);
	const json_t *row = row_find(w->in->rows, table, bsm);
	if (!row)
		return work_block(w, "NO-RIGHT", table);
	if (strcmp(work_field(w, "ex_officio"), "yes") == 0 && built_on(w, row))
		return work_block(w, "LATER", "");
	json_t *v = value_of(value, json_object_get(row, column));
	if (!v)
		return work_block(w, "SAME", column);
	if (strcmp(table, "qlr") == 0) {
		json_decref(v);
		return *value ? holder_correct(w, row, column, value) : work_block(w, "FIELD", column);
	}
	if ((strstr(column, "mj") && json_integer_value(v) <= 0) ||
		(json_is_string(v) && json_string_length(v) > 500)) {
		json_decref(v);
		return work_block(w, "FIELD", column);
	}
	return row_correct(w, table, row, json_pack("{s:o}", column, v));
}
