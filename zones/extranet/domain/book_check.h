/* Invariants of a unit's rows in force: what must hold after every entry, whatever its kind. Pure. */
#ifndef REG_DOMAIN_BOOK_CHECK_H
#define REG_DOMAIN_BOOK_CHECK_H
#include "common/base/json.h"

/* One ownership or use right at most; every right has holders and every holder a right; shares have one
 * denominator and sum to one; a seizure waits only behind one in force, and one is in force at most; ranks of
 * mortgages differ. ERR_BUG with what is broken in note. rows: {"fdcq2":[…] …}. */
SW_MUST_USE int book_check_unit(const json_t *rows, struct err_note *note);
#endif
