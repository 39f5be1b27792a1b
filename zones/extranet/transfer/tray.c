#include "zones/extranet/transfer/tray.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "common/log/log.h"
#include "common/os/file.h"
#include "common/os/listing.h"
#include "common/os/taken.h"
#include "common/service/ask.h"
#include "zones/extranet/registry.h"
#include "zones/extranet/transfer/blanks.h"
#include "zones/extranet/transfer/graphics_sweep.h"
#include <unistd.h>

#define SCAN_MS 2000
#define BLANKS_ROUNDS 30 /* about a minute: blanks that were numbered by the command line */

struct tray {
	struct registry *r;
	pthread_t thread;
	int wake, watch;
	atomic_bool stop;
	bool poked; /* of the thread: somebody did something in the ledger */
};

/* For who finds it there: why. */
static void reason_write(int dir, const char *name, const struct err_note *why)
{
	char file[300], at[TIME_TEXT];
	struct buf b;
	time_text(time_now_ms(), at);
	(void)snprintf(file, sizeof file, "refused/%s.reason", name);
	buf_init(&b, 4096);
	json_t *o = json_pack("{s:s,s:s,s:s}", "at", at, "reason", err_name(why->err), "text", why->text);
	int rc = o ? json_canon(o, &b) : ERR_NOMEM;
	int fd = rc < 0 ? -1 : openat(dir, file, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (rc == 0)
		rc = fd < 0 ? err_from_errno(errno) : file_write_all(fd, b.p, b.n);
	if (fd >= 0)
		close(fd);
	if (rc < 0)
		log_error("tray", "file=\"%s\" error=%s", file, err_name(rc));
	json_decref(o);
	buf_fini(&b);
}

/* The image leaves the tray whatever the verdict: imported ones to done/, refused ones to refused/ beside it,
 * for the officer. Another one that was put under its name meanwhile is looked at next. */
static void image_put_away(int dir, const char *name, const struct taken_file *is, const struct err_note *why)
{
	const char *folder = why ? "refused" : "done";
	char to[300];
	if (mkdirat(dir, folder, 0770) < 0 && errno != EEXIST)
		log_errno("tray", folder);
	snprintf(to, sizeof to, "%s/%s", folder, name);
	if (why)
		reason_write(dir, name, why);
	int rc = taken_move(dir, name, dir, to, is, "tray.put-away");
	if (rc == ERR_EXISTS && (rc = file_unlink(dir, to, "tray.older")) == 0)
		rc = taken_move(dir, name, dir, to, is, "tray.put-away");
	if (rc < 0 && rc != ERR_CONFLICT)
		log_error("tray", "file=\"%s\" error=%s", name, err_name(rc));
}

/* Is it the disc that is wrong? Else the image waits in the tray for the next look. */
static bool is_verdict(int rc)
{
	return rc == ERR_APPROVAL ||
	       (err_fault(rc) == ERR_FAULT_PEER && rc != ERR_NOTFOUND && rc != ERR_USAGE);
}

static void image_import(struct tray *t, int dir, const char *name)
{
	const struct registry_config *c = t->r->config;
	struct err_note note = {0};
	json_t *answer = NULL;
	char path[4096], revoked[4096];
	struct stat st;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	const struct taken_file is = taken_file(&st);
	snprintf(path, sizeof path, "%s/%s", c->tray, name);
	snprintf(revoked, sizeof revoked, "%s/revoked", t->r->service->data_dir);
	const char *const argv[] = {c->burner, "import", path, "--json", "--trust", c->burner_ca, "--revoked",
		revoked, "--store", c->burner_store, "--into", c->disc_in, NULL};
	/* The program takes a folder that is not there for a mistake; here it comes with the first list. */
	int rc = file_mkdirs(revoked, 0700);
	if (rc == 0)
		rc = ask_program(argv, view_of(NULL, 0), &answer, &note);
	json_decref(answer);
	if (rc == 0)
		log_info("disc-imported", "file=\"%s\"", name);
	else
		log_warn("disc-refused", "file=\"%s\" reason=%s %s", name, err_name(rc), note.text);
	if (rc == 0 || is_verdict(rc))
		image_put_away(dir, name, &is, rc == 0 ? NULL : &note);
}

static bool is_image(const char *name)
{
	size_t n = strlen(name);
	return n > 4 && n < 200 && name[0] != '.' && strcmp(name + n - 4, ".iso") == 0;
}

static void tray_scan(struct tray *t)
{
	struct listing l;
	int rc = listing_path(t->r->config->tray, &l);
	for (const struct dirent *e; (e = listing_next(&l));)
		if (taken_aside(e->d_name))
			taken_back(dirfd(l.dir), e->d_name);
		else if (is_image(e->d_name))
			image_import(t, dirfd(l.dir), e->d_name);
	if (listing_close(&l, rc) < 0 && rc != ERR_NOTFOUND)
		log_warn("tray", "reason=%s what=\"the folder of discs cannot be listed\"", err_name(l.err));
}

static void *tray_run(void *arg)
{
	struct tray *t = arg;
	for (unsigned round = 0; !t->stop; round++) {
		tray_scan(t);
		graphics_sweep(t->r);
		if (t->poked || round % BLANKS_ROUNDS == 0)
			blanks_tell(t->r);
		t->poked = false;
		struct pollfd p[2] = {{t->wake, POLLIN, 0}, {t->watch, POLLIN, 0}};
		poll(p, 2, SCAN_MS);
		uint64_t n;
		if (p[0].revents && read(t->wake, &n, sizeof n) == (ssize_t)sizeof n)
			t->poked = true;
		char events[4096];
		if (p[1].revents && read(t->watch, events, sizeof events) < 0)
			continue;
	}
	return NULL;
}

void tray_poke(struct tray *t)
{
	const uint64_t one = 1;
	if (t)
		REQUIRE(write(t->wake, &one, sizeof one) == (ssize_t)sizeof one);
}

int tray_start(struct registry *r, struct tray **out)
{
	struct tray *t = calloc(1, sizeof *t);
	if (!t)
		return ERR_NOMEM;
	t->r = r;
	t->wake = eventfd(0, EFD_CLOEXEC);
	t->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	int rc = file_mkdirs(r->config->tray, 0770);
	if (rc == 0 && t->wake < 0)
		rc = ERR_IO;
	/* A folder that cannot be watched (a mount) is scanned every two seconds. */
	if (rc == 0 && t->watch >= 0 &&
		inotify_add_watch(t->watch, r->config->tray, IN_MOVED_TO | IN_CLOSE_WRITE) < 0)
		log_info("tray", "no notifications for this folder, scanning");
	if (rc == 0 && pthread_create(&t->thread, NULL, tray_run, t))
		rc = ERR_IO;
	if (rc < 0) {
		if (t->wake >= 0)
			close(t->wake);
		if (t->watch >= 0)
			close(t->watch);
		free(t);
		return rc;
	}
	*out = t;
	return 0;
}

void tray_stop(struct tray *t)
{
	if (!t)
		return;
	t->stop = true;
	tray_poke(t);
	pthread_join(t->thread, NULL);
	close(t->wake);
	if (t->watch >= 0)
		close(t->watch);
	free(t);
}
