#include "diode/frame/frame.h"
#include "diode/frame/frame_beat.h"
#include "diode/frame/frame_key.h"
#include "diode/frame/frame_meta.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const struct frame FILE_FRAME = {.kind = FRAME_DATA,
	.suite = 2,
	.session = {"0123456789abcdef"},
	.seq = 0x0102030405060708,
	.object = {"ABCDEFGHIJKL"},
	.transfer = 0x4d4e4f50,
	.size = 3 * 4 * 100 + 150,
	.offset = 3 * 4 * 100,
	.block = 3,
	.length = 150,
	.meta = 20,
	.symbol = 100,
	.k_full = 4,
	.k = 2,
	.m = 3,
	.index = 4};
static const struct frame STREAM_FRAME = {.kind = FRAME_DATA,
	.suite = 1,
	.flags = FRAME_STREAM,
	.transfer = 1,
	.offset = 777,
	.block = 5,
	.length = 301,
	.meta = 20,
	.symbol = 100,
	.k_full = 4,
	.k = 4,
	.m = 0,
	.index = 3};

static int decode(const struct frame *f, struct frame *out)
{
	uint8_t d[FRAME_SIZE_MAX] = {0};
	struct view body;
	frame_encode(f, d);
	size_t n = FRAME_OVERHEAD + (size_t)f->symbol;
	return frame_decode(view_of(d, n > sizeof d ? sizeof d : n), out, &body);
}

/* The format is fixed byte by byte: DESIGN.md shows this datagram. */
static void test_golden(void **state)
{
	(void)state;
	static const char want[] = "53574401"
				   "01020000"
				   "30313233343536373839616263646566"
				   "0102030405060708"
				   "4142434445464748494a4b4c4d4e4f50"
				   "0000000000000546"
				   "00000000000004b0"
				   "00000003"
				   "00000096"
				   "0014"
				   "0064"
				   "02030404";
	uint8_t d[FRAME_HEAD];
	struct buf hex;
	buf_init(&hex, 1024);
	frame_encode(&FILE_FRAME, d);
	assert_int_equal(hex_add(&hex, view_of(d, sizeof d)), 0);
	assert_int_equal(hex.n, 2 * FRAME_HEAD);
	assert_memory_equal(hex.p, want, sizeof want - 1);
	buf_fini(&hex);
}

static void test_round_trip(void **state)
{
	(void)state;
	struct frame f;
	assert_int_equal(decode(&FILE_FRAME, &f), 0);
	assert_memory_equal(f.session.b, FILE_FRAME.session.b, 16);
	assert_memory_equal(f.object.b, FILE_FRAME.object.b, 16);
	assert_true(f.seq == FILE_FRAME.seq && f.size == FILE_FRAME.size && f.offset == FILE_FRAME.offset);
	assert_true(
		f.block == 3 && f.length == 150 && f.meta == 20 && f.symbol == 100 && f.k == 2 && f.m == 3);
	assert_true(f.index == 4 && f.k_full == 4 && frame_blocks(&f) == 4 && frame_block_size(&f) == 400);
	assert_int_equal(decode(&STREAM_FRAME, &f), 0);
	assert_int_equal(f.flags, FRAME_STREAM);
}

#define HOSTILE(base, field, value, error)                                                                   \
	do {                                                                                                 \
		struct frame bad = base, out_;                                                               \
		bad.field = (value);                                                                         \
		assert_int_equal(decode(&bad, &out_), (error));                                              \
	} while (0)

