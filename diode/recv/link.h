/* What the line does: told apart from the datagrams and heartbeats of the last three seconds. */
#ifndef SW_DIODE_LINK_H
#define SW_DIODE_LINK_H
#include "diode/frame/frame_beat.h"

enum link_state {
	LINK_WAITING,   /* nothing genuine came since the start */
	LINK_RECEIVING, /* data arrive, nothing is lost */
	LINK_SILENT,    /* heartbeats alone: the sender has nothing to send */
	LINK_LOSS,      /* datagrams are being lost, or objects of which nothing came */
	LINK_NOISE,     /* only what is not genuine arrives */
	LINK_ENDED,     /* the last sender has said that it ends */
	LINK_DEAD,      /* nothing arrives although a heartbeat is due: fibre, card or sender */
	LINK_STATES
};
const char *link_state_name(enum link_state s); /* "receiving" */

/* Counts at a moment; all grow. */
struct link_sample {
	uint64_t genuine; /* datagrams, heartbeats among them */
	uint64_t data;    /* of them, without heartbeats; the surplus counts */
	uint64_t lost;    /* datagrams; may shrink when late ones come */
	uint64_t missed;  /* transfers and objects of which nothing came; may shrink as well */
	uint64_t refused; /* datagrams that were not let in */
};
#define LINK_SAMPLES 7
struct link {
	enum link_state state;
	int64_t since;  /* ms, monotonic */
	int64_t heard;  /* of the newest genuine datagram; 0 none */
	uint32_t every; /* ms between heartbeats, as the newest one said */
	bool ended;
	size_t n;
	struct link_sample sample[LINK_SAMPLES]; /* newest last */
};
void link_init(struct link *l, int64_t now);
void link_heard(struct link *l, int64_t now);
void link_beat(struct link *l, const struct frame_beat *b);
/* Each half second. True when the state changed. */
bool link_tick(struct link *l, const struct link_sample *s, int64_t now);
#endif
