/* One measurement per process, so that its memory is its own (tests/bench/bundle.sh):
 *   bench-bundle make  DIR SUITE json|scans COUNT    files of the messages and keys under DIR
 *   bench-bundle pack  DIR SUITE COUNT               DIR/in -> DIR/out; COUNTd: each bundle to the disk
 *   bench-bundle open  DIR SUITE COUNT               DIR/out checked, decrypted, every message looked at
 *     COUNTw, of both: all of it twice, the second time is told: as in a process that runs for long
 *   bench-bundle raw   DIR SUITE COUNT               each primitive alone on what is in DIR/in, one thread
 *   bench-bundle big   DIR SUITE MIB                 one attachment of that size, packed and opened; it is
 * made on the way; MIBs: a 64th of each chunk is random, the rest zeros, as in a sparse file (50 GB in 1 GB)
 * Prints "NAME VALUE" lines: bytes, us of the clock, cpu_us of the processor (all threads), memory_kib;
 * primitives in microseconds for the whole.
 */
#include "common/bundle/bundle.h"
#include "common/bundle/bundle_frame.h"
#include "common/os/file.h"
#include "tests/bench/bundle_bench.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PER_BUNDLE 2500             /* a bundle is closed with so many messages, */
#define BYTES_PER_BUNDLE (16 << 20) /* or so many bytes */
#define SCAN BENCH_SCAN
#define NOTE 1500

/* ---- make */

static void make_keys(const struct bench *b)
{
	char p[6][256];
	static const char *const files[] = {
		"ca.key", "ca.pem", "sign.key", "sign.pem", "open.key", "open.pem"};
	for (size_t i = 0; i < 6; i++)
		(void)path_of(b, p[i], files[i]);
	REQUIRE(key_make_ca(b->suite, "internet", 30, p[0], p[1], NULL) == 0);
	static const char *const links[] = {"gap", NULL};
	REQUIRE(key_issue_signer(p[0], p[1], "internet", links, 30, p[2], p[3], NULL) == 0);
	REQUIRE(key_issue(p[0], p[1], CERT_ENCRYPT, "internet", 30, NULL, p[4], p[5], NULL) == 0);
}

static void write_file(const char *path, struct view v)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	REQUIRE(fd >= 0 && file_write_all(fd, v.p, v.n) == 0 && close(fd) == 0);
}

/* A form's text: hex of random bytes, which a compressor halves, as it does with forms. */
static void fill_message(const struct bench *b, size_t i, const struct digest *scan, struct message *m)
{
	static const char hex[] = "0123456789abcdef";
	uint8_t raw[NOTE];
	char text[NOTE + 1];
	size_t n = scan ? 200 : NOTE;
	random_bytes(raw, n);
	for (size_t k = 0; k < n; k++)
		text[k] = hex[raw[k] & 15];
	text[n] = '\0';
	m->id = uuid_new();
	strcpy(m->type, "application.submitted");
	m->version = 1;
	strcpy(m->tenant, "110101");
	time_text(time_now_ms(), m->created);
	strcpy(m->origin, "internet");
	strcpy(m->dest, "extranet");
	m->epoch = 1;
	strcpy(m->suite, suite_name(b->suite));
	m->nkeys = 1;
	strcpy(m->keys[0].kind, "case");
	(void)snprintf(m->keys[0].id, sizeof m->keys[0].id, "%s", m->id.s);
	m->keys[0].n = (int64_t)i + 1;
	if (scan) {
		struct attachment *a = &m->attachments[0];
		m->nattachments = 1;
		strcpy(a->name, "扫描件.pdf");
		strcpy(a->media, "application/pdf");
		a->size = SCAN;
		a->digest = *scan;
	}
	m->body = json_pack("{s:s}", "note", text);
	REQUIRE(m->body);
}

