/* Appointments at several offices: each has its own hours and appointments; a person's at all of them are one
 * list, an id names one of them only. */
#include "zones/internet/store/appointment.h"

#include "tests/unit/common/db/backend.h"
#include "zones/internet/store/application.h"
#include "zones/internet/store/intake_schema.h"
#include <stdio.h>
#include <string.h>

#define EAST "110101"
#define WEST "110102"

static const char *const both[] = {EAST, WEST, NULL};
static struct db *db;

static int setup(void **state)
{
	static const struct db_schema *const schemas[] = {&intake_schema};
	const struct db_options o = {.path = backend_path("portal"), .schemas = schemas, .nschemas = 1};
	struct err_note note = {0};
	(void)state;
	int rc = db_open(&o, &db, &note);
	if (rc < 0)
		print_error("%s\n", note.text);
	return rc;
}

static int teardown(void **state)
{
	(void)state;
	db_close(db);
	return backend_drop("portal");
}

static struct appointment wish(
	const char *division, const char *id, const char *owner, const char *day, const char *start)
{
	struct appointment a = {.business = "transfer-existing-flat", .at = "2026-11-27T00:00:00.000Z"};
	snprintf(a.division, sizeof a.division, "%s", division);
	snprintf(a.id, sizeof a.id, "%s", id);
	snprintf(a.owner, sizeof a.owner, "%s", owner);
	snprintf(a.day, sizeof a.day, "%s", day);
	snprintf(a.start, sizeof a.start, "%s", start);
	return a;
}

static int add(struct db_tx *tx, struct appointment a, bool *fresh)
{
	return appointment_add(tx, both, &a, fresh);
}

static int hours_of(struct db_tx *tx, const char *division, const char *start, const char *finish)
{
	json_t *hours =
		json_pack("[{s:s,s:s,s:i,s:i}]", "start", start, "finish", finish, "quota", 2, "free", 1);
	assert_non_null(hours);
	int rc = appointment_hours_set(tx, division, "2026-12-01", hours);
	json_decref(hours);
	return rc;
}

static void hours_are(struct db_tx *tx, const char *division, const char *start)
{
	json_t *rows = NULL;
	assert_int_equal(appointment_hours(tx, division, "2026-12-01", &rows), 0);
	assert_int_equal(json_array_size(rows), 1);
	assert_string_equal(json_str(json_array_get(rows, 0), "start"), start);
	json_decref(rows);
}

static int two_offices(struct db_tx *tx, void *arg)
{
	struct appointment a;
	json_t *rows = NULL;
	bool fresh;
	int64_t waiting;
	(void)arg;
	assert_int_equal(hours_of(tx, EAST, "09:00", "10:00"), 0);
	assert_int_equal(hours_of(tx, WEST, "10:00", "11:00"), 0);
	hours_are(tx, EAST, "09:00");
	hours_are(tx, WEST, "10:00");
	assert_int_equal(add(tx, wish(WEST, "a", "zhang", "2026-12-01", "10:00"), &fresh), 0);
	assert_true(fresh);
	assert_int_equal(add(tx, wish(WEST, "a", "zhang", "2026-12-01", "10:00"), &fresh), 0);
	assert_false(fresh);
	/* Another office, another person, another hour: another wish under the same id. */
	assert_int_equal(add(tx, wish(EAST, "a", "zhang", "2026-12-01", "10:00"), &fresh), ERR_CONFLICT);
	assert_int_equal(add(tx, wish(WEST, "a", "wang", "2026-12-01", "10:00"), &fresh), ERR_CONFLICT);
	assert_int_equal(add(tx, wish(WEST, "a", "zhang", "2026-12-01", "11:00"), &fresh), ERR_CONFLICT);
	assert_int_equal(add(tx, wish(EAST, "b", "zhang", "2026-12-01", "09:00"), &fresh), 0);
	assert_int_equal(add(tx, wish(EAST, "c", "zhang", "2026-12-02", "09:00"), &fresh), 0);
	assert_int_equal(add(tx, wish(EAST, "d", "wang", "2026-12-01", "09:00"), &fresh), 0);
	assert_int_equal(appointment_waiting(tx, both, "zhang", &waiting), 0);
	assert_int_equal(waiting, 3);
	assert_int_equal(appointment_find(tx, both, "a", &a), 0);
	assert_string_equal(a.division, WEST);
	assert_string_equal(a.finish, "11:00");
	assert_int_equal(appointment_find(tx, both, "e", &a), ERR_NOTFOUND);
	assert_int_equal(appointment_set(tx, EAST, "a", "booked", "N1", ""), ERR_NOTFOUND);
	assert_int_equal(appointment_set(tx, WEST, "a", "booked", "N1", ""), 0);
	assert_int_equal(appointment_waiting(tx, both, "zhang", &waiting), 0);
	assert_int_equal(waiting, 2);
	assert_int_equal(appointment_own(tx, both, "zhang", &rows), 0);
	static const char *const order[] = {"c", "a", "b"}, *const where[] = {EAST, WEST, EAST};
	assert_int_equal(json_array_size(rows), 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(json_str(json_array_get(rows, i), "id"), order[i]);
		assert_string_equal(json_str(json_array_get(rows, i), "division"), where[i]);
	}
	json_decref(rows);
	/* The person's tenant was left alone. */
	assert_string_equal(db_tx_tenant(tx), EAST);
	return 0;
}

static void test_two_offices(void **state)
{
	(void)state;
	assert_int_equal(db_write(db, EAST, two_offices, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_two_offices)};
	return backend_run(tests, setup, teardown);
}
