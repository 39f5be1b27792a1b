/* The sender's one loop: takes objects from a feed, fills groups, sends them, keeps the heartbeat going. */
#ifndef SW_DIODE_PUMP_H
#define SW_DIODE_PUMP_H
#include "diode/frame/frame_beat.h"
#include "diode/send/emit.h"
#include "diode/send/group.h"
#include "diode/send/outgoing.h"

/* Where objects come from: named paths, a watched folder, a pipe. */
struct pump_feed {
	void *cookie;
	/* The next object, owned by the caller. ERR_BUSY: none now; ERR_NOTFOUND: none ever again. */
	int (*next)(void *cookie, struct outgoing **out);
	/* A small new object that may overtake a large one being sent, ERR_BUSY when there is none; or NULL.
	 */
	int (*urgent)(void *cookie, struct outgoing **out);
	/* The object left completely (err 0) or could not be read (err). Returns the passes still to come. */
	unsigned (*sent)(void *cookie, struct outgoing *o, int err);
	/* Every object told by sent() since the last call is handed over. */
	int (*settle)(void *cookie);
	int (*wait_fd)(void *cookie); /* readable when there may be something new; -1 none */
};
struct pump_counts {
	uint64_t objects, bytes, failed; /* passes that ended well, their bytes, those that did not */
};
struct pump;
struct pump_options {
	int64_t beat; /* ms between heartbeats */
	int stop_fd;
	/* called about once a second and at the end, for the status file; may be NULL */
	void (*report)(void *cookie, const struct pump *p);
	void *report_cookie;
};
/* e and g are the caller's and must outlive it. */
SW_MUST_USE int pump_new(const struct pump_options *o, struct emit *e, struct group *g, struct pump **out);
void pump_free(struct pump *p);
/* Until the feed ends or the stop descriptor speaks (ERR_STOPPING), or a fatal error. */
SW_MUST_USE int pump_run(struct pump *p, const struct pump_feed *feed);
struct pump_counts pump_counts(const struct pump *p);
const struct emit *pump_emit(const struct pump *p);
#endif
