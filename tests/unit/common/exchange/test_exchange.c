/* Two real ends joined by one link: databases, spools, keys and threads as in the daemons. What producers are
 * told when the peer, the store or the queue is full; what goes first; folders that tell of nothing; a
 * receiver that lost its disk; a sender whose machine was rolled back; requests with a deadline.
 * */
#include "tests/unit/common/exchange/pair.h"

#include "common/exchange/inbox.h"
#include "common/os/file.h"
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void put(struct pair_end *e, const char *type, int64_t n, const char *key)
{
	struct err_note note = {0};
	int rc = pair_put(e, type, n, &key, key ? 1 : 0, &note);
	if (rc < 0)
		fail_msg("put %lld: %s %s", (long long)n, err_name(rc), note.text);
}

static void put_many(struct pair_end *e, int64_t first, int64_t n, const char *key)
{
	for (int64_t i = first; i < first + n; i++)
		put(e, "item.put", i, key);
}

/* Effects 1 … n, each once, in order. */
static void in_order(struct pair_end *e, int64_t n)
{
	char *have = pair_order(e);
	struct buf want;
	buf_init(&want, 1 << 20);
	for (int64_t i = 1; i <= n; i++)
		assert_int_equal(buf_addf(&want, "%lld ", (long long)i), 0);
	assert_int_equal(buf_add(&want, "", 1), 0);
	assert_string_equal(have, (const char *)want.p);
	buf_fini(&want);
	free(have);
}

/* The officers' list, page by page, is the list as a whole; what lies beyond every row is its beginning. */
static void pages_are_the_list(struct pair_end *e)
{
	json_t *whole = NULL, *far = NULL, *page = NULL;
	assert_int_equal(exchange_bundles(e->x, "gap", 0, 1000, &whole), 0);
	assert_int_equal(exchange_bundles(e->x, "gap", INT64_MAX, 1000, &far), 0);
	const json_t *rows = json_object_get(whole, "rows");
	assert_true(json_array_size(rows) > 3 && json_equal(whole, far));
	for (size_t i = 0; i < json_array_size(rows); i++, json_decref(page)) {
		int64_t before = i ? json_int(json_array_get(rows, i - 1), "row") : 0;
		assert_int_equal(exchange_bundles(e->x, "gap", before, 1, &page), 0);
		assert_true(json_equal(
			json_array_get(json_object_get(page, "rows"), 0), json_array_get(rows, i)));
	}
	json_decref(whole);
	json_decref(far);
}

static void test_back_and_forth(void **state)
{
	struct pair p;
	(void)state;
	pair_init(&p, "gm");
	pair_open(&p.near);
	pair_open(&p.far);
	put_many(&p.near, 1, 50, "case");
	assert_true(pair_until_effects(&p.far, 50));
	in_order(&p.far, 50);
	put_many(&p.far, 1, 20, "case");
	assert_true(pair_until_effects(&p.near, 20));
	in_order(&p.near, 20);
	assert_true(pair_until(&p.near, "acked", pair_number(&p.near, "sent")));
	assert_int_equal(pair_number(&p.near, "lag_bundles"), 0);
	assert_int_equal(pair_number(&p.far, "applied"), 50);
	assert_int_equal(pair_number(&p.far, "missing"), 0);
	assert_int_equal(pair_number(&p.near, "queued"), 0);
	pages_are_the_list(&p.near);
	pair_fini(&p);
}

/* A daemon stops its links first: what its other threads still write goes out after the next start. */
static void test_what_is_put_while_it_stops_waits(void **state)
{
	struct pair p;
	(void)state;
	pair_init(&p, "gm");
	pair_open(&p.near);
	pair_open(&p.far);
	put_many(&p.near, 1, 3, "case");
	assert_true(pair_until_effects(&p.far, 3));
	exchange_quiet(p.near.x);
	put_many(&p.near, 4, 3, "case");
	assert_int_equal(pair_effects(&p.far), 3);
	pair_close(&p.near);
	pair_open(&p.near);
	assert_true(pair_until_effects(&p.far, 6));
	in_order(&p.far, 6);
	pair_fini(&p);
}

