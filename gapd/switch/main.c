/* gapd-switch: starts the two halves, each with one descriptor, and stands between them. When one of the
 * three ends, all end; the supervisor starts them anew, and nothing is lost: a bundle leaves a spool only
 * after the other side's is durable. */
#include "common/base/version.h"
#include "common/config/config.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/proc.h"
#include "common/os/sandbox.h"
#include "gapd/switch/relay.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HALF_FD 3
#define END_MS 20000 /* the halves finish what they are doing */

struct settings {
	char *outer, *outer_conf, *inner, *inner_conf, *user;
	int64_t slot, bundle_max;
};
#define AT(field) offsetof(struct settings, field)
static const struct config_field TABLE[] = {
	{"outer.program", CONFIG_STR, AT(outer), false, "gapd-outer", 0, 0, "program of the outer half"},
	{"outer.config", CONFIG_PATH, AT(outer_conf), true, NULL, 0, 0, "its configuration"},
	{"inner.program", CONFIG_STR, AT(inner), false, "gapd-inner", 0, 0, "program of the inner half"},
	{"inner.config", CONFIG_PATH, AT(inner_conf), true, NULL, 0, 0, "its configuration"},
	{"user", CONFIG_STR, AT(user), false, "", 0, 0,
		"user to become when started by root; the halves have their own"},
	{"slot", CONFIG_TIME, AT(slot), false, "5ms", 1, 1000,
		"how long the switch stays with a side that says nothing"},
	{"bundle_max", CONFIG_SIZE, AT(bundle_max), false, "513M", 1 << 20, INT64_C(5) << 30,
		"largest set of records copied; above the halves' bundle_max"},
	{NULL, CONFIG_STR, 0, false, NULL, 0, 0, NULL},
};

static int help(void)
{
	printf("usage: gapd-switch -c FILE [--check]\n\nThe switch of the guard 双向网闸. Starts gapd-outer "
	       "and gapd-inner.\n\n"
	       "  -c FILE  configuration; --check only reads it\n      --help, --version\n\nConfiguration "
	       "keys:\n");
	for (const struct config_field *f = TABLE; f->key; f++)
		printf("  %-16s %s\n", f->key, f->doc);
	return 0;
}

/* life: the writing end of a pipe that closes when the half ends. */
static int half_start(const char *program, const char *config, int *socket, int life)
{
	extern char **environ;
	char fd_text[8];
	int pair[2];
	posix_spawn_file_actions_t a;
	pid_t pid;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return log_errno("socketpair", program);
	snprintf(fd_text, sizeof fd_text, "%d", HALF_FD);
	char *const argv[] = {(char *)(uintptr_t)program, (char *)(uintptr_t) "-c", (char *)(uintptr_t)config,
		(char *)(uintptr_t) "--fd", fd_text, NULL};
	int rc = posix_spawn_file_actions_init(&a) ? ERR_NOMEM : 0;
	if (rc == 0 && (posix_spawn_file_actions_adddup2(&a, pair[1], HALF_FD) ||
			       posix_spawn_file_actions_adddup2(&a, life, HALF_FD + 1)))
		rc = ERR_NOMEM;
	if (rc == 0 && (errno = posix_spawnp(&pid, program, &a, NULL, argv, environ)) != 0)
		rc = log_errno("start", program);
	posix_spawn_file_actions_destroy(&a);
	close(pair[1]);
	if (rc < 0)
		close(pair[0]);
	else
		*socket = pair[0];
	return rc;
}

/* Descriptors 3 and 4 are what the halves get: nothing of ours may lie there. */
static int low_descriptors_hold(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= HALF_FD + 1);
	if (fd < 0)
		return log_errno("descriptors", "/dev/null");
	close(fd);
	return 0;
}

static int run(const struct settings *s, struct err_note *note)
{
	struct relay_settings r = {
		.outer = -1, .inner = -1, .stop_fd = -1, .slot_ms = s->slot, .bundle_max = s->bundle_max};
	int life[2] = {-1, -1};
	bool applied = false, net = false;
	proc_no_dump();
	int rc = low_descriptors_hold();
	if (rc == 0 && pipe2(life, O_CLOEXEC) < 0)
		rc = log_errno("pipe", "life");
	if (rc == 0)
		rc = half_start(s->outer, s->outer_conf, &r.outer, life[1]);
	if (rc == 0)
		rc = half_start(s->inner, s->inner_conf, &r.inner, life[1]);
	if (life[1] >= 0)
		close(life[1]);
	if (rc == 0)
		rc = proc_stop_fd(&r.stop_fd);
	if (rc == 0)
		rc = sandbox_net(&net);
	if (rc == 0)
		rc = sandbox_user(s->user);
	if (rc == 0)
		rc = sandbox_paths(NULL, 0, &applied);
	if (rc == 0)
		rc = sandbox_calls(SANDBOX_FILES);
	rc = rc < 0 ? err_set(note, rc, "start: %s", err_text(rc)) : relay_run(&r, note);
	if (r.outer >= 0)
		close(r.outer);
	if (r.inner >= 0)
		close(r.inner);
	/* Readable at its end: both are gone. */
	struct pollfd p = {life[0], POLLIN, 0};
	if (life[0] >= 0 && poll(&p, 1, END_MS) == 0)
		log_warn("stop", "a half does not end");
	return rc;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"config", required_argument, NULL, 'c'},
		{"check", no_argument, NULL, 'k'}, {"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'}, {NULL, 0, NULL, 0}};
	struct settings s = {NULL};
	struct err_note note = {0};
	const char *file = NULL;
	bool check = false;
	log_init("gapd-switch");
	fault_init("gapd-switch");
	for (int c; (c = getopt_long(argc, argv, "c:", options, NULL)) != -1;)
		switch (c) {
		case 'c':
			file = optarg;
			break;
		case 'k':
			check = true;
			break;
		case 'h':
			return help();
		case 'v':
			printf("gapd-switch %s\n", SW_VERSION);
			return 0;
		default:
			file = NULL;
			optind = argc;
			break;
		}
	if (!file || optind != argc) {
		fprintf(stderr, "usage: gapd-switch -c FILE [--check]\n");
		return 2;
	}
	int rc = config_load(file, TABLE, &s, &note);
	int code = rc < 0 ? 2 : 0;
	if (rc == 0 && !check) {
		rc = run(&s, &note);
		code = rc < 0 ? 1 : 0;
	}
	if (rc < 0)
		log_refusal(&note);
	config_free_fields(TABLE, &s);
	return code;
}
