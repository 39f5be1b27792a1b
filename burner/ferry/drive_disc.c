/* Disc drives, by xorriso: it sees its drive, the image and its own libraries, and no network. */
#include "burner/ferry/drive.h"

#include "common/os/proc.h"
#include "common/os/sandbox.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 2048
#define LOOK_MS 120000
#define BURN_MS (4 * 3600 * 1000) /* a BD at single speed */
#define SAID_MAX (1 << 20)
#define ARGS_MAX 12

struct job {
	const char *program, *drive, *image; /* image NULL: none */
};

static int confine(void *arg)
{
	const struct job *j = arg;
	const char *const programs[] = {j->program, "/lib", "/lib64", "/usr/lib", "/usr/lib64"};
	const struct sandbox_path paths[] = {{.path = j->drive, .write = true},
		{.path = j->image ? j->image : j->drive, .write = !j->image},
		{.path = "/dev/null", .write = true}, {.path = "/etc/ld.so.cache"}, {.path = "/usr/share"},
		{.path = "/sys/class/block"}};
	return sandbox_program(
		paths, sizeof paths / sizeof *paths, programs, sizeof programs / sizeof *programs);
}

/* Where it is installed; the first of PATH that can be run. */
static int program_find(char out[static 4096])
{
	const char *path = getenv("PATH");
	for (const char *p = path ? path : "/usr/bin"; *p;) {
		size_t n = strcspn(p, ":");
		(void)snprintf(out, 4096, "%.*s/xorriso", (int)n, p);
		if (p[0] == '/' && access(out, X_OK) == 0)
			return 0;
		p += n + (p[n] == ':');
	}
	return ERR_NOTFOUND;
}

/* What it said goes to `said`; its exit code. */
static int xorriso(const struct drive *d, const char *image, const char *const *args, int timeout_ms,
	struct buf *said, struct err_note *note)
{
	char program[4096];
	const char *argv[ARGS_MAX + 1] = {program};
	struct job j = {.program = program, .drive = d->path, .image = image};
	int status = 0;
	buf_init(said, SAID_MAX);
	int rc = program_find(program);
	for (size_t i = 0; args[i]; i++) {
		REQUIRE(i + 2 < sizeof argv / sizeof *argv);
		argv[i + 1] = args[i];
	}
	if (rc == 0)
		rc = proc_run_confined(argv, view_of(NULL, 0), timeout_ms, confine, &j, said, said, &status);
	return rc < 0 ? err_set(note, rc, "xorriso: %s", err_text(rc)) : status;
}

/* The last line that tells of a failure. */
static void failure_of(const struct buf *said, char out[static 160])
{
	(void)snprintf(out, 160, "no reason given");
	for (const char *p = said->n ? (const char *)said->p : ""; (p = strstr(p, " : ")); p++)
		if (strncmp(p, " : FAILURE : ", 13) == 0 || strncmp(p, " : SORRY : ", 11) == 0 ||
			strncmp(p, " : FATAL : ", 11) == 0) {
			const char *text = strchr(p + 3, ':') + 2;
			(void)snprintf(out, 160, "%.*s", (int)strcspn(text, "\n"), text);
		}
}

static bool said_of(const struct buf *said, const char *text)
{
	return said->n && strstr((const char *)said->p, text);
}

int drive_disc_ready(const struct drive *d, int64_t bytes, struct err_note *note)
{
	static const char space[] = "Media space  : ";
	const char *const args[] = {"-no_rc", "-outdev", d->name, "-tell_media_space", NULL};
	struct buf said;
	char why[160];
	int rc = xorriso(d, NULL, args, LOOK_MS, &said, note);
	failure_of(&said, why);
	const char *room = said.n ? strstr((const char *)said.p, space) : NULL;
	long long sectors = room ? strtoll(room + sizeof space - 1, NULL, 10) : 0;
	if (rc > 0)
		rc = err_set(note, ERR_NOTFOUND, "drive %.60s: %.150s", d->name, why);
	else if (rc == 0 && !said_of(&said, "Media status : is blank"))
		rc = err_set(note, ERR_REFUSED, "drive %.100s: its medium is not blank", d->name);
	else if (rc == 0 && sectors * SECTOR < bytes)
		rc = err_set(note, ERR_LIMIT, "drive %.100s: room for %lld sectors of %lld", d->name, sectors,
			(long long)(bytes / SECTOR));
	buf_fini(&said);
	return rc;
}

int drive_disc_write(const struct drive *d, const char *image, struct err_note *note)
{
	char dev[220], why[160];
	(void)snprintf(dev, sizeof dev, "dev=%s", d->name);
	const char *const args[] = {"-no_rc", "-abort_on", "SORRY", "-as", "cdrecord", dev, image, NULL};
	struct buf said;
	int rc = xorriso(d, image, args, BURN_MS, &said, note);
	failure_of(&said, why);
	buf_fini(&said);
	return rc > 0 ? err_set(note, ERR_IO, "drive %.60s: %.150s", d->name, why) : rc;
}

int drive_disc_erase(const struct drive *d, struct err_note *note)
{
	const char *const args[] = {
		"-no_rc", "-abort_on", "SORRY", "-outdev", d->name, "-blank", "all", NULL};
	struct buf said;
	char why[160];
	int rc = xorriso(d, NULL, args, BURN_MS, &said, note);
	failure_of(&said, why);
	buf_fini(&said);
	return rc > 0 ? err_set(note, ERR_REFUSED, "drive %.60s: %.150s", d->name, why) : rc;
}