/* The producer is refused with the reason, nothing that was taken is dropped, and it goes on afterwards. */
static void test_a_full_queue_slows_the_producer(void **state)
{
	struct pair p;
	struct err_note note = {0};
	int64_t taken = 0;
	int rc = 0;
	(void)state;
	pair_init(&p, "gm");
	p.near.link.sent_max = 1;   /* one bundle under way fills the store … */
	p.near.link.queue_max = 20; /* … and then so many may wait */
	pair_open(&p.near);
	put(&p.near, "item.put", ++taken, "case");
	assert_true(pair_until(&p.near, "sent", 1));
	for (int i = 0; i < 2000 && rc == 0; i++) {
		rc = pair_put(&p.near, "item.put", taken + 1, (const char *[]){"case"}, 1, &note);
		taken += rc == 0;
		poll(NULL, 0, i < 40 ? 0 : 5);
	}
	assert_int_equal(rc, ERR_BUSY);
	assert_non_null(strstr(note.text, "store-full"));
	assert_true(pair_until_is(&p.near, "trouble", "store-full"));
	assert_true(pair_number(&p.near, "queued") >= 20);
	/* The peer comes, but has no backup yet: it may still lose what it has. */
	pair_open(&p.far);
	assert_true(pair_until_effects(&p.far, 1));
	while (pair_effects(&p.far) < taken) {
		assert_int_equal(exchange_backup_begin(p.far.x), 0);
		assert_int_equal(exchange_mark_backup(p.far.x), 0);
		assert_true(pair_until_effects(&p.far, pair_effects(&p.far)));
		poll(NULL, 0, 20);
	}
	in_order(&p.far, taken);
	assert_true(pair_until_is(&p.near, "trouble", ""));
	put(&p.near, "item.put", taken + 1, "case");
	pair_fini(&p);
}

struct pouring {
	struct pair_end *e;
	atomic_bool enough;
};

static int pour_tx(struct db_tx *tx, void *arg)
{
	struct pouring *f = arg;
	struct err_note note = {0};
	int rc = 0;
	for (int i = 0; rc == 0 && i < 100; i++)
		rc = pair_put_in(tx, f->e, "item.put", i, NULL, 0, &note);
	return rc;
}

/* Puts many at once, so that there is always something that waits to be sent. */
static void *pour(void *arg)
{
	struct pouring *f = arg;
	while (!atomic_load(&f->enough)) {
		REQUIRE(db_write(f->e->db, "", pour_tx, f) == 0);
		while (!atomic_load(&f->enough) && pair_number(f->e, "queued") > 200)
			poll(NULL, 0, 1);
	}
	return NULL;
}

/* Where more always comes, what the peer has in its backup is let go all the same, and its holes are
 * answered. */
static void test_where_more_always_comes(void **state)
{
	struct pair p;
	pthread_t thread;
	struct pouring f = {.e = &p.near};
	(void)state;
	pair_init(&p, "intl");
	p.near.link.group_messages = 1;
	p.near.link.group_ms = 0;
	p.near.link.keep_ms = 1;
	pair_open(&p.near);
	pair_open(&p.far);
	assert_int_equal(pthread_create(&thread, NULL, pour, &f), 0);
	assert_true(pair_until_effects(&p.far, 100));
	assert_int_equal(exchange_backup_begin(p.far.x), 0);
	assert_int_equal(exchange_mark_backup(p.far.x), 0);
	bool gone = false;
	for (int i = 0; i < 4000 && !gone; i++) {
		gone = pair_number(&p.near, "sent") > (int64_t)pair_files(&p.near, "sent") + 50;
		poll(NULL, 0, 5);
	}
	atomic_store(&f.enough, true);
	pthread_join(thread, NULL);
	assert_true(gone);
	pair_fini(&p);
}

static int nowhere_put(struct db_tx *tx, void *arg)
{
	struct exchange *x = arg;
	struct err_note note = {0};
	json_t *body = json_pack("{s:i,s:s}", "n", 1, "text", "");
	const struct exchange_draft d = {
		.type = "item.put", .dest = "elsewhere", .tenant = "110101", .body = body};
	int rc = exchange_put(x, tx, &d, NULL, &note);
	json_decref(body);
	assert_non_null(strstr(note.text, "elsewhere"));
	return rc;
}

/* A link may be left out of the configuration while something of before still wants to go there. */
static void test_where_no_link_leads_nothing_is_put(void **state)
{
	struct pair p;
	(void)state;
	pair_init(&p, "intl");
	pair_open(&p.near);
	assert_int_equal(db_write(p.near.db, "", nowhere_put, p.near.x), ERR_STATE);
	assert_int_equal(pair_number(&p.near, "queued"), 0);
	pair_fini(&p);
}

