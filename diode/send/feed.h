/* Where objects come from: named paths, a watched folder, a pipe. Called by one thread. */
#ifndef SW_DIODE_FEED_H
#define SW_DIODE_FEED_H
#include "diode/send/outgoing.h"

struct feed {
	void *cookie;
	/* The next object, owned by the caller. ERR_BUSY: none now; ERR_NOTFOUND: none ever again. */
	int (*next)(void *cookie, struct outgoing **out);
	/* A small new object that may overtake the others, ERR_BUSY when there is none; or NULL. */
	int (*urgent)(void *cookie, struct outgoing **out);
	/* The object left completely (err 0) or could not be read (err). Returns the passes still to come. */
	unsigned (*sent)(void *cookie, struct outgoing *o, int err);
	/* Every object told by sent() since the last call is handed over. */
	int (*settle)(void *cookie);
	int (*wait_fd)(void *cookie); /* readable when there may be something new; -1 none */
	/* Something is to be sent again later; or NULL. */
	bool (*waiting)(void *cookie);
};
#endif
