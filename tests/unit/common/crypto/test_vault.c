#include "common/crypto/vault.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char dir[64];
	const struct suite *suite;
	struct vault *v;
};

static int setup(void **state, const char *suite)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct err_note note = {.text = ""};
	assert_non_null(f);
	strcpy(f->dir, "/tmp/swvault.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(chdir(f->dir), 0);
	f->suite = suite_by_name(suite);
	assert_int_equal(vault_init(f->suite, "master", "vault", &note), 0);
	assert_int_equal(vault_open("master", "vault", &f->v, &note), 0);
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
	static const char *const files[] = {"master", "vault", "master2", "vault2"};
	struct fixture *f = *state;
	for (size_t i = 0; i < 4; i++)
		(void)unlink(files[i]);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(f->dir), 0);
	vault_free(f->v);
	vault_free(NULL);
	free(f);
	return 0;
}

static void test_seal(void **state)
{
	struct fixture *f = *state;
	static const char *const values[] = {"", "张小丰", "110101190001010014", "x"};
	struct buf one, two, back;
	buf_init(&one, 4096);
	buf_init(&two, 4096);
	buf_init(&back, 4096);
	for (size_t i = 0; i < 4; i++) {
		buf_reset(&one);
		buf_reset(&two);
		buf_reset(&back);
		assert_int_equal(vault_seal(f->v, "qlr", "qlrmc", "7", view_str(values[i]), &one), 0);
		assert_int_equal(vault_seal(f->v, "qlr", "qlrmc", "7", view_str(values[i]), &two), 0);
		/* Equal values do not look equal. */
		assert_false(view_eq(buf_view(&one), buf_view(&two)));
		const char *text = (const char *)one.p;
		assert_memory_equal(text, "v1.", 3);
		assert_int_equal(strspn(text + 3, "0123456789abcdef"), 8);
		assert_int_equal(text[11], '.');
		assert_int_equal(
			strspn(text + 12, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
			strlen(text) - 12);
		assert_int_equal(vault_unseal(f->v, "qlr", "qlrmc", "7", text, &back), 0);
		assert_true(view_eq(buf_view(&back), view_str(values[i])));
		/* Moved to another place. */
		assert_int_equal(vault_unseal(f->v, "qlr", "qlrmc", "8", text, &back), ERR_DIGEST);
		assert_int_equal(vault_unseal(f->v, "qlr", "zjh", "7", text, &back), ERR_DIGEST);
		assert_int_equal(vault_unseal(f->v, "ql", "rqlrmc", "7", text, &back), ERR_DIGEST);
		/* Changed in any character. */
		for (size_t j = 0; j < one.n; j++) {
			uint8_t was = one.p[j];
			one.p[j] = was == 'A' ? 'B' : 'A';
			int err = vault_unseal(f->v, "qlr", "qlrmc", "7", text, &back);
			assert_int_equal(err, j < 3 ? ERR_FORMAT : j < 12 ? ERR_KEY : ERR_DIGEST);
			one.p[j] = was;
		}
		assert_int_equal(buf_add_str(&one, "="), 0);
		assert_int_equal(vault_unseal(f->v, "qlr", "qlrmc", "7", (char *)one.p, &back), ERR_DIGEST);
	}
	static const char *const bad[] = {"", "v1.", "v1..", "v2.00000000.AAAA", "张三"};
	for (size_t i = 0; i < 5; i++) {
		int err = vault_unseal(f->v, "qlr", "qlrmc", "7", bad[i], &back);
		assert_true(err == ERR_FORMAT || err == ERR_KEY);
	}
	buf_fini(&one);
	buf_fini(&two);
	buf_fini(&back);
}

static void test_index(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *kind, *value;
		bool same;
	} cases[] = {{"id-number", "11010119491001018x", true}, {"id-number", "1101 0119 4910 0101 8X", true},
		{"id-number", "11010119491001018X\xe3\x80\x80", true},
		{"id-number", "110101194910010183", false}, {"name", "11010119491001018X", false},
		{"id-number", "", false}};
	struct buf want, got;
	buf_init(&want, 128);
	buf_init(&got, 128);
	assert_int_equal(vault_index(f->v, "id-number", "11010119491001018X", &want), 0);
	assert_int_equal(want.n, 2 + 64);
	assert_memory_equal(want.p, "1:", 2);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_reset(&got);
		assert_int_equal(vault_index(f->v, cases[i].kind, cases[i].value, &got), 0);
		assert_int_equal(view_eq(buf_view(&want), buf_view(&got)), cases[i].same);
	}
	/* The same after the vault was opened again, another in another vault. */
	struct vault *v = NULL;
	struct err_note note = {.text = ""};
	assert_int_equal(vault_open("master", "vault", &v, &note), 0);
	buf_reset(&got);
	assert_int_equal(vault_index(v, "id-number", "11010119491001018X", &got), 0);
	assert_true(view_eq(buf_view(&want), buf_view(&got)));
	vault_free(v);
	assert_int_equal(vault_init(f->suite, "master2", "vault2", &note), 0);
	assert_int_equal(vault_open("master2", "vault2", &v, &note), 0);
	buf_reset(&got);
	assert_int_equal(vault_index(v, "id-number", "11010119491001018X", &got), 0);
	assert_false(view_eq(buf_view(&want), buf_view(&got)));
	vault_free(v);
	buf_fini(&want);
	buf_fini(&got);
}

