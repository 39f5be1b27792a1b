/* Bundles as honest stations make and forward them, both suites. */
#include "common/bundle/bundle_tar.h"
#include "tests/unit/common/bundle/fixture.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct bundle_reader *open_ok(const struct bundle_policy *p, struct view v)
{
	struct bundle_reader *r = NULL;
	struct err_note note = {.text = ""};
	int err = fixture_read(p, v, &r, &note);
	if (err)
		fail_msg("%s: %s", err_name(err), note.text);
	return r;
}

static void same_content(struct bundle_reader *r, size_t i, const struct fixture_message *m)
{
	struct view bytes;
	const struct message *decoded = NULL;
	assert_int_equal(bundle_message(r, i, &bytes, &decoded), 0);
	assert_true(view_eq(bytes, buf_view(&m->bytes)));
	assert_string_equal(decoded->id.s, m->id.s);
	for (size_t j = 0; j < m->n; j++) {
		int64_t size = -1;
		assert_int_equal(bundle_attachment(r, i, j, &size), 0);
		assert_int_equal(size, m->content[j].n);
		uint8_t *p = malloc(m->content[j].n + 1);
		assert_non_null(p);
		assert_int_equal(bundle_attachment_read(r, i, j, 0, p, (size_t)size + 1), size);
		assert_true(size == 0 || memcmp(p, m->content[j].p, (size_t)size) == 0);
		for (int64_t at = 1; at < size; at += size / 3 + 1)
			assert_true(bundle_attachment_read(r, i, j, at, p, 7) ==
					    (size - at < 7 ? size - at : 7) &&
				    memcmp(p, m->content[j].p + at,
					    size - at < 7 ? (size_t)(size - at) : 7) == 0);
		assert_int_equal(bundle_attachment_read(r, i, j, size, p, 1), 0);
		free(p);
	}
	int64_t size;
	assert_int_equal(bundle_attachment(r, i, m->n, &size), ERR_NOTFOUND);
	assert_int_equal(bundle_attachment_read(r, i, m->n, 0, &size, 1), ERR_NOTFOUND);
}

static void round_trip(const struct fixture *f, const size_t sizes[3])
{
	struct fixture_message *m[3] = {fixture_message_new(f->suite, "application.submitted", sizes, 3),
		fixture_message_new(f->suite, "application.submitted", NULL, 0),
		fixture_message_new(f->suite, "application.withdrawn", sizes, 1)};
	struct buf b;
	buf_init(&b, 1 << 25);
	fixture_bundle(f, m, 3, &b);
	struct bundle_policy p = fixture_policy(f);
	struct bundle_reader *r = open_ok(&p, buf_view(&b));
	assert_int_equal(bundle_count(r), 3);
	const struct manifest *man = bundle_manifest(r);
	assert_int_equal(man->seq, 7);
	assert_int_equal(man->ncounts, 2);
	assert_string_equal(man->suite, suite_name(f->suite));
	struct digest id;
	digest_of(f->suite, bundle_manifest_bytes(r), &id);
	assert_true(digest_eq(&id, bundle_identity(r)));
	for (size_t i = 0; i < 3; i++)
		same_content(r, i, m[i]);
	assert_null(bundle_origin_manifest(r));
	assert_int_equal(bundle_origin_leaf(r, 0), -1);
	bundle_reader_free(r);
	for (size_t i = 0; i < 3; i++)
		fixture_message_free(m[i]);
	buf_fini(&b);
}

static void test_round_trip(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	static const size_t sizes[][3] = {{0, 1, 511}, {512, 513, 1024}, {15, 16, 17},
		{1 << 20, 3 << 20, 100}, {(1 << 20) - 4096, 0, 1 << 18}};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		round_trip(f, sizes[i]);
	fixture_free(f);
}

/* ---- more than is kept in memory: frames from a file, stored and compressed ones, chunks that give way */

#define LARGE 300001 /* bytes of an attachment: each begins in the middle of a chunk */
#define LARGES 60    /* messages with two of them: more than 17 MiB of those that stay as they are */

