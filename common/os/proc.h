/* Processes, signals, confinement. */
#ifndef SW_OS_PROC_H
#define SW_OS_PROC_H
#include "common/base/buf.h"

/* Runs argv (absolute path or found in PATH; no shell), feeds `in`, collects stdout and stderr up to their
 * max; ERR_TIMEOUT kills it and its children, timeout_ms < 0 waits for ever. *status is the exit code
 * (128+signal when killed). Past out's max: killed, ERR_LIMIT; past err's max: the rest is dropped. out, err
 * and status may be NULL. ERR_NOTFOUND, ERR_DENIED when it cannot be started. */
SW_MUST_USE int proc_run(const char *const *argv, struct view in, int timeout_ms, struct buf *out,
	struct buf *err, int *status);
/* The same, confined: `confine` runs in the new process just before the program, with arg; what it returns
 * below 0 ends the start and is returned. Only from a process without threads. */
typedef int proc_confine(void *arg);
SW_MUST_USE int proc_run_confined(const char *const *argv, struct view in, int timeout_ms,
	proc_confine *confine, void *arg, struct buf *out, struct buf *err, int *status);
/* Blocks SIGINT and SIGTERM in all threads started later and gives a descriptor that turns readable on them
 * (signalfd). */
SW_MUST_USE int proc_stop_fd(int *fd);
/* Reads the pending signal so that the fd turns quiet; returns its number, 0 when none. */
int proc_stop_signal(int fd);
/* systemd-style readiness if $NOTIFY_SOCKET is set; otherwise nothing. */
void proc_notify_ready(void);
/* This thread alone gives way to the others of the process by so many steps of nice(2): what somebody waits
 * for goes first. */
void proc_give_way(int steps);
/* Refuses core dumps and ptrace of this process (prctl), so that keys stay inside. */
void proc_no_dump(void);
#endif
