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
	char text[1024];
	struct geometry_parcel v[GEOMETRY_PARCELS_MAX];
	size_t n = 0;
	snprintf(text, sizeof text, FEATURE("[[%.3f,%.3f],[%.3f,%.3f],[%.3f,%.3f],[%.3f,%.3f],[%.3f,%.3f]]"),
		x, y, x + side, y, x + side, y + side, x, y + side, x, y);
	assert_int_equal(geometry_from_geojson(view_str(text), v, &n, NULL), 0);
	assert_int_equal(n, 1);
	assert_string_equal(v[0].code, "110101001001GB90001");
	return v[0].shape;
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

/* A neighbour that crosses itself, or whose hole lies half outside, hides no overlap. */
static void test_overlaps_a_broken_neighbour(void **state)
{
	static const char *const broken[] = {FEATURE("[[0,0],[10,10],[10,0],[0,10],[0,0]]"),
		FEATURE("[[0,0],[10,0],[10,10],[0,10],[0,0]],[[2,2],[20,2],[20,8],[2,8],[2,2]]"),
		FEATURE("[[0,0],[10,0],[10,10],[0,10],[0,0],[5,-5],[10,0],[10,10],[0,10],[0,0]]")};
	struct geometry *a = square(1, 1, 8);
	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct geometry_parcel v[GEOMETRY_PARCELS_MAX];
		size_t n = 0;
		assert_int_equal(geometry_from_geojson(view_str(broken[i]), v, &n, NULL), 0);
		assert_true(geometry_overlap_cm2(a, v[0].shape) > 100000);
		geometry_parcels_free(v, n);
	}
	geometry_free(a);
}

/* Nobody reckons with an area that overflows. */
static void test_area_without_end(void **state)
{
	struct geometry_parcel v[GEOMETRY_PARCELS_MAX];
	size_t n = 0;
	(void)state;
	assert_int_equal(
		geometry_from_geojson(
			view_str(FEATURE("[[0,0],[1e200,0],[1e200,1e200],[0,1e200],[0,0]]")), v, &n, NULL),
		0);
	assert_true(geometry_area_cm2(v[0].shape) > 0);
	assert_true(geometry_area_cm2(v[0].shape) < INT64_MAX / 1000);
	geometry_parcels_free(v, n);
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
	char why[128] = "";
	struct geometry_parcel v[GEOMETRY_PARCELS_MAX];
	size_t n = 0;
	(void)state;
	assert_int_equal(
		geometry_from_geojson(view_str(FEATURE("[[0,0],[10,10],[10,0],[0,10],[0,0]]")), v, &n, NULL),
		0);
	assert_false(geometry_valid(v[0].shape, why));
	assert_true(*why);
	geometry_parcels_free(v, n);
}

static void test_refused(void **state)
{
	static const char *const bad[] = {"", "[]", "{}", "{\"type\":\"Point\",\"coordinates\":[0,0]}",
		"{\"type\":\"FeatureCollection\",\"features\":[]}", FEATURE("[[0,0],[1,1]]"), FEATURE("[[]]"),
		FEATURE("[[],[],[],[]]"), FEATURE("[[0],[1,1],[1,0],[0,0]]"),
		FEATURE("[[0,0],[\"x\",1],[1,0],[0,0]]"), FEATURE("")};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct geometry_parcel v[GEOMETRY_PARCELS_MAX];
		struct err_note note = {0};
		size_t n = 0;
		int rc = geometry_from_geojson(view_str(bad[i]), v, &n, &note);
		assert_true(rc == ERR_SCHEMA || rc == ERR_SYNTAX);
		assert_int_equal(note.err, rc);
	}
}

/* Several outlines in one file, and the one that is wrong is named. */
static void test_several(void **state)
{
	static const char feature[] = "{\"type\":\"Feature\",\"properties\":{\"parcel_code\":"
				      "\"110101001001GB9%04zu\"},\"geometry\":{\"type\":\"Polygon\","
				      "\"coordinates\":[[[0,0],[%s,0],[10,10],[0,10],[0,0]]]}}";
	struct geometry_parcel v[GEOMETRY_PARCELS_MAX];
	struct buf text;
	size_t n = 0;
	(void)state;
	for (size_t many = 2; many <= GEOMETRY_PARCELS_MAX + 1; many++) {
		for (int bad = 0; bad < 2; bad++) {
			struct err_note note = {0};
			buf_init(&text, 1 << 16);
			assert_int_equal(buf_add_str(&text, "{\"features\":["), 0);
			for (size_t i = 0; i < many; i++) {
				assert_int_equal(buf_add_str(&text, i ? "," : ""), 0);
				assert_int_equal(
					buf_addf(&text, feature, i, bad && i == many - 1 ? "\"x\"" : "10"),
					0);
			}
			assert_int_equal(buf_add_str(&text, "]}"), 0);
			int rc = geometry_from_geojson(buf_view(&text), v, &n, &note);
			if (bad || many > GEOMETRY_PARCELS_MAX) {
				char where[32];
				snprintf(where, sizeof where, "features[%zu].geometry", many - 1);
				assert_int_equal(rc, ERR_SCHEMA);
				assert_non_null(
					strstr(note.text, many > GEOMETRY_PARCELS_MAX ? "1 to 20" : where));
			} else {
				assert_int_equal(rc, 0);
				assert_int_equal(n, many);
				assert_string_equal(v[1].code, "110101001001GB90001");
				geometry_parcels_free(v, n);
			}
			buf_fini(&text);
		}
	}
}

/* Divided without a rest, with a gap, with a bit of the neighbour's. */
static void test_same_ground(void **state)
{
	struct geometry *whole = square(39500000, 4400000, 100), *q[4], *gap = square(39500050, 4400050, 49);
	(void)state;
	for (int i = 0; i < 4; i++)
		q[i] = square(39500000 + i % 2 * 50, 4400000 + i / 2 * 50, 50);
	const struct geometry *parts[4] = {q[0], q[1], q[2], q[3]}, *one[1] = {whole};
	assert_int_equal(geometry_difference_cm2(parts, 4, one, 1), 0);
	assert_int_equal(geometry_difference_cm2(one, 1, parts, 4), 0);
	assert_int_equal(geometry_difference_cm2(parts, 3, one, 1), 25000000);
	parts[3] = gap;
	assert_int_equal(geometry_difference_cm2(parts, 4, one, 1), 990000);
	assert_int_equal(geometry_difference_cm2(parts, 0, one, 1), 100000000);
	geometry_free(whole);
	geometry_free(gap);
	for (int i = 0; i < 4; i++)
		geometry_free(q[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_area_and_blob),
		cmocka_unit_test(test_overlaps), cmocka_unit_test(test_overlaps_a_broken_neighbour),
		cmocka_unit_test(test_area_without_end), cmocka_unit_test(test_inside_and_shape),
		cmocka_unit_test(test_crossing_itself), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_several), cmocka_unit_test(test_same_ground)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
