/* A thread that works by rounds: when it is woken, and by itself after a while. */
#ifndef SW_OS_WORKER_H
#define SW_OS_WORKER_H
#include "common/base/err.h"
#include <stdbool.h>
#include <stdint.h>

struct worker;
/* One round. Returns after how many milliseconds the next one begins unless it is woken; 0: at once. */
typedef int64_t (*worker_round)(void *arg);
/* Does nothing yet. steps: how far its thread gives way (proc_give_way; 0 not). */
SW_MUST_USE int worker_new(worker_round round, void *arg, int steps, struct worker **out);
/* Begins with a round at once, on a thread of its own; once. */
SW_MUST_USE int worker_start(struct worker *w);
/* A round follows the one that runs; before the start nothing. From any thread. */
void worker_wake(struct worker *w);
/* For a long round: whether it should end. */
bool worker_stopping(struct worker *w);
/* Waits for the round that runs, and frees. NULL: nothing. */
void worker_free(struct worker *w);
#endif
