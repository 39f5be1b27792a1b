/* What stands on a 不动产登记证明, of rows as the book gives them. */
#include "zones/extranet/domain/facts.h"
#include "zones/extranet/domain/facts_proof.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *table, json_t *right, const char *term, const char *matter, const char *other)
{
	struct buf out;
	buf_init(&out, 4096);
	assert_string_equal(facts_proof_matter(table, right), matter);
	assert_int_equal(facts_proof_other(table, right, term, &out), 0);
	assert_string_equal(out.n ? (const char *)out.p : "", other);
	buf_fini(&out);
	json_decref(right);
}

static void mortgage(void **state)
{
	(void)state;
	expect("dyaq",
		json_pack("{s:s,s:s,s:I,s:i,s:s,s:s}", "qllx", "23", "dyfs", "1", "bdbzzqse",
			(json_int_t)123456789, "dysw", 2, "dbfw", "本金、利息", "jzzr", "0"),
		"2026-12-01 起 至 2036-11-30", "抵押权",
		"抵押方式：一般抵押；被担保主债权数额(最高债权额)：1234567.89 元；抵押顺位：第 2 "
		"顺位；担保范围：本金、利息；"
		"是否存在禁止或限制转让抵押不动产的约定：否；债务履行期限：2026-12-01 起 至 2036-11-30");
	/* What the book leaves open is not told; an agreement against a transfer is. */
	expect("dyaq",
		json_pack("{s:s,s:s,s:i,s:i,s:s,s:s}", "qllx", "23", "dyfs", "2", "bdbzzqse", 0, "dysw", 1,
			"dbfw", "", "jzzr", "1"),
		"", "抵押权",
		"抵押方式：最高额抵押；抵押顺位：第 1 顺位；是否存在禁止或限制转让抵押不动产的约定：是");
}

static void notices(void **state)
{
	(void)state;
	expect("ygdj",
		json_pack("{s:s,s:s,s:I,s:s}", "qllx", "", "ygdjzl", "2", "qdjg", (json_int_t)450000000,
			"kdjrq", "2030-01-31"),
		"", "其他不动产买卖预告登记",
		"取得价格(被担保主债权数额)：4500000.00 元；能够进行不动产登记之日：2030-01-31");
	expect("yydj", json_pack("{s:s,s:s,s:s}", "yysx", "产权归属", "ssfy", "", "ah", ""), "", "异议登记",
		"异议事项：产权归属");
}

static void whole(void **state)
{
	(void)state;
	json_t *right = json_pack("{s:i,s:s,s:s,s:s,s:i,s:i,s:s,s:s,s:s,s:s,s:s}", "bsm", 7, "qllx", "23",
		"ywr", "张三", "dyfs", "1", "bdbzzqse", 100, "dysw", 1, "dbfw", "", "jzzr", "0", "djsj",
		"2026-11-27T08:00:00.000Z", "bdcdjzmh", "某(2026)某不动产证明第0000001号", "fj", "");
	json_t *rows = json_pack("{s:[{s:i,s:s,s:s,s:s}],s:[{s:s}]}", "qlr", "qlbsm", 7, "qlrmc", "某银行",
		"gyfs", "0", "qlbl", "", "h", "zl", "示例路1号");
	const struct facts_paper p = {rows, right, "dyaq", "110101001001GB00001F00010001", "1", "登记机构"};
	json_t *f = facts_certificate(&p);
	assert_non_null(f);
	assert_string_equal(json_str(f, "matter"), "抵押权");
	assert_string_equal(json_str(f, "holders"), "某银行");
	assert_string_equal(json_str(f, "obligor"), "张三");
	assert_string_equal(json_str(f, "location"), "示例路1号");
	assert_string_equal(json_str(f, "number"), "某(2026)某不动产证明第0000001号");
	assert_null(json_object_get(f, "right_nature"));
	json_decref(f);
	json_decref(rows);
	json_decref(right);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mortgage), cmocka_unit_test(notices), cmocka_unit_test(whole)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