struct large {
	uint8_t *p;
	size_t at;
};

static void fill_large(uint8_t *p, size_t i, size_t j)
{
	uint64_t x = 88172645463325252U + i * 977 + j;
	for (size_t k = 0; k < LARGE; k++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		p[k] = j ? (uint8_t)(x & 1 ? 'a' : i) : (uint8_t)x;
	}
}

static int64_t read_large(void *cookie, void *buf, size_t n)
{
	struct large *l = cookie;
	n = n < LARGE - l->at ? n : LARGE - l->at;
	memcpy(buf, l->p + l->at, n);
	l->at += n;
	return (int64_t)n;
}

static void add_large(const struct fixture *f, struct bundle_writer *w, size_t i, uint8_t *p)
{
	struct message *m = calloc(1, sizeof *m);
	struct buf bytes;
	struct large from[2] = {{p, 0}, {p + LARGE, 0}};
	struct bundle_attachment a[2] = {{LARGE, read_large, &from[0]}, {LARGE, read_large, &from[1]}};
	assert_non_null(m);
	m->id = uuid_new();
	strcpy(m->type, "application.submitted");
	m->version = 1;
	strcpy(m->tenant, "110101");
	time_text(time_now_ms(), m->created);
	strcpy(m->origin, "internet");
	strcpy(m->dest, "extranet");
	m->epoch = 1;
	strcpy(m->suite, suite_name(f->suite));
	m->nattachments = 2;
	for (size_t j = 0; j < 2; j++) {
		fill_large(p + j * LARGE, i, j);
		(void)snprintf(m->attachments[j].name, sizeof m->attachments[j].name, "%zu.pdf", j);
		strcpy(m->attachments[j].media, "application/pdf");
		m->attachments[j].size = LARGE;
		digest_of(f->suite, view_of(p + j * LARGE, LARGE), &m->attachments[j].digest);
	}
	m->body = json_object();
	buf_init(&bytes, MESSAGE_BYTES_MAX);
	assert_int_equal(message_encode(m, &bytes), 0);
	assert_int_equal(bundle_add(w, buf_view(&bytes), a, 2, NULL), 0);
	message_fini(m);
	free(m);
	buf_fini(&bytes);
}

static void check_large(struct bundle_reader *r, uint8_t *p, uint8_t *got)
{
	assert_int_equal(bundle_count(r), LARGES);
	/* From the back: what was unpacked last is gone by then. */
	for (size_t i = LARGES; i-- > 0;)
		for (size_t j = 0; j < 2; j++) {
			fill_large(p, i, j);
			assert_int_equal(bundle_attachment_read(r, i, j, 0, got, LARGE + 1), LARGE);
			assert_memory_equal(p, got, LARGE);
		}
}

static void test_large(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	const struct cert *to[] = {f->extranet.encrypt};
	struct bundle_sender s = {f->internet.sign, to, 1, NULL};
	struct bundle_policy p = fixture_policy(f);
	struct manifest *m = fixture_manifest();
	uint8_t *content = malloc(2 * LARGE), *got = malloc(LARGE + 1);
	assert_true(content && got);
	assert_int_equal(bundle_pool_new(&s.pool), 0);
	p.pool = s.pool;
	/* The second time with the memory of the first. */
	for (int turn = 0; turn < 2; turn++) {
		struct bundle_writer *w = NULL;
		struct bundle_reader *r = NULL;
		struct err_note note = {.text = ""};
		uint8_t byte = 0;
		int fd = fixture_fd(view_of("", 0));
		assert_int_equal(bundle_writer_new(&s, m, fd, &w), 0);
		for (size_t i = 0; i < LARGES; i++)
			add_large(f, w, i, content);
		assert_int_equal(bundle_finish(w, NULL, NULL), 0);
		bundle_writer_free(w);
		off_t size = lseek(fd, 0, SEEK_END);
		assert_int_equal(bundle_open(fd, size, &p, &r, &note), 0);
		assert_true(bundle_manifest(r)->payload_size > 17 << 20);
		if (bundle_read_payload(r, &note))
			fail_msg("%s", note.text);
		check_large(r, content, got);
		bundle_reader_free(r);
		/* A byte far inside. */
		assert_int_equal(pread(fd, &byte, 1, size / 2), 1);
		byte ^= 4;
		assert_int_equal(pwrite(fd, &byte, 1, size / 2), 1);
		assert_int_equal(bundle_open(fd, size, &p, &r, &note), 0);
		assert_int_equal(bundle_read_payload(r, &note), ERR_DIGEST);
		bundle_reader_free(r);
		(void)close(fd);
	}
	bundle_pool_free(s.pool);
	fixture_manifest_free(m);
	free(content);
	free(got);
	fixture_free(f);
}