static void test_a_slow_peer_is_named(void **state)
{
	struct pair p;
	(void)state;
	pair_init(&p, "gm");
	p.near.link.slow_ms = 200;
	pair_open(&p.near);
	put(&p.near, "item.put", 1, "case");
	assert_true(pair_until_is(&p.near, "trouble", "peer-slow"));
	assert_true(pair_number(&p.near, "lag_ms") >= 200);
	assert_int_equal(pair_number(&p.near, "lag_bundles"), 1);
	pair_open(&p.far);
	assert_true(pair_until_is(&p.near, "trouble", ""));
	in_order(&p.far, 1);
	pair_fini(&p);
}

static void test_what_is_urgent_goes_first(void **state)
{
	struct pair p;
	(void)state;
	pair_init(&p, "intl");
	p.near.link.group_messages = 1;
	p.near.link.sent_max = 1;
	pair_open(&p.near);
	put(&p.near, "item.put", 1, NULL);
	assert_true(pair_until(&p.near, "sent", 1));
	put(&p.near, "item.bulk", 4, NULL);
	put(&p.near, "item.put", 3, NULL);
	put(&p.near, "item.urgent", 2, NULL);
	assert_int_equal(pair_number(&p.near, "queued"), 3);
	pair_open(&p.far);
	while (pair_effects(&p.far) < 4) {
		assert_int_equal(exchange_backup_begin(p.far.x), 0);
		assert_int_equal(exchange_mark_backup(p.far.x), 0);
		poll(NULL, 0, 20);
	}
	in_order(&p.far, 4);
	pair_fini(&p);
}

static void test_small_ones_group(void **state)
{
	struct pair p;
	(void)state;
	pair_init(&p, "gm");
	p.near.link.group_messages = 100;
	pair_open(&p.near);
	pair_close(&p.near);
	p.near.link.sent_max = 0;
	pair_open(&p.near);
	put_many(&p.near, 1, 300, "case");
	pair_open(&p.far);
	assert_true(pair_until_effects(&p.far, 300));
	in_order(&p.far, 300);
	assert_true(pair_number(&p.near, "sent") < 200);
	pair_fini(&p);
}

/* Another product's folder: no notifications; looked through every scan_ms. */
static void test_a_folder_that_tells_of_nothing(void **state)
{
	struct pair p;
	(void)state;
	pair_init(&p, "gm");
	p.far.link.quiet = true;
	p.far.link.scan_ms = 50;
	pair_open(&p.near);
	pair_open(&p.far);
	put_many(&p.near, 1, 10, "case");
	assert_true(pair_until_effects(&p.far, 10));
	in_order(&p.far, 10);
	pair_fini(&p);
}

/* All but the mark, which lies on another disk. */
static void far_is_lost(struct pair *p)
{
	char command[512];
	pair_close(&p->far);
	REQUIRE(snprintf(command, sizeof command, "rm -rf %s/zone.db* %s/blobs %s/audit", p->far.dir,
			p->far.dir, p->far.dir) < (int)sizeof command);
	assert_int_equal(system(command), 0);
	pair_open(&p->far);
}

/* What it had called safe is gone from sent/: only an officer's order brings it back, from the sender's
 * store. */
static void test_a_receiver_that_lost_its_disk_is_rebuilt(void **state)
{
	struct pair p;
	int64_t again = 0;
	(void)state;
	pair_init(&p, "gm");
	pair_open(&p.near);
	pair_open(&p.far);
	put_many(&p.near, 1, 40, "case");
	assert_true(pair_until_effects(&p.far, 40));
	assert_int_equal(exchange_backup_begin(p.far.x), 0);
	assert_int_equal(exchange_mark_backup(p.far.x), 0);
	put(&p.near, "item.put", 41, "case");
	assert_true(pair_until(&p.near, "safe", 1));
	far_is_lost(&p);
	put(&p.far, "item.put", 1, "case"); /* a sign of life, in a later one */
	assert_true(pair_until_is(&p.near, "alarm", "rebuild"));
	assert_int_equal(exchange_rebuild(p.near.x, "gap", "officer", "its disk is lost", &again), 0);
	assert_int_equal(again, 41);
	/* What went again before the order is here already, beyond the statement of the rebuild: it stands.
	 */
	for (int i = 0; i < 2000 && pair_effects(&p.far) < 41; i++) {
		if (pair_is(&p.far, "held", "beyond"))
			assert_int_equal(
				exchange_settle(p.far.x, "gap", 1, INT64_MAX, "officer", "it stands"), 0);
		poll(NULL, 0, 10);
	}
	in_order(&p.far, 41);
	assert_true(pair_is(&p.near, "alarm", ""));
	put(&p.near, "item.put", 42, "case");
	assert_true(pair_until_effects(&p.far, 42));
	in_order(&p.far, 42);
	pair_fini(&p);
}

