/* Work beside the database: its end is in the same commit as the function it belongs to; when work or end
 * fails nothing of that function is kept and nothing else is touched; what it was given is freed once for
 * each run of the function. On SQLite and PostgreSQL. */
#include "tests/unit/common/db/backend.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const struct db_migration migrations[] = {{1, "things",
	"CREATE TABLE thing (tenant TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tenant, id)) STRICT;",
	"CREATE TABLE thing (tenant TEXT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (tenant, id));"}};
static const struct db_schema schema = {"test", migrations, 1};
DB_STMT(m_add, "INSERT INTO thing (tenant, id) VALUES (:tenant, :id)");
DB_STMT(m_has, "SELECT count(*) FROM thing WHERE tenant = :tenant AND id = :id");
DB_STMT(m_count, "SELECT count(*) FROM thing WHERE tenant = :tenant");

#define LATER 100000 /* the row of an end */

static struct db *db;
static atomic_int runs, works, drops, elsewhere;
static pthread_t writer;

struct thing {
	int64_t id;
	int rc, work_rc, end_rc; /* what function, work and end come to; end_rc ERR_EXISTS: by the database */
	pthread_t waits;
};
struct given {
	const struct thing *of;
	char *made;
};

static int setup(void **state)
{
	static const struct db_schema *const schemas[] = {&schema};
	struct err_note note = {0};
	const struct db_options o = {
		.path = backend_path("meanwhile"), .schemas = schemas, .nschemas = 1, .readers = 2};
	(void)state;
	return db_open(&o, &db, &note);
}

static int teardown(void **state)
{
	(void)state;
	db_close(db);
	return 0;
}

static int put(struct db_tx *tx, int64_t id)
{
	struct db_query *q = db_query(tx, &m_add);
	db_bind_int(q, "id", id);
	return db_exec(q);
}

static int work(void *arg)
{
	struct given *g = arg;
	atomic_fetch_add(&works, 1);
	if (pthread_equal(pthread_self(), g->of->waits))
		atomic_fetch_add(&elsewhere, 1);
	else
		assert_true(pthread_equal(pthread_self(), writer));
	g->made = strdup("made");
	return g->of->work_rc;
}

static int end(struct db_tx *tx, void *arg)
{
	const struct given *g = arg;
	assert_string_equal(g->made, "made");
	int rc = put(tx, g->of->id + LATER);
	if (rc == 0 && g->of->end_rc == ERR_EXISTS)
		rc = put(tx, g->of->id);
	return rc == 0 ? g->of->end_rc : rc;
}

static void drop(void *arg)
{
	struct given *g = arg;
	atomic_fetch_add(&drops, 1);
	free(g->made);
	free(g);
}

static int thing_run(struct db_tx *tx, void *arg)
{
	static const struct db_work w = {work, end, drop};
	const struct thing *t = arg;
	struct given *g = calloc(1, sizeof *g);
	writer = pthread_self();
	if (!g)
		return ERR_NOMEM;
	g->of = t;
	int rc = db_meanwhile(tx, &w, g);
	if (rc < 0)
		free(g);
	else
		atomic_fetch_add(&runs, 1);
	if (rc == 0)
		rc = put(tx, t->id);
	return rc == 0 ? t->rc : rc;
}

static int wanted(const struct thing *t)
{
	return t->rc ? t->rc : t->work_rc ? t->work_rc : t->end_rc;
}

struct look {
	int64_t id, n;
};
static int look_run(struct db_tx *tx, void *arg)
{
	struct look *l = arg;
	struct db_query *q = db_query(tx, &m_has);
	db_bind_int(q, "id", l->id);
	return db_one_int(q, &l->n);
}
static int count_run(struct db_tx *tx, void *arg)
{
	return db_one_int(db_query(tx, &m_count), arg);
}
static bool has(const char *tenant, int64_t id)
{
	struct look l = {id, -1};
	assert_int_equal(db_read(db, tenant, look_run, &l), 0);
	return l.n == 1;
}

/* Function and end are kept both, or neither. */
static void one(const char *tenant, struct thing t)
{
	t.waits = pthread_self();
	assert_int_equal(db_write(db, tenant, thing_run, &t), wanted(&t));
	assert_int_equal(has(tenant, t.id), wanted(&t) == 0);
	assert_int_equal(has(tenant, t.id + LATER), wanted(&t) == 0);
	assert_int_equal(runs, drops);
}

