/* This machine's clock beside what is known of the time. A clock that was wrong before the service began is
 * seen by that: what the zone wrote itself is not later than now, and neither is what another zone wrote
 * before it came here. Pure. Differences up to LIMIT_SKEW are no matter (common/base/limits.h). */
#ifndef REG_DOMAIN_CLOCK_JUDGE_H
#define REG_DOMAIN_CLOCK_JUDGE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLOCK_JUDGE_JUMP_MS INT64_C(3600000) /* less than this moves no day of consequence */
#define CLOCK_JUDGE_ZONES 4

enum clock_verdict {
	CLOCK_RIGHT,
	CLOCK_SET,    /* set by CLOCK_JUDGE_JUMP_MS or more since the service began */
	CLOCK_BEHIND, /* behind what this zone wrote itself, or behind every other zone of two or more */
	CLOCK_OTHERS, /* behind one other zone alone, which may be wrong, or lie */
	CLOCK_AHEAD   /* what another zone had just made was old when it came */
};
/* What one other zone last said of the time, ms; 0: nothing came. */
struct clock_zone {
	const char *zone;
	int64_t created; /* newest manifest, by the other zone's clock */
	int64_t came;    /* when the last one came, by this machine's clock */
	bool slow;       /* what comes from there was made long before: a disc */
};
struct clock_known {
	int64_t jump;    /* by how much the clock was set since the service began */
	int64_t newest;  /* the newest that this zone wrote itself; 0 nothing */
	int64_t settled; /* an officer said of what other zones wrote up to here that it does not count */
	bool vouched;    /* an officer said since the service began that this clock is right: what came old
			    was sent with an old time */
	struct clock_zone zones[CLOCK_JUDGE_ZONES];
	size_t nzones;
};
enum clock_verdict clock_judge(const struct clock_known *k, int64_t now);
/* Nothing is entered and nothing lapses. */
bool clock_judge_stops(enum clock_verdict v);
/* What ends by its day alone ends: a lapse, a public notice. Not by a clock that may be
 * ahead: nobody brings back what ended before its day, and what ends when the zones agree again is late only.
 */
bool clock_judge_ends(enum clock_verdict v);
/* An officer may settle it: two records differ, and a person has looked which is right. A zone that sends old
 * times would else hold what is due for good. */
bool clock_judge_settles(enum clock_verdict v);
/* The newest that is known, of whom it may be. */
int64_t clock_judge_newest(const struct clock_known *k);
/* "right", "set", "behind", "others", "ahead". */
const char *clock_judge_name(enum clock_verdict v);
#endif