static void copy(const char *from, const char *to)
{
	char command[512];
	REQUIRE(snprintf(command, sizeof command, "rm -f %s-wal %s-shm; cp %s %s", to, to, from, to) <
		(int)sizeof command);
	assert_int_equal(system(command), 0);
}

/* A sender restored from yesterday's database begins a new epoch; what only the receiver knows is listed on
 * both sides and settled by an officer; then everything goes on. */
static void test_a_sender_restored_from_a_backup(void **state)
{
	struct pair p;
	char backup[160];
	(void)state;
	pair_init(&p, "gm");
	REQUIRE(snprintf(backup, sizeof backup, "%s/backup.db", p.dir) < (int)sizeof backup);
	pair_open(&p.near);
	pair_open(&p.far);
	put_many(&p.near, 1, 5, "case");
	assert_true(pair_until_effects(&p.far, 5));
	pair_close(&p.near);
	copy(p.near.database, backup);
	pair_open(&p.near);
	put_many(&p.near, 6, 2, "case");
	assert_true(pair_until_effects(&p.far, 7));
	pair_close(&p.near);
	copy(backup, p.near.database);
	pair_open(&p.near);
	assert_true(pair_number(&p.near, "epoch_out") >= 2);
	put(&p.near, "item.put", 8, "case");
	assert_true(pair_until_is(&p.far, "held", "beyond"));
	json_t *d = NULL;
	assert_int_equal(exchange_decisions(p.far.x, "gap", &d), 0);
	size_t n = json_array_size(json_object_get(d, "beyond"));
	assert_true(n >= 1 && n <= 2);
	json_decref(d);
	assert_int_equal(exchange_release(p.far.x, "gap", "officer", "not yet settled"), ERR_STATE);
	assert_int_equal(exchange_settle(p.far.x, "gap", 1, INT64_MAX, "officer", "they stand"), 0);
	assert_true(pair_until_is(&p.far, "held", ""));
	assert_true(pair_until_effects(&p.far, 8));
	in_order(&p.far, 8);
	/* The list came back to the sender. */
	for (int i = 0; i < 400; i++) {
		assert_int_equal(exchange_decisions(p.near.x, "gap", &d), 0);
		size_t told = json_array_size(json_object_get(d, "told"));
		json_decref(d);
		if (told == n)
			break;
		assert_true(i < 399);
		poll(NULL, 0, 20);
	}
	pair_fini(&p);
}

struct putting_body {
	struct pair_end *e;
	const json_t *body;
};

static int body_put(struct db_tx *tx, void *arg)
{
	const struct putting_body *b = arg;
	const struct exchange_draft d = {
		.type = "link.beyond", .dest = b->e->link.peer, .tenant = "", .body = b->body};
	return exchange_put(b->e->x, tx, &d, NULL, NULL);
}

DB_STMT_CROSS(told_count, "SELECT count(*) FROM beyond_out");

/* One row, whatever its link. */
static int told_all(struct db_tx *tx, void *arg)
{
	int64_t n = 0;
	(void)arg;
	int rc = db_one_int(db_query(tx, &told_count), &n);
	return rc == 0 && n != 1 ? ERR_BUG : rc;
}

static void beyond_put(struct pair_end *e, const char *link)
{
	const char *identity = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	json_t *body = json_pack("{s:s,s:i,s:[{s:i,s:i,s:s}],s:[]}", "link", link, "until", 2, "bundles",
		"epoch", 1, "seq", 1, "identity", identity, "messages");
	struct putting_body b = {e, body};
	assert_non_null(body);
	assert_int_equal(db_write(e->db, "", body_put, &b), 0);
	json_decref(body);
}

/* What a peer says it holds of us is of the link to it: it speaks for no other zone. */
static void test_a_list_about_another_link(void **state)
{
	struct pair p;
	json_t *d = NULL;
	(void)state;
	pair_init(&p, "gm");
	pair_open(&p.near);
	pair_open(&p.far);
	beyond_put(&p.far, "diode");
	assert_true(pair_until(&p.near, "refused", 1));
	beyond_put(&p.far, "gap");
	assert_true(pair_until(&p.near, "applied", 1));
	assert_int_equal(exchange_decisions(p.near.x, "gap", &d), 0);
	assert_int_equal(json_array_size(json_object_get(d, "told")), 1);
	json_decref(d);
	assert_int_equal(db_read(p.near.db, "", told_all, &p), 0);
	pair_fini(&p);
}

