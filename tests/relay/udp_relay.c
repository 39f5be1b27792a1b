/* udp-relay: a bad fibre for tests. Passes datagrams on and drops, doubles, holds back, damages and forges
 * some of them, by percent and reproducibly. Writes its counts as JSON to --report when it is stopped. */
#include "common/base/id.h"
#include "common/base/json.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include "common/os/proc.h"
#include "diode/frame/endpoint.h"
#include "diode/frame/option.h"
#include "tests/relay/joined.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM 65536
#define HELD_MAX 64

struct settings {
	char *listen, *to, *port_file, *report;
	int64_t drop, twice, hold, damage, forge, seed, gap, gap_every, gap_many, gap_after, replay, largest;
};
#define AT(field) offsetof(struct settings, field)
static const struct config_field TABLE[] = {
	{"listen", CONFIG_STR, AT(listen), true, "127.0.0.1:0", 0, 0, "ADDRESS:PORT"},
	{"to", CONFIG_STR, AT(to), true, NULL, 0, 0, "ADDRESS:PORT"},
	{"port_file", CONFIG_PATH, AT(port_file), false, NULL, 0, 0, "file that gets the port"},
	{"report", CONFIG_PATH, AT(report), false, NULL, 0, 0, "file that gets the counts at the end"},
	{"drop", CONFIG_INT, AT(drop), false, "0", 0, 10000, "of 10000"},
	{"twice", CONFIG_INT, AT(twice), false, "0", 0, 10000, "of 10000, sent twice"},
	{"hold", CONFIG_INT, AT(hold), false, "0", 0, 10000, "of 10000, held back behind up to 64 others"},
	{"damage", CONFIG_INT, AT(damage), false, "0", 0, 10000, "of 10000, with one to eight bits flipped"},
	{"forge", CONFIG_INT, AT(forge), false, "0", 0, 10000, "of 10000, a forged one before it"},
	{"gap", CONFIG_TIME, AT(gap), false, "0ms", 0, 0, "for so long all are dropped"},
	{"gap_every", CONFIG_TIME, AT(gap_every), false, "1s", 1, INT64_MAX, "from gap to gap"},
	{"gap_many", CONFIG_INT, AT(gap_many), false, "0", 0, INT64_MAX,
		"so many in a row are dropped: a gap that does not depend on how busy the machine is"},
	{"gap_after", CONFIG_INT, AT(gap_after), false, "10000", 1, INT64_MAX, "datagrams between two such"},
	{"replay", CONFIG_INT, AT(replay), false, "0", 0, 1,
		"1: all of it once more at the end of a second's silence"},
	{"largest", CONFIG_INT, AT(largest), false, "65536", 1, 65536,
		"bytes of a datagram that passes; larger ones are dropped"},
	{"seed", CONFIG_INT, AT(seed), false, "1", 0, INT64_MAX, "of the choices"}, {0}};

struct held {
	uint8_t *p;
	size_t n;
	unsigned after; /* datagrams to pass first */
};
struct relay {
	struct settings s;
	struct endpoint to;
	int fd, stop_fd;
	int64_t started; /* ms */
	uint64_t random, in, out, dropped, doubled, held_back, damaged, forged, replayed;
	struct held held[HELD_MAX];
	struct held *tape; /* with replay: everything that passed */
	size_t tape_n, tape_cap;
};

static uint64_t next(struct relay *r)
{
	r->random ^= r->random << 13;
	r->random ^= r->random >> 7;
	r->random ^= r->random << 17;
	return r->random;
}

static bool chance(struct relay *r, int64_t of_10000)
{
	return of_10000 > 0 && (int64_t)(next(r) % 10000) < of_10000;
}

static void pass(struct relay *r, const uint8_t *p, size_t n)
{
	const struct sockaddr *to = (const struct sockaddr *)&r->to.addr;
	while (sendto(r->fd, p, n, 0, to, r->to.len) < 0 && (errno == EINTR || errno == ENOBUFS))
		;
	r->out++;
}

