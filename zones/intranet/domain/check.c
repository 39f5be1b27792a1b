#include "zones/intranet/domain/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Below this a polygon is a sliver 狭长: a strip of 1 : 100 has about 0.03. */
#define COMPACT_MIN 0.02
/* Shared area that surveying may leave between neighbours: 1 dm². */
#define OVERLAP_MAX_CM2 100
/* Area that an outline may differ from the drawn one by: 1 dm² for each parcel. */
#define DIFFERENCE_MAX_CM2 100

/* One check over all outlines: what is wrong with each, named when there are several. */
struct finding {
	const struct check_input *in;
	bool passed;
	char reason[256];
};

static void wrong(struct finding *f, const struct check_parcel *p, const char *fmt, ...) SW_PRINTF(3, 4);
static void wrong(struct finding *f, const struct check_parcel *p, const char *fmt, ...)
{
	size_t n = strlen(f->reason);
	va_list ap;
	f->passed = false;
	if (n + 64 >= sizeof f->reason)
		return;
	if (n)
		n += (size_t)snprintf(f->reason + n, sizeof f->reason - n, "; ");
	if (p && f->in->n > 1)
		n += (size_t)snprintf(f->reason + n, sizeof f->reason - n, "%s: ", p->code);
	va_start(ap, fmt);
	vsnprintf(f->reason + n, sizeof f->reason - n, fmt, ap);
	va_end(ap);
}

static bool add(json_t *checks, const char *name, const char *zh, const char *en, const struct finding *f)
{
	json_array_append_new(checks, json_pack("{s:s,s:s,s:s,s:b,s:s}", "name", name, "zh", zh, "en", en,
					      "passed", f->passed, "reason", f->reason));
	return f->passed;
}

static void check_codes(struct finding *f)
{
	const struct check_input *in = f->in;
	char of_file[256] = "";
	bool same = in->n == in->wanted;
	for (size_t i = 0; i < in->n; i++) {
		size_t n = strlen(of_file);
		same &= in->parcels[i].wanted;
		for (size_t k = 0; k < i; k++)
			same &= strcmp(in->parcels[k].code, in->parcels[i].code) != 0;
		snprintf(of_file + n, sizeof of_file - n, "%s%s", n ? ", " : "", in->parcels[i].code);
	}
	if (!same)
		wrong(f, NULL, "file %.110s, case %.110s", of_file, in->of_case);
}

static void check_shape(struct finding *f, const struct check_parcel *p, const char *name, bool valid)
{
	const struct check_input *in = f->in;
	int64_t area = geometry_area_cm2(p->shape), diff = llabs(area - p->claimed_cm2);
	char why[128];
	if (strcmp(name, "valid") == 0 && !geometry_valid(p->shape, why))
		wrong(f, p, "%s", why);
	else if (strcmp(name, "new") == 0 && p->taken)
		wrong(f, p, "%s is in the cadastre already", p->code);
	/* Predicates on an invalid polygon mean nothing. */
	else if (strcmp(name, "inside") == 0 &&
		 (!valid || !in->division || !geometry_inside(p->shape, in->division)))
		wrong(f, p, "%s",
			in->division ? "reaches over the division's border"
				     : "the division's border is not in the cadastre");
	else if (strcmp(name, "overlap") == 0 && (!valid || p->overlap_cm2 > OVERLAP_MAX_CM2))
		wrong(f, p, "%lld.%02lld m² shared with %s", (long long)(p->overlap_cm2 / 10000),
			(long long)(p->overlap_cm2 / 100 % 100), p->overlap_with);
	else if (strcmp(name, "sliver") == 0 && geometry_compactness(p->shape) < COMPACT_MIN)
		wrong(f, p, "compactness %.4f, at least %.2f", geometry_compactness(p->shape), COMPACT_MIN);
	else if (strcmp(name, "area") == 0 &&
		 (p->claimed_cm2 <= 0 || diff * 1000 > p->claimed_cm2 * in->tolerance_permille))
		wrong(f, p, "measured %lld cm², claimed %lld cm²", (long long)area,
			(long long)p->claimed_cm2);
}

/* The same ground as what is drawn: of the parcel that stays, or of all that end together. */
static void check_ground(struct finding *f)
{
	const struct check_input *in = f->in;
	if (in->drawn && in->difference_cm2 < 0)
		wrong(f, NULL, "cannot be compared with what is drawn");
	else if (in->drawn && in->difference_cm2 > DIFFERENCE_MAX_CM2 * (int64_t)in->n)
		wrong(f, NULL, "%lld.%02lld m² differ from what is drawn",
			(long long)(in->difference_cm2 / 10000), (long long)(in->difference_cm2 / 100 % 100));
}

bool check_run(const struct check_input *in, json_t *checks)
{
	static const struct {
		const char *name, *zh, *en;
	} all[] = {{"valid", "图形闭合、不自相交", "closed and simple"},
		{"code", "宗地代码一致", "parcel code agrees"},
		{"new", "宗地代码未占用", "parcel code is free"},
		{"inside", "位于本行政区内", "inside the division"},
		{"overlap", "与相邻宗地不重叠", "no overlap with neighbours"},
		{"sliver", "非狭长图形", "no sliver"}, {"area", "面积与申请一致", "area as claimed"}};
	bool ok = true, valid[GEOMETRY_PARCELS_MAX];
	char why[128];
	for (size_t i = 0; i < in->n; i++)
		valid[i] = geometry_valid(in->parcels[i].shape, why);
	for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
		struct finding f = {in, true, ""};
		if (in->change == CHECK_KEEP && strcmp(all[k].name, "new") == 0)
			continue;
		if (strcmp(all[k].name, "code") == 0)
			check_codes(&f);
		for (size_t i = 0; i < in->n; i++)
			check_shape(&f, &in->parcels[i], all[k].name, valid[i]);
		ok &= add(checks, all[k].name, all[k].zh, all[k].en, &f);
	}
	struct finding f = {in, true, ""};
	check_ground(&f);
	if (in->change == CHECK_KEEP)
		ok &= add(checks, "same", "与地籍已有界址一致", "as the parcel is drawn", &f);
	else if (in->change == CHECK_REPLACE)
		ok &= add(checks, "whole", "新宗地合起来与原宗地范围一致",
			"the new parcels are the ground of the old", &f);
	return ok;
}
