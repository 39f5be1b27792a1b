#include "tests/unit/common/bundle/fixture.h"
#include "common/bundle/bundle_frame.h"
#include "common/bundle/bundle_keys.h"
#include "common/bundle/bundle_pem.h"
#include "common/bundle/bundle_tar.h"
#include "common/os/file.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

const char *fixture_path(const struct fixture *f, const char *name, char out[static 128])
{
	(void)snprintf(out, 128, "%s/%s", f->dir, name);
	return out;
}

static void load(const char *path, struct buf *out)
{
	FILE *s = fopen(path, "re");
	assert_non_null(s);
	char b[4096];
	size_t n = fread(b, 1, sizeof b, s);
	assert_true(n > 0 && n < sizeof b);
	assert_int_equal(buf_add(out, b, n), 0);
	(void)fclose(s);
}

static void make_zone(const struct fixture *f, const struct suite *s, const char *zone, const char *station,
	struct fixture_zone *out)
{
	char p[6][128], name[64];
	static const char *const files[6] = {
		"ca.key", "ca.pem", "sign.key", "sign.pem", "open.key", "open.pem"};
	struct err_note note = {.text = ""};
	struct buf pem;
	for (size_t i = 0; i < 6; i++) {
		(void)snprintf(name, sizeof name, "%s-%s", zone, files[i]);
		(void)fixture_path(f, name, p[i]);
	}
	assert_int_equal(key_make_ca(s, zone, 3650, p[0], p[1], &note), 0);
	static const char *const links[] = {"gap", NULL};
	assert_int_equal(key_issue_signer(p[0], p[1], station, links, 365, p[2], p[3], &note), 0);
	assert_int_equal(key_issue(p[0], p[1], CERT_ENCRYPT, station, 365, NULL, p[4], p[5], &note), 0);
	assert_int_equal(trust_load(p[1], &out->trust, &note), 0);
	assert_int_equal(sign_key_load(p[2], p[3], NULL, &out->sign, &note), 0);
	assert_int_equal(open_key_load(p[4], p[5], &out->open, &note), 0);
	buf_init(&pem, 8192);
	load(p[5], &pem);
	assert_int_equal(cert_check(out->trust, buf_view(&pem), CERT_ENCRYPT, 0, &out->encrypt, &note), 0);
	buf_fini(&pem);
}

