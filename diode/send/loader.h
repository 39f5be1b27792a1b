/* Reads objects and computes their repair symbols, block by block. Several objects are on their way at a
 * time, in turn; small new ones go before all others. Belongs to one thread, but for the board. */
#ifndef SW_DIODE_LOADER_H
#define SW_DIODE_LOADER_H
#include "diode/send/block.h"
#include "diode/send/board.h"
#include "diode/send/feed.h"
#include "diode/send/protect.h"

struct loader;
struct loader_options {
	struct feed feed;
	struct board *board;           /* the caller's, must outlive it */
	const struct protect *protect; /* likewise */
	unsigned at_a_time;            /* objects on their way side by side */
	size_t room, room_most;        /* bytes: of a full block's room (block_size), of all at a time */
};
SW_MUST_USE int loader_new(const struct loader_options *o, struct loader **out);
/* Every block must have been given back. NULL is a no-op. */
void loader_free(struct loader *l);
/* The next block, the caller's until it is given back. ERR_BUSY: none now; ERR_NOTFOUND: none ever again, and
 * all were given back; else what went wrong. */
SW_MUST_USE int loader_next(struct loader *l, struct block **out);
/* The same of a small new object that may overtake; ERR_BUSY when there is none. */
SW_MUST_USE int loader_urgent(struct loader *l, struct block **out);
/* Takes blocks back whose symbols were all sent; an object is told as sent with its last one. The list is
 * empty afterwards.
 */
SW_MUST_USE int loader_sent(struct loader *l, struct blocks *sent);
/* Takes blocks back that will never be sent: their objects are not told as sent. */
void loader_drop(struct loader *l, struct blocks *unsent);
/* Tells the feed of what was sent; when `now`, or when it is time. */
SW_MUST_USE int loader_settle(struct loader *l, bool now);
/* Readable when there may be something new; -1 none. full: only what is urgent counts. */
int loader_wait_fd(const struct loader *l, bool full);
/* The feed should be asked again at once: its descriptor spoke. */
void loader_poke(struct loader *l);
#endif