static void write_kind(const struct fixture *f, struct manifest *m, struct buf *out)
{
	const struct cert *to[] = {f->extranet.encrypt, f->gap.encrypt};
	struct bundle_sender s = {f->internet.sign, to, 2, NULL};
	struct bundle_writer *w = NULL;
	struct digest id;
	struct buf manifest;
	buf_init(&manifest, MANIFEST_BYTES_MAX);
	int fd = fixture_fd(view_of("", 0));
	assert_int_equal(bundle_writer_new(&s, m, fd, &w), 0);
	assert_int_equal(bundle_finish(w, &id, &manifest), 0);
	assert_int_equal(bundle_finish(w, &id, &manifest), ERR_STATE);
	bundle_writer_free(w);
	size_t n = (size_t)lseek(fd, 0, SEEK_END);
	assert_int_equal(buf_reserve(out, n), 0);
	assert_int_equal(bundle_tar_pread(fd, 0, out->p, n), 0);
	out->n = n;
	(void)close(fd);
	struct digest d;
	manifest_identity(f->suite, buf_view(&manifest), &d);
	assert_true(digest_eq(&d, &id));
	buf_fini(&manifest);
}

/* Ticks, voids, epochs and empty carriers have the same form, and any recipient opens them. */
static void test_kinds(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	for (int k = MANIFEST_MESSAGES; k <= MANIFEST_TICK; k++) {
		struct manifest *m = fixture_manifest();
		struct buf b;
		buf_init(&b, 1 << 20);
		m->kind = (enum manifest_kind)k;
		if (k == MANIFEST_VOID) {
			m->nvoids = 1;
			m->voids[0] = (struct manifest_void){1, 6, m->prev};
		}
		if (k == MANIFEST_EPOCH) {
			m->epoch = 2;
			m->seq = 1;
			m->statement.previous_epoch = 1;
			m->statement.last_seq = 6;
		}
		write_kind(f, m, &b);
		struct bundle_policy p = fixture_policy(f);
		for (int who = 0; who < 2; who++) {
			p.keys = (const struct open_key *const *)(who ? &f->gap.open : &f->extranet.open);
			struct bundle_reader *r = open_ok(&p, buf_view(&b));
			assert_int_equal(bundle_count(r), 0);
			assert_int_equal(bundle_manifest(r)->kind, k);
			assert_int_equal(bundle_manifest(r)->nvoids, k == MANIFEST_VOID);
			bundle_reader_free(r);
		}
		buf_fini(&b);
		fixture_manifest_free(m);
	}
	fixture_free(f);
}

/* ---- forwarding */

/* What gapd does: everything of `b` under its own number, message `refuse` (if any) replaced by a record,
 * message `drop` left out. Messages' attachments are handed on. */
