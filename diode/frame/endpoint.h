/* Where datagrams go to or come from: "HOST:PORT" and "[IPv6]:PORT", or bare Ethernet frames,
 * "ether:CARD/MAC" and "ether:CARD"; and the measure of rates that is written the same way at both ends. */
#ifndef SW_DIODE_ENDPOINT_H
#define SW_DIODE_ENDPOINT_H
#include "common/base/err.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define ENDPOINT_ETHER_TYPE 0x88b5 /* IEEE 802 local experimental */
struct endpoint {
	struct sockaddr_storage addr;
	socklen_t len;
};
/* listener: names are refused, port 0 is allowed, a card has no MAC. ERR_USAGE with the text in note. */
SW_MUST_USE int endpoint_parse(const char *text, bool listener, struct endpoint *out, struct err_note *note);
uint16_t endpoint_port(const struct endpoint *e); /* 0 of a card */
/* Bits per second: "0" (no limit), "800K", "500M", "2.5G", decimal. ERR_USAGE. */
SW_MUST_USE int endpoint_rate(const char *text, int64_t *bits, struct err_note *note);
#endif
