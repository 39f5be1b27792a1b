/* Sessions that are over: how far each was heard, so that nothing recorded can be played again. Bounded; when
 * the one that began first must go, all that began before it are too old. */
#ifndef SW_DIODE_FORMER_H
#define SW_DIODE_FORMER_H
#include "common/base/json.h"
#include "diode/frame/frame.h"

#define FORMER_MAX 1024
struct former;
struct former *former_new(void); /* NULL without memory */
void former_free(struct former *f);
void former_add(struct former *f, const struct frame_id *id, uint64_t highest);
/* Whether it is known, and its highest number heard. */
bool former_find(const struct former *f, const struct frame_id *id, uint64_t *highest);
/* It is not known and began before those that are. */
bool former_too_old(const struct former *f, const struct frame_id *id);
/* What must outlive a restart: {"floor":MS,"sessions":[[HEX,"HIGHEST"]…]}, a new reference, NULL without
 * memory; with former_keep_add those that are still open. And back, into one that knows nothing: ERR_SCHEMA.
 */
json_t *former_keep(const struct former *f);
SW_MUST_USE int former_keep_add(json_t *kept, const struct frame_id *id, uint64_t highest);
SW_MUST_USE int former_restore(struct former *f, const json_t *kept);
#endif
