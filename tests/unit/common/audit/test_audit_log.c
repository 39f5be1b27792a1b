/* The log: what was appended stands, a crash at any step is mended, every change of any byte of any file is
 * found where it is. */
#include "common/audit/audit_folder.h"
#include "common/audit/audit_log.h"
#include "common/audit/audit_prune_log.h"
#include "common/audit/audit_view.h"
#include "common/audit/merkle.h"
#include "common/os/file.h"
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* In memory where that is possible: what is shown here does not rest on the disk. */
static char dir[] = "/dev/shm/test-log.XXXXXX";
static char path[64];
static const struct suite *gm;
static struct sign_key *signer, *renewed;
static struct trust *trust, *foreign;

static int setup(void **state)
{
	(void)state;
	char f[8][64];
	static const char *const names[] = {
		"ca.key", "ca.pem", "key", "pem", "key2", "pem2", "other.key", "other.pem"};
	gm = suite_by_name("gm");
	if (access("/dev/shm", W_OK) < 0)
		strcpy(dir, "/tmp/test-log.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	for (int i = 0; i < 8; i++)
		snprintf(f[i], sizeof f[i], "%s/%s", dir, names[i]);
	if (key_make_ca(gm, "extranet", 30, f[0], f[1], NULL) < 0 ||
		key_make_ca(gm, "extranet", 30, f[6], f[7], NULL) < 0 ||
		key_issue(f[0], f[1], CERT_SIGN, "extranet", 30, NULL, f[2], f[3], NULL) < 0 ||
		key_issue(f[0], f[1], CERT_SIGN, "extranet", 30, NULL, f[4], f[5], NULL) < 0 ||
		trust_load(f[1], &trust, NULL) < 0 || trust_load(f[7], &foreign, NULL) < 0 ||
		sign_key_load(f[4], f[5], NULL, &renewed, NULL) < 0)
		return -1;
	return sign_key_load(f[2], f[3], NULL, &signer, NULL);
}
static int teardown(void **state)
{
	char command[64];
	(void)state;
	sign_key_free(signer);
	sign_key_free(renewed);
	trust_free(trust);
	trust_free(foreign);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}
static struct audit_log *opened(const char *name, int want)
{
	struct audit_log *l = NULL;
	struct err_note note = {0};
	snprintf(path, sizeof path, "%s/%s", dir, name);
	int rc = audit_log_open(path, "test", gm, signer, &l, &note);
	if (rc != want)
		fail_msg("%s %s", err_name(rc), note.text);
	return l;
}
static void append(struct audit_log *l, int n)
{
	for (int i = 0; i < n; i++)
		assert_int_equal(audit_log_append(l, "test.act", "subject", NULL, NULL), 0);
}
/* A log of n entries with its checkpoint. */
static void made(const char *name, int n)
{
	struct audit_log *l = opened(name, 0);
	append(l, n);
	assert_int_equal(audit_log_checkpoint(l, NULL, NULL), 0);
	audit_log_close(l);
}
static int look(const struct trust *t, bool live, int64_t *size, struct err_note *note)
{
	struct audit_view *v = NULL;
	const struct audit_view_options o = {.trust = t, .live = live};
	int rc = audit_view_open(path, &o, &v, note);
	if (rc == 0 && size)
		*size = audit_view_size(v);
	audit_view_close(v);
	return rc;
}
static void file_of(char out[static 128], const char *name)
{
	snprintf(out, 128, "%s/%s", path, name);
}

struct line {
	int64_t at;
	char text[1024];
};
static int keep_line(void *arg, int64_t index, struct view entry)
{
	struct line *o = arg;
	assert_true(index == o->at && entry.n < sizeof o->text);
	memcpy(o->text, entry.p, entry.n);
	o->text[entry.n] = '\0';
	return 0;
}
/* Each record is the canonical form of what it says, or is refused and nothing stands. */
static void test_records_are_canonical(void **state)
{
	static const char *const subjects[] = {"plain", "", "\"\\\b\f\n\r\t\x01\x1f", "不动产/\x7f😀"};
	static const char *const bad[] = {"\xff", "\xc0\x80", "\xed\xa0\x80", "half \xe4\xb8"};
	struct audit_log *l = opened("canonical", 0);
	json_t *detail = json_pack("{s:I,s:s,s:{s:n}}", "n", (json_int_t)1 << 52, "a", "\"中", "z", "y");
	(void)state;
	assert_non_null(detail);
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
		for (int with = 0; with < 2; with++) {
			struct line o = {.text = ""};
			struct buf want;
			json_t *j = NULL;
			buf_init(&want, 4096);
			assert_int_equal(
				audit_log_append(l, "test.act", subjects[i], with ? detail : NULL, &o.at), 0);
			assert_int_equal(audit_log_read(l, o.at, keep_line, &o), 0);
			assert_int_equal(json_parse(view_str(o.text), sizeof o.text, &j, NULL), 0);
			assert_int_equal(json_canon(j, &want), 0);
			assert_string_equal((const char *)want.p, o.text);
			assert_string_equal(json_str(j, "subject"), subjects[i]);
			assert_string_equal(json_str(j, "action"), "test.act");
			assert_string_equal(json_str(j, "by"), "test");
			assert_int_equal(json_int(j, "n"), o.at);
			assert_true(with ? json_equal(json_object_get(j, "detail"), detail)
					 : json_is_null(json_object_get(j, "detail")));
			assert_int_equal(json_object_size(j), 6);
			json_decref(j);
			buf_fini(&want);
		}
	int64_t size = audit_log_size(l);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(audit_log_append(l, "test.act", bad[i], NULL, NULL), ERR_AUDIT);
	const struct audit_record r[] = {{"test.act", "one", view_str("{\"a\":1}")},
		{"test.act", "two", view_str("{\"b\":1,\"a\":1}")}};
	size_t done = 7;
	assert_int_equal(audit_log_append_records(l, r, 2, &done), ERR_AUDIT);
	assert_int_equal(done, 0);
	assert_int_equal(audit_log_size(l), size);
	json_decref(detail);
	audit_log_close(l);
}

static void test_append_and_reopen(void **state)
{
	(void)state;
	struct digest before, after;
	int64_t size = 0;
	struct audit_log *l = opened("plain", 0);
	append(l, 300); /* beyond one tile of 256 */
	assert_int_equal(audit_log_root(l, 300, &before), 0);
	audit_log_close(l);
	l = opened("plain", 0);
	assert_int_equal(audit_log_size(l), 300);
	assert_int_equal(audit_log_root(l, 300, &after), 0);
	assert_true(digest_eq(&before, &after));
	append(l, 1);
	assert_int_equal(audit_log_root(l, 301, &after), 0);
	assert_false(digest_eq(&before, &after));
	assert_int_equal(audit_log_root(l, 300, &after), 0);
	assert_true(digest_eq(&before, &after));
	assert_int_equal(audit_log_root(l, 302, &after), ERR_RANGE);
	assert_int_equal(audit_log_checkpoint(l, NULL, NULL), 0);
	audit_log_close(l);
	assert_int_equal(look(trust, false, &size, NULL), 0);
	assert_int_equal(size, 301);
}

/* 66,000 entries: tiles of the second level too. Heads and proofs are those of the plain tree. */
static void test_tiles_are_the_tree(void **state)
{
	(void)state;
	enum { N = 66000 };
	struct digest *leaves = calloc(N, sizeof *leaves), root, proof[MERKLE_PATH_MAX + 1],
		      want[MERKLE_PATH_MAX + 1];
	struct audit_log *l = opened("tree", 0);
	static char text[256][16];
	struct view lines[256];
	for (int at = 0; at < N;) {
		int n = 0;
		for (; n < 240 && at < N; n++, at++) {
			lines[n] =
				view_of(text[n], (size_t)snprintf(text[n], sizeof text[n], "{\"n\":%d}", at));
			merkle_leaf(gm, lines[n], &leaves[at]);
		}
		assert_int_equal(audit_log_append_lines(l, lines, (size_t)n), 0);
	}
	static const int sizes[] = {1, 255, 256, 257, 4096, 65535, 65536, 65537, 65800, N};
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct digest plain;
		size_t np = 0;
		merkle_root(gm, leaves, (size_t)sizes[i], &plain);
		assert_int_equal(audit_log_root(l, sizes[i], &root), 0);
		assert_true(digest_eq(&root, &plain));
		for (size_t k = 0; k <= i; k++) {
			size_t nw = merkle_consistency(gm, leaves, (size_t)sizes[k], (size_t)sizes[i], want);
			assert_int_equal(audit_log_consistency(l, sizes[k], sizes[i], proof, &np), 0);
			assert_int_equal(np, nw);
			assert_memory_equal(proof, want, np * sizeof *proof);
		}
	}
	assert_int_equal(audit_log_checkpoint(l, NULL, NULL), 0);
	audit_log_close(l);
	struct audit_view *v = NULL;
	const struct audit_view_options o = {.trust = trust};
	assert_int_equal(audit_view_open(path, &o, &v, NULL), 0);
	static const int indices[] = {0, 255, 256, 65535, 65536, N - 1};
	merkle_root(gm, leaves, N, &root);
	for (size_t i = 0; i < sizeof indices / sizeof indices[0]; i++) {
		size_t np = 0;
		assert_int_equal(audit_view_path(v, indices[i], proof, &np), 0);
		assert_int_equal(
			merkle_check_path(gm, &leaves[indices[i]], indices[i], N, proof, np, &root), 0);
	}
	assert_int_equal(audit_view_path(v, N, proof, &(size_t){0}), ERR_RANGE);
	audit_view_close(v);
	free(leaves);
}

