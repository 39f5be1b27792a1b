/* From the business transaction to the log: in order, once, through stops; no record, no action; a database
 * or a log restored from a backup joins the other again; a changed record is a state of its own. */
#include "common/audit/audit_mover.h"
#include "common/audit/audit_prune.h"
#include "common/audit/audit_view.h"
#include "common/audit/merkle.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct db_migration things[] = {
	{1, "thing", "CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT", NULL}};
static const struct db_schema thing_schema = {"thing", things, 1};
DB_STMT_CROSS(thing_add, "INSERT INTO thing (id) VALUES ((SELECT coalesce(max(id), 0) + 1 FROM thing))");
DB_STMT_CROSS(thing_count, "SELECT count(*) FROM thing");

static char dir[] = "/tmp/test-mover.XXXXXX", path[96], folder[96];
static struct sign_key *signer;
static struct trust *trust;
static struct db *db;
static struct audit_log *l;
static struct audit_mover *m;

static int setup(void **state)
{
	(void)state;
	char f[4][64];
	static const char *const names[] = {"ca.key", "ca.pem", "key", "pem"};
	if (!mkdtemp(dir))
		return -1;
	for (int i = 0; i < 4; i++)
		snprintf(f[i], sizeof f[i], "%s/%s", dir, names[i]);
	if (key_make_ca(suite_by_name("gm"), "extranet", 30, f[0], f[1], NULL) < 0 ||
		key_issue(f[0], f[1], CERT_SIGN, "extranet", 30, NULL, f[2], f[3], NULL) < 0 ||
		trust_load(f[1], &trust, NULL) < 0)
		return -1;
	return sign_key_load(f[2], f[3], NULL, &signer, NULL);
}
static int teardown(void **state)
{
	(void)state;
	char command[64];
	sign_key_free(signer);
	trust_free(trust);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}

