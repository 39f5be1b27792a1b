/* What the sender tells while it runs: a JSON file for people and for monitoring, a line on a terminal. */
#ifndef SW_DIODE_SEND_STATUS_H
#define SW_DIODE_SEND_STATUS_H
#include "diode/frame/progress.h"
#include "diode/send/board.h"
#include "diode/send/emit.h"
#include "diode/send/folder.h"

/* folder may be NULL. A failure is logged once and does not stop the sending. */
struct send_status {
	const char *file;
	const struct folder *folder;
	const struct emit *emit;
	struct board *board;
	struct progress progress;
	/* its own */
	bool failed;
	int64_t write_due;
};
void send_status_report(void *status); /* a pump's report: the line on a terminal, the file each second */
void send_status_write(struct send_status *s);
#endif
