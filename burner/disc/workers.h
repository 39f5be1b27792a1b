/* Many like things are done by two threads at once: the caller's and one more. */
#ifndef SW_BURNER_WORKERS_H
#define SW_BURNER_WORKERS_H
#include "common/base/err.h"
#include "common/crypto/suite.h"
#include <stddef.h>

#define WORKERS 2
/* Does thing i; `worker` (0 … WORKERS-1) says whose space it may use. */
typedef int worker_item(void *arg, int worker, size_t i, struct err_note *note);
/* Things 0 … n-1, each once, begun in this order. After an error nothing new is begun; of several the one of
 * the first thing is told. ERR_NOMEM when there is no second thread. */
SW_MUST_USE int workers_run(worker_item *item, void *arg, size_t n, struct err_note *note);
/* What each needs for itself to read files and take their digest. */
#define WORKER_BLOCK (1 << 20)
struct worker_space {
	uint8_t *block; /* of WORKER_BLOCK bytes */
	struct hasher *hasher;
};
/* Both are freed by worker_spaces_fini, also after an error. ERR_NOMEM. */
SW_MUST_USE int worker_spaces_init(struct worker_space space[static WORKERS], const struct suite *s);
void worker_spaces_fini(struct worker_space space[static WORKERS]);
#endif
