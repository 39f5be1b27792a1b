#include "diode/send/outlet.h"
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADERS4 28 /* IPv4 and UDP */
#define HEADERS6 48

struct message {
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(uint16_t))];
};
struct outlet {
	struct endpoint to;
	int fd;
	unsigned headers;
	bool offload;
	struct mmsghdr m[OUTLET_MANY];
	struct message control[OUTLET_MANY];
	struct iovec v[OUTLET_MANY];
};

static int set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof value);
}

/* One way: every packet that arrives is dropped, and nobody can take the filter away again. */
static int refuse_input(int fd)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog all = {.len = 1, .filter = &drop};
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &all, sizeof all) != 0 ||
		set(fd, SOL_SOCKET, SO_LOCK_FILTER, 1) != 0)
		return err_from_errno(errno);
	return 0;
}

/* Never in fragments: a lost one would take all with it. PROBE: the MTU is ours to choose, no ICMP is
 * believed. The socket stays unconnected, so no ICMP error ever reaches us. */
static int open_udp(struct outlet *o)
{
	bool six = o->to.addr.ss_family == AF_INET6;
	o->fd = socket(o->to.addr.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (o->fd < 0)
		return err_from_errno(errno);
	if ((six ? set(o->fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE)
		 : set(o->fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE)) != 0)
		return err_from_errno(errno);
	o->headers = six ? HEADERS6 : HEADERS4;
	o->offload = o->offload && set(o->fd, SOL_UDP, UDP_SEGMENT, 0) == 0;
	return 0;
}

/* Protocol 0: the kernel hands this socket no frame at all. */
static int open_ether(struct outlet *o)
{
	o->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (o->fd < 0)
		return err_from_errno(errno);
	o->offload = false;
	return 0;
}

int outlet_open(const struct endpoint *to, bool no_offload, struct outlet **out, struct err_note *note)
{
	struct outlet *o = calloc(1, sizeof *o);
	if (o == NULL)
		return err_set(note, ERR_NOMEM, "socket");
	o->to = *to;
	o->fd = -1;
	o->offload = !no_offload;
	int err = to->addr.ss_family == AF_PACKET ? open_ether(o) : open_udp(o);
	if (err == 0)
		err = refuse_input(o->fd);
	if (err == 0 &&
		set(o->fd, SOL_SOCKET, SO_SNDBUF, 4 << 20) != 0) /* a wish; the system's limit holds */
		err = err_from_errno(errno);
	if (err != 0) {
		outlet_close(o);
		return err_set(note, err, "socket: %s%s", err_text(err),
			to->addr.ss_family == AF_PACKET ? " (bare Ethernet needs CAP_NET_RAW)" : "");
	}
	*out = o;
	return 0;
}

void outlet_close(struct outlet *o)
{
	if (o == NULL)
		return;
	if (o->fd >= 0)
		close(o->fd);
	free(o);
}

unsigned outlet_headers(const struct outlet *o)
{
	return o->headers;
}

static void segments(struct msghdr *h, struct message *c, size_t size)
{
	uint16_t segment = (uint16_t)size;
	h->msg_control = c->control;
	h->msg_controllen = sizeof c->control;
	struct cmsghdr *m = CMSG_FIRSTHDR(h);
	m->cmsg_level = SOL_UDP;
	m->cmsg_type = UDP_SEGMENT;
	m->cmsg_len = CMSG_LEN(sizeof segment);
	memcpy(CMSG_DATA(m), &segment, sizeof segment);
}

/* Datagrams of one size become one message, which the kernel or the card takes apart again. */
static unsigned gather(struct outlet *o, unsigned n)
{
	unsigned messages = 0;
	for (unsigned i = 0, run; i < n; i += run) {
		for (run = 1; o->offload && i + run < n && o->v[i + run].iov_len == o->v[i].iov_len;)
			run++;
		struct msghdr *h = &o->m[messages].msg_hdr;
		*h = (struct msghdr){.msg_name = &o->to.addr,
			.msg_namelen = o->to.len,
			.msg_iov = &o->v[i],
			.msg_iovlen = run};
		if (run > 1)
			segments(h, &o->control[messages], o->v[i].iov_len);
		messages++;
	}
	return messages;
}

unsigned outlet_send(struct outlet *o, const struct iovec *v, unsigned n)
{
	REQUIRE(n > 0 && n <= OUTLET_MANY);
	memcpy(o->v, v, n * sizeof *v);
	for (;;) {
		unsigned messages = gather(o, n), left = 0;
		int sent = sendmmsg(o->fd, o->m, messages, 0);
		if (sent > 0) {
			for (int i = 0; i < sent; i++)
				left += (unsigned)o->m[i].msg_hdr.msg_iovlen;
			return left;
		}
		if (errno == EINTR)
			continue;
		if (!o->offload || o->m[0].msg_hdr.msg_iovlen == 1 ||
			(errno != EIO && errno != EINVAL && errno != EOPNOTSUPP))
			return 0;
		o->offload = false; /* this device cannot; from now on one by one */
	}
}
