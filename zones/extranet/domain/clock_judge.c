#include "zones/extranet/domain/clock_judge.h"

#include "common/base/limits.h"

#define SKEW_MS (INT64_C(1000) * LIMIT_SKEW)

static bool later_than(int64_t at, int64_t now)
{
	return at > now + SKEW_MS;
}

enum clock_verdict clock_judge(const struct clock_known *k, int64_t now)
{
	size_t heard = 0, later = 0, old = 0;
	if (k->jump <= -CLOCK_JUDGE_JUMP_MS || k->jump >= CLOCK_JUDGE_JUMP_MS)
		return CLOCK_SET;
	if (later_than(k->newest, now))
		return CLOCK_BEHIND;
	for (size_t i = 0; i < k->nzones; i++) {
		const struct clock_zone *z = &k->zones[i];
		heard += z->created > 0;
		later += z->created > k->settled && later_than(z->created, now);
		old += !z->slow && z->created > 0 && z->came - z->created > SKEW_MS;
	}
	/* One zone alone stops nothing: a portal in foreign hands would otherwise stop the office. */
	if (later >= 2 && later == heard)
		return CLOCK_BEHIND;
	/* First what ends nothing: another zone's later time is no reason to believe a clock that is ahead.
	 */
	return old && !k->vouched ? CLOCK_AHEAD : later ? CLOCK_OTHERS : CLOCK_RIGHT;
}

bool clock_judge_stops(enum clock_verdict v)
{
	return v == CLOCK_SET || v == CLOCK_BEHIND;
}

bool clock_judge_ends(enum clock_verdict v)
{
	return v == CLOCK_RIGHT || v == CLOCK_OTHERS;
}

bool clock_judge_settles(enum clock_verdict v)
{
	return v == CLOCK_BEHIND || v == CLOCK_OTHERS || v == CLOCK_AHEAD;
}

int64_t clock_judge_newest(const struct clock_known *k)
{
	int64_t newest = k->newest;
	for (size_t i = 0; i < k->nzones; i++)
		if (k->zones[i].created > newest)
			newest = k->zones[i].created;
	return newest;
}

const char *clock_judge_name(enum clock_verdict v)
{
	static const char *const names[] = {"right", "set", "behind", "others", "ahead"};
	return names[v];
}
