/* Checkpoints carried by bundles: an honest log joins in any order of arrival; a forged fork, a log put back
 * to an earlier state, another zone's note and a history replaced behind a closed number are each found once,
 * with a record. */
#include "common/audit/audit_anchor.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

DB_STMT_CROSS(test_records, "SELECT count(*) FROM audit_record WHERE action = :action");
DB_STMT_CROSS(test_rows, "SELECT count(*) FROM audit_anchor");

static char dir[] = "/tmp/test-anchor.XXXXXX";
static struct sign_key *signer, *foreign;
static struct trust *trust;
static struct db *db;
static int opened;

static int key_of(const char *zone, struct sign_key **key, struct trust **t)
{
	char f[4][96];
	static const char *const names[] = {"ca.key", "ca.pem", "key", "pem"};
	for (int i = 0; i < 4; i++)
		snprintf(f[i], sizeof f[i], "%s/%s.%s", dir, zone, names[i]);
	if (key_make_ca(suite_by_name("gm"), zone, 30, f[0], f[1], NULL) < 0 ||
		key_issue(f[0], f[1], CERT_SIGN, zone, 30, NULL, f[2], f[3], NULL) < 0 ||
		(t && trust_load(f[1], t, NULL) < 0))
		return -1;
	return sign_key_load(f[2], f[3], NULL, key, NULL);
}
static int setup(void **state)
{
	(void)state;
	return mkdtemp(dir) && key_of("extranet", &signer, &trust) == 0 ? key_of("internet", &foreign, NULL)
									: -1;
}
static int teardown(void **state)
{
	(void)state;
	char command[64];
	sign_key_free(signer);
	sign_key_free(foreign);
	trust_free(trust);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}

static void begin(void)
{
	static const struct db_schema *const schemas[] = {&audit_schema};
	char path[96];
	snprintf(path, sizeof path, "%s/%d.db", dir, opened++);
	struct db_options o = {.path = path, .schemas = schemas, .nschemas = 1, .readers = 1};
	assert_int_equal(db_open(&o, &db, NULL), 0);
}

/* ---- a log: n entries, of which those from `other` on are another history's */

static struct audit_log *log_of(const char *name, int n, int other, const struct sign_key *key)
{
	struct audit_log *l = NULL;
	char folder[96];
	snprintf(folder, sizeof folder, "%s/%s.%d", dir, name, opened);
	assert_int_equal(audit_log_open(folder, "extranet/registryd", suite_by_name("gm"), key, &l, NULL), 0);
	for (int i = (int)audit_log_size(l); i < n; i++) {
		char text[32];
		snprintf(text, sizeof text, "%s-%d", i < other ? "thing" : "forged", i);
		/* The same bytes for the same history: no time in them. */
		struct buf line;
		buf_init(&line, 256);
		assert_int_equal(buf_addf(&line, "{\"n\":%d,\"subject\":\"%s\"}", i, text), 0);
		struct view v = buf_view(&line);
		assert_int_equal(audit_log_append_lines(l, &v, 1), 0);
		buf_fini(&line);
	}
	return l;
}

static void carry(struct audit_log *l, int64_t last, struct audit_anchor *a)
{
	audit_anchor_init(a);
	assert_int_equal(audit_log_checkpoint(l, NULL, NULL), 0);
	assert_int_equal(audit_anchor_of_log(l, last, a), 0);
	assert_int_equal(a->size, audit_log_size(l));
}

/* Checkpoints of a history at these sizes, each with its proof from the one before. */
static void series(
	const char *name, const int *sizes, size_t n, int other, int64_t last, struct audit_anchor *out)
{
	for (size_t i = 0; i < n; i++) {
		struct audit_log *l = log_of(name, sizes[i], other, signer);
		carry(l, last, &out[i]);
		last = out[i].size;
		audit_log_close(l);
	}
}

/* ---- arrival */

struct arrival {
	struct audit_anchor_place p;
	const struct audit_anchor *a;
	struct view signer;
	bool closed, given_up;
	int finding;
};
static int take_tx(struct db_tx *tx, void *arg)
{
	struct arrival *x = arg;
	return x->given_up ? audit_anchor_close(tx, &x->p, trust, &x->finding)
	       : x->closed ? audit_anchor_void(tx, &x->p, trust, &x->finding)
			   : audit_anchor_take(tx, &x->p, x->a, trust, x->signer, &x->finding);
}
static int take(int64_t epoch, int64_t seq, const struct audit_anchor *a)
{
	struct arrival x = {.p = {"gap", epoch, seq}, .a = a, .signer = sign_key_cert_pem(signer)};
	assert_int_equal(db_write(db, "", take_tx, &x), 0);
	return x.finding;
}
static int closed(int64_t epoch, int64_t seq)
{
	struct arrival x = {.p = {"gap", epoch, seq}, .closed = true};
	assert_int_equal(db_write(db, "", take_tx, &x), 0);
	return x.finding;
}
static int given_up(int64_t epoch, int64_t seq)
{
	struct arrival x = {.p = {"gap", epoch, seq}, .given_up = true};
	assert_int_equal(db_write(db, "", take_tx, &x), 0);
	return x.finding;
}
struct counting {
	const char *action;
	int64_t n;
};
static int records_tx(struct db_tx *tx, void *arg)
{
	struct counting *c = arg;
	struct db_query *q = db_query(tx, c->action ? &test_records : &test_rows);
	if (c->action)
		db_bind_text(q, "action", c->action);
	return db_one_int(q, &c->n);
}
static int records(const char *action)
{
	struct counting c = {.action = action};
	assert_int_equal(db_read(db, "", records_tx, &c), 0);
	return (int)c.n;
}
static void end(struct audit_anchor *a, size_t n)
{
	for (size_t i = 0; i < n; i++)
		audit_anchor_fini(&a[i]);
	db_close(db);
}

