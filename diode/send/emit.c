#include "diode/send/emit.h"
#include "common/base/id.h"
#include "common/log/log.h"
#include "diode/send/outlet.h"
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH 65000 /* bytes the kernel segments at once */
#define SECOND INT64_C(1000000000)
#define SLACK (SECOND / 500)  /* how much lateness may be made up for */
#define EARLY (SECOND / 4000) /* so much too soon is not worth a sleep */
#define LINE 64               /* bytes of a cache line */
#define HOLD (SECOND / 20)    /* wait before a datagram the link did not take is tried again */

struct emit {
	struct emit_options o;
	struct outlet *outlet;
	struct frame_mac *mac;
	struct frame_id session;
	_Atomic uint64_t seq;
	uint8_t suite;
	unsigned headers;
	size_t batch_max; /* bytes of a batch */
	int64_t due;      /* when the next batch may leave, ns */
	size_t n;         /* bytes of the batch */
	unsigned count;   /* datagrams of it */
	bool holding;
	_Atomic uint64_t datagrams, bytes, held;
	struct iovec v[OUTLET_MANY];
	/* the heartbeats' own */
	struct outlet *beat_outlet;
	struct frame_mac *beat_mac;
	uint8_t beat[FRAME_SIZE_MAX];
};

int64_t emit_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

int emit_open(const struct emit_options *o, struct frame_key *key, struct emit **out, struct err_note *note)
{
	struct emit *e = calloc(1, sizeof *e);
	if (e == NULL)
		return err_set(note, ERR_NOMEM, "socket");
	e->o = *o;
	e->suite = frame_key_suite(key);
	int err = frame_key_session_new(key, time_now_ms(), &e->session);
	if (err == 0)
		err = frame_key_session_mac(key, &e->session, &e->mac);
	if (err == 0)
		err = frame_key_session_mac(key, &e->session, &e->beat_mac);
	if (err != 0)
		err_set(note, err, "session: %s", err_text(err));
	else
		err = outlet_open(&o->to, o->no_offload, &e->outlet, note);
	if (err == 0)
		err = outlet_open(&o->to, true, &e->beat_outlet, note);
	if (err != 0) {
		emit_close(e);
		return err;
	}
	e->headers = outlet_headers(e->outlet);
	/* A batch is at most a millisecond of the rate, so that a slow link sees no bursts. */
	e->batch_max = BATCH;
	if (o->rate > 0 && o->rate / 8000 < BATCH)
		e->batch_max = (size_t)(o->rate / 8000);
	e->due = emit_now();
	*out = e;
	return 0;
}

void emit_close(struct emit *e)
{
	if (e == NULL)
		return;
	frame_mac_free(e->mac);
	frame_mac_free(e->beat_mac);
	outlet_close(e->outlet);
	outlet_close(e->beat_outlet);
	free(e);
}

unsigned emit_symbol_max(const struct emit *e)
{
	unsigned n = e->o.mtu - e->headers - FRAME_OVERHEAD;
	return n - n % 16;
}

unsigned emit_datagram_max(const struct emit *e)
{
	return emit_symbol_max(e) + FRAME_OVERHEAD + e->headers;
}

/* Sleeps until `due` or until the stop descriptor speaks. */
static int wait_until(struct emit *e, int64_t due)
{
	int64_t left;
	while ((left = due - emit_now()) > EARLY) {
		struct pollfd p = {.fd = e->o.stop_fd, .events = POLLIN};
		struct timespec t = {.tv_sec = left / SECOND, .tv_nsec = left % SECOND};
		if (ppoll(&p, 1, &t, NULL) > 0)
			return ERR_STOPPING;
	}
	return 0;
}

int emit_wait(struct emit *e)
{
	return e->o.rate == 0 ? 0 : wait_until(e, e->due);
}

static int pace(struct emit *e)
{
	if (e->o.rate == 0)
		return 0;
	int err = emit_wait(e);
	if (err != 0)
		return err;
	int64_t now = emit_now();
	if (e->due < now - SLACK)
		e->due = now - SLACK;
	uint64_t bits = 8 * (e->n + (uint64_t)e->count * e->headers);
	e->due += (int64_t)((double)bits * (double)SECOND / (double)e->o.rate);
	return 0;
}

