/* The database, the same on SQLite and PostgreSQL: a function commits or leaves nothing, others of the same
 * group are not touched by its failure, and it may go on after a refused statement. */
#include "common/db/db_savepoint.h"
#include "tests/unit/common/db/backend.h"
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static const struct db_migration first[] = {{1, "things",
	"CREATE TABLE thing (tenant TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY "
	"(tenant, id)) STRICT;"
	"CREATE TRIGGER thing_keep BEFORE DELETE ON thing BEGIN SELECT RAISE(ABORT, 'kept'); END;"
	"CREATE TABLE value (id INTEGER PRIMARY KEY, i INTEGER, r REAL, t TEXT, b BLOB, n INTEGER CHECK (n > "
	"0)) "
	"STRICT;"
	"CREATE TABLE loose (id INTEGER PRIMARY KEY) STRICT;",
	"CREATE TABLE thing (tenant TEXT NOT NULL, id BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY "
	"(tenant, id));"
	"CREATE FUNCTION thing_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'kept'; "
	"END $$;"
	"CREATE TRIGGER thing_keep BEFORE DELETE ON thing FOR EACH ROW EXECUTE FUNCTION thing_keep();"
	"CREATE TABLE value (id BIGINT PRIMARY KEY, i BIGINT, r DOUBLE PRECISION, t TEXT, b BYTEA, n BIGINT "
	"CHECK "
	"(n > 0));"
	"CREATE TABLE loose (id BIGINT PRIMARY KEY);"}};
/* The same with a tenant in `loose`: the statement below may not be used on it. */
static const struct db_migration second[] = {{1, "things",
	"CREATE TABLE thing (tenant TEXT, id INTEGER, name TEXT, PRIMARY KEY (tenant, id)) STRICT;"
	"CREATE TABLE value (id INTEGER PRIMARY KEY, i INTEGER, r REAL, t TEXT, b BLOB, n INTEGER) STRICT;"
	"CREATE TABLE loose (tenant TEXT, id INTEGER PRIMARY KEY) STRICT;",
	"CREATE TABLE thing (tenant TEXT, id BIGINT, name TEXT, PRIMARY KEY (tenant, id));"
	"CREATE TABLE value (id BIGINT PRIMARY KEY, i BIGINT, r DOUBLE PRECISION, t TEXT, b BYTEA, n "
	"BIGINT);"
	"CREATE TABLE loose (tenant TEXT, id BIGINT PRIMARY KEY);"}};
static const struct db_schema schema = {"test", first, 1}, tenanted = {"test", second, 1};
static const struct db_schema *const schemas[] = {&schema}, *const tenanted_schemas[] = {&tenanted};

DB_STMT(thing_add, "INSERT INTO thing (tenant, id, name) VALUES (:tenant, :id, :name)");
DB_STMT(thing_count, "SELECT count(*) FROM thing WHERE tenant = :tenant");
DB_STMT(thing_drop, "DELETE FROM thing WHERE tenant = :tenant AND id = :id");
DB_STMT(thing_list, "SELECT id, name FROM thing WHERE tenant = :tenant ORDER BY id");
DB_STMT(thing_name, "SELECT name FROM thing WHERE tenant = :tenant AND id = :id");
DB_STMT(thing_rename, "UPDATE thing SET name = :name WHERE tenant = :tenant AND id >= :id");
DB_STMT(thing_put,
	"INSERT INTO thing (tenant, id, name) VALUES (:tenant, :id, :name) ON CONFLICT (tenant, id) "
	"DO UPDATE SET name = thing.name || :name RETURNING name");
DB_STMT(thing_page,
	"SELECT id FROM thing WHERE tenant = :tenant AND (:before = 0 OR id < :before) ORDER BY id "
	"DESC LIMIT :n");
