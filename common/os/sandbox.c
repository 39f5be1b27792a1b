#include "common/os/sandbox.h"

#include "common/log/log.h"
#include "common/os/sandbox_program.h"
#include "common/os/sanitized.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RIGHTS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RIGHTS_WRITE                                                                                         \
	(RIGHTS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |                      \
		LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG)
#define RIGHTS_ABI1                                                                                          \
	(RIGHTS_WRITE | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |                          \
		LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |                                \
		LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)
/* Later versions of the interface; the header of Debian 12 may lack the names. */
#define RIGHT_REFER (1ull << 13)
#define RIGHT_TRUNCATE (1ull << 14)
#define PROGRAM_PATHS 16

static int path_allow(int ruleset, const struct sandbox_path *p, bool run, unsigned long long handled)
{
	struct stat st;
	struct landlock_path_beneath_attr a = {.parent_fd = open(p->path, O_PATH | O_CLOEXEC)};
	if (a.parent_fd < 0)
		return log_errno("landlock", p->path);
	a.allowed_access = (p->write ? RIGHTS_WRITE | RIGHT_REFER | RIGHT_TRUNCATE : RIGHTS_READ) & handled;
	if (run)
		a.allowed_access |= LANDLOCK_ACCESS_FS_EXECUTE;
	if (fstat(a.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		a.allowed_access &= LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
				    LANDLOCK_ACCESS_FS_EXECUTE | RIGHT_TRUNCATE;
	int rc = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &a, 0) < 0
			 ? log_errno("landlock", p->path)
			 : 0;
	close(a.parent_fd);
	return rc;
}

/* What only test builds reach: the folder of the fault points, and /proc for the leak checker. */
static int test_paths_allow(int ruleset, unsigned long long handled)
{
	int rc = 0;
#ifdef SW_FAULTS
	const char *faults = getenv("SW_FAULT_DIR");
	const struct sandbox_path dir = {faults, true};
	if (faults)
		rc = path_allow(ruleset, &dir, false, handled);
#endif
	static const struct sandbox_path proc = {"/proc", false};
	if (rc == 0 && SW_SANITIZED)
		rc = path_allow(ruleset, &proc, false, handled);
	return rc;
}

static int confine(const struct sandbox_path *paths, size_t n, const char *const *programs, size_t nprograms,
	bool *applied)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (abi < 1) {
		log_warn("landlock", "the kernel has no Landlock: paths are not confined");
		*applied = false;
		return 0;
	}
	struct landlock_ruleset_attr attr = {.handled_access_fs = RIGHTS_ABI1 | (abi >= 2 ? RIGHT_REFER : 0) |
								  (abi >= 3 ? RIGHT_TRUNCATE : 0)};
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (ruleset < 0)
		return log_errno("landlock", "ruleset");
	int rc = test_paths_allow(ruleset, attr.handled_access_fs);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = path_allow(ruleset, &paths[i], false, attr.handled_access_fs);
	for (size_t i = 0; rc == 0 && i < nprograms; i++) {
		const struct sandbox_path p = {.path = programs[i]};
		rc = path_allow(ruleset, &p, true, attr.handled_access_fs);
	}
	if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		rc = log_errno("landlock", "no_new_privs");
	if (rc == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		rc = log_errno("landlock", "restrict");
	close(ruleset);
	if (rc == 0)
		*applied = true;
	return rc;
}

int sandbox_paths(const struct sandbox_path *paths, size_t n, bool *applied)
{
	return confine(paths, n, NULL, 0, applied);
}

int sandbox_program(const struct sandbox_path *paths, size_t n, const char *const *programs, size_t nprograms)
{
	struct sandbox_path there[PROGRAM_PATHS];
	const char *run[PROGRAM_PATHS];
	size_t nthere = 0, nrun = 0;
	bool applied = false;
	REQUIRE(n <= PROGRAM_PATHS && nprograms <= PROGRAM_PATHS);
	for (size_t i = 0; i < n; i++)
		if (access(paths[i].path, F_OK) == 0)
			there[nthere++] = paths[i];
	for (size_t i = 0; i < nprograms; i++)
		if (access(programs[i], F_OK) == 0)
			run[nrun++] = programs[i];
	int rc = sandbox_net(&applied);
	if (rc == 0)
		rc = confine(there, nthere, run, nrun, &applied);
	return rc < 0 ? rc : sandbox_program_calls();
}
