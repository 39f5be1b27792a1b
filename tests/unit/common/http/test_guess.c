/* Who guesses passwords (common/http/DESIGN.md): from one place, from many at one account, from one place at
 * many accounts; and that the owner comes in meanwhile, from a browser that the account knows.
 * */
#include "common/crypto/password.h"
#include "tests/unit/common/db/backend.h"
#include "tests/unit/common/http/people.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE INT64_C(60)

DB_STMT_CROSS(test_pass_time, "UPDATE login_failure SET last_at = last_at - :ms");
DB_STMT_CROSS(test_forgive, "DELETE FROM login_failure");
DB_STMT_CROSS(test_password, "UPDATE account SET password = :password WHERE login = :user");

struct change {
	const struct db_stmt *s;
	const char *user, *password;
	int64_t ms;
};
static int change_tx(struct db_tx *tx, void *arg)
{
	const struct change *c = arg;
	struct db_query *q = db_query(tx, c->s);
	if (c->s == &test_pass_time)
		db_bind_int(q, "ms", c->ms);
	if (c->s == &test_password) {
		db_bind_text(q, "user", c->user);
		db_bind_text(q, "password", c->password);
	}
	return db_exec(q);
}
static void later(int64_t seconds)
{
	struct change c = {&test_pass_time, NULL, NULL, seconds * 1000};
	assert_int_equal(db_write(people.db, "", change_tx, &c), 0);
}
static int forget(void **state)
{
	(void)state;
	struct change c = {&test_forgive, NULL, NULL, 0};
	return db_write(people.db, "", change_tx, &c);
}

/* A failed attempt: 0, or how many seconds it has to wait. */
static int64_t fails(const char *user, const char *address, const char *device)
{
	struct account_attempt t;
	int64_t wait = 0;
	account_throttle_begin(&t, user, address, device);
	int rc = account_throttle_pass(people.service, &t, &wait);
	assert_true(rc == 0 || (rc == ERR_BUSY && wait > 0));
	return wait;
}

static int back_tx(struct db_tx *tx, void *arg)
{
	return account_throttle_back(tx, arg, true);
}
static void succeeds(const char *user, const char *address)
{
	struct account_attempt t;
	int64_t wait = 0;
	account_throttle_begin(&t, user, address, NULL);
	assert_int_equal(account_throttle_pass(people.service, &t, &wait), 0);
	assert_int_equal(db_write(people.db, "", back_tx, &t), 0);
}

/* Signs in through the server; cookie: "" or the browser's mark, "device=…". Its new mark, if any, to mark.
 */
static int sign_in(const char *user, const char *password, const char *cookie, char mark[static 300])
{
	char body[200], fields[400] = "";
	snprintf(body, sizeof body, "{\"user\":\"%s\",\"password\":\"%s\"}", user, password);
	if (*cookie)
		snprintf(fields, sizeof fields, "Cookie: %s\r\n", cookie);
	people_ask("POST", "/api/session", fields, body);
	const char *set = strstr(people.answer.text, "Set-Cookie: device=");
	snprintf(mark, 300, "%.*s", set ? (int)strcspn(set + 12, ";") : 0, set ? set + 12 : "");
	return people.answer.status;
}

static void test_one_place(void **state)
{
	(void)state;
	char mark[300];
	for (int i = 0; i < 5; i++)
		assert_int_equal(fails("chen", "127.0.0.1", NULL), 0);
	assert_int_equal(fails("chen", "127.0.0.1", NULL), 1);
	assert_int_equal(sign_in("chen", PEOPLE_PASSWORD, "", mark), 503);
	client_expect(&people.answer, 503, "BUSY");
	assert_non_null(client_field(&people.answer, "Retry-After"));
	/* Another address of the same person, another person at the same address: not touched. */
	assert_int_equal(fails("chen", "192.0.2.7", NULL), 0);
	assert_int_equal(fails("guest", "127.0.0.1", NULL), 0);
	/* Each further failure doubles the wait, up to a quarter of an hour. */
	for (int64_t s = 1; s < 3000; s *= 2) {
		later(s < 900 ? s : 900);
		assert_int_equal(fails("chen", "127.0.0.1", NULL), 0);
		assert_int_equal(fails("chen", "127.0.0.1", NULL), 2 * s < 900 ? 2 * s : 900);
	}
	/* A clock that was set back shuts nobody out. */
	later(-86400);
	assert_int_equal(fails("chen", "127.0.0.1", NULL), 0);
	/* After the wait the right password clears the count. */
	later(90000);
	assert_int_equal(sign_in("chen", PEOPLE_PASSWORD, "", mark), 200);
	for (int i = 0; i < 5; i++)
		assert_int_equal(fails("chen", "127.0.0.1", NULL), 0);
}

