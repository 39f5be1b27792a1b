/* The newest transfers that need no more datagrams: their object is finished, refused or given up. Bounded,
 * oldest out. An object belongs to a session here: what another run sends again is taken again. */
#ifndef SW_DIODE_RECENT_H
#define SW_DIODE_RECENT_H
#include "diode/frame/frame.h"

struct recent;
SW_MUST_USE int recent_new(size_t max, struct recent **out);
void recent_free(struct recent *r);
struct frame_id recent_key(const struct frame_id *session, const struct frame_object *object);
void recent_add(struct recent *r, const struct frame_id *id); /* again is a no-op */
bool recent_has(const struct recent *r, const struct frame_id *id);
void recent_remove(struct recent *r, const struct frame_id *id); /* absent is a no-op */
#endif
