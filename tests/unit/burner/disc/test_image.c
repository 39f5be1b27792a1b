/* The image of a disc: what is written is read back; what another hand made or bent is refused under its
 * reason. */
#include "tests/unit/burner/world.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct world *w;
static struct draft good; /* three bundles, approved by he and lin */
static int good_fd = -1;

static int setup(void **state)
{
	(void)state;
	w = world_new("gm");
	draft_init(&good, w, "bundles", 3);
	draft_approve(&good, w->he);
	draft_approve(&good, w->lin);
	good_fd = draft_image(&good);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close(good_fd);
	draft_fini(&good);
	world_free(w);
	return 0;
}

/* Everything an import does before it publishes. */
static int judge(int fd, struct err_note *note)
{
	struct image i;
	struct medium *m = NULL;
	int rc = medium_new(fd, -1, NULL, &m, note);
	if (rc == 0)
		rc = image_open(m, &i, note);
	if (rc == 0) {
		rc = image_approved(&i, w->trust, note);
		if (rc == 0)
			rc = image_bundles(&i, -1, note);
		if (rc == 0)
			rc = image_exact(&i, note);
		image_fini(&i);
	}
	medium_free(m);
	return rc;
}

static void expect(const char *name, int fd, int want)
{
	struct err_note note = {0};
	int rc = judge(fd, &note);
	if (rc != want)
		fail_msg("%s: %s (%s), wanted %s", name, err_name(rc), note.text, err_name(want));
	if (rc < 0 && (note.err != rc || !note.text[0]))
		fail_msg("%s: refused without a reason", name);
	close(fd);
}

static void test_round(void **state)
{
	struct image i;
	struct err_note note = {0};
	char names[1024];
	int into = world_dir(w, "in");
	(void)state;
	struct medium *m = NULL;
	assert_int_equal(medium_new(good_fd, -1, NULL, &m, &note), 0);
	assert_int_equal(image_open(m, &i, &note), 0);
	assert_true(view_eq(buf_view(&i.manifest), buf_view(&good.manifest)));
	assert_int_equal(image_approved(&i, w->trust, &note), 0);
	assert_string_equal(i.approvals.v[0].who, "he");
	assert_string_equal(i.approvals.v[1].who, "lin");
	assert_int_equal(image_bundles(&i, into, &note), 0);
	assert_string_equal(world_ls(into, names), "f00.swb f01.swb f02.swb ");
	/* Nothing is written over. */
	assert_int_equal(image_bundles(&i, into, &note), ERR_EXISTS);
	assert_int_equal(image_bundles(&i, -1, &note), 0);
	assert_int_equal(image_exact(&i, &note), 0);
	assert_int_equal(image_compare(&i, good.bundles, &note), 0);
	assert_int_equal(image_compare(&i, into, &note), 0);
	world_put(into, "f01.swb", view_str("other"));
	assert_int_equal(image_compare(&i, into, &note), ERR_TRUNCATED);
	assert_int_equal(unlinkat(into, "f01.swb", 0), 0);
	assert_int_equal(image_compare(&i, into, &note), ERR_NOTFOUND);
	image_fini(&i);
	medium_free(m);
	close(into);
}

/* Equal inputs give equal bytes, whenever and wherever they are written. */
static void test_reproducible(void **state)
{
	struct buf a, b;
	(void)state;
	world_load(good_fd, &a);
	/* The clock of a volume descriptor counts hundredths, that of a file seconds. */
	const struct timespec more = {1, 100000000};
	assert_int_equal(nanosleep(&more, NULL), 0);
	int fd = draft_image(&good);
	world_load(fd, &b);
	assert_int_equal(a.n, b.n);
	for (size_t i = 0; i < a.n; i++)
		if (a.p[i] != b.p[i])
			fail_msg("byte %zu of %zu differs", i, a.n);
	buf_fini(&a);
	buf_fini(&b);
	close(fd);
}

