#include "diode/recv/parcel.h"
#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct parcel {
	int home;
	struct file_new *fresh; /* or: */
	int fd;                 /* of the kept one */
	char name[64];          /* of the kept one; "" once it has another or is to stay */
};

int parcel_new(int home, struct parcel **out)
{
	struct parcel *p = calloc(1, sizeof *p);
	if (p == NULL)
		return ERR_NOMEM;
	p->home = home;
	p->fd = -1;
	int err = file_new_open(home, 0600, &p->fresh);
	if (err != 0) {
		free(p);
		return err;
	}
	*out = p;
	return 0;
}

int parcel_resume(int home, const char *name, struct parcel **out)
{
	struct stat st;
	struct parcel *p = calloc(1, sizeof *p);
	if (p == NULL)
		return ERR_NOMEM;
	p->home = home;
	p->fd = openat(home, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int err = p->fd < 0 || fstat(p->fd, &st) != 0 ? err_from_errno(errno) : 0;
	if (err == 0 && !S_ISREG(st.st_mode))
		err = ERR_DENIED;
	if (err != 0) {
		if (p->fd >= 0)
			close(p->fd);
		free(p);
		return err;
	}
	snprintf(p->name, sizeof p->name, "%s", name);
	*out = p;
	return 0;
}

int parcel_fd(const struct parcel *p)
{
	return p->fresh != NULL ? file_new_fd(p->fresh) : p->fd;
}

int parcel_publish(struct parcel *p, int folder, const char *base, const char *point)
{
	char path[320];
	if (p->fresh != NULL) {
		/* By its descriptor: the folder is the one that was opened, whatever its name leads to now.
		 */
		snprintf(path, sizeof path, "/proc/self/fd/%d/%s", folder, base);
		return file_new_publish(p->fresh, path, point);
	}
	int err = file_fsync(p->fd, point);
	if (err == 0)
		err = file_rename(p->home, p->name, folder, base, point);
	if (err == 0)
		p->name[0] = 0;
	return err;
}

int parcel_keep(struct parcel *p, const char *name)
{
	int err = 0;
	if (p->fresh == NULL) {
		err = file_fsync(p->fd, "diode-recv.keep");
		p->name[0] = 0;
		return err;
	}
	err = file_new_publish(p->fresh, name, "diode-recv.keep");
	if (err == ERR_EXISTS) /* an older one, of a run that did not know it */
		err = file_unlink(p->home, name, "diode-recv.forget") == 0
			      ? file_new_publish(p->fresh, name, "diode-recv.keep")
			      : err;
	return err;
}

void parcel_free(struct parcel *p)
{
	if (p == NULL)
		return;
	if (p->name[0] != 0)
		(void)!unlinkat(p->home, p->name, 0);
	if (p->fd >= 0)
		close(p->fd);
	file_new_free(p->fresh);
	free(p);
}
