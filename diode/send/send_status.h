/* The sender's status as a JSON file, for people and for monitoring. */
#ifndef SW_DIODE_SEND_STATUS_H
#define SW_DIODE_SEND_STATUS_H
#include "diode/send/board.h"
#include "diode/send/emit.h"
#include "diode/send/folder.h"

/* folder may be NULL. A failure is logged once and does not stop the sending. */
struct send_status {
	const char *file;
	const struct folder *folder;
	const struct emit *emit;
	struct board *board;
	bool failed;
};
void send_status_write(void *status); /* a pump's report */
#endif