static void forward(
	const struct fixture *f, struct bundle_reader *from, int refuse, int drop, struct buf *out)
{
	const struct cert *to[] = {f->extranet.encrypt};
	struct bundle_sender s = {f->gap.sign, to, 1, NULL};
	struct manifest *m = fixture_manifest();
	struct bundle_writer *w = NULL;
	strcpy(m->from, "gap-inner");
	strcpy(m->to, "extranet");
	int fd = fixture_fd(view_of("", 0));
	assert_int_equal(bundle_writer_new(&s, m, fd, &w), 0);
	assert_int_equal(
		bundle_set_origin(w, bundle_manifest_bytes(from), bundle_sig(from), bundle_signer_pem(from)),
		0);
	for (size_t i = 0; i < bundle_count(from); i++) {
		struct view bytes;
		const struct message *msg = NULL;
		struct bundle_origin_path path;
		if ((int)i == drop)
			continue;
		assert_int_equal(bundle_message(from, i, &bytes, &msg), 0);
		assert_int_equal(bundle_path(from, i, &path), 0);
		if ((int)i != refuse) {
			assert_int_equal(bundle_add(w, bytes, NULL, 0, &path), 0);
			continue;
		}
		struct message *record = malloc(sizeof *record);
		struct buf b;
		assert_non_null(record);
		buf_init(&b, MESSAGE_BYTES_MAX);
		assert_int_equal(
			message_make_refusal(msg, ERR_SPATIAL, "attachment 0", "gap-inner", record), 0);
		assert_int_equal(message_encode(record, &b), 0);
		assert_int_equal(bundle_add(w, buf_view(&b), NULL, 0, &path), 0);
		message_fini(record);
		free(record);
		buf_fini(&b);
	}
	assert_int_equal(bundle_finish(w, NULL, NULL), 0);
	size_t n = (size_t)lseek(fd, 0, SEEK_END);
	assert_int_equal(buf_reserve(out, n), 0);
	assert_int_equal(bundle_tar_pread(fd, 0, out->p, n), 0);
	out->n = n;
	(void)close(fd);
	bundle_writer_free(w);
	fixture_manifest_free(m);
}

static struct bundle_policy forwarded_policy(const struct fixture *f)
{
	struct bundle_policy p = fixture_policy(f);
	p.trust = f->gap.trust;
	p.from = "gap-inner";
	p.to = "extranet";
	p.origin_trust = f->internet.trust;
	p.origin_from = "internet";
	return p;
}

/* A guard's half refuses the message it carries, by a record about itself. One that speaks of another message
 * would be the origin's word, which is not the guard's to give. */
static void forward_refusal(
	const struct fixture *f, struct bundle_reader *from, const char *about, struct buf *out)
{
	const struct cert *to[] = {f->extranet.encrypt};
	struct bundle_sender s = {f->gap.sign, to, 1, NULL};
	struct manifest *m = fixture_manifest();
	struct bundle_writer *w = NULL;
	struct bundle_origin_path path;
	struct message *record = malloc(sizeof *record);
	const struct message *msg = NULL;
	struct view bytes;
	struct buf b;
	assert_non_null(record);
	buf_init(&b, MESSAGE_BYTES_MAX);
	strcpy(m->from, "gap-inner");
	strcpy(m->to, "extranet");
	int fd = fixture_fd(view_of("", 0));
	assert_int_equal(bundle_writer_new(&s, m, fd, &w), 0);
	assert_int_equal(
		bundle_set_origin(w, bundle_manifest_bytes(from), bundle_sig(from), bundle_signer_pem(from)),
		0);
	assert_int_equal(bundle_message(from, 0, &bytes, &msg), 0);
	assert_int_equal(message_make_refusal(msg, ERR_SPATIAL, "attachment 0", "gap-inner", record), 0);
	if (about)
		assert_int_equal(json_object_set_new(record->body, "message", json_string(about)), 0);
	assert_int_equal(message_encode(record, &b), 0);
	assert_int_equal(bundle_path(from, 0, &path), 0);
	assert_int_equal(bundle_add(w, buf_view(&b), NULL, 0, &path), 0);
	assert_int_equal(bundle_finish(w, NULL, NULL), 0);
	size_t n = (size_t)lseek(fd, 0, SEEK_END);
	buf_reset(out);
	assert_int_equal(buf_reserve(out, n), 0);
	assert_int_equal(bundle_tar_pread(fd, 0, out->p, n), 0);
	out->n = n;
	(void)close(fd);
	bundle_writer_free(w);
	message_fini(record);
	free(record);
	buf_fini(&b);
	fixture_manifest_free(m);
}

