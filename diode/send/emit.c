#include "diode/send/emit.h"
#include "common/log/log.h"
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BATCH 65000 /* bytes the kernel segments at once */
#define SEGMENTS 64 /* the same, datagrams */
#define HEADERS4 28 /* IPv4 and UDP */
#define HEADERS6 48
#define SECOND INT64_C(1000000000)
#define SLACK (SECOND / 500) /* how much lateness may be made up for */
#define HOLD (SECOND / 20)   /* wait before a datagram the link did not take is tried again */

struct emit {
	struct emit_options o;
	struct frame_mac *mac;
	struct frame_id session;
	uint64_t seq;
	uint8_t suite;
	int fd;
	unsigned headers;
	bool offload;
	size_t batch_max;      /* bytes */
	int64_t due;           /* when the next batch may leave, ns */
	size_t n, count, size; /* of the batch: bytes, datagrams, bytes of each */
	bool holding;
	struct emit_counts counts;
	uint8_t batch[BATCH];
};

static int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

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

static int open_socket(struct emit *e)
{
	bool six = e->o.to.addr.ss_family == AF_INET6;
	e->fd = socket(e->o.to.addr.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (e->fd < 0)
		return err_from_errno(errno);
	int err = refuse_input(e->fd);
	if (err != 0)
		return err;
	/* Never in fragments: a lost one would take all with it. PROBE: the MTU is ours to choose, no ICMP is
	 * believed. The socket stays unconnected, so no ICMP error ever reaches us. */
	if ((six ? set(e->fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE)
		 : set(e->fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE)) != 0)
		return err_from_errno(errno);
	if (set(e->fd, SOL_SOCKET, SO_SNDBUF, 4 << 20) != 0) /* a wish; the system's limit holds */
		return err_from_errno(errno);
	e->headers = six ? HEADERS6 : HEADERS4;
	e->offload = !e->o.no_offload && set(e->fd, SOL_UDP, UDP_SEGMENT, 0) == 0;
	return 0;
}

int emit_open(const struct emit_options *o, struct frame_key *key, struct emit **out, struct err_note *note)
{
	struct emit *e = calloc(1, sizeof *e);
	if (e == NULL)
		return err_set(note, ERR_NOMEM, "socket");
	e->o = *o;
	e->fd = -1;
	e->suite = frame_key_suite(key);
	int err = frame_key_session_new(key, &e->session);
	if (err == 0)
		err = frame_key_session_mac(key, &e->session, &e->mac);
	if (err == 0)
		err = open_socket(e);
	if (err != 0) {
		emit_close(e);
		return err_set(note, err, "socket: %s", err_text(err));
	}
	/* A batch is at most a millisecond of the rate, so that a slow link sees no bursts. */
	e->batch_max = BATCH;
	if (o->rate > 0 && o->rate / 8000 < BATCH)
		e->batch_max = (size_t)(o->rate / 8000);
	e->due = now_ns();
	*out = e;
	return 0;
}

void emit_close(struct emit *e)
{
	if (e == NULL)
		return;
	frame_mac_free(e->mac);
	if (e->fd >= 0)
		close(e->fd);
	free(e);
}

unsigned emit_symbol_max(const struct emit *e)
{
	unsigned n = e->o.mtu - e->headers - FRAME_OVERHEAD;
	return n - n % 16;
}

/* Sleeps until `due` or until the stop descriptor speaks. */
static int wait_until(struct emit *e, int64_t due)
{
	int64_t left;
	while ((left = due - now_ns()) > 0) {
		struct pollfd p = {.fd = e->o.stop_fd, .events = POLLIN};
		struct timespec t = {.tv_sec = left / SECOND, .tv_nsec = left % SECOND};
		if (ppoll(&p, 1, &t, NULL) > 0)
			return ERR_STOPPING;
	}
	return 0;
}

static int pace(struct emit *e)
{
	if (e->o.rate == 0)
		return 0;
	int err = wait_until(e, e->due);
	if (err != 0)
		return err;
	int64_t now = now_ns();
	if (e->due < now - SLACK)
		e->due = now - SLACK;
	uint64_t bits = 8 * (e->n + e->count * e->headers);
	e->due += (int64_t)((double)bits * (double)SECOND / (double)e->o.rate);
	return 0;
}

/* One call for `n` bytes at p in datagrams of `size`; errno on failure. */
static ssize_t push(struct emit *e, uint8_t *p, size_t n, size_t size)
{
	struct iovec v = {.iov_base = p, .iov_len = n};
	union {
		char room[CMSG_SPACE(sizeof(uint16_t))];
		struct cmsghdr align;
	} control = {.room = {0}};
	struct msghdr m = {
		.msg_name = &e->o.to.addr, .msg_namelen = e->o.to.len, .msg_iov = &v, .msg_iovlen = 1};
	if (n > size) {
		m.msg_control = control.room;
		m.msg_controllen = sizeof control.room;
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);
		uint16_t segment = (uint16_t)size;
		c->cmsg_level = SOL_UDP;
		c->cmsg_type = UDP_SEGMENT;
		c->cmsg_len = CMSG_LEN(sizeof segment);
		memcpy(CMSG_DATA(c), &segment, sizeof segment);
	}
	return sendmsg(e->fd, &m, 0);
}