static void test_hostile_numbers(void **state)
{
	(void)state;
	HOSTILE(FILE_FRAME, kind, 3, ERR_FORMAT);
	HOSTILE(FILE_FRAME, suite, 0, ERR_SUITE);
	HOSTILE(FILE_FRAME, suite, 3, ERR_SUITE);
	HOSTILE(FILE_FRAME, flags, 8, ERR_RANGE);
	HOSTILE(FILE_FRAME, transfer, 0, ERR_RANGE);
	HOSTILE(STREAM_FRAME, flags, FRAME_STREAM | FRAME_PART, ERR_RANGE);
	HOSTILE(FILE_FRAME, flags, FRAME_LAST, ERR_RANGE);
	HOSTILE(FILE_FRAME, size, 0, ERR_RANGE);
	HOSTILE(FILE_FRAME, size, 19, ERR_RANGE);
	HOSTILE(FILE_FRAME, size, 1201, ERR_RANGE);
	HOSTILE(FILE_FRAME, size, UINT64_MAX, ERR_RANGE);
	HOSTILE(FILE_FRAME, size, FRAME_OBJECT_MAX, ERR_RANGE);
	HOSTILE(FILE_FRAME, offset, 1201, ERR_RANGE);
	HOSTILE(FILE_FRAME, offset, UINT64_MAX, ERR_RANGE);
	HOSTILE(FILE_FRAME, block, 4, ERR_RANGE);
	HOSTILE(FILE_FRAME, block, 2, ERR_RANGE);
	HOSTILE(FILE_FRAME, block, UINT32_MAX, ERR_RANGE);
	HOSTILE(FILE_FRAME, length, 149, ERR_RANGE);
	HOSTILE(FILE_FRAME, length, 0, ERR_RANGE);
	HOSTILE(FILE_FRAME, length, 201, ERR_RANGE);
	HOSTILE(FILE_FRAME, length, UINT32_MAX, ERR_RANGE);
	HOSTILE(FILE_FRAME, meta, 0, ERR_RANGE);
	HOSTILE(FILE_FRAME, meta, 401, ERR_RANGE);
	HOSTILE(FILE_FRAME, symbol, 0, ERR_RANGE);
	HOSTILE(FILE_FRAME, symbol, 99, ERR_RANGE);
	HOSTILE(FILE_FRAME, symbol, FRAME_SYMBOL_MAX + 1, ERR_RANGE);
	HOSTILE(FILE_FRAME, k, 0, ERR_RANGE);
	HOSTILE(FILE_FRAME, k, 5, ERR_RANGE);
	HOSTILE(FILE_FRAME, k, 1, ERR_RANGE);
	HOSTILE(FILE_FRAME, k_full, 1, ERR_RANGE);
	HOSTILE(FILE_FRAME, m, 255, ERR_RANGE);
	HOSTILE(FILE_FRAME, m, 2, ERR_RANGE);
	HOSTILE(FILE_FRAME, index, 5, ERR_RANGE);
	HOSTILE(STREAM_FRAME, size, 1078, ERR_RANGE);
	HOSTILE(STREAM_FRAME, offset, 4, ERR_RANGE);
	HOSTILE(STREAM_FRAME, offset, FRAME_OBJECT_MAX + 1, ERR_RANGE);
	HOSTILE(STREAM_FRAME, block, 0, ERR_RANGE);
	HOSTILE(STREAM_FRAME, block, UINT32_MAX, ERR_RANGE);
	HOSTILE(STREAM_FRAME, length, 300, ERR_RANGE);
	struct frame last = STREAM_FRAME, out;
	last.flags |= FRAME_LAST;
	assert_int_equal(decode(&last, &out), ERR_RANGE);
	last.size = 777 + 301;
	assert_int_equal(decode(&last, &out), 0);
	last.length = 0;
	last.k = 1;
	last.index = 0;
	last.size = 777;
	assert_int_equal(decode(&last, &out), 0);
	last.flags = FRAME_STREAM;
	last.size = 0;
	assert_int_equal(decode(&last, &out), ERR_RANGE);
	/* More blocks than any bitmap of ours may hold. */
	struct frame many = {.kind = FRAME_DATA,
		.suite = 1,
		.transfer = 1,
		.size = UINT64_C(1) << 40,
		.length = 1,
		.meta = 1,
		.symbol = 1,
		.k_full = 1,
		.k = 1};
	assert_int_equal(decode(&many, &out), ERR_RANGE);
	many.size = FRAME_BLOCKS_MAX;
	assert_int_equal(decode(&many, &out), 0);
}

