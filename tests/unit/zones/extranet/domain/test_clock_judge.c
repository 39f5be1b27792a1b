/* A wrong clock is seen by what the zone wrote itself and by the other zones; one of them alone stops
 * nothing. */
#include "common/base/limits.h"
#include "zones/extranet/domain/clock_judge.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NOW INT64_C(1800000000000)
#define SKEW (INT64_C(1000) * LIMIT_SKEW)
#define DAY INT64_C(86400000)

static void test_verdicts(void **state)
{
	static const struct {
		const char *what, *verdict;
		struct clock_known k;
	} cases[] = {
		{"nothing is known", "right", {.nzones = 0}},
		{"set by less than an hour", "right", {.jump = CLOCK_JUDGE_JUMP_MS - 1}},
		{"set ahead", "set", {.jump = CLOCK_JUDGE_JUMP_MS}},
		{"set back", "set", {.jump = -CLOCK_JUDGE_JUMP_MS}},
		{"what this zone wrote is older", "right", {.newest = NOW - DAY}},
		{"and within the difference that is no matter", "right", {.newest = NOW + SKEW}},
		{"what this zone wrote is later", "behind", {.newest = NOW + SKEW + 1}},
		{"what was settled of others does not cover it", "behind",
			{.newest = NOW + DAY, .settled = NOW + 2 * DAY}},
		{"one zone of two is later", "others",
			{.zones = {{"internet", NOW + DAY, NOW, false}, {"intranet", NOW - DAY, NOW, true}},
				.nzones = 2}},
		{"the only zone heard of is later", "others",
			{.zones = {{"internet", NOW + DAY, NOW, false}, {"intranet", 0, 0, true}},
				.nzones = 2}},
		{"both are", "behind",
			{.zones = {{"internet", NOW + DAY, NOW, false},
				 {"intranet", NOW + SKEW + 1, NOW, true}},
				.nzones = 2}},
		{"two of three are", "others",
			{.zones = {{"internet", NOW + DAY, NOW, false}, {"intranet", NOW + DAY, NOW, true},
				 {"hall", NOW - 1, NOW, false}},
				.nzones = 3}},
		{"what an officer has settled", "right",
			{.settled = NOW + DAY,
				.zones = {{"internet", NOW + DAY, NOW + DAY, false},
					{"intranet", NOW + DAY, NOW + DAY, true}},
				.nzones = 2}},
		{"and a later one", "others",
			{.settled = NOW + DAY,
				.zones = {{"internet", NOW + DAY + 1, NOW + DAY, false},
					{"intranet", NOW + DAY, NOW + DAY, true}},
				.nzones = 2}},
		{"what had just been made was old when it came", "ahead",
			{.zones = {{"internet", NOW - DAY, NOW - DAY + SKEW + 1, false}}, .nzones = 1}},
		{"an officer has vouched for this clock since", "right",
			{.vouched = true,
				.zones = {{"internet", NOW - DAY, NOW - DAY + SKEW + 1, false}},
				.nzones = 1}},
		{"which says nothing of later times", "others",
			{.vouched = true, .zones = {{"internet", NOW + DAY, NOW, false}}, .nzones = 1}},
		{"nor of what this zone wrote", "behind", {.vouched = true, .newest = NOW + DAY}},
		{"a portal's later time does not hide that another's came old", "ahead",
			{.zones = {{"hall", NOW + DAY, NOW, false},
				 {"internet", NOW - DAY, NOW - DAY + SKEW + 1, false}},
				.nzones = 2}},
		{"a disc is old", "right", {.zones = {{"intranet", NOW - 9 * DAY, NOW, true}}, .nzones = 1}},
		{"a zone that has been silent for long", "right",
			{.zones = {{"internet", NOW - 9 * DAY, NOW - 9 * DAY + SKEW, false}}, .nzones = 1}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		print_message("# %s\n", cases[i].what);
		assert_string_equal(clock_judge_name(clock_judge(&cases[i].k, NOW)), cases[i].verdict);
	}
}

static void test_what_follows(void **state)
{
	static const struct {
		enum clock_verdict v;
		bool stops, ends, settles;
	} all[] = {{CLOCK_RIGHT, false, true, false}, {CLOCK_SET, true, false, false},
		{CLOCK_BEHIND, true, false, true}, {CLOCK_OTHERS, false, true, true},
		{CLOCK_AHEAD, false, false, true}};
	const struct clock_known k = {.newest = NOW,
		.zones = {{"internet", NOW + 1, NOW, false}, {"intranet", 0, 0, true}},
		.nzones = 2};
	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		assert_int_equal(clock_judge_stops(all[i].v), all[i].stops);
		assert_int_equal(clock_judge_ends(all[i].v), all[i].ends);
		assert_int_equal(clock_judge_settles(all[i].v), all[i].settles);
	}
	assert_int_equal(clock_judge_newest(&k), NOW + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts), cmocka_unit_test(test_what_follows)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