static void test_torn_end_is_mended(void **state)
{
	(void)state;
	char file[128];
	static const char *const ends[] = {
		"", "\0\0\0\0\0\0", "\0\x50{\"action\":\"half", "\0\x05{\"a\":AAAAAAAAAAAAAA"};
	static const size_t sizes[] = {1, 6, 17, 22};
	for (size_t i = 0; i < 4; i++) {
		struct audit_log *l = opened("torn", 0);
		int64_t n = audit_log_size(l);
		append(l, 3);
		audit_log_close(l); /* no checkpoint over the three */
		file_of(file, "tail");
		int fd = open(file, O_WRONLY | O_APPEND);
		assert_int_equal(file_write_all(fd, ends[i], sizes[i]), 0);
		close(fd);
		assert_int_equal(look(trust, true, NULL, NULL), 0);
		assert_int_equal(look(trust, false, NULL, NULL), ERR_TRAILING);
		l = opened("torn", 0);
		assert_int_equal(audit_log_size(l), n + 3);
		append(l, 1);
		assert_int_equal(audit_log_size(l), n + 4);
		assert_int_equal(audit_log_checkpoint(l, NULL, NULL), 0);
		audit_log_close(l);
		assert_int_equal(look(trust, false, NULL, NULL), 0);
	}
}