static void test_lengths(void **state)
{
	(void)state;
	uint8_t d[FRAME_OVERHEAD + 101] = {0};
	struct frame f;
	struct view body;
	frame_encode(&FILE_FRAME, d);
	for (size_t n = 0; n < FRAME_OVERHEAD + 100; n++)
		assert_int_equal(frame_decode(view_of(d, n), &f, &body), n < 4 ? ERR_FORMAT : ERR_TRUNCATED);
	assert_int_equal(frame_decode(view_of(d, FRAME_OVERHEAD + 100), &f, &body), 0);
	assert_ptr_equal(body.p, d + FRAME_HEAD);
	assert_int_equal(body.n, 100);
	assert_int_equal(frame_decode(view_of(d, FRAME_OVERHEAD + 101), &f, &body), ERR_TRAILING);
	for (size_t i = 0; i < 4; i++) {
		d[i] ^= 1;
		assert_int_equal(frame_decode(view_of(d, FRAME_OVERHEAD + 100), &f, &body), ERR_FORMAT);
		d[i] ^= 1;
	}
	d[7] = 1;
	assert_int_equal(frame_decode(view_of(d, FRAME_OVERHEAD + 100), &f, &body), ERR_RANGE);
}

static void test_beat(void **state)
{
	(void)state;
	struct frame_beat b = {.objects = 7,
				  .bytes = 1 << 20,
				  .every = 500,
				  .spread = 48,
				  .from = 3,
				  .below = 7,
				  .flags = FRAME_BEAT_IDLE,
				  .n = 3,
				  .digest = "sixteen bytes ab"},
			  got;
	uint8_t out[2048];
	snprintf(b.object[0].name, sizeof b.object[0].name, "one.swb");
	memset(b.object[1].name, 'x', FRAME_BEAT_NAME);
	b.object[2] =
		(struct frame_beat_object){.id = {"ABCDEFGHIJKL"}, .transfer = 6, .size = 9, .passes = 2};
	size_t n = frame_beat_encode(&b, out, sizeof out);
	assert_int_equal(frame_beat_decode(view_of(out, n), &got), 0);
	assert_memory_equal(&got, &b, sizeof b);
	for (size_t cut = 0; cut < n; cut++)
		assert_int_equal(frame_beat_decode(view_of(out, cut), &got), ERR_TRUNCATED);
	assert_int_equal(frame_beat_decode(view_of(out, n + 1), &got), ERR_TRAILING);
	static const struct {
		size_t at;
		uint8_t byte;
	} bad[] = {{33, FRAME_BEAT_OBJECTS + 1}, {32, 4}, {27, 0}, {31, 2}, {31, 3 + FRAME_BEAT_RECENT + 1},
		{50 + 26, 0}, {50 + 26, 7}, {50 + 27, 0xff}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		uint8_t was = out[bad[i].at];
		out[bad[i].at] = bad[i].byte;
		assert_int_equal(frame_beat_decode(view_of(out, n), &got), ERR_RANGE);
		out[bad[i].at] = was;
	}
	/* What does not fit is left out, not cut in the middle. */
	n = frame_beat_encode(&b, out, 120);
	assert_true(n <= 120);
	assert_int_equal(frame_beat_decode(view_of(out, n), &got), 0);
	assert_int_equal(got.n, 1);
	/* Names are cut between two characters. */
	char name[FRAME_BEAT_NAME + 1], text[2 * FRAME_BEAT_NAME];
	frame_beat_name("a", name);
	assert_string_equal(name, "a");
	for (size_t i = 0; i < sizeof text - 3; i += 3)
		memcpy(text + i, "宗", 4);
	frame_beat_name(text, name);
	assert_int_equal(strlen(name), FRAME_BEAT_NAME);
	frame_beat_name(text + 1 - 1, name);
	text[0] = 'x';
	text[1] = 'y';
	text[2] = 'z';
	memmove(text, text + 1, sizeof text - 1);
	frame_beat_name(text, name);
	assert_int_equal(strlen(name), FRAME_BEAT_NAME - 1);
	struct frame f = {.kind = FRAME_BEAT, .suite = 1, .seq = 1, .symbol = 50};
	assert_int_equal(decode(&f, &f), 0);
	f.k = 1;
	assert_int_equal(decode(&f, &f), ERR_RANGE);
}

