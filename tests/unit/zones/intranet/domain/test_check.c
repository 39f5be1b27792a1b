/* 权籍审核: each check alone turns the verdict, and says why. */
#include "zones/intranet/domain/check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CODE "110101001001GB90001"

static struct geometry *box(double x, double y, double w, double h)
{
	char text[1024], code[20];
	struct geometry *g = NULL;
	snprintf(text, sizeof text,
		"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{"
		"\"parcel_code\":"
		"\"" CODE
		"\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[%.3f,%.3f],[%.3f,%.3f],[%.3f,"
		"%.3f],[%.3f,%.3f],[%.3f,%.3f]]]}}]}",
		x, y, x + w, y, x + w, y + h, x, y + h, x, y);
	assert_int_equal(geometry_from_geojson(view_str(text), &g, code, NULL), 0);
	return g;
}

/* A bow tie: the ring crosses itself. */
static struct geometry *crossed(void)
{
	char code[20];
	struct geometry *g = NULL;
	assert_int_equal(
		geometry_from_geojson(
			view_str(
				"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
				"\"properties\":{\"parcel_code\":\"" CODE
				"\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[39500010,4400010],"
				"[39500020,4400020],[39500020,4400010],[39500010,4400020],[39500010,4400010]]"
				"]}}"
				"]}"),
			&g, code, NULL),
		0);
	return g;
}

static struct geometry *division, *parcel;

static int setup(void **state)
{
	(void)state;
	division = box(39500000, 4400000, 10000, 10000);
	parcel = box(39500010, 4400010, 20, 30);
	return 0;
}
static int teardown(void **state)
{
	(void)state;
	geometry_free(division);
	geometry_free(parcel);
	return 0;
}

static struct check_input good(void)
{
	return (struct check_input){.parcel = parcel,
		.division = division,
		.code_in_file = CODE,
		.code_of_case = CODE,
		.claimed_cm2 = 6000000,
		.tolerance_permille = 5,
		.overlap_with = ""};
}
/* Exactly these checks fail (names separated by spaces); the reason of the last one holds `why`. */
static void expect(const struct check_input *in, const char *failing, const char *why)
{
	json_t *checks = json_array(), *c;
	size_t i;
	char failed[200] = "", reason[256] = "";
	bool ok = check_run(in, checks);
	assert_int_equal(json_array_size(checks), 7);
	json_array_foreach(checks, i, c)
	{
		bool passed = json_is_true(json_object_get(c, "passed"));
		assert_true(*json_str(c, "zh") && *json_str(c, "en"));
		assert_int_equal(passed, !*json_str(c, "reason"));
		if (!passed) {
			snprintf(failed + strlen(failed), sizeof failed - strlen(failed), "%s%s",
				*failed ? " " : "", json_str(c, "name"));
			snprintf(reason, sizeof reason, "%s", json_str(c, "reason"));
		}
	}
	assert_string_equal(failed, failing);
	assert_int_equal(ok, !*failing);
	if (!strstr(reason, why))
		fail_msg("\"%s\" does not say \"%s\"", reason, why);
	json_decref(checks);
}

static void test_good(void **state)
{
	(void)state;
	struct check_input in = good();
	expect(&in, "", "");
	/* Within the tolerance, and just beyond it. */
	in.claimed_cm2 = 6030000;
	expect(&in, "", "");
	in.claimed_cm2 = 6031000;
	expect(&in, "area", "measured 6000000 cm², claimed 6031000 cm²");
	in = good();
	in.overlap_cm2 = 100;
	expect(&in, "", "");
}

static void test_each_check(void **state)
{
	(void)state;
	struct check_input in = good();
	in.code_of_case = "110101001001GB90002";
	expect(&in, "code", "case 110101001001GB90002");
	in = good();
	in.code_taken = true;
	expect(&in, "new", CODE);
	in = good();
	in.division = NULL;
	expect(&in, "inside", "not in the cadastre");
	in = good();
	in.overlap_cm2 = 12345;
	in.overlap_with = "110101001001GB00007";
	expect(&in, "overlap", "1.23 m² shared with 110101001001GB00007");
	in = good();
	in.claimed_cm2 = 0;
	expect(&in, "area", "claimed 0");
	struct geometry *over = box(39509990, 4400010, 20, 30), *strip = box(39500010, 4400010, 600, 0.5);
	in = good();
	in.parcel = over;
	expect(&in, "inside", "over the division's border");
	in = good();
	in.parcel = strip;
	in.claimed_cm2 = 3000000;
	expect(&in, "sliver", "compactness");
	geometry_free(over);
	geometry_free(strip);
}

/* What crosses itself has neither inside nor neighbours. */
static void test_invalid(void **state)
{
	(void)state;
	struct geometry *g = crossed();
	struct check_input in = good();
	in.parcel = g;
	in.claimed_cm2 = geometry_area_cm2(g) > 0 ? geometry_area_cm2(g) : 500000;
	json_t *checks = json_array();
	assert_false(check_run(&in, checks));
	static const char *const failing[] = {"valid", "inside", "overlap"};
	for (size_t k = 0; k < 3; k++) {
		size_t i;
		json_t *c;
		json_array_foreach(checks, i, c) if (strcmp(json_str(c, "name"), failing[k]) == 0)
			assert_true(json_is_false(json_object_get(c, "passed")));
	}
	assert_non_null(strstr(json_str(json_array_get(checks, 0), "reason"), "ntersection"));
	json_decref(checks);
	geometry_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_good), cmocka_unit_test(test_each_check),
		cmocka_unit_test(test_invalid)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
