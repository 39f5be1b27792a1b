/* Inside diode/send only: the files of a watched folder. */
#ifndef SW_DIODE_FOLDER_IMPL_H
#define SW_DIODE_FOLDER_IMPL_H
#include "common/os/taken.h"
#include "diode/send/folder.h"
#include "diode/send/tree.h"
#include <sys/queue.h>

#define FOLDER_NAME_ROOM 4096

/* One file. It stands in one of the folder's lists or is being sent. */
struct item {
	TAILQ_ENTRY(item) link;
	unsigned passes; /* still to come */
	int64_t due;
	struct taken_file is; /* as it was seen, then as it was sent */
	uint64_t seen;        /* number of the last scan that saw it */
	bool idle;
	bool intended; /* that it is to be sent stands in the log */
	char name[];
};
TAILQ_HEAD(items, item);

struct folder {
	const struct opener *o;
	struct folder_options opt;
	struct tree *tree;
	int done_fd;
	void *names; /* tree of items by name */
	size_t count;
	struct items fresh, again; /* to be sent, in this order */
	struct items done;         /* sent for the last time, to be taken away by settle */
	struct items idle;         /* kept, refused, or not to be taken away; sent again when changed */
	int64_t scan_due;
	uint64_t scans;
	bool overflow; /* more files than ITEMS_MAX */
	bool untold;   /* a record of what was done could not be kept */
};

/* "a/b/" is an empty folder. Its name without the mark. */
bool folder_plain(const char *name, char out[static FOLDER_NAME_ROOM]);
/* It is sent again only when it has changed. */
void folder_rest(struct folder *f, struct item *i);
void folder_forget(struct folder *f, struct item *i);
/* folder_away.c: what was sent for the last time is taken away. */
SW_MUST_USE int folder_settle(void *folder);
/* folder_record.c: that this file and up to `most` - 1 behind it in its list, due by then, are to be sent
 * stands in the log. ERR_AUDIT: none may be. */
SW_MUST_USE int folder_intend(struct folder *f, struct item *i, size_t most, int64_t due);
/* Notes what became of a sending that was on record: 0 or why not. Written by folder_settle. */
void folder_told(struct folder *f, struct item *i, int err);
#endif
