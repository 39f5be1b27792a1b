/* Schedules step by step, one for each rule that random ones seldom need (BREAKS_DIRECTED): what the rule
 * guards against happens in it, then fair weather. */
#ifndef SW_TEST_EXCHANGE_DIRECTED_H
#define SW_TEST_EXCHANGE_DIRECTED_H
#include "tests/unit/common/exchange/world.h"

/* The schedule of this rule, under the rules as they are planted. NULL: it ended as it must; else what did
 * not hold. Invariants that hold at every moment abort. */
const char *directed_run(struct world *x, enum model_break rule);
#endif
