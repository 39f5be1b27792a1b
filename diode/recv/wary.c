#include "diode/recv/wary.h"

#define WINDOW 20   /* ms */
#define FLOOD 400   /* datagrams refused in one */
#define LASTS 500   /* ms */
#define PROBE 16    /* one message of so many is taken in full */
#define MIXED 10000 /* ms */

void wary_look(struct wary *w, uint64_t refused, int64_t now)
{
	if (refused - w->refused > FLOOD)
		w->until = now + LASTS;
	else if (now - w->window < WINDOW)
		return;
	w->on = now < w->until && now >= w->mixed_until;
	w->refused = refused;
	w->window = now;
}

bool wary_skip(struct wary *w)
{
	w->probe = !w->on || ++w->skipped % PROBE == 0;
	return !w->probe;
}

void wary_keep(struct wary *w)
{
	w->probe = false;
}

void wary_genuine(struct wary *w, int64_t now)
{
	if (!w->on || !w->probe)
		return;
	w->mixed_until = now + MIXED;
	w->on = false;
}
