/* What two persons decided is in force by its commit. What follows from that is done behind it: this program
 * takes it in, and portals are told. When that fails, who decided is told so and no error, for nothing of the
 * decision is undone by it, and it is tried again with every round of the clock until it holds. */
#ifndef REG_TRANSFER_IN_FORCE_H
#define REG_TRANSFER_IN_FORCE_H
#include "zones/extranet/registry.h"

struct in_force;
SW_MUST_USE int in_force_new(struct registry *r, struct in_force **out);
void in_force_free(struct in_force *f);
/* After the commit, from any thread. False: not yet; the reason is in the log. */
bool in_force_business(struct in_force *f);
bool in_force_rule(struct in_force *f, const char *division);
/* Tries again what did not hold; nothing else. */
void in_force_again(struct in_force *f);
#endif