static void shell(const char *fmt, ...) SW_PRINTF(1, 2);
static void shell(const char *fmt, ...)
{
	char command[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(command, sizeof command, fmt, ap);
	va_end(ap);
	assert_int_equal(system(command), 0);
}

/* The database alone: what a command does beside a daemon that stands still. */
static void opened(const char *name)
{
	static const struct db_schema *const schemas[] = {&audit_schema, &thing_schema};
	snprintf(path, sizeof path, "%s/%s.db", dir, name);
	snprintf(folder, sizeof folder, "%s/%s.log", dir, name);
	struct db_options o = {.path = path, .schemas = schemas, .nschemas = 2, .readers = 2};
	assert_int_equal(db_open(&o, &db, NULL), 0);
}
static void moving(int64_t max)
{
	struct err_note note = {0};
	if (audit_log_open(folder, "test", suite_by_name("gm"), signer, &l, &note) < 0)
		fail_msg("%s", note.text);
	assert_int_equal(audit_mover_start(db, l, max, &m), 0);
}
static void still(void)
{
	audit_mover_stop(m);
	audit_log_close(l);
	m = NULL;
	l = NULL;
}

static int act_tx(struct db_tx *tx, void *arg)
{
	json_t *detail = json_pack("{s:i}", "of", *(int *)arg);
	int rc = db_exec(db_query(tx, &thing_add));
	if (rc == 0)
		rc = audit_record(tx, "chen", "thing.add", "thing", detail);
	json_decref(detail);
	return rc;
}
static int act(int n)
{
	int rc = 0;
	for (int i = 0; rc == 0 && i < n; i++)
		rc = db_write(db, "110101", act_tx, &i);
	return rc;
}
static int count_tx(struct db_tx *tx, void *arg)
{
	return db_one_int(db_query(tx, &thing_count), arg);
}
static int64_t count(void)
{
	int64_t n = -1;
	assert_int_equal(db_read(db, "", count_tx, &n), 0);
	return n;
}

static void expect_log(int64_t size, struct digest *root)
{
	struct audit_view *v = NULL;
	struct err_note note = {0};
	const struct audit_view_options o = {.trust = trust};
	if (audit_view_open(folder, &o, &v, &note) < 0)
		fail_msg("%s", note.text);
	assert_int_equal(audit_view_size(v), size);
	if (root)
		audit_view_root(v, root);
	audit_view_close(v);
}
static void expect_state(enum audit_state s)
{
	for (int i = 0; i < 1000 && audit_mover_state(m) != s; i++)
		usleep(10000);
	assert_string_equal(audit_mover_state_name(audit_mover_state(m)), audit_mover_state_name(s));
}

static void test_rows_become_entries(void **state)
{
	(void)state;
	struct audit_note note;
	struct buf text;
	struct digest proof[64], old, root;
	size_t np = 0;
	opened("plain");
	assert_int_equal(act(3), 0); /* before the daemon's first start nothing is refused */
	moving(10000);
	assert_int_equal(act(600), 0);
	still();
	expect_log(603, NULL);
	moving(10000);
	assert_int_equal(act(10), 0);
	for (int i = 0; i < 1000 && audit_mover_pending(m) > 0; i++)
		usleep(10000);
	still();
	expect_log(613, NULL);
	moving(10000);
	buf_init(&text, AUDIT_NOTE_MAX);
	int rc = ERR_NOTFOUND;
	for (int i = 0; i < 1000 && rc == ERR_NOTFOUND; i++) {
		usleep(10000);
		rc = audit_mover_checkpoint(m, 603, &note, &text, proof, &np);
	}
	assert_int_equal(rc, 0);
	assert_int_equal(note.size, 613);
	assert_int_equal(audit_log_root(l, 603, &old), 0);
	assert_int_equal(audit_log_root(l, 613, &root), 0);
	assert_int_equal(merkle_check_consistency(suite_by_name("gm"), 603, &old, 613, &root, proof, np), 0);
	assert_int_equal(audit_mover_checkpoint(m, 614, &note, &text, proof, &np), ERR_RANGE);
	buf_fini(&text);
	still();
	db_close(db);
}

/* Nobody moves: as many wait as may, then every action fails and leaves nothing. */
static void test_no_record_no_action(void **state)
{
	(void)state;
	opened("limit");
	moving(5);
	assert_int_equal(act(2), 0);
	still();
	assert_int_equal(act(5), 0);
	assert_int_equal(count(), 7);
	assert_int_equal(act(1), ERR_AUDIT);
	assert_int_equal(act(1), ERR_AUDIT);
	assert_int_equal(count(), 7);
	moving(5);
	expect_state(AUDIT_OK);
	for (int i = 0; i < 20; i++) {
		int rc;
		for (int k = 0; (rc = act(1)) == ERR_AUDIT && k < 1000; k++)
			usleep(10000);
		assert_int_equal(rc, 0);
	}
	assert_int_equal(count(), 27);
	still();
	expect_log(27, NULL);
	db_close(db);
}

static void test_restored_database(void **state)
{
	(void)state;
	struct digest before, after;
	opened("restored");
	moving(10000);
	assert_int_equal(act(300), 0);
	still();
	db_close(db);
	shell("cp %s %s.backup", path, path);
	opened("restored");
	moving(10000);
	assert_int_equal(act(300), 0);
	still();
	expect_log(600, &before);
	db_close(db);
	shell("rm -f %s-wal %s-shm", path, path);
	shell("mv %s.backup %s", path, path);
	opened("restored");
	assert_int_equal(count(), 300);
	moving(10000); /* the 300 forgotten records come back; the log stays what it was */
	still();
	expect_log(600, &after);
	assert_true(digest_eq(&before, &after));
	moving(10000);
	assert_int_equal(act(1), 0);
	still();
	expect_log(601, NULL);
	db_close(db);
}

static void test_lost_log(void **state)
{
	(void)state;
	struct digest before, after;
	opened("lost");
	moving(10000);
	assert_int_equal(act(400), 0);
	still();
	expect_log(400, &before);
	shell("rm -rf %s", folder);
	moving(10000);
	still();
	expect_log(400, &after);
	assert_true(digest_eq(&before, &after));
	db_close(db);
}

static void sql(const char *text)
{
	shell("sqlite3 %s \"%s\"", path, text);
}

static void test_changed_and_removed_records(void **state)
{
	(void)state;
	opened("changed");
	moving(10000);
	assert_int_equal(act(10), 0);
	still();
	/* The table keeps what it has … */
	char command[256];
	snprintf(command, sizeof command,
		"sqlite3 %s \"UPDATE audit_record SET who = 'x' WHERE n = 3\" 2>/dev/null", path);
	assert_int_not_equal(system(command), 0);
	snprintf(command, sizeof command, "sqlite3 %s \"DELETE FROM audit_record WHERE n = 3\" 2>/dev/null",
		path);
	assert_int_not_equal(system(command), 0);
	/* … and who takes its guard away is found out. */
	sql("DROP TRIGGER audit_record_keep_u; UPDATE audit_record SET who = 'x' WHERE n = 3");
	moving(10000);
	expect_state(AUDIT_DIVERGED);
	assert_int_equal(act(1), ERR_AUDIT);
	assert_int_equal(count(), 10);
	still();
	sql("UPDATE audit_record SET who = 'chen' WHERE n = 3");
	moving(10000);
	expect_state(AUDIT_OK);
	assert_int_equal(act(1), 0);
	still();
	/* A record that was not moved yet, removed. */
	assert_int_equal(act(3), 0);
	sql("DROP TRIGGER audit_record_keep_d; DELETE FROM audit_record WHERE n = 13");
	moving(10000);
	expect_state(AUDIT_DIVERGED);
	assert_int_equal(act(1), ERR_AUDIT);
	still();
	db_close(db);
}

/* ---- deleting after a year */

/* A log of n entries from long ago; its database takes them over when it joins. */
static void old_log(int n, const char *at)
{
	struct audit_log *old = NULL;
	assert_int_equal(audit_log_open(folder, "test", suite_by_name("gm"), signer, &old, NULL), 0);
	for (int i = 0; i < n; i++) {
		struct buf line;
		buf_init(&line, 1024);
		assert_int_equal(
			buf_addf(&line,
				"{\"action\":\"thing.add\",\"at\":\"%s\",\"by\":\"chen\",\"detail\":null,"
				"\"n\":%d,\"subject\":\"thing\",\"tenant\":\"110101\"}",
				at, i + 1),
			0);
		struct view v = buf_view(&line);
		assert_int_equal(audit_log_append_lines(old, &v, 1), 0);
		buf_fini(&line);
	}
	assert_int_equal(audit_log_checkpoint(old, NULL, NULL), 0);
	audit_log_close(old);
}

static bool has_tile(int i)
{
	char file[160];
	snprintf(file, sizeof file, "%s/tile/entries/%03d", folder, i);
	return access(file, F_OK) == 0;
}

static int64_t deleted(void)
{
	struct audit_view *v = NULL;
	struct err_note note = {0};
	const struct audit_view_options o = {.trust = trust};
	if (audit_view_open(folder, &o, &v, &note) < 0)
		fail_msg("%s", note.text);
	int64_t n = audit_view_deleted(v);
	audit_view_close(v);
	return n;
}

static int said_each(void *arg, int64_t index, struct view entry)
{
	(void)index;
	if (memmem(entry.p, entry.n, arg, strlen(arg)))
		return 1;
	return 0;
}
/* The newest entries say so. */
static bool said(const char *what)
{
	char text[64];
	snprintf(text, sizeof text, "%s", what);
	return audit_log_read(l, 0, said_each, text) == 1;
}

static void moved_all(void)
{
	for (int i = 0; i < 1000 && audit_mover_pending(m) > 0; i++)
		usleep(10000);
	assert_int_equal(audit_mover_pending(m), 0);
}

static int lie_tx(struct db_tx *tx, void *arg)
{
	json_t *detail = json_pack("{s:s,s:i}", "newest", "2020-01-01T00:00:00.000Z", "through", 768);
	(void)arg;
	int rc = audit_record(tx, "chen", "log.prune", "log", detail);
	json_decref(detail);
	return rc;
}

static void test_a_year_is_kept(void **state)
{
	(void)state;
	struct err_note note = {0};
	int64_t through = 0;
	opened("prune");
	old_log(600, "2020-02-02T02:02:02.020Z");
	moving(10000);
	assert_int_equal(act(300), 0);
	moved_all();
	assert_int_equal(
		audit_prune(db, folder, "system", time_now_ms() - INT64_C(364) * 86400000, &through, &note),
		ERR_REFUSED);
	assert_int_equal(
		audit_prune(db, folder, "system", INT64_C(946684800000), &through, &note), ERR_NOTFOUND);
	moved_all();
	for (int i = 0; i < 500 && !said("\"log.prune-refused\""); i++)
		usleep(10000);
	assert_true(said("\"log.prune-refused\""));
	assert_true(has_tile(0) && has_tile(1) && has_tile(2));
	/* The third tile has entries of today. */
	assert_int_equal(audit_prune(db, folder, "system", INT64_C(1600000000000), &through, &note), 0);
	assert_int_equal(through, 512);
	for (int i = 0; i < 1000 && has_tile(1); i++)
		usleep(10000);
	still();
	assert_false(has_tile(0) || has_tile(1));
	assert_true(has_tile(2));
	assert_int_equal(deleted(), 512);
	/* A record that lies about their age deletes nothing, now or at the next start. */
	moving(10000);
	assert_int_equal(db_write(db, "", lie_tx, NULL), 0);
	moved_all();
	still();
	moving(10000);
	assert_int_equal(act(10), 0);
	expect_state(AUDIT_OK);
	still();
	assert_true(has_tile(2));
	assert_int_equal(deleted(), 512);
	db_close(db);
}

/* Cut off between the record and the files: the next start goes on. */
static void test_pruning_goes_on(void **state)
{
	(void)state;
	int64_t through = 0;
	opened("prune-on");
	old_log(600, "2020-02-02T02:02:02.020Z");
	shell("cp %s/tile/entries/001 %s/kept", folder, dir);
	moving(10000);
	assert_int_equal(audit_prune(db, folder, "system", INT64_C(1600000000000), &through, NULL), 0);
	for (int i = 0; i < 1000 && has_tile(1); i++)
		usleep(10000);
	still();
	shell("mv %s/kept %s/tile/entries/001", dir, folder);
	assert_int_equal(deleted(), 256);
	moving(10000);
	assert_int_equal(act(1), 0);
	still();
	assert_int_equal(deleted(), 512);
	db_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows_become_entries),
		cmocka_unit_test(test_no_record_no_action), cmocka_unit_test(test_restored_database),
		cmocka_unit_test(test_lost_log), cmocka_unit_test(test_changed_and_removed_records),
		cmocka_unit_test(test_a_year_is_kept), cmocka_unit_test(test_pruning_goes_on)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
