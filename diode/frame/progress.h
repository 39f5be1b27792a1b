/* One line on a terminal that says how far it is, rewritten in place. */
#ifndef SW_DIODE_PROGRESS_H
#define SW_DIODE_PROGRESS_H
#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool on;
	unsigned width; /* of the terminal */
	int64_t at;     /* ms, of the last line; 0 none */
	uint64_t bytes; /* then */
	double rate;    /* bytes a second, smoothed */
};
/* On when standard error is a terminal. Before the process is confined. */
void progress_init(struct progress *p);
#define PROGRESS_EVERY 200 /* ms */
/* name and done of size (0: not known) of what is under way, bytes in all so far, and whatever else there is
 * to say. Drawn at most each PROGRESS_EVERY. */
void progress_draw(struct progress *p, const char *name, uint64_t done, uint64_t size, uint64_t bytes,
	const char *more, int64_t now);
void progress_end(struct progress *p); /* leaves the last line standing */
/* "1.2 GB"; room for 16 bytes. */
void progress_amount(double bytes, char out[static 16]);
#endif
