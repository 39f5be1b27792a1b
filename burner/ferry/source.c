#include "burner/ferry/source.h"

#include "burner/ferry/drive.h"
#include "common/base/json.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Names from outside stand in logs. */
static const char *plain_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	json_t *utf8 = strlen(name) <= 200 ? json_string(name) : NULL;
	json_decref(utf8);
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p < ' ')
			return "-";
	return utf8 && *name ? name : "-";
}

/* A file in a folder below /dev, as of a memory disk, is an image like any other. */
static bool is_drive(const char *image)
{
	struct stat st;
	return drive_named(image) && !(stat(image, &st) == 0 && S_ISREG(st.st_mode));
}

int source_open(const char *image, struct source *out, struct err_note *note)
{
	struct drive d = {.path = image};
	struct stat st;
	bool drive = is_drive(image);
	int rc = drive ? drive_find(image, &d, note) : 0;
	if (rc < 0)
		return rc;
	int fd = open(d.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_set(note, err_from_errno(errno), "%.150s: cannot be opened", image);
	bool on_stick = !drive && fstat(fd, &st) == 0 && drive_removable("/sys", st.st_dev);
	*out = (struct source){.fd = fd,
		.name = drive ? image : plain_name(image),
		.drive = drive ? image : NULL,
		.stick = drive ? d.kind == DRIVE_STICK : on_stick};
	return 0;
}

void source_close(struct source *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

int source_allowed(const struct source *s, const struct policy *p, struct err_note *note)
{
	if (s->stick && !p->sticks)
		return err_set(note, ERR_REFUSED, "%.100s: media other than discs are not allowed", s->name);
	return policy_drive(p, s->drive, false, note);
}

int source_medium(const struct source *s, int tmp, struct medium **out, struct err_note *note)
{
	int rc = medium_new(s->fd, tmp, NULL, out, note);
	if (rc == 0 && s->drive)
		medium_is_drive(*out);
	return rc;
}