/* Taken at the far end as the guard's word about a message of the near end. */
struct guarding {
	struct pair *p;
	const char *type; /* of what the guard refused */
};

static int guard_refuses(struct db_tx *tx, void *arg)
{
	const struct guarding *g = arg;
	static struct message m, record; /* large */
	static struct manifest carried;
	struct inbox_turn t;
	message_init(&m);
	m.id = uuid_new();
	m.epoch = m.version = 1;
	(void)snprintf(m.type, sizeof m.type, "%s", g->type);
	(void)snprintf(m.origin, sizeof m.origin, "%s", g->p->near.zone);
	(void)snprintf(m.dest, sizeof m.dest, "%s", g->p->far.zone);
	assert_int_equal(message_make_refusal(&m, ERR_SPATIAL, "attachment 0", "gap-inner", &record), 0);
	struct inbox_message in = {.m = &record};
	int rc = inbox_turn_begin(exchange_link_named(g->p->far.x, "gap"), tx, true, &t);
	if (rc == 0)
		rc = inbox_take(&t, &in, &carried);
	if (rc == 0)
		rc = inbox_turn_end(&t);
	message_fini(&record);
	return rc;
}

/* Who sent what the guard refused is told by the zone it was for; nobody is told of a refused refusal. */
static void test_what_the_guard_refuses_is_told(void **state)
{
	struct pair p;
	(void)state;
	pair_init(&p, "gm");
	pair_open(&p.near);
	pair_open(&p.far);
	struct guarding g = {&p, "message.refused"};
	assert_int_equal(db_write(p.far.db, "", guard_refuses, &g), 0);
	g.type = "item.put";
	assert_int_equal(db_write(p.far.db, "", guard_refuses, &g), 0);
	put(&p.far, "item.put", 1, "case");
	assert_true(pair_until(&p.near, "applied", 2));
	assert_int_equal(pair_number(&p.near, "applied"), 2);
	assert_int_equal(pair_number(&p.far, "refused"), 2);
	pair_fini(&p);
}

/* ---- requests */

static int64_t ask(struct pair *p, int64_t n, int64_t wait_ms, int *rc)
{
	json_t *body = json_pack("{s:I}", "n", (json_int_t)n), *answer = NULL;
	struct err_note note = {0};
	struct uuid id;
	const struct exchange_question q = {.type = "item.asked",
		.dest = "extranet",
		.tenant = "110101",
		.body = body,
		.wait_ms = wait_ms};
	*rc = exchange_ask(p->near.x, &q, &id, &note);
	json_decref(body);
	while (*rc == 0 && (*rc = exchange_answer(p->near.x, &id, &answer, &note)) == ERR_BUSY) {
		*rc = 0;
		poll(NULL, 0, 2);
		if (answer)
			break;
	}
	int64_t out = answer ? json_int(answer, "n") : -1;
	json_decref(answer);
	return out;
}

static void test_a_request_is_answered_or_its_time_is_over(void **state)
{
	struct pair p;
	int rc;
	(void)state;
	pair_init(&p, "gm");
	pair_open(&p.near);
	pair_open(&p.far);
	assert_int_equal(ask(&p, 41, 10000, &rc), 42);
	/* It leaves every spool; only the statistics of the link remember. */
	for (int i = 0; i < 1000 && pair_files(&p.near, "sent"); i++)
		poll(NULL, 0, 10);
	assert_int_equal(pair_files(&p.near, "sent"), 0);
	pair_close(&p.far);
	assert_int_equal(ask(&p, 1, 300, &rc), -1);
	assert_int_equal(rc, ERR_TIMEOUT);
	pair_open(&p.far);
	/* The late question is not answered, and holds up nothing. */
	put(&p.near, "item.put", 1, "case");
	assert_true(pair_until_effects(&p.far, 1));
	assert_int_equal(ask(&p, 7, 10000, &rc), 8);
	pair_fini(&p);
}

static int refuse(const struct message *m, void *arg, json_t **body)
{
	(void)m, (void)arg, (void)body;
	return ERR_REFUSED;
}

