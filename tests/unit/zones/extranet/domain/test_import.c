/* Records of other systems, their values, and the mapping that makes rows of the book of them. */
#include "zones/extranet/domain/import_map.h"
#include "zones/extranet/domain/import_value.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct text {
	const char *s;
	size_t n, piece;
};

static int64_t more(void *arg, uint8_t *p, size_t n)
{
	struct text *t = arg;
	size_t k = t->n < t->piece ? t->n : t->piece;
	k = k < n ? k : n;
	memcpy(p, t->s, k);
	t->s += k;
	t->n -= k;
	return (int64_t)k;
}

/* Records as "line:{canonical}" and refusals as "line!what", joined by newlines; whatever the pieces. */
static void reads(const struct import_form *f, const char *text, const char *wanted)
{
	for (size_t piece = 1; piece < 80; piece += 13) {
		struct text t = {text, strlen(text), piece};
		struct import_reader *r = NULL;
		struct buf got;
		int rc;
		buf_init(&got, 1 << 20);
		assert_int_equal(import_reader_new(f, more, &t, &r), 0);
		do {
			json_t *record = NULL;
			size_t line = 0;
			struct err_note note = {0};
			rc = import_reader_next(r, &record, &line, &note);
			if (rc == 1) {
				assert_int_equal(buf_addf(&got, "%zu:", line), 0);
				assert_int_equal(json_canon(record, &got), 0);
				assert_int_equal(buf_add_str(&got, "\n"), 0);
			} else if (rc < 0) {
				assert_int_equal(buf_addf(&got, "%zu!%s\n", line, note.text), 0);
			}
			json_decref(record);
		} while (rc != 0 && !import_reader_broken(r));
		assert_string_equal(got.n ? (const char *)got.p : "", wanted);
		import_reader_free(r);
		buf_fini(&got);
	}
}

static void csv_is_read(void **state)
{
	const struct import_form f = {.separator = ','};
	(void)state;
	reads(&f,
		"\xef\xbb\xbf"
		"A,B\r\n1,\"x,\"\"y\"\"\nz\"\r\n\r\n2,\n",
		"2:{\"A\":\"1\",\"B\":\"x,\\\"y\\\"\\nz\"}\n5:{\"A\":\"2\",\"B\":\"\"}\n");
	reads(&f, "A,B\n1\n1,2,3\n\"a\"b,1\nc\"d,2\n4,5",
		"2!1 values for 2 columns\n3!more values than the 2 columns\n4!a quotation mark inside a "
		"field\n5!a "
		"quotation mark inside a field\n6:{\"A\":\"4\",\"B\":\"5\"}\n");
	reads(&f, "A,B\n1,\xff\n2,3\n", "2!column \"B\": not UTF-8\n3:{\"A\":\"2\",\"B\":\"3\"}\n");
	reads(&f, "A,B\n1,\"never", "2!a quoted field without its end\n");
	reads(&f, "A,A\n1,2\n", "1!column \"A\" stands twice\n");
	reads(&f, "", "1!column 1: no name of 1 to 128 bytes of UTF-8\n");
}

static void sql_is_read(void **state)
{
	const struct import_form f = {.sql = true, .table = "fdcq2"},
				 back = {.sql = true, .table = "T", .backslash = true};
	(void)state;
	reads(&f,
		"-- dump; of ('x')\nSET a = 'b;''c'; /* INSERT INTO fdcq2 (a) VALUES (9); */\nCREATE TABLE "
		"\"fdcq2\" (a int);\n"
		"INSERT INTO dbo.[fdcq2] (a, `b`) VALUES (1, N'x''y'), (-2.5,NULL)\n,(3, 'z');\nINSERT INTO "
		"other (a) VALUES (7);\n"
		"insert into fdcq2(a) values('last') ON CONFLICT DO NOTHING;",
		"4:{\"a\":\"1\",\"b\":\"x'y\"}\n4:{\"a\":\"-2.5\",\"b\":null}\n5:{\"a\":\"3\",\"b\":\"z\"}"
		"\n7:{\"a\":\"last\"}\n");
	reads(&f, "INSERT INTO fdcq2 (a,b) VALUES (to_date('1)','2'), 1), (1), (1,2,3), ('a','b');",
		"1!an expression where a value is wanted\n1!1 values for 2 columns\n1!more values than the 2 "
		"columns\n1:{\"a\":\"a\",\"b\":\"b\"}\n");
	reads(&f,
		"INSERT INTO fdcq2 VALUES (1);INSERT INTO fdcq2 (a) SELECT 1;INSERT INTO fdcq2 (a) VALUES "
		"('open",
		"1!an INSERT that does not name its columns\n1!INSERT without VALUES\n1!a string without its "
		"end\n");
	reads(&back, "INSERT INTO T (a) VALUES ('it\\'s\\n'), ('\\\\');",
		"1:{\"a\":\"it's\\n\"}\n1:{\"a\":\"\\\\\"}\n");
}

