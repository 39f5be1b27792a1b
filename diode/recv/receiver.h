/* A receiving end while it runs: what its steps share. begin.h makes it, listen.h takes what arrives, main.c
 * goes round. */
#ifndef SW_DIODE_RECEIVER_H
#define SW_DIODE_RECEIVER_H
#include "diode/recv/recv_settings.h"
#include "diode/recv/recv_status.h"
#include "diode/recv/wary.h"

struct receiver {
	struct recv_settings s;
	struct frame_key *key;
	struct inlet *inlet;
	struct pool *pool;
	struct session_table *sessions;
	struct shelf *shelf; /* NULL: to standard output */
	struct store *store;
	struct assembly *assembly;
	struct recv_status status;
	struct trail *trail; /* NULL: without a log */
	int stop_fd;
	int64_t now, started, watch_due, write_due, link_due, warn_due; /* ms, monotonic */
	struct wary wary;
};
#endif
