#include "gapd/switch/relay.h"

#include "common/log/log.h"
#include "common/os/fault.h"
#include "gapd/link/packet.h"
#include "gapd/link/record.h"
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct side {
	const char *name;
	int socket;
	bool sent; /* it waits for the verdict on its bundle `number` */
	uint64_t number;
	int bundle;       /* copied records to be handed to it; -1: none */
	uint64_t given;   /* number under which it got the last one */
	bool asked;       /* its verdict on `given` is awaited */
	bool has_verdict; /* to be told */
	struct packet verdict;
};

/* The records once more, each written anew into a memfd of the switch, which then only can be read. */
static int copy(int from, int64_t max, int *out)
{
	struct record_reader r;
	struct record rec;
	struct view all;
	char path[40];
	int to = -1;
	int rc = record_map(from, max, &all);
	if (rc < 0)
		return rc;
	record_reader_init(&r, all);
	rc = record_create(&to);
	while (rc == 0 && (rc = record_next(&r, &rec)) == 1)
		rc = record_put(to, rec.type, rec.v);
	if (rc == 0)
		rc = record_seal(to);
	if (rc == 0) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", to);
		int ro = open(path, O_RDONLY | O_CLOEXEC);
		if (ro < 0)
			rc = log_errno("reopen", "records");
		else
			*out = ro;
	}
	record_unmap(all);
	if (to >= 0)
		close(to);
	return rc;
}

/* What waits for the side it is attached to now. ERR_BUSY: its queue is full, next time. */
static int deliver(struct side *a)
{
	int rc = 0;
	if (a->has_verdict) {
		rc = packet_send(a->socket, &a->verdict, -1);
		if (rc == 0) {
			a->has_verdict = false;
			a->sent = false;
		}
	}
	if (rc == 0 && a->bundle >= 0) {
		const struct packet p = {.kind = PACKET_BUNDLE, .number = a->given + 1};
		fault_point("give.before");
		rc = packet_send(a->socket, &p, a->bundle);
		fault_point("give.after");
		if (rc == 0) {
			close(a->bundle);
			a->bundle = -1;
			a->given++;
			a->asked = true;
		}
	}
	return rc == ERR_BUSY ? 0 : rc;
}

static int take_bundle(struct side *a, struct side *b, const struct packet *p, int fd, int64_t max)
{
	int rc = ERR_FORMAT;
	if (!a->sent && b->bundle < 0 && !b->asked)
		rc = copy(fd, max, &b->bundle);
	close(fd);
	a->sent = true;
	a->number = p->number;
	return rc;
}

static int take_verdict(struct side *a, struct side *b, const struct packet *p)
{
	if (!a->asked || p->number != a->given || !b->sent)
		return ERR_FORMAT;
	a->asked = false;
	b->verdict = *p;
	b->verdict.number = b->number;
	b->has_verdict = true;
	return 0;
}

static int take(struct side *a, struct side *b, int64_t max)
{
	struct packet p;
	int fd = -1;
	int rc = packet_recv(a->socket, &p, &fd);
	if (rc < 0)
		return rc;
	return p.kind == PACKET_BUNDLE ? take_bundle(a, b, &p, fd, max) : take_verdict(a, b, &p);
}

static bool waits(const struct side *s)
{
	return s->has_verdict || s->bundle >= 0;
}

/* One time attached to `a`: `b` is not looked at. 1: go on, 0: stop. */
static int turn(const struct relay_settings *s, struct side *a, struct side *b)
{
	int rc = deliver(a);
	if (rc < 0)
		return rc;
	struct pollfd p[2] = {{a->socket, POLLIN, 0}, {s->stop_fd, POLLIN, 0}};
	if (poll(p, 2, waits(b) ? 0 : (int)s->slot_ms) < 0)
		return 1;
	if (p[1].revents)
		return 0;
	rc = p[0].revents ? take(a, b, s->bundle_max) : 0;
	return rc == 0 || rc == ERR_BUSY ? 1 : rc;
}

int relay_run(const struct relay_settings *s, struct err_note *note)
{
	struct side outer = {.name = "outer", .socket = s->outer, .bundle = -1},
		    inner = {.name = "inner", .socket = s->inner, .bundle = -1};
	struct side *a = &outer, *b = &inner;
	int rc;
	while ((rc = turn(s, a, b)) == 1) {
		struct side *other = b;
		b = a;
		a = other;
	}
	if (outer.bundle >= 0)
		close(outer.bundle);
	if (inner.bundle >= 0)
		close(inner.bundle);
	return rc < 0 ? err_set(note, rc, "%s half: %s", a->name, rc == ERR_STOPPING ? "ended" : err_text(rc))
		      : 0;
}
