#include "common/base/id.h"
#include "diode/recv/assembly.h"
#include "diode/recv/recv_status.h"
#include "diode/recv/report.h"
#include "diode/recv/shelf.h"
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MEMORY (24u << 20)

struct rig {
	char root[64];
	struct pool *pool;
	struct shelf *shelf;
	struct store *store;
	struct assembly *a;
};

static void rig_open(struct rig *r, bool spool, uint64_t count)
{
	char path[128];
	snprintf(r->root, sizeof r->root, "/tmp/test_assembly.XXXXXX");
	assert_non_null(mkdtemp(r->root));
	snprintf(path, sizeof path, "%s/quarantine", r->root);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/in", r->root);
	assert_int_equal(mkdir(path, 0700), 0);
	struct shelf_options so = {.path = path, .spool = spool};
	assert_int_equal(shelf_open(&so, &r->shelf, NULL), 0);
	assert_int_equal(pool_new(MEMORY, &r->pool), 0);
	struct store_options o = {
		.shelf = r->shelf, .pool = r->pool, .suite = suite_by_name("gm"), .count = count};
	assert_int_equal(store_start(&o, &r->store), 0);
	struct assembly_options ao = {.store = r->store,
		.pool = r->pool,
		.home = shelf_home(r->shelf),
		.size_max = 1 << 30,
		.objects_max = 64,
		.patience = 60000};
	assert_int_equal(assembly_new(&ao, &r->a), 0);
}

static void rig_close(struct rig *r)
{
	char command[128];
	assembly_free(r->a);
	assert_false(store_stop(r->store));
	assert_int_equal(pool_used(r->pool), 0);
	shelf_close(r->shelf);
	pool_free(r->pool);
	snprintf(command, sizeof command, "rm -rf %s", r->root);
	assert_int_equal(system(command), 0);
}

/* A whole object in one datagram. */
static void give(struct rig *r, const char *name, enum frame_type type, const void *content, size_t n)
{

	uint8_t head[FRAME_META_MAX + 2000];
	size_t name_n = strlen(name);
	/* By hand: hostile names must be possible. */
	memset(head, 0, sizeof head);
	head[0] = 1;
	head[1] = (uint8_t)type;
	head[3] = 0644 & 0xff;
	head[2] = 0644 >> 8;
	head[12] = (uint8_t)(name_n >> 8);
	head[13] = (uint8_t)name_n;
	memcpy(head + FRAME_META_HEAD, name, name_n);
	size_t meta = FRAME_META_HEAD + name_n;
	if (n > 0)
		memcpy(head + meta, content, n);
	struct frame f = {.kind = FRAME_DATA,
		.suite = 1,
		.transfer = 1,
		.size = meta + n,
		.length = (uint32_t)(meta + n),
		.meta = (uint16_t)meta,
		.symbol = (uint16_t)(meta + n),
		.k_full = 1,
		.k = 1};
	random_bytes(f.object.b, sizeof f.object.b);
	assembly_take(r->a, &f, view_of(head, f.symbol), 1);
}

static void settle(struct rig *r)
{
	struct pollfd p = {.fd = store_wake_fd(r->store), .events = POLLIN};
	assert_int_equal(poll(&p, 1, 10000), 1);
}

static bool holds(const struct rig *r, const char *name, const char *text)
{
	char path[256], got[256] = {0};
	snprintf(path, sizeof path, "%s/%s", r->root, name);
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, got, sizeof got - 1);
	if (fd >= 0)
		close(fd);
	return n == (ssize_t)strlen(text) && memcmp(got, text, (size_t)n) == 0;
}

static bool there(const struct rig *r, const char *name)
{
	char path[256];
	struct stat st;
	snprintf(path, sizeof path, "%s/%s", r->root, name);
	return lstat(path, &st) == 0;
}

