/* What a new disc takes over from those before it. */
#ifndef SW_BURNER_STAGE_NUMBER_H
#define SW_BURNER_STAGE_NUMBER_H
#include "burner/ledger/ledger.h"

/* The number and time of the first disc of d->set_of, its predecessor, the policy, which of this side's discs
 * are void, which blanks are spent, whose keys are revoked; *n is its place among this side's discs.
 * ERR_LIMIT. */
SW_MUST_USE int stage_number(const struct ledger *l, struct disc *d, int64_t *n, struct err_note *note);
#endif
