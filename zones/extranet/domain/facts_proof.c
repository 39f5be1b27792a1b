#include "zones/extranet/domain/facts_proof.h"

#include "zones/extranet/domain/charge.h"
#include "zones/extranet/domain/codes.h"
#include <stdio.h>
#include <string.h>

/* The columns that are told, in their order; the term comes behind them. */
static const struct told {
	const char *table, *column, *zh;
	enum told_as { TOLD_TEXT, TOLD_CODE, TOLD_SUM, TOLD_RANK, TOLD_YES } as;
} told[] = {
	{"dyaq", "dyfs", "抵押方式", TOLD_CODE},
	{"dyaq", "bdbzzqse", "被担保主债权数额(最高债权额)", TOLD_SUM},
	{"dyaq", "dysw", "抵押顺位", TOLD_RANK},
	{"dyaq", "dbfw", "担保范围", TOLD_TEXT},
	{"dyaq", "jzzr", "是否存在禁止或限制转让抵押不动产的约定", TOLD_YES},
	{"dyiq", "xydbdcdyh", "需役地不动产单元号", TOLD_TEXT},
	{"dyiq", "dyqnr", "地役权内容", TOLD_TEXT},
	{"jzq", "jzfw", "居住的条件和要求", TOLD_TEXT},
	{"ygdj", "qdjg", "取得价格(被担保主债权数额)", TOLD_SUM},
	{"ygdj", "kdjrq", "能够进行不动产登记之日", TOLD_TEXT},
	{"yydj", "yysx", "异议事项", TOLD_TEXT},
	{"yydj", "ssfy", "受诉法院", TOLD_TEXT},
	{"yydj", "ah", "案号", TOLD_TEXT},
};

const char *facts_proof_matter(const char *table, const json_t *right)
{
	if (strcmp(table, "ygdj") == 0)
		return codes_zh("ygdjzl", json_str(right, "ygdjzl"));
	if (strcmp(table, "yydj") == 0)
		return "异议登记";
	return codes_zh("qllx", json_str(right, "qllx"));
}

static int part_add(struct buf *out, const char *zh, const char *value)
{
	return *value ? buf_addf(out, "%s%s：%s", out->n ? "；" : "", zh, value) : 0;
}

static int told_add(const struct told *t, const json_t *right, struct buf *out)
{
	const char *text = json_str(right, t->column);
	int64_t number = json_int(right, t->column);
	char yuan[32], sum[48] = "";
	switch (t->as) {
	case TOLD_CODE:
		return part_add(out, t->zh, codes_zh(t->column, text));
	case TOLD_YES:
		return part_add(out, t->zh, strcmp(text, "1") == 0 ? "是" : "否");
	case TOLD_SUM:
		if (number > 0) {
			charge_yuan(number, yuan, sizeof yuan);
			snprintf(sum, sizeof sum, "%s 元", yuan);
		}
		return part_add(out, t->zh, sum);
	case TOLD_RANK:
		snprintf(sum, sizeof sum, "第 %lld 顺位", (long long)number);
		return part_add(out, t->zh, sum);
	default:
		return part_add(out, t->zh, text);
	}
}

int facts_proof_other(const char *table, const json_t *right, const char *term, struct buf *out)
{
	bool debt = strcmp(table, "dyaq") == 0 || strcmp(table, "ygdj") == 0;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < sizeof told / sizeof told[0]; i++)
		if (strcmp(told[i].table, table) == 0)
			rc = told_add(&told[i], right, out);
	return rc == 0 ? part_add(out, debt ? "债务履行期限" : "期限", term) : rc;
}
