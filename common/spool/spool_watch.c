#include "common/spool/spool.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

struct spool_watch {
	int fd; /* -1: this folder gives no notifications, time alone wakes */
};

int spool_watch_new(struct spool *s, enum spool_dir d, struct spool_watch **out)
{
	struct spool_watch *w = malloc(sizeof *w);
	char path[40];
	if (!w)
		return ERR_NOMEM;
	w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	snprintf(path, sizeof path, "/proc/self/fd/%d", spool_fd(s, d));
	if (w->fd >= 0 && inotify_add_watch(w->fd, path, IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE) < 0) {
		close(w->fd);
		w->fd = -1;
	}
	*out = w;
	return 0;
}

int spool_watch_none(struct spool_watch **out)
{
	struct spool_watch *w = malloc(sizeof *w);
	if (!w)
		return ERR_NOMEM;
	w->fd = -1;
	*out = w;
	return 0;
}

int spool_watch_fd(const struct spool_watch *w)
{
	return w->fd;
}

void spool_watch_clear(struct spool_watch *w)
{
	char events[4096];
	while (w->fd >= 0 && read(w->fd, events, sizeof events) > 0)
		;
}

void spool_watch_wait(struct spool_watch *w, int wake_fd, int timeout_ms)
{
	struct pollfd p[2] = {{w->fd, POLLIN, 0}, {wake_fd, POLLIN, 0}};
	poll(p, 2, timeout_ms);
	spool_watch_clear(w);
}

void spool_watch_free(struct spool_watch *w)
{
	if (!w)
		return;
	if (w->fd >= 0)
		close(w->fd);
	free(w);
}