/* Symbols that waited their turn have left the near caches, and the kernel's copy of many short pieces waits
 * for each anew; asked for all at once they come together. */
static void fetch_near(const struct emit *e)
{
	for (unsigned i = 0; i < e->count; i++) {
		const uint8_t *p = e->v[i].iov_base;
		for (size_t at = 0; at < e->v[i].iov_len + LINE; at += LINE)
			__builtin_prefetch(p + at);
	}
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
	e->held++;
	return wait_until(e, emit_now() + (eno == ENOBUFS || eno == EAGAIN ? SECOND / 1000 : HOLD));
}

static int push_all(struct emit *e)
{
	for (unsigned at = 0; at < e->count;) {
		unsigned n = outlet_send(e->outlet, e->v + at, e->count - at);
		if (n == 0) {
			int err = hold(e, errno);
			if (err != 0)
				return err;
			continue;
		}
		at += n;
		if (e->holding)
			log_info("send-resumed", "held=%llu", (unsigned long long)e->held);
		e->holding = false;
	}
	return 0;
}

int emit_flush(struct emit *e)
{
	if (e->count == 0)
		return 0;
	int err = pace(e);
	fetch_near(e);
	if (err == 0)
		err = push_all(e);
	if (err == 0) {
		e->datagrams += e->count;
		e->bytes += e->n;
	}
	e->n = e->count = 0;
	return err;
}

bool emit_full(const struct emit *e)
{
	return e->count == OUTLET_MANY ||
	       (e->count > 0 && e->n + FRAME_OVERHEAD + emit_symbol_max(e) > e->batch_max);
}

static void put_head(struct emit *e, struct frame *f, uint64_t seq, uint8_t *d)
{
	f->suite = e->suite;
	f->session = e->session;
	f->seq = seq;
	frame_encode(f, d);
}

int emit_seal(struct emit *e, const struct block *b)
{
	struct frame f = b->f;
	unsigned all = block_symbols(b);
	uint64_t first = atomic_fetch_add(&e->seq, all) + 1, seq[FRAME_MAC_MANY];
	uint8_t *d[FRAME_MAC_MANY];
	size_t size[FRAME_MAC_MANY];
	int err = 0;
	REQUIRE(f.symbol <= emit_symbol_max(e));
	for (unsigned i = 0, n; err == 0 && i < all; i += n) {
		n = all - i < FRAME_MAC_MANY ? all - i : FRAME_MAC_MANY;
		for (unsigned j = 0; j < n; j++) {
			f.index = (uint8_t)(i + j);
			d[j] = block_symbol(b, i + j) - FRAME_HEAD;
			size[j] = (size_t)FRAME_OVERHEAD + f.symbol;
			seq[j] = first + i + j;
			put_head(e, &f, seq[j], d[j]);
		}
		err = frame_key_seal(e->mac, seq, d, size, n);
	}
	return err;
}

void emit_add(struct emit *e, const struct block *b, unsigned i)
{
	size_t size = (size_t)FRAME_OVERHEAD + b->f.symbol;
	REQUIRE(!emit_full(e));
	e->v[e->count++] = (struct iovec){.iov_base = block_symbol(b, i) - FRAME_HEAD, .iov_len = size};
	e->n += size;
}

int emit_beat(struct emit *e, const uint8_t *body, size_t n)
{
	struct frame f = {.kind = FRAME_BEAT, .symbol = (uint16_t)n};
	struct iovec v = {.iov_base = e->beat, .iov_len = FRAME_OVERHEAD + n};
	REQUIRE(n <= emit_symbol_max(e));
	memcpy(e->beat + FRAME_HEAD, body, n);
	uint8_t *d = e->beat;
	uint64_t seq = atomic_fetch_add(&e->seq, 1) + 1;
	put_head(e, &f, seq, d);
	int err = frame_key_seal(e->beat_mac, &seq, &d, &v.iov_len, 1);
	if (err == 0 && outlet_send(e->beat_outlet, &v, 1) == 1) {
		e->datagrams++;
		e->bytes += v.iov_len;
	}
	return err;
}

struct emit_counts emit_counts(const struct emit *e)
{
	return (struct emit_counts){.datagrams = e->datagrams, .bytes = e->bytes, .held = e->held};
}

uint64_t emit_seq(const struct emit *e)
{
	return e->seq;
}
