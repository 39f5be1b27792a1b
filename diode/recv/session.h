/* The runs of senders this receiver hears: whether a datagram is genuine and new, and how many were lost.
 * Bounded: the least recently heard makes room. */
#ifndef SW_DIODE_SESSION_H
#define SW_DIODE_SESSION_H
#include "diode/frame/frame_beat.h"
#include "diode/frame/frame_key.h"

#define SESSION_MAX 16
struct session {
	struct frame_id id;
	uint64_t first, highest; /* sequence numbers heard */
	uint64_t heard;          /* datagrams, each once */
	int64_t last;            /* monotonic ms of the newest datagram */
	bool from_start;         /* heard from its first datagrams on */
	bool beaten;             /* a beat was heard */
	struct frame_beat beat;  /* the newest */
};
struct session_table;
/* key stays the caller's and must outlive the table. */
SW_MUST_USE int session_table_new(struct frame_key *key, struct session_table **out);
void session_table_free(struct session_table *t);
/* ERR_SUITE: another suite; ERR_KEY: a session nobody with our key opened; ERR_DIGEST: damaged or forged;
 * ERR_DUPLICATE: heard before, or too old to tell; ERR_NOMEM. *out is valid until the next call. */
SW_MUST_USE int session_admit(struct session_table *t, const struct frame *f, struct view datagram,
	int64_t now, struct session **out);
uint64_t session_lost(const struct session *s);
/* For reports: i-th session or NULL; their number changes with session_admit only. */
const struct session *session_at(const struct session_table *t, size_t i);
uint64_t session_lost_total(const struct session_table *t); /* those forgotten included */
#endif
