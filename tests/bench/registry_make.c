/* registry-make units|cases|requests: the seeded data set of bench-registry. */
#include "tests/bench/registry_make.h"

#include "common/message/format.h"
#include "common/os/file.h"
#include <stdlib.h>
#include <string.h>

static const char *const family[] = {
	"张", "李", "王", "赵", "陈", "杨", "黄", "周", "吴", "徐", "孙", "马", "欧阳", "司徒"};
static const char *const given[] = {"小丰", "安然", "明", "丽", "文博", "思远", "晓", "佳宁", "一诺", "子轩",
	"静", "娜娜", "国栋", "雨桐"};

static uint64_t mixed(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

void make_unit(long i, struct make_unit *u)
{
	static const char *const words[] = {"松", "柏", "桐", "榆", "槐", "柳", "梅", "兰", "竹", "菊", "荷",
		"桂", "云", "霞", "泉", "溪", "湖", "岭", "石", "沙", "晨", "秋", "春", "雪"};
	long p = i / MAKE_ROOMS, room = i % MAKE_ROOMS, district = 1 + p / 99999, number = 1 + p % 99999,
	     street = p / 25; /* of 25 buildings; 13,824 streets */
	snprintf(u->parcel, sizeof u->parcel, MAKE_TENANT "%03ld001GB%05ld", district, number);
	snprintf(u->land, sizeof u->land, "%sW00000000", u->parcel);
	snprintf(u->building, sizeof u->building, "%sF0001", u->parcel);
	snprintf(u->house, sizeof u->house, "%s0000", u->building);
	snprintf(u->room, sizeof u->room, "%ld", (room / 4 + 1) * 100 + room % 4 + 1);
	snprintf(u->unit, sizeof u->unit, "%s%04ld", u->building, (room / 4 + 1) * 100 + room % 4 + 1);
	snprintf(u->street, sizeof u->street, "示例%s%s%s路%ld号", words[street % 24],
		words[street / 24 % 24], words[street / 576 % 24], 1 + p % 25 + p / 345600 * 25);
	snprintf(u->location, sizeof u->location, "%s1幢%s室", u->street, u->room);
	snprintf(u->certificate, sizeof u->certificate, "京(%ld)东城区不动产权第%07ld号", 2010 + i / 9000000,
		1 + i % 9000000);
}

void make_person(long i, struct make_person *p)
{
	uint64_t x = mixed((uint64_t)i);
	snprintf(p->name, sizeof p->name, "%s%s", family[x % 14], given[x / 14 % 14]);
	/* 55 years, 12 months, 28 days, 999 numbers: eighteen million people before one comes back. */
	unsigned long k = (unsigned long)i;
	snprintf(p->id, sizeof p->id, MAKE_TENANT "%04lu%02lu%02lu%03lu", 1950 + k / 336 / 999 % 55,
		1 + k % 12, 1 + k / 12 % 28, 1 + k / 336 % 999);
	p->id[17] = format_resident_check(p->id);
	p->id[18] = '\0';
}

long make_owner(long i)
{
	return i % 5 == 4 ? i - 1 : i;
}

bool make_mortgaged(long i)
{
	return i % 10 == 7;
}

int make_requests(const char *what, long units, long n)
{
	static const char *const kinds[] = {"lookup", "asof", "list", "number", "holder"};
	size_t kind = 0;
	while (kind < 5 && strcmp(kinds[kind], what) != 0)
		kind++;
	if (kind == 5 || units < 1)
		return 2;
	for (long k = 0; k < n; k++) {
		struct make_unit u;
		struct make_person p;
		long i = (long)(mixed((uint64_t)k + 77) % (uint64_t)units);
		make_unit(i, &u);
		make_person(make_owner(i), &p);
		if (kind == 0)
			printf("GET /api/register/units/%s\n", u.unit);
		else if (kind == 1)
			printf("GET /api/register/units/%s?day=20%02ld-0%ld-1%ld\n", u.unit, 21 + k % 5,
				1 + k % 9, k % 10);
		else if (kind == 2)
			printf("POST /api/register/search {\"words\":\"%s\"}\n", u.street);
		else if (kind == 3)
			printf("POST /api/register/search {\"number\":\"%s\"}\n", u.certificate);
		else
			printf("POST /api/register/search {\"holder\":\"%s\",\"reason\":\"测量\"}\n", p.id);
	}
	return 0;
}

static int sale(char **argv, struct vault *v)
{
	struct make_sale s = {.unit = {.unit = ""}};
	snprintf(s.unit.unit, sizeof s.unit.unit, "%s", argv[5]);
	snprintf(s.unit.location, sizeof s.unit.location, "%s", argv[6]);
	snprintf(s.unit.certificate, sizeof s.unit.certificate, "%s", argv[7]);
	snprintf(s.seller.name, sizeof s.seller.name, "%s", argv[8]);
	snprintf(s.seller.id, sizeof s.seller.id, "%s", argv[9]);
	snprintf(s.buyer.name, sizeof s.buyer.name, "%s", argv[10]);
	snprintf(s.buyer.id, sizeof s.buyer.id, "%s", argv[11]);
	return make_sale(argv[2], v, argv[4], &s);
}

static int usage(void)
{
	fprintf(stderr,
		"USAGE: registry-make units DATA MASTER N | cases DATA MASTER BUSINESSES FIRST N | sale "
		"DATA MASTER BUSINESSES UNIT LOCATION CERTIFICATE SELLER ID BUYER ID | requests "
		"lookup|asof|list|number|holder UNITS N\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct vault *v = NULL;
	struct err_note note = {0};
	char file[4200];
	if (argc == 5 && strcmp(argv[1], "requests") == 0)
		return make_requests(argv[2], atol(argv[3]), atol(argv[4]));
	bool units = argc == 5 && strcmp(argv[1], "units") == 0,
	     cases = argc == 7 && strcmp(argv[1], "cases") == 0,
	     one = argc == 12 && strcmp(argv[1], "sale") == 0;
	if (!units && !cases && !one)
		return usage();
	snprintf(file, sizeof file, "%s/vault.json", argv[2]);
	int rc = vault_open(argv[3], file, &v, &note);
	if (rc < 0) {
		fprintf(stderr, "%s: %s\n", err_name(rc), note.text);
		return 1;
	}
	rc = one     ? sale(argv, v)
	     : units ? make_units(argv[2], v, atol(argv[4]))
		     : make_cases(argv[2], v, argv[4], atol(argv[5]), atol(argv[6]));
	vault_free(v);
	return rc < 0;
}
