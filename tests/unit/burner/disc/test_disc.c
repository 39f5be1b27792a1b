/* disc.json: only canonical bytes with exactly its members are a manifest. */
#include "tests/unit/burner/world.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEX "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
#define HEX2 "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdced0"
#define ONE "{\"digest\":\"" HEX "\",\"name\":\"a.swb\",\"size\":1}"
#define TWO "{\"digest\":\"" HEX "\",\"name\":\"b.swb\",\"size\":2}"
#define ALL(created, disc, files, format, mark, policy, prev, revoked, set, suite, voids)                    \
	"{\"blanks\":[],\"created\":\"" created "\",\"disc\":\"" disc "\",\"files\":[" files                 \
	"],\"format\":" format ",\"mark\":\"" mark "\",\"policy\":" policy ",\"prev\":\"" prev               \
	"\",\"revoked\":[" revoked "],\"set\":{" set "},\"suite\":\"" suite                                  \
	"\",\"use\":\"results\",\"void\":[" voids "]}"
#define BLANKS(blanks)                                                                                       \
	"{\"blanks\":[" blanks "],\"created\":\"" AT "\",\"disc\":\"" NO "\",\"files\":[" ONE                \
	"],\"format\":1,\"mark\":\"internal\",\"policy\":0,\"prev\":\"" HEX                                  \
	"\",\"revoked\":[],\"set\":{" SET(                                                                   \
		NO, "1", "1") "},\"suite\":\"gm\",\"use\":\"results\",\"void\":[]}"
#define USE(use)                                                                                             \
	"{\"blanks\":[],\"created\":\"" AT "\",\"disc\":\"" NO "\",\"files\":[" ONE                          \
	"],\"format\":1,\"mark\":\"internal\",\"policy\":0,\"prev\":\"" HEX                                  \
	"\",\"revoked\":[],\"set\":{" SET(NO, "1", "1") "},\"suite\":\"gm\",\"use\":\"" use                  \
							"\",\"void\":[]}"
#define LONG "12345678901234567890123456789012345678901234567890"
#define BLANK(disc, serial) "{\"disc\":\"" disc "\",\"serial\":\"" serial "\"}"
#define FULL(created, disc, files, format, mark, policy, prev, suite, voids)                                 \
	ALL(created, disc, files, format, mark, policy, prev, "", SET(disc, "1", "1"), suite, voids)
#define SET(first, n, of) "\"first\":\"" first "\",\"n\":" n ",\"of\":" of
#define OF(disc, set) ALL(AT, disc, ONE, "1", "internal", "0", HEX, "", set, "gm", "")
#define VOID(disc, identity) "{\"disc\":\"" disc "\",\"identity\":\"" identity "\"}"
#define REVOKED(revoked) ALL(AT, NO, ONE, "1", "internal", "0", HEX, revoked, SET(NO, "1", "1"), "gm", "")
#define KEY(key, last) "{\"key\":\"" key "\",\"last\":\"" last "\"}"
#define DISC(created, disc, files, format, prev, suite)                                                      \
	FULL(created, disc, files, format, "internal", "3", prev, suite, "")
#define AT "2026-11-24T03:42:00.123Z"
#define NO "D-20261124-0001"
#define NO2 "D-20261124-0002"
#define NO3 "D-20261124-0003"
#define GOOD                                                                                                 \
	ALL(AT, NO3, ONE "," TWO, "1", "internal", "7", HEX,                                                 \
		KEY("0123456789abcdef", "") "," KEY("0123456789abcdf0", NO), SET(NO2, "2", "5"), "gm",       \
		VOID(NO, HEX))

