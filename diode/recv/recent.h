/* The newest ids of objects that need no more datagrams: finished, refused or given up. Bounded, oldest out.
 */
#ifndef SW_DIODE_RECENT_H
#define SW_DIODE_RECENT_H
#include "diode/frame/frame.h"

struct recent;
SW_MUST_USE int recent_new(size_t max, struct recent **out);
void recent_free(struct recent *r);
void recent_add(struct recent *r, const struct frame_id *id); /* again is a no-op */
bool recent_has(const struct recent *r, const struct frame_id *id);
void recent_remove(struct recent *r, const struct frame_id *id); /* absent is a no-op */
#endif
