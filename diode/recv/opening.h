/* How an object begins: from nothing, or from what is kept of it on disc. */
#ifndef SW_DIODE_OPENING_H
#define SW_DIODE_OPENING_H
#include "diode/recv/holes.h"
#include "diode/recv/objects.h"

struct opening {
	int home; /* folder of what is kept */
	struct pool *pool;
	struct store *store;
	struct holes *holes;
	struct incoming_shared *shared;
};
/* Sets o's in, file, hint and, where it is known, meta; part of that on failure, too: the caller gives it
 * back. ERR_NOSPACE. */
SW_MUST_USE int opening_run(const struct opening *p, struct object *o, const struct frame *f);
#endif