static const struct {
	const char *name, *text;
	int want;
} CASES[] = {
	{"good", GOOD, 0},
	{"blanks that are spent", BLANKS(BLANK("", "MED-1") "," BLANK(NO, "MED-2")), 0},
	{"a blank twice", BLANKS(BLANK("", "MED-1") "," BLANK("", "MED-1")), ERR_SCHEMA},
	{"blanks out of order", BLANKS(BLANK("", "MED-2") "," BLANK("", "MED-1")), ERR_SCHEMA},
	{"a blank that climbs", BLANKS(BLANK("", "../x")), ERR_SCHEMA},
	{"a blank under no disc", BLANKS(BLANK("x", "MED-1")), ERR_SCHEMA},
	{"a blank of no number", BLANKS(BLANK("", "")), ERR_SCHEMA},
	{"a blank with a member more", BLANKS("{\"disc\":\"\",\"serial\":\"M\",\"state\":\"\"}"), ERR_SCHEMA},
	{"one file", DISC(AT, NO, ONE, "1", HEX, "intl"), 0},
	{"empty", "", ERR_SYNTAX},
	{"not JSON", "disc", ERR_SYNTAX},
	{"an array", "[]", ERR_SCHEMA},
	{"white space", " " GOOD, ERR_SYNTAX},
	{"newline behind", GOOD "\n", ERR_SYNTAX},
	{"two objects", GOOD GOOD, ERR_SYNTAX},
	{"number in another form", DISC(AT, NO, ONE, "1.0", HEX, "gm"), ERR_RANGE},
	{"member unknown",
		"{\"blanks\":[],\"created\":\"" AT "\",\"disc\":\"" NO "\",\"files\":[" ONE
		"],\"format\":1,\"mark\":\"internal\",\"place\":\"x\",\"policy\":0,\"prev\":\"" HEX
		"\",\"revoked\":[],\"set\":{" SET(
			NO, "1", "1") "},\"suite\":\"gm\",\"use\":\"results\",\"void\":[]}",
		ERR_SCHEMA},
	{"member absent",
		"{\"blanks\":[],\"created\":\"" AT "\",\"disc\":\"" NO "\",\"files\":[" ONE
		"],\"format\":1,\"mark\":\"internal\",\"policy\":0,\"prev\":\"" HEX
		"\",\"revoked\":[],\"set\":{" SET(NO, "1", "1") "},\"suite\":\"gm\"}",
		ERR_SCHEMA},
	{"member twice",
		"{\"blanks\":[],\"created\":\"" AT "\",\"created\":\"" AT "\",\"disc\":\"" NO
		"\",\"files\":[" ONE "],\"format\":1,\"mark\":\"internal\",\"policy\":0,\"prev\":\"" HEX
		"\",\"revoked\":[],\"set\":{" SET(
			NO, "1", "1") "},\"suite\":\"gm\",\"use\":\"results\",\"void\":[]}",
		ERR_SYNTAX},
	{"use absent",
		"{\"blanks\":[],\"created\":\"" AT "\",\"disc\":\"" NO "\",\"files\":[" ONE
		"],\"format\":1,\"mark\":\"internal\",\"policy\":0,\"prev\":\"" HEX
		"\",\"revoked\":[],\"set\":{" SET(NO, "1", "1") "},\"suite\":\"gm\",\"void\":[]}",
		ERR_SCHEMA},
	{"use in Chinese", USE("登记结果回传"), 0},
	{"of no use", USE(""), ERR_SCHEMA},
	{"a use with a line break", USE("a\\nb"), ERR_SCHEMA},
	{"a use that deletes", USE("a\x7f"), ERR_SCHEMA},
	{"a use too long", USE(LONG LONG LONG LONG "x"), ERR_SCHEMA},
	{"a use as long as can be", USE(LONG LONG LONG LONG), 0},
	{"keys out of order",
		"{\"disc\":\"" NO "\",\"created\":\"" AT "\",\"files\":[" ONE
		"],\"format\":1,\"mark\":\"internal\",\"policy\":0,\"prev\":\"" HEX
		"\",\"revoked\":[],\"set\":{" SET(
			NO, "1", "1") "},\"suite\":\"gm\",\"use\":\"results\",\"void\":[]}",
		ERR_SYNTAX},
	{"a mark", FULL(AT, NO, ONE, "1", "confidential", "0", HEX, "gm", ""), 0},
	{"top secret", FULL(AT, NO, ONE, "1", "top-secret", "0", HEX, "gm", ""), ERR_SCHEMA},
	{"no mark", FULL(AT, NO, ONE, "1", "", "0", HEX, "gm", ""), ERR_SCHEMA},
	{"policy negative", FULL(AT, NO, ONE, "1", "internal", "-1", HEX, "gm", ""), ERR_SCHEMA},
	{"policy is text", FULL(AT, NO, ONE, "1", "internal", "\"1\"", HEX, "gm", ""), ERR_SCHEMA},
	{"void discs", FULL(AT, NO, ONE, "1", "internal", "0", HEX, "gm", VOID(NO, HEX) "," VOID(NO2, HEX2)),
		0},
	{"void twice", FULL(AT, NO, ONE, "1", "internal", "0", HEX, "gm", VOID(NO, HEX) "," VOID(NO, HEX)),
		ERR_SCHEMA},
	{"void out of order",
		FULL(AT, NO, ONE, "1", "internal", "0", HEX, "gm", VOID(NO2, HEX) "," VOID(NO, HEX2)),
		ERR_SCHEMA},
	{"void is a number", FULL(AT, NO, ONE, "1", "internal", "0", HEX, "gm", "1"), ERR_SCHEMA},
	{"void is an identity alone", FULL(AT, NO, ONE, "1", "internal", "0", HEX, "gm", "\"" HEX "\""),
		ERR_SCHEMA},
	{"void too short", FULL(AT, NO, ONE, "1", "internal", "0", HEX, "gm", VOID(NO, "b0")), ERR_SCHEMA},
	{"void of no disc", FULL(AT, NO, ONE, "1", "internal", "0", HEX, "gm", VOID("x", HEX)), ERR_SCHEMA},
	{"one of a set", OF(NO3, SET(NO, "3", "3")), 0},
	{"the first of a set", OF(NO3, SET(NO3, "1", "99")), 0},
	{"a set of none", OF(NO, SET(NO, "1", "0")), ERR_SCHEMA},
	{"a set too large", OF(NO, SET(NO, "1", "100")), ERR_SCHEMA},
	{"behind the end of its set", OF(NO3, SET(NO, "3", "2")), ERR_SCHEMA},
	{"before its set", OF(NO, SET(NO, "0", "2")), ERR_SCHEMA},
	{"the first of another set", OF(NO3, SET(NO, "2", "3")), ERR_SCHEMA},
	{"a set of another day", OF(NO3, SET("D-20261123-0001", "3", "3")), ERR_SCHEMA},
	{"a set that begins before the first disc", OF(NO, SET("D-20261124-0000", "2", "3")), ERR_SCHEMA},
	{"a set with more", OF(NO, SET(NO, "1", "1") ",\"x\":1"), ERR_SCHEMA},
	{"a set without number", OF(NO, "\"first\":\"" NO "\",\"of\":1"), ERR_SCHEMA},
	{"a key revoked after a disc", REVOKED(KEY("0123456789abcdef", NO)), 0},
	{"a key revoked twice", REVOKED(KEY("0123456789abcdef", NO) "," KEY("0123456789abcdef", "")),
		ERR_SCHEMA},
	{"keys out of order", REVOKED(KEY("1123456789abcdef", "") "," KEY("0123456789abcdef", "")),
		ERR_SCHEMA},
	{"half a key", REVOKED(KEY("01234567", "")), ERR_SCHEMA},
	{"a key in upper case", REVOKED(KEY("0123456789ABCDEF", "")), ERR_SCHEMA},
	{"after no disc", REVOKED(KEY("0123456789abcdef", "yesterday")), ERR_SCHEMA},
	{"a key alone", REVOKED("\"0123456789abcdef\""), ERR_SCHEMA},
	{"later format", DISC(AT, NO, ONE, "2", HEX, "gm"), ERR_SCHEMA},
	{"unknown suite", DISC(AT, NO, ONE, "1", HEX, "md5"), ERR_SUITE},
	{"number of a disc", DISC(AT, "D-2026-1", ONE, "1", HEX, "gm"), ERR_SCHEMA},
	{"number climbs", DISC(AT, "D-20261124-00/1", ONE, "1", HEX, "gm"), ERR_SCHEMA},
	{"time", DISC("yesterday", NO, ONE, "1", HEX, "gm"), ERR_SCHEMA},
	{"prev short", DISC(AT, NO, ONE, "1", "b0b1", "gm"), ERR_SCHEMA},
	{"prev upper case",
		DISC(AT, NO, ONE, "1", "B0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecf",
			"gm"),
		ERR_SCHEMA},
	{"no files", DISC(AT, NO, "", "1", HEX, "gm"), ERR_SCHEMA},
	{"a name twice", DISC(AT, NO, ONE "," ONE, "1", HEX, "gm"), ERR_SCHEMA},
	{"names out of order", DISC(AT, NO, TWO "," ONE, "1", HEX, "gm"), ERR_SCHEMA},
	{"name climbs",
		DISC(AT, NO, "{\"digest\":\"" HEX "\",\"name\":\"../a.swb\",\"size\":1}", "1", HEX, "gm"),
		ERR_SCHEMA},
	{"name hidden",
		DISC(AT, NO, "{\"digest\":\"" HEX "\",\"name\":\".a.swb\",\"size\":1}", "1", HEX, "gm"),
		ERR_SCHEMA},
	{"name of nothing",
		DISC(AT, NO, "{\"digest\":\"" HEX "\",\"name\":\".swb\",\"size\":1}", "1", HEX, "gm"),
		ERR_SCHEMA},
	{"another ending",
		DISC(AT, NO, "{\"digest\":\"" HEX "\",\"name\":\"a.exe\",\"size\":1}", "1", HEX, "gm"),
		ERR_SCHEMA},
	{"size 0", DISC(AT, NO, "{\"digest\":\"" HEX "\",\"name\":\"a.swb\",\"size\":0}", "1", HEX, "gm"),
		ERR_SCHEMA},
	{"size negative",
		DISC(AT, NO, "{\"digest\":\"" HEX "\",\"name\":\"a.swb\",\"size\":-1}", "1", HEX, "gm"),
		ERR_SCHEMA},
	{"size beyond any disc",
		DISC(AT, NO, "{\"digest\":\"" HEX "\",\"name\":\"a.swb\",\"size\":1099511627777}", "1", HEX,
			"gm"),
		ERR_SCHEMA},
	{"digest", DISC(AT, NO, "{\"digest\":\"x\",\"name\":\"a.swb\",\"size\":1}", "1", HEX, "gm"),
		ERR_SCHEMA},
	{"file with more",
		DISC(AT, NO, "{\"digest\":\"" HEX "\",\"name\":\"a.swb\",\"size\":1,\"who\":\"x\"}", "1", HEX,
			"gm"),
		ERR_SCHEMA},
	{"file is text", DISC(AT, NO, "\"a.swb\"", "1", HEX, "gm"), ERR_SCHEMA},
};

