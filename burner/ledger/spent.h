/* Blanks that carry nothing the other side will get: what became scrap here, and what lies under a void disc.
 * Every disc tells them, so that each number is accounted for on both sides without a person's doing. */
#ifndef SW_BURNER_SPENT_H
#define SW_BURNER_SPENT_H
#include "burner/ledger/ledger.h"

/* Out of ledger_list into d->blanks; what the other side told itself is not told back. Of more than
 * DISC_BLANKS_MAX the newest. ERR_NOMEM. */
SW_MUST_USE int spent_collect(const json_t *list, struct disc *d);
/* What an imported disc tells. Again is no error. */
SW_MUST_USE int spent_take(struct ledger *l, const struct disc *d, const char *by, struct err_note *note);
#endif
