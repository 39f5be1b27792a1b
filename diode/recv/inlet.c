#include "diode/recv/inlet.h"
#include "common/log/log.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MESSAGES 16
#define ROOM 65536 /* a joined message */
#define ROUNDS 8   /* batches before others have their turn */

struct inlet {
	int fd;
	struct inlet_counts counts;
	uint32_t overflow; /* the kernel's counter as last seen */
	struct mmsghdr m[MESSAGES];
	struct iovec v[MESSAGES];
	_Alignas(struct cmsghdr) char control[MESSAGES]
					     [CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(uint32_t))];
	uint8_t room[MESSAGES][ROOM];
};

static int set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof value);
}

static int open_socket(struct inlet *in, const struct endpoint *at, int buffer, bool no_offload)
{
	in->fd = socket(at->addr.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (in->fd < 0)
		return err_from_errno(errno);
	/* Beyond the system's limit only with privilege; else as much as it gives. */
	if (set(in->fd, SOL_SOCKET, SO_RCVBUFFORCE, buffer) != 0 &&
		set(in->fd, SOL_SOCKET, SO_RCVBUF, buffer) != 0)
		return err_from_errno(errno);
	if (set(in->fd, SOL_SOCKET, SO_RXQ_OVFL, 1) != 0)
		return err_from_errno(errno);
	if (!no_offload && set(in->fd, SOL_UDP, UDP_GRO, 1) != 0)
		log_info("no-offload", "what=\"UDP_GRO is missing: datagrams come one by one\"");
	if (at->addr.ss_family == AF_INET6 && set(in->fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) != 0)
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
	if (getsockopt(in->fd, SOL_SOCKET, SO_RCVBUF, &got, &n) == 0 && got < buffer)
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
	for (size_t i = 0; i < MESSAGES; i++) {
		in->v[i] = (struct iovec){.iov_base = in->room[i], .iov_len = ROOM};
		in->m[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &in->v[i],
						    .msg_iovlen = 1,
						    .msg_control = in->control[i],
						    .msg_controllen = sizeof in->control[i]}};
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

static void split(struct inlet *in, struct mmsghdr *m, const uint8_t *p, void (*take)(void *, struct view),
	void *cookie)
{
	size_t n = m->msg_len, size = segment(in, &m->msg_hdr, n);
	for (size_t at = 0; at < n; at += size) {
		size_t one = n - at < size ? n - at : size;
		in->counts.datagrams++;
		in->counts.bytes += one;
		take(cookie, view_of(p + at, one));
	}
}

int inlet_read(struct inlet *in, void (*take)(void *, struct view), void *cookie)
{
	for (int round = 0; round < ROUNDS; round++) {
		ready(in);
		int n = recvmmsg(in->fd, in->m, MESSAGES, MSG_DONTWAIT, NULL);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return 0;
		if (n < 0)
			return log_errno("receive", "socket");
		for (int i = 0; i < n; i++)
			split(in, &in->m[i], in->room[i], take, cookie);
		if (n < MESSAGES)
			return 0;
	}
	return 0;
}

struct inlet_counts inlet_counts(const struct inlet *in)
{
	return in->counts;
}