static void test_one_writer(void **state)
{
	(void)state;
	struct audit_log *l = opened("alone", 0), *again = NULL;
	assert_int_equal(audit_log_open(path, "test", gm, signer, &again, NULL), ERR_BUSY);
	audit_log_close(l);
	assert_int_equal(audit_log_open(path, "other", gm, signer, &again, NULL), ERR_CONFIG);
	assert_int_equal(
		audit_log_open(path, "test", suite_by_name("intl"), signer, &again, NULL), ERR_CONFIG);
	assert_int_equal(audit_log_open(path, "test", gm, NULL, &again, NULL), ERR_CONFIG);
}

static void test_a_renewed_key(void **state)
{
	(void)state;
	struct audit_note n;
	made("renewed", 300);
	struct audit_log *l = NULL;
	assert_int_equal(audit_log_open(path, "test", gm, renewed, &l, NULL), 0);
	assert_int_equal(audit_log_checkpoint(l, NULL, &n), 0);
	assert_memory_equal(n.key, sign_key_id(renewed), 8); /* the checkpoint is the present key's at once */
	append(l, 300);
	assert_int_equal(audit_log_checkpoint(l, NULL, NULL), 0);
	audit_log_close(l);
	assert_int_equal(look(trust, false, NULL, NULL), 0);
	assert_int_equal(look(foreign, false, NULL, NULL), ERR_CERT);
}

