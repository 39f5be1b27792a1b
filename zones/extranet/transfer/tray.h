/* The disc tray: a watched folder into which an approved disc image is carried; each is handed to `burner
 * import`. The ledger is burner's own. Blanks that were numbered there are told to the intranet. */
#ifndef REG_TRANSFER_TRAY_H
#define REG_TRANSFER_TRAY_H
#include "common/base/json.h"

struct registry;
struct tray;
SW_MUST_USE int tray_start(struct registry *r, struct tray **out);
void tray_stop(struct tray *t);
/* Somebody did something in the ledger: look at once. NULL is a no-op. */
void tray_poke(struct tray *t);
#endif