static void test_shelf(void **state)
{
	(void)state;
	struct rig r;
	char path[128];
	rig_open(&r, false, 5);
	give(&r, "a", FRAME_FILE, "one", 3);
	give(&r, "d/e/f", FRAME_FILE, "two", 3);
	give(&r, "d/e/g", FRAME_FOLDER, NULL, 0);
	give(&r, "a", FRAME_FILE, "one", 3);   /* known */
	give(&r, "a", FRAME_FILE, "other", 5); /* fork */
	give(&r, "a/b", FRAME_FILE, "x", 1);   /* a is no folder */
	give(&r, "d/e", FRAME_FILE, "x", 1);   /* d/e is no file */
	give(&r, "last", FRAME_PIPE, NULL, 0);
	settle(&r);
	struct store_counts c = store_counts(r.store);
	assert_int_equal(c.published, 4);
	assert_int_equal(c.same, 1);
	assert_int_equal(c.forked, 2);
	assert_int_equal(c.refused, 1);
	assert_true(holds(&r, "in/a", "one"));
	assert_true(holds(&r, "in/d/e/f", "two"));
	assert_true(holds(&r, "in/last", ""));
	assert_true(there(&r, "in/d/e/g"));
	struct stat st;
	snprintf(path, sizeof path, "%s/in/a", r.root);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mtim.tv_sec, 0); /* the time of the description */
	rig_close(&r);
}