DB_STMT(thing_sum, "SELECT coalesce(sum(id), 0), count(*) > 3 FROM thing WHERE tenant = :tenant");
DB_STMT(value_add, "INSERT INTO value (id, i, r, t, b, n) VALUES (:id, :i, :r, :t, :b, :n)");
DB_STMT(value_get, "SELECT i, r, t, b, n FROM value WHERE id = :id");
DB_STMT(value_take,
	"INSERT INTO value (id, i) VALUES (:id, 1) ON CONFLICT (id) DO UPDATE SET i = value.i + 1");
DB_STMT(value_set, "UPDATE value SET i = :i WHERE id = :id");
DB_STMT(loose_count, "SELECT count(*) FROM loose");

static struct db *db;

static struct db *opened(const char *database, int readers)
{
	struct db *d = NULL;
	struct err_note note = {0};
	struct db_options o = {
		.path = backend_path(database), .schemas = schemas, .nschemas = 1, .readers = readers};
	if (db_open(&o, &d, &note) < 0)
		fail_msg("%s", note.text);
	return d;
}

static int setup(void **state)
{
	(void)state;
	db = opened("main", 2);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	db_close(db);
	return 0;
}

static int put(struct db_tx *tx, int64_t id, const char *name)
{
	struct db_query *q = db_query(tx, &thing_add);
	db_bind_int(q, "id", id);
	db_bind_text(q, "name", name);
	return db_exec(q);
}