struct fixture *fixture_new(const char *suite, const char *gap_suite)
{
	struct fixture *f = calloc(1, sizeof *f);
	const char *tmp = getenv("TMPDIR");
	assert_non_null(f);
	(void)snprintf(f->dir, sizeof f->dir, "%s/bundle.XXXXXX", tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	assert_non_null(mkdtemp(f->dir));
	f->suite = suite_by_name(suite);
	assert_non_null(f->suite);
	make_zone(f, f->suite, "internet", "internet", &f->internet);
	make_zone(f, suite_by_name(gap_suite), "gap", "gap-inner", &f->gap);
	make_zone(f, suite_by_name(gap_suite), "extranet", "extranet", &f->extranet);
	return f;
}

static void free_zone(struct fixture_zone *z)
{
	trust_free(z->trust);
	sign_key_free(z->sign);
	cert_free(z->encrypt);
	open_key_free(z->open);
}

void fixture_free(struct fixture *f)
{
	char p[128];
	free_zone(&f->internet);
	free_zone(&f->gap);
	free_zone(&f->extranet);
	DIR *d = opendir(f->dir);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		if (e->d_name[0] != '.')
			(void)unlink(fixture_path(f, e->d_name, p));
	(void)closedir(d);
	assert_int_equal(rmdir(f->dir), 0);
	free(f);
}

static int64_t read_content(void *cookie, void *buf, size_t n)
{
	struct fixture_reading *r = cookie;
	size_t left = r->from->n - r->at;
	/* Odd pieces, so that no one counts on full ones. */
	if (n > 40001)
		n = 40001;
	if (n > left)
		n = left;
	if (n)
		memcpy(buf, r->from->p + r->at, n);
	r->at += n;
	return (int64_t)n;
}

struct fixture_message *fixture_message_new(
	const struct suite *s, const char *type, const size_t *sizes, size_t n)
{
	struct fixture_message *f = calloc(1, sizeof *f);
	struct message *m = malloc(sizeof *m);
	assert_true(f && m && n <= 4);
	message_init(m);
	f->id = m->id = uuid_new();
	f->n = n;
	(void)snprintf(m->type, sizeof m->type, "%s", type);
	m->version = 1;
	strcpy(m->tenant, "110101");
	time_text(time_now_ms(), m->created);
	strcpy(m->origin, "internet");
	strcpy(m->dest, "extranet");
	m->epoch = 1;
	strcpy(m->suite, suite_name(s));
	m->nkeys = 1;
	strcpy(m->keys[0].kind, "case");
	(void)snprintf(m->keys[0].id, sizeof m->keys[0].id, "%s", m->id.s);
	m->keys[0].n = 1;
	m->nattachments = n;
	for (size_t i = 0; i < n; i++) {
		struct attachment *a = &m->attachments[i];
		struct buf *c = &f->content[i];
		buf_init(c, sizes[i] + 1);
		for (size_t k = 0; k < sizes[i]; k++) {
			uint8_t byte = (uint8_t)(k * 31 + (k >> 8) + i);
			assert_int_equal(buf_add(c, &byte, 1), 0);
		}
		(void)snprintf(a->name, sizeof a->name, "材料-%zu.pdf", i);
		strcpy(a->media, "application/pdf");
		a->size = (int64_t)sizes[i];
		digest_of(s, buf_view(c), &a->digest);
		f->reading[i].from = c;
		f->attachments[i] = (struct bundle_attachment){a->size, read_content, &f->reading[i]};
	}
	m->body = json_pack("{s:s}", "note", "申请");
	buf_init(&f->bytes, MESSAGE_BYTES_MAX);
	assert_int_equal(message_encode(m, &f->bytes), 0);
	message_fini(m);
	free(m);
	return f;
}

void fixture_message_free(struct fixture_message *m)
{
	for (size_t i = 0; i < m->n; i++)
		buf_fini(&m->content[i]);
	buf_fini(&m->bytes);
	free(m);
}

struct manifest *fixture_manifest(void)
{
	struct manifest *m = malloc(sizeof *m);
	assert_non_null(m);
	manifest_init(m);
	m->kind = MANIFEST_MESSAGES;
	strcpy(m->link, "gap");
	strcpy(m->from, "internet");
	strcpy(m->to, "gap-outer");
	m->epoch = 1;
	m->seq = 7;
	memset(m->prev.b, 0x5a, sizeof m->prev.b);
	return m;
}

void fixture_manifest_free(struct manifest *m)
{
	manifest_fini(m);
	free(m);
}

int fixture_fd(struct view v)
{
	int fd = memfd_create("bundle", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, v.p, v.n), 0);
	return fd;
}

void fixture_bundle(
	const struct fixture *f, struct fixture_message *const *messages, size_t n, struct buf *out)
{
	const struct cert *to[] = {f->extranet.encrypt};
	struct bundle_sender s = {f->internet.sign, to, 1, NULL};
	struct manifest *m = fixture_manifest();
	struct bundle_writer *w = NULL;
	if (n == 0) {
		m->kind = MANIFEST_TICK;
	}
	int fd = fixture_fd(view_of("", 0));
	assert_int_equal(bundle_writer_new(&s, m, fd, &w), 0);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < messages[i]->n; j++)
			messages[i]->reading[j].at = 0;
		assert_int_equal(bundle_add(w, buf_view(&messages[i]->bytes), messages[i]->attachments,
					 messages[i]->n, NULL),
			0);
	}
	assert_int_equal(bundle_finish(w, NULL, NULL), 0);
	off_t size = lseek(fd, 0, SEEK_END);
	assert_int_equal(buf_reserve(out, (size_t)size), 0);
	assert_int_equal(bundle_tar_pread(fd, 0, out->p, (size_t)size), 0);
	out->n = (size_t)size;
	(void)close(fd);
	bundle_writer_free(w);
	fixture_manifest_free(m);
}

struct bundle_policy fixture_policy(const struct fixture *f)
{
	return (struct bundle_policy){.trust = f->internet.trust,
		.link = "gap",
		.from = "internet",
		.to = "gap-outer",
		.keys = (const struct open_key *const *)&f->extranet.open,
		.nkeys = 1,
		.payload_max = 1 << 30,
		.tmp_dir = f->dir};
}

int fixture_read(
	const struct bundle_policy *p, struct view v, struct bundle_reader **out, struct err_note *note)
{
	struct bundle_reader *r = NULL;
	int fd = fixture_fd(v);
	int err = bundle_open(fd, (int64_t)v.n, p, &r, note);
	if (!err)
		err = bundle_read_payload(r, note);
	(void)close(fd);
	if (!err && out)
		*out = r;
	else
		bundle_reader_free(r);
	return err;
}

