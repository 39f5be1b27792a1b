/* The clock that entries are dated by. A clock that was set while the service ran would end seizures before
 * their day, or keep them beyond it, and what was entered cannot be taken back. */
#ifndef REG_STORE_CLOCK_H
#define REG_STORE_CLOCK_H
#include "zones/extranet/registry.h"

#define CLOCK_JUMP_MS INT64_C(3600000) /* less than this moves no day of consequence */
/* ERR_STATE: it was set by an hour or more since the service began, and not back: nothing is entered and
 * nothing lapses until the service is started again. Commands watch no clock. */
SW_MUST_USE int clock_steady(const struct registry *r, struct err_note *note);
#endif
