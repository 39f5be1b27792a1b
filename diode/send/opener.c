#include "diode/send/opener.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Name, size and time of change are the object: unchanged, it has the same id in each pass and in each run,
 * so that a repeat completes what an earlier one began. */
static struct frame_object id_of(const struct opener *o, const struct frame_meta *m, off_t size)
{
	char what[FRAME_NAME_MAX + 96];
	struct frame_object id;
	int n = snprintf(what, sizeof what, "%c %d %o %lld %lld %s", m->type, m->digest, m->mode,
		(long long)size, (long long)m->mtime, m->name);
	REQUIRE(n > 0 && (size_t)n < sizeof what);
	frame_key_object(o->key, view_of(what, (size_t)n), &id);
	return id;
}

static int describe(const struct opener *o, const char *name, enum frame_type type, const struct stat *st,
	struct frame_meta *m, struct err_note *note)
{
	*m = (struct frame_meta){.type = type,
		.mode = (uint16_t)(st->st_mode & 0777),
		.mtime = st->st_mtim.tv_sec * INT64_C(1000000000) + st->st_mtim.tv_nsec,
		.digest = o->digest && type != FRAME_FOLDER};
	if (!frame_meta_name_ok(name))
		return err_set(
			note, ERR_MEMBER, "%s: this name cannot travel (see diode-send(1), NAMES)", name);
	snprintf(m->name, sizeof m->name, "%s", name);
	return 0;
}

static struct outgoing_options options(
	const struct opener *o, const struct frame_meta *m, const struct stat *st, struct frame_object id)
{
	return (struct outgoing_options){
		.meta = m, .st = st, .id = id, .suite = o->suite, .symbol_max = o->symbol_max, .k = o->k};
}

/* fd is taken. Of what is to be sent again only what is listed, and of that only what is missing. */
static int open_take(const struct opener *o, struct outgoing_options *opt, int fd, const char *name,
	struct outgoing **out, struct err_note *note)
{
	struct outgoing *got = NULL;
	if (o->again != NULL && !again_wants(o->again, &opt->id)) {
		if (fd >= 0)
			close(fd);
		return ERR_BUSY;
	}
	bool narrow = o->again != NULL && again_measures(o->again, opt);
	int err = outgoing_open_file_take(opt, fd, &got);
	if (err == 0 && narrow)
		err = again_narrow(o->again, got);
	if (err != 0) {
		outgoing_free(got);
		return err_set(note, err, "%s: %s", name, err_text(err));
	}
	*out = got;
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
		err = describe(o, name, FRAME_FILE, &st, &m, note);
	if (err != 0) {
		close(fd);
		return err;
	}
	struct outgoing_options opt = options(o, &m, &st, id_of(o, &m, st.st_size));
	return open_take(o, &opt, fd, name, out, note);
}

int opener_folder(
	const struct opener *o, int fd, const char *name, struct outgoing **out, struct err_note *note)
{
	struct stat st;
	struct frame_meta m;
	if (fstat(fd, &st) != 0)
		return err_set(note, err_from_errno(errno), "%s: %s", name, strerror(errno));
	int err = describe(o, name, FRAME_FOLDER, &st, &m, note);
	if (err != 0)
		return err;
	struct outgoing_options opt = options(o, &m, NULL, id_of(o, &m, 0));
	return open_take(o, &opt, -1, name, out, note);
}

int opener_pipe(
	const struct opener *o, int fd, const char *name, struct outgoing **out, struct err_note *note)
{
	struct stat st = {.st_mode = 0644};
	struct frame_meta m;
	int64_t now = time_now_ms();
	st.st_mtim = (struct timespec){.tv_sec = now / 1000, .tv_nsec = now % 1000 * 1000000};
	int err = describe(o, name, FRAME_PIPE, &st, &m, note);
	if (err != 0)
		return err;
	struct frame_object id;
	random_bytes(id.b, sizeof id.b);
	struct outgoing_options opt = options(o, &m, NULL, id);
	err = outgoing_open_pipe(&opt, fd, out);
	return err == 0 ? 0 : err_set(note, err, "%s: %s", name, err_text(err));
}
