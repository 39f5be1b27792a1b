/* What must be done to the files of DIR/in, one primitive after the other, on one thread: each is read; a
 * message's form is looked at; each is digested; a leaf and a node of the tree for each message; the tar of
 * all of them with its contents.json is compressed, encrypted, digested and written; and back: read,
 * digested, decrypted, unpacked. Nothing else is counted, and nothing twice. It is the processor's time that
 * is counted, which others on the machine do not stretch; so small files go through a primitive many at a
 * time, because asking for that time costs as much as a small digest. */
#include "common/bundle/bundle_contents.h"
#include "common/bundle/bundle_frame.h"
#include "common/bundle/bundle_tar.h"
#include "common/bundle/bundle_tmp.h"
#include "common/os/file.h"
#include "tests/bench/bundle_bench.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum what { READ, FORM, PARTS, TREE, PRESS, CIPHER, PACKED, WRITE, LOAD, UNPRESS, WHATS };
static const char *const NAMES[WHATS] = {
	"read", "form", "parts", "tree", "press", "cipher", "packed", "write", "load", "unpress"};
#define IN_PACK                                                                                              \
	(1U << READ | 1U << FORM | 1U << PARTS | 1U << TREE | 1U << PRESS | 1U << CIPHER | 1U << PACKED |    \
		1U << WRITE)
#define IN_OPEN                                                                                              \
	(1U << LOAD | 1U << PACKED | 1U << CIPHER | 1U << UNPRESS | 1U << FORM | 1U << PARTS | 1U << TREE)

#define FILE_MAX (1 << 20)
#define BATCH_BYTES (512 << 10) /* as much as is read ahead in bundle.c */
#define BATCH 512
struct piece {
	size_t at, message, scan; /* lengths; a scan follows its message */
	char id[sizeof((struct message *)0)->id.s], type[sizeof((struct message *)0)->type];
	uint8_t salt[16];
	struct digest digest, scan_digest;
};

struct raw {
	const struct bench *b;
	struct piece *pieces; /* BATCH */
	size_t npieces;
	struct buf read;
	int64_t us[WHATS], plain, packed, since;
	struct bundle_press *press;
	struct bundle_unpress *unpress;
	struct ctr *ctr;
	struct hasher *hasher;
	struct bundle_contents contents;
	struct buf tar; /* what is not a chunk yet */
	int to, in;
};

static void begin(struct raw *t)
{
	t->since = cpu_us();
}

static void end(struct raw *t, enum what w)
{
	int64_t now = cpu_us();
	t->us[w] += now - t->since;
	t->since = now;
}

static void one_chunk(struct raw *t, struct view v)
{
	static uint8_t frame[BUNDLE_FRAME_MAX], back[BUNDLE_CHUNK], again[BUNDLE_FRAME_MAX];
	size_t n = 0;
	begin(t);
	REQUIRE(bundle_press(t->press, v, frame, &n) == 0);
	end(t, PRESS);
	REQUIRE(bundle_unpress(t->unpress, view_of(frame, n), back, v.n) == 0);
	end(t, UNPRESS);
	REQUIRE(ctr_update(t->ctr, frame, frame, n) == 0);
	end(t, CIPHER);
	hasher_add(t->hasher, view_of(frame, n));
	end(t, PACKED);
	REQUIRE(bundle_tmp_write(t->to, t->packed, frame, n) == 0);
	end(t, WRITE);
	REQUIRE(bundle_tar_pread(t->to, t->packed, again, n) == 0);
	end(t, LOAD);
	t->packed += (int64_t)n;
}

static void chunks(struct raw *t, size_t least)
{
	size_t at = 0;
	for (; t->tar.n - at >= least && at < t->tar.n;) {
		size_t left = t->tar.n - at, n = left < BUNDLE_CHUNK ? left : BUNDLE_CHUNK;
		one_chunk(t, view_of(t->tar.p + at, n));
		at += n;
	}
	memmove(t->tar.p, t->tar.p + at, t->tar.n - at);
	t->tar.n -= at;
}

static void member(struct raw *t, const char *name, struct view v)
{
	static const uint8_t zeros[BUNDLE_TAR_BLOCK];
	uint8_t h[BUNDLE_TAR_HEADER_MAX];
	REQUIRE(buf_add(&t->tar, h, bundle_tar_header(name, (int64_t)v.n, h)) == 0 &&
		buf_add_view(&t->tar, v) == 0 && buf_add(&t->tar, zeros, bundle_tar_pad((int64_t)v.n)) == 0);
	chunks(t, BUNDLE_CHUNK);
}

static size_t read_file(struct raw *t, size_t i, const char *ending)
{
	char name[32];
	(void)snprintf(name, sizeof name, "%05zu%s", i, ending);
	REQUIRE(buf_reserve(&t->read, FILE_MAX) == 0);
	int fd = openat(t->in, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, t->read.p + t->read.n, FILE_MAX);
	REQUIRE(n > 0 && n < FILE_MAX && close(fd) == 0);
	t->read.n += (size_t)n;
	t->plain += n;
	return (size_t)n;
}

