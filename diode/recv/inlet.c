#include "diode/recv/inlet.h"
#include "common/log/log.h"
#include "diode/frame/frame.h"
#include <errno.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MESSAGES 4       /* joined ones in a call: what is copied is looked at while it is near */
#define ROOM 65536       /* a joined message */
#define FRAMES 16        /* bare frames in a call */
#define FRAME_ROOM 16384 /* one of them; FRAMES of them are MESSAGES joined ones */
_Static_assert(FRAMES *FRAME_ROOM == MESSAGES * ROOM, "one room for both");
#define FIRST_MAX FRAME_SIZE_MAX
#define WARY 256 /* messages in a call while a flood lasts */
#define ROUNDS 8 /* batches before others have their turn */
/* A nap lets at most an eighth of the queue fill at NAP_RATE; shorter ones than NAP_MIN are not worth it. */
#define NAP_RATE INT64_C(1250000000) /* bytes a second */
#define NAP_MIN INT64_C(50000)       /* ns */
#define NAP_MAX INT64_C(500000)

struct message {
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(uint32_t))];
};
struct inlet {
	int fd;
	struct inlet_counts counts;
	uint32_t overflow; /* the kernel's counter as last seen */
	unsigned messages; /* in a call */
	size_t each;       /* room for each */
	int64_t nap;       /* ns, after a busy read */
	bool busy;         /* the last read was one, and took all there was */
	struct mmsghdr m[FRAMES];
	struct iovec v[FRAMES];
	struct message control[FRAMES];
	uint8_t room[MESSAGES * ROOM];
};

static int set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof value);
}

/* What we ourselves send on that card is not for us. */
static int open_ether(struct inlet *in)
{
	in->messages = FRAMES;
	in->each = FRAME_ROOM;
	return set(in->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1) == 0 ? 0 : err_from_errno(errno);
}

static int open_udp(struct inlet *in, const struct endpoint *at, bool no_offload)
{
	in->messages = MESSAGES;
	in->each = ROOM;
	if (!no_offload && set(in->fd, SOL_UDP, UDP_GRO, 1) != 0)
		log_info("no-offload", "what=\"UDP_GRO is missing: datagrams come one by one\"");
	if (at->addr.ss_family == AF_INET6 && set(in->fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) != 0)
		return err_from_errno(errno);
	return 0;
}

static int open_socket(struct inlet *in, const struct endpoint *at, int buffer, bool no_offload)
{
	bool ether = at->addr.ss_family == AF_PACKET;
	/* Of bare frames it hears nothing before it is bound to their type and card. */
	in->fd = socket(at->addr.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (in->fd < 0)
		return err_from_errno(errno);
	int err = ether ? open_ether(in) : open_udp(in, at, no_offload);
	if (err != 0)
		return err;
	/* Beyond the system's limit only with privilege; else as much as it gives. */
	if (set(in->fd, SOL_SOCKET, SO_RCVBUFFORCE, buffer) != 0 &&
		set(in->fd, SOL_SOCKET, SO_RCVBUF, buffer) != 0)
		return err_from_errno(errno);
	if (set(in->fd, SOL_SOCKET, SO_RXQ_OVFL, 1) != 0)
		return err_from_errno(errno);
	struct sockaddr_storage a = at->addr;
	return bind(in->fd, (const struct sockaddr *)&a, at->len) == 0 ? 0 : err_from_errno(errno);
}

int inlet_open(
	const struct endpoint *at, int buffer, bool no_offload, struct inlet **out, struct err_note *note)
{
	struct inlet *in = calloc(1, sizeof *in);
	if (in == NULL)
		return err_set(note, ERR_NOMEM, "socket");
	int err = open_socket(in, at, buffer, no_offload);
	if (err != 0) {
		err_set(note, err, "listen: %s", strerror(errno));
		inlet_close(in);
		return err;
	}
	int got = 0;
	socklen_t n = sizeof got;
	bool known = getsockopt(in->fd, SOL_SOCKET, SO_RCVBUF, &got, &n) == 0;
	in->nap = known ? got / 8 * INT64_C(1000000000) / NAP_RATE : 0;
	in->nap = in->nap > NAP_MAX ? NAP_MAX : in->nap < NAP_MIN ? 0 : in->nap;
	if (known && got < buffer)
		log_info("small-queue", "bytes=%d wished=%d what=\"raise net.core.rmem_max\"", got / 2,
			buffer);
	*out = in;
	return 0;
}

void inlet_close(struct inlet *in)
{
	if (in == NULL)
		return;
	if (in->fd >= 0)
		close(in->fd);
	free(in);
}

int inlet_fd(const struct inlet *in)
{
	return in->fd;
}

uint16_t inlet_port(const struct inlet *in)
{
	struct endpoint e = {.len = sizeof e.addr};
	struct sockaddr *to = (struct sockaddr *)&e.addr;
	return getsockname(in->fd, to, &e.len) == 0 ? endpoint_port(&e) : 0;
}

static void ready(struct inlet *in)
{
	for (size_t i = 0; i < in->messages; i++) {
		in->v[i] = (struct iovec){.iov_base = in->room + i * in->each, .iov_len = in->each};
		in->m[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &in->v[i],
						    .msg_iovlen = 1,
						    .msg_control = in->control[i].control,
						    .msg_controllen = sizeof in->control[i].control}};
	}
}

