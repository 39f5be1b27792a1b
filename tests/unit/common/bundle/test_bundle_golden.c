/* Bundles of format version 1 as they were first written; their private keys are gone. They must be accepted
 * for ever. */
#include "common/bundle/bundle_reader.h"
#include "common/os/file.h"
#include "tests/unit/common/bundle/fixture.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void load(const char *suite, const char *which, const char *what, struct buf *out)
{
	char path[128];
	(void)snprintf(path, sizeof path, "tests/golden/bundle/%s/%s.%s", suite, which, what);
	buf_init(out, 1 << 20);
	if (file_read(AT_FDCWD, path, 1 << 20, out) != 0)
		fail_msg("%s cannot be read", path);
}

static struct trust *load_trust(const char *suite, const char *which)
{
	struct buf pem;
	struct trust *t = NULL;
	load(suite, which, "ca.pem", &pem);
	assert_int_equal(trust_from_pem(buf_view(&pem), &t, NULL), 0);
	buf_fini(&pem);
	return t;
}

/* Front, signature and ciphertext, with nothing but the authority's certificate. */
static void check_file(const char *suite, const char *which, const struct bundle_policy *p)
{
	struct buf file, manifest, identity;
	struct bundle_reader *r = NULL;
	struct err_note note = {.text = ""};
	char hex[DIGEST_HEX];
	load(suite, which, "swb", &file);
	load(suite, which, "manifest.json", &manifest);
	load(suite, which, "identity", &identity);
	int fd = fixture_fd(buf_view(&file));
	if (bundle_open(fd, (int64_t)file.n, p, &r, &note) || bundle_check_payload(r, &note))
		fail_msg("%s: %s", which, note.text);
	assert_true(view_eq(bundle_manifest_bytes(r), buf_view(&manifest)));
	digest_hex(bundle_identity(r), hex);
	assert_true(view_eq(view_str(hex), buf_view(&identity)));
	bundle_reader_free(r);
	(void)close(fd);
	buf_fini(&file);
	buf_fini(&manifest);
	buf_fini(&identity);
}

/* The inside, from the frames kept beside it: encoded again it is the same, and the reader accepts it
 * under the golden manifest. */
static void check_inside(const char *suite, const char *which, const struct bundle_policy *p, size_t messages)
{
	struct buf frames, contents, manifest, again;
	struct bundle_contents c = {.n = 0};
	struct err_note note = {.text = ""};
	load(suite, which, "payload.zst", &frames);
	load(suite, which, "contents.json", &contents);
	load(suite, which, "manifest.json", &manifest);
	buf_init(&again, 1 << 20);
	assert_int_equal(bundle_contents_decode(buf_view(&contents), &c, &note), 0);
	assert_int_equal(c.n, messages);
	assert_int_equal(bundle_contents_encode(&c, &again), 0);
	assert_true(view_eq(buf_view(&again), buf_view(&contents)));
	assert_true(bundle_contents_most(&c) >= again.n);
	bundle_contents_fini(&c);

	struct bundle_reader *r = calloc(1, sizeof *r);
	assert_non_null(r);
	r->tmp = -1;
	r->policy = *p;
	r->suite = suite_by_name(suite);
	assert_int_equal(manifest_decode(buf_view(&manifest), &r->manifest, &note), 0);
	assert_int_equal(r->manifest.payload_size, frames.n);
	int fd = fixture_fd(buf_view(&frames));
	const struct bundle_frames_source source = {
		NULL, fd, r->manifest.payload_size, r->manifest.payload_plain, NULL};
	if (bundle_inside(r, &source, &note))
		fail_msg("%s: %s", which, note.text);
	assert_int_equal(r->origin != NULL, p->origin_trust != NULL);
	bundle_reader_free(r);
	(void)close(fd);
	buf_fini(&frames);
	buf_fini(&contents);
	buf_fini(&manifest);
	buf_fini(&again);
}

/* Contents with one byte changed, or cut off, are refused, or say something else in the one form of it. */
static void check_contents(const char *suite, const char *which)
{
	struct buf contents, again;
	load(suite, which, "contents.json", &contents);
	buf_init(&again, 1 << 20);
	size_t n = contents.n, refused = 0;
	for (size_t i = 0; i < 2 * n; i++) {
		struct bundle_contents c = {.n = 0};
		struct err_note note = {.text = ""};
		uint8_t was = contents.p[i / 2];
		contents.p[i / 2] ^= i % 2 ? 1 : 16;
		struct view v = view_of(contents.p, n);
		if (bundle_contents_decode(v, &c, &note) == 0) {
			buf_reset(&again);
			assert_int_equal(bundle_contents_encode(&c, &again), 0);
			assert_true(view_eq(buf_view(&again), v));
		} else {
			assert_true(note.text[0]);
			refused++;
		}
		bundle_contents_fini(&c);
		contents.p[i / 2] = was;
		if (bundle_contents_decode(view_of(contents.p, i / 2), &c, &note) == 0)
			fail_msg("%s %s: taken with %zu of %zu bytes", suite, which, i / 2, n);
		bundle_contents_fini(&c);
	}
	assert_true(refused > n / 2);
	buf_fini(&again);
	buf_fini(&contents);
}

static void test_golden(void **state)
{
	const char *suite = *state;
	struct trust *internet = load_trust(suite, "direct"), *gap = load_trust(suite, "forwarded");
	struct bundle_policy direct = {.trust = internet,
		.link = "gap",
		.from = "internet",
		.to = "gap-outer",
		.payload_max = 1 << 20,
		.tmp_dir = "/tmp"};
	struct bundle_policy forwarded = {.trust = gap,
		.link = "gap",
		.from = "gap-inner",
		.to = "extranet",
		.origin_trust = internet,
		.origin_from = "internet",
		.payload_max = 1 << 20,
		.tmp_dir = "/tmp"};
	check_file(suite, "direct", &direct);
	check_file(suite, "forwarded", &forwarded);
	check_contents(suite, "direct");
	check_contents(suite, "forwarded");
	check_inside(suite, "direct", &direct, 3);
	check_inside(suite, "forwarded", &forwarded, 3);
	trust_free(internet);
	trust_free(gap);
}

int main(void)
{
	static char gm[] = "gm", intl[] = "intl";
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_golden, gm), cmocka_unit_test_prestate(test_golden, intl)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