static const struct {
	const char *kind, *text, *wanted; /* JSON, or ! and what is said */
} values[] = {
	{"area-m2", "90.5", "905000"},
	{"area-m2", "0.00001", "!more decimals"},
	{"area-m2", "-1", "!not a number"},
	{"area-m2", "1e3", "!not a number"},
	{"money-wan", "120.5", "120500000"},
	{"money-yuan", "0.99", "99"},
	{"int", "12.0", "12"},
	{"int", "", "!not a number"},
	{"int", "99999999999999999999", "!not a number"},
	{"date", "2019/3/5", "\"2019-03-05\""},
	{"date", "20190305", "\"2019-03-05\""},
	{"date", "2019年3月5日", "\"2019-03-05\""},
	{"date", "2019-02-30", "!not a date"},
	{"date", "2019-03-05 00:00:00.0", "\"2019-03-05\""},
	{"time", "2019-03-05 08:00:01", "\"2019-03-05T00:00:01.000Z\""},
	{"time", "2019-03-05", "\"2019-03-04T16:00:00.000Z\""},
	{"time", "2019-03-05 25:00", "!not a date with"},
	{"time", "1950-01-01", "!a time before 1970"},
	{"share-num", "1/2", "1"},
	{"share-den", "50%", "2"},
	{"share-den", "0.25", "4"},
	{"share-num", "3/2", "!not a share"},
	{"share-num", "0", "!not a share"},
	{"share-den", "1/999999999999", "!not a share"},
	{"resident-id", "110101199001011238", "!not an identity number"},
	{"resident-id", "11010519491231002X", "\"11010519491231002X\""},
	{"text", "", "\"\""},
};

static void values_are_exact(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		json_t *v = NULL;
		struct err_note note = {0};
		int rc = import_value(
			(enum import_kind)import_kind_find(values[i].kind), values[i].text, &v, &note);
		if (values[i].wanted[0] == '!') {
			if (rc == 0 || !strstr(note.text, values[i].wanted + 1))
				fail_msg("%s \"%s\": %d %s", values[i].kind, values[i].text, rc, note.text);
		} else {
			char *got = json_dumps(v, JSON_ENCODE_ANY);
			if (rc != 0)
				fail_msg("%s \"%s\": %s", values[i].kind, values[i].text, note.text);
			assert_string_equal(got, values[i].wanted);
			free(got);
		}
		json_decref(v);
	}
	json_t *ring = NULL;
	assert_int_equal(import_ring("POLYGON ((0 0, 10.5 0, 10 -3.25, 0 0))", &ring, NULL), 0);
	assert_int_equal(json_integer_value(json_array_get(json_array_get(ring, 2), 1)), -3250);
	json_decref(ring);
	static const char *const none[] = {"", "POLYGON((0 0,1 0,1 1,0 1))",
		"POLYGON((0 0,1 0,0 0),(1 1,2 2,1 1))", "MULTIPOLYGON(((0 0,1 0,1 1,0 0)))",
		"POLYGON((0 0,1 0,1.00005 1,0 0))", "POLYGON((0 0,1 0", "POLYGON((0 0,1 0,1 1,0 0)) x"};
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		assert_int_equal(import_ring(none[i], &ring, NULL), ERR_SCHEMA);
}

#define TOP "version: 1\norigin: 旧系统\nreport: refused.jsonl\nsources:\n"
#define FLAT TOP " - name: flats\n   file: flats.csv\n   format: csv\n   rows:\n"
#define SEIZED                                                                                               \
	"    - table: cfdj\n      when: COURT\n      columns: {bdcdyh: UNIT, djlx: {value: \"800\"}, cfjg: " \
	"COURT, cflx: {value: \"1\"}, cfwh: DOC, cfqssj: {from: A, as: date}, cfjssj: {from: B, as: date}, " \
	"sdsj: {value: \"\"}, fj: {value: \"\"}, dbr: {value: import}, djsj: {from: A, as: time}}\n"

