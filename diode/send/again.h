/* Sending again what a receiver's list names (diode/frame/missing.h): of the paths given only these objects
 * leave, and of them only the blocks that hold missing bytes. */
#ifndef SW_DIODE_AGAIN_H
#define SW_DIODE_AGAIN_H
#include "diode/frame/missing.h"
#include "diode/send/outgoing.h"

struct again;
/* ERR_NOTFOUND, ERR_LIMIT and what missing_decode says, with the place in note. */
SW_MUST_USE int again_open(const char *file, struct again **out, struct err_note *note);
void again_free(struct again *a);
/* Whether the object is listed; it then counts as found. */
bool again_wants(struct again *a, const struct frame_object *id);
/* Takes over the measures the receiver has of the object, where this run can send by them: then true, and
 * again_narrow is to follow. Else it leaves whole. */
bool again_measures(const struct again *a, struct outgoing_options *o);
SW_MUST_USE int again_narrow(const struct again *a, struct outgoing *o);
/* Logs each listed object that was not found among the paths; returns their number. */
size_t again_absent(const struct again *a);
#endif
