/* Seeded generator of demonstration data: one district with parcels, buildings, units and owners. All people
 * and places are fictitious; numbers pass their checks. Writes register.jsonl, cadastre.jsonl, people.json,
 * sample.pdf, parcel-good.geojson, parcel-overlap.geojson. The same seed gives the same bytes. */
#include "common/base/json.h"
#include "common/log/log.h"
#include "common/message/format.h"
#include "tests/demo/chance.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIVISION "110101"
#define PARCEL_MM 100000 /* 100 m squares */
#define STREET_MM 10000
#define EAST_MM INT64_C(39450000000)
#define NORTH_MM INT64_C(4420000000)

static const char *const family[] = {
	"张", "李", "王", "赵", "陈", "杨", "黄", "周", "吴", "徐", "孙", "马", "欧阳", "司徒"};
static const char *const given[] = {"小丰", "安然", "明", "丽", "文博", "思远", "晓", "佳宁", "一诺", "子轩",
	"静", "娜娜", "国栋", "雨桐"};

static void name_make(char out[static 64])
{
	snprintf(out, 64, "%s%s", family[chance_next() % 14], given[chance_next() % 14]);
}

static void line_write(FILE *f, json_t *o)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	REQUIRE(o && json_canon(o, &b) == 0);
	fprintf(f, "%s\n", (const char *)b.p);
	buf_fini(&b);
	json_decref(o);
}

static json_t *ring(int64_t x, int64_t y, int64_t w, int64_t h)
{
	return json_pack("[[I,I],[I,I],[I,I],[I,I],[I,I]]", (json_int_t)x, (json_int_t)y, (json_int_t)(x + w),
		(json_int_t)y, (json_int_t)(x + w), (json_int_t)(y + h), (json_int_t)x, (json_int_t)(y + h),
		(json_int_t)x, (json_int_t)y);
}

struct world {
	FILE *reg, *cad;
	int line; /* of reg */
	json_t *people;
};

#define AT "2020-01-02T00:00:00.000Z"

static void person_make(struct world *w, char name[static 64], char id[static 19])
{
	char pin[8];
	name_make(name);
	chance_resident(DIVISION, 55, id);
	snprintf(pin, sizeof pin, "%06u", chance_next() % 1000000);
	json_array_append_new(
		w->people, json_pack("{s:s,s:s,s:s}", "id_number", id, "name", name, "pin", pin));
}

/* Returns the number of the line: later rows name it. */
static int row_write(struct world *w, const char *table, json_t *row)
{
	json_object_set_new(row, "yxq_q", json_string(AT));
	line_write(w->reg, json_pack("{s:s,s:o}", "table", table, "row", row));
	return ++w->line;
}

static void unit_make(struct world *w, const char *parcel, int building, int room, int number)
{
	char unit[29], house[25], name[64], id[19], location[128], text[16], certificate[96];
	snprintf(unit, sizeof unit, "%sF%04d%04d", parcel, building, room);
	snprintf(house, sizeof house, "%.24s", unit);
	snprintf(location, sizeof location, "示例路%d号%d幢%d室", atoi(parcel + 14), building, room);
	snprintf(text, sizeof text, "%d", room);
	snprintf(certificate, sizeof certificate, "京(2020)东城区不动产权第%07d号", number);
	person_make(w, name, id);
	row_write(w, "h",
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s}", "bdcdyh", unit, "zddm", parcel, "zrzh", house,
			"zl", location, "shbw", text, "szc", "1", "jzmj",
			(json_int_t)(500000 + chance_next() % 1000000), "ghyt", "住宅"));
	int right = row_write(w, "fdcq2",
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s}", "bdcdyh", unit, "qllx", "4",
			"djlx", "100", "djyy", "首次登记", "bdcqzh", certificate, "fj", "", "dbr", "import",
			"djsj", AT, "jg", (json_int_t)0, "tdsyqssj", "2010-01-01", "tdsyjssj", "2079-12-31"));
	row_write(w, "qlr",
		json_pack("{s:s,s:s,s:i,s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:i}", "bdcdyh", unit, "qltb",
			"fdcq2", "qlbsm", right, "sxh", 1, "qlrmc", name, "zjzl", "1", "zjh", id, "qlrlx",
			"1", "gyfs", "0", "qlbl", "", "qlbl_fz", 1, "qlbl_fm", 1));
	/* The third unit is under seizure, for the case that must be blocked. */
	if (number == 3)
		row_write(w, "cfdj",
			json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "bdcdyh", unit, "djlx",
				"800", "cfjg", "示例市人民法院", "cflx", "1", "cfwh", "(2026)示例执字第1号",
				"cfqssj", "2026-01-01", "cfjssj", "2028-12-31", "sdsj", "", "fj", "", "dbr",
				"import", "djsj", AT));
}

