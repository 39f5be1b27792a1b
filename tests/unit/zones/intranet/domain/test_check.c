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
	char text[1024];
	struct geometry_parcel v[GEOMETRY_PARCELS_MAX];
	size_t n = 0;
	snprintf(text, sizeof text,
		"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{"
		"\"parcel_code\":"
		"\"" CODE
		"\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[%.3f,%.3f],[%.3f,%.3f],[%.3f,"
		"%.3f],[%.3f,%.3f],[%.3f,%.3f]]]}}]}",
		x, y, x + w, y, x + w, y + h, x, y + h, x, y);
	assert_int_equal(geometry_from_geojson(view_str(text), v, &n, NULL), 0);
	return v[0].shape;
}

/* A bow tie: the ring crosses itself. */
static struct geometry *crossed(void)
{
	struct geometry_parcel v[GEOMETRY_PARCELS_MAX];
	size_t n = 0;
	assert_int_equal(
		geometry_from_geojson(
			view_str(
				"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
				"\"properties\":{\"parcel_code\":\"" CODE
				"\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[39500010,4400010],"
				"[39500020,4400020],[39500020,4400010],[39500010,4400020],[39500010,4400010]]"
				"]}}"
				"]}"),
			v, &n, NULL),
		0);
	return v[0].shape;
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

/* One outline that is as the case says. */
struct good {
	struct check_parcel p[2];
	struct check_input in;
};
static struct check_input *good(struct good *g)
{
	*g = (struct good){.p[0] = {.shape = parcel,
				   .code = CODE,
				   .wanted = true,
				   .claimed_cm2 = 6000000,
				   .overlap_with = ""},
		.in = {.change = CHECK_NEW,
			.n = 1,
			.wanted = 1,
			.of_case = CODE,
			.division = division,
			.tolerance_permille = 5}};
	g->in.parcels = g->p;
	return &g->in;
}
/* Exactly these checks fail (names separated by spaces); the reason of the last one holds `why`. */
static void expect(const struct check_input *in, const char *failing, const char *why)
{
	json_t *checks = json_array(), *c;
	size_t i;
	char failed[200] = "", reason[256] = "";
	bool ok = check_run(in, checks);
	assert_int_equal(json_array_size(checks), in->change == CHECK_REPLACE ? 8 : 7);
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
	struct good g;
	expect(good(&g), "", "");
	/* Within the tolerance, and just beyond it. */
	g.p[0].claimed_cm2 = 6030000;
	expect(&g.in, "", "");
	g.p[0].claimed_cm2 = 6031000;
	expect(&g.in, "area", "measured 6000000 cm², claimed 6031000 cm²");
	good(&g);
	g.p[0].overlap_cm2 = 100;
	expect(&g.in, "", "");
}

static void test_each_check(void **state)
{
	(void)state;
	struct good g;
	good(&g)->of_case = "110101001001GB90002";
	g.p[0].wanted = false;
	expect(&g.in, "code", "case 110101001001GB90002");
	good(&g)->wanted = 2;
	expect(&g.in, "code", CODE);
	good(&g);
	g.p[0].taken = true;
	expect(&g.in, "new", CODE);
	good(&g)->division = NULL;
	expect(&g.in, "inside", "not in the cadastre");
	good(&g);
	g.p[0].overlap_cm2 = 12345;
	g.p[0].overlap_with = "110101001001GB00007";
	expect(&g.in, "overlap", "1.23 m² shared with 110101001001GB00007");
	good(&g);
	g.p[0].claimed_cm2 = 0;
	expect(&g.in, "area", "claimed 0");
	struct geometry *over = box(39509990, 4400010, 20, 30), *strip = box(39500010, 4400010, 600, 0.5);
	good(&g);
	g.p[0].shape = over;
	expect(&g.in, "inside", "over the division's border");
	good(&g);
	g.p[0].shape = strip;
	g.p[0].claimed_cm2 = 3000000;
	expect(&g.in, "sliver", "compactness");
	geometry_free(over);
	geometry_free(strip);
}

/* A parcel that stays may be drawn already, but must be the same; when it is not drawn yet there is nothing
 * to compare. */
static void test_keep(void **state)
{
	(void)state;
	struct good g;
	good(&g)->change = CHECK_KEEP;
	g.p[0].taken = true;
	g.in.drawn = 1;
	expect(&g.in, "", "");
	g.in.difference_cm2 = 100;
	expect(&g.in, "", "");
	g.in.difference_cm2 = 12300;
	expect(&g.in, "same", "1.23 m² differ");
	g.in.difference_cm2 = -1;
	expect(&g.in, "same", "cannot be compared");
	g.in.drawn = 0;
	expect(&g.in, "", "");
}

/* Divided or joined: each outline by itself, all of them together. */
static void test_replace(void **state)
{
	(void)state;
	struct good g;
	struct geometry *other = box(39500030, 4400010, 20, 30);
	good(&g)->change = CHECK_REPLACE;
	g.p[1] = g.p[0];
	g.p[1].shape = other;
	g.p[1].code = "110101001001GB90002";
	g.in.n = g.in.wanted = 2;
	g.in.drawn = 1;
	expect(&g.in, "", "");
	g.in.difference_cm2 = 200;
	expect(&g.in, "", "");
	g.in.difference_cm2 = 201;
	expect(&g.in, "whole", "0.02 m² differ");
	g.in.difference_cm2 = 0;
	g.p[1].taken = true;
	g.p[1].claimed_cm2 = 5;
	expect(&g.in, "new area", "110101001001GB90002: measured 6000000 cm², claimed 5 cm²");
	g.p[1].taken = false;
	g.p[1].claimed_cm2 = 6000000;
	/* The same code twice. */
	g.p[1].code = CODE;
	expect(&g.in, "code", CODE ", " CODE);
	geometry_free(other);
}

/* What crosses itself has neither inside nor neighbours. */
static void test_invalid(void **state)
{
	(void)state;
	struct geometry *x = crossed();
	struct good g;
	good(&g);
	g.p[0].shape = x;
	g.p[0].claimed_cm2 = geometry_area_cm2(x) > 0 ? geometry_area_cm2(x) : 500000;
	json_t *checks = json_array();
	assert_false(check_run(&g.in, checks));
	static const char *const failing[] = {"valid", "inside", "overlap"};
	for (size_t k = 0; k < 3; k++) {
		size_t i;
		json_t *c;
		json_array_foreach(checks, i, c) if (strcmp(json_str(c, "name"), failing[k]) == 0)
			assert_true(json_is_false(json_object_get(c, "passed")));
	}
	assert_non_null(strstr(json_str(json_array_get(checks, 0), "reason"), "ntersection"));
	json_decref(checks);
	geometry_free(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_good), cmocka_unit_test(test_each_check),
		cmocka_unit_test(test_invalid), cmocka_unit_test(test_keep), cmocka_unit_test(test_replace)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