/* ---- images by another hand */
struct member {
	const char *path;
	struct view content;
	const char *link; /* symbolic link to this */
	mode_t type;      /* 0: plain file */
};
#define MEMBERS_MAX 24
struct tree {
	struct member v[MEMBERS_MAX];
	size_t n;
	struct buf bundle[3];
};

static struct member *add(struct tree *t, const char *path, struct view content)
{
	assert_true(t->n < MEMBERS_MAX);
	t->v[t->n] = (struct member){.path = path, .content = content};
	return &t->v[t->n++];
}

static void tree_init(struct tree *t)
{
	static const char *const paths[3] = {"bundles/f00.swb", "bundles/f01.swb", "bundles/f02.swb"};
	*t = (struct tree){.n = 0};
	add(t, "README.txt", image_readme());
	add(t, "disc.json", buf_view(&good.manifest));
	add(t, "approvals", view_str(""))->type = AE_IFDIR;
	add(t, "approvals/1.pem", buf_view(&good.approvals.v[0].pem));
	add(t, "approvals/1.sig", buf_view(&good.approvals.v[0].sig));
	add(t, "approvals/2.pem", buf_view(&good.approvals.v[1].pem));
	add(t, "approvals/2.sig", buf_view(&good.approvals.v[1].sig));
	add(t, "bundles", view_str(""))->type = AE_IFDIR;
	for (size_t i = 0; i < 3; i++) {
		int fd = openat(good.bundles, paths[i] + 8, O_RDONLY | O_CLOEXEC);
		assert_true(fd >= 0);
		world_load(fd, &t->bundle[i]);
		add(t, paths[i], buf_view(&t->bundle[i]));
		close(fd);
	}
}

static void tree_fini(struct tree *t)
{
	for (size_t i = 0; i < 3; i++)
		buf_fini(&t->bundle[i]);
}

static struct member *of(struct tree *t, const char *path)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i].path, path) == 0)
			return &t->v[i];
	fail_msg("no %s", path);
	return NULL;
}

static void drop(struct tree *t, const char *path)
{
	struct member *m = of(t, path);
	memmove(m, m + 1, (size_t)(&t->v[t->n] - (m + 1)) * sizeof *m);
	t->n--;
}

static int tree_image(const struct tree *t, const char *options)
{
	int fd = memfd_create("tree", MFD_CLOEXEC);
	struct archive *a = archive_write_new();
	assert_true(fd >= 0 && a);
	assert_int_equal(archive_write_set_format_iso9660(a), ARCHIVE_OK);
	assert_int_equal(archive_write_set_options(a, options), ARCHIVE_OK);
	assert_int_equal(archive_write_open_fd(a, fd), ARCHIVE_OK);
	for (size_t i = 0; i < t->n; i++) {
		const struct member *m = &t->v[i];
		struct archive_entry *e = archive_entry_new();
		archive_entry_set_pathname(e, m->path);
		archive_entry_set_filetype(e, m->link ? AE_IFLNK : m->type ? m->type : AE_IFREG);
		if (m->link)
			archive_entry_set_symlink(e, m->link);
		archive_entry_set_perm(e, 0555);
		archive_entry_set_size(e, (int64_t)m->content.n);
		assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
		if (m->content.n)
			assert_int_equal(archive_write_data(a, m->content.p, m->content.n), m->content.n);
		archive_entry_free(e);
	}
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	return fd;
}

