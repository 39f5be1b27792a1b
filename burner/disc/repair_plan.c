#include "burner/disc/repair_plan.h"

#include <isa-l/crc.h>
#include <stdio.h>
#include <string.h>

/* Up to 64 MiB half as much again is cheap on any disc; above, 14.6 % of the whole withstand a tenth
 * unreadable. */
#define SMALL 32768
#define SMALL_K 170
#define LARGE_K 227
#define LARGE_M 28
#define LARGE_K2 246
#define LARGE_M2 9

static const char MAGIC[8] = "SWREPAIR";
enum { VERSION = 1, FIELDS = 9 };

uint32_t repair_crc(const void *p, size_t n)
{
	/* ISA-L takes it without const and does not write. */
	return ~crc32_iscsi((unsigned char *)(uintptr_t)p, (int)n, UINT32_MAX);
}

static uint32_t up(uint32_t a, uint32_t b)
{
	return (a + b - 1) / b;
}

int repair_plan_make(uint32_t data, struct repair_plan *out)
{
	struct repair_plan p = {.data = data};
	if (data == 0 || data > REPAIR_SECTORS_MAX)
		return ERR_LIMIT;
	bool small = data <= SMALL;
	p.k = !small ? LARGE_K : data < SMALL_K ? data : SMALL_K;
	p.m = small ? up(p.k, 2) : LARGE_M;
	p.rows = up(data, p.k);
	if (!small) {
		p.sets = up(p.rows, LARGE_K2);
		p.k2 = up(p.rows, p.sets);
		p.m2 = up(p.k2 * LARGE_M2, LARGE_K2);
	}
	p.table = up(repair_plan_units(&p), REPAIR_SUMS);
	p.sectors = repair_plan_units(&p) - data + 3 * p.table + 2 * REPAIR_COPIES;
	*out = p;
	return 0;
}

uint32_t repair_plan_units(const struct repair_plan *p)
{
	return p->data + p->m * p->rows + (p->k + p->m) * p->sets * p->m2;
}

uint32_t repair_plan_superblock_at(const struct repair_plan *p, int place)
{
	return place == 0 ? REPAIR_FRONT : place == 1 ? p->data : p->data + p->sectors - REPAIR_COPIES;
}

uint32_t repair_plan_table_at(const struct repair_plan *p, int copy)
{
	uint32_t at = p->data + REPAIR_COPIES;
	if (copy > 0)
		at += p->table + p->m * p->rows;
	if (copy > 1)
		at += p->table + (p->k + p->m) * p->sets * p->m2;
	return at;
}

uint32_t repair_plan_at(const struct repair_plan *p, uint32_t unit)
{
	if (unit < p->data)
		return unit;
	return unit + REPAIR_COPIES + p->table + (unit < p->data + p->m * p->rows ? 0 : p->table);
}

uint32_t repair_plan_row_unit(const struct repair_plan *p, uint32_t j, uint32_t r)
{
	uint32_t i = j * p->rows + r;
	if (j >= p->k)
		return p->data + (j - p->k) * p->rows + r;
	return i < p->data ? i : UINT32_MAX;
}

uint32_t repair_plan_column_unit(const struct repair_plan *p, uint32_t j, uint32_t s, uint32_t i)
{
	uint32_t r = i * p->sets + s;
	if (i >= p->k2)
		return p->data + p->m * p->rows + (i - p->k2) * (p->k + p->m) * p->sets + j * p->sets + s;
	return r < p->rows ? repair_plan_row_unit(p, j, r) : UINT32_MAX;
}

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

uint32_t repair_get32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

void repair_plan_superblock(
	const struct repair_plan *p, const char *disc, uint32_t at, uint8_t out[static REPAIR_SECTOR])
{
	const uint32_t v[FIELDS] = {
		p->data, p->k, p->m, p->rows, p->k2, p->m2, p->sets, p->table, p->sectors};
	memset(out, 0, REPAIR_SECTOR);
	memcpy(out, MAGIC, sizeof MAGIC);
	put32(out + 8, VERSION);
	put32(out + 12, at);
	(void)snprintf((char *)out + 16, 16, "%s", disc);
	for (size_t i = 0; i < FIELDS; i++)
		put32(out + 32 + 4 * i, v[i]);
	put32(out + REPAIR_SECTOR - 4, repair_crc(out, REPAIR_SECTOR - 4));
}

int repair_plan_read(const uint8_t sector[static REPAIR_SECTOR], uint32_t at, struct repair_plan *out)
{
	struct repair_plan p;
	uint8_t again[REPAIR_SECTOR];
	if (memcmp(sector, MAGIC, sizeof MAGIC) != 0 || repair_get32(sector + 12) != at ||
		repair_plan_make(repair_get32(sector + 32), &p) < 0)
		return ERR_FORMAT;
	/* Nothing but the number of sectors is taken from it: the plan follows, and must be the same. */
	repair_plan_superblock(&p, "", at, again);
	memcpy(again + 16, sector + 16, 16);
	put32(again + REPAIR_SECTOR - 4, repair_crc(again, REPAIR_SECTOR - 4));
	if (memcmp(again, sector, REPAIR_SECTOR) != 0)
		return ERR_FORMAT;
	*out = p;
	return 0;
}
