/* Order keys are forgotten on both ends of a real link when they lie idle: the tables of keys hold what is in
 * use, however many cases are finished. A case taken up again goes on in its order; what was refused last is
 * not forgotten; a receiver that holds what waits forgets it afterwards. The rules stand in closing.h, every
 * schedule in test_stream_model.c.
 * */
#include "tests/unit/common/exchange/pair.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CASES 40
#define IDLE_MS 40

DB_STMT_CROSS(rows_out, "SELECT count(*) FROM order_last");
DB_STMT_CROSS(rows_in, "SELECT count(*) FROM inbox_key");
DB_STMT_CROSS(rows_waiting, "SELECT count(*) FROM inbox_wait");
DB_STMT_CROSS(floor_read, "SELECT key_floor FROM link_out");
DB_STMT_CROSS(key_of, "SELECT coalesce(max(last), 0) FROM order_last WHERE id = 'case-0-0'");
DB_STMT_CROSS(waiting_insert,
	"INSERT INTO inbox_wait (link, kind, id, after_epoch, after_n, message, epoch, n) VALUES ('gap', "
	"'item', 'held', 1, 2, 'none', 1, 3)");
/* As if number 3 had not been taken. */
DB_STMT_CROSS(turn_back, "UPDATE inbox_key SET next = 3 WHERE id = 'held'");
DB_STMT_CROSS(waiting_delete, "DELETE FROM inbox_wait WHERE message = 'none'");

struct one {
	const struct db_stmt *stmt;
	int64_t n;
};

static int one_read(struct db_tx *tx, void *arg)
{
	struct one *o = arg;
	return db_one_int(db_query(tx, o->stmt), &o->n);
}

static int64_t number(struct pair_end *e, const struct db_stmt *stmt)
{
	struct one o = {stmt, -1};
	assert_int_equal(db_read(e->db, "", one_read, &o), 0);
	return o.n;
}

static int one_do(struct db_tx *tx, void *arg)
{
	return db_exec(db_query(tx, arg));
}

static void execute(struct pair_end *e, const struct db_stmt *stmt)
{
	assert_int_equal(db_write(e->db, "", one_do, (void *)(uintptr_t)stmt), 0);
}

static void put(struct pair_end *e, int64_t n, const char *key)
{
	struct err_note note = {0};
	int rc = pair_put(e, "item.put", n, &key, 1, &note);
	if (rc < 0)
		fail_msg("put %lld: %s %s", (long long)n, err_name(rc), note.text);
}

static void backup(struct pair_end *e)
{
	assert_int_equal(exchange_backup_begin(e->x), 0);
	assert_int_equal(exchange_mark_backup(e->x), 0);
}

/* Both ends make backups meanwhile: what is safe may be forgotten. */
static bool keys_until(struct pair *p, int64_t near, int64_t far)
{
	for (int i = 0; i < 1000; i++) {
		if (number(&p->near, &rows_out) == near && number(&p->far, &rows_in) == far)
			return true;
		backup(&p->near);
		backup(&p->far);
		poll(NULL, 0, 20);
	}
	printf("# keys: %lld sent, %lld received\n", (long long)number(&p->near, &rows_out),
		(long long)number(&p->far, &rows_in));
	return false;
}

static void begin(struct pair *p)
{
	pair_init(p, "gm");
	p->near.link.idle_ms = p->far.link.idle_ms = IDLE_MS;
	p->near.link.tick_ms = p->far.link.tick_ms = 50;
	pair_open(&p->near);
	pair_open(&p->far);
}

static void test_finished_cases_leave_no_keys(void **state)
{
	struct pair p;
	int64_t n = 0, most = 0;
	char key[32];
	(void)state;
	begin(&p);
	for (int round = 0; round < 4; round++) {
		for (int i = 0; i < 3 * CASES; i++) {
			snprintf(key, sizeof key, "case-%d-%d", round, i % CASES);
			put(&p.near, ++n, key);
		}
		int64_t rows = number(&p.near, &rows_out);
		most = rows > most ? rows : most;
		assert_true(pair_until_effects(&p.far, n));
		assert_true(keys_until(&p, 0, 0));
	}
	assert_in_range(most, 1, CASES);
	/* Taken up again: numbers go on above those that were closed, and are applied in their order. */
	assert_true(number(&p.near, &floor_read) >= 3);
	for (int i = 0; i < 3; i++)
		put(&p.near, ++n, "case-0-0");
	assert_int_equal(number(&p.near, &key_of), number(&p.near, &floor_read) + 3);
	assert_true(pair_until_effects(&p.far, n));
	char *order = pair_order(&p.far), last[64];
	snprintf(last, sizeof last, "%lld %lld %lld ", (long long)n - 2, (long long)n - 1, (long long)n);
	assert_true(strlen(order) > strlen(last));
	assert_string_equal(order + strlen(order) - strlen(last), last);
	free(order);
	assert_true(keys_until(&p, 0, 0));
	assert_int_equal(pair_number(&p.far, "waiting"), 0);
	assert_int_equal(pair_number(&p.far, "refused"), 0);
	pair_fini(&p);
}

