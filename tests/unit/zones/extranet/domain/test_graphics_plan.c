/* What the cadastre is asked of a case: a new parcel, one that stays, land divided or joined. */
#include "zones/extranet/domain/graphics_plan.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define P "110101001001GB0000"
#define FLAT P "1F00010101"
#define LAND "W00000000"

/* ERR_* or the plan as text. */
static int plan_of(
	const char *entry, const char *unit, bool booked, const char *fields, char out[static 1024])
{
	json_t *form = json_object(), *plan = NULL, *f = NULL;
	struct err_note note = {0};
	struct buf text;
	buf_init(&text, 1023);
	assert_int_equal(json_parse(view_str(fields), 4096, &f, NULL), 0);
	json_object_set_new(form, "fields", f);
	int rc = graphics_plan(entry, form, unit, booked, 1000, &plan, &note);
	if (rc == 0) {
		assert_int_equal(json_canon(plan, &text), 0);
		strcpy(out, (const char *)text.p);
	} else {
		assert_int_equal(note.err, rc);
		strcpy(out, note.text);
	}
	json_decref(plan);
	json_decref(form);
	buf_fini(&text);
	return rc;
}

static void test_plans(void **state)
{
	static const struct {
		const char *entry, *unit;
		bool booked;
		const char *fields, *plan;
	} cases[] = {
		{"first", FLAT, false, "{}",
			"{\"change\":\"new\",\"ends\":[],\"parcels\":[{\"area_cm2\":1000,\"code\":\"" P
			"1\"}]}"},
		/* Another flat on land that is in the book. */
		{"first", FLAT, true, "{}",
			"{\"change\":\"keep\",\"ends\":[],\"parcels\":[{\"area_cm2\":1000,\"code\":\"" P
			"1\"}]}"},
		{"change-unit", FLAT, true, "{}",
			"{\"change\":\"keep\",\"ends\":[],\"parcels\":[{\"area_cm2\":1000,\"code\":\"" P
			"1\"}]}"},
		{"split", FLAT, true, "{\"units\":\"" P "1F00010201|201|4\\n" P "1F00010202|202|6\"}",
			"{\"change\":\"keep\",\"ends\":[],\"parcels\":[{\"area_cm2\":1000,\"code\":\"" P
			"1\"}]}"},
		{"split", P "1" LAND, true, "{\"units\":\"" P "2" LAND "||400\\n" P "3" LAND "||600\"}",
			"{\"change\":\"replace\",\"ends\":[\"" P
			"1\"],\"parcels\":[{\"area_cm2\":400,\"code\":\"" P
			"2\"},{\"area_cm2\":600,\"code\":\"" P "3\"}]}"},
		{"merge", P "3" LAND, false, "{\"units\":\"" P "1" LAND ";" P "2" LAND "\",\"area_cm2\":77}",
			"{\"change\":\"replace\",\"ends\":[\"" P "1\",\"" P
			"2\"],\"parcels\":[{\"area_cm2\":77,\"code\":\"" P "3\"}]}"},
	};
	char got[1024];
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(
			plan_of(cases[i].entry, cases[i].unit, cases[i].booked, cases[i].fields, got), 0);
		assert_string_equal(got, cases[i].plan);
	}
}

static void test_refused(void **state)
{
	static const char *const fields[] = {"{}", "{\"units\":\"x\"}", "{\"units\":\"" P "2" LAND "||400\"}",
		"{\"units\":\"" P "2F00010101||400\\n" P "3" LAND "||600\"}"};
	char got[1024];
	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		assert_int_equal(plan_of("split", P "1" LAND, true, fields[i], got), ERR_SCHEMA);
	assert_non_null(strstr(got, P "2F00010101 is no parcel"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_plans), cmocka_unit_test(test_refused)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
