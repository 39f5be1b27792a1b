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

/* A network namespace of its own without any interface: by privilege, else inside a user namespace of its
 * own. *applied is false (and it is logged) where the kernel permits neither. Before any thread is started.
 */
SW_MUST_USE int sandbox_net(bool *applied);
/* Gives up root for good: groups, group and user of that name. Nothing to do (0) when name is empty;
 * ERR_DENIED when not started by root, ERR_NOTFOUND for an unknown user. */
SW_MUST_USE int sandbox_user(const char *name);

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
/* For a foreign program that follows by exec: `paths` as above; `programs` (files, or folders of libraries)
 * can be read and started; no network where the kernel permits that. Sockets, namespaces, mounts, modules,
 * keys and other processes fail with EPERM. What does not exist is left out. */
SW_MUST_USE int sandbox_program(
	const struct sandbox_path *paths, size_t n, const char *const *programs, size_t nprograms);
#endif