static void test_wrap(void **state)
{
	struct fixture *f = *state;
	struct secret in, out;
	struct buf text;
	buf_init(&text, 256);
	secret_random(f->suite, &in);
	assert_int_equal(vault_wrap_key(f->v, "blob-1", &in, &text), 0);
	assert_int_equal(vault_unwrap_key(f->v, "blob-1", (char *)text.p, &out), 0);
	assert_int_equal(out.n, in.n);
	assert_memory_equal(out.b, in.b, sizeof in.b);
	assert_int_equal(vault_unwrap_key(f->v, "blob-2", (char *)text.p, &out), ERR_DIGEST);
	/* A column's value is no key, whatever its place is called. */
	struct buf column;
	buf_init(&column, 256);
	assert_int_equal(vault_seal(f->v, "file", "key", "blob-1", view_of(in.b, in.n), &column), 0);
	assert_int_equal(vault_unwrap_key(f->v, "blob-1", (char *)column.p, &out), ERR_KEY);
	buf_fini(&column);
	buf_fini(&text);
	secret_wipe(&in);
	secret_wipe(&out);
}

static void rewrite(const char *name, struct view v, mode_t mode)
{
	(void)unlink(name);
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, v.p, v.n), 0);
	(void)close(fd);
}

static void test_files(void **state)
{
	struct fixture *f = *state;
	struct err_note note = {.text = ""};
	struct vault *v = NULL;
	struct stat st;
	struct buf good, master;
	assert_int_equal(stat("master", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 32);
	assert_int_equal(stat("vault", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(vault_init(f->suite, "master", "vault2", &note), ERR_EXISTS);
	assert_int_equal(vault_init(f->suite, "master2", "vault", &note), ERR_EXISTS);
	assert_int_equal(access("master2", F_OK), -1);
	assert_int_equal(access("vault2", F_OK), -1);
	assert_int_equal(vault_open("none", "vault", &v, &note), ERR_NOTFOUND);
	assert_int_equal(vault_open("master", "none", &v, &note), ERR_NOTFOUND);
	buf_init(&good, 65536);
	buf_init(&master, 64);
	assert_int_equal(file_read(AT_FDCWD, "vault", 65536, &good), 0);
	assert_int_equal(file_read(AT_FDCWD, "master", 64, &master), 0);
	/* No character of the vault may change. */
	for (size_t i = 0; i + 1 < good.n; i++) {
		good.p[i] ^= 1;
		rewrite("vault2", buf_view(&good), 0600);
		int err = vault_open("master", "vault2", &v, &note);
		if (!err)
			fail_msg("byte %zu of the vault may change", i);
		good.p[i] ^= 1;
	}
	rewrite("vault2", buf_view(&good), 0640);
	assert_int_equal(vault_open("master", "vault2", &v, &note), ERR_DENIED);
	rewrite("master2", buf_view(&master), 0604);
	assert_int_equal(vault_open("master2", "vault", &v, &note), ERR_DENIED);
	rewrite("master2", view_of(master.p, 31), 0600);
	assert_int_equal(vault_open("master2", "vault", &v, &note), ERR_KEY);
	master.p[5] ^= 1;
	rewrite("master2", buf_view(&master), 0600);
	assert_int_equal(vault_open("master2", "vault", &v, &note), ERR_KEY);
	buf_fini(&good);
	buf_fini(&master);
}

static void *work(void *arg)
{
	struct vault *v = arg;
	struct buf b, back;
	bool ok = true;
	buf_init(&b, 4096);
	buf_init(&back, 4096);
	for (int i = 0; i < 200 && ok; i++) {
		buf_reset(&b);
		buf_reset(&back);
		ok = vault_seal(v, "t", "c", "r", view_str("value"), &b) == 0 &&
		     vault_unseal(v, "t", "c", "r", (char *)b.p, &back) == 0 &&
		     view_eq(buf_view(&back), view_str("value")) && vault_index(v, "name", "张三", &b) == 0;
	}
	buf_fini(&b);
	buf_fini(&back);
	return ok ? v : NULL;
}

static void test_threads(void **state)
{
	struct fixture *f = *state;
	pthread_t t[4];
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, work, f->v), 0);
	for (size_t i = 0; i < 4; i++) {
		void *ok = NULL;
		assert_int_equal(pthread_join(t[i], &ok), 0);
		assert_non_null(ok);
	}
}

#define BOTH(test)                                                                                           \
	{#test " gm", test, setup_gm, teardown, NULL},                                                       \
	{                                                                                                    \
#test " intl", test, setup_intl, teardown, NULL                                              \
	}
/* What an old key sealed still opens; sealed anew it is under the new key; pruned, the old key is gone for
 * good. */
static void test_rotation(void **state)
{
	struct fixture *f = *state;
	struct err_note note = {.text = ""};
	struct buf old, fresh, plain, wrapped, rewrapped;
	struct secret key, back;
	buf_init(&old, 4096);
	buf_init(&fresh, 4096);
	buf_init(&plain, 4096);
	buf_init(&wrapped, 4096);
	buf_init(&rewrapped, 4096);
	secret_random(f->suite, &key);
	assert_int_equal(vault_seal(f->v, "t", "c", "1", view_str("张小丰"), &old), 0);
	assert_int_equal(vault_wrap_key(f->v, "file", &key, &wrapped), 0);
	assert_true(vault_is_current(f->v, (char *)old.p));
	assert_int_equal(vault_rotate(f->v, false, &note), 0);
	assert_false(vault_is_current(f->v, (char *)old.p));
	assert_false(vault_is_current(f->v, (char *)wrapped.p));
	assert_int_equal(vault_unseal(f->v, "t", "c", "1", (char *)old.p, &plain), 0);
	assert_int_equal(vault_reseal(f->v, "t", "c", "2", (char *)old.p, &fresh), ERR_DIGEST);
	assert_int_equal(vault_reseal(f->v, "t", "c", "1", (char *)old.p, &fresh), 0);
	assert_int_equal(vault_rewrap_key(f->v, "file", (char *)wrapped.p, &rewrapped), 0);
	assert_true(vault_is_current(f->v, (char *)fresh.p));
	assert_true(vault_is_current(f->v, (char *)rewrapped.p));

	/* Another process reads the replaced file. */
	struct vault *again = NULL;
	assert_int_equal(vault_open("master", "vault", &again, &note), 0);
	buf_reset(&plain);
	assert_int_equal(vault_unseal(again, "t", "c", "1", (char *)fresh.p, &plain), 0);
	assert_string_equal((char *)plain.p, "张小丰");
	assert_int_equal(vault_unwrap_key(again, "file", (char *)rewrapped.p, &back), 0);
	assert_memory_equal(back.b, key.b, key.n);
	vault_free(again);

	assert_int_equal(vault_prune(f->v, &note), 0);
	buf_reset(&plain);
	assert_int_equal(vault_unseal(f->v, "t", "c", "1", (char *)old.p, &plain), ERR_KEY);
	assert_int_equal(vault_unseal(f->v, "t", "c", "1", (char *)fresh.p, &plain), 0);
	buf_fini(&old);
	buf_fini(&fresh);
	buf_fini(&plain);
	buf_fini(&wrapped);
	buf_fini(&rewrapped);
}

/* Three versions: each is made of the one before without the value, look-ups know two of them, and pruning
 * leaves the chain whole. */
static void test_rotation_of_index(void **state)
{
	struct fixture *f = *state;
	struct err_note note = {.text = ""};
	struct vault_lookup l;
	struct buf one, two, three, moved;
	buf_init(&one, 256);
	buf_init(&two, 256);
	buf_init(&three, 256);
	buf_init(&moved, 256);
	assert_int_equal(vault_index(f->v, "name", "张三", &one), 0);
	assert_int_equal(vault_find(f->v, "name", "张三", &l), 0);
	assert_string_equal(l.now, (char *)one.p);
	assert_string_equal(l.before, "-");
	assert_int_equal(vault_rotate(f->v, false, &note), 0);
	assert_true(vault_index_is_current(f->v, (char *)one.p)); /* of the data keys alone */
	assert_int_equal(vault_rotate(f->v, true, &note), 0);
	assert_int_equal(vault_index(f->v, "name", "张三", &two), 0);
	assert_memory_equal(two.p, "2:", 2);
	assert_string_not_equal((char *)one.p + 2, (char *)two.p + 2);
	assert_false(vault_index_is_current(f->v, (char *)one.p));
	assert_int_equal(vault_find(f->v, "name", " 张三", &l), 0);
	assert_string_equal(l.now, (char *)two.p);
	assert_string_equal(l.before, (char *)one.p);
	assert_true(vault_index_is(&l, (char *)one.p) && vault_index_is(&l, (char *)two.p));
	assert_false(vault_index_is(&l, "-1"));
	assert_int_equal(vault_reindex(f->v, "name", (char *)one.p, &moved), 0);
	assert_string_equal((char *)moved.p, (char *)two.p);

	assert_int_equal(vault_prune(f->v, &note), 0);
	assert_int_equal(vault_rotate(f->v, true, &note), 0);
	assert_int_equal(vault_index(f->v, "name", "张三", &three), 0);
	assert_memory_equal(three.p, "3:", 2);
	const struct buf *const from[] = {&one, &two, &three};
	for (size_t i = 0; i < 3; i++) {
		buf_reset(&moved);
		assert_int_equal(vault_reindex(f->v, "name", (char *)from[i]->p, &moved), 0);
		assert_string_equal((char *)moved.p, (char *)three.p);
	}
	static const char *const unknown[] = {"", "4:00", "12", "张三"};
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(vault_reindex(f->v, "name", unknown[i], &moved), ERR_KEY);
	buf_fini(&one);
	buf_fini(&two);
	buf_fini(&three);
	buf_fini(&moved);
}

static void test_another_master(void **state)
{
	struct fixture *f = *state;
	struct err_note note = {.text = ""};
	struct buf one, two;
	uint8_t raw[32];
	buf_init(&one, 256);
	buf_init(&two, 256);
	assert_int_equal(vault_index(f->v, "name", "张三", &two), 0);
	random_bytes(raw, sizeof raw);
	assert_int_equal(file_write(AT_FDCWD, "master2", 0600, view_of(raw, sizeof raw), "test"), 0);
	assert_int_equal(vault_set_master(f->v, "master2", &note), 0);
	struct vault *again = NULL;
	assert_int_equal(vault_open("master", "vault", &again, &note), ERR_KEY);
	assert_int_equal(vault_open("master2", "vault", &again, &note), 0);
	assert_int_equal(vault_index(again, "name", "张三", &one), 0);
	assert_string_equal((char *)one.p, (char *)two.p);
	vault_free(again);
	buf_fini(&one);
	buf_fini(&two);
}

static void test_sixty_four_keys_at_most(void **state)
{
	struct fixture *f = *state;
	struct err_note note = {.text = ""};
	int rc = 0, n = 0;
	while ((rc = vault_rotate(f->v, false, &note)) == 0 && n < 100)
		n++;
	assert_int_equal(rc, ERR_LIMIT);
	assert_true(n > 20);
	assert_int_equal(vault_prune(f->v, &note), 0);
	assert_int_equal(vault_rotate(f->v, false, &note), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {BOTH(test_seal), BOTH(test_index), BOTH(test_wrap),
		BOTH(test_files), BOTH(test_threads), BOTH(test_rotation), BOTH(test_rotation_of_index),
		BOTH(test_another_master), BOTH(test_sixty_four_keys_at_most)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
