/* The folder where complete objects appear: whole, durable, under a name that was checked. Beside or inside
 * of it the receiver has one of its own, FRAME_STATE, for what is not complete. */
#ifndef SW_DIODE_SHELF_H
#define SW_DIODE_SHELF_H
#include "diode/frame/frame.h"
#include "diode/frame/frame_meta.h"
#include "diode/recv/parcel.h"

struct shelf_options {
	const char *path;
	bool spool;   /* only names [A-Za-z0-9._-]{1,200} that end in .swb; what is refused is kept in
			 ../quarantine */
	bool replace; /* other content under a known name replaces it */
};
enum shelf_result { SHELF_NEW, SHELF_SAME, SHELF_FORK, SHELF_REFUSED };
struct shelf;
SW_MUST_USE int shelf_open(const struct shelf_options *o, struct shelf **out, struct err_note *note);
void shelf_close(struct shelf *s);
int shelf_home(const struct shelf *s); /* the receiver's own folder; stays the shelf's */
/* Puts the object in its place. SHELF_SAME: that name with these bytes is there. SHELF_FORK, SHELF_REFUSED:
 * logged, and in a spool kept in quarantine. f may be NULL for a folder. An error means try again. Durable
 * after shelf_sync. */
SW_MUST_USE int shelf_publish(struct shelf *s, struct parcel *f, const struct frame_meta *m,
	const struct frame_object *id, enum shelf_result *out);
/* Why the last one was refused. */
int shelf_why(const struct shelf *s);
/* A refused object, for that reason: quarantined or let go, and logged. */
SW_MUST_USE int shelf_refuse(struct shelf *s, struct parcel *f, const struct frame_meta *m,
	const struct frame_object *id, int why);
/* Syncs every folder touched since the last time. */
SW_MUST_USE int shelf_sync(struct shelf *s);
#endif