static int make(const struct bench *b)
{
	char path[256];
	bool scans = strcmp(b->shape, "scans") == 0;
	uint8_t *content = malloc(SCAN);
	struct message *m = malloc(sizeof *m);
	struct buf bytes;
	REQUIRE(content && m);
	make_keys(b);
	REQUIRE(mkdir(path_of(b, path, "in"), 0700) == 0 && mkdir(path_of(b, path, "out"), 0700) == 0);
	for (size_t i = 0; i < b->count; i++) {
		struct digest d;
		message_init(m);
		buf_init(&bytes, MESSAGE_BYTES_MAX);
		if (scans) {
			random_bytes(content, SCAN);
			digest_of(b->suite, view_of(content, SCAN), &d);
			write_file(numbered(b, path, "in", i, ".00.pdf"), view_of(content, SCAN));
		}
		fill_message(b, i, scans ? &d : NULL, m);
		REQUIRE(message_encode(m, &bytes) == 0);
		write_file(numbered(b, path, "in", i, ".json"), buf_view(&bytes));
		buf_fini(&bytes);
		message_fini(m);
	}
	free(m);
	free(content);
	return 0;
}

/* ---- the files, read ahead by a thread of its own as tar is a process of its own */

#define AHEAD (512 << 10) /* bytes of a block */
#define BLOCKS 5          /* so that reading goes on while the end of a bundle is made */
struct file {
	size_t at, message, scan; /* lengths; a scan follows its message */
};
struct block {
	uint8_t *p;
	size_t n, nfiles;
	bool full;
	struct file files[1024];
};
struct ahead {
	const struct bench *b;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	struct block blocks[BLOCKS];
	size_t next, block; /* of the one who asks: file and block */
};

static size_t read_file(int dir, const char *name, uint8_t *to, size_t room)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	REQUIRE(fd >= 0);
	ssize_t n = read(fd, to, room);
	/* Shorter than what was asked for: its end. */
	REQUIRE(n > 0 && (size_t)n < room && close(fd) == 0);
	return (size_t)n;
}

static size_t read_block(const struct bench *b, int dir, struct block *k, size_t i)
{
	char name[32];
	size_t most = b->scans ? MESSAGE_BYTES_MAX / 4 + SCAN + 2 : MESSAGE_BYTES_MAX / 4;
	k->n = k->nfiles = 0;
	for (; i < b->count && k->nfiles < sizeof k->files / sizeof *k->files && AHEAD - k->n >= most; i++) {
		struct file *f = &k->files[k->nfiles++];
		*f = (struct file){.at = k->n};
		(void)snprintf(name, sizeof name, "%05zu.json", i);
		k->n += f->message = read_file(dir, name, k->p + k->n, MESSAGE_BYTES_MAX / 4);
		(void)snprintf(name, sizeof name, "%05zu.00.pdf", i);
		if (b->scans)
			k->n += f->scan = read_file(dir, name, k->p + k->n, SCAN + 1);
	}
	return i;
}

