/* Repair data: where its sectors lie and which sectors protect each other. All sectors in front of repair.dat
 * are cut into `k` layers of `rows` sectors; row r is one Reed–Solomon codeword of sector r of each layer and
 * `m` more. On a large disc, `k2` rows apart from each other form, layer by layer, a second codeword with
 * `m2` more: what one direction cannot repair the other can. repair.dat: superblocks, table, row repair,
 * table, column repair, table, superblocks; a table holds the CRC-32C of every sector that takes part. Each
 * of the three places of superblocks (sector 8, in front of the repair data, at the end) has several. */
#ifndef SW_BURNER_REPAIR_PLAN_H
#define SW_BURNER_REPAIR_PLAN_H
#include "common/base/buf.h"
#include <stdint.h>

#define REPAIR_SECTOR 2048
#define REPAIR_SECTORS_MAX (UINT32_C(1) << 25) /* 64 GiB */
#define REPAIR_COPIES 4                        /* superblocks in one place */
#define REPAIR_FRONT 8                         /* sector of the first place */
#define REPAIR_SUMS 505                        /* checksums in a sector of the table */

struct repair_plan {
	uint32_t data; /* sectors that are protected: 0 … data-1 of the image */
	uint32_t k, m, rows;
	uint32_t k2, m2, sets; /* m2 0: none; set s: rows s, s+sets, s+2·sets … */
	uint32_t table;        /* sectors of one copy of the table */
	uint32_t sectors;      /* of repair.dat */
};
/* ERR_LIMIT for 0 or too many sectors. */
SW_MUST_USE int repair_plan_make(uint32_t data, struct repair_plan *out);
/* Sectors that take part: data, row repair, column repair, in this order. */
uint32_t repair_plan_units(const struct repair_plan *p);
/* Sector of a unit in the image. */
uint32_t repair_plan_at(const struct repair_plan *p, uint32_t unit);
/* Place 0 … 2 of the superblocks: its first sector. */
uint32_t repair_plan_superblock_at(const struct repair_plan *p, int place);
uint32_t repair_plan_table_at(const struct repair_plan *p, int copy); /* 0 … 2 */
/* Unit of layer j (< k+m) in row r; UINT32_MAX: beyond the data, a sector of zeros. */
uint32_t repair_plan_row_unit(const struct repair_plan *p, uint32_t j, uint32_t r);
/* Unit of element i (< k2+m2) of column (layer j, set s); UINT32_MAX: beyond. */
uint32_t repair_plan_column_unit(const struct repair_plan *p, uint32_t j, uint32_t s, uint32_t i);
/* One sector each; `disc` at most 15 bytes. */
void repair_plan_superblock(
	const struct repair_plan *p, const char *disc, uint32_t at, uint8_t out[static REPAIR_SECTOR]);
/* A superblock that belongs to sector `at`, with a plan that repair_plan_make makes. ERR_FORMAT. */
SW_MUST_USE int repair_plan_read(
	const uint8_t sector[static REPAIR_SECTOR], uint32_t at, struct repair_plan *out);
uint32_t repair_crc(const void *p, size_t n); /* CRC-32C */
uint32_t repair_get32(const uint8_t *p);
#endif
