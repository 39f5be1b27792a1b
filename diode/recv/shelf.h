/* The folder where complete objects appear: whole, durable, under a name that was checked. */
#ifndef SW_DIODE_SHELF_H
#define SW_DIODE_SHELF_H
#include "common/os/file.h"
#include "diode/frame/frame.h"
#include "diode/frame/frame_meta.h"

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
/* An unnamed file to write the content to. */
SW_MUST_USE int shelf_begin(struct shelf *s, struct file_new **out);
/* Puts the object in its place. SHELF_SAME: that name with these bytes is there. SHELF_FORK, SHELF_REFUSED:
 * logged, and in a spool kept in quarantine. f may be NULL for a folder. An error means try again. Durable
 * after shelf_sync. */
SW_MUST_USE int shelf_publish(struct shelf *s, struct file_new *f, const struct frame_meta *m,
	const struct frame_id *id, enum shelf_result *out);
/* Syncs every folder touched since the last time. */
SW_MUST_USE int shelf_sync(struct shelf *s);
#endif
