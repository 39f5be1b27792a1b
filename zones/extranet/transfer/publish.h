/* What can be applied for, and what it costs, as the portal learns it: business definitions by version and
 * the fee table, each sealed by the office 电子印章, so that who receives one can prove whose it is. */
#ifndef REG_TRANSFER_PUBLISH_H
#define REG_TRANSFER_PUBLISH_H
#include "zones/extranet/registry.h"

/* One set for all offices, under the seal of the first. Queues for the portal whatever it was not sent yet:
 * every published version of a business once, the fee table by a number that counts its texts, the same for
 * all portals. After the exchange has started; again after a new version was published. */
SW_MUST_USE int publish_definitions(struct registry *r, struct err_note *note);
/* Is its definition, as it is sealed for a portal, as small as a message may be? ERR_LIMIT. */
SW_MUST_USE int publish_fits(const struct business *b, struct err_note *note);
/* `registryd definitions [list]`. Returns an exit code. Without a word: what can be applied for, configured
 * and designed, as JSON lines {"kind","code","version","definition","signature","seal_certificate"} on
 * standard output, for a portal that no link reaches yet; the fee table's number is on record from then on.
 * list: every version that there is or was, a line
 * each: code, version, state, configured or designed, name. */
int publish_command(struct service *s, int argc, char **argv);
#endif