static const struct {
	const char *text, *said;
} maps[] = {
	{FLAT SEIZED, NULL},
	{"version: 2\n", "1:10: "},
	{FLAT "    - table: nothing\n      columns: {}\n", "9:14: "},
	{FLAT "    - table: cfdj\n      columns: {bdcdyh: UNIT}\n", "cfdj needs its column djlx"},
	{FLAT "    - table: cfdj\n      columns: {bsm: X}\n", "the import sets this itself"},
	{FLAT "    - table: cfdj\n      columns: {size: X}\n", "the table has no such column"},
	{FLAT "    - table: zdjbxx\n      columns: {zdmj: X}\n", "a whole number in the book"},
	{FLAT "    - table: zdjbxx\n      columns: {zl: {from: X, as: int}}\n", "a text in the book"},
	{FLAT "    - table: zdjbxx\n      columns: {zl: {from: X, value: y}}\n",
		"exactly one of from and value"},
	{FLAT "    - table: zdjbxx\n      columns: {zl: {from: X, as: furlongs}}\n", "no kind of value"},
	{FLAT "    - table: zdjbxx\n      columns: {zl: {from: X, cut: 3-1}}\n", "FIRST-LAST"},
	{FLAT "    - table: zdjbxx\n      column: {}\n", "column"},
	{TOP " - {name: a, file: ../x, format: csv, rows: []}\n", "beside the mapping"},
	{TOP " - {name: a, file: x, format: xls, rows: []}\n", "csv or sql"},
	{TOP " - {name: a, file: x, format: sql, rows: []}\n", "table"},
	{TOP " - {name: a, file: x, format: csv, graphics: G, rows: []}\n", "names no folder"},
	{"version: 1\norigin: x\nreport: y\nsources: []\n", "none"},
	{"version: [", "1:"},
};

static void mappings_are_checked(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
		struct import_map *m = NULL;
		struct err_note note = {0};
		int rc = import_map_read("map.yaml", view_str(maps[i].text), &m, &note);
		if (!maps[i].said && rc < 0)
			fail_msg("%zu: %s", i, note.text);
		if (maps[i].said && (rc >= 0 || !strstr(note.text, maps[i].said)))
			fail_msg("%zu: %d \"%s\", wanted %s", i, rc, note.text, maps[i].said);
		import_map_free(m);
	}
}

static void makes(const struct import_map *m, const char *record, const char *wanted)
{
	json_t *r = json_loads(record, 0, NULL);
	struct import_made made;
	struct err_note note = {0};
	char got[600];
	assert_non_null(r);
	int rc = import_source_make(import_map_source(m, 0), r, &made, &note);
	snprintf(got, sizeof got, "%zu rows of %s, %s: %s", json_array_size(made.rows), made.unit,
		made.column, rc < 0 ? note.text : "");
	assert_string_equal(got, wanted);
	import_made_fini(&made);
	json_decref(r);
}

#define UNIT "110101001001GB00001F00010101"
static void records_become_rows(void **state)
{
	struct import_map *m = NULL;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(import_map_read("m", view_str(FLAT SEIZED), &m, &note), 0);
	makes(m,
		"{\"UNIT\":\" " UNIT
		" \",\"COURT\":\"法院\",\"DOC\":\"1\",\"A\":\"2026-01-01\",\"B\":\"2028-01-01\"}",
		"1 rows of " UNIT ", : ");
	makes(m, "{\"UNIT\":\"" UNIT "\",\"COURT\":\"\",\"DOC\":\"1\",\"A\":\"2026-01-01\",\"B\":\"\"}",
		"0 rows of , COURT: the mapping makes no row of this record");
	makes(m, "{\"UNIT\":\"123\",\"COURT\":\"x\",\"DOC\":\"1\",\"A\":\"2026-01-01\",\"B\":\"\"}",
		"0 rows of , UNIT: not a unit code 不动产单元代码");
	makes(m, "{\"UNIT\":\"" UNIT "\",\"COURT\":\"x\",\"DOC\":\"1\",\"A\":\"yesterday\",\"B\":\"\"}",
		"0 rows of , A: not a date");
	makes(m, "{\"UNIT\":\"" UNIT "\",\"COURT\":\"x\",\"A\":\"2026-01-01\",\"B\":\"\"}",
		"0 rows of , DOC: the source has no such column");
	import_map_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_is_read),
		cmocka_unit_test(sql_is_read),
		cmocka_unit_test(values_are_exact),
		cmocka_unit_test(mappings_are_checked),
		cmocka_unit_test(records_become_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
