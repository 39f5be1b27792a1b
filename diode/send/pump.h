/* The sender's two threads: one reads blocks and lets their symbols out in turn, the other keeps the
 * heartbeat going whatever the disc and the line do. */
#ifndef SW_DIODE_PUMP_H
#define SW_DIODE_PUMP_H
#include "diode/send/board.h"
#include "diode/send/emit.h"
#include "diode/send/loader.h"
#include "diode/send/protect.h"

struct pump;
struct pump_options {
	struct feed feed;
	struct emit *emit; /* the caller's, like the next two; must outlive it */
	struct board *board;
	const struct protect *protect;
	unsigned at_a_time;   /* objects on their way side by side */
	int64_t beat;         /* ms between heartbeats */
	int64_t report_every; /* ms */
	int stop_fd;
	/* called about that often and at the end; may be NULL */
	void (*report)(void *cookie);
	void *report_cookie;
};
SW_MUST_USE int pump_new(const struct pump_options *o, struct pump **out);
void pump_free(struct pump *p);
/* Until the feed ends or the stop descriptor speaks (ERR_STOPPING), or a fatal error. */
SW_MUST_USE int pump_run(struct pump *p);
#endif
