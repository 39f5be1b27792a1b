/* What the receiver tells while it runs: status as a JSON file, metrics for Prometheus (a file for its node
 * exporter's textfile collector: this program opens no door), the list of what is missing, a line on a
 * terminal. */
#ifndef SW_DIODE_RECV_STATUS_H
#define SW_DIODE_RECV_STATUS_H
#include "diode/frame/progress.h"
#include "diode/recv/assembly.h"
#include "diode/recv/inlet.h"
#include "diode/recv/link.h"
#include "diode/recv/session.h"
#include "diode/recv/store.h"

/* Datagrams that were not let in, by reason. */
struct recv_status_refused {
	uint64_t format, key, digest, replay, old; /* not ours; wrong key or forged session; damaged or
						      forged; again; of a session too old */
};
struct recv_status {
	const char *file, *metrics; /* NULL: none */
	int home; /* folder for the list of what is missing and the known sessions; -1 none */
	const struct inlet *inlet;
	const struct session_table *sessions;
	struct assembly *assembly;
	struct store *store;
	struct link link;
	struct recv_status_refused refused;
	uint64_t surplus;
	struct progress progress;
	/* its own */
	bool failed;
	struct buf missing, known; /* as last written */
};
void recv_status_init(struct recv_status *s, int64_t now);
void recv_status_fini(struct recv_status *s);
/* Each half second: the state of the line, logged when it changes; then true, and it is worth writing at
 * once. */
bool recv_status_watch(struct recv_status *s, int64_t now);
/* Each second, at a change of the line's state and at the end. A failure is logged once and does not stop the
 * receiving. */
void recv_status_write(struct recv_status *s, int64_t now);
void recv_status_draw(struct recv_status *s, int64_t now);
#define RECV_STATUS_SESSIONS "sessions.json" /* in the home: what session_table_keep gives */
#endif
