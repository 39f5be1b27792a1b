/* Feed of named files and folder trees, sent `passes` times. A folder travels under its own name with all
 * that is below it; with "/" at its end (or "." and "..") what is in it travels without that name. */
#ifndef SW_DIODE_PATHS_H
#define SW_DIODE_PATHS_H
#include "diode/send/feed.h"
#include "diode/send/opener.h"

struct paths;
/* The strings of `path` stay the caller's. every: ms from the end of a pass to the start of the next. */
SW_MUST_USE int paths_new(const struct opener *o, char *const *path, size_t n, unsigned passes, int64_t every,
	struct paths **out);
void paths_free(struct paths *p);
struct feed paths_feed(struct paths *p);
/* What could not be sent (each was logged), once per pass. */
uint64_t paths_failed(const struct paths *p);
#endif
