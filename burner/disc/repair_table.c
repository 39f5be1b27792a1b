#include "burner/disc/repair_table.h"

#include <string.h>

static const char MAGIC[8] = "SWTABLE1";
enum { HEAD = 16 };

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

void repair_table_sector(
	const struct repair_plan *p, const uint32_t *sums, uint32_t index, uint8_t out[static REPAIR_SECTOR])
{
	uint32_t units = repair_plan_units(p);
	memset(out, 0, REPAIR_SECTOR);
	memcpy(out, MAGIC, sizeof MAGIC);
	put32(out + 8, index);
	for (uint32_t i = 0; i < REPAIR_SUMS && index * REPAIR_SUMS + i < units; i++)
		put32(out + HEAD + (size_t)4 * i, sums[index * REPAIR_SUMS + i]);
	put32(out + REPAIR_SECTOR - 4, repair_crc(out, REPAIR_SECTOR - 4));
}

bool repair_table_ok(const uint8_t sector[static REPAIR_SECTOR], uint32_t index)
{
	return memcmp(sector, MAGIC, sizeof MAGIC) == 0 && repair_get32(sector + 8) == index &&
	       repair_get32(sector + REPAIR_SECTOR - 4) == repair_crc(sector, REPAIR_SECTOR - 4);
}

uint32_t repair_table_sum(const uint8_t sector[static REPAIR_SECTOR], uint32_t unit)
{
	return repair_get32(sector + HEAD + (size_t)4 * (unit % REPAIR_SUMS));
}
