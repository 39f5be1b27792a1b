/* The list of what is missing (diode/frame/missing.h), made of what the receiver knows. */
#ifndef SW_DIODE_REPORT_H
#define SW_DIODE_REPORT_H
#include "diode/frame/missing.h"
#include "diode/recv/assembly.h"
#include "diode/recv/session.h"

#define REPORT_FILE "missing.json" /* in the receiver's own folder */
SW_MUST_USE int report_encode(
	const struct assembly *a, const struct session_table *t, const char *at, struct buf *out);
#endif
