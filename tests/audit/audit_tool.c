/* For the tests of logs: makes one out of lines, and damages one as somebody with an editor would.
 *   audit-tool make DIR ORIGIN KEY|- CERT|- [SUITE]   entries from standard input, one JSON object a line
 * without "n" audit-tool tail|tile FILE drop I                  takes entry I of the file out audit-tool
 * tail|tile FILE swap I K audit-tool tail|tile FILE put I TEXT              TEXT in the place of entry I (the
 * tail's check is made to fit) audit-tool forge DIR                              writes all hashes of DIR
 * anew from its entries, as they are now */
#include "common/audit/audit_folder.h"
#include "common/audit/audit_log.h"
#include "common/audit/audit_tiles.h"
#include "common/base/json.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OK(x) REQUIRE((x) == 0)

static int make(char **a, const char *suite)
{
	struct audit_log *l = NULL;
	struct sign_key *k = NULL;
	struct err_note note = {0};
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	if (strcmp(a[2], "-") != 0)
		OK(sign_key_load(a[2], a[3], NULL, &k, &note));
	int rc = audit_log_open(a[0], a[1], k ? sign_key_suite(k) : suite_by_name(suite), k, &l, &note);
	if (rc < 0) {
		fprintf(stderr, "%s: %s\n", err_name(rc), note.text);
		return 1;
	}
	while ((n = getline(&line, &cap, stdin)) > 0) {
		json_t *o = NULL;
		struct buf b;
		buf_init(&b, 65535);
		OK(json_parse(view_of(line, (size_t)n), 65535, &o, &note));
		json_object_set_new(o, "n", json_integer(audit_log_size(l)));
		OK(json_canon(o, &b));
		struct view v = buf_view(&b);
		OK(audit_log_append_lines(l, &v, 1));
		json_decref(o);
		buf_fini(&b);
	}
	if (k)
		OK(audit_log_checkpoint(l, NULL, NULL));
	audit_log_close(l);
	sign_key_free(k);
	free(line);
	return 0;
}

struct list {
	bool tail;
	const struct suite *suite;
	struct buf file;
	struct view head, e[AUDIT_TILE];
	size_t n;
};

static int keep(void *arg, struct view entry)
{
	struct list *l = arg;
	REQUIRE(l->n < AUDIT_TILE);
	l->e[l->n++] = entry;
	return 0;
}

static void list_read(struct list *l, const char *file)
{
	buf_init(&l->file, AUDIT_TAIL_MAX);
	OK(file_read(AT_FDCWD, file, AUDIT_TAIL_MAX, &l->file));
	struct view v = buf_view(&l->file), entry;
	size_t at = l->tail ? AUDIT_TAIL_HEAD : 0, used;
	l->head = view_of(v.p, at);
	if (!l->tail) {
		OK(audit_folder_entries(v, keep, l, &used));
		return;
	}
	for (struct digest leaf; audit_folder_tail_next(l->suite, v, &at, &entry, &leaf) == 1;)
		OK(keep(l, entry));
}

static void list_write(struct list *l, const char *file)
{
	struct buf b;
	buf_init(&b, AUDIT_TAIL_MAX);
	OK(buf_add_view(&b, l->head));
	for (size_t i = 0; i < l->n; i++) {
		struct digest leaf;
		merkle_leaf(l->suite, l->e[i], &leaf);
		size_t was = b.n;
		OK(audit_folder_tail_add(l->e[i], &leaf, &b));
		if (!l->tail)
			b.n = was + 2 + l->e[i].n;
	}
	OK(file_write(AT_FDCWD, file, 0600, buf_view(&b), "edit"));
	buf_fini(&b);
	buf_fini(&l->file);
}

static int edit(bool tail, const char *suite, char **a, int argc)
{
	struct list l = {.tail = tail, .suite = suite_by_name(suite)};
	list_read(&l, a[0]);
	size_t i = (size_t)atol(a[2]);
	REQUIRE(i < l.n);
	if (strcmp(a[1], "drop") == 0) {
		memmove(&l.e[i], &l.e[i + 1], (--l.n - i) * sizeof l.e[0]);
	} else if (strcmp(a[1], "swap") == 0 && argc > 3) {
		size_t k = (size_t)atol(a[3]);
		REQUIRE(k < l.n);
		struct view v = l.e[i];
		l.e[i] = l.e[k];
		l.e[k] = v;
	} else if (argc > 3) {
		l.e[i] = view_str(a[3]);
	}
	list_write(&l, a[0]);
	return 0;
}

static int tile_put(void *arg, int level, int64_t index, const struct digest *hashes)
{
	char path[AUDIT_PATH];
	audit_folder_level(level, index, path);
	return file_write(*(int *)arg, path, 0600, view_of(hashes, AUDIT_TILE * sizeof *hashes), "forge");
}

static int forge(const char *dir)
{
	struct audit_folder_info info;
	struct audit_tiles t;
	int fd = -1;
	char path[AUDIT_PATH];
	OK(file_open_dir(dir, &fd));
	OK(audit_folder_info_read(fd, &info, NULL));
	OK(audit_tiles_init(&t, fd, info.suite));
	for (int64_t i = 0;; i++) {
		struct list l = {.suite = info.suite};
		size_t used;
		buf_init(&l.file, AUDIT_ENTRIES_MAX);
		audit_folder_path("entries", i, path);
		if (file_read(fd, path, AUDIT_ENTRIES_MAX, &l.file) < 0)
			break;
		OK(audit_folder_entries(buf_view(&l.file), keep, &l, &used));
		for (size_t k = 0; k < l.n; k++) {
			struct digest leaf;
			merkle_leaf(info.suite, l.e[k], &leaf);
			audit_tiles_add(&t, &leaf);
		}
		OK(audit_tiles_complete(&t, tile_put, &fd));
		audit_tiles_fold(&t);
		buf_fini(&l.file);
	}
	audit_tiles_fini(&t);
	return 0;
}

int main(int argc, char **argv)
{
	const char *suite = getenv("SUITE") ? getenv("SUITE") : "gm";
	if (argc >= 6 && strcmp(argv[1], "make") == 0)
		return make(argv + 2, argc > 6 ? argv[6] : suite);
	if (argc == 3 && strcmp(argv[1], "forge") == 0)
		return forge(argv[2]);
	if (argc >= 5 && (strcmp(argv[1], "tail") == 0 || strcmp(argv[1], "tile") == 0))
		return edit(argv[1][1] == 'a', suite, argv + 2, argc - 2);
	fprintf(stderr, "usage: see the source\n");
	return 2;
}