static void test_names(void **state)
{
	(void)state;
	static const char *const good[] = {"a", "a.swb", "b/c", ".hidden", "..a", "a..", "图 形/宗地.geojson",
		"sp ace", "tmp", "tmp.1", "tmp.0123456789abcdeg", "-rf", "a/b/c/d/e/f/g/h", "%2e%2e", "\\",
		"*?"};
	static const char *const bad[] = {"", "/", "/etc/passwd", "a/", "a//b", ".", "..", "../a", "a/../b",
		"a/..", "./a", "a/.", "a\nb", "a\x7f", "\x1b[2J", "\xff", "\xc0\xaf", "\xed\xa0\x80",
		"tmp.0123456789abcdef", "a/tmp.ffffffffffffffff", ".diode", "a/.diode", ".diode/x",
		"\xe5\x9b"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!frame_meta_name_ok(good[i]))
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (frame_meta_name_ok(bad[i]))
			fail_msg("accepted: %s", bad[i]);
	char name[FRAME_NAME_MAX + 2];
	memset(name, 'n', sizeof name);
	name[255] = 0;
	assert_true(frame_meta_name_ok(name));
	name[255] = 'n';
	name[256] = 0;
	assert_false(frame_meta_name_ok(name));
	for (size_t i = 0; i < sizeof name; i++)
		name[i] = i % 200 == 199 ? '/' : 'n';
	name[FRAME_NAME_MAX] = 0;
	assert_true(frame_meta_name_ok(name));
	name[FRAME_NAME_MAX] = 'n';
	name[FRAME_NAME_MAX + 1] = 0;
	assert_false(frame_meta_name_ok(name));
	for (size_t i = 0; i < 66; i++)
		name[i] = i % 2 ? '/' : 'd';
	name[63] = 0; /* 32 components */
	assert_true(frame_meta_name_ok(name));
	name[63] = '/';
	name[65] = 0;
	assert_false(frame_meta_name_ok(name));
}

static void test_meta(void **state)
{
	(void)state;
	struct frame_meta m = {.type = FRAME_FILE, .mode = 0100644, .mtime = -1, .name = "a/b"}, got;
	struct buf b;
	buf_init(&b, FRAME_META_MAX);
	assert_int_equal(frame_meta_encode(&m, &b), 0);
	assert_int_equal(b.n, FRAME_META_HEAD + 3);
	assert_int_equal(frame_meta_decode(buf_view(&b), &got), 0);
	assert_true(got.type == FRAME_FILE && got.mode == 0644 && got.mtime == -1);
	assert_string_equal(got.name, "a/b");
	for (size_t n = 0; n < b.n; n++)
		assert_int_equal(frame_meta_decode(view_of(b.p, n), &got), ERR_TRUNCATED);
	assert_int_equal(frame_meta_decode(view_of(b.p, b.n + 1), &got), ERR_TRAILING);
	static const struct {
		size_t at;
		uint8_t byte;
		int err;
	} bad[] = {{0, 2, ERR_FORMAT}, {1, 'x', ERR_RANGE}, {2, 2, ERR_RANGE}, {14, 2, ERR_RANGE},
		{15, 1, ERR_RANGE}, {16, '/', ERR_MEMBER}, {16, 0, ERR_MEMBER}, {18, '/', ERR_MEMBER}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		uint8_t was = b.p[bad[i].at];
		b.p[bad[i].at] = bad[i].byte;
		assert_int_equal(frame_meta_decode(buf_view(&b), &got), bad[i].err);
		b.p[bad[i].at] = was;
	}
	snprintf(m.name, sizeof m.name, "../x");
	assert_int_equal(frame_meta_encode(&m, &b), ERR_MEMBER);
	buf_fini(&b);
}

