/* Many like things are done by two threads at once: the caller's and one more. */
#ifndef SW_BURNER_WORKERS_H
#define SW_BURNER_WORKERS_H
#include "common/base/err.h"
#include <stddef.h>

#define WORKERS 2
/* Does thing i; `worker` (0 … WORKERS-1) says whose space it may use. */
typedef int worker_item(void *arg, int worker, size_t i, struct err_note *note);
/* Things 0 … n-1, each once, begun in this order. After an error nothing new is begun; of several the one of
 * the first thing is told. ERR_NOMEM when there is no second thread. */
SW_MUST_USE int workers_run(worker_item *item, void *arg, size_t n, struct err_note *note);
#endif
