/* SQLite itself, as the raw peers of benchmarks use it: what fails ends the program with its reason. */
#ifndef TESTS_BENCH_RAW_SQLITE_H
#define TESTS_BENCH_RAW_SQLITE_H
#include <sqlite3.h>

double raw_now(void); /* monotonic, seconds */
_Noreturn void raw_die(sqlite3 *db, const char *what);
sqlite3 *raw_open(const char *path, const char *pragmas);
sqlite3_stmt *raw_prepared(sqlite3 *db, const char *sql);
void raw_run(sqlite3 *db, const char *sql);
#endif