static void parcel_make(struct world *w, int n, int columns, int units, int *number)
{
	char parcel[20], unit[29], building[28], house[29], location[64];
	int64_t x = EAST_MM + n % columns * (PARCEL_MM + STREET_MM),
		y = NORTH_MM + n / columns * (PARCEL_MM + STREET_MM);
	snprintf(parcel, sizeof parcel, DIVISION "001001GB%05d", n + 1);
	snprintf(unit, sizeof unit, "%sW00000000", parcel);
	snprintf(location, sizeof location, "示例路%d号", n + 1);
	row_write(w, "zdjbxx",
		json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s}", "bdcdyh", unit, "zddm", parcel, "zdtzm", "GB",
			"zl", location, "zdmj", (json_int_t)100000000, "yt", "城镇住宅用地", "qlxz", "出让"));
	line_write(w->cad, json_pack("{s:s,s:s,s:o}", "kind", "parcel", "code", parcel, "ring",
				   ring(x, y, PARCEL_MM, PARCEL_MM)));
	snprintf(building, sizeof building, "%sF0001", parcel);
	line_write(w->cad, json_pack("{s:s,s:s,s:I,s:o}", "kind", "building", "code", building, "floors",
				   (json_int_t)6, "ring", ring(x + 20000, y + 20000, 60000, 15000)));
	snprintf(house, sizeof house, "%s0000", building);
	row_write(w, "zrz",
		json_pack("{s:s,s:s,s:s,s:s,s:i,s:s,s:s}", "bdcdyh", house, "zrzh", building, "zddm", parcel,
			"zl", location, "zcs", 6, "fwjg", "钢筋混凝土结构", "jgrq", "2012-06-30"));
	for (int u = 0; u < units; u++)
		unit_make(w, parcel, 1, 101 + u, ++*number);
}

static void geojson_write(const char *dir, const char *file, const char *parcel, double x, double y)
{
	char path[4200];
	snprintf(path, sizeof path, "%s/%s", dir, file);
	FILE *f = fopen(path, "we");
	REQUIRE(f);
	fprintf(f,
		"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{"
		"\"parcel_code\":\"%s\"},"
		"\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[%.3f,%.3f],[%.3f,%.3f],[%.3f,%.3f],[%."
		"3f,%.3f],[%.3f,%.3f]]]}}]}\n",
		parcel, x, y, x + 100, y, x + 100, y + 100, x, y + 100, x, y);
	fclose(f);
}

static void pdf_write(const char *dir)
{
	char path[4200];
	snprintf(path, sizeof path, "%s/sample.pdf", dir);
	FILE *f = fopen(path, "we");
	REQUIRE(f);
	fputs("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count "
	      "1>>endobj\n"
	      "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\nxref\n0 4\n0000000000 65535 f "
	      "\n0000000009 00000 n \n"
	      "0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 "
	      "R>>\nstartxref\n164\n%%EOF\n",
		f);
	fclose(f);
}

static FILE *out_open(const char *dir, const char *name)
{
	char path[4200];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "we");
	REQUIRE(f);
	return f;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"seed", 1, NULL, 's'}, {"units", 1, NULL, 'u'}, {"out", 1, NULL, 'o'}, {NULL, 0, NULL, 0}};
	const char *dir = NULL;
	int units = 60, number = 0, per_parcel = 4, columns = 8;
	chance_seed(20261124);
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 's')
			chance_seed_text(optarg);
		else if (c == 'u')
			units = atoi(optarg);
		else if (c == 'o')
			dir = optarg;
		else
			return 2;
	}
	if (!dir || units < 4) {
		fprintf(stderr, "USAGE: demo-gen --seed N --units U --out DIR\n");
		return 2;
	}
	struct world w = {out_open(dir, "register.jsonl"), out_open(dir, "cadastre.jsonl"), 0, json_array()};
	int parcels = (units + per_parcel - 1) / per_parcel;
	int64_t span = columns * (PARCEL_MM + STREET_MM);
	line_write(w.cad, json_pack("{s:s,s:s,s:o}", "kind", "division", "code", DIVISION, "ring",
				  ring(EAST_MM - 1000000, NORTH_MM - 1000000, span + 2000000,
					  span + parcels / columns * PARCEL_MM + 4000000)));
	for (int n = 0; n < parcels; n++)
		parcel_make(&w, n, columns, per_parcel, &number);
	/* Three more people who own nothing yet: buyers and first applicants. */
	for (int i = 0; i < 3; i++) {
		char name[64], id[19];
		person_make(&w, name, id);
	}
	FILE *people = out_open(dir, "people.json");
	line_write(people, w.people);
	fclose(people);
	fclose(w.reg);
	fclose(w.cad);
	/* A free square beyond the last column, and one that reaches 5 m into the first parcel. */
	geojson_write(dir, "parcel-good.geojson", DIVISION "001001GB90001",
		(double)(EAST_MM + span + 100000) / 1000.0, (double)NORTH_MM / 1000.0);
	geojson_write(dir, "parcel-overlap.geojson", DIVISION "001001GB90002",
		(double)(EAST_MM - 95000) / 1000.0, (double)NORTH_MM / 1000.0);
	pdf_write(dir);
	return 0;
}
