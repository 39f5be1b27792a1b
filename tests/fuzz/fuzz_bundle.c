/* Any bytes as a bundle. First byte even: the rest is a file on its way, under an authority that signed
 * nothing. Odd: it is the plaintext of a payload that a compromised station signed; digests, root and counts
 * are put right, so that what lies behind them is reached. */
#include "common/bundle/bundle_reader.h"
#include "common/os/file.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct trust *authority;

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

static int measure(
	struct bundle_tar *t, const struct suite *s, const char *name, struct view v, struct bundle_part *p)
{
	int err = bundle_tar_next(t, name, INT32_MAX, &p->offset, &p->size, NULL);
	if (!err)
		digest_of(s, view_of(v.p + p->offset, (size_t)p->size), &p->digest);
	return err;
}

/* The payload again with a contents.json that tells the truth about the members. */
static void repair(struct bundle_reader *r, int fd, struct view v, struct buf *out)
{
	struct bundle_tar t = {fd, 0, (int64_t)v.n};
	struct bundle_contents c = {.n = 0};
	struct buf text;
	uint8_t h[BUNDLE_TAR_HEADER_MAX];
	static const uint8_t zeros[BUNDLE_TAR_BLOCK];
	char name[32];
	buf_init(&text, 1 << 24);
	int err = bundle_tar_read(&t, "contents.json", 1 << 20, &text, NULL);
	size_t rest = (size_t)t.offset;
	if (!err)
		err = bundle_contents_decode(buf_view(&text), &c, NULL);
	if (!err) {
		for (size_t i = 0; i < c.n && !err; i++) {
			(void)snprintf(name, sizeof name, "m/%zu.json", i);
			err = measure(&t, r->suite, name, v, &c.entries[i].message);
			for (size_t j = 0; j < c.entries[i].nattachments && !err; j++) {
				(void)snprintf(name, sizeof name, "a/%zu/%zu", i, j);
				err = measure(&t, r->suite, name, v, &c.entries[i].attachments[j]);
			}
		}
		for (size_t i = 0; i < c.n; i++)
			count(&r->manifest, c.entries[i].type);
		struct bundle_tree *tree = bundle_contents_tree(&c, r->suite);
		REQUIRE(tree != NULL);
		bundle_tree_root(tree, &r->manifest.root);
		bundle_tree_free(tree);
		buf_reset(&text);
		REQUIRE(bundle_contents_encode(&c, &text) == 0);
		REQUIRE(buf_add(out, h, bundle_tar_header("contents.json", (int64_t)text.n, h)) == 0);
		REQUIRE(buf_add_view(out, buf_view(&text)) == 0);
		REQUIRE(buf_add(out, zeros, bundle_tar_pad((int64_t)text.n)) == 0);
	} else {
		rest = 0;
	}
	REQUIRE(buf_add(out, v.p + rest, v.n - rest) == 0);
	bundle_contents_fini(&c);
	buf_fini(&text);
}

static void fuzz_payload(struct view v)
{
	struct bundle_reader *r = calloc(1, sizeof *r);
	struct err_note note;
	struct buf plain;
	REQUIRE(r != NULL);
	r->payload = -1;
	r->suite = suite_by_name("intl");
	r->policy.origin_trust = authority;
	buf_init(&plain, 1 << 26);
	int fd = fd_of(v);
	repair(r, fd, v, &plain);
	(void)close(fd);
	fd = fd_of(buf_view(&plain));
	r->payload_size = (int64_t)plain.n;
	/* Accepted or refused, but whole. */
	if (bundle_payload_inside(r, fd, &note) == 0)
		for (size_t i = 0; i < r->contents.n; i++)
			REQUIRE(r->contents.entries[i].message.offset > 0);
	(void)close(fd);
	buf_fini(&plain);
	bundle_reader_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] % 2)
		fuzz_payload(view_of(data + 1, size - 1));
	else
		fuzz_file(view_of(data + 1, size - 1));
	return 0;
}
