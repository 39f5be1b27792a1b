#include "burner/ferry/landing.h"

#include "common/log/log.h"
#include "common/os/file.h"
#include "common/os/listing.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Those of every disc: one import runs at a time. */
static int leftovers_remove(int into)
{
	struct listing l;
	int rc = listing_open(into, ".", &l);
	for (const struct dirent *e; rc == 0 && (e = listing_next(&l));)
		if (e->d_name[0] == '.' && disc_id_ok(e->d_name + 1))
			rc = listing_remove(into, e->d_name);
	return listing_close(&l, rc);
}

int landing_begin(struct landing *l, const char *disc, struct err_note *note)
{
	landing_end(l);
	int rc = leftovers_remove(l->into);
	(void)snprintf(l->name, sizeof l->name, ".%s", disc);
	if (rc == 0 && mkdirat(l->into, l->name, 0750) < 0)
		rc = err_from_errno(errno);
	if (rc == 0 && (l->fd = openat(l->into, l->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		rc = err_from_errno(errno);
	return rc < 0 ? err_set(note, rc, "disc %s: its bundles cannot be laid down", disc) : 0;
}

int landing_publish(struct landing *l, const struct disc *d, struct err_note *note)
{
	char name[DISC_ID + DISC_NAME_MAX + 1];
	int rc = syncfs(l->fd) < 0 ? err_from_errno(errno) : 0;
	for (size_t i = 0; rc == 0 && i < d->n; i++) {
		(void)snprintf(name, sizeof name, "%s.%s", d->id, d->files[i].name);
		rc = file_rename(l->fd, d->files[i].name, l->into, name, "import.bundle");
		if (rc == ERR_EXISTS) /* by an import that was cut off */
			rc = 0;
	}
	if (rc == 0)
		rc = file_fsync_dir(l->into, "import.folder");
	return rc < 0 ? err_set(note, rc, "disc %s: its bundles cannot be published", d->id) : 0;
}

void landing_end(struct landing *l)
{
	if (l->fd < 0)
		return;
	int rc = listing_remove(l->into, l->name);
	if (rc < 0)
		log_error("landing", "reason=%s what=\"%s stays\"", err_name(rc), l->name);
	close(l->fd);
	l->fd = -1;
}
