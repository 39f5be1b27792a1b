/* What arrives at the line, datagram by datagram: refused and counted, or let in and handed on. */
#ifndef SW_DIODE_LISTEN_H
#define SW_DIODE_LISTEN_H
#include "diode/recv/receiver.h"

/* What stands in the kernel's queue, one reading of it; r->now is the time. ERR_IO. */
SW_MUST_USE int listen_read(struct receiver *r);
/* A graceful stop: what stands in the kernel's queue has arrived. */
void listen_drain(struct receiver *r);
#endif
