/* The receiver's socket, UDP or bare Ethernet frames: bound, never connected, never sent on. Datagrams come
 * in batches, joined ones (UDP_GRO) are taken apart. */
#ifndef SW_DIODE_INLET_H
#define SW_DIODE_INLET_H
#include "common/base/buf.h"
#include "diode/frame/endpoint.h"

#define INLET_MANY 64 /* datagrams handed over at once */
struct inlet_counts {
	uint64_t datagrams, bytes, overflow; /* overflow: dropped by the kernel because we were too slow */
};
struct inlet;
/* buffer: wished size of the kernel's queue, bytes. */
SW_MUST_USE int inlet_open(
	const struct endpoint *at, int buffer, bool no_offload, struct inlet **out, struct err_note *note);
void inlet_close(struct inlet *in);
int inlet_fd(const struct inlet *in);
uint16_t inlet_port(const struct inlet *in);
/* Hands every datagram that is there to `take`, 1 to INLET_MANY at once, a few hundred in all; returns
 * without waiting. */
SW_MUST_USE int inlet_read(struct inlet *in, void (*take)(void *, const struct view *, size_t), void *cookie);
/* The same while a flood lasts: the first datagram of each joined message is looked at before the rest is
 * copied, and when it is worthless all of the message is let go. worthless gets the datagram and how many
 * would go. */
SW_MUST_USE int inlet_read_wary(struct inlet *in, bool (*worthless)(void *, struct view, uint64_t many),
	void (*take)(void *, const struct view *, size_t), void *cookie);
/* How long, in ns, the socket may be left alone after the last read: at a high rate a wake-up for every few
 * datagrams would cost more than they do, and the kernel's queue holds what comes meanwhile. 0: not at all.
 */
int64_t inlet_nap(const struct inlet *in);
struct inlet_counts inlet_counts(const struct inlet *in);
#endif