static void test_decode(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		struct disc d;
		struct err_note note = {0};
		int rc = disc_decode(view_str(CASES[i].text), &d, &note);
		if (rc != CASES[i].want)
			fail_msg("%s: %s (%s), wanted %s", CASES[i].name, err_name(rc), note.text,
				err_name(CASES[i].want));
		if (rc == 0)
			disc_fini(&d);
	}
}

/* No cut of a good manifest is one. */
static void test_every_cut(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof GOOD - 1; n++) {
		struct disc d;
		assert_int_not_equal(disc_decode(view_of(GOOD, n), &d, NULL), 0);
	}
}

static void test_round(void **state)
{
	struct disc d;
	struct buf b;
	(void)state;
	assert_int_equal(disc_decode(view_str(GOOD), &d, NULL), 0);
	assert_string_equal(d.id, NO3);
	assert_int_equal(d.set_n, 2);
	assert_int_equal(d.set_of, 5);
	assert_string_equal(d.revoked[1].last, NO);
	assert_string_equal(d.voids[0].id, NO);
	assert_int_equal(d.n, 2);
	assert_int_equal(disc_size(&d), 3);
	buf_init(&b, 4096);
	assert_int_equal(disc_encode(&d, &b), 0);
	assert_string_equal((char *)b.p, GOOD);
	buf_fini(&b);
	disc_fini(&d);
}

