/* Packets: one fixed form, one descriptor or none, nothing else. */
#include "gapd/link/packet.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static int pair[2];

static int open_pair(void **state)
{
	(void)state;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
}

static int close_pair(void **state)
{
	(void)state;
	close(pair[0]);
	close(pair[1]);
	return 0;
}

static int count_fds(void)
{
	int n = 0;
	for (int fd = 0; fd < 64; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void test_round(void **state)
{
	(void)state;
	struct packet p;
	int fd = -1;
	assert_int_equal(packet_recv(pair[1], &p, &fd), ERR_BUSY);
	assert_int_equal(packet_send(pair[0], &(struct packet){.kind = PACKET_BUNDLE, .number = 7}, 0), 0);
	assert_int_equal(packet_send(pair[0], &(struct packet){.kind = PACKET_DONE, .number = 8}, -1), 0);
	assert_int_equal(packet_send(pair[0],
				 &(struct packet){.kind = PACKET_REFUSED,
					 .number = 9,
					 .err = ERR_SCHEMA,
					 .text = "body.x: wrong"},
				 -1),
		0);
	assert_int_equal(packet_recv(pair[1], &p, &fd), 0);
	assert_int_equal(p.kind, PACKET_BUNDLE);
	assert_true(fd > 2 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
	close(fd);
	assert_int_equal(packet_recv(pair[1], &p, &fd), 0);
	assert_int_equal(p.number, 8);
	assert_int_equal(fd, -1);
	assert_int_equal(packet_recv(pair[1], &p, &fd), 0);
	assert_int_equal(p.err, ERR_SCHEMA);
	assert_string_equal(p.text, "body.x: wrong");
}

static void send_raw(const void *bytes, size_t n, int fds)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(3 * sizeof(int))];
	} c = {.room = {0}};
	int list[3] = {0, 0, 0};
	struct iovec v = {(void *)(uintptr_t)bytes, n};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
	if (fds) {
		m.msg_control = c.room;
		m.msg_controllen = CMSG_SPACE((size_t)fds * sizeof(int));
		c.head.cmsg_level = SOL_SOCKET;
		c.head.cmsg_type = SCM_RIGHTS;
		c.head.cmsg_len = CMSG_LEN((size_t)fds * sizeof(int));
		memcpy(CMSG_DATA(&c.head), list, (size_t)fds * sizeof(int));
	}
	assert_int_equal(sendmsg(pair[0], &m, 0), (ssize_t)n);
}

/* A good packet as bytes, to be spoilt. */
static size_t good(uint8_t out[512], enum packet_kind kind)
{
	struct packet p = {.kind = kind, .number = 1, .err = kind == PACKET_REFUSED ? ERR_SCHEMA : 0};
	assert_int_equal(packet_send(pair[0], &p, -1), 0);
	ssize_t n = recv(pair[1], out, 512, 0);
	assert_true(n > 0);
	return (size_t)n;
}

static void refused(const void *bytes, size_t n, int fds)
{
	struct packet p;
	int fd = -1, before = count_fds();
	send_raw(bytes, n, fds);
	assert_int_equal(packet_recv(pair[1], &p, &fd), ERR_FORMAT);
	assert_int_equal(count_fds(), before);
}

static void test_hostile(void **state)
{
	(void)state;
	uint8_t done[512], bundle[512], bad[512];
	size_t n = good(done, PACKET_DONE);
	assert_int_equal(good(bundle, PACKET_BUNDLE), n);
	refused(done, n - 1, 0); /* short */
	memset(bad, 0, sizeof bad);
	memcpy(bad, done, n);
	refused(bad, n + 1, 0); /* long */
	refused(done, n, 1);    /* a descriptor where none belongs */
	refused(bundle, n, 0);  /* none where one belongs */
	refused(bundle, n, 2);  /* two */
	refused(bundle, n, 3);
	for (size_t at = 0; at < 8; at++) { /* magic, kind */
		memcpy(bad, done, n);
		bad[at] ^= 0x40;
		refused(bad, n, 0);
	}
	memcpy(bad, done, n);
	memset(bad + 8, 0, 8); /* number 0 */
	refused(bad, n, 0);
	memcpy(bad, done, n);
	bad[16] = 1; /* an error with DONE */
	refused(bad, n, 0);
	n = good(bad, PACKET_REFUSED);
	memset(bad + 24, 'x', n - 24); /* text without end */
	refused(bad, n, 0);
	n = good(bad, PACKET_REFUSED);
	bad[24] = '\n';
	refused(bad, n, 0);
	n = good(bad, PACKET_REFUSED);
	memset(bad + 16, 0, 4); /* no error in a refusal */
	bad[16] = 5;
	refused(bad, n, 0);
}

static void test_end(void **state)
{
	(void)state;
	struct packet p = {.kind = PACKET_DONE, .number = 1};
	int fd = -1;
	close(pair[0]);
	assert_int_equal(packet_recv(pair[1], &p, &fd), ERR_STOPPING);
	assert_int_equal(packet_send(pair[1], &p, -1), ERR_STOPPING);
	pair[0] = dup(pair[1]);
}

static void test_full(void **state)
{
	(void)state;
	const struct packet p = {.kind = PACKET_DONE, .number = 1};
	int rc = 0, sent = 0;
	while ((rc = packet_send(pair[0], &p, -1)) == 0 && sent < 100000)
		sent++;
	assert_int_equal(rc, ERR_BUSY);
	assert_true(sent > 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_round, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(test_hostile, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(test_end, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(test_full, open_pair, close_pair)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