static void tree_same(struct tree *t)
{
	(void)t;
}
static void extra_file(struct tree *t)
{
	add(t, "autorun.inf", view_str("[autorun]\r\nopen=x.exe\r\n"));
}
static void extra_hidden(struct tree *t)
{
	add(t, ".hidden", view_str("x"));
}
static void extra_bundle(struct tree *t)
{
	add(t, "bundles/f03.swb", view_str("x"));
}
static void extra_in_approvals(struct tree *t)
{
	add(t, "approvals/run.sh", view_str("x"));
}
static void extra_folder(struct tree *t)
{
	add(t, "tools", view_str(""))->type = AE_IFDIR;
}
static void deep_folder(struct tree *t)
{
	add(t, "bundles/deep", view_str(""))->type = AE_IFDIR;
}
static void absent_bundle(struct tree *t)
{
	drop(t, "bundles/f01.swb");
}
static void absent_manifest(struct tree *t)
{
	drop(t, "disc.json");
}
static void absent_sig(struct tree *t)
{
	drop(t, "approvals/1.sig");
}
static void absent_pem(struct tree *t)
{
	drop(t, "approvals/2.pem");
}
static void one_approval(struct tree *t)
{
	drop(t, "approvals/2.pem"), drop(t, "approvals/2.sig");
}
static void no_approval(struct tree *t)
{
	one_approval(t), drop(t, "approvals/1.pem"), drop(t, "approvals/1.sig");
}
static void same_twice(struct tree *t)
{
	of(t, "approvals/2.pem")->content = of(t, "approvals/1.pem")->content;
	of(t, "approvals/2.sig")->content = of(t, "approvals/1.sig")->content;
}
static void swapped_sigs(struct tree *t)
{
	struct view one = of(t, "approvals/1.sig")->content;
	of(t, "approvals/1.sig")->content = of(t, "approvals/2.sig")->content;
	of(t, "approvals/2.sig")->content = one;
}
static void link_for_bundle(struct tree *t)
{
	struct member *m = of(t, "bundles/f01.swb");
	m->link = "/etc/passwd";
	m->content = view_of(NULL, 0);
}
static void link_beside(struct tree *t)
{
	add(t, "bundles/x.swb", view_of(NULL, 0))->link = "f01.swb";
}
static void link_for_manifest(struct tree *t)
{
	struct member *m = of(t, "disc.json");
	m->link = "bundles/f00.swb";
	m->content = view_of(NULL, 0);
}
static void shorter(struct tree *t)
{
	of(t, "bundles/f01.swb")->content.n--;
}
static void longer(struct tree *t)
{
	assert_int_equal(buf_add_str(&t->bundle[1], "x"), 0);
	of(t, "bundles/f01.swb")->content = buf_view(&t->bundle[1]);
}
static void one_bit(struct tree *t)
{
	t->bundle[2].p[1999] ^= 1;
}
static void other_bytes(struct tree *t)
{
	of(t, "bundles/f01.swb")->content = view_of(t->bundle[2].p, 1017);
}
static void pretty(struct tree *t)
{
	static struct buf b;
	buf_init(&b, 65536);
	assert_int_equal(buf_add_view(&b, buf_view(&good.manifest)), 0);
	assert_int_equal(buf_add_str(&b, "\n"), 0);
	of(t, "disc.json")->content = buf_view(&b);
}
static void huge_sig(struct tree *t)
{
	of(t, "approvals/1.sig")->content = buf_view(&t->bundle[2]);
}
static void huge_readme(struct tree *t)
{
	static char x[70000];
	of(t, "README.txt")->content = view_of(x, sizeof x);
}