/* A net of many addresses, each with a guess or two. */
static void net(const char *user, int guesses)
{
	char address[32];
	for (int i = 0; i < guesses; i++) {
		snprintf(address, sizeof address, "198.51.%d.%d", i / 200, i % 200 + 1);
		assert_int_equal(fails(user, address, NULL), 0);
	}
}

/* The net goes on until everybody who is not known has to wait for a minute. */
static void slow(const char *user)
{
	char address[32];
	net(user, 20);
	for (int64_t s = 1; s < 64; s *= 2) {
		later(s);
		snprintf(address, sizeof address, "203.0.113.%d", (int)s);
		assert_int_equal(fails(user, address, NULL), 0);
	}
	assert_in_range(fails(user, "203.0.113.99", NULL), 2, 64);
}

static void test_many_places_one_account(void **state)
{
	(void)state;
	char mark[300], again[300], stale[300];
	assert_int_equal(sign_in("chen", PEOPLE_PASSWORD, "", mark), 200);
	assert_true(strlen(mark) == strlen("device=") + 64);
	/* A place that was never seen has to wait like the rest; so has who is not there at all. */
	slow("nobody-here");
	slow("chen");
	assert_int_equal(sign_in("chen", PEOPLE_PASSWORD, "", again), 503);
	/* The owner comes in where the account knows the browser, as often as it is wanted, and other people
	 * everywhere. */
	assert_int_equal(sign_in("chen", PEOPLE_PASSWORD, mark, again), 200);
	assert_string_equal(again, mark);
	assert_int_equal(sign_in("guest", PEOPLE_PASSWORD, "", again), 200);
	/* A mark of another account, a changed one and nonsense are no marks. */
	assert_int_equal(sign_in("chen", PEOPLE_PASSWORD, again, stale), 503);
	snprintf(stale, sizeof stale, "%s", mark);
	stale[50] = stale[50] == 'a' ? 'b' : 'a';
	const char *const none[] = {"device=", "device=-", "device=zz", "device=' OR 1=1", stale};
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		assert_int_equal(sign_in("chen", PEOPLE_PASSWORD, none[i], again), 503);
	/* The owner's success helps the net with nothing. */
	assert_in_range(fails("chen", "203.0.113.100", NULL), 2, 64);
	/* Each further guess doubles the wait, to five minutes: 288 a day from however many places. */
	for (int64_t s = 64; s < 2000; s *= 2) {
		char address[32];
		later(s < 300 ? s : 300);
		snprintf(address, sizeof address, "203.0.113.%d", 101 + (int)(s / 64));
		assert_int_equal(fails("chen", address, NULL), 0);
		assert_in_range(
			fails("chen", "203.0.113.100", NULL), s < 150 ? s : 280, 2 * s < 300 ? 2 * s : 300);
	}
	/* Left alone it is forgotten, one in five minutes. */
	later(6 * 3600);
	net("chen", 20);
}

/* A new password, by whoever may set it, ends every mark; a mark guesses no better than a place. */
static void test_a_mark(void **state)
{
	(void)state;
	char mark[300], other[300];
	struct buf hash;
	assert_int_equal(sign_in("chen", PEOPLE_PASSWORD, "", mark), 200);
	assert_int_equal(sign_in("chen", "not the password", mark, other), 401);
	char nonce[33];
	snprintf(nonce, sizeof nonce, "%.32s", mark + strlen("device="));
	for (int i = 0; i < 4; i++)
		assert_int_equal(fails("chen", "192.0.2.1", nonce), 0);
	for (int64_t s = 1; s < 64; s *= 2) {
		later(s);
		assert_int_equal(fails("chen", "192.0.2.1", nonce), 0);
	}
	assert_int_equal(sign_in("chen", PEOPLE_PASSWORD, mark, other), 503);
	assert_int_equal(sign_in("chen", PEOPLE_PASSWORD, "", other), 200);
	forget(NULL);
	buf_init(&hash, 256);
	assert_int_equal(password_hash(PEOPLE_PASSWORD, &hash), 0);
	struct change c = {&test_password, "chen", (const char *)hash.p, 0};
	assert_int_equal(db_write(people.db, "", change_tx, &c), 0);
	buf_fini(&hash);
	slow("chen");
	assert_int_equal(sign_in("chen", PEOPLE_PASSWORD, mark, other), 503);
}

