/* The databases a unit test runs on: SQLite files in a temporary folder, or a PostgreSQL server of the test's
 * own (tests/stack/postgres.sh). The same tests run on each. */
#ifndef SW_TEST_DB_BACKEND_H
#define SW_TEST_DB_BACKEND_H
#include "common/db/db.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

bool backend_is_pg(void);
/* What struct db_options takes: a new empty database. Valid until the next call. */
const char *backend_path(const char *database);
/* Removes a database that nobody has open: the next backend_path makes it anew. 0. */
int backend_drop(const char *database);
/* A folder of the test. */
const char *backend_dir(void);
/* Runs a shell command with $DB set to the database's path; its exit code. */
int backend_shell(const char *database, const char *command);
/* Whether the raw files of a database hold what the extended regular expression matches. */
bool backend_holds(const char *database, const char *pattern);
/* Runs a group of tests once on each ($SW_BACKEND: sqlite or pg alone, for long runs): the number of
 * failures. The last `pg_only` of them on PostgreSQL alone. */
int backend_run_tests(const struct CMUnitTest *tests, size_t n, size_t pg_only, CMFixtureFunction setup,
	CMFixtureFunction teardown);
#define backend_run(tests, setup, teardown)                                                                  \
	backend_run_tests(tests, sizeof(tests) / sizeof((tests)[0]), 0, setup, teardown)
#endif
