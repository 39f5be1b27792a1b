/* Records in the database, on SQLite and PostgreSQL: numbers without a hole whatever was rolled back, never
 * changed. */
#include "common/audit/audit.h"
#include "tests/unit/common/db/backend.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct db_schema *const schemas[] = {&audit_schema};
DB_STMT_CROSS(record_span, "SELECT count(*), coalesce(min(n), 0), coalesce(max(n), 0) FROM audit_record");
DB_STMT_CROSS(record_change, "UPDATE audit_record SET who = 'nobody' WHERE n = 1");
DB_STMT_CROSS(record_by_clock,
	"INSERT INTO audit_record (n, tenant, at, who, action, subject) VALUES ((SELECT "
	"coalesce(max(n), 0) + 1 FROM audit_record), '', :at, 'who', 'act', '')");
DB_STMT_CROSS(record_remove, "DELETE FROM audit_record WHERE n = 1");

static struct db *db, *other;

static struct db *opened(void)
{
	struct db *d = NULL;
	struct err_note note = {0};
	struct db_options o = {.path = backend_path("main"), .schemas = schemas, .nschemas = 1, .readers = 1};
	if (db_open(&o, &d, &note) < 0)
		fail_msg("%s", note.text);
	return d;
}
static int setup(void **state)
{
	(void)state;
	db = opened();
	other = opened();
	return 0;
}
static int teardown(void **state)
{
	(void)state;
	db_close(other);
	db_close(db);
	return 0;
}

struct act {
	int records, verdict;
};
static int act(struct db_tx *tx, void *arg)
{
	const struct act *a = arg;
	int rc = 0;
	for (int i = 0; rc == 0 && i < a->records; i++) {
		json_t *detail = json_pack("{s:i}", "i", i);
		rc = audit_record(tx, "who", "test.act", "subject", i % 2 ? detail : NULL);
		json_decref(detail);
	}
	return rc < 0 ? rc : a->verdict;
}
struct span {
	int64_t n, first, last;
};
static int span_read(struct db_tx *tx, void *arg)
{
	struct span *s = arg;
	struct db_query *q = db_query(tx, &record_span);
	int rc = db_step(q);
	s->n = db_int(q, 0);
	s->first = db_int(q, 1);
	s->last = db_int(q, 2);
	db_done(q);
	return rc < 0 ? rc : 0;
}

/* Writers of two programs; a third of the functions is rolled back. */
static void *act_many(void *arg)
{
	for (int i = 0; i < 60; i++) {
		struct act a = {1 + i % 3, i % 3 == 2 ? ERR_STATE : 0};
		assert_int_equal(db_write(arg, "110101", act, &a), a.verdict);
	}
	return NULL;
}
static void test_numbers_have_no_hole(void **state)
{
	pthread_t t[6];
	struct span s = {0};
	(void)state;
	for (int i = 0; i < 6; i++)
		assert_int_equal(pthread_create(&t[i], NULL, act_many, i % 2 ? other : db), 0);
	for (int i = 0; i < 6; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(db_read(db, "", span_read, &s), 0);
	assert_int_equal(s.n, 3 + 6 * 20 * (1 + 2));
	assert_int_equal(s.first, 1);
	assert_int_equal(s.last, s.n);
}

static int exec(struct db_tx *tx, void *arg)
{
	const struct db_stmt *const *s = arg;
	return db_exec(db_query(tx, *s));
}
static void test_nothing_is_changed(void **state)
{
	const struct db_stmt *change = &record_change, *removal = &record_remove;
	(void)state;
	assert_int_equal(db_write(db, "", exec, &change), ERR_CONFLICT);
	assert_int_equal(db_write(db, "", exec, &removal), ERR_CONFLICT);
	if (backend_is_pg())
		assert_int_not_equal(
			backend_shell("main", "psql -qd \"$DB\" -c 'TRUNCATE audit_record' 2>/dev/null"), 0);
}

static int write_at(struct db_tx *tx, void *arg)
{
	struct db_query *q = db_query(tx, &record_by_clock);
	db_bind_text(q, "at", arg);
	return db_exec(q);
}
static int newest_read(struct db_tx *tx, void *arg)
{
	return audit_newest(tx, arg);
}
static void test_newest_is_not_the_last(void **state)
{
	char at[][TIME_TEXT] = {
		"2020-01-01T00:00:00.000Z", "2021-05-01T00:00:00.000Z", "2020-01-02T00:00:00.000Z"};
	char newest[TIME_TEXT] = "";
	(void)state;
	assert_int_equal(db_read(db, "", newest_read, newest), ERR_NOTFOUND);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(db_write(db, "", write_at, at[i]), 0);
	assert_int_equal(db_read(db, "", newest_read, newest), 0);
	assert_string_equal(newest, at[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_newest_is_not_the_last),
		cmocka_unit_test(test_numbers_have_no_hole), cmocka_unit_test(test_nothing_is_changed)};
	return backend_run(tests, setup, teardown);
}