static void keep(struct relay *r, const uint8_t *p, size_t n)
{
	if (r->tape_n == r->tape_cap) {
		r->tape_cap = r->tape_cap == 0 ? 1024 : 2 * r->tape_cap;
		r->tape = realloc(r->tape, r->tape_cap * sizeof *r->tape);
		REQUIRE(r->tape != NULL);
	}
	struct held *h = &r->tape[r->tape_n++];
	h->p = malloc(n);
	REQUIRE(h->p != NULL);
	memcpy(h->p, p, n);
	h->n = n;
}

static void release(struct relay *r, bool all)
{
	for (size_t i = 0; i < HELD_MAX; i++) {
		struct held *h = &r->held[i];
		if (h->p == NULL || (!all && --h->after > 0))
			continue;
		pass(r, h->p, h->n);
		free(h->p);
		h->p = NULL;
	}
}

static bool hold(struct relay *r, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < HELD_MAX; i++) {
		if (r->held[i].p != NULL)
			continue;
		r->held[i] = (struct held){.p = malloc(n), .n = n, .after = 1 + (unsigned)(next(r) % 64)};
		REQUIRE(r->held[i].p != NULL);
		memcpy(r->held[i].p, p, n);
		r->held_back++;
		return true;
	}
	return false;
}

/* One that looks like the true one: another place, another content, another tag. */
static void forge(struct relay *r, const uint8_t *p, size_t n)
{
	uint8_t f[ROOM];
	memcpy(f, p, n);
	for (size_t i = 0; i < 8 && n > 40; i++)
		f[24 + next(r) % (n - 24)] = (uint8_t)next(r);
	r->forged++;
	pass(r, f, n);
}

static bool in_gap(const struct relay *r)
{
	uint64_t round = (uint64_t)(r->s.gap_many + r->s.gap_after);
	if (r->s.gap_many > 0 && r->in % round >= (uint64_t)r->s.gap_after)
		return true;
	int64_t at = r->s.gap > 0 ? time_mono_ms() - r->started : 0;
	return at > r->s.gap_every && at % r->s.gap_every < r->s.gap;
}

static void take(struct relay *r, uint8_t *p, size_t n)
{
	r->in++;
	if (in_gap(r)) {
		r->dropped++;
		return;
	}
	if ((int64_t)n > r->s.largest) {
		r->dropped++;
		return;
	}
	if (chance(r, r->s.forge))
		forge(r, p, n);
	if (chance(r, r->s.drop)) {
		r->dropped++;
		return;
	}
	if (chance(r, r->s.damage)) {
		for (uint64_t bits = 1 + next(r) % 8; bits > 0; bits--)
			p[next(r) % n] ^= (uint8_t)(1u << next(r) % 8);
		r->damaged++;
	}
	if (r->s.replay != 0)
		keep(r, p, n);
	if (!chance(r, r->s.hold) || !hold(r, p, n))
		pass(r, p, n);
	if (chance(r, r->s.twice)) {
		r->doubled++;
		pass(r, p, n);
	}
	release(r, false);
}

static void replay(struct relay *r)
{
	for (size_t i = 0; i < r->tape_n; i++) {
		pass(r, r->tape[i].p, r->tape[i].n);
		r->replayed++;
		free(r->tape[i].p);
	}
	r->tape_n = 0;
}

/* Nothing is asked for that looks at single datagrams: gaps at most. */
static bool whole(const struct relay *r)
{
	const struct settings *s = &r->s;
	return s->drop + s->twice + s->hold + s->damage + s->forge + s->replay == 0 && s->largest == ROOM;
}

static void take_joined(struct relay *r)
{
	static uint8_t p[ROOM];
	uint16_t segment = 0;
	for (ssize_t n; (n = joined_read(r->fd, p, sizeof p, &segment)) > 0;) {
		uint64_t many = ((uint64_t)n + segment - 1) / segment;
		bool drop = in_gap(r);
		r->in += many;
		r->dropped += drop ? many : 0;
		while (!drop && joined_write(r->fd, &r->to.addr, r->to.len, p, (size_t)n, segment) < 0 &&
			(errno == EINTR || errno == ENOBUFS))
			;
		r->out += drop ? 0 : many;
	}
}