/* Size of each of the joined datagrams; the whole message when it is one. */
static size_t segment(struct inlet *in, struct msghdr *h, size_t n)
{
	size_t size = n;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
		int gro = 0;
		uint32_t dropped = 0;
		if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO) {
			memcpy(&gro, CMSG_DATA(c), sizeof gro);
			size = gro > 0 ? (size_t)gro : n;
		} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
			memcpy(&dropped, CMSG_DATA(c), sizeof dropped);
			in->counts.overflow += dropped - in->overflow;
			in->overflow = dropped;
		}
	}
	return size;
}

/* Datagrams taken apart, on their way to the caller. */
struct basket {
	struct inlet *in;
	void (*take)(void *, const struct view *, size_t);
	void *cookie;
	size_t n;
	struct view v[INLET_MANY];
};

static void hand_over(struct basket *b)
{
	if (b->n > 0)
		b->take(b->cookie, b->v, b->n);
	b->n = 0;
}

static void split(struct basket *b, struct mmsghdr *m, const uint8_t *p)
{
	size_t n = m->msg_len, size = segment(b->in, &m->msg_hdr, n);
	b->in->counts.bytes += n;
	for (size_t at = 0; at < n; at += size) {
		b->v[b->n++] = view_of(p + at, n - at < size ? n - at : size);
		b->in->counts.datagrams++;
		if (b->n == INLET_MANY)
			hand_over(b);
	}
}

int inlet_read(struct inlet *in, void (*take)(void *, const struct view *, size_t), void *cookie)
{
	struct basket b = {.in = in, .take = take, .cookie = cookie};
	uint64_t before = in->counts.datagrams;
	in->busy = false;
	for (int round = 0; round < ROUNDS; round++) {
		ready(in);
		int n = recvmmsg(in->fd, in->m, in->messages, MSG_DONTWAIT, NULL);
		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			in->busy = in->counts.datagrams - before >= INLET_MANY;
			return 0;
		}
		if (n < 0)
			return log_errno("receive", "socket");
		for (int i = 0; i < n; i++)
			split(&b, &in->m[i], in->room + (size_t)i * in->each);
		hand_over(&b);
		if (n < (int)in->messages) {
			in->busy = in->counts.datagrams - before >= INLET_MANY;
			return 0;
		}
	}
	return 0;
}

/* The message that is next, without taking it: its first datagram in v[0], its length in msg_len. */
static int peek(struct inlet *in)
{
	ready(in);
	in->v[0].iov_len = FIRST_MAX;
	ssize_t n = recvmsg(in->fd, &in->m[0].msg_hdr, MSG_DONTWAIT | MSG_PEEK | MSG_TRUNC);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? ERR_BUSY : log_errno("receive", "socket");
	in->m[0].msg_len = (unsigned)n;
	return 0;
}

static int let_go(struct inlet *in, uint64_t many)
{
	struct msghdr none = {0};
	if (recvmsg(in->fd, &none, MSG_DONTWAIT) < 0)
		return errno == EAGAIN || errno == EINTR ? ERR_BUSY : log_errno("receive", "socket");
	in->counts.datagrams += many;
	in->counts.bytes += in->m[0].msg_len;
	return 0;
}

int inlet_read_wary(struct inlet *in, bool (*worthless)(void *, struct view, uint64_t),
	void (*take)(void *, const struct view *, size_t), void *cookie)
{
	struct basket b = {.in = in, .take = take, .cookie = cookie};
	in->busy = false;
	for (int i = 0; i < WARY; i++) {
		int err = peek(in);
		if (err != 0)
			return err == ERR_BUSY ? 0 : err;
		size_t n = in->m[0].msg_len, size = segment(in, &in->m[0].msg_hdr, n);
		size_t first = size < FIRST_MAX ? size : FIRST_MAX;
		uint64_t many = size > 0 ? (n + size - 1) / size : 1;
		if (worthless(cookie, view_of(in->room, first), many)) {
			err = let_go(in, many);
		} else {
			ready(in);
			ssize_t got = recvmsg(in->fd, &in->m[0].msg_hdr, MSG_DONTWAIT);
			if (got < 0)
				return errno == EAGAIN || errno == EINTR ? 0 : log_errno("receive", "socket");
			in->m[0].msg_len = (unsigned)got;
			split(&b, &in->m[0], in->room);
			hand_over(&b);
		}
		if (err != 0)
			return err == ERR_BUSY ? 0 : err;
	}
	return 0;
}

int64_t inlet_nap(const struct inlet *in)
{
	return in->busy ? in->nap : 0;
}

struct inlet_counts inlet_counts(const struct inlet *in)
{
	return in->counts;
}