static void put(const char *file, const char *text, size_t n, mode_t mode)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void test_key_files(void **state)
{
	(void)state;
	static const char HEX[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
	char file[] = "/tmp/test_frame.XXXXXX";
	int fd = mkstemp(file);
	assert_true(fd >= 0);
	close(fd);
	const struct suite *s = suite_by_name("intl");
	static const struct {
		const char *text;
		size_t n;
		mode_t mode;
		int err;
	} cases[] = {{HEX, 65, 0600, 0}, {HEX, 64, 0400, 0}, {HEX, 32, 0600, 0}, {HEX, 63, 0600, ERR_KEY},
		{HEX, 0, 0600, ERR_KEY}, {HEX, 65, 0640, ERR_DENIED}, {HEX, 65, 0604, ERR_DENIED},
		{"zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 64, 0600, ERR_KEY}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct frame_key *k = NULL;
		struct err_note note = {0};
		put(file, cases[i].text, cases[i].n, cases[i].mode);
		assert_int_equal(frame_key_load(s, file, &k, &note), cases[i].err);
		if (cases[i].err == 0)
			assert_false(frame_key_published(k));
		else
			assert_non_null(strstr(note.text, file));
		frame_key_free(k);
	}
	unlink(file);
	struct frame_key *k = NULL;
	assert_int_equal(frame_key_load(s, file, &k, NULL), ERR_NOTFOUND);
}

static int seal(struct frame_mac *m, uint64_t seq, uint8_t *d, size_t n)
{
	return frame_key_seal(m, &seq, &d, &n, 1);
}

static bool holds(struct frame_mac *m, uint64_t seq, struct view d)
{
	bool yes = false;
	frame_key_holds(m, &seq, &d, 1, &yes);
	return yes;
}

static void test_tags(void **state)
{
	(void)state;
	static const char *const suites[] = {"gm", "intl"};
	char file[] = "/tmp/test_frame.XXXXXX";
	int fd = mkstemp(file);
	assert_true(fd >= 0);
	close(fd);
	put(file, "0123456789abcdef0123456789abcdef", 32, 0600);
	for (size_t i = 0; i < 2; i++) {
		const struct suite *s = suite_by_name(suites[i]);
		struct frame_key *own = NULL, *pub = NULL;
		struct frame_mac *a = NULL, *b = NULL, *c = NULL;
		struct frame_id id, other;
		uint8_t d[200];
		assert_int_equal(frame_key_load(s, file, &own, NULL), 0);
		assert_int_equal(frame_key_load(s, NULL, &pub, NULL), 0);
		assert_true(frame_key_published(pub));
		assert_int_equal(frame_key_suite(own), i + 1);
		assert_int_equal(frame_key_session_new(own, 1792000000123, &id), 0);
		assert_int_equal(frame_key_session_new(own, 1792000000123, &other), 0);
		assert_true(frame_key_session_time(&id) == 1792000000123);
		assert_true(frame_key_session_ok(own, &id));
		assert_false(frame_key_session_ok(pub, &id));
		for (size_t bit = 0; bit < 128; bit++) {
			struct frame_id bad = id;
			bad.b[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_false(frame_key_session_ok(own, &bad));
		}
		assert_int_equal(frame_key_session_mac(own, &id, &a), 0);
		assert_int_equal(frame_key_session_mac(own, &id, &b), 0);
		assert_int_equal(frame_key_session_mac(own, &other, &c), 0);
		memset(d, 0x5a, sizeof d);
		assert_int_equal(seal(a, 9, d, sizeof d), 0);
		assert_true(holds(b, 9, view_of(d, sizeof d)));
		assert_true(holds(b, 9, view_of(d, sizeof d)));
		assert_false(holds(b, 10, view_of(d, sizeof d)));
		assert_false(holds(c, 9, view_of(d, sizeof d)));
		assert_false(holds(b, 9, view_of(d, sizeof d - 1)));
		for (size_t bit = 0; bit < 8 * sizeof d; bit++) {
			d[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_false(holds(b, 9, view_of(d, sizeof d)));
			d[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		frame_mac_free(a);
		frame_mac_free(b);
		frame_mac_free(c);
		frame_key_free(own);
		frame_key_free(pub);
	}
	unlink(file);
}

/* Against test case 13 of the specification of Galois/Counter Mode (no text), and both suites, with and
 * without the vector unit's hash, against what common/crypto seals when there is nothing to encrypt. */
static void test_mac_is_gmac(void **state)
{
	(void)state;
	static const uint8_t want[16] = {0x53, 0x0f, 0x8a, 0xfb, 0xc7, 0x45, 0x36, 0xb9, 0xa9, 0x63, 0xb4,
		0xf1, 0xc4, 0xcb, 0x73, 0x8b};
	static const uint8_t nonce[FRAME_NONCE];
	struct secret zero = {.n = 32};
	struct frame_mac *m = NULL;
	struct ghash *g = ghash_open();
	uint8_t tag[16], sealed[16], text[300];
	if (g == NULL)
		print_message("without the vector unit: libgcrypt alone\n");
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (uint8_t)(i * 5 + 1);
	for (int way = 0; way < (g != NULL ? 2 : 1); way++) {
		const struct ghash *by = way == 0 ? NULL : g;
		assert_int_equal(frame_mac_new(suite_by_name("intl"), &zero, by, &m), 0);
		assert_int_equal(frame_mac_make(m, nonce, view_of(NULL, 0), tag), 0);
		assert_memory_equal(tag, want, 16);
		frame_mac_free(m);
		for (int i = 0; i < 2; i++) {
			const struct suite *s = suite_by_name(i ? "intl" : "gm");
			struct secret k = {.n = suite_key_size(s)};
			for (size_t j = 0; j < k.n; j++)
				k.b[j] = (uint8_t)(j * 7);
			assert_int_equal(frame_mac_new(s, &k, by, &m), 0);
			for (size_t n = 0; n < sizeof text; n++) {
				struct view v = view_of(text, n);
				assert_int_equal(frame_mac_make(m, nonce, v, tag), 0);
				assert_int_equal(aead_seal(s, &k, nonce, v, view_of(NULL, 0), sealed), 0);
				assert_memory_equal(tag, sealed, 16);
			}
			/* Many at once, of every count. */
			for (unsigned n = 1; n <= FRAME_MAC_MANY; n++) {
				uint64_t number[FRAME_MAC_MANY];
				struct view v[FRAME_MAC_MANY];
				uint8_t tags[FRAME_MAC_MANY][FRAME_TAG], one[FRAME_NONCE] = {0};
				for (unsigned j = 0; j < n; j++) {
					number[j] = j * UINT64_C(0x0102030405060708) + n;
					v[j] = view_of(text, j);
				}
				assert_int_equal(frame_mac_many(m, number, v, n, tags), 0);
				for (unsigned j = 0; j < n; j++) {
					for (unsigned b = 0; b < 8; b++)
						one[4 + b] = (uint8_t)(number[j] >> (56 - 8 * b));
					assert_int_equal(frame_mac_make(m, one, v[j], tag), 0);
					assert_memory_equal(tags[j], tag, FRAME_TAG);
				}
			}
			frame_mac_free(m);
		}
	}
	ghash_close(g);
}

/* Ids of objects: the same for the same key and description, others for all else. */
static void test_object_ids(void **state)
{
	(void)state;
	struct frame_key *gm = NULL, *again = NULL, *intl = NULL;
	struct frame_object a, b, c, d;
	assert_int_equal(frame_key_load(suite_by_name("gm"), NULL, &gm, NULL), 0);
	assert_int_equal(frame_key_load(suite_by_name("gm"), NULL, &again, NULL), 0);
	assert_int_equal(frame_key_load(suite_by_name("intl"), NULL, &intl, NULL), 0);
	frame_key_object(gm, view_str("one"), &a);
	frame_key_object(again, view_str("one"), &b);
	frame_key_object(gm, view_str("two"), &c);
	frame_key_object(intl, view_str("one"), &d);
	assert_true(frame_object_eq(&a, &b));
	assert_false(frame_object_eq(&a, &c));
	assert_false(frame_object_eq(&a, &d));
	frame_key_free(gm);
	frame_key_free(again);
	frame_key_free(intl);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden), cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_hostile_numbers), cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_beat), cmocka_unit_test(test_names), cmocka_unit_test(test_meta),
		cmocka_unit_test(test_key_files), cmocka_unit_test(test_tags),
		cmocka_unit_test(test_mac_is_gmac), cmocka_unit_test(test_object_ids)};
	return cmocka_run_group_tests_name("diode/frame", tests, NULL, NULL);
}
