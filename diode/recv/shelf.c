#include "diode/recv/shelf.h"
#include "common/base/id.h"
#include "common/base/json.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYNC_MAX 32 /* folders waiting for their sync */
#define FLAT_MAX 200
#define COMPARE 65536

struct shelf {
	struct shelf_options o;
	int fd, quarantine, home;
	mode_t umask;
	int why;            /* the last refusal */
	int sync[SYNC_MAX]; /* own descriptors */
	size_t sync_n;
};

/* The folder of the receiver itself: beside a spool's folder, else inside. */
static int open_home(struct shelf *s, struct err_note *note)
{
	const char *name = s->o.spool ? "../" FRAME_STATE : FRAME_STATE;
	if (mkdirat(s->fd, name, 0700) != 0 && errno != EEXIST)
		return err_set(note, err_from_errno(errno), "%s/%s: %s", s->o.path, name, strerror(errno));
	s->home = openat(s->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return s->home >= 0
		       ? 0
		       : err_set(note, err_from_errno(errno), "%s/%s: %s", s->o.path, name, strerror(errno));
}

int shelf_open(const struct shelf_options *o, struct shelf **out, struct err_note *note)
{
	struct shelf *s = calloc(1, sizeof *s);
	if (s == NULL)
		return err_set(note, ERR_NOMEM, "folder");
	s->o = *o;
	s->fd = s->quarantine = s->home = -1;
	s->umask = umask(077);
	umask(s->umask);
	int err = file_open_dir(o->path, &s->fd);
	if (err != 0)
		err_set(note, err, "%s: %s", o->path, err_text(err));
	if (err == 0 && o->spool) {
		s->quarantine = openat(s->fd, "../quarantine", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (s->quarantine < 0)
			err = err_set(note, err_from_errno(errno), "%s/../quarantine: %s", o->path,
				strerror(errno));
	}
	if (err == 0)
		err = open_home(s, note);
	if (err != 0) {
		shelf_close(s);
		return err;
	}
	*out = s;
	return 0;
}

void shelf_close(struct shelf *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->sync_n; i++)
		close(s->sync[i]);
	if (s->fd >= 0)
		close(s->fd);
	if (s->quarantine >= 0)
		close(s->quarantine);
	if (s->home >= 0)
		close(s->home);
	free(s);
}

int shelf_home(const struct shelf *s)
{
	return s->home;
}

int shelf_why(const struct shelf *s)
{
	return s->why;
}

int shelf_sync(struct shelf *s)
{
	int err = 0;
	for (size_t i = 0; i < s->sync_n; i++) {
		int one = file_fsync_dir(s->sync[i], "diode-recv.dir");
		err = err != 0 ? err : one;
		close(s->sync[i]);
	}
	s->sync_n = 0;
	return err;
}

/* Remembers a folder for the next sync. */
static int touch(struct shelf *s, int dirfd)
{
	struct stat st, other;
	if (fstat(dirfd, &st) != 0)
		return err_from_errno(errno);
	for (size_t i = 0; i < s->sync_n; i++)
		if (fstat(s->sync[i], &other) == 0 && other.st_ino == st.st_ino && other.st_dev == st.st_dev)
			return 0;
	if (s->sync_n == SYNC_MAX) {
		int err = shelf_sync(s);
		if (err != 0)
			return err;
	}
	int fd = fcntl(dirfd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return err_from_errno(errno);
	s->sync[s->sync_n++] = fd;
	return 0;
}

/* Opens the folder of the first n bytes of path below the shelf, making what is missing; no link is followed.
 * ERR_EXISTS: something else has that name. */
static int open_below(struct shelf *s, const char *path, size_t n, int *out)
{
	char part[256];
	int fd = fcntl(s->fd, F_DUPFD_CLOEXEC, 0), err = fd < 0 ? err_from_errno(errno) : 0;
	for (size_t at = 0; err == 0 && at < n;) {
		size_t len = strcspn(path + at, "/");
		REQUIRE(len > 0 && len < sizeof part);
		memcpy(part, path + at, len);
		part[len] = 0;
		fault_point("diode-recv.mkdir.before");
		if (mkdirat(fd, part, 0777) == 0)
			err = touch(s, fd);
		else if (errno != EEXIST)
			err = err_from_errno(errno);
		fault_point("diode-recv.mkdir.after");
		int below = err == 0 ? openat(fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
		if (err == 0 && below < 0)
			err = errno == ENOTDIR || errno == ELOOP ? ERR_EXISTS : err_from_errno(errno);
		if (fd >= 0)
			close(fd);
		fd = below;
		at += len + 1;
	}
	if (err != 0) {
		if (fd >= 0)
			close(fd);
		return err;
	}
	*out = fd;
	return 0;
}

static bool same_bytes(int a, int b, off_t size)
{
	uint8_t *x = malloc(2 * COMPARE);
	bool same = x != NULL;
	for (off_t at = 0; same && at < size;) {
		size_t n = size - at < COMPARE ? (size_t)(size - at) : COMPARE;
		same = pread(a, x, n, at) == (ssize_t)n && pread(b, x + COMPARE, n, at) == (ssize_t)n &&
		       memcmp(x, x + COMPARE, n) == 0;
		at += (off_t)n;
	}
	free(x);
	return same;
}

/* Whether the name holds exactly the new file's bytes. */
static bool is_same(int dirfd, const char *base, int fd)
{
	struct stat old, new;
	int was = openat(dirfd, base, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	bool same = was >= 0 && fstat(was, &old) == 0 && fstat(fd, &new) == 0 && S_ISREG(old.st_mode) &&
		    old.st_size == new.st_size &&same_bytes(was, fd, new.st_size);
	if (was >= 0)
		close(was);
	return same;
}

static bool flat_ok(const char *name)
{
	size_t n = strlen(name);
	return n > 4 && n <= FLAT_MAX && name[0] != '.' && strcmp(name + n - 4, ".swb") == 0 &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

/* Keeps a refused object with its reason, under its name where that can be one, else under its id. */
static int keep_aside(
	struct shelf *s, struct parcel *f, const char *name, const struct frame_object *id, int why)
{
	char as[FLAT_MAX + 16], path[2 * FLAT_MAX], at[TIME_TEXT];
	struct buf id_text, reason;
	struct stat st;
	if (s->quarantine < 0 || f == NULL)
		return 0;
	buf_init(&id_text, 64);
	buf_init(&reason, 4096);
	int err = hex_add(&id_text, view_of(id->b, sizeof id->b));
	if (err == 0 && fstat(parcel_fd(f), &st) != 0)
		err = err_from_errno(errno);
	time_text(time_now_ms(), at);
	if (err == 0)
		err = buf_addf(&reason,
			"{\"at\":\"%s\",\"reason\":\"%s\",\"size\":%lld,\"text\":\"diode object %s: %s\"}\n",
			at, err_name(why), (long long)st.st_size, (const char *)id_text.p, err_text(why));
	int taken = ERR_EXISTS;
	for (unsigned n = 0; err == 0 && taken == ERR_EXISTS && n < 1000; n++) {
		snprintf(as, sizeof as, "%s", flat_ok(name) ? name : (const char *)id_text.p);
		if (n > 0)
			snprintf(as + strlen(as), sizeof as - strlen(as), ".%u", n);
		taken = parcel_publish(f, s->quarantine, as, "diode-recv.quarantine");
	}
	err = err != 0 ? err : taken;
	if (err == 0) {
		snprintf(path, sizeof path, "%s.reason", as);
		err = file_write(s->quarantine, path, 0640, buf_view(&reason), "diode-recv.reason");
	}
	if (err == 0)
		err = touch(s, s->quarantine);
	buf_fini(&id_text);
	buf_fini(&reason);
	return err;
}

static int refuse(struct shelf *s, struct parcel *f, const struct frame_meta *m,
	const struct frame_object *id, int why, enum shelf_result result, enum shelf_result *out)
{
	log_error("object-refused", "reason=%s name=\"%s\" kept=%s", err_name(why), m->name,
		s->quarantine >= 0 ? "quarantine" : "no");
	int err = keep_aside(s, f, m->name, id, why);
	if (err != 0)
		return err;
	*out = result;
	s->why = why;
	return 0;
}

/* The new bytes take the place of the old ones at once. */
static int replace(struct parcel *f, int parent, const char *base)
{
	char tmp[40];
	uint64_t r;
	random_bytes(&r, sizeof r);
	snprintf(tmp, sizeof tmp, "tmp.%016llx", (unsigned long long)r);
	int err = parcel_publish(f, parent, tmp, "diode-recv.publish");
	if (err != 0)
		return err;
	err = file_replace(parent, tmp, base, "diode-recv.replace");
	if (err != 0)
		(void)!unlinkat(parent, tmp, 0);
	return err;
}

static void dress(const struct shelf *s, int fd, const struct frame_meta *m)
{
	int64_t second = INT64_C(1000000000), ns = (m->mtime % second + second) % second;
	struct timespec t[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = (m->mtime - ns) / second, .tv_nsec = ns}};
	if (fchmod(fd, (mode_t)(m->mode | 0600) & 0777 & ~s->umask) != 0 || futimens(fd, t) != 0)
		log_debug("dress", "mode or time of a file not set: %s", strerror(errno));
}

static int publish_file(struct shelf *s, struct parcel *f, const struct frame_meta *m,
	const struct frame_object *id, int parent, enum shelf_result *out)
{
	const char *slash = strrchr(m->name, '/'), *base = slash != NULL ? slash + 1 : m->name;
	dress(s, parcel_fd(f), m);
	int err = parcel_publish(f, parent, base, "diode-recv.publish");
	if (err == ERR_EXISTS) {
		if (is_same(parent, base, parcel_fd(f))) {
			*out = SHELF_SAME;
			return 0;
		}
		if (!s->o.replace)
			return refuse(s, f, m, id, ERR_FORK, SHELF_FORK, out);
		err = replace(f, parent, base);
		if (err == ERR_EXISTS) /* a folder has that name */
			return refuse(s, f, m, id, ERR_EXISTS, SHELF_REFUSED, out);
	}
	if (err == 0)
		err = touch(s, parent);
	if (err == 0)
		*out = SHELF_NEW;
	return err;
}

int shelf_publish(struct shelf *s, struct parcel *f, const struct frame_meta *m,
	const struct frame_object *id, enum shelf_result *out)
{
	int parent = -1;
	if (!frame_meta_name_ok(m->name) || (s->o.spool && (!flat_ok(m->name) || m->type == FRAME_FOLDER)))
		return refuse(s, f, m, id, ERR_MEMBER, SHELF_REFUSED, out);
	const char *slash = strrchr(m->name, '/');
	size_t n = m->type == FRAME_FOLDER ? strlen(m->name) : slash != NULL ? (size_t)(slash - m->name) : 0;
	int err = open_below(s, m->name, n, &parent);
	if (err == ERR_EXISTS)
		return refuse(s, f, m, id, ERR_EXISTS, SHELF_REFUSED, out);
	if (err != 0)
		return err;
	if (m->type == FRAME_FOLDER)
		*out = SHELF_NEW;
	else
		err = publish_file(s, f, m, id, parent, out);
	close(parent);
	return err;
}

int shelf_refuse(
	struct shelf *s, struct parcel *f, const struct frame_meta *m, const struct frame_object *id, int why)
{
	enum shelf_result r;
	return refuse(s, f, m, id, why, SHELF_REFUSED, &r);
}