static void test_unsigned(void **state)
{
	(void)state;
	struct audit_log *l = NULL;
	int64_t size = 0;
	snprintf(path, sizeof path, "%s/unsigned", dir);
	assert_int_equal(audit_log_open(path, "burner", gm, NULL, &l, NULL), 0);
	append(l, 260);
	assert_int_equal(audit_log_checkpoint(l, NULL, NULL), ERR_STATE);
	audit_log_close(l);
	assert_int_equal(look(NULL, false, &size, NULL), 0);
	assert_int_equal(size, 260);
	assert_int_equal(look(trust, false, NULL, NULL), ERR_SIGNATURE);
}

static void test_entries_are_read(void **state)
{
	(void)state;
	struct audit_log *l = opened("plain", 0);
	assert_int_equal(audit_log_append(l, "last.act", "s", NULL, NULL), 0);
	assert_int_equal(audit_log_append_lines(l, &(struct view){(const uint8_t *)"", 0}, 1), ERR_AUDIT);
	static char much[70000];
	memset(much, 'x', sizeof much - 1);
	assert_int_equal(audit_log_append(l, "too.long", much, NULL, NULL), ERR_AUDIT);
	assert_int_equal(audit_log_checkpoint(l, NULL, NULL), 0);
	audit_log_close(l);
	assert_int_equal(look(trust, false, NULL, NULL), 0);
}

/* ---- damage: every byte of every file that says something */

static char (*files)[80];
static size_t nfiles;

static void collect(const char *under)
{
	char folder[160];
	snprintf(folder, sizeof folder, "%s/%s", path, under);
	DIR *d = opendir(folder);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		char name[80];
		struct stat st;
		if (e->d_name[0] == '.' || strcmp(e->d_name, "lock") == 0)
			continue;
		snprintf(name, sizeof name, "%.40s%s%.30s", under, *under ? "/" : "", e->d_name);
		snprintf(folder, sizeof folder, "%s/%s", path, name);
		assert_int_equal(stat(folder, &st), 0);
		if (S_ISDIR(st.st_mode)) {
			collect(name);
			continue;
		}
		files = realloc(files, (nfiles + 1) * sizeof *files);
		memcpy(files[nfiles++], name, sizeof name);
	}
	closedir(d);
}

/* Where the finding must be: in the file, or in what the file's entries are called. */
static bool names(const struct err_note *note, const char *file)
{
	char base[80];
	snprintf(base, sizeof base, "%s", file);
	return strstr(note->text, base) ||
	       (strncmp(file, "signer/", 7) == 0 && strstr(note->text, "certificate")) ||
	       (strcmp(file, "log.json") == 0 && strstr(note->text, "checkpoint"));
}