/* Suites of the internet zone and of the inner side. */
struct suites {
	const char *outer, *inner;
};
static const struct suites SAME_GM = {"gm", "gm"}, SAME_INTL = {"intl", "intl"}, MIXED = {"intl", "gm"},
			   MIXED_BACK = {"gm", "intl"};

#define MANY 5
static void test_forward(void **state)
{
	const struct suites *s = *state;
	struct fixture *f = fixture_new(s->outer, s->inner);
	struct fixture *inner = fixture_new(s->outer, s->outer);
	struct fixture_message *m[MANY];
	struct buf a, b;
	buf_init(&a, 1 << 20);
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < MANY; i++)
		m[i] = fixture_message_new(f->suite, "application.submitted", NULL, 0);
	/* The guard opens with a key of the outer suite, then signs with the inner one's. */
	struct fixture outer = *f;
	outer.extranet = inner->extranet;
	fixture_bundle(&outer, m, MANY, &a);
	struct bundle_policy p = fixture_policy(&outer);
	struct bundle_reader *from = open_ok(&p, buf_view(&a));
	forward(f, from, 1, 3, &b);
	struct bundle_policy q = forwarded_policy(f);
	struct bundle_reader *r = open_ok(&q, buf_view(&b));
	assert_int_equal(bundle_count(r), MANY - 1);
	assert_int_equal(bundle_origin_leaves(r), MANY);
	assert_true(digest_eq(bundle_origin_identity(r), bundle_identity(from)));
	assert_int_equal(bundle_origin_manifest(r)->counts[0].n, MANY);
	assert_true(view_eq(bundle_origin_bytes(r), bundle_manifest_bytes(from)));
	assert_true(view_eq(bundle_origin_sig(r), bundle_sig(from)));
	assert_true(view_eq(bundle_origin_signer_pem(r), bundle_signer_pem(from)));
	static const int64_t leaves[MANY - 1] = {0, 1, 2, 4};
	for (size_t i = 0; i < MANY - 1; i++) {
		struct view bytes;
		const struct message *msg = NULL;
		assert_int_equal(bundle_origin_leaf(r, i), leaves[i]);
		assert_int_equal(bundle_message(r, i, &bytes, &msg), 0);
		assert_string_equal(msg->type, i == 1 ? "message.refused" : "application.submitted");
		assert_int_equal(view_eq(bytes, buf_view(&m[leaves[i]]->bytes)), i != 1);
		assert_int_equal(bundle_origin_path(r, i)->of, MANY);
	}
	bundle_reader_free(r);
	/* No one accepts it who expects the origin itself, another origin, or nothing forwarded. */
	struct err_note note;
	q.origin_from = "intranet";
	assert_int_equal(fixture_read(&q, buf_view(&b), NULL, &note), ERR_LINK);
	q.origin_from = "internet";
	q.origin_trust = NULL;
	assert_int_equal(fixture_read(&q, buf_view(&b), NULL, &note), ERR_LINK);
	q.origin_trust = f->extranet.trust;
	assert_int_equal(fixture_read(&q, buf_view(&b), NULL, &note),
		strcmp(s->outer, s->inner) ? ERR_SUITE : ERR_CERT);
	bundle_reader_free(from);
	for (size_t i = 0; i < MANY; i++)
		fixture_message_free(m[i]);
	buf_fini(&a);
	buf_fini(&b);
	fixture_free(inner);
	fixture_free(f);
}