static void test_a_request_is_refused(void **state)
{
	struct pair p;
	int rc;
	(void)state;
	pair_init(&p, "intl");
	p.reply = refuse;
	pair_open(&p.near);
	pair_open(&p.far);
	assert_int_equal(ask(&p, 1, 10000, &rc), -1);
	assert_int_equal(rc, ERR_REFUSED);
	pair_fini(&p);
}

static int wrong(const struct message *m, void *arg, json_t **body)
{
	(void)arg;
	*body = json_int(m->body, "n") == 1 ? json_pack("{s:s}", "n", "no number")
		: json_int(m->body, "n") == 2
			? json_pack("{s:I,s:s}", "n", (json_int_t)3, "more", "nobody asked for")
			: json_pack("{s:I}", "n", (json_int_t)4);
	return 0;
}

/* The far end's catalogue with other words in it. */
static struct catalogue *catalogue_with(struct pair *p, const char *from, const char *to)
{
	struct buf text, other;
	struct catalogue *c = NULL;
	char path[160];
	snprintf(path, sizeof path, "%s/messages.yaml", p->dir);
	buf_init(&text, 1 << 16);
	buf_init(&other, 1 << 16);
	assert_int_equal(file_read(AT_FDCWD, path, 1 << 16, &text), 0);
	assert_int_equal(buf_add(&text, "", 1), 0);
	const char *at = strstr((const char *)text.p, from);
	assert_non_null(at);
	assert_int_equal(buf_addf(&other, "%.*s%s%s", (int)(at - (const char *)text.p), (const char *)text.p,
				 to, at + strlen(from)),
		0);
	snprintf(path, sizeof path, "%s/other.yaml", p->dir);
	assert_int_equal(file_write(AT_FDCWD, path, 0600, buf_view(&other), "x"), 0);
	assert_int_equal(catalogue_load(path, &c, NULL), 0);
	buf_fini(&text);
	buf_fini(&other);
	return c;
}

/* A zone that was taken over, or runs other software, answers what the catalogue here does not allow. */
static void test_an_answer_is_held_against_the_catalogue(void **state)
{
#define ANSWER "en: its answer\n    transient: true\n    links: [{link: gap, from: extranet}]\n    fields: "
#define NUMBER "{type: int, min: 0, max: 999999999999}"
	static const struct {
		const char *from, *to;
		int64_t n;
		int rc;
	} cases[] = {
		{ANSWER "{n: " NUMBER, ANSWER "{n: {type: text, max: 20}", 1, ERR_SCHEMA},
		{ANSWER "{n: " NUMBER, ANSWER "{more: {type: text, max: 20}, n: " NUMBER, 2, ERR_SCHEMA},
		/* A right message, but not the one that answers the question. */
		{"reply: item.answered", "reply: item.found", 3, ERR_TYPE},
	};
	struct pair p;
	int rc;
	(void)state;
	pair_init(&p, "gm");
	p.reply = wrong;
	pair_open(&p.near);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		p.far.catalogue = catalogue_with(&p, cases[i].from, cases[i].to);
		pair_open(&p.far);
		assert_int_equal(ask(&p, cases[i].n, 10000, &rc), -1);
		assert_int_equal(rc, cases[i].rc);
		pair_close(&p.far);
		catalogue_free(p.far.catalogue);
	}
	p.far.catalogue = NULL;
	pair_open(&p.far);
	assert_int_equal(ask(&p, 3, 10000, &rc), 4);
	pair_fini(&p);
}

/* ---- what is answered behind the commit */

struct later {
	struct pair *p;
	int64_t n;
	atomic_int *dropped;
};

DB_STMT_CROSS(later_insert, "INSERT INTO effect (message, n) VALUES (:message, :n)");

static int effect_add(struct db_tx *tx, void *arg)
{
	const struct later *k = arg;
	struct uuid id = uuid_new();
	struct db_query *q = db_query(tx, &later_insert);
	db_bind_text(q, "message", id.s);
	db_bind_int(q, "n", k->n);
	return db_exec(q);
}

/* Inside the transaction of the question the write would wait for itself for ever. */
static int later_finish(void *cookie, json_t **body, struct err_note *note)
{
	struct later *k = cookie;
	int64_t before = pair_effects(&k->p->far);
	int rc = db_write(k->p->far.db, "110101", effect_add, k);
	if (rc == 0 && k->n == 13)
		return err_set(note, ERR_RATE, "thirteen");
	if (rc == 0 && !(*body = json_pack("{s:I}", "n", (json_int_t)(1000 * before + k->n))))
		rc = ERR_NOMEM;
	return rc;
}