static void test_honest(void **state)
{
	static const int sizes[] = {3, 3, 7, 300, 301, 900, 901, 902};
	static const int orders[][8] = {
		{1, 2, 3, 4, 5, 6, 7, 8}, {1, 3, 2, 5, 4, 8, 7, 6}, {1, 8, 7, 6, 5, 4, 3, 2}};
	struct audit_anchor a[8];
	(void)state;
	for (size_t o = 0; o < 3; o++) {
		begin();
		series("honest", sizes, 8, 10000, 0, a);
		for (size_t i = 0; i < 8; i++)
			assert_int_equal(take(1, orders[o][i], &a[orders[o][i] - 1]), 0);
		assert_int_equal(records(NULL), 1); /* only the newest is kept */
		/* Repeats, and bundles without a checkpoint, change nothing. */
		assert_int_equal(take(1, 3, &a[2]), 0);
		assert_int_equal(take(1, 9, NULL), 0);
		assert_int_equal(records(NULL), 1);
		/* An officer's new epoch: the proof goes on from what was sent. */
		assert_int_equal(take(2, 1, &a[7]), 0);
		end(a, 8);
	}
}

/* Rewritten from entry `from` on, grown or not, and whatever the forger gives as proof. */
static void test_forked(void **state)
{
	static const int sizes[] = {20, 40}, more[] = {50};
	static const int forged[][2] = {{40, 30}, {50, 30}, {50, 39}, {300, 0}}; /* size, first other entry */
	struct audit_anchor a[4];
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		begin();
		series("true", sizes, 2, 10000, 0, a);
		series("true", more, 1, 10000, 40, a + 3);
		series("other", &forged[i][0], 1, forged[i][1], 40, a + 2);
		assert_int_equal(take(1, 1, &a[0]), 0);
		assert_int_equal(take(1, 2, &a[1]), 0);
		assert_int_equal(take(1, 3, &a[2]), ERR_FORK);
		assert_int_equal(records("log.forked"), 1);
		end(a, 4);
	}
	/* The same behind a hole: found when the hole is filled. */
	begin();
	series("true", sizes, 2, 10000, 0, a);
	series("other", &forged[1][0], 1, forged[1][1], 40, a + 2);
	assert_int_equal(take(1, 1, &a[0]), 0);
	assert_int_equal(take(1, 3, &a[2]), 0);
	assert_int_equal(take(1, 2, &a[1]), ERR_FORK);
	assert_int_equal(records("log.forked"), 1);
	end(a, 3);
	/* A proof that is none. */
	begin();
	series("true", sizes, 2, 10000, 0, a);
	buf_reset(&a[1].proof);
	assert_int_equal(buf_add_str(&a[1].proof, "no base64"), 0);
	assert_int_equal(take(1, 1, &a[0]), 0);
	assert_int_equal(take(1, 2, &a[1]), ERR_FORK);
	end(a, 2);
}

static void test_rolled_back(void **state)
{
	static const int sizes[] = {20, 40}, old[] = {25, 45};
	struct audit_anchor a[4];
	(void)state;
	begin();
	series("true", sizes, 2, 10000, 0, a);
	series("old", old, 2, 10000, 0, a + 2); /* the machine was put back; its log goes on from there */
	assert_int_equal(take(1, 1, &a[0]), 0);
	assert_int_equal(take(1, 2, &a[1]), 0);
	assert_int_equal(take(2, 1, &a[2]), ERR_ROLLBACK);
	assert_int_equal(records("log.rolled-back"), 1);
	/* Told once; from there on it is measured again. */
	assert_int_equal(take(2, 2, &a[3]), 0);
	assert_int_equal(records("log.rolled-back"), 1);
	end(a, 4);
}

static void test_unproved(void **state)
{
	static const int sizes[] = {20, 40, 60, 70};
	struct audit_anchor a[5];
	(void)state;
	begin(); /* number 2 was closed: what follows is measured from what never came */
	series("true", sizes, 4, 10000, 0, a);
	assert_int_equal(take(1, 1, &a[0]), 0);
	assert_int_equal(take(1, 3, &a[2]), 0);
	assert_int_equal(closed(1, 2), ERR_DIGEST);
	assert_int_equal(records("log.unproved"), 1);
	assert_int_equal(take(1, 4, &a[3]), 0);
	end(a, 4);
	begin(); /* shorter is shorter also then */
	series("true", sizes, 4, 10000, 0, a);
	assert_int_equal(take(1, 1, &a[1]), 0);
	assert_int_equal(closed(1, 2), 0);
	assert_int_equal(take(1, 3, &a[0]), ERR_ROLLBACK);
	end(a, 4);
}

