/* Confinement of a process: Landlock for paths, seccomp for system calls. Irreversible; call once after
 * set-up. */
#ifndef SW_OS_SANDBOX_H
#define SW_OS_SANDBOX_H
#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>

struct sandbox_path {
	const char *path;
	bool write;
};
/* Everything else becomes unreachable. *applied is false (and it is logged) when the kernel has no Landlock.
 */
SW_MUST_USE int sandbox_paths(const struct sandbox_path *paths, size_t n, bool *applied);

enum sandbox_profile {
	SANDBOX_FILES, /* files, memory, threads, poll, inotify, memfd, sendmsg/recvmsg on inherited fds; no
			  socket(), no connect, no exec */
	SANDBOX_UDP_SEND, /* send on inherited sockets, no receive call of any kind, no socket/bind/connect;
			     files readable */
	SANDBOX_UDP_RECV /* receive on inherited sockets, no send call of any kind, no connect; files writable
			  */
};
/* Forbidden calls kill the process (SIGSYS). */
SW_MUST_USE int sandbox_calls(enum sandbox_profile p);
#endif
