/* The disc tray: a watched folder into which an approved disc image is carried; each is handed to `burner
 * import`. The ledger is burner's own. */
#ifndef REG_TRANSFER_TRAY_H
#define REG_TRANSFER_TRAY_H
#include "common/base/json.h"

struct registry;
struct tray;
SW_MUST_USE int tray_start(struct registry *r, struct tray **out);
void tray_stop(struct tray *t);
/* `burner list`: new reference. */
SW_MUST_USE int tray_discs(struct registry *r, json_t **out, struct err_note *note);
#endif
