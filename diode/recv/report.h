/* The list of what is missing, as a disc carries it to the sender's side: canonical JSON,
 * {"at":TIME,"format":1,"kind":"diode-missing","missing":[{"k":K,"name":NAME,"object":HEX,"ranges":[[FROM,TO]…],"size":N,
 * "symbol":N}…],"more":N,"unnamed":N}
 * ranges are bytes of the object, its description included; k and symbol are the measures of what is there, 0
 * when nothing is. more: not listed for want of room; unnamed: transfers of which nothing is known but that
 * they were sent. */
#ifndef SW_DIODE_REPORT_H
#define SW_DIODE_REPORT_H
#include "diode/recv/assembly.h"
#include "diode/recv/session.h"

#define REPORT_MAX (32 << 20)
#define REPORT_FILE "missing.json" /* in the receiver's own folder */
SW_MUST_USE int report_encode(
	const struct assembly *a, const struct session_table *t, const char *at, struct buf *out);
#endif
