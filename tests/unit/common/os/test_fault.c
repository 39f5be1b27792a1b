/* The fault points and the file calls that pass them, in every build: both sources are compiled here as
 * `make FAULTS=1` does. */
#ifndef SW_FAULTS
#define SW_FAULTS
#endif
#include "common/os/fault.c"
#include "common/os/file.c"
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/wait.h>

#include <cmocka.h>

static char faults[512], work[512];

static void folder(char *path, size_t size, const char *name)
{
	const char *tmp = getenv("TMPDIR");
	snprintf(path, size, "%s/%s.XXXXXX", tmp ? tmp : "/tmp", name);
	assert_non_null(mkdtemp(path));
}

static void folder_remove(const char *path)
{
	DIR *d = opendir(path);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	assert_int_equal(rmdir(path), 0);
}

static int set_up(void **state)
{
	(void)state;
	folder(faults, sizeof faults, "sw-fault");
	folder(work, sizeof work, "sw-work");
	return setenv("SW_FAULT_DIR", faults, 1);
}

static int tear_down(void **state)
{
	(void)state;
	folder_remove(faults);
	folder_remove(work);
	return 0;
}

static void put(const char *name, const char *text)
{
	char path[600];
	snprintf(path, sizeof path, "%s/%s", faults, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static bool there(const char *folder_path, const char *name)
{
	char path[600];
	snprintf(path, sizeof path, "%s/%s", folder_path, name);
	return access(path, F_OK) == 0;
}

static void assert_text(const char *name, const char *want)
{
	char path[600], text[2000] = "";
	snprintf(path, sizeof path, "%s/%s", faults, name);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	size_t n = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[n] = '\0';
	assert_string_equal(text, want);
}

/* Runs `job` as program `prog` in a process of its own, so that each starts to count anew. */
static int run(int (*job)(int dir))
{
	int st = 0;
	pid_t pid = fork();
	if (pid == 0) {
		int d = open(work, O_RDONLY | O_DIRECTORY);
		fault_init("prog");
		_exit(job(d));
	}
	assert_int_equal(waitpid(pid, &st, 0), pid);
	return st;
}

static int three_passes(int d)
{
	(void)d;
	for (int i = 0; i < 3; i++)
		fault_point("here");
	fault_point("there");
	return 0;
}

static void seen_once_per_process(void **state)
{
	(void)state;
	assert_int_equal(run(three_passes), 0);
	assert_text("seen", "prog here\nprog there\n");
	assert_int_equal(run(three_passes), 0);
	assert_text("seen", "prog here\nprog there\nprog here\nprog there\n");
}

static void kills_once(void **state)
{
	(void)state;
	put("kill.prog.there", "");
	put("kill.other.here", "");
	int st = run(three_passes);
	assert_true(WIFSIGNALED(st) && WTERMSIG(st) == SIGKILL);
	assert_false(there(faults, "kill.prog.there"));
	assert_true(there(faults, "kill.other.here"));
	assert_int_equal(run(three_passes), 0);
}

static void holds_until_removed(void **state)
{
	(void)state;
	char held[600];
	int st = 0;
	snprintf(held, sizeof held, "%s/held.prog.here", faults);
	put("hold.prog.here", "");
	pid_t pid = fork();
	if (pid == 0) {
		fault_init("prog");
		_exit(three_passes(0));
	}
	for (int i = 0; i < 4000 && !there(faults, "held.prog.here"); i++)
		nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	assert_true(there(faults, "held.prog.here"));
	assert_false(there(faults, "hold.prog.here"));
	assert_int_equal(waitpid(pid, &st, WNOHANG), 0);
	assert_text("seen", "prog here\n");
	assert_int_equal(unlink(held), 0);
	assert_int_equal(waitpid(pid, &st, 0), pid);
	assert_int_equal(st, 0);
	assert_text("seen", "prog here\nprog there\n");
}

static int failing_pass(int d)
{
	(void)d;
	int which = 0;
	for (int i = 1; i <= 5; i++)
		if (fault_fail("write"))
			which = which * 10 + i;
	return which;
}

static void fails_at_the_nth_pass(void **state)
{
	(void)state;
	assert_int_equal(run(failing_pass), 0);
	put("fail.prog.write", "3\n");
	assert_int_equal(WEXITSTATUS(run(failing_pass)), 3);
	assert_int_equal(WEXITSTATUS(run(failing_pass)), 3);
	put("fail.prog.write", "0");
	assert_int_equal(run(failing_pass), 0);
	put("fail.prog.write", "nonsense");
	assert_int_equal(run(failing_pass), 0);
	assert_text("seen.fail", "prog write\nprog write\nprog write\nprog write\nprog write\n");
	assert_false(there(faults, "seen"));
}

static int without_folder(int d)
{
	(void)d;
	fault_point("here");
	return fault_fail("here");
}

static void nothing_without_folder(void **state)
{
	(void)state;
	unsetenv("SW_FAULT_DIR");
	assert_int_equal(run(without_folder), 0);
	setenv("SW_FAULT_DIR", "/absent", 1);
	assert_int_equal(run(without_folder), 0);
}

static int write_file(int d)
{
	return -file_write(d, "name", 0600, view_str("new"), "state");
}

static int publish_file(int d)
{
	struct file_new *f = NULL;
	int rc = file_new_open(d, 0600, &f);
	if (rc == 0)
		rc = file_write_all(file_new_fd(f), "new", 3);
	if (rc == 0)
		rc = file_new_publish(f, "name", "out");
	if (rc == 0)
		rc = file_fsync_dir(d, "out.dir");
	if (rc == 0)
		rc = file_unlink(d, "name", "out.unlink");
	file_new_free(f);
	return -rc;
}

static void file_calls_pass_their_points(void **state)
{
	(void)state;
	assert_int_equal(run(write_file), 0);
	assert_text("seen",
		"prog state.before\nprog state.after\nprog state.rename.before\nprog state.rename.after\n"
		"prog state.dir.before\nprog state.dir.after\n");
	put("seen", "");
	char path[600];
	snprintf(path, sizeof path, "%s/name", work);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(run(publish_file), 0);
	assert_text("seen",
		"prog out.before\nprog out.after\nprog out.link.before\nprog out.link.after\n"
		"prog out.dir.before\nprog out.dir.after\nprog out.unlink.before\nprog out.unlink.after\n");
	assert_text("seen.fail", "prog state.write\nprog state\nprog state.rename\nprog state.dir\n"
				 "prog out\nprog out.link\nprog out.dir\nprog out.unlink\n");
}

/* Killed or failing at any place, the file is the old one or the new one, and whole. */
static void file_is_old_or_new_after_a_kill(void **state)
{
	(void)state;
	static const struct {
		const char *point;
		bool visible;
	} kills[] = {{"state.before", false}, {"state.after", false}, {"state.rename.before", false},
		{"state.rename.after", true}, {"state.dir.before", true}, {"state.dir.after", true}};
	for (size_t i = 0; i < sizeof kills / sizeof kills[0]; i++) {
		char name[128];
		snprintf(name, sizeof name, "kill.prog.%s", kills[i].point);
		put(name, "");
		int st = run(write_file);
		assert_true(WIFSIGNALED(st) && WTERMSIG(st) == SIGKILL);
		assert_int_equal(there(work, "name"), kills[i].visible);
		int d = open(work, O_RDONLY | O_DIRECTORY);
		unlinkat(d, "name", 0);
		close(d);
	}
}

static void file_calls_fail_as_wanted(void **state)
{
	(void)state;
	static const struct {
		const char *point;
		int (*job)(int);
		int err;
		bool visible;
	} cases[] = {{"state.write", write_file, ERR_NOSPACE, false}, {"state", write_file, ERR_IO, false},
		{"state.rename", write_file, ERR_NOSPACE, false}, {"state.dir", write_file, ERR_IO, true},
		{"out", publish_file, ERR_IO, false}, {"out.link", publish_file, ERR_NOSPACE, false},
		{"out.dir", publish_file, ERR_IO, true}, {"out.unlink", publish_file, ERR_IO, true}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char name[128], path[600];
		snprintf(name, sizeof name, "fail.prog.%s", cases[i].point);
		put(name, "1");
		assert_int_equal(WEXITSTATUS(run(cases[i].job)), (unsigned char)-cases[i].err);
		assert_int_equal(there(work, "name"), cases[i].visible);
		snprintf(path, sizeof path, "%s/%s", faults, name);
		unlink(path);
		snprintf(path, sizeof path, "%s/name", work);
		unlink(path);
		/* nothing temporary stays */
		assert_int_equal(rmdir(work), 0);
		assert_int_equal(mkdir(work, 0700), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(seen_once_per_process, set_up, tear_down),
		cmocka_unit_test_setup_teardown(kills_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(holds_until_removed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fails_at_the_nth_pass, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_without_folder, set_up, tear_down),
		cmocka_unit_test_setup_teardown(file_calls_pass_their_points, set_up, tear_down),
		cmocka_unit_test_setup_teardown(file_is_old_or_new_after_a_kill, set_up, tear_down),
		cmocka_unit_test_setup_teardown(file_calls_fail_as_wanted, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