static int loop(struct relay *r)
{
	bool joined = whole(r) && joined_open(r->fd);
	uint8_t p[ROOM];
	for (;;) {
		struct pollfd f[2] = {{.fd = r->fd, .events = POLLIN}, {.fd = r->stop_fd, .events = POLLIN}};
		int n = poll(f, 2, 1000);
		if (f[1].revents != 0)
			break;
		if (n == 0) {
			release(r, true);
			replay(r);
		}
		if (n > 0 && joined)
			take_joined(r);
		for (ssize_t got; n > 0 && !joined && (got = recv(r->fd, p, sizeof p, MSG_DONTWAIT)) > 0;)
			take(r, p, (size_t)got);
	}
	release(r, true);
	replay(r);
	return 0;
}

static int report(const struct relay *r)
{
	struct buf b;
	buf_init(&b, 4096);
	int err = buf_addf(&b,
		"{\"in\":%llu,\"out\":%llu,\"dropped\":%llu,\"doubled\":%llu,\"held\":%llu,\"damaged\":%llu,"
		"\"forged\":%llu,\"replayed\":%llu}\n",
		(unsigned long long)r->in, (unsigned long long)r->out, (unsigned long long)r->dropped,
		(unsigned long long)r->doubled, (unsigned long long)r->held_back,
		(unsigned long long)r->damaged, (unsigned long long)r->forged,
		(unsigned long long)r->replayed);
	if (err == 0 && r->s.report != NULL)
		err = file_write(AT_FDCWD, r->s.report, 0644, buf_view(&b), "udp-relay.report");
	buf_fini(&b);
	return err;
}

static int open_relay(struct relay *r, struct err_note *note)
{
	struct endpoint at;
	char text[8];
	int size = 64 << 20;
	if (r->s.to == NULL)
		return err_set(note, ERR_USAGE, "--to is needed");
	int err = endpoint_parse(r->s.listen, true, &at, note);
	if (err == 0)
		err = endpoint_parse(r->s.to, false, &r->to, note);
	if (err != 0)
		return err;
	r->fd = socket(at.addr.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (r->fd < 0 || bind(r->fd, (const struct sockaddr *)&at.addr, at.len) != 0)
		return err_set(note, err_from_errno(errno), "%s: %s", r->s.listen, strerror(errno));
	if (setsockopt(r->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
		(void)setsockopt(r->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	at.len = sizeof at.addr;
	if (getsockname(r->fd, (struct sockaddr *)&at.addr, &at.len) != 0)
		return err_set(note, err_from_errno(errno), "port: %s", strerror(errno));
	err = proc_stop_fd(&r->stop_fd);
	int n = snprintf(text, sizeof text, "%u\n", endpoint_port(&at));
	if (err == 0 && r->s.port_file != NULL)
		err = file_write(AT_FDCWD, r->s.port_file, 0644, view_of(text, (size_t)n), "udp-relay.port");
	return err == 0 ? 0 : err_set(note, err, "start: %s", err_text(err));
}

int main(int argc, char **argv)
{
	struct relay r = {.fd = -1, .stop_fd = -1};
	struct err_note note = {0};
	int operands = 0;
	log_init("udp-relay");
	int err = option_parse(TABLE, argc, argv, &r.s, &operands, &note);
	r.random = UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)(r.s.seed + 1);
	if (err == 0)
		err = open_relay(&r, &note);
	if (err != 0) {
		(void)log_refusal(&note);
		return 2;
	}
	r.started = time_mono_ms();
	err = loop(&r);
	if (err == 0)
		err = report(&r);
	free(r.tape);
	config_free_fields(TABLE, &r.s);
	close(r.fd);
	close(r.stop_fd);
	return err != 0;
}
