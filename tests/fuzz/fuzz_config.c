/* config_load with a table of every type, and config_yaml_json: a file is taken whole or not at all, and a
 * refusal says where. */
#include "common/base/buf.h"
#include "common/config/config.h"
#include "common/os/file.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct all {
	char *name, *path;
	int64_t count, size, wait;
	bool on;
	struct config_list peers;
};
#define A(m) offsetof(struct all, m)
static const struct config_field table[] = {
	{"a", CONFIG_STR, A(name), true, NULL, 0, 0, "text"},
	{"b.p", CONFIG_PATH, A(path), false, "x", 0, 0, "path"},
	{"b.c.i", CONFIG_INT, A(count), false, "5", -10, 10, "number"},
	{"b.s", CONFIG_SIZE, A(size), false, "64K", 1, 1 << 30, "size"},
	{"t", CONFIG_TIME, A(wait), false, "10s", 0, 0, "time"},
	{"o", CONFIG_BOOL, A(on), false, "true", 0, 0, "whether"},
	{"l", CONFIG_LIST, A(peers), false, "a,b", 0, 0, "list"},
	{NULL, CONFIG_STR, 0, false, NULL, 0, 0, NULL},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void load(const char *file)
{
	struct err_note note = {0};
	struct all a, was;
	memset(&a, 0, sizeof a);
	was = a;
	int rc = config_load(file, table, &a, &note);
	if (rc < 0) {
		REQUIRE(rc == ERR_CONFIG && note.err == rc);
		REQUIRE(strncmp(note.text, file, strlen(file)) == 0);
		REQUIRE(memcmp(&a, &was, sizeof a) == 0);
		return;
	}
	REQUIRE(a.name && a.path && a.count >= -10 && a.count <= 10 && a.size >= 1 && a.size <= 1 << 30);
	REQUIRE(a.wait >= 0 && (a.peers.n == 0 || a.peers.v[a.peers.n - 1]));
	config_free_fields(table, &a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err_note note = {0};
	char file[64];
	json_t *v = NULL;
	int fd = memfd_create("config", MFD_CLOEXEC);
	REQUIRE(fd >= 0 && file_write_all(fd, data, size) == 0);
	snprintf(file, sizeof file, "/proc/self/fd/%d", fd);
	load(file);
	int rc = config_yaml_json(file, 1 << 16, &v, &note);
	if (rc == 0) {
		struct buf b;
		buf_init(&b, 6 * size + 16);
		/* every value is one that canonical JSON can carry */
		REQUIRE(json_canon(v, &b) == 0);
		buf_fini(&b);
	} else {
		REQUIRE(rc == ERR_SYNTAX && !v && note.text[0]);
	}
	json_decref(v);
	close(fd);
	return 0;
}
