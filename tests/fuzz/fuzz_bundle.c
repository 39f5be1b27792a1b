/* Any bytes as a bundle. First byte modulo 3: 0, the rest is a file on its way, under an authority that
 * signed nothing. 1: it is the tar inside a payload that a compromised station signed; digests, root and
 * counts are put right, so that what lies behind them is reached. 2: it is the payload's frames. */
#include "common/bundle/bundle_frame.h"
#include "common/bundle/bundle_reader.h"
#include "common/os/file.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct trust *authority;
static struct bundle_press *press;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char dir[] = "/tmp/fuzz-bundle.XXXXXX", key[64], cert[64];
	(void)argc;
	(void)argv;
	REQUIRE(mkdtemp(dir) != NULL);
	(void)snprintf(key, sizeof key, "%s/key", dir);
	(void)snprintf(cert, sizeof cert, "%s/cert", dir);
	REQUIRE(key_make_ca(suite_by_name("gm"), "internet", 365, key, cert, NULL) == 0);
	REQUIRE(trust_load(cert, &authority, NULL) == 0);
	REQUIRE(bundle_press_new(&press) == 0);
	(void)unlink(key);
	(void)unlink(cert);
	(void)rmdir(dir);
	return 0;
}

static int fd_of(struct view v)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	REQUIRE(fd >= 0 && file_write_all(fd, v.p, v.n) == 0);
	return fd;
}

static void fuzz_file(struct view v)
{
	struct bundle_policy p = {.trust = authority, .payload_max = 1 << 20, .tmp_dir = "/tmp"};
	struct bundle_reader *r = NULL;
	struct err_note note;
	int fd = fd_of(v);
	REQUIRE(bundle_open(fd, (int64_t)v.n, &p, &r, &note) < 0);
	(void)close(fd);
}

static void count(struct manifest *m, const char *type)
{
	size_t i = 0;
	while (i < m->ncounts && strcmp(m->counts[i].type, type) != 0)
		i++;
	if (i == MANIFEST_TYPES_MAX)
		return;
	if (i == m->ncounts)
		strcpy(m->counts[m->ncounts++].type, type);
	m->counts[i].n++;
}

/* Messages and attachments as they stand, as an honest contents.json would list them; *t stands behind them.
 */
static void survey(struct bundle_reader *r, struct bundle_tar *t, struct view v, struct bundle_contents *c)
{
	struct message m;
	struct bundle_entry *e = NULL;
	struct bundle_part p;
	char name[32];
	for (size_t i = 0; i < 8; i++) {
		struct bundle_tar here = *t;
		(void)snprintf(name, sizeof name, "m/%zu.json", i);
		if (bundle_tar_next(&here, name, MESSAGE_BYTES_MAX, &p.offset, &p.size, NULL) != 0 ||
			message_head(view_of(v.p + p.offset, (size_t)p.size), &m, NULL) != 0 ||
			bundle_contents_grow(c, m.nattachments, &e) != 0)
			return;
		strcpy(e->id, m.id.s);
		strcpy(e->type, m.type);
		e->message = p;
		digest_of(r->suite, view_of(v.p + p.offset, (size_t)p.size), &e->message.digest);
		count(&r->manifest, m.type);
		for (size_t j = 0; j < m.nattachments; j++) {
			(void)snprintf(name, sizeof name, "a/%zu/%zu", i, j);
			if (bundle_tar_next(&here, name, INT32_MAX, &p.offset, &p.size, NULL) != 0)
				return;
			digest_of(r->suite, view_of(v.p + p.offset, (size_t)p.size), &p.digest);
			e->attachments[j] = p;
		}
		*t = here;
	}
}

