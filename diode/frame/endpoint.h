/* "HOST:PORT" and "[IPv6]:PORT" as a socket address, and the two measures of configuration and command line
 * that are written the same way at both ends. */
#ifndef SW_DIODE_ENDPOINT_H
#define SW_DIODE_ENDPOINT_H
#include "common/base/err.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct endpoint {
	struct sockaddr_storage addr;
	socklen_t len;
};
/* numeric: names are refused, port 0 allowed (a listener). ERR_USAGE with the text in note. */
SW_MUST_USE int endpoint_parse(const char *text, bool numeric, struct endpoint *out, struct err_note *note);
uint16_t endpoint_port(const struct endpoint *e);
/* Bits per second: "0" (no limit), "800K", "500M", "2.5G", decimal. ERR_USAGE. */
SW_MUST_USE int endpoint_rate(const char *text, int64_t *bits, struct err_note *note);
#endif