/* Who numbers without ever closing a number: what is missing is given up after a while. */
static void test_given_up(void **state)
{
	static const int sizes[] = {20, 40, 60, 70, 80};
	struct audit_anchor a[5];
	(void)state;
	begin();
	series("true", sizes, 5, 10000, 0, a);
	assert_int_equal(given_up(1, 9), 0); /* nothing is known yet */
	assert_int_equal(take(1, 1, &a[0]), 0);
	assert_int_equal(take(1, 3, &a[2]), 0);
	assert_int_equal(take(1, 5, &a[4]), 0);
	assert_int_equal(given_up(1, 2), 0); /* what waits is behind it */
	assert_int_equal(records(NULL), 3);
	assert_int_equal(given_up(1, 3), ERR_DIGEST);
	assert_int_equal(records("log.unproved"), 1);
	assert_int_equal(records(NULL), 2); /* number 4 is still waited for */
	assert_int_equal(take(1, 4, &a[3]), 0);
	assert_int_equal(records("log.unproved"), 1);
	assert_int_equal(records(NULL), 1);
	/* A new epoch whose beginning is lost. */
	assert_int_equal(take(2, 2, &a[4]), 0);
	assert_int_equal(records(NULL), 2);
	assert_int_equal(given_up(2, 1), 0);
	assert_int_equal(given_up(2, 5), 0);
	assert_int_equal(records(NULL), 1);
	end(a, 5);
}

static void test_unsigned(void **state)
{
	static const int sizes[] = {20};
	struct audit_anchor a[3];
	(void)state;
	begin();
	series("true", sizes, 1, 10000, 0, a);
	struct audit_log *l = log_of("foreign", 30, 10000, foreign);
	carry(l, 20, &a[1]);
	audit_log_close(l);
	l = log_of("true", 31, 10000, signer);
	carry(l, 20, &a[2]);
	audit_log_close(l);
	a[2].size = 32; /* says another size than its note */
	assert_int_equal(take(1, 1, &a[0]), 0);
	assert_int_equal(take(1, 2, &a[1]), ERR_CERT);
	assert_int_equal(take(1, 3, &a[2]), ERR_DIGEST);
	assert_int_equal(records("log.unsigned"), 2);
	end(a, 3);
}

/* The sending side: the newest checkpoint, and where its proof begins. */
static int act_tx(struct db_tx *tx, void *arg)
{
	(void)arg;
	return audit_record(tx, "chen", "thing.add", "thing", NULL);
}
static int last_tx(struct db_tx *tx, void *arg)
{
	return audit_anchor_last(tx, "gap", arg);
}
static int sent_tx(struct db_tx *tx, void *arg)
{
	return audit_anchor_sent(tx, "gap", *(int64_t *)arg);
}
static void test_sending(void **state)
{
	struct audit_mover *m = NULL;
	struct audit_anchor a[2];
	int64_t last = -1;
	(void)state;
	begin();
	struct audit_log *l = log_of("sent", 0, 0, signer);
	assert_int_equal(audit_mover_start(db, l, 10000, &m), 0);
	for (size_t i = 0; i < 2; i++) {
		audit_anchor_init(&a[i]);
		for (int k = 0; k < 30; k++)
			assert_int_equal(db_write(db, "110101", act_tx, NULL), 0);
		assert_int_equal(db_read(db, "", last_tx, &last), 0);
		assert_int_equal(last, i ? a[0].size : 0);
		for (int k = 0; k < 1000 && a[i].size < 30 * (int64_t)(i + 1); k++) {
			audit_anchor_fini(&a[i]);
			audit_anchor_init(&a[i]);
			int rc = audit_anchor_make(m, last, &a[i]);
			assert_true(rc == 0 || rc == ERR_NOTFOUND);
			usleep(10000);
		}
		assert_int_equal(a[i].size, 30 * (int64_t)(i + 1));
		assert_int_equal(db_write(db, "", sent_tx, &a[i].size), 0);
	}
	assert_int_equal(take(1, 1, &a[0]), 0);
	assert_int_equal(take(1, 2, &a[1]), 0);
	/* From more than the log has there is no proof, but there is the checkpoint. */
	audit_anchor_fini(&a[0]);
	audit_anchor_init(&a[0]);
	assert_int_equal(audit_anchor_make(m, 100000, &a[0]), 0);
	assert_int_equal(a[0].proof.n, 0);
	assert_true(a[0].note.n > 0);
	audit_mover_stop(m);
	audit_log_close(l);
	end(a, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_honest), cmocka_unit_test(test_forked),
		cmocka_unit_test(test_rolled_back), cmocka_unit_test(test_unproved),
		cmocka_unit_test(test_given_up), cmocka_unit_test(test_unsigned),
		cmocka_unit_test(test_sending)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