/* The tar with a contents.json that tells the truth about the members before it. */
static void repair(struct bundle_reader *r, struct view v, struct buf *out)
{
	int fd = fd_of(v);
	struct bundle_tar t = {.fd = fd, .end = (int64_t)v.n};
	struct bundle_contents c = {.n = 0};
	struct buf text;
	uint8_t h[BUNDLE_TAR_HEADER_MAX];
	static const uint8_t zeros[BUNDLE_TAR_BLOCK];
	int64_t at = 0, size = 0;
	buf_init(&text, 1 << 24);
	survey(r, &t, v, &c);
	size_t before = (size_t)t.offset;
	if (c.n && bundle_tar_next(&t, "contents.json", INT32_MAX, &at, &size, NULL) == 0) {
		struct bundle_tree *tree = bundle_contents_tree(&c, r->suite);
		REQUIRE(tree != NULL);
		bundle_tree_root(tree, &r->manifest.root);
		bundle_tree_free(tree);
		REQUIRE(bundle_contents_encode(&c, &text) == 0);
		REQUIRE(buf_add(out, v.p, before) == 0);
		REQUIRE(buf_add(out, h, bundle_tar_header("contents.json", (int64_t)text.n, h)) == 0);
		REQUIRE(buf_add_view(out, buf_view(&text)) == 0);
		REQUIRE(buf_add(out, zeros, bundle_tar_pad((int64_t)text.n)) == 0);
		before = (size_t)t.offset;
	} else {
		before = 0;
	}
	REQUIRE(buf_add(out, v.p + before, v.n - before) == 0);
	(void)close(fd);
	bundle_contents_fini(&c);
	buf_fini(&text);
}

static void pack(struct view v, struct buf *out)
{
	uint8_t *frame = malloc(BUNDLE_FRAME_MAX);
	REQUIRE(frame != NULL);
	while (v.n > 0) {
		size_t n = v.n < BUNDLE_CHUNK ? v.n : BUNDLE_CHUNK, got = 0;
		REQUIRE(bundle_press(press, view_of(v.p, n), frame, &got) == 0);
		REQUIRE(buf_add(out, frame, got) == 0);
		v = view_of(v.p + n, v.n - n);
	}
	free(frame);
}

/* Accepted or refused, but whole. */
static void inside(struct bundle_reader *r, struct view frames)
{
	struct err_note note;
	struct view v;
	/* Every other length from a file, the others from memory. */
	int fd = fd_of(frames);
	r->manifest.payload_size = (int64_t)frames.n;
	const struct bundle_frames_source source = {
		frames.n % 2 ? frames.p : NULL, fd, (int64_t)frames.n, r->manifest.payload_plain, NULL};
	if (bundle_inside(r, &source, &note) == 0)
		for (size_t i = 0; i < bundle_count(r); i++)
			REQUIRE(bundle_message_bytes(r, i, &v) == 0 && v.n > 0);
	(void)close(fd);
}

static void fuzz_payload(struct view v, bool frames)
{
	struct bundle_reader *r = calloc(1, sizeof *r);
	struct buf plain, packed;
	REQUIRE(r != NULL);
	r->tmp = -1;
	r->suite = suite_by_name("intl");
	r->policy.origin_trust = authority;
	buf_init(&r->message_bytes, MESSAGE_BYTES_MAX);
	buf_init(&plain, 1 << 26);
	buf_init(&packed, 1 << 26);
	if (frames) {
		/* What it unpacks to is guessed from the first frame, or is three blocks. */
		int64_t n = v.n > 9 ? (int64_t)(v.p[5] | v.p[6] << 8 | v.p[7] << 16) : 0;
		r->manifest.payload_plain = n > 0 && n <= (int64_t)v.n * BUNDLE_RATIO_MAX ? n : 1536;
		inside(r, v);
	} else {
		repair(r, v, &plain);
		pack(buf_view(&plain), &packed);
		r->manifest.payload_plain = (int64_t)plain.n;
		if (plain.n)
			inside(r, buf_view(&packed));
	}
	buf_fini(&plain);
	buf_fini(&packed);
	bundle_reader_free(r);
}

/* What is taken has one form only. */
static void fuzz_contents(struct view v)
{
	struct bundle_contents c = {.n = 0};
	struct err_note note;
	struct buf again;
	buf_init(&again, 1 << 24);
	if (bundle_contents_decode(v, &c, &note) == 0)
		REQUIRE(bundle_contents_encode(&c, &again) == 0 && view_eq(buf_view(&again), v) &&
			bundle_contents_most(&c) >= v.n);
	bundle_contents_fini(&c);
	buf_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct view v = view_of(data + 1, size - 1);
	if (data[0] == 255)
		fuzz_contents(v);
	else if (data[0] % 3 == 0)
		fuzz_file(v);
	else
		fuzz_payload(v, data[0] % 3 == 2);
	return 0;
}