static void test_every_byte(void **state)
{
	(void)state;
	made("bytes", 520);
	free(files);
	files = NULL;
	nfiles = 0;
	collect("");
	assert_int_equal(nfiles, 10); /* 3 × 2 tiles, tail, checkpoint, log.json, a signer */
	assert_int_equal(look(trust, false, NULL, NULL), 0);
	for (size_t f = 0; f < nfiles; f++) {
		char file[160];
		struct stat st;
		snprintf(file, sizeof file, "%s/%s", path, files[f]);
		int fd = open(file, O_RDWR);
		assert_int_equal(fstat(fd, &st), 0);
		bool entries = strstr(files[f], "entries") || strcmp(files[f], "tail") == 0;
		for (off_t at = 0; at < st.st_size; at += entries ? 211 : st.st_size > 2000 ? 97 : 1) {
			struct err_note note = {0};
			uint8_t was, wrong;
			assert_int_equal(pread(fd, &was, 1, at), 1);
			wrong = was ^ (uint8_t)(1 << at % 7);
			assert_int_equal(pwrite(fd, &wrong, 1, at), 1);
			int rc = look(trust, false, NULL, &note);
			assert_int_equal(pwrite(fd, &was, 1, at), 1);
			/* A certificate's frame is not what it says: the base64 text between two lines. */
			if (rc == 0 && strncmp(files[f], "signer/", 7) != 0)
				fail_msg("%s byte %ld: changed and not seen", files[f], (long)at);
			if (rc < 0 && !names(&note, files[f]))
				fail_msg("%s byte %ld: called %s %s", files[f], (long)at, err_name(rc),
					note.text);
		}
		close(fd);
	}
	assert_int_equal(look(trust, false, NULL, NULL), 0);
}

/* Every file removed, and every file cut short. */
static void test_every_file(void **state)
{
	(void)state;
	snprintf(path, sizeof path, "%s/bytes", dir);
	for (size_t f = 0; f < nfiles; f++) {
		char file[160], aside[160];
		struct err_note note = {0};
		snprintf(file, sizeof file, "%s/%s", path, files[f]);
		snprintf(aside, sizeof aside, "%s/aside", dir);
		assert_int_equal(rename(file, aside), 0);
		assert_true(look(trust, false, NULL, &note) < 0);
		if (!names(&note, files[f]))
			fail_msg("%s removed: called %s", files[f], note.text);
		struct buf b;
		buf_init(&b, 1 << 24);
		assert_int_equal(file_read(AT_FDCWD, aside, 1 << 24, &b), 0);
		for (int i = 0; i < 3; i++) {
			size_t n = i == 0 ? 0 : i == 1 ? b.n / 2 : b.n - 1;
			assert_int_equal(file_write(AT_FDCWD, file, 0600, view_of(b.p, n), "test"), 0);
			note = (struct err_note){0};
			int rc = look(trust, false, NULL, &note);
			if (rc == 0 && strncmp(files[f], "signer/", 7) != 0)
				fail_msg("%s cut to %zu: not seen", files[f], n);
			if (rc < 0 && !names(&note, files[f]))
				fail_msg("%s cut to %zu: called %s", files[f], n, note.text);
		}
		buf_fini(&b);
		assert_int_equal(rename(aside, file), 0);
	}
	assert_int_equal(look(trust, false, NULL, NULL), 0);
	free(files);
}

/* ---- kills and failures at every step (built with fault points) */

#ifdef SW_FAULTS
#include "common/os/fault.h"
#include <sys/wait.h>

/* In a child: opens a copy of the log with 250 entries, appends ten with a checkpoint after each; every entry
 * that stands is told through the pipe. */
static void child(int told)
{
	struct audit_log *l = NULL;
	char text[32];
	fault_init("t");
	if (audit_log_open(path, "test", gm, signer, &l, NULL) < 0)
		_exit(1);
	for (int i = 0; i < 10; i++) {
		snprintf(text, sizeof text, "told-%d", i);
		int rc = audit_log_append(l, "test.act", text, NULL, NULL);
		if (rc == 0 && write(told, &(char){(char)i}, 1) != 1)
			_exit(1);
		if (audit_log_checkpoint(l, NULL, NULL) < 0)
			continue;
	}
	audit_log_close(l);
	_exit(0);
}

