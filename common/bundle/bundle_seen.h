/* Which message ids and origin leaves a bundle that is being written already holds. */
#ifndef SW_BUNDLE_SEEN_H
#define SW_BUNDLE_SEEN_H
#include "common/bundle/bundle_contents.h"

struct bundle_seen;
SW_MUST_USE int bundle_seen_new(struct bundle_seen **out);
void bundle_seen_free(struct bundle_seen *s);
/* path may be NULL. */
bool bundle_seen_has(const struct bundle_seen *s, const struct bundle_contents *c, const char *id,
	const struct bundle_origin_path *path);
/* The last entry of c. */
void bundle_seen_add(struct bundle_seen *s, const struct bundle_contents *c);
#endif
