/* What to do in a flood. Joined datagrams are judged by the first of them, before the rest is copied: what is
 * not ours, forged, or heard before goes unread with all behind it. Every now and then one such message is
 * taken in full all the same; if anything in it was genuine, somebody mixes his datagrams among the true
 * ones, and for a while each is looked at again. */
#ifndef SW_DIODE_WARY_H
#define SW_DIODE_WARY_H
#include <stdbool.h>
#include <stdint.h>

struct wary {
	bool on;          /* a flood lasts, and judging by the first is right */
	uint64_t refused; /* when the window began */
	int64_t window, until;
	unsigned skipped;
	bool probe;
	int64_t mixed_until;
};
/* Often, at any time (ms): how many datagrams were refused so far. A flood is seen within 20 ms of its begin,
 * before it has filled the queue, and is over when there was none for half a second. */
void wary_look(struct wary *w, uint64_t refused, int64_t now);
/* The first of a message's datagrams is worthless: whether the message may go unread. */
bool wary_skip(struct wary *w);
/* The message is worth reading: what it holds says nothing of those that are not. */
void wary_keep(struct wary *w);
/* A datagram was let in. */
void wary_genuine(struct wary *w, int64_t now);
#endif
