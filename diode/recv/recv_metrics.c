#include "diode/recv/recv_metrics.h"
#include "diode/frame/metrics.h"
#include <stdio.h>

static void line(struct metrics *m, const struct recv_status *s, int64_t now)
{
	char label[48];
	metrics_name(m, "diode_recv_link_state", "State of the line; the one that holds is 1.");
	for (int i = 0; i < LINK_STATES; i++) {
		snprintf(label, sizeof label, "state=\"%s\"", link_state_name((enum link_state)i));
		metrics_value(m, "diode_recv_link_state", label, (int)s->link.state == i);
	}
	metrics_one(m, "diode_recv_silence_seconds", "Since the newest genuine datagram; -1 when none came.",
		s->link.heard != 0 ? (double)(now - s->link.heard) / 1000 : -1);
}

static void datagrams(struct metrics *m, const struct recv_status *s)
{
	static const char NAME[] = "diode_recv_datagrams_total";
	const struct recv_status_refused *r = &s->refused;
	struct inlet_counts in = inlet_counts(s->inlet);
	metrics_name(m, NAME, "Datagrams that arrived, by what became of them.");
	metrics_value(m, NAME, "result=\"genuine\"", (double)session_heard_total(s->sessions));
	metrics_value(m, NAME, "result=\"surplus\"", (double)s->surplus);
	metrics_value(m, NAME, "result=\"format\"", (double)r->format);
	metrics_value(m, NAME, "result=\"key\"", (double)r->key);
	metrics_value(m, NAME, "result=\"digest\"", (double)r->digest);
	metrics_value(m, NAME, "result=\"replay\"", (double)r->replay);
	metrics_value(m, NAME, "result=\"old\"", (double)r->old);
	metrics_one(m, "diode_recv_bytes_total", "Bytes of datagrams that arrived.", (double)in.bytes);
	metrics_one(m, "diode_recv_overflow_total",
		"Datagrams the kernel dropped because the queue was full.", (double)in.overflow);
	metrics_one(m, "diode_recv_lost", "Datagrams sent and not heard (late ones come off again).",
		(double)session_lost_total(s->sessions));
}

static void objects(struct metrics *m, const struct recv_status *s)
{
	static const char NAME[] = "diode_recv_objects_total";
	struct assembly_counts a = assembly_counts(s->assembly);
	struct store_counts c = store_counts(s->store);
	metrics_name(m, NAME, "Files and folders, by what became of them.");
	metrics_value(m, NAME, "result=\"published\"", (double)c.published);
	metrics_value(m, NAME, "result=\"same\"", (double)c.same);
	metrics_value(m, NAME, "result=\"forked\"", (double)c.forked);
	metrics_value(m, NAME, "result=\"refused\"", (double)(c.refused + a.refused));
	metrics_value(m, NAME, "result=\"failed\"", (double)c.failed);
	metrics_value(m, NAME, "result=\"incomplete\"", (double)a.incomplete);
	metrics_value(m, NAME, "result=\"missing\"", (double)a.missing);
	metrics_one(m, "diode_recv_published_bytes_total", "Bytes of published files.", (double)c.bytes);
	metrics_one(m, "diode_recv_holes", "Files that are missing or incomplete now.",
		(double)assembly_holes(s->assembly));
	metrics_one(m, "diode_recv_blocks_total", "Blocks put together.", (double)a.blocks);
	metrics_one(
		m, "diode_recv_repaired_total", "Symbols that were lost and computed.", (double)a.repaired);
	metrics_one(m, "diode_recv_full_total", "Datagrams for which there was no memory.", (double)a.full);
}

int recv_metrics_encode(const struct recv_status *s, int64_t now, struct buf *out)
{
	struct metrics m = {.out = out};
	line(&m, s, now);
	datagrams(&m, s);
	objects(&m, s);
	return m.err;
}
