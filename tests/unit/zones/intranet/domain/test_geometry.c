/* Parcels as handed in: what is read, what is refused, and exact areas of overlaps. */
#include "zones/intranet/domain/geometry.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FEATURE(ring)                                                                                        \
	"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"parcel_"      \
	"code\":\"110101001001GB90001\"},"                                                                   \
	"\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[" ring "]}}]}"

static struct geometry *square(double x, double y, double side)
{
	char text[1024], code[20];
	struct geometry *g = NULL;
	snprintf(text, sizeof text, FEATURE("[[%.3f,%.3f],[%.3f,%.3f],[%.3f,%.3f],[%.3f,%.3f],[%.3f,%.3f]]"),
		x, y, x + side, y, x + side, y + side, x, y + side, x, y);
	assert_int_equal(geometry_from_geojson(view_str(text), &g, code, NULL), 0);
	assert_string_equal(code, "110101001001GB90001");
	return g;
}

static void test_area_and_blob(void **state)
{
	char why[128];
	struct geometry *g = square(39500000, 4400000, 100), *again = NULL;
	struct buf blob;
	(void)state;
	assert_int_equal(geometry_area_cm2(g), INT64_C(100000000));
	assert_true(geometry_valid(g, why));
	buf_init(&blob, 1 << 16);
	assert_int_equal(geometry_to_gpkg(g, &blob), 0);
	assert_memory_equal(blob.p, "GP", 2);
	assert_int_equal(geometry_from_gpkg(buf_view(&blob), &again), 0);
	assert_int_equal(geometry_area_cm2(again), geometry_area_cm2(g));
	for (size_t n = 0; n < blob.n; n++) {
		struct geometry *cut = NULL;
		assert_true(geometry_from_gpkg(view_of(blob.p, n), &cut) < 0);
	}
	buf_fini(&blob);
	geometry_free(again);
	geometry_free(g);
}

static void test_overlaps(void **state)
{
	static const struct {
		double dx, dy;
		int64_t cm2;
	} cases[] = {{100, 0, 0}, {95, 0, 5000000}, {99.99, 0, 10000}, {50, 50, 25000000}, {0, 0, 100000000},
		{300, 300, 0}};
	struct geometry *a = square(39500000, 4400000, 100);
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct geometry *b = square(39500000 + cases[i].dx, 4400000 + cases[i].dy, 100);
		int64_t got = geometry_overlap_cm2(a, b);
		assert_true(got - cases[i].cm2 <= 1 && cases[i].cm2 - got <= 1);
		geometry_free(b);
	}
	geometry_free(a);
}

static void test_inside_and_shape(void **state)
{
	struct geometry *division = square(39500000, 4400000, 1000), *in = square(39500010, 4400010, 10),
			*out = square(39500995, 4400010, 10);
	(void)state;
	assert_true(geometry_inside(in, division));
	assert_false(geometry_inside(out, division));
	assert_true(geometry_compactness(in) > 0.78 && geometry_compactness(in) < 0.79);
	geometry_free(division);
	geometry_free(in);
	geometry_free(out);
}

static void test_crossing_itself(void **state)
{
	char code[20], why[128] = "";
	struct geometry *g = NULL;
	(void)state;
	assert_int_equal(geometry_from_geojson(
				 view_str(FEATURE("[[0,0],[10,10],[10,0],[0,10],[0,0]]")), &g, code, NULL),
		0);
	assert_false(geometry_valid(g, why));
	assert_true(*why);
	geometry_free(g);
}

static void test_refused(void **state)
{
	static const char *const bad[] = {"", "[]", "{}", "{\"type\":\"Point\",\"coordinates\":[0,0]}",
		"{\"type\":\"FeatureCollection\",\"features\":[]}", FEATURE("[[0,0],[1,1]]"), FEATURE("[[]]"),
		FEATURE("[[],[],[],[]]"), FEATURE("[[0],[1,1],[1,0],[0,0]]"),
		FEATURE("[[0,0],[\"x\",1],[1,0],[0,0]]"), FEATURE("")};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct geometry *g = NULL;
		struct err_note note = {0};
		char code[20];
		int rc = geometry_from_geojson(view_str(bad[i]), &g, code, &note);
		assert_true(rc == ERR_SCHEMA || rc == ERR_SYNTAX);
		assert_int_equal(note.err, rc);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_area_and_blob),
		cmocka_unit_test(test_overlaps), cmocka_unit_test(test_inside_and_shape),
		cmocka_unit_test(test_crossing_itself), cmocka_unit_test(test_refused)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
