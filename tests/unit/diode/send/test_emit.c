#include "common/base/id.h"
#include "diode/send/emit.h"
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct line {
	struct frame_key *key;
	struct emit *e;
	int receiver;
	struct endpoint at;
};

static void line_open(struct line *l, const char *address, int64_t rate, bool no_offload, int stop_fd)
{
	char text[64];
	struct err_note note = {0};
	assert_int_equal(frame_key_load(suite_by_name("gm"), NULL, &l->key, &note), 0);
	snprintf(text, sizeof text, "%s:0", address);
	assert_int_equal(endpoint_parse(text, true, &l->at, &note), 0);
	l->receiver = socket(l->at.addr.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int room = 4 << 20;
	assert_int_equal(setsockopt(l->receiver, SOL_SOCKET, SO_RCVBUF, &room, sizeof room), 0);
	assert_int_equal(bind(l->receiver, (const struct sockaddr *)&l->at.addr, l->at.len), 0);
	l->at.len = sizeof l->at.addr;
	assert_int_equal(getsockname(l->receiver, (struct sockaddr *)&l->at.addr, &l->at.len), 0);
	struct emit_options o = {
		.to = l->at, .rate = rate, .mtu = 1500, .stop_fd = stop_fd, .no_offload = no_offload};
	assert_int_equal(emit_open(&o, l->key, &l->e, &note), 0);
}

static void line_close(struct line *l)
{
	emit_close(l->e);
	frame_key_free(l->key);
	close(l->receiver);
}

/* A block of one data symbol and its repair symbols, with this body in each; sealed. */
static struct block *sealed(
	struct line *l, struct block_pool *p, unsigned m, unsigned symbol, const uint8_t *body, size_t n)
{
	struct block *b = block_take(p, 1 + m, symbol);
	assert_non_null(b);
	b->f = (struct frame){.kind = FRAME_DATA,
		.transfer = 1,
		.size = symbol,
		.length = symbol,
		.meta = 16,
		.symbol = (uint16_t)symbol,
		.k_full = 1,
		.k = 1,
		.m = (uint8_t)m};
	for (unsigned i = 0; i <= m; i++) {
		memcpy(block_symbol(b, i), body, n);
		memset(block_symbol(b, i) + n, 0, symbol - n);
	}
	assert_int_equal(emit_seal(l->e, b), 0);
	return b;
}

/* Sends all symbols of a block. */
static int send_all(struct line *l, const struct block *b)
{
	int err = 0;
	for (unsigned i = 0; err == 0 && i < block_symbols(b); i++) {
		if (emit_full(l->e))
			err = emit_flush(l->e);
		if (err == 0)
			emit_add(l->e, b, i);
	}
	return err;
}

/* Every datagram is heard once, in order, with its tag, whatever way it took through the kernel. */
static void test_datagrams(void **state)
{
	(void)state;
	static const struct {
		const char *address;
		bool no_offload;
		unsigned symbol_max;
	} ways[] = {{"127.0.0.1", false, 1376}, {"127.0.0.1", true, 1376}, {"[::1]", false, 1344}};
	for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
		struct line l;
		struct frame_mac *mac = NULL;
		uint8_t body[1376], d[FRAME_SIZE_MAX];
		line_open(&l, ways[w].address, 0, ways[w].no_offload, -1);
		assert_int_equal(emit_symbol_max(l.e), ways[w].symbol_max);
		random_bytes(body, sizeof body);
		struct block_pool *pool = NULL;
		struct block *b[3];
		assert_int_equal(block_pool_new(1 << 18, 1 << 22, &pool), 0);
		/* two sizes, so that batches end early; one body is filled up with zeros */
		b[0] = sealed(&l, pool, 99, 1344, body, 1344);
		b[1] = sealed(&l, pool, 19, 77, body, 77);
		b[2] = sealed(&l, pool, 29, 1344, body, 60);
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(send_all(&l, b[i]), 0);
		assert_int_equal(emit_flush(l.e), 0);
		for (size_t i = 0; i < 3; i++)
			block_give(pool, b[i]);
		block_pool_free(pool);
		assert_int_equal(emit_seq(l.e), 150);
		assert_int_equal(emit_counts(l.e).datagrams, 150);
		for (unsigned i = 0; i < 150; i++) {
			struct pollfd p = {.fd = l.receiver, .events = POLLIN};
			struct frame f;
			struct view v;
			assert_int_equal(poll(&p, 1, 5000), 1);
			ssize_t n = recv(l.receiver, d, sizeof d, 0);
			assert_true(n > 0);
			assert_int_equal(frame_decode(view_of(d, (size_t)n), &f, &v), 0);
			assert_int_equal(f.seq, i + 1);
			assert_int_equal(f.suite, 1);
			if (mac == NULL)
				assert_int_equal(frame_key_session_mac(l.key, &f.session, &mac), 0);
			assert_true(frame_key_session_ok(l.key, &f.session));
			struct view datagram = view_of(d, (size_t)n);
			bool holds = false;
			frame_key_holds(mac, &f.seq, &datagram, 1, &holds);
			assert_true(holds);
			assert_int_equal(f.index, i < 100 ? i : i < 120 ? i - 100 : i - 120);
			assert_memory_equal(v.p, body, i >= 120 ? 60 : v.n);
			for (size_t z = 60; i >= 120 && z < v.n; z++)
				assert_int_equal(v.p[z], 0);
		}
		assert_int_equal(recv(l.receiver, d, sizeof d, 0), -1);
		frame_mac_free(mac);
		line_close(&l);
	}
}

