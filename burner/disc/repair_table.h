/* The table of checksums in repair.dat: sector i holds those of units i·505 … */
#ifndef SW_BURNER_REPAIR_TABLE_H
#define SW_BURNER_REPAIR_TABLE_H
#include "burner/disc/repair_plan.h"
#include <stdbool.h>

/* sums: of all units. */
void repair_table_sector(
	const struct repair_plan *p, const uint32_t *sums, uint32_t index, uint8_t out[static REPAIR_SECTOR]);
/* Is it the sector `index` of the table? */
bool repair_table_ok(const uint8_t sector[static REPAIR_SECTOR], uint32_t index);
uint32_t repair_table_sum(const uint8_t sector[static REPAIR_SECTOR], uint32_t unit);
#endif
