/* Feed of one stream, standard input. */
#ifndef SW_DIODE_PIPE_H
#define SW_DIODE_PIPE_H
#include "diode/send/feed.h"
#include "diode/send/opener.h"

struct pipe_in;
/* fd stays the caller's. */
SW_MUST_USE int pipe_open(
	const struct opener *o, int fd, const char *name, struct pipe_in **out, struct err_note *note);
void pipe_close(struct pipe_in *p);
struct feed pipe_feed(struct pipe_in *p);
#endif
