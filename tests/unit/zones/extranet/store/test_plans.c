/* No statement on a book of millions of rows may read a whole table: SQLite's plan of every registered
 * statement and of every condition of a trigger is looked at. What reads all of an office's rows on purpose
 * is named here. */
#include "common/audit/audit.h"
#include "common/exchange/exchange.h"
#include "common/http/account.h"
#include "common/service/fixity.h"
#include "common/service/reseal.h"
#include "common/workflow/flow_store.h"
#include "tests/unit/common/db/backend.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/store/book.h"
#include <ctype.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct db_stmt *const __start_db_stmts[], *const __stop_db_stmts[];

/* The auditor and the dump read everything; the ends of a series by max() or LIMIT; the import's series. */
static bool reads_all(const char *name)
{
	static const char *const names[] = {"log_last", "paper_tops", "paper_numbers", "djlog_order",
		"pair_count",
		/* What waits for sealer and archiver, in tables that hold nothing else. */
		"document_waiting", "archive_waits",
		/* A page of 100 in the order of the index, or a partial index of what is under way. */
		"look_page", "case_list_rows", "queue_rows", "queue_groups", "reminder_open",
		"graphics_answered", "public_notice_rows",
		/* Somebody asks for it: a calendar or a rule was changed, what was lent, one package by its
		 * id or number. */
		"terms_under_way", "verdict_past", "lending_rows", "archive_select", "access_first_day",
		"access_last_day", "access_states", "access_unmade",
		/* Tables that stay small, or are swept. */
		"beyond_in_list", "bundle_in_prune", "organisation_page", "role_holders", "people_page",
		"role_codes", "account_session_expire", "account_by_number", "account_throttle_old",
		"stationery_sums", "day_list", "upload_count", "calendar_open", "calendar_newest",
		"calendar_insert", "opinion_codes", "opinion_rows", "sweep_page", "stream_epoch_safe",
		"stream_epoch_safe_next", "flow_definitions", "charge_fees_version", "definition_sent_fees",
		"look_log", "look_decided",
		/* One row of an office; its people, whom a list names all. */
		"directory_last", "directory_present", NULL};
	size_t n = strlen(name), i = 0;
	if (strncmp(name, "audit_", 6) == 0 || (n > 4 && strcmp(name + n - 4, "_all") == 0))
		return true;
	while (names[i] && strcmp(names[i], name) != 0)
		i++;
	return names[i] != NULL;
}

static int looked(sqlite3 *db, const char *name, const char *sql)
{
	char text[8192];
	sqlite3_stmt *q = NULL;
	int bad = 0;
	assert_true(snprintf(text, sizeof text, "EXPLAIN QUERY PLAN %s", sql) < (int)sizeof text);
	if (sqlite3_prepare_v2(db, text, -1, &q, NULL) != SQLITE_OK)
		fail_msg("%s: %s", name, sqlite3_errmsg(db));
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(q, 3);
		bool whole = (strncmp(step, "SCAN ", 5) == 0 && !strstr(step, "CONSTANT ROW") &&
				     !strstr(step, "SUBQUERY")) ||
			     strstr(step, "(tenant=?)");
		if (whole && !reads_all(name)) {
			print_error("%s: %s\n", name, step);
			bad++;
		}
	}
	sqlite3_finalize(q);
	return bad;
}

/* "WHEN condition BEGIN" with constants for the row's values. */
static int trigger_looked(sqlite3 *db, const char *name, const char *sql)
{
	char text[8000] = "SELECT 1 WHERE ";
	const char *at = strstr(sql, " WHEN "), *end = at ? strstr(at, "BEGIN SELECT") : NULL;
	size_t n = strlen(text);
	if (!at || !end || !strstr(at, "EXISTS"))
		return 0;
	for (at += 6; at < end; n++) {
		assert_true(n < sizeof text - 4);
		if ((strncmp(at, "NEW.", 4) == 0 || strncmp(at, "OLD.", 4) == 0) && !isalnum(at[-1])) {
			at += 4;
			while (isalnum(*at) || *at == '_')
				at++;
			memcpy(text + n, "'v'", 3);
			n += 2;
		} else {
			text[n] = *at++;
		}
	}
	text[n] = '\0';
	return looked(db, name, text);
}

static int setup(void **state)
{
	static const struct db_schema *const schemas[] = {&account_schema, &audit_schema, &exchange_schema,
		&fixity_schema, &reseal_schema, &flow_schema, &registry_schema};
	const struct db_options o = {.path = backend_path("book"),
		.schemas = schemas,
		.nschemas = sizeof schemas / sizeof *schemas};
	struct db *d = NULL;
	struct err_note note = {0};
	(void)state;
	/* The routes lead to every statement of the daemon. */
	int rc = api_nroutes ? db_open(&o, &d, &note) : -1;
	if (rc < 0)
		print_error("%s\n", note.text);
	db_close(d);
	return rc;
}

static void test_plans(void **state)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	int bad = 0, statements = 0, triggers = 0;
	(void)state;
	assert_int_equal(sqlite3_open_v2(backend_path("book"), &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	for (const struct db_stmt *const *s = __start_db_stmts; s < __stop_db_stmts; s++, statements++)
		bad += looked(db, (*s)->name, (*s)->sql);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
				 -1, &q, NULL),
		SQLITE_OK);
	for (; sqlite3_step(q) == SQLITE_ROW; triggers++)
		bad += trigger_looked(
			db, (const char *)sqlite3_column_text(q, 0), (const char *)sqlite3_column_text(q, 1));
	sqlite3_finalize(q);
	sqlite3_close(db);
	assert_true(statements > 500 && triggers > 50);
	assert_int_equal(bad, 0);
	print_message("%d statements, %d triggers\n", statements, triggers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_plans)};
	if (setenv("SW_BACKEND", "sqlite", 1) != 0)
		return 1;
	return backend_run(tests, setup, NULL);
}
