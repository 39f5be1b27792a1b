#include "diode/send/pipe.h"
#include <stdlib.h>

struct pipe_in {
	struct outgoing *object; /* until it is taken */
	int fd;
};

int pipe_open(const struct opener *o, int fd, const char *name, struct pipe_in **out, struct err_note *note)
{
	struct pipe_in *p = calloc(1, sizeof *p);
	if (p == NULL)
		return err_set(note, ERR_NOMEM, "%s", name);
	p->fd = fd;
	int err = opener_pipe(o, fd, name, &p->object, note);
	if (err != 0) {
		free(p);
		return err;
	}
	*out = p;
	return 0;
}

void pipe_close(struct pipe_in *p)
{
	if (p == NULL)
		return;
	outgoing_free(p->object);
	free(p);
}

static int next(void *cookie, struct outgoing **out)
{
	struct pipe_in *p = cookie;
	if (p->object == NULL)
		return ERR_NOTFOUND;
	*out = p->object;
	p->object = NULL;
	return 0;
}

static unsigned sent(void *cookie, struct outgoing *o, int err)
{
	(void)cookie, (void)o, (void)err;
	return 0;
}

static int settle(void *cookie)
{
	(void)cookie;
	return 0;
}

static int wait_fd(void *cookie)
{
	const struct pipe_in *p = cookie;
	return p->fd;
}

struct feed pipe_feed(struct pipe_in *p)
{
	return (struct feed){.cookie = p, .next = next, .sent = sent, .settle = settle, .wait_fd = wait_fd};
}