static void later_drop(void *cookie)
{
	struct later *k = cookie;
	atomic_fetch_add(k->dropped, 1);
	free(k);
}

static atomic_int later_made, later_dropped;

static int later_begin(struct db_tx *tx, const struct message *m, void *arg, struct exchange_later *later)
{
	struct later *k = calloc(1, sizeof *k);
	REQUIRE(k);
	*k = (struct later){arg, json_int(m->body, "n"), &later_dropped};
	*later = (struct exchange_later){later_finish, later_drop, k};
	atomic_fetch_add(&later_made, 1);
	return effect_add(tx, k);
}

static void test_a_request_is_finished_behind_its_commit(void **state)
{
	struct pair p;
	int rc;
	(void)state;
	pair_init(&p, "gm");
	p.later = later_begin;
	p.arg = &p;
	pair_open(&p.near);
	pair_open(&p.far);
	/* What the transaction wrote stands when the answer is made. */
	assert_int_equal(ask(&p, 7, 10000, &rc), 1007);
	assert_int_equal(ask(&p, 8, 10000, &rc), 3008);
	/* Refused there, it is refused; what was committed before stays. */
	assert_int_equal(ask(&p, 13, 10000, &rc), -1);
	assert_int_equal(rc, ERR_RATE);
	assert_int_equal(pair_effects(&p.far), 6);
	assert_int_equal(ask(&p, 9, 10000, &rc), 7009);
	pair_fini(&p);
	assert_true(atomic_load(&later_made) >= 4);
	assert_int_equal(atomic_load(&later_dropped), atomic_load(&later_made));
}

/* What is remembered of the past stays bounded. */
static void test_the_past_is_forgotten(void **state)
{
	struct pair p;
	(void)state;
	pair_init(&p, "gm");
	p.near.link.keep_ms = 1;
	pair_open(&p.near);
	pair_open(&p.far);
	put_many(&p.near, 1, 30, "case");
	assert_true(pair_until_effects(&p.far, 30));
	assert_true(pair_until(&p.near, "acked", pair_number(&p.near, "sent")));
	assert_int_equal(exchange_backup_begin(p.far.x), 0);
	assert_int_equal(exchange_mark_backup(p.far.x), 0);
	put(&p.near, "item.put", 31, "case");
	for (int i = 0; i < 1000 && pair_files(&p.near, "sent") > 1; i++)
		poll(NULL, 0, 10);
	assert_in_range(pair_files(&p.near, "sent"), 0, 1);
	assert_true(pair_until_effects(&p.far, 31));
	in_order(&p.far, 31);
	pair_fini(&p);
}

/* ---- verdicts are not kept for ever */

DB_STMT_CROSS(verdict_count, "SELECT count(*) FROM inbox");

static int verdicts_count(struct db_tx *tx, void *arg)
{
	return db_one_int(db_query(tx, &verdict_count), arg);
}

static int64_t verdicts(struct pair_end *e)
{
	int64_t n = -1;
	assert_int_equal(db_read(e->db, "", verdicts_count, &n), 0);
	return n;
}

/* As a bundle does when its time comes: everything made until now, at most so many. */
static int verdicts_forget(struct db_tx *tx, void *arg)
{
	return inbox_prune(tx, time_now_ms() + 1000, *(const int64_t *)arg);
}

static char *first_kept(struct pair_end *e)
{
	char folder[256], *name = NULL;
	REQUIRE(snprintf(folder, sizeof folder, "%s/spool/gap/sent", e->dir) < (int)sizeof folder);
	DIR *d = opendir(folder);
	REQUIRE(d);
	for (struct dirent *i; (i = readdir(d));)
		if (i->d_name[0] != '.' && (!name || strcmp(i->d_name, name) < 0)) {
			free(name);
			name = strdup(i->d_name);
		}
	closedir(d);
	REQUIRE(name);
	return name;
}

