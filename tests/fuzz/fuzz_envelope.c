/* Any bytes as an envelope. First byte: what; second: into what pieces it is cut.
 * 0: a file under a known key. 1: a recipient block under a head that is right, for a recipient's key.
 * 2: plaintext, which must come back whole. 3: a right envelope of the plaintext "0123…" with the rest of the
 * input laid over it from a place that two bytes name: what comes out must be a beginning of that plaintext.
 */
#include "common/crypto/envelope.h"
#include "common/crypto/envelope_form.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PLAIN 200000u
#define OUT_MAX (1u << 22)

static struct open_key *recipient;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const names[] = {"ca.key", "ca.pem", "e.key", "e.pem"};
	char dir[] = "/tmp/fuzz-env.XXXXXX", p[4][64];
	(void)argc;
	(void)argv;
	REQUIRE(mkdtemp(dir) != NULL);
	for (size_t i = 0; i < 4; i++)
		(void)snprintf(p[i], sizeof p[i], "%s/%s", dir, names[i]);
	REQUIRE(key_make_ca(suite_by_name("gm"), "intranet", 365, p[0], p[1], NULL) == 0);
	REQUIRE(key_issue(p[0], p[1], CERT_ENCRYPT, "e", 365, NULL, p[2], p[3], NULL) == 0);
	REQUIRE(open_key_load(p[2], p[3], &recipient, NULL) == 0);
	for (size_t i = 0; i < 4; i++)
		(void)unlink(p[i]);
	(void)rmdir(dir);
	return 0;
}

static int collect(void *cookie, struct view v)
{
	return buf_add_view(cookie, v);
}

static struct secret fixed_key(const struct suite *s)
{
	struct secret k = {.n = suite_key_size(s)};
	memset(k.b, 7, k.n);
	return k;
}

static int read_all(
	const struct open_key *k, const struct secret *key, struct view in, size_t step, struct buf *out)
{
	struct envelope_reader *r = NULL;
	int err = envelope_reader_new(k, key, collect, out, &r);
	if (err)
		return err;
	for (size_t i = 0; i < in.n && !err; i += step)
		err = envelope_read(r, view_of(in.p + i, in.n - i < step ? in.n - i : step));
	if (!err)
		err = envelope_read_finish(r);
	envelope_reader_free(r);
	return err;
}

static void write_all(const struct suite *s, struct view plain, size_t step, struct buf *out)
{
	struct secret key = fixed_key(s);
	struct envelope_writer *w = NULL;
	REQUIRE(envelope_writer_new(s, NULL, &key, collect, out, &w) == 0);
	for (size_t i = 0; i < plain.n; i += step)
		REQUIRE(envelope_write(w, view_of(plain.p + i, plain.n - i < step ? plain.n - i : step)) ==
			0);
	REQUIRE(envelope_finish(w) == 0);
	envelope_writer_free(w);
}

static void fuzz_file(struct view in, size_t step)
{
	struct buf out;
	static const char *const suites[] = {"gm", "intl"};
	for (size_t i = 0; i < 2; i++) {
		struct secret key = fixed_key(suite_by_name(suites[i]));
		buf_init(&out, OUT_MAX);
		(void)!read_all(NULL, &key, in, step, &out);
		buf_fini(&out);
	}
}

static void fuzz_recipient(struct view block, size_t step)
{
	const struct suite *s = suite_by_name("gm");
	struct secret key = fixed_key(s);
	struct buf in, out;
	uint8_t head[ENVELOPE_FORM_FIXED];
	buf_init(&in, OUT_MAX);
	buf_init(&out, OUT_MAX);
	envelope_form_head(s, &key, head);
	envelope_form_put32(head + ENVELOPE_FORM_BOUND, (uint32_t)block.n);
	REQUIRE(buf_add(&in, head, sizeof head) == 0);
	if (buf_add_view(&in, block) == 0)
		REQUIRE(read_all(recipient, NULL, buf_view(&in), step, &out) != 0);
	buf_fini(&in);
	buf_fini(&out);
}

static void fuzz_plain(struct view plain, size_t step)
{
	const struct suite *s = suite_by_name(step & 1 ? "gm" : "intl");
	struct secret key = fixed_key(s);
	struct buf in, out;
	buf_init(&in, OUT_MAX);
	buf_init(&out, OUT_MAX);
	if (plain.n < OUT_MAX / 2) {
		write_all(s, plain, step, &in);
		REQUIRE(read_all(NULL, &key, buf_view(&in), step, &out) == 0);
		REQUIRE(view_eq(plain, buf_view(&out)));
	}
	buf_fini(&in);
	buf_fini(&out);
}

static void fuzz_damage(struct view over, size_t step)
{
	const struct suite *s = suite_by_name("intl");
	struct secret key = fixed_key(s);
	struct buf plain, in, out;
	if (over.n < 2)
		return;
	buf_init(&plain, PLAIN);
	buf_init(&in, OUT_MAX);
	buf_init(&out, OUT_MAX);
	REQUIRE(buf_reserve(&plain, PLAIN) == 0);
	for (size_t i = 0; i < PLAIN; i++)
		plain.p[i] = (uint8_t)('0' + i % 10);
	plain.n = PLAIN;
	write_all(s, buf_view(&plain), 65536, &in);
	struct buf whole;
	buf_init(&whole, OUT_MAX);
	REQUIRE(buf_add_view(&whole, buf_view(&in)) == 0);
	size_t at = ((size_t)over.p[0] << 8 | over.p[1]) * 3, n = over.n - 2;
	if (at < in.n) {
		if (n > in.n - at)
			n = in.n - at;
		memcpy(in.p + at, over.p + 2, n);
	}
	bool same = view_eq(buf_view(&in), buf_view(&whole));
	int err = read_all(NULL, &key, buf_view(&in), step, &out);
	REQUIRE(same == (err == 0));
	REQUIRE(out.n <= PLAIN && (!out.n || memcmp(out.p, plain.p, out.n) == 0));
	REQUIRE(err || out.n == PLAIN);
	buf_fini(&plain);
	buf_fini(&in);
	buf_fini(&out);
	buf_fini(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	size_t step = (size_t)data[1] * 257 + 1;
	struct view rest = view_of(data + 2, size - 2);
	switch (data[0]) {
	case 0:
		fuzz_file(rest, step);
		break;
	case 1:
		fuzz_recipient(rest, step);
		break;
	case 2:
		fuzz_plain(rest, step);
		break;
	case 3:
		fuzz_damage(rest, step);
		break;
	default:
		break;
	}
	return 0;
}