static int refuse_two(struct db_tx *tx, const struct message *m, void *arg)
{
	(void)tx, (void)arg;
	return json_int(m->body, "n") == 2 ? ERR_REFUSED : 0;
}

/* Its follower is refused because of it: it has to be known for that. */
static void test_a_refused_case_is_kept(void **state)
{
	struct pair p;
	(void)state;
	begin(&p);
	p.apply = refuse_two;
	put(&p.near, 1, "case");
	put(&p.near, 2, "case");
	put(&p.near, 3, "other");
	assert_true(pair_until_effects(&p.far, 2));
	assert_true(keys_until(&p, 1, 1));
	put(&p.near, 4, "case");
	assert_true(pair_until(&p.far, "refused", 2));
	assert_int_equal(pair_effects(&p.far), 2);
	pair_fini(&p);
}

/* Number 3 of the key waits at the far end, for something on another key. */
static void waits_begin(struct pair *p)
{
	begin(p);
	for (int i = 1; i <= 3; i++)
		put(&p->near, i, "held");
	assert_true(pair_until_effects(&p->far, 3));
	execute(&p->far, &waiting_insert);
	for (int i = 4; i <= 6; i++)
		put(&p->near, i, "free");
	assert_true(pair_until_effects(&p->far, 6));
}

static void test_what_waits_is_not_forgotten(void **state)
{
	struct pair p;
	(void)state;
	waits_begin(&p);
	execute(&p.far, &turn_back);
	assert_true(keys_until(&p, 1, 1));
	execute(&p.far, &waiting_delete);
	assert_true(keys_until(&p, 0, 0));
	assert_int_equal(number(&p.far, &rows_waiting), 0);
	pair_fini(&p);
}

/* The same, but its turn was another message's: it is of a life that the sender lost. The sender forgets the
 * key; the receiver alone knows that the number was used. */
static void test_a_used_number_holds_nothing_up(void **state)
{
	struct pair p;
	(void)state;
	waits_begin(&p);
	assert_true(keys_until(&p, 0, 1));
	pair_fini(&p);
}

/* The sender is put back to a time before a closing, and its numbers go on in a new epoch behind one that the
 * receiver has forgotten. */
static void test_a_restored_sender_goes_on(void **state)
{
	struct pair p;
	char command[512];
	(void)state;
	begin(&p);
	put(&p.near, 1, "case");
	assert_true(pair_until_effects(&p.far, 1));
	pair_close(&p.near);
	snprintf(command, sizeof command, "cd %s && cp zone.db old.db", p.near.dir);
	assert_int_equal(system(command), 0);
	pair_open(&p.near);
	assert_true(keys_until(&p, 0, 0));
	pair_close(&p.near);
	snprintf(command, sizeof command, "cd %s && rm -f zone.db-wal zone.db-shm && mv old.db zone.db",
		p.near.dir);
	assert_int_equal(system(command), 0);
	pair_open(&p.near);
	put(&p.near, 2, "case");
	for (int i = 0; i < 1000 && pair_effects(&p.far) < 2; i++) {
		backup(&p.near);
		backup(&p.far);
		if (pair_is(&p.far, "held", "beyond"))
			(void)!exchange_settle(p.far.x, "gap", 9, 999999, "officer", "restored");
		poll(NULL, 0, 20);
	}
	assert_int_equal(pair_effects(&p.far), 2);
	assert_int_equal(pair_number(&p.near, "epoch_out"), 2);
	assert_true(keys_until(&p, 0, 0));
	pair_fini(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_finished_cases_leave_no_keys),
		cmocka_unit_test(test_a_refused_case_is_kept),
		cmocka_unit_test(test_what_waits_is_not_forgotten),
		cmocka_unit_test(test_a_used_number_holds_nothing_up),
		cmocka_unit_test(test_a_restored_sender_goes_on)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
