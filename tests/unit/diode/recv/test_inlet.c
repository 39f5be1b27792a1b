#include "diode/recv/inlet.h"
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct line {
	struct inlet *in;
	int fd;
	struct sockaddr_in to;
	char taken[64]; /* first letters, in order */
	uint64_t let_go;
};

static void line_open(struct line *l)
{
	struct endpoint at;
	struct err_note note = {0};
	memset(l, 0, sizeof *l);
	assert_int_equal(endpoint_parse("127.0.0.1:0", true, &at, &note), 0);
	assert_int_equal(inlet_open(&at, 1 << 20, false, &l->in, &note), 0);
	l->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(l->fd >= 0);
	l->to = (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons(inlet_port(l->in)),
		.sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
}

static void line_close(struct line *l)
{
	inlet_close(l->in);
	close(l->fd);
}

/* n datagrams of 100 bytes, joined, all of this letter. */
static void say(struct line *l, char letter, unsigned n)
{
	char d[6400];
	int segment = n > 1 ? 100 : 0;
	memset(d, letter, sizeof d);
	assert_int_equal(setsockopt(l->fd, SOL_UDP, UDP_SEGMENT, &segment, sizeof segment), 0);
	ssize_t sent = sendto(l->fd, d, 100 * (size_t)n, 0, (const struct sockaddr *)&l->to, sizeof l->to);
	assert_int_equal(sent, 100 * n);
}

static bool worthless(void *cookie, struct view datagram, uint64_t many)
{
	struct line *l = cookie;
	assert_int_equal(datagram.n, 100);
	if (datagram.p[0] != 'x')
		return false;
	l->let_go += many;
	return true;
}

static void take(void *cookie, const struct view *v, size_t n)
{
	struct line *l = cookie;
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(v[i].n, 100);
		assert_int_equal(v[i].p[99], v[i].p[0]);
		strncat(l->taken, (const char *)v[i].p, 1);
	}
}

static void await(struct line *l, uint64_t datagrams, bool wary)
{
	struct pollfd f = {.fd = inlet_fd(l->in), .events = POLLIN};
	while (inlet_counts(l->in).datagrams < datagrams) {
		assert_int_equal(poll(&f, 1, 20000), 1);
		assert_int_equal(
			wary ? inlet_read_wary(l->in, worthless, take, l) : inlet_read(l->in, take, l), 0);
	}
}

/* In a flood what is worthless goes uncopied, joined ones at once; the rest comes through in order, whole. */
static void test_wary(void **state)
{
	(void)state;
	struct line l;
	line_open(&l);
	say(&l, 'x', 1);
	say(&l, 'a', 1);
	say(&l, 'x', 20);
	say(&l, 'b', 3);
	say(&l, 'x', 64);
	say(&l, 'c', 1);
	await(&l, 90, true);
	assert_string_equal(l.taken, "abbbc");
	assert_int_equal(l.let_go, 85);
	assert_int_equal(inlet_counts(l.in).bytes, 9000);
	/* Nothing is left, and both ways of reading go together. */
	assert_int_equal(inlet_read_wary(l.in, worthless, take, &l), 0);
	say(&l, 'd', 2);
	await(&l, 92, false);
	assert_string_equal(l.taken, "abbbcdd");
	line_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_wary)};
	return cmocka_run_group_tests_name("diode/inlet", tests, NULL, NULL);
}