struct counting {
	bool seen[10];
	int64_t n;
};
static int count_each(void *arg, int64_t index, struct view entry)
{
	struct counting *c = arg;
	const char *t = memmem(entry.p, entry.n, "told-", 5);
	assert_int_equal(index, c->n++);
	if (t) {
		assert_false(c->seen[t[5] - '0']); /* never doubled */
		c->seen[t[5] - '0'] = true;
	}
	return 0;
}

static void run_one(const char *faults, const char *what, bool kill)
{
	char command[256], file[200], acked[16];
	int told[2], status = 0;
	snprintf(command, sizeof command, "rm -rf %s/crash && cp -r %s/base %s/crash", dir, dir, dir);
	assert_int_equal(system(command), 0);
	snprintf(path, sizeof path, "%s/crash", dir);
	snprintf(file, sizeof file, "%s/%s", faults, what);
	assert_int_equal(file_write(AT_FDCWD, file, 0600, view_str("1\n"), "test"), 0);
	assert_int_equal(pipe(told), 0);
	pid_t pid = fork();
	if (pid == 0)
		child(told[1]);
	close(told[1]);
	ssize_t n = read(told[0], acked, sizeof acked), more;
	while (n >= 0 && (more = read(told[0], acked + n, sizeof acked - (size_t)n)) > 0)
		n += more;
	close(told[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	unlink(file);
	if (kill != (WIFSIGNALED(status) != 0))
		fail_msg("%s: ended with %d", what, status);
	struct counting c = {.n = 0};
	struct audit_log *l = NULL;
	struct err_note note = {0};
	if (audit_log_open(path, "test", gm, signer, &l, &note) < 0)
		fail_msg("%s: not opened again: %s", what, note.text);
	assert_int_equal(audit_log_checkpoint(l, NULL, NULL), 0);
	audit_log_close(l);
	struct audit_view *v = NULL;
	const struct audit_view_options o = {.trust = trust, .each = count_each, .arg = &c};
	if (audit_view_open(path, &o, &v, &note) < 0)
		fail_msg("%s: %s", what, note.text);
	audit_view_close(v);
	for (ssize_t i = 0; i < n; i++)
		if (!c.seen[(int)acked[i]])
			fail_msg("%s: entry %d was called durable and is gone", what, acked[i]);
	/* A write that only failed is tried again by the next one: nothing but the failed entry may be
	 * absent. */
	if (!kill && n < 9 && !(n == 0 && WEXITSTATUS(status) == 1))
		fail_msg("%s: %zd of 10 appended", what, n);
}

static void test_kills_and_failures(void **state)
{
	(void)state;
	char faults[64], seen[96], line[96];
	made("base", 250);
	snprintf(faults, sizeof faults, "%s/faults", dir);
	assert_int_equal(mkdir(faults, 0700), 0);
	setenv("SW_FAULT_DIR", faults, 1);
	run_one(faults, "none", false); /* tells the names of all places */
	for (int kill = 0; kill < 2; kill++) {
		int n = 0;
		snprintf(seen, sizeof seen, "%s/%s", faults, kill ? "seen" : "seen.fail");
		FILE *f = fopen(seen, "r");
		assert_non_null(f);
		char(*places)[96] = calloc(200, sizeof *places);
		while (fgets(line, sizeof line, f)) {
			char name[80];
			if (sscanf(line, "t %79s", name) != 1 || strncmp(name, "audit.", 6) != 0)
				continue;
			assert_true(n < 199);
			snprintf(places[n++], sizeof places[0], "%s.t.%s", kill ? "kill" : "fail", name);
			for (int i = 0; i < n - 1; i++)
				if (strcmp(places[i], places[n - 1]) == 0) {
					n--; /* told by every child */
					break;
				}
		}
		fclose(f);
		assert_true(n >= 15);
		for (int i = 0; i < n; i++)
			run_one(faults, places[i], kill);
		print_message("%d places %s\n", n, kill ? "killed" : "failed");
		free(places);
	}
}
#endif

static int count_entry(void *arg, int64_t index, struct view entry)
{
	(void)index, (void)entry;
	(*(int64_t *)arg)++;
	return 0;
}

/* A log without a database: by the same rule, with the record in itself. */
static void test_a_year_is_kept(void **state)
{
	struct audit_log *l = NULL;
	struct err_note note = {0};
	struct audit_log_form form;
	char text[600][120], folder[64];
	struct view lines[600];
	int64_t through = 0, entries = 0, day = 0;
	(void)state;
	snprintf(folder, sizeof folder, "%s/year", dir);
	assert_int_equal(audit_log_form(folder, &form, &note), ERR_NOTFOUND);
	assert_int_equal(audit_log_open(folder, "burner", gm, signer, &l, NULL), 0);
	for (int i = 0; i < 600; i++) {
		snprintf(text[i], sizeof text[i],
			"{\"action\":\"disc.burn\",\"at\":\"2020-02-02T02:02:02.020Z\",\"by\":\"burner\","
			"\"detail\":null,"
			"\"n\":%d,\"subject\":\"s\"}",
			i);
		lines[i] = view_str(text[i]);
	}
	assert_int_equal(audit_log_append_lines(l, lines, 600), 0);
	assert_int_equal(audit_log_append(l, "disc.burn", "s", NULL, NULL), 0);
	assert_int_equal(audit_prune_log(l, "he", time_now_ms() - INT64_C(364) * 86400000, &through, &note),
		ERR_REFUSED);
	assert_int_equal(audit_log_size(l), 602); /* the refusal is recorded */
	assert_int_equal(audit_prune_log(l, "he", INT64_C(946684800000), &through, &note), ERR_NOTFOUND);
	assert_int_equal(audit_log_size(l), 602);
	assert_int_equal(audit_log_read(l, 0, count_entry, &entries), 0);
	assert_int_equal(entries, 602);
	/* The third tile has entries of today. */
	assert_int_equal(audit_prune_day("2021-01-01", &day, &note), 0);
	assert_int_equal(day, INT64_C(1609430400000));
	assert_int_equal(audit_prune_log(l, "he", day, &through, &note), 0);
	assert_int_equal(through, 512);
	assert_int_equal(audit_log_size(l), 603);
	entries = 0;
	assert_int_equal(audit_log_read(l, 0, count_entry, &entries), 0);
	assert_int_equal(entries, 603 - 512);
	assert_int_equal(audit_log_checkpoint(l, NULL, NULL), 0);
	audit_log_close(l);
	/* What is left is whole, and says so with the key of the store. */
	const struct audit_view_options judge = {.trust = trust};
	struct audit_view *v = NULL;
	assert_int_equal(audit_view_open(folder, &judge, &v, &note), 0);
	audit_view_close(v);
	assert_int_equal(audit_log_form(folder, &form, &note), 0);
	assert_true(form.is_signed && form.suite == gm);
	assert_int_equal(audit_prune_day("2021-13-01", &day, &note), ERR_USAGE);
	assert_int_equal(audit_prune_day("yesterday", &day, &note), ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_append_and_reopen),
		cmocka_unit_test(test_records_are_canonical),
		cmocka_unit_test(test_tiles_are_the_tree),
		cmocka_unit_test(test_torn_end_is_mended),
		cmocka_unit_test(test_one_writer),
		cmocka_unit_test(test_a_renewed_key),
		cmocka_unit_test(test_unsigned),
		cmocka_unit_test(test_entries_are_read),
		cmocka_unit_test(test_a_year_is_kept),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_every_file),
#ifdef SW_FAULTS
		cmocka_unit_test(test_kills_and_failures),
#endif
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
