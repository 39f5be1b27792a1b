/* The inside of assembly.h: what comes in (assembly.c), what heartbeats and time say of it
 * (assembly_watch.c). */
#ifndef SW_DIODE_ASSEMBLY_IMPL_H
#define SW_DIODE_ASSEMBLY_IMPL_H
#include "diode/recv/assembly.h"
#include "diode/recv/objects.h"
#include "diode/recv/quiet.h"
#include "diode/recv/recent.h"
#include "diode/recv/suspects.h"

struct assembly {
	struct assembly_options o;
	struct incoming_shared shared;
	struct recent *recent, *told;
	struct recent *missed; /* counted as missing, and nothing came of them yet */
	struct holes *holes;
	struct suspects suspects;
	struct objects objects;
	struct assembly_counts counts;
	struct frame_object single; /* with have_single */
	bool have_single, single_done, single_lost;
	int64_t now; /* ms */
	struct quiet quiet;
};

/* Standard output: one object alone. */
static inline bool assembly_single(const struct assembly *a)
{
	return a->o.home < 0;
}
/* Logged and counted, once for each object. */
void assembly_tell_incomplete(struct assembly *a, struct object *o, const char *why);
/* What is there of it is kept, the rest a hole from now on. */
void assembly_give_up(struct assembly *a, struct object *o, const char *why);
#endif
