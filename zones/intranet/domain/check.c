#include "zones/intranet/domain/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Below this a polygon is a sliver 狭长: a strip of 1 : 100 has about 0.03. */
#define COMPACT_MIN 0.02
/* Shared area that surveying may leave between neighbours: 1 dm². */
#define OVERLAP_MAX_CM2 100

static bool add(json_t *checks, const char *name, const char *zh, const char *en, bool passed,
	const char *fmt, ...) SW_PRINTF(6, 7);
static bool add(
	json_t *checks, const char *name, const char *zh, const char *en, bool passed, const char *fmt, ...)
{
	char reason[256];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(reason, sizeof reason, fmt, ap);
	va_end(ap);
	json_array_append_new(checks, json_pack("{s:s,s:s,s:s,s:b,s:s}", "name", name, "zh", zh, "en", en,
					      "passed", passed, "reason", passed ? "" : reason));
	return passed;
}

bool check_run(const struct check_input *in, json_t *checks)
{
	char why[128];
	int64_t area = geometry_area_cm2(in->parcel), diff = llabs(area - in->claimed_cm2);
	double compact = geometry_compactness(in->parcel);
	bool valid = geometry_valid(in->parcel, why);
	bool ok = add(checks, "valid", "图形闭合、不自相交", "closed and simple", valid, "%s", why);
	ok &= add(checks, "code", "宗地代码一致", "parcel code agrees",
		strcmp(in->code_in_file, in->code_of_case) == 0, "file %s, case %s", in->code_in_file,
		in->code_of_case);
	ok &= add(checks, "new", "宗地代码未占用", "parcel code is free", !in->code_taken,
		"%s is in the cadastre already", in->code_of_case);
	/* Predicates on an invalid polygon mean nothing. */
	ok &= add(checks, "inside", "位于本行政区内", "inside the division",
		valid && in->division && geometry_inside(in->parcel, in->division), "%s",
		in->division ? "reaches over the division's border"
			     : "the division's border is not in the cadastre");
	ok &= add(checks, "overlap", "与相邻宗地不重叠", "no overlap with neighbours",
		valid && in->overlap_cm2 <= OVERLAP_MAX_CM2, "%lld.%02lld m² shared with %s",
		(long long)(in->overlap_cm2 / 10000), (long long)(in->overlap_cm2 / 100 % 100),
		in->overlap_with);
	ok &= add(checks, "sliver", "非狭长图形", "no sliver", compact >= COMPACT_MIN,
		"compactness %.4f, at least %.2f", compact, COMPACT_MIN);
	ok &= add(checks, "area", "面积与申请一致", "area as claimed",
		in->claimed_cm2 > 0 && diff * 1000 <= in->claimed_cm2 * in->tolerance_permille,
		"measured %lld cm², claimed %lld cm²", (long long)area, (long long)in->claimed_cm2);
	return ok;
}
