/* Codewords of the repair data, many at once: a lane is the same element of neighbouring codewords, and lies
 * in neighbouring sectors. */
#ifndef SW_BURNER_REPAIR_LANE_H
#define SW_BURNER_REPAIR_LANE_H
#include "burner/disc/repair_plan.h"
#include <stdbool.h>

#define REPAIR_LANES 255
struct repair_code {
	const struct repair_plan *plan; /* borrowed */
	uint32_t k, m;                  /* elements with data, elements with repair */
	bool column;
	uint32_t layer; /* of a column */
};
struct repair_code repair_lane_rows(const struct repair_plan *p);
struct repair_code repair_lane_columns(const struct repair_plan *p, uint32_t layer);
uint32_t repair_lane_count(const struct repair_code *c); /* codewords */
/* Unit of element j of codeword x; UINT32_MAX: zeros. */
uint32_t repair_lane_unit(const struct repair_code *c, uint32_t j, uint32_t x);
/* How many of n neighbouring codewords from x have a unit at element j: the first ones. */
uint32_t repair_lane_run(const struct repair_code *c, uint32_t j, uint32_t x, uint32_t n);
/* Factor of data element j in repair element i (0 ≤ i < m): a Cauchy matrix, every square part of it is
 * invertible. */
uint8_t repair_lane_factor(const struct repair_code *c, uint32_t i, uint32_t j);
#endif
