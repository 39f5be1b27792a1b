#include "tests/unit/common/db/backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const backend_names[2] = {"sqlite", "pg"};
static void backend_stop(void);
static char dir[72], server[80], path[200];
static bool pg;

static int shell(const char *command)
{
	int rc = system(command);
	return rc;
}

static int backend_start(const char *name)
{
	static bool at_exit;
	char command[160];
	pg = strcmp(name, "pg") == 0;
	const char *tmp = getenv("TMPDIR");
	snprintf(dir, sizeof dir, "%.48s/test-db.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(dir))
		return -1;
	if (!at_exit)
		atexit(backend_stop);
	at_exit = true;
	if (!pg)
		return 0;
	snprintf(server, sizeof server, "%s.pg", dir);
	snprintf(command, sizeof command, "sh tests/stack/postgres.sh start %s", server);
	return shell(command) == 0 ? 0 : -1;
}

static void backend_stop(void)
{
	char command[160];
	if (server[0]) {
		snprintf(command, sizeof command, "sh tests/stack/postgres.sh stop %s", server);
		if (shell(command) != 0)
			fprintf(stderr, "the server in %s did not stop\n", server);
	}
	server[0] = '\0';
	if (!dir[0])
		return;
	snprintf(command, sizeof command, "rm -rf %s", dir);
	if (shell(command) != 0)
		fprintf(stderr, "%s is left\n", dir);
	dir[0] = '\0';
}

bool backend_is_pg(void)
{
	return pg;
}

const char *backend_dir(void)
{
	return dir;
}

const char *backend_path(const char *database)
{
	char command[200];
	snprintf(path, sizeof path, "%s/%s.db", dir, database);
	if (!pg)
		return path;
	snprintf(path, sizeof path, "host=%s user=sanwang dbname=%s", server, database);
	snprintf(command, sizeof command,
		"psql -qtA -d '%s' -c 'SELECT 1' >/dev/null 2>&1 || sh tests/stack/postgres.sh database %s "
		"%s "
		">/dev/null",
		path, server, database);
	return shell(command) == 0 ? path : "no database";
}

int backend_drop(const char *database)
{
	char command[200];
	if (pg)
		snprintf(command, sizeof command, "dropdb -h %s -U sanwang --force %s", server, database);
	else
		snprintf(command, sizeof command, "rm -f %s/%s.db %s/%s.db-wal %s/%s.db-shm", dir, database,
			dir, database, dir, database);
	return shell(command);
}

int backend_shell(const char *database, const char *command)
{
	setenv("DB", backend_path(database), 1);
	setenv("SERVER", server, 1);
	return shell(command);
}

bool backend_holds(const char *database, const char *pattern)
{
	char command[800];
	const char *p = backend_path(database);
	if (pg)
		snprintf(command, sizeof command, "grep -raqE '%s' %s/data", pattern, server);
	else
		snprintf(command, sizeof command, "cat %s* | grep -aqE '%s'", p, pattern);
	return shell(command) == 0;
}

int backend_run_tests(const struct CMUnitTest *tests, size_t n, size_t pg_only, CMFixtureFunction setup,
	CMFixtureFunction teardown)
{
	int failed = 0;
	const char *only = getenv("SW_BACKEND");
	if (only && strcmp(only, backend_names[0]) != 0 && strcmp(only, backend_names[1]) != 0) {
		fprintf(stderr, "SW_BACKEND=%s: %s or %s\n", only, backend_names[0], backend_names[1]);
		return 1;
	}
	for (size_t i = 0; i < 2; i++) {
		if (only && strcmp(only, backend_names[i]) != 0)
			continue;
		if (backend_start(backend_names[i]) < 0)
			return failed + 1;
		failed += _cmocka_run_group_tests(
			backend_names[i], tests, pg ? n : n - pg_only, setup, teardown);
		backend_stop();
	}
	return failed;
}
