/* Attachments at rest: what is handed in comes back, nothing of it stands readable on the disk, a changed,
 * shortened, swapped or missing file is seen. */
#include "common/crypto/envelope.h"
#include "common/db/blob.h"
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

struct fixture {
	char dir[64], folder[80];
	struct vault *vault;
	struct blob_store *store;
};

static int setup(void **state, const char *suite)
{
	struct fixture *f = calloc(1, sizeof *f);
	char master[96], file[96];
	strcpy(f->dir, "/tmp/test-blob.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(master, sizeof master, "%s/master", f->dir);
	snprintf(file, sizeof file, "%s/vault", f->dir);
	snprintf(f->folder, sizeof f->folder, "%s/blobs", f->dir);
	assert_int_equal(vault_init(suite_by_name(suite), master, file, NULL), 0);
	assert_int_equal(vault_open(master, file, &f->vault, NULL), 0);
	assert_int_equal(blob_store_open(f->folder, suite_by_name(suite), f->vault, &f->store), 0);
	*state = f;
	return 0;
}
static int setup_gm(void **state)
{
	return setup(state, "gm");
}
static int setup_intl(void **state)
{
	return setup(state, "intl");
}
static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[96];
	blob_store_close(f->store);
	blob_store_close(NULL);
	vault_free(f->vault);
	snprintf(command, sizeof command, "rm -rf %s", f->dir);
	free(f);
	return system(command);
}

static struct blob_ref put(struct fixture *f, bool opaque, const void *p, size_t n, size_t step)
{
	struct blob_writer *w = NULL;
	struct blob_ref ref;
	assert_int_equal(blob_writer_new(f->store, opaque, &w), 0);
	for (size_t at = 0; at < n; at += step)
		assert_int_equal(
			blob_write(w, view_of((const uint8_t *)p + at, n - at < step ? n - at : step)), 0);
	assert_int_equal(blob_finish(w, &ref), 0);
	blob_writer_free(w);
	return ref;
}
static void path_of(struct fixture *f, const struct blob_ref *ref, char out[static 256])
{
	char hex[DIGEST_HEX];
	digest_hex(&ref->name, hex);
	snprintf(out, 256, "%s/%.2s/%s", f->folder, hex, hex + 2);
}
static void expect(struct fixture *f, const struct blob_ref *ref, const void *p, size_t n)
{
	struct buf b;
	buf_init(&b, n + 1);
	assert_int_equal(blob_load(f->store, ref, n, &b), 0);
	assert_int_equal(b.n, n);
	if (n)
		assert_memory_equal(b.p, p, n);
	assert_int_equal(blob_check(f->store, ref), 0);
	buf_fini(&b);
}
static void fill(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 131 >> 3);
}

static void test_sizes(void **state)
{
	struct fixture *f = *state;
	static uint8_t data[300000];
	static const size_t sizes[] = {0, 1, 15, 16, 17, 65535, 65536, 65537, 131072, 300000};
	fill(data, sizeof data);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct blob_ref ref = put(f, false, data, sizes[i], 7777);
		assert_int_equal(ref.size, sizes[i]);
		assert_true(ref.wrapped_key[0]);
		expect(f, &ref, data, sizes[i]);
	}
	/* The limit of the reader, not of the file. */
	struct blob_ref ref = put(f, false, data, 1000, 1000);
	struct buf b;
	buf_init(&b, 4096);
	assert_int_equal(blob_load(f->store, &ref, 999, &b), ERR_LIMIT);
	assert_int_equal(b.n, 0);
	buf_fini(&b);
}

/* Twice the same content: two names, two keys, and no plain byte on the disk. */
static void test_nothing_readable(void **state)
{
	struct fixture *f = *state;
	char command[256];
	static const char text[] = "张三 110101199001010011 first and second page of the contract";
	struct blob_ref a = put(f, false, text, sizeof text, 10), b = put(f, false, text, sizeof text, 10);
	assert_false(digest_eq(&a.name, &b.name));
	assert_string_not_equal(a.wrapped_key, b.wrapped_key);
	assert_true(digest_eq(&a.digest, &b.digest));
	snprintf(command, sizeof command, "grep -raqE '110101199001010011|second page' %s", f->folder);
	assert_int_not_equal(system(command), 0);
	snprintf(command, sizeof command, "find %s -type f -perm /077 | grep -q .", f->folder);
	assert_int_not_equal(system(command), 0);
	/* Another blob's key opens nothing. */
	struct blob_ref mixed = a;
	memcpy(mixed.wrapped_key, b.wrapped_key, sizeof mixed.wrapped_key);
	assert_true(blob_check(f->store, &mixed) < 0);
}

