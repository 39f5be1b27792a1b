#include "tests/unit/burner/world.h"

#include "common/os/file.h"
#include <dirent.h>
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

static const char *path(const struct world *w, const char *name, char out[static 160])
{
	(void)snprintf(out, 160, "%s/%s", w->dir, name);
	return out;
}

static void zone(struct world *w, const char *name, struct trust **out)
{
	char key[160], pem[160], file[32];
	struct err_note note = {0};
	(void)snprintf(file, sizeof file, "%s.key", name);
	path(w, file, key);
	(void)snprintf(file, sizeof file, "%s.pem", name);
	path(w, file, pem);
	assert_int_equal(key_make_ca(w->suite, name, 3650, key, pem, &note), 0);
	assert_int_equal(trust_load(pem, out, &note), 0);
}

static struct sign_key *person(struct world *w, const char *ca, const char *name, const char *file)
{
	char cakey[160], capem[160], key[160], pem[160], text[40];
	struct sign_key *k = NULL;
	struct err_note note = {0};
	(void)snprintf(text, sizeof text, "%s.key", ca);
	path(w, text, cakey);
	(void)snprintf(text, sizeof text, "%s.pem", ca);
	path(w, text, capem);
	(void)snprintf(text, sizeof text, "%s.person.key", file);
	path(w, text, key);
	(void)snprintf(text, sizeof text, "%s.person.pem", file);
	path(w, text, pem);
	assert_int_equal(key_issue(cakey, capem, CERT_PERSON, name, 365, NULL, key, pem, &note), 0);
	assert_int_equal(sign_key_load(key, pem, NULL, &k, &note), 0);
	return k;
}

struct world *world_new(const char *suite)
{
	const char *tmp = getenv("TMPDIR");
	struct world *w = calloc(1, sizeof *w);
	assert_non_null(w);
	w->suite = suite_by_name(suite);
	(void)snprintf(w->dir, sizeof w->dir, "%s/disc.XXXXXX", tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	assert_non_null(mkdtemp(w->dir));
	zone(w, "intranet", &w->trust);
	zone(w, "foreign", &w->foreign);
	w->he = person(w, "intranet", "he", "he");
	w->he2 = person(w, "intranet", "he", "he2");
	w->lin = person(w, "intranet", "lin", "lin");
	w->tao = person(w, "intranet", "tao", "tao");
	w->stranger = person(w, "foreign", "he", "stranger");
	return w;
}

void world_free(struct world *w)
{
	char command[96];
	trust_free(w->trust);
	trust_free(w->foreign);
	sign_key_free(w->he);
	sign_key_free(w->he2);
	sign_key_free(w->lin);
	sign_key_free(w->tao);
	sign_key_free(w->stranger);
	(void)snprintf(command, sizeof command, "rm -rf '%s'", w->dir);
	assert_int_equal(system(command), 0);
	free(w);
}

int world_dir(const struct world *w, const char *name)
{
	char p[160];
	int fd = -1;
	assert_int_equal(file_mkdirs(path(w, name, p), 0750), 0);
	assert_int_equal(file_open_dir(p, &fd), 0);
	return fd;
}

void world_put(int dir, const char *name, struct view content)
{
	assert_int_equal(file_write(dir, name, 0640, content, "test"), 0);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

const char *world_ls(int dir, char out[static 1024])
{
	char names[32][64];
	size_t n = 0;
	DIR *d = fdopendir(openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		if (e->d_name[0] != '.' && n < 32)
			(void)snprintf(names[n++], sizeof names[0], "%.63s", e->d_name);
	closedir(d);
	qsort(names, n, sizeof names[0], by_name);
	out[0] = '\0';
	for (size_t i = 0, at = 0; i < n; i++)
		at += (size_t)snprintf(out + at, 1024 - at, "%s ", names[i]);
	return out;
}

void draft_init(struct draft *d, const struct world *w, const char *folder, size_t n)
{
	*d = (struct draft){.disc = {.id = "D-20261124-0007",
				    .suite = w->suite,
				    .use = "test",
				    .n = n,
				    .set_n = 1,
				    .set_of = 1}};
	time_text(time_now_ms(), d->disc.created);
	d->bundles = world_dir(w, folder);
	d->disc.files = calloc(n ? n : 1, sizeof *d->disc.files);
	assert_non_null(d->disc.files);
	for (size_t i = 0; i < n; i++) {
		struct disc_file *f = &d->disc.files[i];
		struct buf b;
		buf_init(&b, 1 << 20);
		for (size_t k = 0; k < 1000 * i + 17; k++)
			assert_int_equal(buf_addf(&b, "%c", (char)('a' + (k * 7 + i) % 26)), 0);
		(void)snprintf(f->name, sizeof f->name, "f%02zu.swb", i);
		f->size = (int64_t)b.n;
		digest_of(w->suite, buf_view(&b), &f->digest);
		world_put(d->bundles, f->name, buf_view(&b));
		buf_fini(&b);
	}
	buf_init(&d->manifest, DISC_MANIFEST_MAX);
	draft_seal(d);
}

void draft_seal(struct draft *d)
{
	buf_reset(&d->manifest);
	assert_int_equal(disc_encode(&d->disc, &d->manifest), 0);
	approvals_fini(&d->approvals);
}

void draft_approve(struct draft *d, const struct sign_key *k)
{
	struct buf sig;
	buf_init(&sig, APPROVAL_SIG_MAX);
	assert_int_equal(sign_make(k, buf_view(&d->manifest), &sig), 0);
	assert_int_equal(approvals_put(&d->approvals, buf_view(&sig), sign_key_cert_pem(k), NULL), 0);
	buf_fini(&sig);
}

int draft_image(const struct draft *d)
{
	struct err_note note = {0};
	int fd = memfd_create("image", MFD_CLOEXEC);
	assert_true(fd >= 0);
	int rc = image_write(fd, &d->disc, buf_view(&d->manifest), &d->approvals, d->bundles, &note);
	if (rc < 0)
		print_error("%s\n", note.text);
	assert_int_equal(rc, 0);
	return fd;
}

void draft_fini(struct draft *d)
{
	disc_fini(&d->disc);
	buf_fini(&d->manifest);
	approvals_fini(&d->approvals);
	close(d->bundles);
}

void world_load(int fd, struct buf *out)
{
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	buf_init(out, (size_t)st.st_size + 1);
	assert_int_equal(buf_reserve(out, (size_t)st.st_size), 0);
	for (off_t at = 0; at < st.st_size;) {
		char block[65536];
		ssize_t n = pread(fd, block, sizeof block, at);
		assert_true(n > 0);
		assert_int_equal(buf_add(out, block, (size_t)n), 0);
		at += n;
	}
}

int world_file(struct view v)
{
	int fd = memfd_create("image", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, v.p, v.n), 0);
	return fd;
}
