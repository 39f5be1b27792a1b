/* One disc, built in tmp/DISC. */
#ifndef SW_BURNER_STAGE_BUILD_H
#define SW_BURNER_STAGE_BUILD_H
#include "burner/ferry/ferry.h"

/* What an earlier attempt left. */
SW_MUST_USE int stage_build_clear(const struct ledger *l);
/* Takes d's bundles from the folder `from` (by a second link, or else a copy), each checked to be one, with
 * its digest; then
 * disc.json and the record (n: its place among this side's discs). */
SW_MUST_USE int stage_build(const struct ledger *l, int from, struct disc *d, const struct ferry_order *o,
	int64_t n, struct digest *identity, struct err_note *note);
#endif
