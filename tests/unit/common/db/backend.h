/* The databases a unit test runs on: SQLite files in a temporary folder, or a PostgreSQL server of the test's
 * own (tests/stack/postgres.sh). The same tests run on each. */
#ifndef SW_TEST_DB_BACKEND_H
#define SW_TEST_DB_BACKEND_H
#include "common/db/db.h"

extern const char *const backend_names[2]; /* "sqlite", "pg" */
/* 0, or -1 with the reason on standard error. Ended by backend_stop, and by exit(). */
int backend_start(const char *name);
void backend_stop(void);
bool backend_is_pg(void);
/* What struct db_options takes: a new empty database. Valid until backend_stop. */
const char *backend_path(const char *database);
/* A folder of the test. */
const char *backend_dir(void);
/* Runs a shell command with $DB set to the database's path; its exit code. */
int backend_shell(const char *database, const char *command);
#endif