static int socket_of_emit(int not_this)
{
	for (int fd = 3; fd < 64; fd++) {
		int type = 0, locked = 0;
		socklen_t n = sizeof type;
		if (fd == not_this || getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) != 0 ||
			type != SOCK_DGRAM)
			continue;
		n = sizeof locked;
		if (getsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &locked, &n) == 0 && locked == 1)
			return fd;
	}
	return -1;
}

/* The filter drops all, cannot be taken off or replaced, and the socket has no peer. */
static void test_nothing_comes_in(void **state)
{
	(void)state;
	struct line l;
	line_open(&l, "127.0.0.1", 0, false, -1);
	int fd = socket_of_emit(l.receiver), none = 0;
	assert_true(fd >= 0);
	struct sock_filter got[8];
	socklen_t n = 8; /* instructions */
	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, got, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(got[0].code, BPF_RET | BPF_K);
	assert_int_equal(got[0].k, 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof none), -1);
	assert_int_equal(errno, EPERM);
	struct sock_filter pass = BPF_STMT(BPF_RET | BPF_K, 0xffff);
	struct sock_fprog all = {.len = 1, .filter = &pass};
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &all, sizeof all), -1);
	assert_int_equal(errno, EPERM);
	struct sockaddr_storage peer;
	socklen_t len = sizeof peer;
	assert_int_equal(getpeername(fd, (struct sockaddr *)&peer, &len), -1);
	assert_int_equal(errno, ENOTCONN);

	struct block_pool *pool = NULL;
	uint8_t b[100] = {0};
	assert_int_equal(block_pool_new(1 << 18, 1 << 22, &pool), 0);
	struct block *block = sealed(&l, pool, 0, 100, b, sizeof b);
	assert_int_equal(send_all(&l, block), 0);
	assert_int_equal(emit_flush(l.e), 0);
	block_give(pool, block);
	block_pool_free(pool);
	struct sockaddr_in own = {0};
	len = sizeof own;
	assert_int_equal(getsockname(fd, (struct sockaddr *)&own, &len), 0);
	assert_true(own.sin_port != 0);
	own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (int i = 0; i < 10; i++)
		assert_int_equal(
			sendto(l.receiver, b, sizeof b, 0, (const struct sockaddr *)&own, sizeof own), 100);
	assert_int_equal(recv(fd, b, sizeof b, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
	line_close(&l);
}

static void test_rate(void **state)
{
	(void)state;
	struct line l;
	uint8_t b[1376] = {0};
	line_open(&l, "127.0.0.1", 8000000, false, -1); /* 1 MB/s */
	int64_t from = time_mono_ms();
	struct block_pool *pool = NULL;
	assert_int_equal(block_pool_new(1 << 18, 1 << 22, &pool), 0);
	struct block *block = sealed(&l, pool, 199, 1376, b, sizeof b); /* 300 000 bytes with all headers */
	assert_int_equal(send_all(&l, block), 0);
	assert_int_equal(emit_flush(l.e), 0);
	int64_t took = time_mono_ms() - from;
	if (took < 280)
		fail_msg("300 ms of data left in %lld ms", (long long)took);
	block_give(pool, block);
	block_pool_free(pool);
	line_close(&l);
}

static void test_stop(void **state)
{
	(void)state;
	struct line l;
	uint8_t b[1376] = {0};
	int stop = eventfd(1, EFD_CLOEXEC);
	line_open(&l, "127.0.0.1", 1000, false, stop); /* a datagram takes twelve seconds */
	struct block_pool *pool = NULL;
	assert_int_equal(block_pool_new(1 << 18, 1 << 22, &pool), 0);
	struct block *block = sealed(&l, pool, 2, 1376, b, sizeof b);
	assert_int_equal(send_all(&l, block), ERR_STOPPING);
	block_give(pool, block);
	block_pool_free(pool);
	line_close(&l);
	close(stop);
}

static void test_endpoints(void **state)
{
	(void)state;
	struct endpoint e;
	int64_t bits = 0;
	static const char *const good[] = {"127.0.0.1:1", "[::1]:65535", "[fe80::1%lo]:9", "10.0.0.1:00080"};
	static const char *const bad[] = {"", ":", ":9", "127.0.0.1", "127.0.0.1:", "::1:9", "[::1:9",
		"::1]:9", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:9x", "127.0.0.1: 9", "256.0.0.1:9",
		"name:9", "[]:9", "ether:", "ether:no-such-card", "ether:lo/02:00:00:00:00:01"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (endpoint_parse(good[i], true, &e, NULL) != 0)
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (endpoint_parse(bad[i], true, &e, NULL) != ERR_USAGE)
			fail_msg("accepted: %s", bad[i]);
	static const char *const cards[] = {"ether:lo", "ether:lo/", "ether:lo/02:00:00:00:00",
		"ether:lo/02:00:00:00:00:1", "ether:lo/02:00:00:00:00:01x", "ether:lo/020000000001",
		"ether:no-such-card/02:00:00:00:00:01"};
	for (size_t i = 0; i < sizeof cards / sizeof *cards; i++)
		if (endpoint_parse(cards[i], false, &e, NULL) != ERR_USAGE)
			fail_msg("accepted: %s", cards[i]);
	assert_int_equal(endpoint_parse("ether:lo/02:00:00:00:00:0f", false, &e, NULL), 0);
	assert_int_equal(endpoint_parse("ether:lo", true, &e, NULL), 0);
	assert_int_equal(endpoint_port(&e), 0);
	assert_int_equal(endpoint_parse("127.0.0.1:0", false, &e, NULL), ERR_USAGE);
	assert_int_equal(endpoint_parse("127.0.0.1:0", true, &e, NULL), 0);
	assert_int_equal(endpoint_rate("0", &bits, NULL), 0);
	assert_int_equal(bits, 0);
	assert_int_equal(endpoint_rate("2.5G", &bits, NULL), 0);
	assert_true(bits == 2500000000);
	assert_int_equal(endpoint_rate("800K", &bits, NULL), 0);
	assert_int_equal(bits, 800000);
	static const char *const rates[] = {
		"", "-1", "1", "K", "1k", "1KK", "1e99", "nan", "inf", "0x10G", "5T"};
	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
		if (endpoint_rate(rates[i], &bits, NULL) != ERR_USAGE)
			fail_msg("accepted: %s", rates[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_datagrams),
		cmocka_unit_test(test_nothing_comes_in), cmocka_unit_test(test_rate),
		cmocka_unit_test(test_stop), cmocka_unit_test(test_endpoints)};
	return cmocka_run_group_tests_name("diode/emit", tests, NULL, NULL);
}
