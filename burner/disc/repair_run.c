#include "burner/disc/repair.h"
#include "burner/disc/repair_lane.h"
#include "burner/disc/repair_table.h"

#include <isa-l/erasure_code.h>
#include <stdlib.h>
#include <string.h>

#define RUN_OUT 160
#define LOST_MAX 128 /* of one codeword, at most m */

enum { GOOD, REPAIRED, BAD };

struct running {
	struct medium *medium;
	struct repair_plan plan;
	uint8_t *map; /* per sector of the image */
	uint32_t fixed;
	uint8_t *block; /* a codeword, and as many sectors to compute in */
	uint8_t *lane[REPAIR_LANES], *work[LOST_MAX];
};

/* ---- superblock: in the system area, at the end, or in front of the repair data */
static bool superblock_at(struct medium *m, uint32_t at, struct repair_plan *out)
{
	uint8_t s[MEDIUM_SECTOR];
	return medium_sector(m, at, s) == 0 && repair_plan_read(s, at, out) == 0;
}

/* A disc of `sectors` in all has so many in front of the repair data. */
static uint32_t data_of(uint32_t sectors)
{
	uint32_t lo = 1, hi = sectors;
	while (lo < hi) {
		struct repair_plan p;
		uint32_t mid = lo + (hi - lo) / 2;
		if (repair_plan_make(mid, &p) < 0 || mid + p.sectors >= sectors)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* Any of the copies in a place. */
static bool superblock_near(struct medium *m, uint32_t at, struct repair_plan *out)
{
	for (uint32_t i = 0; i < REPAIR_COPIES; i++)
		if (superblock_at(m, at + i, out))
			return true;
	return false;
}

/* A drive may tell some sectors more than were written. */
static bool superblock_find(struct medium *m, struct repair_plan *out)
{
	int64_t sectors = medium_size(m) / MEDIUM_SECTOR;
	if (superblock_near(m, REPAIR_FRONT, out))
		return true;
	if (sectors > REPAIR_SECTORS_MAX)
		return false;
	for (uint32_t n = (uint32_t)sectors; n > REPAIR_FRONT && n + RUN_OUT > (uint32_t)sectors; n--)
		if (superblock_near(m, n - REPAIR_COPIES, out) || superblock_near(m, data_of(n), out))
			return true;
	return false;
}

/* ---- what is bad */
static bool table_sector(struct running *r, uint32_t index, uint8_t out[static MEDIUM_SECTOR])
{
	for (int copy = 0; copy < 3; copy++)
		if (medium_sector(r->medium, repair_plan_table_at(&r->plan, copy) + index, out) == 0 &&
			repair_table_ok(out, index))
			return true;
	return false;
}

/* A sector whose checksum is lost with all copies is believed when it can be read. */
static void units_check(struct running *r, uint32_t index)
{
	uint8_t table[MEDIUM_SECTOR], s[MEDIUM_SECTOR];
	bool known = table_sector(r, index, table);
	uint32_t units = repair_plan_units(&r->plan), end = (index + 1) * REPAIR_SUMS;
	for (uint32_t u = index * REPAIR_SUMS; u < end && u < units; u++) {
		uint32_t at = repair_plan_at(&r->plan, u);
		if (medium_sector(r->medium, at, s) < 0 ||
			(known && repair_crc(s, sizeof s) != repair_table_sum(table, u)))
			r->map[at] = BAD;
	}
}

/* Superblocks and tables have their copies; they are reported, not repaired. */
static void frame_check(struct running *r)
{
	uint8_t s[MEDIUM_SECTOR];
	struct repair_plan p;
	for (uint32_t i = 0; i < 2 * REPAIR_COPIES; i++) {
		uint32_t at =
			repair_plan_superblock_at(&r->plan, i < REPAIR_COPIES ? 1 : 2) + i % REPAIR_COPIES;
		if (!superblock_at(r->medium, at, &p))
			r->map[at] = BAD;
	}
	for (int copy = 0; copy < 3; copy++)
		for (uint32_t i = 0; i < r->plan.table; i++) {
			uint32_t at = repair_plan_table_at(&r->plan, copy) + i;
			if (medium_sector(r->medium, at, s) < 0 || !repair_table_ok(s, i))
				r->map[at] = BAD;
		}
}

/* ---- one codeword */
static int word_read(struct running *r, const struct repair_code *c, uint32_t x, uint32_t lost[LOST_MAX],
	uint32_t spare[LOST_MAX], uint32_t *n)
{
	uint32_t spares = 0;
	*n = 0;
	for (uint32_t j = 0; j < c->k + c->m; j++) {
		uint32_t unit = repair_lane_unit(c, j, x),
			 at = unit == UINT32_MAX ? 0 : repair_plan_at(&r->plan, unit);
		bool bad = unit != UINT32_MAX && r->map[at] == BAD;
		if (bad && j < c->k && *n == c->m)
			return ERR_TRUNCATED;
		if (bad && j < c->k)
			lost[(*n)++] = j;
		if (!bad && j >= c->k && spares < *n)
			spare[spares++] = j - c->k;
	}
	return spares < *n ? ERR_TRUNCATED : 0;
}

static int word_load(
	struct running *r, const struct repair_code *c, uint32_t x, const uint32_t *spare, uint32_t n)
{
	int rc = 0;
	for (uint32_t j = 0; rc == 0 && j < c->k; j++) {
		uint32_t unit = repair_lane_unit(c, j, x);
		if (unit == UINT32_MAX || r->map[repair_plan_at(&r->plan, unit)] == BAD)
			memset(r->lane[j], 0, MEDIUM_SECTOR);
		else
			rc = medium_sector(r->medium, repair_plan_at(&r->plan, unit), r->lane[j]);
	}
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = medium_sector(r->medium,
			repair_plan_at(&r->plan, repair_lane_unit(c, c->k + spare[i], x)), r->lane[c->k + i]);
	return rc;
}

/* out[i] = Σ factors[i][j]·in[j] */
static int combine(uint32_t k, uint32_t m, uint8_t *factors, uint8_t **in, uint8_t **out)
{
	uint8_t *tables = malloc((size_t)32 * k * m);
	if (!tables)
		return ERR_NOMEM;
	ec_init_tables((int)k, (int)m, factors, tables);
	ec_encode_data(MEDIUM_SECTOR, (int)k, (int)m, tables, in, out);
	free(tables);
	return 0;
}

/* The lost elements are what is missing in as many repair elements: a system of n equations. */
static int word_solve(struct running *r, const struct repair_code *c, const uint32_t *lost,
	const uint32_t *spare, uint32_t n)
{
	uint8_t *f = malloc((size_t)c->k * n), square[LOST_MAX * LOST_MAX], inverse[LOST_MAX * LOST_MAX];
	int rc = f ? 0 : ERR_NOMEM;
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		for (uint32_t j = 0; j < c->k; j++)
			f[i * c->k + j] = repair_lane_factor(c, spare[i], j);
	if (rc == 0)
		rc = combine(c->k, n, f, r->lane, r->work);
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		for (size_t b = 0; b < MEDIUM_SECTOR; b++)
			r->work[i][b] ^= r->lane[c->k + i][b];
		for (uint32_t j = 0; j < n; j++)
			square[i * n + j] = f[i * c->k + lost[j]];
	}
	if (rc == 0 && gf_invert_matrix(square, inverse, (int)n) != 0)
		rc = ERR_BUG;
	if (rc == 0)
		rc = combine(n, n, inverse, r->work, r->lane + c->k);
	free(f);
	return rc;
}

/* 0: nothing to do or nothing that can be done now. */
static int word_repair(struct running *r, const struct repair_code *c, uint32_t x)
{
	uint32_t lost[LOST_MAX], spare[LOST_MAX], n = 0;
	if (word_read(r, c, x, lost, spare, &n) < 0 || n == 0)
		return 0;
	int rc = word_load(r, c, x, spare, n);
	if (rc == 0)
		rc = word_solve(r, c, lost, spare, n);
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		uint32_t at = repair_plan_at(&r->plan, repair_lane_unit(c, lost[i], x));
		rc = medium_repair(r->medium, at, r->lane[c->k + i]);
		r->map[at] = REPAIRED;
		r->fixed++;
	}
	/* A sector that could be read a moment ago. */
	return rc == ERR_IO ? 0 : rc;
}