void fixture_member(struct buf *tar, const char *name, struct view content)
{
	uint8_t h[BUNDLE_TAR_HEADER_MAX];
	static const uint8_t zeros[BUNDLE_TAR_BLOCK];
	assert_int_equal(buf_add(tar, h, bundle_tar_header(name, (int64_t)content.n, h)), 0);
	assert_int_equal(buf_add_view(tar, content), 0);
	assert_int_equal(buf_add(tar, zeros, bundle_tar_pad((int64_t)content.n)), 0);
}

void fixture_end(struct buf *tar)
{
	static const uint8_t zeros[BUNDLE_TAR_END];
	assert_int_equal(buf_add(tar, zeros, sizeof zeros), 0);
}

void fixture_frames(struct view plain, struct buf *out)
{
	uint8_t frame[BUNDLE_FRAME_MAX];
	struct bundle_press *p = NULL;
	assert_int_equal(bundle_press_new(&p), 0);
	while (plain.n > 0) {
		size_t n = plain.n < BUNDLE_CHUNK ? plain.n : BUNDLE_CHUNK, got = 0;
		assert_int_equal(bundle_press(p, view_of(plain.p, n), frame, &got), 0);
		assert_int_equal(buf_add(out, frame, got), 0);
		plain = view_of(plain.p + n, plain.n - n);
	}
	bundle_press_free(p);
}

/* A manifest that no writer would encode. */
static void say_plain(struct buf *manifest, int64_t n)
{
	json_t *o = json_loadb((const char *)manifest->p, manifest->n, 0, NULL);
	json_t *payload = json_object_get(o, "payload");
	assert_non_null(payload);
	assert_int_equal(json_object_set_new(payload, "plain", json_integer(n)), 0);
	buf_reset(manifest);
	assert_int_equal(json_canon(o, manifest), 0);
	json_decref(o);
}

/* Packs and encrypts how->plain, fills the manifest, signs and wraps as a writer would. */
void fixture_forge(const struct fixture *f, const struct fixture_forgery *how, struct buf *out)
{
	static const uint8_t iv[16];
	const struct cert *to[] = {f->extranet.encrypt};
	struct manifest *m = fixture_manifest();
	struct buf payload, manifest, sig, pem, keys;
	struct secret key;
	struct digest id;
	struct ctr *c = NULL;
	buf_init(&payload, 1 << 24);
	buf_init(&manifest, MANIFEST_BYTES_MAX);
	buf_init(&sig, 256);
	buf_init(&pem, 8192);
	buf_init(&keys, 16384);
	secret_random(f->suite, &key);
	if (how->frames.p)
		assert_int_equal(buf_add_view(&payload, how->frames), 0);
	else
		fixture_frames(how->plain, &payload);
	assert_int_equal(ctr_new(f->suite, &key, iv, &c), 0);
	assert_int_equal(ctr_update(c, payload.p, payload.p, payload.n), 0);
	time_text(time_now_ms(), m->created);
	strcpy(m->suite, suite_name(f->suite));
	strcpy(m->key, sign_key_id(f->internet.sign));
	digest_of(f->suite, buf_view(&payload), &m->payload_digest);
	m->payload_size = (int64_t)payload.n;
	m->payload_plain = (int64_t)how->plain.n;
	bundle_keys_commitment(f->suite, &key, &m->key_commitment);
	m->root = how->root;
	if (how->n) {
		strcpy(m->counts[0].type, how->type);
		m->counts[0].n = how->n;
		m->ncounts = 1;
	}
	if (how->tweak)
		how->tweak(m);
	if (how->manifest.p)
		assert_int_equal(buf_add_view(&manifest, how->manifest), 0);
	else
		assert_int_equal(manifest_encode(m, &manifest), 0);
	if (how->plain_said)
		say_plain(&manifest, how->plain_said);
	manifest_identity(f->suite, buf_view(&manifest), &id);
	assert_int_equal(sign_make(f->internet.sign, buf_view(&manifest), &sig), 0);
	assert_int_equal(bundle_pem_canon(sign_key_cert_pem(f->internet.sign), &pem), 0);
	assert_int_equal(bundle_keys_seal(f->suite, to, 1, &id, &key, &keys), 0);
	fixture_member(out, "manifest.json", buf_view(&manifest));
	fixture_member(out, "manifest.sig", buf_view(&sig));
	fixture_member(out, "signer.pem", buf_view(&pem));
	fixture_member(out, "keys.json", buf_view(&keys));
	fixture_member(out, "payload", buf_view(&payload));
	fixture_end(out);
	ctr_free(c);
	buf_fini(&payload);
	buf_fini(&manifest);
	buf_fini(&sig);
	buf_fini(&pem);
	buf_fini(&keys);
	fixture_manifest_free(m);
}
