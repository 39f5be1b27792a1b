/* The sender's status as a JSON file, for people and for monitoring. */
#ifndef SW_DIODE_SEND_STATUS_H
#define SW_DIODE_SEND_STATUS_H
#include "diode/send/folder.h"
#include "diode/send/pump.h"

/* folder may be NULL. A failure is logged once and does not stop the sending. */
struct send_status {
	const char *file;
	const struct folder *folder;
	bool failed;
};
void send_status_write(void *status, const struct pump *p); /* a pump's report */
#endif
