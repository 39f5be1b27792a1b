/* The socket datagrams leave by: UDP over IPv4 or IPv6, or bare Ethernet frames. Unconnected, and nothing
 * ever comes in: a locked filter drops all. */
#ifndef SW_DIODE_OUTLET_H
#define SW_DIODE_OUTLET_H
#include "diode/frame/endpoint.h"
#include <sys/uio.h>

#define OUTLET_MANY 64 /* datagrams in a call */
struct outlet;
/* no_offload: one datagram a message even where the kernel can segment. */
SW_MUST_USE int outlet_open(
	const struct endpoint *to, bool no_offload, struct outlet **out, struct err_note *note);
void outlet_close(struct outlet *o);
/* Bytes of headers below our datagram that count against the link's MTU. */
unsigned outlet_headers(const struct outlet *o);
/* Sends datagrams v[0] … v[n - 1], n <= OUTLET_MANY, together at most 65,000 bytes. Returns how many left; 0
 * with errno. */
unsigned outlet_send(struct outlet *o, const struct iovec *v, unsigned n);
#endif