/* From message i on; the first that is not in it. */
static size_t read_batch(struct raw *t, size_t i)
{
	t->read.n = t->npieces = 0;
	begin(t);
	while (i < t->b->count && t->npieces < BATCH && t->read.n < BATCH_BYTES) {
		struct piece *p = &t->pieces[t->npieces++];
		*p = (struct piece){.at = t->read.n};
		p->message = read_file(t, i, ".json");
		p->scan = t->b->scans ? read_file(t, i, ".00.pdf") : 0;
		i++;
	}
	end(t, READ);
	return i;
}

static struct view message_of(const struct raw *t, const struct piece *p)
{
	return view_of(t->read.p + p->at, p->message);
}

static struct view scan_of(const struct raw *t, const struct piece *p)
{
	return view_of(t->read.p + p->at + p->message, p->scan);
}

static void look_at_forms(struct raw *t)
{
	struct message m;
	begin(t);
	for (size_t i = 0; i < t->npieces; i++) {
		struct piece *p = &t->pieces[i];
		REQUIRE(message_head(message_of(t, p), &m, NULL) == 0);
		strcpy(p->id, m.id.s);
		strcpy(p->type, m.type);
	}
	end(t, FORM);
}

static void digest_all(struct raw *t)
{
	const struct suite *s = t->b->suite;
	struct digest leaf, node;
	for (size_t i = 0; i < t->npieces; i++)
		random_bytes(t->pieces[i].salt, sizeof t->pieces[i].salt);
	begin(t);
	for (size_t i = 0; i < t->npieces; i++) {
		struct piece *p = &t->pieces[i];
		digest_of(s, message_of(t, p), &p->digest);
		if (p->scan)
			digest_of(s, scan_of(t, p), &p->scan_digest);
	}
	end(t, PARTS);
	for (size_t i = 0; i < t->npieces; i++) {
		bundle_contents_leaf(s, t->pieces[i].salt, &t->pieces[i].digest, &leaf);
		digest_of2(s, view_of(leaf.b, sizeof leaf.b), view_of(leaf.b, sizeof leaf.b), &node);
	}
	end(t, TREE);
}

static void end_bundle(struct raw *t)
{
	struct buf json;
	buf_init(&json, 16 << 20);
	REQUIRE(bundle_contents_encode(&t->contents, &json) == 0);
	member(t, "contents.json", buf_view(&json));
	bundle_contents_fini(&t->contents);
	buf_fini(&json);
}

static void put_one(struct raw *t, const struct piece *p, size_t i)
{
	char name[32];
	struct bundle_entry *e = NULL;
	REQUIRE(bundle_contents_grow(&t->contents, t->b->scans, &e) == 0);
	strcpy(e->id, p->id);
	strcpy(e->type, p->type);
	memcpy(e->salt, p->salt, sizeof e->salt);
	e->message.size = (int64_t)p->message;
	e->message.digest = p->digest;
	(void)snprintf(name, sizeof name, "m/%zu.json", i);
	member(t, name, message_of(t, p));
	if (p->scan) {
		e->attachments[0].size = (int64_t)p->scan;
		e->attachments[0].digest = p->scan_digest;
		(void)snprintf(name, sizeof name, "a/%zu/0", i);
		member(t, name, scan_of(t, p));
	}
	if (t->contents.n == BUNDLE_MESSAGES_MAX || i + 1 == t->b->count)
		end_bundle(t);
}

static void say(const struct raw *t)
{
	int64_t pack = 0, open = 0;
	for (unsigned w = 0; w < WHATS; w++) {
		pack += IN_PACK >> w & 1 ? t->us[w] : 0;
		open += IN_OPEN >> w & 1 ? t->us[w] : 0;
		(void)printf("%s %lld\n", NAMES[w], (long long)t->us[w]);
	}
	(void)printf("plain_bytes %lld\npacked_bytes %lld\npack_us %lld\nopen_us %lld\n", (long long)t->plain,
		(long long)t->packed, (long long)pack, (long long)open);
}

int bench_raw(const struct bench *b)
{
	static const uint8_t iv[16];
	struct raw t = {.b = b};
	struct secret key;
	char path[256];
	buf_init(&t.tar, 32 << 20);
	buf_init(&t.read, 4 << 20);
	REQUIRE((t.pieces = calloc(BATCH, sizeof *t.pieces)) != NULL);
	secret_random(b->suite, &key);
	t.in = open(path_of(b, path, "in"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	t.to = open(path_of(b, path, "raw"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	REQUIRE(t.in >= 0 && t.to >= 0 && ctr_new(b->suite, &key, iv, &t.ctr) == 0 &&
		hasher_new(b->suite, &t.hasher) == 0 && bundle_press_new(&t.press) == 0 &&
		bundle_unpress_new(&t.unpress) == 0);
	for (size_t i = 0; i < b->count;) {
		size_t next = read_batch(&t, i);
		look_at_forms(&t);
		digest_all(&t);
		for (size_t k = 0; k < t.npieces; k++)
			put_one(&t, &t.pieces[k], i + k);
		i = next;
	}
	chunks(&t, 1);
	say(&t);
	buf_fini(&t.read);
	free(t.pieces);
	buf_fini(&t.tar);
	ctr_free(t.ctr);
	hasher_free(t.hasher);
	bundle_press_free(t.press);
	bundle_unpress_free(t.unpress);
	secret_wipe(&key);
	(void)close(t.to);
	(void)close(t.in);
	return 0;
}
