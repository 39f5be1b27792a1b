/* The receiver's status as a JSON file, for people, monitoring and the disc's list of holes. */
#ifndef SW_DIODE_RECV_STATUS_H
#define SW_DIODE_RECV_STATUS_H
#include "diode/recv/assembly.h"
#include "diode/recv/inlet.h"
#include "diode/recv/session.h"
#include "diode/recv/store.h"

/* Datagrams that were not let in, by reason. */
struct recv_status_refused {
	uint64_t format, key, digest,
		replay; /* not ours; wrong key or forged session; damaged or forged; again */
};
struct recv_status {
	const char *file; /* NULL: none */
	const struct inlet *inlet;
	const struct session_table *sessions;
	struct assembly *assembly;
	struct store *store;
	struct recv_status_refused refused;
	bool failed;
};
/* A failure is logged once and does not stop the receiving. */
void recv_status_write(struct recv_status *s);
#endif