/* Equal for equal bytes, different by the suite. */
static void test_identity(void **state)
{
	struct disc gm = {.suite = suite_by_name("gm")}, intl = {.suite = suite_by_name("intl")};
	struct digest a, b, c;
	char hex[DIGEST_HEX];
	(void)state;
	disc_identity(&gm, view_str("abc"), &a);
	disc_identity(&gm, view_str("abc"), &b);
	disc_identity(&intl, view_str("abc"), &c);
	assert_true(digest_eq(&a, &b));
	assert_false(digest_eq(&a, &c));
	/* GB/T 32905, A.1 */
	digest_hex(&a, hex);
	assert_string_equal(hex, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}

static void test_names(void **state)
{
	static const struct {
		const char *name;
		bool bundle, disc;
	} n[] = {{"a.swb", true, false}, {"disc-intranet-000001-000000000012-0a1b2c3d.swb", true, false},
		{"D-20261124-0001", false, true}, {"D-20261124-001", false, false},
		{"D-20261124-00012", false, false}, {"d-20261124-0001", false, false},
		{"D-2026112x-0001", false, false}, {"", false, false}, {"a/b.swb", false, false},
		{"a.swb ", false, false}, {"a.SWB", false, false}, {"-.swb", true, false},
		{"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiiiiiiij"
		 "jjjjj.swb",
			true, false},
		{"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiiiiiiij"
		 "jjjjjj.swb",
			false, false}};
	(void)state;
	for (size_t i = 0; i < sizeof n / sizeof *n; i++) {
		assert_int_equal(disc_bundle_name_ok(n[i].name), n[i].bundle);
		assert_int_equal(disc_id_ok(n[i].name), n[i].disc);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_decode),
		cmocka_unit_test(test_every_cut), cmocka_unit_test(test_round),
		cmocka_unit_test(test_identity), cmocka_unit_test(test_names)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