#define JR "iso9660:joliet,iso9660:rockridge=strict"
static const struct {
	const char *name, *options;
	void (*bend)(struct tree *t);
	int want;
} TREES[] = {
	{"another hand's honest copy", JR, tree_same, ERR_MEMBER},
	{"autorun.inf", JR, extra_file, ERR_MEMBER},
	{"hidden file", JR, extra_hidden, ERR_MEMBER},
	{"bundle beside", JR, extra_bundle, ERR_MEMBER},
	{"file among approvals", JR, extra_in_approvals, ERR_MEMBER},
	{"folder", JR, extra_folder, ERR_MEMBER},
	{"folder among bundles", JR, deep_folder, ERR_MEMBER},
	{"bundle absent", JR, absent_bundle, ERR_MEMBER},
	{"manifest absent", JR, absent_manifest, ERR_FOREIGN},
	{"signature absent", JR, absent_sig, ERR_MEMBER},
	{"certificate absent", JR, absent_pem, ERR_MEMBER},
	{"one approval", JR, one_approval, ERR_APPROVAL},
	{"no approval", JR, no_approval, ERR_APPROVAL},
	{"the same approval twice", JR, same_twice, ERR_APPROVAL},
	{"signatures swapped", JR, swapped_sigs, ERR_SIGNATURE},
	{"link instead of a bundle", JR, link_for_bundle, ERR_MEMBER},
	{"link beside", JR, link_beside, ERR_MEMBER},
	{"link instead of the manifest", JR, link_for_manifest, ERR_MEMBER},
	{"shorter bundle", JR, shorter, ERR_DIGEST},
	{"longer bundle", JR, longer, ERR_DIGEST},
	{"one bit of a bundle", JR, one_bit, ERR_DIGEST},
	{"other bytes of the same size", JR, other_bytes, ERR_DIGEST},
	{"manifest in another form", JR, pretty, ERR_SYNTAX},
	{"signature too large", JR, huge_sig, ERR_LIMIT},
	{"README.txt too large", JR, huge_readme, ERR_LIMIT},
};

static void test_trees(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof TREES / sizeof *TREES; i++) {
		struct tree t;
		tree_init(&t);
		TREES[i].bend(&t);
		expect(TREES[i].name, tree_image(&t, TREES[i].options), TREES[i].want);
		tree_fini(&t);
	}
}

/* ---- the good image with bytes changed */
static size_t replace(struct buf *b, struct view from, struct view to)
{
	size_t n = 0;
	assert_int_equal(from.n, to.n);
	for (uint8_t *p = b->p; (p = memmem(p, (size_t)(b->p + b->n - p), from.p, from.n)); p += to.n, n++)
		memcpy(p, to.p, to.n);
	return n;
}

/* A directory with one name twice: in both trees. */
static void test_name_twice(void **state)
{
	struct buf b;
	(void)state;
	world_load(good_fd, &b);
	assert_true(replace(&b, view_of("f01.swb", 7), view_of("f02.swb", 7)) > 0);
	assert_true(replace(&b,
			    view_of("\0f\0"
				    "0\0"
				    "1\0.\0s\0w\0b",
				    14),
			    view_of("\0f\0"
				    "0\0"
				    "2\0.\0s\0w\0b",
				    14)) > 0);
	struct err_note note = {0};
	int fd = world_file(buf_view(&b)), rc = judge(fd, &note);
	assert_true(rc < 0 && note.text[0]);
	close(fd);
	buf_fini(&b);
}

static void test_foreign(void **state)
{
	static char noise[300000];
	static const char text[] = "CD001";
	const struct view files[] = {
		view_str(""), view_str("x"), view_of(noise, sizeof noise), view_str(text)};
	(void)state;
	for (size_t i = 0; i < sizeof noise; i++)
		noise[i] = (char)(i * 2654435761u >> 13);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		expect("noise", world_file(files[i]), ERR_FOREIGN);
	int pipes[2];
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	close(pipes[1]);
	expect("a pipe", pipes[0], ERR_FOREIGN);
	expect("a folder", world_dir(w, "folder"), ERR_FOREIGN);
	expect("a device", open("/dev/null", O_RDONLY | O_CLOEXEC), ERR_FOREIGN);
}

/* Cut at every sector: never a disc. */
static void test_truncated(void **state)
{
	struct buf b;
	(void)state;
	world_load(good_fd, &b);
	size_t data = (size_t)((uint8_t *)memmem(b.p, b.n, "{\"created\"", 10) - b.p);
	for (size_t n = 0; n < b.n && n < data + 3 * 2048; n += 2048) {
		struct err_note note = {0};
		int fd = world_file(view_of(b.p, n)), rc = judge(fd, &note);
		if (rc >= 0)
			fail_msg("%zu of %zu bytes are taken as a disc", n, b.n);
		close(fd);
	}
	buf_fini(&b);
}