static void *read_all(void *arg)
{
	struct ahead *a = arg;
	char path[256];
	int dir = open(path_of(a->b, path, "in"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	REQUIRE(dir >= 0);
	size_t i = 0;
	for (size_t turn = 0; i < a->b->count; turn++) {
		struct block *k = &a->blocks[turn % BLOCKS];
		REQUIRE(pthread_mutex_lock(&a->lock) == 0);
		while (k->full)
			REQUIRE(pthread_cond_wait(&a->moved, &a->lock) == 0);
		REQUIRE(pthread_mutex_unlock(&a->lock) == 0);
		i = read_block(a->b, dir, k, i);
		REQUIRE(pthread_mutex_lock(&a->lock) == 0);
		k->full = true;
		REQUIRE(pthread_cond_broadcast(&a->moved) == 0);
		REQUIRE(pthread_mutex_unlock(&a->lock) == 0);
	}
	(void)close(dir);
	return NULL;
}

static struct ahead *ahead_new(const struct bench *b)
{
	struct ahead *a = calloc(1, sizeof *a);
	REQUIRE(a);
	a->b = b;
	for (size_t i = 0; i < BLOCKS; i++)
		REQUIRE((a->blocks[i].p = malloc(AHEAD)) != NULL);
	REQUIRE(pthread_mutex_init(&a->lock, NULL) == 0 && pthread_cond_init(&a->moved, NULL) == 0 &&
		pthread_create(&a->thread, NULL, read_all, a) == 0);
	return a;
}

static void ahead_free(struct ahead *a)
{
	REQUIRE(pthread_join(a->thread, NULL) == 0);
	for (size_t i = 0; i < BLOCKS; i++)
		free(a->blocks[i].p);
	free(a);
}

/* The next message and its scan; valid until the call after. */
static void ahead_next(struct ahead *a, struct view *message, struct view *scan)
{
	struct block *k = &a->blocks[a->block % BLOCKS];
	REQUIRE(pthread_mutex_lock(&a->lock) == 0);
	if (k->full && a->next == k->nfiles) {
		k->full = false;
		REQUIRE(pthread_cond_broadcast(&a->moved) == 0);
		k = &a->blocks[++a->block % BLOCKS];
		a->next = 0;
	}
	while (!k->full)
		REQUIRE(pthread_cond_wait(&a->moved, &a->lock) == 0);
	REQUIRE(pthread_mutex_unlock(&a->lock) == 0);
	const struct file *f = &k->files[a->next++];
	*message = view_of(k->p + f->at, f->message);
	*scan = view_of(k->p + f->at + f->message, f->scan);
}

/* ---- pack */

static int64_t read_view(void *cookie, void *buf, size_t n)
{
	struct view *v = cookie;
	n = n < v->n ? n : v->n;
	if (n)
		memcpy(buf, v->p, n);
	*v = view_of(v->p + n, v->n - n);
	return (int64_t)n;
}

static int64_t add_one(struct ahead *ahead, struct bundle_writer *w)
{
	struct view message, scan;
	ahead_next(ahead, &message, &scan);
	int64_t size = (int64_t)(message.n + scan.n);
	struct bundle_attachment a = {(int64_t)scan.n, read_view, &scan};
	REQUIRE(bundle_add(w, message, &a, scan.n != 0, NULL) == 0);
	return size;
}

static void fill_manifest(struct manifest *m, int64_t seq)
{
	manifest_init(m);
	m->kind = MANIFEST_MESSAGES;
	strcpy(m->link, "gap");
	strcpy(m->from, "internet");
	strcpy(m->to, "gap-outer");
	m->epoch = 1;
	m->seq = seq;
}

/* From message `from` on, until the bundle has its size; *to: the first that is not in it. */
static int64_t pack_one(
	const struct bench *b, const struct bundle_sender *s, struct ahead *ahead, size_t from, size_t *to)
{
	char path[256];
	int64_t bytes = 0;
	struct bundle_writer *w = NULL;
	struct manifest *m = malloc(sizeof *m);
	REQUIRE(m);
	fill_manifest(m, (int64_t)from + 1);
	int fd = open(numbered(b, path, "out", from, ".swb"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	REQUIRE(fd >= 0 && bundle_writer_new(s, m, fd, &w) == 0);
	size_t i = from;
	while (i < b->count && i - from < PER_BUNDLE && bytes < BYTES_PER_BUNDLE - (SCAN + NOTE)) {
		bytes += add_one(ahead, w);
		i++;
	}
	REQUIRE(bundle_finish(w, NULL, NULL) == 0);
	REQUIRE(!b->durable || fsync(fd) == 0);
	REQUIRE(close(fd) == 0);
	bundle_writer_free(w);
	manifest_fini(m);
	free(m);
	*to = i;
	return bytes;
}

struct start {
	int64_t us, cpu_us;
};

static struct start start(void)
{
	return (struct start){now_us(), cpu_us()};
}

static void say(int64_t bytes, struct start began)
{
	struct rusage u;
	struct start now = start();
	REQUIRE(getrusage(RUSAGE_SELF, &u) == 0);
	(void)printf("bytes %lld\nus %lld\ncpu_us %lld\nmemory_kib %ld\n", (long long)bytes,
		(long long)(now.us - began.us), (long long)(now.cpu_us - began.cpu_us), u.ru_maxrss);
}

static int64_t pack_all(const struct bench *b, const struct bundle_sender *s)
{
	int64_t bytes = 0;
	struct ahead *ahead = ahead_new(b);
	for (size_t i = 0; i < b->count;)
		bytes += pack_one(b, s, ahead, i, &i);
	ahead_free(ahead);
	return bytes;
}

/* The names are new again. */
static void remove_packed(const struct bench *b)
{
	char path[256];
	for (size_t i = 0; i < b->count; i++)
		(void)unlink(numbered(b, path, "out", i, ".swb"));
}

static int pack(const struct bench *b)
{
	char key[256], pem[256], to[256];
	struct cert *recipient = NULL;
	struct sign_key *signer = NULL;
	struct start began = start();
	REQUIRE(sign_key_load(
			path_of(b, key, "sign.key"), path_of(b, pem, "sign.pem"), NULL, &signer, NULL) == 0);
	REQUIRE(cert_load_pinned(path_of(b, to, "open.pem"), CERT_ENCRYPT, &recipient, NULL) == 0);
	const struct cert *const recipients[] = {recipient};
	struct bundle_sender s = {signer, recipients, 1, NULL};
	REQUIRE(bundle_pool_new(&s.pool) == 0);
	if (b->warm) {
		(void)pack_all(b, &s);
		remove_packed(b);
		began = start();
	}
	int64_t bytes = pack_all(b, &s);
	say(bytes, began);
	bundle_pool_free(s.pool);
	sign_key_free(signer);
	cert_free(recipient);
	return 0;
}

/* ---- open */

/* Every byte of the bundle whose first message is `from` goes into the caller's memory; *to: behind its last
 * one. */
static int64_t open_one(const struct bench *b, const struct bundle_policy *p, size_t from, size_t *to)
{
	static uint8_t content[256 << 10];
	char path[256];
	struct stat st;
	struct bundle_reader *r = NULL;
	int64_t bytes = 0;
	int fd = open(numbered(b, path, "out", from, ".swb"), O_RDONLY | O_CLOEXEC);
	REQUIRE(fd >= 0 && fstat(fd, &st) == 0);
	REQUIRE(bundle_open(fd, st.st_size, p, &r, NULL) == 0 && bundle_read_payload(r, NULL) == 0);
	for (size_t i = 0; i < bundle_count(r); i++) {
		struct view v;
		int64_t size = 0;
		REQUIRE(bundle_message_bytes(r, i, &v) == 0);
		bytes += (int64_t)v.n;
		for (size_t j = 0; bundle_attachment(r, i, j, &size) == 0; j++)
			for (int64_t n, at = 0; at < size; at += n, bytes += n) {
				n = bundle_attachment_read(r, i, j, at, content, sizeof content);
				REQUIRE(n > 0);
			}
	}
	*to = from + bundle_count(r);
	bundle_reader_free(r);
	(void)close(fd);
	return bytes;
}

static int open_all(const struct bench *b)
{
	char key[256], pem[256], ca[256], tmp[256];
	struct trust *trust = NULL;
	struct open_key *k = NULL;
	int64_t bytes = 0;
	struct start began = start();
	REQUIRE(trust_load(path_of(b, ca, "ca.pem"), &trust, NULL) == 0);
	REQUIRE(open_key_load(path_of(b, key, "open.key"), path_of(b, pem, "open.pem"), &k, NULL) == 0);
	const struct open_key *const keys[] = {k};
	struct bundle_policy p = {.trust = trust,
		.keys = keys,
		.nkeys = 1,
		.payload_max = INT64_MAX,
		.tmp_dir = path_of(b, tmp, "")};
	REQUIRE(bundle_pool_new(&p.pool) == 0);
	for (int round = b->warm ? 0 : 1; round < 2; round++) {
		began = b->warm ? start() : began;
		bytes = 0;
		for (size_t i = 0; i < b->count;)
			bytes += open_one(b, &p, i, &i);
	}
	say(bytes, began);
	bundle_pool_free(p.pool);
	trust_free(trust);
	open_key_free(k);
	return 0;
}

/* ---- one attachment larger than memory */

/* Bytes that no compressor shortens, the same each time. */
struct stream {
	struct ctr *c;
	int64_t left;
	int64_t dense; /* of each BUNDLE_CHUNK so many bytes, the rest are zeros */
};

static struct stream stream_new(const struct bench *b, int64_t size)
{
	static const uint8_t iv[16];
	struct secret key = {.n = suite_key_size(b->suite)};
	struct stream s = {.left = size, .dense = b->sparse ? BUNDLE_CHUNK / 64 : BUNDLE_CHUNK};
	REQUIRE(ctr_new(b->suite, &key, iv, &s.c) == 0);
	return s;
}

static int64_t read_stream(void *cookie, void *buf, size_t n)
{
	struct stream *s = cookie;
	if ((int64_t)n > s->left)
		n = (size_t)s->left;
	int64_t at = s->left % BUNDLE_CHUNK ? BUNDLE_CHUNK - s->left % BUNDLE_CHUNK : 0;
	bool dense = at < s->dense;
	int64_t room = (dense ? s->dense : BUNDLE_CHUNK) - at;
	if ((int64_t)n > room)
		n = (size_t)room;
	memset(buf, 0, n);
	s->left -= (int64_t)n;
	return n == 0 || !dense || ctr_update(s->c, buf, buf, n) == 0 ? (int64_t)n : ERR_CRYPTO;
}

static void big_message(const struct bench *b, int64_t size, struct buf *out)
{
	uint8_t *p = malloc(1 << 20);
	struct message *m = malloc(sizeof *m);
	struct hasher *h = NULL;
	struct digest d;
	struct stream s = stream_new(b, size);
	REQUIRE(p && m && hasher_new(b->suite, &h) == 0);
	for (int64_t n; (n = read_stream(&s, p, 1 << 20)) > 0;)
		hasher_add(h, view_of(p, (size_t)n));
	hasher_get(h, &d);
	message_init(m);
	fill_message(b, 0, &d, m);
	m->attachments[0].size = size;
	REQUIRE(message_encode(m, out) == 0);
	message_fini(m);
	hasher_free(h);
	ctr_free(s.c);
	free(m);
	free(p);
}

static int big(const struct bench *b)
{
	int64_t size = (int64_t)b->count << 20;
	char key[256], pem[256], to[256], out[256];
	struct bundle_writer *w = NULL;
	struct cert *recipient = NULL;
	struct sign_key *signer = NULL;
	struct buf bytes;
	struct manifest *m = malloc(sizeof *m);
	REQUIRE(m && mkdir(path_of(b, out, "out"), 0700) == 0);
	make_keys(b);
	buf_init(&bytes, MESSAGE_BYTES_MAX);
	big_message(b, size, &bytes);
	REQUIRE(sign_key_load(
			path_of(b, key, "sign.key"), path_of(b, pem, "sign.pem"), NULL, &signer, NULL) == 0);
	REQUIRE(cert_load_pinned(path_of(b, to, "open.pem"), CERT_ENCRYPT, &recipient, NULL) == 0);
	const struct cert *const recipients[] = {recipient};
	const struct bundle_sender s = {signer, recipients, 1, NULL};
	struct stream content = stream_new(b, size);
	struct bundle_attachment a = {size, read_stream, &content};
	struct start began = start();
	fill_manifest(m, 1);
	int fd = open(numbered(b, out, "out", 0, ".swb"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	REQUIRE(fd >= 0 && bundle_writer_new(&s, m, fd, &w) == 0);
	REQUIRE(bundle_add(w, buf_view(&bytes), &a, 1, NULL) == 0 && bundle_finish(w, NULL, NULL) == 0 &&
		close(fd) == 0);
	(void)printf("# packed\n");
	say(size, began);
	bundle_writer_free(w);
	ctr_free(content.c);
	manifest_fini(m);
	free(m);
	buf_fini(&bytes);
	sign_key_free(signer);
	cert_free(recipient);
	struct bench one = *b;
	one.count = 1;
	(void)printf("# opened\n");
	return open_all(&one);
}

int main(int argc, char **argv)
{
	bool making = argc == 6 && strcmp(argv[1], "make") == 0;
	if (!making && argc != 5)
		return 2;
	struct bench b = {.dir = argv[2], .suite = suite_by_name(argv[3]), .shape = making ? argv[4] : ""};
	char *unit = NULL;
	b.count = (size_t)strtoul(argv[argc - 1], &unit, 10);
	b.sparse = *unit == 's';
	b.durable = *unit == 'd';
	b.warm = *unit == 'w';
	if (!b.suite || !b.count)
		return 2;
	char first[256];
	b.scans = access(numbered(&b, first, "in", 0, ".00.pdf"), F_OK) == 0;
	static const struct {
		const char *name;
		int (*run)(const struct bench *b);
	} jobs[] = {{"make", make}, {"pack", pack}, {"open", open_all}, {"raw", bench_raw}, {"big", big}};
	for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
		if (strcmp(jobs[i].name, argv[1]) == 0)
			return jobs[i].run(&b);
	return 2;
}