/* A link that is down or full is waited for: what is lost on purpose would be lost for certain. */
static int hold(struct emit *e, int eno)
{
	if (eno == EMSGSIZE) {
		log_error(
			"send-refused", "mtu=%u what=\"the link takes no datagram of this size\"", e->o.mtu);
		return ERR_LIMIT;
	}
	if (!e->holding)
		log_warn("send-held", "what=\"%s\"", strerror(eno));
	e->holding = true;
	e->counts.held++;
	return wait_until(e, now_ns() + (eno == ENOBUFS || eno == EAGAIN ? SECOND / 1000 : HOLD));
}

static int push_all(struct emit *e)
{
	size_t at = 0;
	while (at < e->n) {
		size_t n = e->offload ? e->n - at : e->size;
		if (push(e, e->batch + at, n, e->size) >= 0) {
			at += n;
			if (e->holding)
				log_info("send-resumed", "held=%llu", (unsigned long long)e->counts.held);
			e->holding = false;
			continue;
		}
		int eno = errno;
		if (eno == EINTR)
			continue;
		if (n > e->size && (eno == EIO || eno == EINVAL || eno == EOPNOTSUPP)) {
			e->offload = false; /* this device cannot; from now on one by one */
			continue;
		}
		int err = hold(e, eno);
		if (err != 0)
			return err;
	}
	return 0;
}

int emit_flush(struct emit *e)
{
	if (e->n == 0)
		return 0;
	int err = pace(e);
	if (err == 0)
		err = push_all(e);
	if (err == 0) {
		e->counts.datagrams += e->count;
		e->counts.bytes += e->n;
	}
	e->n = e->count = 0;
	return err;
}

int emit_frame(struct emit *e, const struct frame *f, const uint8_t *p, size_t n)
{
	size_t size = (size_t)FRAME_OVERHEAD + f->symbol;
	REQUIRE(n <= f->symbol && size <= BATCH);
	if (e->count != 0 && (size != e->size || e->n + size > e->batch_max || e->count == SEGMENTS)) {
		int err = emit_flush(e);
		if (err != 0)
			return err;
	}
	uint8_t *d = e->batch + e->n;
	struct frame full = *f;
	full.suite = e->suite;
	full.session = e->session;
	full.seq = ++e->seq;
	frame_encode(&full, d);
	memcpy(d + FRAME_HEAD, p, n);
	memset(d + FRAME_HEAD + n, 0, f->symbol - n);
	int err = frame_key_seal(e->mac, full.seq, d, size);
	if (err != 0)
		return err;
	e->size = size;
	e->n += size;
	e->count++;
	return 0;
}

struct emit_counts emit_counts(const struct emit *e)
{
	return e->counts;
}

uint64_t emit_seq(const struct emit *e)
{
	return e->seq;
}