static void test_a_forgotten_verdict_opens_no_door(void **state)
{
	struct pair p;
	int64_t some = 20;
	(void)state;
	pair_init(&p, "gm");
	pair_open(&p.near);
	pair_open(&p.far);
	put_many(&p.near, 1, 30, "case");
	assert_true(pair_until_effects(&p.far, 30));
	assert_int_equal(verdicts(&p.far), 30);
	assert_int_equal(db_write(p.far.db, "", verdicts_forget, &some), 0);
	assert_int_equal(verdicts(&p.far), 10);
	assert_int_equal(db_write(p.far.db, "", verdicts_forget, &some), 0);
	assert_int_equal(verdicts(&p.far), 0);
	/* The same bundle once more: its number is known, whatever is remembered of its messages. */
	char *name = first_kept(&p.near), from[400], to[400];
	REQUIRE(snprintf(from, sizeof from, "%s/spool/gap/sent/%s", p.near.dir, name) < (int)sizeof from);
	REQUIRE(snprintf(to, sizeof to, "%s/spool/gap/out/again-%s", p.near.dir, name) < (int)sizeof to);
	assert_int_equal(link(from, to), 0);
	assert_true(pair_until(&p.far, "duplicated", 1));
	put(&p.near, "item.put", 31, "case");
	assert_true(pair_until_effects(&p.far, 31));
	in_order(&p.far, 31);
	assert_int_equal(pair_number(&p.far, "applied"), 31);
	free(name);
	pair_fini(&p);
}

/* ---- the name of a bundle is given to another file while it is applied */

static int swap_once(struct db_tx *tx, const struct message *m, void *arg)
{
	struct pair *p = arg;
	char in[256], to[600], from[600];
	(void)tx, (void)m;
	REQUIRE(snprintf(in, sizeof in, "%s/spool/gap/out", p->near.dir) < (int)sizeof in);
	DIR *d = opendir(in);
	REQUIRE(d);
	for (struct dirent *i; (i = readdir(d));)
		if (i->d_name[0] != '.' && !strstr(i->d_name, "-tick-")) {
			REQUIRE(snprintf(to, sizeof to, "%s/%s", in, i->d_name) < (int)sizeof to);
			REQUIRE(snprintf(from, sizeof from, "%s/other", p->dir) < (int)sizeof from);
			REQUIRE(rename(from, to) == 0);
			break;
		}
	closedir(d);
	p->apply = NULL;
	return 0;
}

static void test_another_file_under_the_name_is_not_lost(void **state)
{
	struct pair p;
	char other[256];
	(void)state;
	pair_init(&p, "gm");
	p.far.link.settle_ms = 1;
	p.apply = swap_once;
	p.arg = &p;
	REQUIRE(snprintf(other, sizeof other, "%s/other", p.dir) < (int)sizeof other);
	FILE *f = fopen(other, "w");
	REQUIRE(f && fputs("somebody's", f) >= 0 && fclose(f) == 0);
	pair_open(&p.near);
	put(&p.near, "item.put", 1, "case");
	assert_true(pair_until(&p.near, "sent", 1));
	pair_open(&p.far);
	assert_true(pair_until_effects(&p.far, 1));
	/* Read for what it is: with its reason in quarantine, not gone with the bundle. */
	assert_true(pair_until(&p.far, "quarantined", 1));
	for (int i = 0; i < 1000 && pair_files(&p.far, "quarantine") < 2; i++)
		poll(NULL, 0, 10);
	assert_int_equal(pair_files(&p.far, "quarantine"), 2);
	in_order(&p.far, 1);
	pair_fini(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_back_and_forth),
		cmocka_unit_test(test_what_is_put_while_it_stops_waits),
		cmocka_unit_test(test_a_full_queue_slows_the_producer),
		cmocka_unit_test(test_where_more_always_comes),
		cmocka_unit_test(test_where_no_link_leads_nothing_is_put),
		cmocka_unit_test(test_a_slow_peer_is_named), cmocka_unit_test(test_what_is_urgent_goes_first),
		cmocka_unit_test(test_small_ones_group),
		cmocka_unit_test(test_a_folder_that_tells_of_nothing),
		cmocka_unit_test(test_a_receiver_that_lost_its_disk_is_rebuilt),
		cmocka_unit_test(test_a_sender_restored_from_a_backup),
		cmocka_unit_test(test_a_request_is_answered_or_its_time_is_over),
		cmocka_unit_test(test_a_list_about_another_link),
		cmocka_unit_test(test_what_the_guard_refuses_is_told),
		cmocka_unit_test(test_a_request_is_refused),
		cmocka_unit_test(test_an_answer_is_held_against_the_catalogue),
		cmocka_unit_test(test_a_request_is_finished_behind_its_commit),
		cmocka_unit_test(test_the_past_is_forgotten),
		cmocka_unit_test(test_a_forgotten_verdict_opens_no_door),
		cmocka_unit_test(test_another_file_under_the_name_is_not_lost)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