/* No name leads out, whether it was forged at the sender or prepared on our disc. */
static void test_names(void **state)
{
	(void)state;
	static const char *const bad[] = {"../out", "/tmp/x", "a/../../out", "..", ".", "", "a//b", "a/",
		"x\ny", "\xff\xfe", "tmp.0123456789abcdef"};
	struct rig r;
	char path[128], target[128];
	rig_open(&r, false, 1);
	snprintf(path, sizeof path, "%s/in/link", r.root);
	snprintf(target, sizeof target, "%s/quarantine", r.root);
	assert_int_equal(symlink(target, path), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		give(&r, bad[i], FRAME_FILE, "evil", 4);
	give(&r, "link/out", FRAME_FILE, "evil", 4);
	give(&r, "link", FRAME_FILE, "evil", 4);
	give(&r, "fine", FRAME_FILE, "x", 1);
	settle(&r);
	assert_int_equal(assembly_counts(r.a).refused, sizeof bad / sizeof *bad);
	assert_int_equal(store_counts(r.store).refused, 1);
	assert_int_equal(store_counts(r.store).forked, 1);
	assert_int_equal(store_counts(r.store).published, 1);
	assert_false(there(&r, "out"));
	assert_false(there(&r, "quarantine/out"));
	assert_true(holds(&r, "in/fine", "x"));
	rig_close(&r);
}

static void test_spool(void **state)
{
	(void)state;
	struct rig r;
	rig_open(&r, true, 2);
	give(&r, "1.swb", FRAME_FILE, "one", 3);
	give(&r, "1.swb", FRAME_FILE, "two", 3);
	give(&r, "1.swb", FRAME_FILE, "three", 5);
	give(&r, "sub/2.swb", FRAME_FILE, "x", 1);
	give(&r, "evil.sh", FRAME_FILE, "y", 1);
	give(&r, ".swb", FRAME_FILE, "y", 1);
	give(&r, "d.swb", FRAME_FOLDER, NULL, 0);
	give(&r, "3.swb", FRAME_FILE, "z", 1);
	settle(&r);
	assert_true(holds(&r, "in/1.swb", "one"));
	assert_true(holds(&r, "quarantine/1.swb", "two"));
	assert_true(holds(&r, "quarantine/1.swb.1", "three"));
	assert_true(there(&r, "quarantine/1.swb.reason"));
	assert_true(there(&r, "quarantine/1.swb.1.reason"));
	assert_false(there(&r, "in/sub"));
	assert_false(there(&r, "in/evil.sh"));
	assert_false(there(&r, "in/d.swb"));
	assert_int_equal(store_counts(r.store).forked, 2);
	assert_int_equal(store_counts(r.store).refused, 4);
	rig_close(&r);
}

/* A hundred thousand objects begun and never ended, of every size: memory and open files stay bounded, and a
 * true object still gets through. */
static void test_flood(void **state)
{
	(void)state;
	struct rig r;
	uint8_t body[FRAME_SYMBOL_MAX] = {0};
	rig_open(&r, false, 1);
	for (uint32_t i = 0; i < 100000; i++) {
		struct frame f = {.kind = FRAME_DATA,
			.suite = 1,
			.transfer = 1,
			.flags = i % 3 == 0 ? FRAME_STREAM : 0,
			.size = i % 3 == 0 ? 0 : (uint64_t)1 << 29,
			.block = i % 1000,
			.meta = 20,
			.symbol = (uint16_t)(100 + i % 1000),
			.k_full = 200,
			.k = 200,
			.m = 56,
			.index = (uint8_t)(i % 256)};
		f.length = 200u * f.symbol;
		f.offset = (uint64_t)f.block * f.length;
		random_bytes(f.object.b, sizeof f.object.b);
		assembly_take(r.a, &f, view_of(body, f.symbol), i);
		assert_true(pool_used(r.pool) <= MEMORY);
	}
	struct assembly_counts c = assembly_counts(r.a);
	assert_true(c.incomplete > 90000 && c.incomplete + 64 + c.full + c.refused >= 100000);
	give(&r, "true", FRAME_FILE, "content", 7);
	settle(&r);
	assert_true(holds(&r, "in/true", "content"));
	rig_close(&r);
}

static void test_size_limit(void **state)
{
	(void)state;
	struct rig r;
	uint8_t body[1000] = {0};
	rig_open(&r, false, 1);
	struct frame f = {.kind = FRAME_DATA,
		.suite = 1,
		.size = (UINT64_C(1) << 30) + 1,
		.length = 100000,
		.meta = 20,
		.symbol = 1000,
		.k_full = 100,
		.k = 100};
	for (int i = 0; i < 3; i++)
		assembly_take(r.a, &f, view_of(body, 1000), 1);
	assert_int_equal(assembly_counts(r.a).refused, 1);
	assert_int_equal(assembly_counts(r.a).duplicate, 2);
	give(&r, "x", FRAME_FILE, "y", 1);
	settle(&r);
	rig_close(&r);
}

/* Heartbeats: what was never heard of is missing, but only once it had the time to come. */
static void test_missing(void **state)
{
	(void)state;
	struct rig r;
	struct session s = {.from_start = true};
	struct frame_beat b = {
		.n = 2, .object = {{.size = 10, .name = "gone"}, {.size = 5, .passes = 1, .name = "later"}}};
	rig_open(&r, false, 1);
	b.object[0].id.b[0] = 1;
	b.object[1].id.b[0] = 2;
	assembly_beat(r.a, &s, &b, 1000);
	assembly_beat(r.a, &s, &b, 2000);
	assert_int_equal(assembly_counts(r.a).missing, 0);
	assembly_tick(r.a, 2500);
	assert_int_equal(assembly_counts(r.a).missing, 0);
	assembly_tick(r.a, 4000);
	assembly_beat(r.a, &s, &b, 9000);
	assembly_tick(r.a, 19000);
	assert_int_equal(assembly_counts(r.a).missing, 1);
	struct buf report;
	struct session_table *none = NULL;
	struct frame_key *key = NULL;
	assert_int_equal(frame_key_load(suite_by_name("gm"), NULL, &key, NULL), 0);
	assert_int_equal(session_table_new(suite_by_name("gm"), key, &none), 0);
	buf_init(&report, 1 << 20);
	assert_int_equal(report_encode(r.a, none, "2026-11-24T03:42:00.123Z", &report), 0);
	assert_string_equal((const char *)report.p,
		"{\"at\":\"2026-11-24T03:42:00.123Z\",\"format\":1,\"kind\":\"diode-missing\",\"missing\":[{"
		"\"k\":0,\"name\":"
		"\"gone\",\"object\":\"010000000000000000000000\",\"ranges\":[[0,10]],\"size\":10,\"symbol\":"
		"0}],"
		"\"more\":0,\"unnamed\":0}\n");
	buf_fini(&report);
	session_table_free(none);
	frame_key_free(key);
	/* What was sent before we listened is not ours to miss. */
	struct session late = {.from_start = false};
	b.object[0].id.b[0] = 3;
	b.object[1].passes = 0;
	assembly_beat(r.a, &late, &b, 10000);
	assembly_beat(r.a, &late, &b, 20000);
	assembly_tick(r.a, 30000);
	assert_int_equal(assembly_counts(r.a).missing, 1);
	give(&r, "x", FRAME_FILE, "y", 1);
	settle(&r);
	rig_close(&r);
}

/* One block of a file of `blocks` blocks, four symbols of 1000 bytes each and no repair. */
enum { SYMBOL = 1000, K = 4 };
static void give_block(struct rig *r, const struct frame_object *id, uint32_t number, uint32_t blocks,
	int64_t now, uint8_t session)
{
	uint8_t body[SYMBOL];
	struct frame f = {.kind = FRAME_DATA,
		.suite = 1,
		.session = {.b = {[5] = session, [15] = session}},
		.transfer = 1,
		.object = *id,
		.size = (uint64_t)blocks * K * SYMBOL,
		.offset = (uint64_t)number * K * SYMBOL,
		.block = number,
		.length = K * SYMBOL,
		.meta = FRAME_META_HEAD + 3,
		.symbol = SYMBOL,
		.k_full = K,
		.k = K};
	for (unsigned i = 0; i < K; i++) {
		struct frame_meta m = {.type = FRAME_FILE, .mode = 0644, .name = "big"};
		struct buf head;
		buf_init(&head, FRAME_META_MAX);
		assert_int_equal(frame_meta_encode(&m, &head), 0);
		memset(body, (int)(number * K + i), sizeof body);
		if (number == 0 && i == 0)
			memcpy(body, head.p, head.n);
		buf_fini(&head);
		f.index = (uint8_t)i;
		assembly_take(r->a, &f, view_of(body, sizeof body), now);
	}
}

/* An object that was given up as missing comes after all: the line lost nothing, and says so at once. */
static void test_late(void **state)
{
	(void)state;
	struct rig r;
	struct session s = {.from_start = true, .id = {.b = {[5] = 1, [15] = 1}}};
	struct frame_beat b = {.n = 1, .object = {{.size = 2 * K * SYMBOL, .name = "big"}}};
	struct session_table *none = NULL;
	struct frame_key *key = NULL;
	struct recv_status w = {.home = -1};
	rig_open(&r, false, 1);
	assert_int_equal(frame_key_load(suite_by_name("gm"), NULL, &key, NULL), 0);
	assert_int_equal(session_table_new(suite_by_name("gm"), key, &none), 0);
	recv_status_init(&w, 1);
	w.sessions = none;
	w.assembly = r.a;
	link_heard(&w.link, 4500);
	b.object[0].id.b[0] = 1;
	assembly_beat(r.a, &s, &b, 1000);
	(void)recv_status_watch(&w, 3500);
	assert_int_equal(w.link.state, LINK_SILENT);
	assembly_tick(r.a, 4000);
	assert_int_equal(assembly_counts(r.a).missing, 1);
	assert_int_equal(assembly_holes(r.a), 1);
	assert_true(recv_status_watch(&w, 4000));
	assert_int_equal(w.link.state, LINK_LOSS);
	for (uint32_t i = 0; i < 2; i++)
		give_block(&r, &b.object[0].id, i, 2, 4200, 1);
	settle(&r);
	assert_true(recv_status_watch(&w, 4500));
	assert_int_equal(w.link.state, LINK_RECEIVING);
	assert_int_equal(assembly_counts(r.a).missing, 1);
	assert_int_equal(assembly_counts(r.a).late, 1);
	assert_int_equal(assembly_holes(r.a), 0);
	recv_status_fini(&w);
	session_table_free(none);
	frame_key_free(key);
	rig_close(&r);
}

static bool big_holds(const struct rig *r, uint32_t blocks)
{
	char path[128];
	const off_t meta = FRAME_META_HEAD + 3, size = (off_t)blocks * K * SYMBOL - meta;
	struct stat st;
	snprintf(path, sizeof path, "%s/in/big", r->root);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && st.st_size == size;
	for (off_t at = 0; ok && at < size; at += 97) {
		uint8_t b;
		ok = pread(fd, &b, 1, at) == 1 && b == (uint8_t)((at + meta) / SYMBOL);
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

/* The receiver's memory goes, its disc stays: as a restart does it. */
static void restart(struct rig *r)
{
	assembly_free(r->a);
	assert_false(store_stop(r->store));
	struct store_options o = {
		.shelf = r->shelf, .pool = r->pool, .suite = suite_by_name("gm"), .count = 1};
	assert_int_equal(store_start(&o, &r->store), 0);
	struct assembly_options ao = {.store = r->store,
		.pool = r->pool,
		.home = shelf_home(r->shelf),
		.size_max = 1 << 30,
		.objects_max = 64,
		.patience = 60000};
	assert_int_equal(assembly_new(&ao, &r->a), 0);
}

static void collect(void *cookie, const struct hole *h)
{
	struct hole *out = cookie;
	static uint64_t range[HOLES_RANGES][2];
	*out = *h;
	memcpy(range, h->range, h->n * sizeof *range);
	out->range = range;
}

/* An incomplete object outlives silence and restarts, is told with its ranges, and is completed by other
 * sessions. */
static void test_kept(void **state)
{
	(void)state;
	struct rig r;
	struct frame_object id = {"kept object!"};
	struct hole hole = {0};
	rig_open(&r, false, 1);
	give_block(&r, &id, 1, 6, 1000, 1); /* without its beginning: the name is not known */
	give_block(&r, &id, 4, 6, 1000, 1);
	assembly_tick(r.a, 70000); /* silence */
	assert_int_equal(assembly_holes(r.a), 1);
	assert_true(there(&r, "in/.diode/6b657074206f626a65637421.map") || assembly_holes(r.a) == 1);
	restart(&r);
	assert_true(there(&r, "in/.diode/6b657074206f626a65637421.map") &&
		    there(&r, "in/.diode/6b657074206f626a65637421.part"));
	assembly_each_hole(r.a, collect, &hole);
	assert_true(hole.kept && hole.size == 6 * K * SYMBOL && hole.n == 3 && hole.k_full == K &&
		    hole.symbol == SYMBOL);
	assert_true(hole.range[0][0] == 0 && hole.range[0][1] == K * SYMBOL);
	assert_true(hole.range[1][0] == 2 * K * SYMBOL && hole.range[1][1] == 4 * K * SYMBOL);
	assert_true(hole.range[2][0] == 5 * K * SYMBOL && hole.range[2][1] == 6 * K * SYMBOL);
	give_block(&r, &id, 0, 6, 1, 2);
	give_block(&r, &id, 1, 6, 1, 2); /* known */
	restart(&r);
	assembly_each_hole(r.a, collect, &hole);
	assert_string_equal(hole.name, "big");
	assert_int_equal(hole.n, 2);
	for (uint32_t b = 2; b < 6; b++)
		give_block(&r, &id, b, 6, 1, 3);
	settle(&r);
	assert_true(big_holds(&r, 6));
	assert_int_equal(assembly_holes(r.a), 0);
	assert_false(there(&r, "in/.diode/6b657074206f626a65637421.map"));
	assert_false(there(&r, "in/.diode/6b657074206f626a65637421.part"));
	/* Sent again by the same session it is of no use; by another run it is taken again. */
	uint64_t before = assembly_counts(r.a).duplicate;
	give_block(&r, &id, 0, 6, 1, 3);
	assert_int_equal(assembly_counts(r.a).duplicate, before + K);
	for (uint32_t b = 0; b < 6; b++)
		give_block(&r, &id, b, 6, 1, 4);
	assert_int_equal(assembly_counts(r.a).complete, 2);
	rig_close(&r);
}

/* What lies in the receiver's folder and is no map, or has no file, goes; a damaged map loses its object,
 * nothing else. */
static void test_kept_damaged(void **state)
{
	(void)state;
	static const char *const maps[] = {"", "{}", "{\"format\":1}",
		"{\"blocks\":\"AAAAAAAAAAA=\",\"description\":\"\",\"format\":1,\"k\":0,\"meta\":19,\"name\":"
		"\"x\",\"object\":"
		"\"000000000000000000000000\",\"size\":24000,\"symbol\":1000}",
		"{\"blocks\":\"//////////"
		"8=\",\"description\":\"\",\"format\":1,\"k\":4,\"meta\":19,\"name\":\"x\",\"object\":"
		"\"000000000000000000000000\",\"size\":24000,\"symbol\":1000}"};
	for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
		struct rig r;
		char command[400];
		rig_open(&r, false, 1);
		snprintf(command, sizeof command,
			"cd %s/in/.diode && printf '%%s' '%s' > 000000000000000000000000.map && : > "
			"000000000000000000000000.part && : > 111111111111111111111111.part",
			r.root, maps[i]);
		assert_int_equal(system(command), 0);
		restart(&r);
		assert_int_equal(assembly_holes(r.a), 0);
		assert_false(there(&r, "in/.diode/000000000000000000000000.map"));
		assert_false(there(&r, "in/.diode/111111111111111111111111.part"));
		rig_close(&r);
	}
}

/* A newer run with other measures: a whole transfer takes the place of what is there, a part of one does not.
 */
static void test_other_measures(void **state)
{
	(void)state;
	struct rig r;
	struct frame_object id = {"measured one"};
	uint8_t body[500] = {0};
	rig_open(&r, false, 1);
	give_block(&r, &id, 1, 6, 1, 1);
	struct frame f = {.kind = FRAME_DATA,
		.suite = 1,
		.flags = FRAME_PART,
		.session = {.b = {[5] = 2, [15] = 2}},
		.transfer = 1,
		.object = id,
		.size = 6 * K * SYMBOL,
		.length = 8 * 500,
		.meta = FRAME_META_HEAD + 3,
		.symbol = 500,
		.k_full = 8,
		.k = 8};
	assembly_take(r.a, &f, view_of(body, sizeof body), 1);
	assert_int_equal(assembly_counts(r.a).conflicting, 1);
	f.flags = 0;
	assembly_take(r.a, &f, view_of(body, sizeof body), 1);
	assert_int_equal(assembly_counts(r.a).conflicting, 1);
	give_block(&r, &id, 2, 6, 1, 1); /* the older run is too late now */
	assert_int_equal(assembly_counts(r.a).conflicting, 1 + K);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_shelf), cmocka_unit_test(test_names),
		cmocka_unit_test(test_spool), cmocka_unit_test(test_flood), cmocka_unit_test(test_size_limit),
		cmocka_unit_test(test_missing), cmocka_unit_test(test_late), cmocka_unit_test(test_kept),
		cmocka_unit_test(test_kept_damaged), cmocka_unit_test(test_other_measures)};
	return cmocka_run_group_tests_name("diode/assembly", tests, NULL, NULL);
}
