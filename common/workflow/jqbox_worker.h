/* One jqbox process: started, asked, ended. Inside common/workflow only. */
#ifndef SW_WORKFLOW_JQBOX_WORKER_H
#define SW_WORKFLOW_JQBOX_WORKER_H
#include "common/base/buf.h"
#include "common/workflow/jqbox_wire.h"
#include <sys/types.h>

struct jqbox_worker {
	pid_t pid; /* 0: not running */
	int fd;
	bool busy;
	bool *loaded; /* by number of the program */
	size_t nloaded;
};
SW_MUST_USE int jqbox_worker_start(struct jqbox_worker *w, const char *program, int memory_mib);
void jqbox_worker_end(struct jqbox_worker *w);
/* One question and its answer. *op is JQBOX_VALUE or JQBOX_ERROR. ERR_TIMEOUT, ERR_LIMIT (answer past out's
 * max, or the process ended: it ran out of memory or jq gave up on it); the process is then to be ended. */
SW_MUST_USE int jqbox_worker_ask(struct jqbox_worker *w, uint32_t what, uint32_t number, struct view payload,
	int time_ms, uint32_t *op, struct buf *out);
#endif