/* Rows and columns in turn, as long as one of them gets on. */
static int repair_all(struct running *r)
{
	int rc = 0;
	uint32_t before;
	do {
		before = r->fixed;
		struct repair_code rows = repair_lane_rows(&r->plan);
		for (uint32_t x = 0; rc == 0 && x < repair_lane_count(&rows); x++)
			rc = word_repair(r, &rows, x);
		for (uint32_t layer = 0; rc == 0 && r->plan.m2 && layer < r->plan.k + r->plan.m; layer++) {
			struct repair_code c = repair_lane_columns(&r->plan, layer);
			for (uint32_t x = 0; rc == 0 && x < repair_lane_count(&c); x++)
				rc = word_repair(r, &c, x);
		}
	} while (rc == 0 && r->fixed != before && r->plan.m2);
	return rc;
}

static int running_init(struct running *r)
{
	uint32_t sectors = r->plan.data + r->plan.sectors;
	r->map = calloc(sectors, 1);
	r->block = malloc((size_t)(REPAIR_LANES + LOST_MAX) * MEDIUM_SECTOR);
	if (!r->map || !r->block)
		return ERR_NOMEM;
	for (size_t i = 0; i < REPAIR_LANES; i++)
		r->lane[i] = r->block + i * MEDIUM_SECTOR;
	for (size_t i = 0; i < LOST_MAX; i++)
		r->work[i] = r->block + (REPAIR_LANES + i) * MEDIUM_SECTOR;
	return 0;
}

static void tell(struct running *r, struct repair_report *out)
{
	uint32_t sectors = r->plan.data + r->plan.sectors;
	*out = (struct repair_report){.known = true, .sectors = sectors, .map = r->map};
	for (uint32_t i = 0; i < sectors; i++) {
		out->bad += r->map[i] != GOOD;
		out->repaired += r->map[i] == REPAIRED;
	}
	r->map = NULL;
}

int repair_run(struct medium *m, struct repair_report *out, struct err_note *note)
{
	struct running r = {.medium = m};
	*out = (struct repair_report){.known = false};
	/* Of less than half of a disc nothing can be made whole. */
	if (!superblock_find(m, &r.plan) ||
		medium_size(m) / MEDIUM_SECTOR < (r.plan.data + r.plan.sectors) / 2)
		return 0;
	int rc = running_init(&r);
	for (uint32_t i = 0; rc == 0 && i < r.plan.table; i++)
		units_check(&r, i);
	if (rc == 0) {
		frame_check(&r);
		rc = repair_all(&r);
	}
	if (rc == 0)
		tell(&r, out);
	free(r.map);
	free(r.block);
	return rc < 0 ? err_set(note, rc, "what is repaired cannot be kept") : 0;
}

void repair_report_fini(struct repair_report *r)
{
	free(r->map);
	r->map = NULL;
}
