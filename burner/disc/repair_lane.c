#include "burner/disc/repair_lane.h"

#include <isa-l/erasure_code.h>

struct repair_code repair_lane_rows(const struct repair_plan *p)
{
	return (struct repair_code){.plan = p, .k = p->k, .m = p->m};
}

struct repair_code repair_lane_columns(const struct repair_plan *p, uint32_t layer)
{
	return (struct repair_code){.plan = p, .k = p->k2, .m = p->m2, .column = true, .layer = layer};
}

uint32_t repair_lane_count(const struct repair_code *c)
{
	return c->column ? c->plan->sets : c->plan->rows;
}

uint32_t repair_lane_unit(const struct repair_code *c, uint32_t j, uint32_t x)
{
	return c->column ? repair_plan_column_unit(c->plan, c->layer, x, j)
			 : repair_plan_row_unit(c->plan, j, x);
}

uint32_t repair_lane_run(const struct repair_code *c, uint32_t j, uint32_t x, uint32_t n)
{
	uint32_t lo = 0, hi = n;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (repair_lane_unit(c, j, x + mid) == UINT32_MAX)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

uint8_t repair_lane_factor(const struct repair_code *c, uint32_t i, uint32_t j)
{
	return gf_inv((unsigned char)((c->k + i) ^ j));
}