static void test_forward_refusal(void **state)
{
	const struct suites *s = *state;
	struct fixture *f = fixture_new(s->outer, s->inner);
	struct fixture_message *m = fixture_message_new(f->suite, "application.submitted", NULL, 0);
	struct err_note note = {.text = ""};
	struct buf a, b;
	buf_init(&a, 1 << 20);
	buf_init(&b, 1 << 20);
	fixture_bundle(f, &m, 1, &a);
	struct bundle_policy p = fixture_policy(f), q = forwarded_policy(f);
	struct bundle_reader *from = open_ok(&p, buf_view(&a));
	forward_refusal(f, from, NULL, &b);
	assert_int_equal(fixture_read(&q, buf_view(&b), NULL, &note), 0);
	forward_refusal(f, from, "01930000-0000-7000-8000-000000000000", &b);
	assert_int_equal(fixture_read(&q, buf_view(&b), NULL, &note), ERR_SCHEMA);
	assert_non_null(strstr(note.text, "of that message alone"));
	bundle_reader_free(from);
	fixture_message_free(m);
	buf_fini(&a);
	buf_fini(&b);
	fixture_free(f);
}

static void test_forward_tick(void **state)
{
	const struct suites *s = *state;
	struct fixture *f = fixture_new(s->outer, s->inner);
	struct buf a, b;
	buf_init(&a, 1 << 20);
	buf_init(&b, 1 << 20);
	fixture_bundle(f, NULL, 0, &a);
	struct bundle_policy p = fixture_policy(f);
	struct bundle_reader *from = open_ok(&p, buf_view(&a));
	forward(f, from, -1, -1, &b);
	struct bundle_policy q = forwarded_policy(f);
	struct bundle_reader *r = open_ok(&q, buf_view(&b));
	assert_int_equal(bundle_count(r), 0);
	assert_int_equal(bundle_origin_leaves(r), 0);
	assert_int_equal(bundle_origin_manifest(r)->kind, MANIFEST_TICK);
	bundle_reader_free(r);
	bundle_reader_free(from);
	buf_fini(&a);
	buf_fini(&b);
	fixture_free(f);
}

/* A guard that changes a message, or claims a leaf twice, cannot even write it. */
static void test_forward_forged(void **state)
{
	const struct suites *s = *state;
	struct fixture *f = fixture_new(s->outer, s->inner);
	struct fixture_message *m[2] = {fixture_message_new(f->suite, "application.submitted", NULL, 0),
		fixture_message_new(f->suite, "application.submitted", NULL, 0)};
	struct fixture_message *other = fixture_message_new(f->suite, "application.submitted", NULL, 0);
	struct buf a;
	buf_init(&a, 1 << 20);
	fixture_bundle(f, m, 2, &a);
	struct bundle_policy p = fixture_policy(f);
	struct bundle_reader *from = open_ok(&p, buf_view(&a));
	struct bundle_origin_path path;
	assert_int_equal(bundle_path(from, 0, &path), 0);
	for (int trick = 0; trick < 5; trick++) {
		int fd = fixture_fd(view_of("", 0));
		const struct cert *to[] = {f->extranet.encrypt};
		struct bundle_sender sender = {f->gap.sign, to, 1, NULL};
		struct manifest *man = fixture_manifest();
		struct bundle_writer *w = NULL;
		struct bundle_origin_path bent = path;
		strcpy(man->from, "gap-inner");
		assert_int_equal(bundle_writer_new(&sender, man, fd, &w), 0);
		if (trick != 0)
			assert_int_equal(bundle_set_origin(w, bundle_manifest_bytes(from), bundle_sig(from),
						 bundle_signer_pem(from)),
				0);
		if (trick == 0) { /* a path without an origin */
			assert_int_equal(bundle_add(w, buf_view(&m[0]->bytes), NULL, 0, &bent), ERR_STATE);
		} else if (trick == 1) { /* another message on this leaf */
			assert_int_equal(bundle_add(w, buf_view(&other->bytes), NULL, 0, &bent), ERR_DIGEST);
			assert_int_equal(bundle_add(w, buf_view(&m[0]->bytes), NULL, 0, &path), ERR_STATE);
		} else if (trick == 2) { /* other leaf */
			bent.leaf = 1;
			assert_int_equal(bundle_add(w, buf_view(&m[0]->bytes), NULL, 0, &bent), ERR_DIGEST);
		} else if (trick == 3) { /* another salt */
			bent.salt[0] ^= 1;
			assert_int_equal(bundle_add(w, buf_view(&m[0]->bytes), NULL, 0, &bent), ERR_DIGEST);
		} else { /* twice; the first stays */
			assert_int_equal(bundle_add(w, buf_view(&m[0]->bytes), NULL, 0, &bent), 0);
			assert_int_equal(bundle_add(w, buf_view(&m[0]->bytes), NULL, 0, &bent), ERR_EXISTS);
			assert_int_equal(bundle_add(w, buf_view(&m[1]->bytes), NULL, 0, &bent), ERR_EXISTS);
		}
		bundle_writer_free(w);
		(void)close(fd);
		fixture_manifest_free(man);
	}
	bundle_reader_free(from);
	fixture_message_free(m[0]);
	fixture_message_free(m[1]);
	fixture_message_free(other);
	buf_fini(&a);
	fixture_free(f);
}

