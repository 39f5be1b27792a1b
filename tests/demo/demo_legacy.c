/* demo-legacy: an existing register as older systems export it, for `registryd import-register`: parcels as a
 * SQL dump with their outlines as WKT, flats and seizures as CSV, holders as CSV. All people and places are
 * fictitious. Some records are wrong on purpose, each kind every hundredth flat; expected.json says how many
 * of each source are read, taken and refused. The mapping that fits is tests/demo/legacy.yaml. The same seed
 * gives the same bytes. */
#include "common/base/json.h"
#include "common/log/log.h"
#include "common/message/format.h"
#include "tests/demo/chance.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIVISION "110101"
#define PER_PARCEL 20

/* What is wrong with a flat, by its number modulo 100. */
enum wrong { UNIT = 7, PERSON = 17, SHARES = 27, CODE = 37, NUMBER = 47, FIELDS = 57, RIGHT = 67, DATE = 77 };
enum { FLATS, HOLDERS, PARCELS, SEIZURES, SOURCES };
static const char *const source_names[] = {"flats", "holders", "parcels", "seizures"};

static struct {
	int read, refused;
} counts[SOURCES];

static void count(int source, bool refused)
{
	counts[source].read++;
	counts[source].refused += refused;
}

static void person_name(char out[static 64])
{
	static const char *const family[] = {"张", "李", "王", "赵", "陈", "杨", "黄", "周"};
	static const char *const given[] = {"安然", "明", "丽", "文博", "思远", "晓", "佳宁", "静"};
	snprintf(out, 64, "%s%s", family[chance_next() % 8], given[chance_next() % 8]);
}

static FILE *file_open(const char *dir, const char *name)
{
	char path[4200];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "we");
	REQUIRE(f);
	return f;
}

static void parcel_write(FILE *f, int n, bool last)
{
	int x = 39470000 + n % 50 * 120, y = 4430000 + n / 50 * 120;
	fprintf(f,
		"%s('" DIVISION "002001GB%05d', '示范大街%d号', %d.50, '城镇住宅用地', N'出让', 'POLYGON((%d "
		"%d,%d %d,%d %d,%d %d,%d %d))')%s\n",
		n % 25 == 0 ? "INSERT INTO dbo.\"ZD\" (ZDDM, ZL, MJ, YT, QLXZ, GEOM) VALUES\n" : "", n + 1,
		n + 1, 9000 + n, x, y, x + 100, y, x + 100, y + 100, x, y + 100, x, y,
		n % 25 == 24 || last ? ";" : ",");
	count(PARCELS, false);
}

static void holder_write(FILE *f, int i, const char *unit, const char *share, bool refused, bool bad_person)
{
	char name[64], id[19];
	person_name(name);
	chance_resident(DIVISION, 50, id);
	if (bad_person)
		id[17] = id[17] == '1' ? '2' : '1';
	fprintf(f, "%s,%d,\"%s\",%s,%s\r\n", unit, i % 100 == RIGHT ? 900000 + i : i, name, id, share);
	count(HOLDERS, refused);
}

static void flat_write(FILE *flats, FILE *holders, FILE *seizures, int i)
{
	char unit[29], number[96], mortgage[16] = "";
	int wrong = i % 100, room = i % PER_PARCEL;
	bool refused = wrong == UNIT || wrong == PERSON || wrong == SHARES || wrong == CODE ||
		       wrong == NUMBER || wrong == FIELDS || wrong == RIGHT || wrong == DATE;
	snprintf(unit, sizeof unit, DIVISION "002001GB%05dF0001%02d%02d", i / PER_PARCEL + 1, 1 + room / 4,
		1 + room % 4);
	snprintf(number, sizeof number, "京(2018)东城区不动产权第%07d号", i + 1 - (wrong == NUMBER));
	if (i % 10 == 3)
		snprintf(mortgage, sizeof mortgage, "%d", 50 + i % 100);
	fprintf(flats, "%.*s,%d,示范大街%d号1幢%d0%d室,%d.%02d,%s,%s,%s,%d.5,%s%s\r\n",
		wrong == UNIT ? 27 : 28, unit, i, i / PER_PARCEL + 1, 1 + room / 4, 1 + room % 4, 60 + i % 80,
		i % 100,
		wrong == CODE ? "77"
		: i % 13      ? "10"
			      : "20",
		number, wrong == DATE ? "2018-02-30" : "2018/3/5 10:20", 100 + i % 300, mortgage,
		wrong == FIELDS ? ",one,more" : "");
	count(FLATS, refused);
	if (i % 5 == 2) {
		holder_write(holders, i, unit, "1/2", refused, wrong == PERSON);
		holder_write(holders, i, unit, wrong == SHARES ? "1/3" : "50%", refused, false);
	} else {
		holder_write(holders, i, unit, "", refused, wrong == PERSON);
	}
	if (i % 50 == 5) {
		fprintf(seizures, "%s;(2024)示例执字第%d号;示例市人民法院;20240105;20270104\n", unit, i);
		count(SEIZURES, refused);
	}
}

static void expected_write(const char *dir)
{
	FILE *f = file_open(dir, "expected.json");
	fprintf(f, "{");
	for (int s = 0; s < SOURCES; s++)
		fprintf(f, "%s\"%s\":{\"read\":%d,\"refused\":%d}", s ? "," : "", source_names[s],
			counts[s].read, counts[s].refused);
	fprintf(f, "}\n");
	fclose(f);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"seed", 1, NULL, 's'}, {"units", 1, NULL, 'u'}, {"out", 1, NULL, 'o'}, {NULL, 0, NULL, 0}};
	const char *dir = NULL;
	int units = 1000;
	chance_seed(20261127);
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
	if (!dir || units < PER_PARCEL) {
		fprintf(stderr, "USAGE: demo-legacy --seed N --units U --out DIR\n");
		return 2;
	}
	FILE *flats = file_open(dir, "flats.csv"), *holders = file_open(dir, "holders.csv"),
	     *parcels = file_open(dir, "parcels.sql"), *seizures = file_open(dir, "seizures.csv");
	fprintf(flats, "不动产单元号,权利编号,坐落,建筑面积,用途代码,权证号,登记时间,成交价(万元),抵押金额("
		       "万元)\r\n");
	fprintf(holders, "BDCDYH,QLID,QLRMC,ZJH,FE\r\n");
	fprintf(seizures, "DYH;WH;JG;Q;Z\n");
	fprintf(parcels,
		"-- 旧地籍系统 2026-11-01\nCREATE TABLE \"ZD\" (ZDDM char(19), ZL nvarchar(200));\n");
	for (int n = 0; n * PER_PARCEL < units; n++)
		parcel_write(parcels, n, (n + 1) * PER_PARCEL >= units);
	for (int i = 0; i < units; i++)
		flat_write(flats, holders, seizures, i);
	expected_write(dir);
	fclose(flats);
	fclose(holders);
	fclose(parcels);
	fclose(seizures);
	return 0;
}
