/* The runs of senders this receiver hears: whether a datagram is genuine and new, and how many were lost.
 * Bounded: the least recently heard makes room; of it, its number is remembered, so that nothing recorded can
 * be played again. */
#ifndef SW_DIODE_SESSION_H
#define SW_DIODE_SESSION_H
#include "common/base/json.h"
#include "diode/frame/frame_beat.h"
#include "diode/frame/frame_key.h"
#include "diode/recv/transfers.h"

#define SESSION_MAX 16
struct session {
	struct frame_id id;
	uint64_t highest;       /* sequence number heard */
	uint64_t heard;         /* datagrams, each once */
	uint64_t surplus;       /* datagrams nobody needed: not authenticated */
	uint64_t lost;          /* datagrams that did not come in time */
	int64_t last;           /* monotonic ms of the newest datagram */
	bool from_start;        /* heard from its first datagrams on */
	bool beaten;            /* a beat was heard */
	struct frame_beat beat; /* the newest */
	struct transfers *transfers;
};
/* A datagram that asks to be let in, and the answer. */
struct session_item {
	const struct frame *f;
	struct view datagram;
	int err;
	struct session *s; /* with err 0, until the next call */
};
struct session_table;
/* key stays the caller's and must outlive the table. */
SW_MUST_USE int session_table_new(const struct suite *s, struct frame_key *key, struct session_table **out);
void session_table_free(struct session_table *t);
/* Each item's err is 0 or ERR_SUITE: another suite; ERR_KEY: a session nobody with our key opened;
 * ERR_DIGEST: damaged or forged; ERR_DUPLICATE: heard before, or too old to tell; ERR_EPOCH: a session older
 * than all that are remembered; ERR_LIMIT: too many sessions at once; ERR_NOMEM. */
void session_admit(struct session_table *t, struct session_item *item, size_t n, int64_t now);
/* One datagram by itself, nothing is noted: ERR_KEY: of a session that was refused a moment ago;
 * ERR_DUPLICATE or ERR_DIGEST as above, of an open one; 0: session_admit must tell. */
SW_MUST_USE int session_judge(
	struct session_table *t, const struct frame *f, struct view datagram, int64_t now);
/* About each half second: what did not come by now, given the spread the heartbeats tell, is lost. all:
 * without patience. */
void session_settle(struct session_table *t, int64_t now, bool all);
/* A datagram of an open session that nobody needs and nobody checks: it is not lost. */
void session_spare(struct session_table *t, const struct frame *f);
/* The session a datagram claims, if it is open; nothing is checked. */
struct session *session_claimed(struct session_table *t, const struct frame_id *id);
/* For reports: i-th session or NULL; their number changes with session_admit only. */
const struct session *session_at(const struct session_table *t, size_t i);
uint64_t session_lost_total(const struct session_table *t); /* those forgotten included */
uint64_t session_heard_total(const struct session_table *t);
/* What must outlive a restart so that nothing is heard twice: {"floor":MS,"sessions":[[HEX,"HIGHEST"]…]}; a
 * new reference, NULL without memory. And back, into a table that has heard nothing: ERR_SCHEMA. */
json_t *session_table_keep(const struct session_table *t);
SW_MUST_USE int session_table_restore(struct session_table *t, const json_t *kept);
#endif