/* What a writer refuses, and that a refusal before the first byte leaves the bundle usable. */
static void test_writer_refuses(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	static const size_t sizes[1] = {100};
	struct fixture_message *m = fixture_message_new(f->suite, "application.submitted", sizes, 1);
	struct manifest *man = fixture_manifest();
	const struct cert *to[] = {f->extranet.encrypt};
	struct bundle_sender s = {f->gap.sign, to, 1, NULL};
	struct bundle_writer *w = NULL;
	int fd = fixture_fd(view_of("", 0));
	assert_int_equal(bundle_writer_new(&s, man, fd, &w), ERR_LINK); /* key of another station */
	s.signer = f->internet.sign;
	assert_int_equal(bundle_writer_new(&s, man, fd, &w), 0);
	assert_true(bundle_add(w, view_str("{}"), NULL, 0, NULL) < 0);
	assert_int_equal(bundle_add(w, buf_view(&m->bytes), m->attachments, 0, NULL), ERR_SCHEMA);
	struct bundle_attachment wrong = m->attachments[0];
	wrong.size = 101;
	assert_int_equal(bundle_add(w, buf_view(&m->bytes), &wrong, 1, NULL), ERR_SCHEMA);
	assert_int_equal(bundle_add(w, buf_view(&m->bytes), m->attachments, 1, NULL), 0);
	assert_int_equal(bundle_add(w, buf_view(&m->bytes), m->attachments, 1, NULL), ERR_EXISTS);
	bundle_writer_free(w);
	/* A source that ends early, gives more, or gives other bytes. */
	static const int errors[3] = {ERR_TRUNCATED, ERR_TRAILING, ERR_DIGEST};
	for (int trick = 0; trick < 3; trick++) {
		struct buf *c = &m->content[0];
		m->reading[0].at = trick == 0 ? 1 : 0;
		if (trick == 1)
			assert_int_equal(buf_add(c, "x", 1), 0);
		if (trick == 2) {
			c->n = 100;
			c->p[50] ^= 1;
		}
		assert_int_equal(bundle_writer_new(&s, man, fd, &w), 0);
		assert_int_equal(bundle_add(w, buf_view(&m->bytes), m->attachments, 1, NULL),
			trick == 2 ? 0 : errors[trick]);
		assert_int_equal(bundle_finish(w, NULL, NULL), trick == 2 ? ERR_DIGEST : ERR_STATE);
		assert_int_equal(bundle_finish(w, NULL, NULL), ERR_STATE);
		bundle_writer_free(w);
	}
	man->kind = MANIFEST_TICK;
	assert_int_equal(bundle_writer_new(&s, man, fd, &w), 0);
	assert_int_equal(bundle_add(w, buf_view(&m->bytes), m->attachments, 1, NULL), ERR_STATE);
	bundle_writer_free(w);
	(void)close(fd);
	fixture_manifest_free(man);
	fixture_message_free(m);
	fixture_free(f);
}