/* People who share a browser: three marks stay in it, each good for its own account. */
static void test_shared_browser(void **state)
{
	(void)state;
	static const char *const users[] = {"chen", "guest", "third", "fourth"};
	char mark[300] = "", next[300];
	assert_int_equal(people_add("third", "clerk", PEOPLE_TENANT), 0);
	assert_int_equal(people_add("fourth", "clerk", PEOPLE_TENANT), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(sign_in(users[i], PEOPLE_PASSWORD, mark, next), 200);
		snprintf(mark, sizeof mark, "%s", next);
	}
	assert_int_equal(strlen(mark), strlen("device=") + 3 * 65 - 1);
	for (size_t i = 0; i < 4; i++) {
		slow(users[i]);
		assert_int_equal(sign_in(users[i], PEOPLE_PASSWORD, mark, next), i == 0 ? 503 : 200);
		forget(NULL);
	}
}

/* As fast as it may, each time at another account. */
static void goes_on(const char *address)
{
	for (int64_t s = 1; s < 300; s *= 2) {
		char user[32];
		later(s < 60 ? s : 60);
		snprintf(user, sizeof user, "later-%d", (int)s);
		assert_int_equal(fails(user, address, NULL), 0);
	}
}

static void test_one_place_many_accounts(void **state)
{
	(void)state;
	char user[32], address[64];
	/* Right ones do not count. */
	for (int i = 0; i < 60; i++)
		succeeds("guest", "198.51.100.7");
	for (int i = 0; i < 50; i++) {
		snprintf(user, sizeof user, "user-%d", i);
		assert_int_equal(fails(user, "198.51.100.7", NULL), 0);
	}
	/* At most a minute, and it drains in as long. */
	goes_on("198.51.100.7");
	assert_in_range(fails("one-more", "198.51.100.7", NULL), 33, 60);
	assert_in_range(fails("one-more", "::ffff:198.51.100.7", NULL), 33, 60);
	assert_int_equal(fails("one-more", "198.51.100.8", NULL), 0);
	/* Whoever is known there comes in. */
	assert_int_equal(fails("chen", "198.51.100.7", "0123456789abcdef0123456789abcdef"), 0);
	/* A network of IPv6 is one place, however many addresses it has. */
	for (int i = 0; i < 50; i++) {
		snprintf(user, sizeof user, "six-%d", i);
		snprintf(address, sizeof address, "2001:db8:0:7::%x", i + 1);
		assert_int_equal(fails(user, address, NULL), 0);
	}
	goes_on("2001:db8:0:7::");
	assert_in_range(fails("six", "2001:db8:0:7:ffff::1", NULL), 33, 60);
	assert_int_equal(fails("six", "2001:db8:0:8::1", NULL), 0);
}

/* What was never looked at is no failure: a success takes back its own, whatever came in between. */
static void test_taken_back(void **state)
{
	(void)state;
	for (int i = 0; i < 19; i++) {
		struct account_attempt t;
		char address[32];
		int64_t wait = 0;
		snprintf(address, sizeof address, "203.0.113.%d", i + 1);
		account_throttle_begin(&t, "chen", address, NULL);
		assert_int_equal(account_throttle_pass(people.service, &t, &wait), 0);
		if (i < 5)
			assert_int_equal(fails("chen", "192.0.2.200", NULL), 0);
		assert_int_equal(db_write(people.db, "", back_tx, &t), 0);
	}
	/* Five of 192.0.2.200 counted, the nineteen did not. */
	for (int i = 0; i < 15; i++) {
		char address[32];
		snprintf(address, sizeof address, "198.51.100.%d", i + 1);
		assert_int_equal(fails("chen", address, NULL), 0);
	}
	for (int64_t s = 1; s < 64; s *= 2) {
		char address[32];
		later(s);
		snprintf(address, sizeof address, "198.51.100.%d", 100 + (int)s);
		assert_int_equal(fails("chen", address, NULL), 0);
	}
	assert_in_range(fails("chen", "198.51.100.99", NULL), 33, 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(test_one_place, forget),
		cmocka_unit_test_teardown(test_many_places_one_account, forget),
		cmocka_unit_test_teardown(test_a_mark, forget),
		cmocka_unit_test_teardown(test_shared_browser, forget),
		cmocka_unit_test_teardown(test_one_place_many_accounts, forget),
		cmocka_unit_test_teardown(test_taken_back, forget)};
	return backend_run(tests, people_setup, people_teardown);
}
