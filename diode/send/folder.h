/* Feed of a watched folder: whatever appears in it and below it is sent `passes` times on schedule and then
 * moved to done/, removed or left; a folder with nothing in it travels for its own sake. inotify tells what
 * is new; a slow scan finds what it missed. */
#ifndef SW_DIODE_FOLDER_H
#define SW_DIODE_FOLDER_H
#include "diode/frame/trail.h"
#include "diode/send/feed.h"
#include "diode/send/opener.h"

enum folder_then { FOLDER_DONE, FOLDER_UNLINK, FOLDER_KEEP };
struct folder_options {
	const char *path;
	const char *suffix;    /* only names that end so, and no folders below; NULL all */
	enum folder_then then; /* after the last pass */
	unsigned passes;
	int64_t every;       /* ms between two passes of one file */
	int64_t settle;      /* ms a file must have been left alone; 0 where files appear whole (spool) */
	int64_t rescan;      /* ms */
	struct trail *trail; /* the caller's; NULL: no log. ERR_AUDIT ends the feed */
};
struct folder;
/* With FOLDER_DONE it makes path/done. */
SW_MUST_USE int folder_open(
	const struct opener *o, const struct folder_options *opt, struct folder **out, struct err_note *note);
void folder_close(struct folder *f);
struct feed folder_feed(struct folder *f);
/* Waiting to be sent, first time and again. */
size_t folder_waiting(const struct folder *f);
#endif