/* Equal content twice: nothing of it can be compared from outside. */
static void test_nothing_repeats(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	struct fixture_message *m = fixture_message_new(f->suite, "application.submitted", NULL, 0);
	struct buf a, b;
	buf_init(&a, 1 << 20);
	buf_init(&b, 1 << 20);
	fixture_bundle(f, &m, 1, &a);
	fixture_bundle(f, &m, 1, &b);
	struct bundle_policy p = fixture_policy(f);
	struct bundle_reader *ra = open_ok(&p, buf_view(&a)), *rb = open_ok(&p, buf_view(&b));
	const struct manifest *ma = bundle_manifest(ra), *mb = bundle_manifest(rb);
	assert_false(digest_eq(&ma->root, &mb->root));
	assert_false(digest_eq(&ma->payload_digest, &mb->payload_digest));
	assert_false(digest_eq(&ma->key_commitment, &mb->key_commitment));
	assert_null(memmem(a.p, a.n, m->id.s, 36));
	char hex[DIGEST_HEX];
	digest_hex_of(f->suite, buf_view(&m->bytes), hex);
	assert_null(memmem(a.p, a.n, hex, 64));
	bundle_reader_free(ra);
	bundle_reader_free(rb);
	fixture_message_free(m);
	buf_fini(&a);
	buf_fini(&b);
	fixture_free(f);
}

/* A clock that differs is told, and refuses nothing: not years ahead, not years behind. */
static void test_clock(void **state)
{
	static const int64_t seconds[] = {0, 1, LIMIT_SKEW, LIMIT_SKEW + 1, INT64_C(10) * 365 * 86400};
	struct fixture *f = fixture_new(*state, *state);
	struct fixture_message *m = fixture_message_new(f->suite, "application.submitted", NULL, 0);
	struct buf b;
	int64_t created = 0;
	buf_init(&b, 1 << 20);
	fixture_bundle(f, &m, 1, &b);
	struct bundle_policy p = fixture_policy(f);
	struct bundle_reader *r = open_ok(&p, buf_view(&b));
	assert_int_equal(time_parse(bundle_manifest(r)->created, &created), 0);
	for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
		assert_int_equal(bundle_ahead(r, created - seconds[i] * 1000), seconds[i]);
		assert_int_equal(bundle_ahead(r, created + seconds[i] * 1000), -seconds[i]);
	}
	bundle_reader_free(r);
	fixture_message_free(m);
	buf_fini(&b);
	fixture_free(f);
}

int main(void)
{
	static char gm[] = "gm", intl[] = "intl";
#define BOTH(t) cmocka_unit_test_prestate(t, gm), cmocka_unit_test_prestate(t, intl)
	const struct CMUnitTest tests[] = {BOTH(test_round_trip), BOTH(test_large), BOTH(test_kinds),
		BOTH(test_writer_refuses), BOTH(test_nothing_repeats), BOTH(test_clock),
		{"forward gm", test_forward, NULL, NULL, (void *)(uintptr_t)&SAME_GM},
		{"forward intl", test_forward, NULL, NULL, (void *)(uintptr_t)&SAME_INTL},
		{"forward intl to gm", test_forward, NULL, NULL, (void *)(uintptr_t)&MIXED},
		{"forward gm to intl", test_forward, NULL, NULL, (void *)(uintptr_t)&MIXED_BACK},
		{"forward refusal gm", test_forward_refusal, NULL, NULL, (void *)(uintptr_t)&SAME_GM},
		{"forward refusal intl", test_forward_refusal, NULL, NULL, (void *)(uintptr_t)&SAME_INTL},
		{"forward tick gm", test_forward_tick, NULL, NULL, (void *)(uintptr_t)&SAME_GM},
		{"forward tick intl", test_forward_tick, NULL, NULL, (void *)(uintptr_t)&SAME_INTL},
		{"forward forged gm", test_forward_forged, NULL, NULL, (void *)(uintptr_t)&SAME_GM},
		{"forward forged intl", test_forward_forged, NULL, NULL, (void *)(uintptr_t)&SAME_INTL}};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