/* The image that has become another one between two readings is not published. */
static void test_changed_between(void **state)
{
	struct buf b;
	struct image i;
	struct err_note note = {0};
	(void)state;
	world_load(good_fd, &b);
	int fd = world_file(buf_view(&b)), into = world_dir(w, "changed");
	struct medium *m = NULL;
	assert_int_equal(medium_new(fd, -1, NULL, &m, &note), 0);
	assert_int_equal(image_open(m, &i, &note), 0);
	uint8_t *last = memmem(b.p, b.n, "cjqxelszgnubipwdkryfmtahovcjq", 20);
	assert_non_null(last);
	assert_int_equal(pwrite(fd, "!", 1, last - b.p), 1);
	assert_int_equal(image_bundles(&i, into, &note), ERR_DIGEST);
	assert_int_equal(image_compare(&i, good.bundles, &note), ERR_DIGEST);
	image_fini(&i);
	medium_free(m);
	close(fd);
	close(into);
	buf_fini(&b);
}

/* A staged bundle that was changed behind the ledger's back is not written. */
static void test_write_checks(void **state)
{
	struct draft d;
	struct err_note note = {0};
	const struct {
		size_t n;
		int want;
	} c[] = {{16, ERR_TRUNCATED}, {17, ERR_DIGEST}, {18, ERR_DIGEST}, {0, ERR_TRUNCATED}};
	(void)state;
	draft_init(&d, w, "written", 1);
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		world_put(d.bundles, "f00.swb", view_of("xxxxxxxxxxxxxxxxxxxxxxxx", c[i].n));
		int fd = memfd_create("image", MFD_CLOEXEC);
		assert_int_equal(
			image_write(fd, &d.disc, buf_view(&d.manifest), &d.approvals, d.bundles, &note),
			c[i].want);
		close(fd);
	}
	assert_int_equal(unlinkat(d.bundles, "f00.swb", 0), 0);
	assert_int_equal(symlinkat("/etc/passwd", d.bundles, "f00.swb"), 0);
	int fd = memfd_create("image", MFD_CLOEXEC);
	assert_true(image_write(fd, &d.disc, buf_view(&d.manifest), &d.approvals, d.bundles, &note) < 0);
	close(fd);
	draft_fini(&d);
}

/* Every byte in front of the files counts, and the size. */
static void test_exact(void **state)
{
	struct buf b;
	(void)state;
	world_load(good_fd, &b);
	size_t head = (size_t)((uint8_t *)memmem(b.p, b.n, image_readme().p, image_readme().n) - b.p);
	for (size_t at = 0; at < head; at += at % 2048 < 300 ? 7 : 131) {
		struct err_note note = {0};
		b.p[at] ^= 0x20;
		int fd = world_file(buf_view(&b)), rc = judge(fd, &note);
		if (rc >= 0)
			fail_msg("byte %zu (sector %zu) may be anything", at, at / 2048);
		close(fd);
		b.p[at] ^= 0x20;
	}
	assert_int_equal(buf_add_str(&b, "x"), 0);
	expect("a byte behind the end", world_file(buf_view(&b)), ERR_TRAILING);
	expect("a sector missing at the end", world_file(view_of(b.p, b.n - 2049)), ERR_TRUNCATED);
	expect("whole", world_file(view_of(b.p, b.n - 1)), 0);
	buf_fini(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_round),
		cmocka_unit_test(test_reproducible), cmocka_unit_test(test_trees),
		cmocka_unit_test(test_name_twice), cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_truncated), cmocka_unit_test(test_changed_between),
		cmocka_unit_test(test_write_checks), cmocka_unit_test(test_exact)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