static int keep(void *cookie, struct view v)
{
	return buf_add_view(cookie, v);
}
/* Envelopes sealed to somebody else are kept as they came, under no key of ours; twice is once. */
static void test_opaque(void **state)
{
	struct fixture *f = *state;
	struct buf sealed;
	struct secret key;
	struct envelope_writer *w = NULL;
	const struct suite *s = suite_by_name("gm");
	char path[256];
	buf_init(&sealed, 1 << 16);
	secret_random(s, &key);
	assert_int_equal(envelope_writer_new(s, NULL, &key, keep, &sealed, &w), 0);
	assert_int_equal(envelope_write(w, view_str("a drawing")), 0);
	assert_int_equal(envelope_finish(w), 0);
	envelope_writer_free(w);
	struct blob_ref a = put(f, true, sealed.p, sealed.n, 100), b = put(f, true, sealed.p, sealed.n, 33);
	assert_string_equal(a.wrapped_key, "");
	assert_true(digest_eq(&a.name, &b.name));
	assert_true(digest_eq(&a.name, &a.digest));
	expect(f, &a, sealed.p, sealed.n);
	path_of(f, &a, path);
	int fd = open(path, O_RDONLY);
	static uint8_t file[1 << 16];
	assert_int_equal(read(fd, file, sizeof file), sealed.n);
	close(fd);
	assert_memory_equal(file, sealed.p, sealed.n);
	secret_wipe(&key);
	buf_fini(&sealed);
}

static void test_damage(void **state)
{
	struct fixture *f = *state;
	static uint8_t data[70000];
	char path[256];
	struct stat st;
	fill(data, sizeof data);
	for (int opaque = 0; opaque < 2; opaque++) {
		struct blob_ref ref = put(f, opaque, data, sizeof data, sizeof data);
		path_of(f, &ref, path);
		assert_int_equal(stat(path, &st), 0);
		int fd = open(path, O_RDWR);
		for (off_t at = 0; at < st.st_size; at += st.st_size / 40) {
			uint8_t was, wrong;
			assert_int_equal(pread(fd, &was, 1, at), 1);
			wrong = was ^ 0x10;
			assert_int_equal(pwrite(fd, &wrong, 1, at), 1);
			if (blob_check(f->store, &ref) >= 0)
				fail_msg("byte %ld changed and not seen", (long)at);
			assert_int_equal(pwrite(fd, &was, 1, at), 1);
		}
		assert_int_equal(blob_check(f->store, &ref), 0);
		assert_int_equal(pwrite(fd, "x", 1, st.st_size), 1);
		assert_true(blob_check(f->store, &ref) < 0);
		assert_int_equal(ftruncate(fd, st.st_size - 1), 0);
		assert_true(blob_check(f->store, &ref) < 0);
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_true(blob_check(f->store, &ref) < 0);
		close(fd);
		struct digest other = {{1}};
		struct blob_ref lie = ref;
		lie.digest = other;
		assert_true(blob_check(f->store, &lie) < 0);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(blob_check(f->store, &ref), ERR_NOTFOUND);
		/* A link in its place is not followed. */
		assert_int_equal(symlink("/etc/passwd", path), 0);
		assert_int_equal(blob_check(f->store, &ref), ERR_NOTFOUND);
		unlink(path);
	}
}

static void test_given_up_and_removed(void **state)
{
	struct fixture *f = *state;
	struct blob_writer *w = NULL;
	char command[256];
	assert_int_equal(blob_writer_new(f->store, false, &w), 0);
	assert_int_equal(blob_write(w, view_str("never finished")), 0);
	blob_writer_free(w);
	blob_writer_free(NULL);
	snprintf(command, sizeof command, "find %s -type f | grep -q .", f->folder);
	assert_int_not_equal(system(command), 0);
	struct blob_ref ref = put(f, false, "x", 1, 1);
	assert_int_equal(blob_remove(f->store, &ref.name), 0);
	assert_int_equal(blob_remove(f->store, &ref.name), ERR_NOTFOUND);
	assert_int_equal(blob_check(f->store, &ref), ERR_NOTFOUND);
}

int main(void)
{
#define BOTH(t)                                                                                              \
	cmocka_unit_test_setup_teardown(t, setup_gm, teardown),                                              \
		cmocka_unit_test_setup_teardown(t, setup_intl, teardown)
	const struct CMUnitTest tests[] = {BOTH(test_sizes), BOTH(test_nothing_readable), BOTH(test_opaque),
		BOTH(test_damage), BOTH(test_given_up_and_removed)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
