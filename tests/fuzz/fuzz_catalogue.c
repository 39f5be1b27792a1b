/* A catalogue of message types (YAML), and behind a NUL byte a message that is checked by it; without one, by
 * the catalogue that is shipped. */
#include "common/message/catalogue.h"
#include "common/os/file.h"
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct catalogue *shipped;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	REQUIRE(catalogue_load("conf/messages.yaml", &shipped, NULL) == 0);
	return 0;
}

static void check(const struct catalogue *c, struct view bytes)
{
	static const char *const routes[][2] = {
		{"gap", "internet"}, {"gap", "extranet"}, {"diode", "extranet"}, {"disc", "intranet"}};
	struct message m;
	struct err_note note = {0};
	if (message_decode(bytes, &m, NULL) == 0) {
		for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
			int err = catalogue_check(c, &m, routes[i][0], routes[i][1], &note);
			REQUIRE(err == 0 || err == note.err || err == ERR_NOMEM);
		}
		(void)catalogue_follows_refused(c, m.type);
		(void)catalogue_priority(c, m.type);
	}
	message_fini(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	size_t n = nul ? (size_t)(nul - data) : size;
	struct view message = nul ? view_of(nul + 1, size - n - 1) : view_of("", 0);
	struct catalogue *c = NULL;
	struct err_note note = {0};
	struct digest d;
	char path[64];
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	REQUIRE(fd >= 0 && file_write_all(fd, data, n) == 0);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	int err = catalogue_load(path, &c, &note);
	REQUIRE(err == 0 || (err == note.err && note.text[0]) || err == ERR_NOMEM);
	if (err == 0) {
		catalogue_digest(c, &d);
		check(c, message);
		catalogue_free(c);
	}
	check(shipped, message);
	(void)close(fd);
	return 0;
}
