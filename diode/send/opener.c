#include "diode/send/opener.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void opener_init(struct opener *o, const struct suite *s, unsigned symbol_max, unsigned k)
{
	*o = (struct opener){.suite = s, .symbol_max = symbol_max, .k = k};
	random_bytes(o->secret, sizeof o->secret);
}

/* A name, size and time of change never seen in this run give a fresh id nobody can foresee; the same ones
 * give the same, so that a repeat completes what an earlier pass began. */
static struct frame_id id_of(const struct opener *o, const char *name, const struct stat *st)
{
	char what[FRAME_NAME_MAX + 160];
	struct digest d;
	struct frame_id id;
	int n = snprintf(what, sizeof what, "%llu %llu %lld %lld.%09ld %s", (unsigned long long)st->st_dev,
		(unsigned long long)st->st_ino, (long long)st->st_size, (long long)st->st_mtim.tv_sec,
		st->st_mtim.tv_nsec, name);
	REQUIRE(n > 0 && (size_t)n < sizeof what);
	mac_of(o->suite, view_of(o->secret, sizeof o->secret), view_of(what, (size_t)n), &d);
	memcpy(id.b, d.b, sizeof id.b);
	return id;
}

static int describe(const char *name, enum frame_type type, const struct stat *st, struct frame_meta *m,
	struct err_note *note)
{
	*m = (struct frame_meta){.type = type,
		.mode = (uint16_t)(st->st_mode & 0777),
		.mtime = st->st_mtim.tv_sec * INT64_C(1000000000) + st->st_mtim.tv_nsec};
	if (!frame_meta_name_ok(name))
		return err_set(
			note, ERR_MEMBER, "%s: this name cannot travel (see diode-send(1), NAMES)", name);
	snprintf(m->name, sizeof m->name, "%s", name);
	return 0;
}

int opener_file(const struct opener *o, int dirfd, const char *base, const char *name, struct outgoing **out,
	struct err_note *note)
{
	struct stat st;
	struct frame_meta m;
	int fd = openat(dirfd, base, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 && errno == ELOOP)
		return err_set(note, ERR_MEMBER, "%s: a symbolic link is not sent", name);
	if (fd < 0)
		return err_set(note, err_from_errno(errno), "%s: %s", name, strerror(errno));
	int err = fstat(fd, &st) != 0 ? err_set(note, err_from_errno(errno), "%s: %s", name, strerror(errno))
				      : 0;
	if (err == 0 && !S_ISREG(st.st_mode))
		err = err_set(note, ERR_MEMBER, "%s: not a regular file", name);
	if (err == 0)
		err = describe(name, FRAME_FILE, &st, &m, note);
	if (err != 0) {
		close(fd);
		return err;
	}
	struct frame_id id = id_of(o, name, &st);
	err = outgoing_open_file_take(&m, &id, fd, o->symbol_max, o->k, out);
	return err == 0 ? 0 : err_set(note, err, "%s: %s", name, err_text(err));
}

int opener_folder(
	const struct opener *o, int fd, const char *name, struct outgoing **out, struct err_note *note)
{
	struct stat st;
	struct frame_meta m;
	if (fstat(fd, &st) != 0)
		return err_set(note, err_from_errno(errno), "%s: %s", name, strerror(errno));
	int err = describe(name, FRAME_FOLDER, &st, &m, note);
	if (err != 0)
		return err;
	struct frame_id id = id_of(o, name, &st);
	err = outgoing_open_file_take(&m, &id, -1, o->symbol_max, o->k, out);
	return err == 0 ? 0 : err_set(note, err, "%s: %s", name, err_text(err));
}

int opener_pipe(
	const struct opener *o, int fd, const char *name, struct outgoing **out, struct err_note *note)
{
	struct stat st = {.st_mode = 0644};
	struct frame_meta m;
	int64_t now = time_now_ms();
	st.st_mtim = (struct timespec){.tv_sec = now / 1000, .tv_nsec = now % 1000 * 1000000};
	int err = describe(name, FRAME_PIPE, &st, &m, note);
	if (err != 0)
		return err;
	struct frame_id id;
	random_bytes(id.b, sizeof id.b);
	err = outgoing_open_pipe(&m, &id, fd, o->symbol_max, o->k, out);
	return err == 0 ? 0 : err_set(note, err, "%s: %s", name, err_text(err));
}
