#include "common/os/file.h"
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
	char path[512];
	int dir;
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof *p);
	const char *tmp = getenv("TMPDIR");
	assert_non_null(p);
	snprintf(p->path, sizeof p->path, "%s/sw-file.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(p->path));
	assert_int_equal(file_open_dir(p->path, &p->dir), 0);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	DIR *d = fdopendir(p->dir);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		if (unlinkat(dirfd(d), e->d_name, 0) < 0)
			unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
	closedir(d);
	int rc = rmdir(p->path);
	free(p);
	return rc;
}

static int entries(const struct place *p)
{
	int n = 0;
	DIR *d = opendir(p->path);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void assert_content(const struct place *p, const char *name, const char *want)
{
	struct buf b;
	buf_init(&b, 1000);
	assert_int_equal(file_read(p->dir, name, 1000, &b), 0);
	assert_true(view_eq(buf_view(&b), view_str(want)));
	buf_fini(&b);
}

static void writes_and_reads(void **state)
{
	struct place *p = *state;
	struct stat st;
	struct buf b;
	assert_int_equal(file_write(p->dir, "a", 0640, view_str("one"), "t"), 0);
	assert_int_equal(fstatat(p->dir, "a", &st, 0), 0);
	assert_int_equal(st.st_mode & 0700, 0600);
	assert_int_equal(file_write(p->dir, "a", 0640, view_str("other"), "t"), 0);
	assert_content(p, "a", "other");
	assert_int_equal(file_write(p->dir, "empty", 0600, view_of(NULL, 0), "t"), 0);
	assert_content(p, "empty", "");
	assert_int_equal(entries(p), 2);

	char path[600];
	snprintf(path, sizeof path, "%s/b", p->path);
	assert_int_equal(file_write(AT_FDCWD, path, 0600, view_str("by path"), "t"), 0);
	assert_content(p, "b", "by path");
	assert_int_equal(file_write(p->dir, "absent/c", 0600, view_str("x"), "t"), ERR_NOTFOUND);
	assert_int_equal(mkdirat(p->dir, "taken", 0700), 0);
	assert_true(file_write(p->dir, "taken", 0600, view_str("x"), "t") < 0);
	assert_int_equal(entries(p), 4); /* no "tmp.…" stays behind */

	buf_init(&b, 1000);
	assert_int_equal(buf_add_str(&b, "before "), 0);
	assert_int_equal(file_read(p->dir, "a", 4, &b), ERR_LIMIT);
	assert_string_equal((char *)b.p, "before ");
	assert_int_equal(file_read(p->dir, "a", 5, &b), 0);
	assert_string_equal((char *)b.p, "before other");
	assert_int_equal(file_read(p->dir, "absent", 5, &b), ERR_NOTFOUND);
	assert_int_equal(file_read(p->dir, "taken", 5, &b), ERR_DENIED);
	buf_fini(&b);
	buf_init(&b, 3);
	assert_int_equal(file_read(p->dir, "a", 100, &b), ERR_LIMIT);
	assert_int_equal(b.n, 0);
	buf_fini(&b);
}

static void fifo_does_not_block(void **state)
{
	struct place *p = *state;
	struct buf b;
	struct err_note note;
	char path[600];
	buf_init(&b, 100);
	assert_int_equal(mkfifoat(p->dir, "fifo", 0600), 0);
	snprintf(path, sizeof path, "%s/fifo", p->path);
	assert_int_equal(file_read(p->dir, "fifo", 100, &b), ERR_DENIED);
	assert_int_equal(file_read_secret(path, 100, &b, &note), ERR_DENIED);
}

static void reads_larger_than_one_part(void **state)
{
	struct place *p = *state;
	enum { N = 100001 };
	char *big = malloc(N);
	struct buf b;
	assert_non_null(big);
	for (int i = 0; i < N; i++)
		big[i] = (char)(i % 251);
	assert_int_equal(file_write(p->dir, "big", 0600, view_of(big, N), "t"), 0);
	buf_init(&b, N);
	assert_int_equal(file_read(p->dir, "big", N - 1, &b), ERR_LIMIT);
	assert_int_equal(file_read(p->dir, "big", N, &b), 0);
	assert_true(view_eq(buf_view(&b), view_of(big, N)));
	buf_fini(&b);
	free(big);
}

static void new_file_appears_whole(void **state)
{
	struct place *p = *state;
	struct file_new *f = NULL;
	assert_int_equal(file_new_open(p->dir, 0640, &f), 0);
	assert_int_equal(file_write_all(file_new_fd(f), "content", 7), 0);
	assert_int_equal(entries(p), 0);
	assert_int_equal(file_write(p->dir, "taken", 0600, view_str("x"), "t"), 0);
	assert_int_equal(file_new_publish(f, "taken", "t"), ERR_EXISTS);
	assert_content(p, "taken", "x");
	assert_int_equal(file_new_publish(f, "whole", "t"), 0);
	file_new_free(f);
	assert_content(p, "whole", "content");
	assert_int_equal(entries(p), 2);
	assert_int_equal(file_fsync_dir(p->dir, "t"), 0);

	assert_int_equal(file_new_open(p->dir, 0640, &f), 0);
	assert_int_equal(file_write_all(file_new_fd(f), "lost", 4), 0);
	file_new_free(f);
	file_new_free(NULL);
	assert_int_equal(entries(p), 2);
}

static void renames_and_unlinks(void **state)
{
	struct place *p = *state;
	assert_int_equal(file_write(p->dir, "a", 0600, view_str("A"), "t"), 0);
	assert_int_equal(file_write(p->dir, "b", 0600, view_str("B"), "t"), 0);
	assert_int_equal(file_rename(p->dir, "a", p->dir, "b", "t"), ERR_EXISTS);
	assert_content(p, "b", "B");
	assert_int_equal(file_rename(p->dir, "a", p->dir, "c", "t"), 0);
	assert_int_equal(file_rename(p->dir, "a", p->dir, "d", "t"), ERR_NOTFOUND);
	assert_int_equal(file_replace(p->dir, "c", "b", "t"), 0);
	assert_content(p, "b", "A");
	assert_int_equal(file_unlink(p->dir, "b", "t"), 0);
	assert_int_equal(file_unlink(p->dir, "b", "t"), ERR_NOTFOUND);
	assert_int_equal(entries(p), 0);
	assert_int_equal(file_fsync(-1, "t"), ERR_IO);
}

static void exact_reads_and_long_writes(void **state)
{
	(void)state;
	enum { N = 300000 };
	int fd[2], st;
	char *big = calloc(1, N), four[4], one;
	assert_non_null(big);
	assert_int_equal(pipe(fd), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(fd[0]);
		/* more than a pipe holds: short writes */
		_exit(file_write_all(fd[1], big, N) == 0 && file_write_all(fd[1], "tail!", 5) == 0 ? 0 : 1);
	}
	close(fd[1]);
	assert_int_equal(file_read_full(fd[0], big, N), 0);
	assert_int_equal(file_read_full(fd[0], four, 4), 0);
	assert_memory_equal(four, "tail", 4);
	assert_int_equal(file_read_full(fd[0], &one, 1), 0);
	assert_int_equal(file_read_full(fd[0], four, 1), ERR_TRUNCATED);
	assert_int_equal(file_read_full(fd[0], four, 0), 0);
	assert_int_equal(waitpid(pid, &st, 0), pid);
	assert_int_equal(st, 0);
	signal(SIGPIPE, SIG_IGN);
	close(fd[0]);
	assert_int_equal(pipe(fd), 0);
	close(fd[0]);
	assert_int_equal(file_write_all(fd[1], "x", 1), ERR_IO);
	close(fd[1]);
	free(big);
}

static void folders(void **state)
{
	struct place *p = *state;
	char path[600], file[600];
	int fd = -1;
	snprintf(path, sizeof path, "%s/x/y//z/", p->path);
	assert_int_equal(file_mkdirs(path, 0700), 0);
	assert_int_equal(file_mkdirs(path, 0700), 0);
	assert_int_equal(file_open_dir(path, &fd), 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	assert_int_equal(file_write(p->dir, "file", 0600, view_str(""), "t"), 0);
	snprintf(file, sizeof file, "%s/file", p->path);
	assert_int_equal(file_mkdirs(file, 0700), ERR_EXISTS);
	assert_true(file_open_dir(file, &fd) < 0);
	assert_int_equal(file_mkdirs("", 0700), ERR_LIMIT);
	snprintf(path, sizeof path, "%s/x/y/z", p->path);
	rmdir(path);
	snprintf(path, sizeof path, "%s/x/y", p->path);
	rmdir(path);
}

static void secrets(void **state)
{
	struct place *p = *state;
	struct err_note note;
	struct buf b;
	char path[600];
	static const struct {
		mode_t mode;
		int rc;
	} cases[] = {{0600, 0}, {0400, 0}, {0640, ERR_DENIED}, {0604, ERR_DENIED}, {0620, ERR_DENIED},
		{0601, ERR_DENIED}};
	buf_init(&b, 100);
	assert_int_equal(file_write(p->dir, "key", 0600, view_str("secret"), "t"), 0);
	snprintf(path, sizeof path, "%s/key", p->path);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(chmod(path, cases[i].mode), 0);
		buf_reset(&b);
		assert_int_equal(file_read_secret(path, 100, &b, &note), cases[i].rc);
		assert_int_equal(b.n, cases[i].rc ? 0 : 6);
		if (cases[i].rc)
			assert_non_null(strstr(note.text, "key: others may read it"));
	}
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(file_read_secret(path, 5, &b, &note), ERR_LIMIT);
	assert_int_equal(file_read_secret(p->path, 100, &b, &note), ERR_DENIED);
	assert_int_equal(file_read_secret("/absent/key", 100, &b, &note), ERR_NOTFOUND);
	assert_non_null(strstr(note.text, "/absent/key"));
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writes_and_reads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fifo_does_not_block, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reads_larger_than_one_part, set_up, tear_down),
		cmocka_unit_test_setup_teardown(new_file_appears_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(renames_and_unlinks, set_up, tear_down),
		cmocka_unit_test(exact_reads_and_long_writes),
		cmocka_unit_test_setup_teardown(folders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(secrets, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
