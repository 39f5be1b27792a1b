/* SQLite's log written ahead stays bounded while a writer never rests and others read. */
#include "common/db/db.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define ROWS 400
#define ROW_BYTES (256 << 10)
#define LOG_BYTES_MAX (64 << 20) /* of 100 MB written */

static const struct db_migration first[] = {
	{1, "pages", "CREATE TABLE page (id INTEGER PRIMARY KEY, b BLOB NOT NULL) STRICT;", ""}};
static const struct db_schema schema = {"log", first, 1};
static const struct db_schema *const schemas[] = {&schema};

DB_STMT(page_add, "INSERT INTO page (id, b) VALUES (:id, :b)");
DB_STMT(page_count, "SELECT count(*) FROM page");

struct page {
	int64_t id;
	uint8_t bytes[ROW_BYTES];
};
struct reading {
	struct db *db;
	atomic_bool stop;
	int64_t rows, rounds;
};

static int page_put(struct db_tx *tx, void *arg)
{
	const struct page *p = arg;
	struct db_query *q = db_query(tx, &page_add);
	db_bind_int(q, "id", p->id);
	db_bind_blob(q, "b", view_of(p->bytes, sizeof p->bytes));
	return db_exec(q);
}

static int pages_count(struct db_tx *tx, void *arg)
{
	return db_one_int(db_query(tx, &page_count), arg);
}

static void *reader(void *arg)
{
	struct reading *r = arg;
	int64_t n = 0;
	for (; !atomic_load(&r->stop); r->rounds++) {
		if (db_read(r->db, "", pages_count, &n) < 0 || n < r->rows)
			return NULL;
		r->rows = n;
	}
	return r;
}

static void test_the_log_is_bounded(void **state)
{
	struct reading r = {.stop = false};
	struct page *p = calloc(1, sizeof *p);
	char dir[] = "/tmp/test-db-log.XXXXXX", path[64], log[80], command[64];
	const struct db_options o = {.path = path, .schemas = schemas, .nschemas = 1, .readers = 2};
	struct stat st;
	pthread_t thread;
	void *right = NULL;
	int64_t n = 0;
	(void)state;
	assert_non_null(p);
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/main.db", dir);
	snprintf(log, sizeof log, "%s-wal", path);
	assert_int_equal(db_open(&o, &r.db, NULL), 0);
	assert_int_equal(pthread_create(&thread, NULL, reader, &r), 0);
	for (p->id = 1; p->id <= ROWS; p->id++) {
		memset(p->bytes, (int)p->id, sizeof p->bytes);
		assert_int_equal(db_write(r.db, "", page_put, p), 0);
	}
	assert_int_equal(stat(log, &st), 0);
	atomic_store(&r.stop, true);
	assert_int_equal(pthread_join(thread, &right), 0);
	assert_ptr_equal(right, &r);
	assert_true(r.rounds > 0);
	assert_int_equal(db_read(r.db, "", pages_count, &n), 0);
	assert_int_equal(n, ROWS);
	print_message("# the log took %lld MB at most\n", (long long)(st.st_size >> 20));
	assert_true(st.st_size > 0 && st.st_size <= LOG_BYTES_MAX);
	db_close(r.db);
	free(p);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_log_is_bounded)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