struct add {
	int64_t id;
	int verdict;
};
static int add(struct db_tx *tx, void *arg)
{
	const struct add *a = arg;
	int rc = put(tx, a->id, "a thing");
	return rc < 0 ? rc : a->verdict;
}
static int count(struct db_tx *tx, void *arg)
{
	return db_one_int(db_query(tx, &thing_count), arg);
}
static int64_t counted_in(struct db *d, const char *tenant)
{
	int64_t n = -1;
	assert_int_equal(db_read(d, tenant, count, &n), 0);
	return n;
}
static int64_t counted(const char *tenant)
{
	return counted_in(db, tenant);
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

static void test_a_tenant_table_needs_its_tenant(void **state)
{
	struct db *d = NULL;
	struct err_note note = {0};
	(void)state;
	struct db_options o = {.path = backend_path("tenanted"), .schemas = tenanted_schemas, .nschemas = 1};
	assert_int_equal(db_open(&o, &d, &note), ERR_DB);
	assert_non_null(strstr(note.text, "loose_count: touches a tenant's table without :tenant"));
}

static void test_an_edited_migration_is_refused(void **state)
{
	struct db *d = NULL;
	struct err_note note = {0};
	(void)state;
	struct db_options o = {.path = backend_path("main"), .schemas = tenanted_schemas, .nschemas = 1};
	assert_int_equal(db_open(&o, &d, &note), ERR_DB);
	assert_non_null(strstr(note.text, "was applied with another text"));
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

/* ---- values */

struct row {
	int64_t id, i, n;
	double r;
	const char *t;
	struct view b;
	bool nulls;
};
static int value_put(struct db_tx *tx, void *arg)
{
	const struct row *v = arg;
	struct db_query *q = db_query(tx, &value_add);
	db_bind_int(q, "id", v->id);
	db_bind_text(q, "t", v->nulls ? NULL : v->t);
	if (!v->nulls) {
		db_bind_int(q, "i", v->i);
		db_bind_real(q, "r", v->r);
		db_bind_blob(q, "b", v->b);
		db_bind_int(q, "n", v->n);
	}
	return db_exec(q);
}
static int value_same(struct db_tx *tx, void *arg)
{
	const struct row *v = arg;
	struct db_query *q = db_query(tx, &value_get);
	db_bind_int(q, "id", v->id);
	assert_int_equal(db_step(q), 1);
	for (int c = 0; c < 5; c++)
		assert_int_equal(db_null(q, c), v->nulls);
	assert_true(db_int(q, 0) == (v->nulls ? 0 : v->i));
	assert_true(v->nulls || db_real(q, 1) == v->r);
	assert_string_equal(db_text(q, 2), v->nulls ? "" : v->t);
	struct view b = db_blob(q, 3);
	assert_int_equal(b.n, v->nulls ? 0 : v->b.n);
	if (b.n)
		assert_memory_equal(b.p, v->b.p, b.n);
	assert_int_equal(db_step(q), 0);
	db_done(q);
	return 0;
}
static void test_values_come_back(void **state)
{
	uint8_t all[70000];
	(void)state;
	for (size_t i = 0; i < sizeof all; i++)
		all[i] = (uint8_t)i;
	const struct row rows[] = {
		{.id = 1,
			.i = INT64_MAX,
			.n = 1,
			.r = 0.1,
			.t = "不动产登记簿 '\"\\ 🏠",
			.b = {all, sizeof all}},
		{.id = 2, .i = INT64_MIN, .n = INT64_MAX, .r = -1e300, .t = "", .b = {all, 0}},
		{.id = 3, .i = 0, .n = 2147483648, .r = 39500000.123456789, .t = "a\nb", .b = {all, 1}},
		{.id = INT64_MIN, .nulls = true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct row r = rows[i];
		assert_int_equal(db_write(db, "", value_put, &r), 0);
		assert_int_equal(db_read(db, "", value_same, &r), 0);
		assert_int_equal(db_write(db, "", value_put, &r), ERR_EXISTS);
	}
	struct row refused = {.id = 4, .t = "", .n = 0};
	assert_int_equal(db_write(db, "", value_put, &refused), ERR_CONFLICT);
}

static int wrong_type(struct db_tx *tx, void *arg)
{
	const char *column = arg;
	struct db_query *q = db_query(tx, &value_add);
	db_bind_int(q, "id", 99);
	if (strcmp(column, "b") == 0)
		db_bind_text(q, "b", "a text");
	else
		db_bind_text(q, column, "not a number");
	return db_exec(q);
}
static void test_a_column_takes_only_its_type(void **state)
{
	(void)state;
	for (const char *const *c = (const char *const[]){"i", "r", "b", NULL}; *c; c++) {
		char column[2];
		snprintf(column, sizeof column, "%s", *c);
		assert_int_equal(db_write(db, "", wrong_type, column), ERR_CONFLICT);
	}
}

static int unknown_parameter(struct db_tx *tx, void *arg)
{
	struct db_query *q = db_query(tx, &value_add);
	(void)arg;
	db_bind_int(q, "nothing", 1);
	return db_exec(q);
}
static void test_an_unknown_parameter_is_a_bug(void **state)
{
	(void)state;
	assert_int_equal(db_write(db, "", unknown_parameter, NULL), ERR_BUG);
}

/* ---- what a statement answers */

struct answers {
	int64_t changed, none, sum, numbers, pages;
	char name[32], text[24];
	bool more;
};
static int answers(struct db_tx *tx, void *arg)
{
	struct answers *a = arg;
	int rc = 0;
	for (int i = 1; rc == 0 && i <= 5; i++)
		rc = put(tx, i, "x");
	struct db_query *q = db_query(tx, &thing_rename);
	db_bind_text(q, "name", "y");
	db_bind_int(q, "id", 3);
	rc = rc < 0 ? (db_done(q), rc) : db_exec(q);
	a->changed = db_changes(tx);
	q = db_query(tx, &thing_rename);
	db_bind_text(q, "name", "z");
	db_bind_int(q, "id", 300);
	rc = rc < 0 ? (db_done(q), rc) : db_exec(q);
	a->none = db_changes(tx);
	q = db_query(tx, &thing_put);
	db_bind_int(q, "id", 5);
	db_bind_text(q, "name", "+");
	rc = rc < 0 ? rc : db_step(q);
	snprintf(a->name, sizeof a->name, "%s", db_text(q, 0));
	db_done(q);
	q = db_query(tx, &thing_sum);
	rc = rc < 0 ? rc : db_step(q);
	a->sum = db_int(q, 0);
	a->more = db_int(q, 1) != 0;
	snprintf(a->text, sizeof a->text, "%s", db_text(q, 0));
	db_done(q);
	q = db_query(tx, &thing_page);
	db_bind_int(q, "before", INT64_MAX);
	db_bind_int(q, "n", 2);
	while (rc >= 0 && (rc = db_step(q)) == 1)
		a->pages = a->pages * 10 + db_int(q, 0);
	db_done(q);
	return rc;
}
static void test_answers(void **state)
{
	struct answers a = {0};
	(void)state;
	assert_int_equal(db_write(db, "answers", answers, &a), 0);
	assert_int_equal(a.changed, 3);
	assert_int_equal(a.none, 0);
	assert_string_equal(a.name, "y+");
	assert_int_equal(a.sum, 15);
	assert_true(a.more);
	assert_string_equal(a.text, "15");
	assert_int_equal(a.pages, 54);
}

/* A list is read while another statement is used for each row, and left before its end. */
static int nested(struct db_tx *tx, void *arg)
{
	int64_t *seen = arg;
	struct db_query *q = db_query(tx, &thing_list);
	int rc;
	*seen = 0;
	while ((rc = db_step(q)) == 1 && *seen < 4) {
		char name[32];
		snprintf(name, sizeof name, "%s", db_text(q, 1));
		struct db_query *one = db_query(tx, &thing_name);
		db_bind_int(one, "id", db_int(q, 0));
		rc = db_step(one);
		assert_int_equal(rc, 1);
		assert_string_equal(db_text(one, 0), name);
		db_done(one);
		++*seen;
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}
static void test_nested_reads(void **state)
{
	int64_t seen = 0;
	(void)state;
	assert_int_equal(db_read(db, "answers", nested, &seen), 0);
	assert_int_equal(seen, 4);
	assert_int_equal(db_write(db, "answers", nested, &seen), 0);
	assert_int_equal(seen, 4);
}

/* Three statements are asked before the first is stepped, stepped in another order, one of them read while
 * another is used, one released unread; what was written before is seen. */
struct asking {
	bool writes;
	int64_t listed, sum;
	char name[32];
};
static int asked(struct db_tx *tx, void *arg)
{
	struct asking *a = arg;
	int rc = a->writes ? put(tx, 100, "asked") : 0;
	struct db_query *list = db_query(tx, &thing_list), *sum = db_query(tx, &thing_sum),
			*one = db_query(tx, &thing_name), *page = db_query(tx, &thing_page);
	db_bind_int(one, "id", a->writes ? 100 : 1);
	db_bind_int(page, "before", 0);
	db_bind_int(page, "n", 50);
	db_ask(list);
	db_ask(sum);
	db_ask(one);
	db_ask(page);
	a->listed = 0;
	if (rc == 0 && (rc = db_step(one)) == 1) {
		snprintf(a->name, sizeof a->name, "%s", db_text(one, 0));
		rc = db_step(one);
	}
	db_done(page); /* unread */
	while (rc == 0 && (rc = db_step(list)) == 1) {
		struct db_query *count = db_query(tx, &thing_count);
		int64_t n;
		rc = db_one_int(count, &n);
		a->listed++;
	}
	db_done(one);
	db_done(list);
	return rc == 0 ? db_one_int(sum, &a->sum) : (db_done(sum), rc);
}
static void test_what_is_asked_ahead(void **state)
{
	struct asking a = {.writes = false};
	(void)state;
	for (int64_t id = 1; id < 6; id++)
		assert_int_equal(db_write(db, "asks", add, &(struct add){id, 0}), 0);
	assert_int_equal(db_read(db, "asks", asked, &a), 0);
	assert_int_equal(a.listed, 5);
	assert_int_equal(a.sum, 15);
	assert_string_equal(a.name, "a thing");
	a.writes = true;
	assert_int_equal(db_write(db, "asks", asked, &a), 0);
	assert_int_equal(a.listed, 6);
	assert_int_equal(a.sum, 115);
	assert_string_equal(a.name, "asked");
	/* The write before them is refused: nothing of it stays, and the function is told so. */
	assert_int_equal(db_write(db, "asks", asked, &a), ERR_EXISTS);
	a.writes = false;
	assert_int_equal(db_read(db, "asks", asked, &a), 0);
	assert_int_equal(a.listed, 6);
}

/* ---- a function goes on after a refused statement */

static int goes_on(struct db_tx *tx, void *arg)
{
	int *seen = arg;
	int rc = put(tx, 1, "first");
	if (rc == 0)
		*seen = put(tx, 1, "again");
	if (rc == 0)
		rc = put(tx, 2, "second");
	return rc;
}
static void test_it_may_go_on_after_a_refusal(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		char tenant[16];
		int seen = 1;
		snprintf(tenant, sizeof tenant, "on%d", i);
		assert_int_equal(db_write(db, tenant, goes_on, &seen), 0);
		assert_int_equal(seen, ERR_EXISTS);
		assert_int_equal(counted(tenant), 2);
	}
}

/* The read comes first to know of the refusal before it. */
static int reads_on(struct db_tx *tx, void *arg)
{
	int *seen = arg;
	int64_t n = 0;
	int rc = put(tx, 1, "first");
	if (rc == 0)
		*seen = put(tx, 1, "again");
	if (rc == 0)
		rc = db_one_int(db_query(tx, &thing_count), &n);
	return rc == 0 && n != 1 ? ERR_BUG : rc;
}
static void test_it_may_read_after_a_refusal(void **state)
{
	int seen = 1;
	(void)state;
	assert_int_equal(db_write(db, "reads", reads_on, &seen), 0);
	assert_int_equal(seen, ERR_EXISTS);
	assert_int_equal(counted("reads"), 1);
	assert_int_equal(db_write(db, "reads", reads_on, &seen), ERR_EXISTS);
}

static int last_refused(struct db_tx *tx, void *arg)
{
	int *seen = arg;
	int rc = put(tx, 1, "first");
	struct db_query *q = db_query(tx, &value_add);
	db_bind_int(q, "id", 1);
	if (rc < 0)
		db_done(q);
	else
		*seen = db_exec(q);
	return rc;
}
static void test_it_may_end_well_after_a_refusal(void **state)
{
	int seen = 1;
	(void)state;
	assert_int_equal(db_write(db, "ends", last_refused, &seen), 0);
	assert_int_equal(seen, ERR_EXISTS);
	assert_int_equal(counted("ends"), 1);
}

/* Savepoints: what stands in the inner one goes, what stands around it stays. */
static int inner(struct db_tx *tx, void *arg)
{
	int *seen = arg;
	int rc = put(tx, 1, "outer");
	if (rc == 0)
		rc = db_savepoint(tx);
	if (rc == 0)
		rc = put(tx, 2, "inner");
	if (rc == 0)
		*seen = put(tx, 1, "refused");
	if (rc == 0)
		rc = db_rollback_to(tx);
	if (rc == 0)
		rc = db_savepoint(tx);
	if (rc == 0)
		rc = put(tx, 3, "inner");
	if (rc == 0)
		rc = db_release(tx);
	if (rc == 0)
		rc = put(tx, 4, "outer");
	return rc;
}
static void test_savepoints(void **state)
{
	int seen = 1;
	(void)state;
	assert_int_equal(db_write(db, "inner", inner, &seen), 0);
	assert_int_equal(seen, ERR_EXISTS);
	assert_int_equal(counted("inner"), 3);
}

/* ---- groups */

static int after_calls;
static void after(void *arg)
{
	(void)arg;
	__atomic_add_fetch(&after_calls, 1, __ATOMIC_SEQ_CST);
}
static int add_after(struct db_tx *tx, void *arg)
{
	int rc = db_after_commit(tx, after, NULL);
	if (rc == 0)
		rc = db_after_commit(tx, after, NULL);
	return rc == 0 ? add(tx, arg) : rc;
}
static void *write_many(void *arg)
{
	for (int i = 0; i < 50; i++) {
		struct add a = {1000 * (intptr_t)arg + i, i % 5 == 4 ? ERR_STATE : 0};
		assert_int_equal(db_write(db, "group", add_after, &a), a.verdict);
		if (i % 7 == 0 && a.verdict == 0)
			assert_int_equal(db_write(db, "group", add_after, &a), ERR_EXISTS);
	}
	return NULL;
}
static void test_a_group_of_writers(void **state)
{
	pthread_t t[8];
	(void)state;
	after_calls = 0;
	for (intptr_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&t[i], NULL, write_many, (void *)(i + 1)), 0);
	for (int i = 0; i < 8; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(counted("group"), 8 * 40);
	assert_int_equal(after_calls, 8 * 40);
}

/* Two programs on one database: what one read is not changed by the other before it writes. */
static int increment(struct db_tx *tx, void *arg)
{
	struct db_query *q = db_query(tx, &value_get);
	int64_t i;
	(void)arg;
	db_bind_int(q, "id", 1000);
	int rc = db_one_int(q, &i);
	if (rc < 0)
		return rc;
	q = db_query(tx, &value_set);
	db_bind_int(q, "id", 1000);
	db_bind_int(q, "i", i + 1);
	return db_exec(q);
}
static int take(struct db_tx *tx, void *arg)
{
	struct db_query *q = db_query(tx, &value_take);
	(void)arg;
	db_bind_int(q, "id", 1000);
	return db_exec(q);
}
static void *increment_many(void *arg)
{
	for (int i = 0; i < 100; i++)
		assert_int_equal(db_write(arg, "", increment, NULL), 0);
	return NULL;
}
static void test_two_programs(void **state)
{
	struct db *other = opened("main", 1);
	pthread_t t[4];
	(void)state;
	assert_int_equal(db_write(db, "", take, NULL), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, increment_many, i % 2 ? other : db), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(db_write(db, "", take, NULL), 0);
	db_close(other);
	assert_int_equal(backend_shell("main",
				 backend_is_pg() ? "test \"$(psql -qtA -d \"$DB\" -c 'SELECT i FROM value "
						   "WHERE id = 1000')\" = 402"
						 : "test \"$(sqlite3 \"$DB\" 'SELECT i FROM value WHERE id "
						   "= 1000')\" = 402"),
		0);
}

/* ---- backup */

static void test_backup_and_reopen(void **state)
{
	char copy[80], command[400];
	struct db *again = NULL;
	struct stat st;
	(void)state;
	snprintf(copy, sizeof copy, "%s/copy.db", backend_dir());
	assert_int_equal(db_backup(db, copy), 0);
	assert_int_equal(db_backup(db, copy), ERR_EXISTS);
	assert_int_equal(stat(copy, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	if (backend_is_pg()) {
		snprintf(command, sizeof command, "pg_restore --exit-on-error -d \"$DB\" %s", copy);
		assert_int_equal(backend_shell("copy", command), 0);
	}
	again = opened("copy", 1);
	assert_int_equal(counted_in(again, "group"), 8 * 40);
	db_close(again);
}

/* ---- the line to the server breaks */

#define LOST_WRITERS 4
#define LOST_WRITES 150
struct lost_writer {
	intptr_t n;
	bool done[LOST_WRITES];
	int refused;
};
static void *write_through(void *arg)
{
	struct lost_writer *w = arg;
	for (int i = 0; i < LOST_WRITES; i++) {
		struct add a = {10000 * w->n + i, 0};
		int rc = db_write(db, "lost", add, &a);
		w->done[i] = rc == 0;
		w->refused += rc != 0;
		assert_true(rc == 0 || rc == ERR_BUSY);
	}
	return NULL;
}
static int present(struct db_tx *tx, void *arg)
{
	struct lost_writer *w = arg;
	for (int i = 0; i < LOST_WRITES; i++) {
		struct db_query *q = db_query(tx, &thing_name);
		db_bind_int(q, "id", 10000 * w->n + i);
		int rc = db_step(q);
		db_done(q);
		assert_int_equal(rc, w->done[i]);
	}
	return 0;
}
/* What was answered is there; what was refused is not there, also when the COMMIT itself lost its line. */
static void test_the_connection_is_lost(void **state)
{
	struct lost_writer w[LOST_WRITERS] = {0};
	pthread_t t[LOST_WRITERS];
	int64_t n;
	(void)state;
	for (intptr_t i = 0; i < LOST_WRITERS; i++) {
		w[i].n = i;
		assert_int_equal(pthread_create(&t[i], NULL, write_through, &w[i]), 0);
	}
	assert_int_equal(
		backend_shell("main", "for i in 1 2 3 4 5 6 7 8 9 10; do psql -qtA -d \"$DB\" -c \"SELECT "
				      "pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
				      "application_name = 'sanwang'\" > /dev/null || exit 1; done"),
		0);
	/* A reader notices by itself. */
	assert_int_equal(db_read(db, "lost", count, &n), 0);
	for (int i = 0; i < LOST_WRITERS; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < LOST_WRITERS; i++)
		assert_int_equal(db_read(db, "lost", present, &w[i]), 0);
}

static void test_the_server_is_away(void **state)
{
	struct add a = {-1, 0};
	int64_t n;
	(void)state;
	assert_int_equal(backend_shell("main", "sh tests/stack/postgres.sh pause $SERVER"), 0);
	assert_int_equal(db_write(db, "lost", add, &a), ERR_BUSY);
	assert_int_equal(db_read(db, "lost", count, &n), ERR_BUSY);
	assert_int_equal(backend_shell("main", "sh tests/stack/postgres.sh resume $SERVER"), 0);
	int rc = ERR_BUSY;
	for (int64_t until = time_mono_ms() + 30000; rc == ERR_BUSY && time_mono_ms() < until;)
		rc = db_write(db, "lost", add, &a);
	assert_int_equal(rc, 0);
	assert_int_equal(db_write(db, "lost", add, &a), ERR_EXISTS);
	assert_true(counted("lost") > 0);
}

static void test_a_password_is_refused(void **state)
{
	struct db *d = NULL;
	struct err_note note = {0};
	(void)state;
	struct db_options o = {.path = "host=/nowhere password=secret"};
	assert_int_equal(db_open(&o, &d, &note), ERR_CONFIG);
	assert_null(strstr(note.text, "secret"));
	o.path = "postgresql://sanwang:secret@localhost/x";
	assert_int_equal(db_open(&o, &d, &note), ERR_CONFIG);
	o.path = "what is=this='";
	assert_int_equal(db_open(&o, &d, &note), ERR_CONFIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_commit_and_rollback),
		cmocka_unit_test(test_tenants_are_apart),
		cmocka_unit_test(test_a_tenant_table_needs_its_tenant),
		cmocka_unit_test(test_an_edited_migration_is_refused),
		cmocka_unit_test(test_a_trigger_is_a_conflict), cmocka_unit_test(test_values_come_back),
		cmocka_unit_test(test_a_column_takes_only_its_type),
		cmocka_unit_test(test_an_unknown_parameter_is_a_bug), cmocka_unit_test(test_answers),
		cmocka_unit_test(test_nested_reads), cmocka_unit_test(test_what_is_asked_ahead),
		cmocka_unit_test(test_it_may_go_on_after_a_refusal),
		cmocka_unit_test(test_it_may_end_well_after_a_refusal),
		cmocka_unit_test(test_it_may_read_after_a_refusal), cmocka_unit_test(test_savepoints),
		cmocka_unit_test(test_a_group_of_writers), cmocka_unit_test(test_two_programs),
		cmocka_unit_test(test_backup_and_reopen), cmocka_unit_test(test_a_password_is_refused),
		cmocka_unit_test(test_the_connection_is_lost), cmocka_unit_test(test_the_server_is_away)};
	/* The last two need a line that can break. */
	return backend_run_tests(tests, sizeof tests / sizeof tests[0], 2, setup, teardown);
}