static void test_alone(void **state)
{
	(void)state;
	runs = works = drops = 0;
	one("110101", (struct thing){.id = 1});
	assert_int_equal(works, 1);
	one("110101", (struct thing){.id = 2, .rc = ERR_STATE});
	assert_int_equal(works, 1); /* of what is not kept none is done */
	one("110101", (struct thing){.id = 3, .work_rc = ERR_CRYPTO});
	one("110101", (struct thing){.id = 4, .end_rc = ERR_CONFLICT});
	one("110101", (struct thing){.id = 5, .end_rc = ERR_EXISTS});
	one("110101", (struct thing){.id = 6});
}

static int many_run(struct db_tx *tx, void *arg)
{
	static const struct db_work w = {work, end, drop};
	struct thing *t = arg;
	int rc = 0;
	for (int i = 0; rc == 0 && i < 5; i++) {
		struct given *g = calloc(1, sizeof *g);
		if (!g)
			return ERR_NOMEM;
		g->of = &t[i];
		rc = db_meanwhile(tx, &w, g);
		if (rc < 0)
			free(g);
		else
			atomic_fetch_add(&runs, 1);
	}
	return rc == ERR_LIMIT ? 0 : rc;
}

static void test_several_of_one(void **state)
{
	struct thing t[5];
	(void)state;
	for (int i = 0; i < 5; i++)
		t[i] = (struct thing){.id = 10 + i, .waits = pthread_self()};
	runs = drops = 0;
	assert_int_equal(db_write(db, "several", many_run, t), 0);
	assert_int_equal(runs, 4);
	assert_int_equal(drops, 4);
	for (int i = 0; i < 5; i++)
		assert_int_equal(has("several", 10 + i + LATER), i < 4);
}

/* Begun and ended apart: nobody waits while the writer comes to the end. */
static void test_nobody_waits(void **state)
{
	struct thing t = {.id = 1, .waits = pthread_self()}, u = {.id = 2, .waits = pthread_self()};
	struct db_pending *p = NULL, *q = NULL;
	(void)state;
	assert_int_equal(db_write_begin(db, "begun", thing_run, &t, &p), 0);
	assert_int_equal(db_write_begin(db, "begun", thing_run, &u, &q), 0);
	assert_int_equal(
		db_write(db, "begun", thing_run, &(struct thing){.id = 3, .waits = pthread_self()}), 0);
	assert_int_equal(db_write_end(q), 0);
	assert_int_equal(db_write_end(p), 0);
	for (int64_t i = 1; i < 4; i++)
		assert_true(has("begun", i) && has("begun", i + LATER));
}

#define THREADS 8
#define EACH 60
static void *write_many(void *arg)
{
	for (int i = 0; i < EACH; i++) {
		struct thing t = {.id = 1000 * (int64_t)(intptr_t)arg + i, .waits = pthread_self()};
		if (i % 5 == 1)
			t.rc = ERR_STATE;
		if (i % 19 == 2)
			t.work_rc = ERR_CRYPTO;
		if (i % 23 == 3)
			t.end_rc = ERR_EXISTS;
		assert_int_equal(db_write(db, "group", thing_run, &t), wanted(&t));
	}
	return NULL;
}

static void test_a_group(void **state)
{
	pthread_t t[THREADS];
	int64_t n = 0, want = 0;
	(void)state;
	runs = works = drops = elsewhere = 0;
	for (intptr_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, write_many, (void *)(i + 1)), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < EACH; i++)
		want += i % 5 != 1 && i % 19 != 2 && i % 23 != 3 ? 2 * THREADS : 0;
	assert_int_equal(db_read(db, "group", count_run, &n), 0);
	assert_int_equal(n, want);
	assert_int_equal(runs, drops);
	print_message("%d of %d works were done by who waited\n", elsewhere, works);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_alone),
		cmocka_unit_test(test_several_of_one), cmocka_unit_test(test_nobody_waits),
		cmocka_unit_test(test_a_group)};
	return backend_run(tests, setup, teardown);
}
