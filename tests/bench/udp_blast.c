/* udp-blast: what the machine's UDP gives at most, for `make bench-diode`: `send ADDRESS PORT BYTES MS` sends
 * datagrams of so many bytes with segmentation offload as fast as it goes, `recv ADDRESS PORT` counts with
 * receive offload what arrives until nothing does for a second, and prints "bytes B us U". One buffer,
 * nothing read, coded, authenticated or written. `forge ADDRESS PORT BYTES MS [SESSION]` sends the same with
 * the head of a diode's datagram, of the session given (32 hex digits) or of one nobody opened. */
#include "common/base/err.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ROOM 65000
#define MESSAGES 8
#define QUEUE (64 << 20)
#define SILENCE 1000 /* ms */

static int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static int udp(const char *address, const char *port, struct sockaddr_in *a)
{
	*a = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
	return inet_pton(AF_INET, address, &a->sin_addr) == 1 ? socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)
							      : -1;
}

/* The fields a receiver looks at before the tag: everything plausible, nothing genuine. */
static void fill(uint8_t *d, unsigned size, bool forge, const char *session)
{
	memset(d, 0x5a, size);
	if (!forge)
		return;
	static const uint8_t HEAD[8] = {0x53, 0x57, 0x44, 1, 1, 1, 0, 0};
	memset(d, 0, 80);
	memcpy(d, HEAD, sizeof HEAD);
	for (unsigned i = 0; session != NULL && i < 16; i++) {
		unsigned byte = 0;
		if (sscanf(session + 2 * i, "%2x", &byte) == 1)
			d[8 + i] = (uint8_t)byte;
	}
	d[26] = 1;         /* a number nobody has heard yet: only the tag can tell */
	d[31] = d[47] = 1; /* sequence, transfer */
	d[52] = 1;         /* size 2^24 */
	d[53] = 0;
	unsigned symbol = size - 96, block = 128 * symbol;
	d[68] = (uint8_t)(block >> 24), d[69] = (uint8_t)(block >> 16);
	d[70] = (uint8_t)(block >> 8), d[71] = (uint8_t)block;
	d[73] = 17; /* description */
	d[74] = (uint8_t)(symbol >> 8), d[75] = (uint8_t)symbol;
	d[76] = 128, d[77] = 32, d[79] = 128;
}

static int blast(
	int fd, const struct sockaddr_in *to, unsigned size, int64_t ms, bool forge, const char *session)
{
	static uint8_t room[ROOM];
	unsigned many = ROOM / size < 64 ? ROOM / size : 64;
	uint64_t bytes = 0;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(uint16_t))] = {0};
	uint16_t segment = (uint16_t)size;
	struct iovec v = {.iov_base = room, .iov_len = (size_t)many * size};
	struct sockaddr_in a = *to;
	struct msghdr h = {.msg_name = &a,
		.msg_namelen = sizeof a,
		.msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof control};
	struct cmsghdr *c = CMSG_FIRSTHDR(&h);
	c->cmsg_level = SOL_UDP;
	c->cmsg_type = UDP_SEGMENT;
	c->cmsg_len = CMSG_LEN(sizeof segment);
	memcpy(CMSG_DATA(c), &segment, sizeof segment);
	for (unsigned i = 0; i < many; i++)
		fill(room + (size_t)i * size, size, forge, session);
	int64_t began = now_us(), end = began + ms * 1000;
	while (now_us() < end) {
		ssize_t n = sendmsg(fd, &h, 0);
		if (n < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR) {
			perror("udp-blast");
			return 1;
		}
		bytes += n > 0 ? (uint64_t)n : 0;
	}
	printf("bytes %llu us %lld\n", (unsigned long long)bytes, (long long)(now_us() - began));
	return 0;
}

static int count(int fd)
{
	static uint8_t room[MESSAGES][65536];
	struct mmsghdr m[MESSAGES];
	struct iovec v[MESSAGES];
	int on = 1, queue = QUEUE;
	uint64_t bytes = 0;
	int64_t first = 0, last = 0;
	if (setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof on) != 0)
		return 1;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &queue, sizeof queue) != 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &queue, sizeof queue);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	while (poll(&p, 1, bytes > 0 ? SILENCE : 10 * SILENCE) > 0) {
		for (size_t i = 0; i < MESSAGES; i++) {
			v[i] = (struct iovec){.iov_base = room[i], .iov_len = sizeof room[i]};
			m[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &v[i], .msg_iovlen = 1}};
		}
		int n = recvmmsg(fd, m, MESSAGES, MSG_DONTWAIT, NULL);
		last = now_us();
		first = first == 0 ? last : first;
		for (int i = 0; i < n; i++)
			bytes += m[i].msg_len;
	}
	printf("bytes %llu us %lld\n", (unsigned long long)bytes, (long long)(last - first));
	return bytes == 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in a;
	bool receive = argc == 4 && strcmp(argv[1], "recv") == 0;
	bool forge = (argc == 6 || (argc == 7 && strlen(argv[6]) == 32)) && strcmp(argv[1], "forge") == 0;
	if (!receive && !forge && !(argc == 6 && strcmp(argv[1], "send") == 0)) {
		fprintf(stderr,
			"usage: udp-blast send|forge ADDRESS PORT BYTES MS [SESSION]\n       udp-blast recv "
			"ADDRESS PORT\n");
		return 2;
	}
	int fd = udp(argv[2], argv[3], &a);
	int code = 2;
	if (fd >= 0 && !receive)
		code = blast(fd, &a, (unsigned)atoi(argv[4]), atoll(argv[5]), forge, argv[6]);
	else if (fd >= 0 && bind(fd, (const struct sockaddr *)&a, sizeof a) == 0)
		code = count(fd);
	if (fd >= 0)
		close(fd);
	return code;
}
