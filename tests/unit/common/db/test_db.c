/* The database: a function commits or leaves nothing, others of the same group are not touched by its
 * failure. */
#include "common/db/db.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const struct db_migration first[] = {{1, "things",
	"CREATE TABLE thing (tenant TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY "
	"(tenant, id)) STRICT;"
	"CREATE TRIGGER thing_keep BEFORE DELETE ON thing BEGIN SELECT RAISE(ABORT, 'kept'); END;",
	NULL}};
static const struct db_schema schema = {"test", first, 1};
static const struct db_schema *const schemas[] = {&schema};
DB_STMT(thing_add, "INSERT INTO thing (tenant, id, name) VALUES (:tenant, :id, :name)");
DB_STMT(thing_count, "SELECT count(*) FROM thing WHERE tenant = :tenant");
DB_STMT(thing_drop, "DELETE FROM thing WHERE tenant = :tenant AND id = :id");

static char dir[] = "/tmp/test-db.XXXXXX", path[64];
static struct db *db;

static int setup(void **state)
{
	struct db_options o = {.path = path, .schemas = schemas, .nschemas = 1, .readers = 2};
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/main.db", dir);
	return db_open(&o, &db, NULL);
}

static int teardown(void **state)
{
	char command[64];
	(void)state;
	db_close(db);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}

struct add {
	int64_t id;
	int verdict;
};
static int add(struct db_tx *tx, void *arg)
{
	const struct add *a = arg;
	struct db_query *q = db_query(tx, &thing_add);
	db_bind_int(q, "id", a->id);
	db_bind_text(q, "name", "a thing");
	int rc = db_exec(q);
	return rc < 0 ? rc : a->verdict;
}
static int count(struct db_tx *tx, void *arg)
{
	return db_one_int(db_query(tx, &thing_count), arg);
}
static int64_t counted(const char *tenant)
{
	int64_t n = -1;
	assert_int_equal(db_read(db, tenant, count, &n), 0);
	return n;
}

static void test_commit_and_rollback(void **state)
{
	(void)state;
	struct add good = {1, 0}, bad = {2, ERR_STATE};
	assert_int_equal(db_write(db, "110101", add, &good), 0);
	assert_int_equal(db_write(db, "110101", add, &bad), ERR_STATE);
	assert_int_equal(db_write(db, "110101", add, &good), ERR_EXISTS);
	assert_int_equal(counted("110101"), 1);
}

static void test_tenants_are_apart(void **state)
{
	(void)state;
	struct add a = {1, 0};
	assert_int_equal(db_write(db, "320100", add, &a), 0);
	assert_int_equal(counted("320100"), 1);
	assert_int_equal(counted("999999"), 0);
}

static int drop(struct db_tx *tx, void *arg)
{
	struct db_query *q = db_query(tx, &thing_drop);
	(void)arg;
	db_bind_int(q, "id", 1);
	return db_exec(q);
}
static void test_a_trigger_is_a_conflict(void **state)
{
	(void)state;
	assert_int_equal(db_write(db, "110101", drop, NULL), ERR_CONFLICT);
	assert_int_equal(counted("110101"), 1);
}

static void *write_many(void *arg)
{
	for (int i = 0; i < 50; i++) {
		struct add a = {1000 * (intptr_t)arg + i, i % 5 == 4 ? ERR_STATE : 0};
		assert_int_equal(db_write(db, "group", add, &a), a.verdict);
	}
	return NULL;
}
static void test_a_group_of_writers(void **state)
{
	pthread_t t[8];
	(void)state;
	for (intptr_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&t[i], NULL, write_many, (void *)(i + 1)), 0);
	for (int i = 0; i < 8; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(counted("group"), 8 * 40);
}

static void test_backup_and_reopen(void **state)
{
	char copy[80];
	struct db *again = NULL;
	struct stat st;
	(void)state;
	snprintf(copy, sizeof copy, "%s/copy.db", dir);
	assert_int_equal(db_backup(db, copy), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	struct db_options o = {.path = copy, .schemas = schemas, .nschemas = 1};
	assert_int_equal(db_open(&o, &again, NULL), 0);
	int64_t n = -1;
	assert_int_equal(db_read(again, "group", count, &n), 0);
	assert_int_equal(n, 8 * 40);
	db_close(again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_commit_and_rollback),
		cmocka_unit_test(test_tenants_are_apart), cmocka_unit_test(test_a_trigger_is_a_conflict),
		cmocka_unit_test(test_a_group_of_writers), cmocka_unit_test(test_backup_and_reopen)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
